"""Raw matter of the password block list: words people choose, and rows of the keyboard.

Written down from general knowledge of how people choose passwords; no published list of
leaked passwords is included.
"""

from __future__ import annotations

KEYBOARD_ROWS = (
    "1234567890",
    "01234567890123456789",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qazwsxedcrfvtgbyhnujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "qweasdzxc",
    "741852963",
    "789456123",
    "147258369",
    "159753",
    "1122334455667788990",
    "112233445566",
    "aabbccddeeffgg",
    "a1b2c3d4e5f6g7h8",
)

_ENGLISH = """
password passwd pass passphrase secret letmein welcome login logon signin access admin
administrator root user guest test testing tester demo sample default changeme change temp
temporary master super superuser system server service support helpdesk help computer
internet network security secure office company business manager boss agent trainer trainee
training learning teacher student school college university customer client telephone phone
mobile hotline headset operator supervisor planner quality team leader work worker working
monday tuesday wednesday thursday friday saturday sunday january february march april june
july august september october november december spring summer autumn winter morning evening
today tomorrow yesterday birthday christmas holiday weekend forever always never nothing
something anything everything iloveyou loveyou love lovely lover darling honey baby babe
sweet sweetheart sweetie angel princess prince queen king kingdom lady girl girls woman
daddy mommy mother father brother sister family friend friends freedom peace happy happiness
lucky luck smile sunshine sunny sun moon star stars starlight rainbow heaven hello goodbye
goodluck goodday football soccer baseball basketball hockey tennis golf runner swimming
player champion winner victory warrior soldier ranger hunter killer shadow ghost dragon
phoenix tiger lion eagle falcon hawk wolf bear panda monkey horse rabbit kitten kitty puppy
doggy butterfly dolphin turtle spider snake ninja samurai pirate wizard magic mystery matrix
batman superman spiderman ironman starwars pokemon pikachu naruto minecraft warcraft diablo
gandalf hogwarts potter michael jennifer jessica jordan charlie daniel thomas matthew andrew
joshua robert william david james john george richard joseph anthony steven kevin brian
justin brandon nicole ashley amanda melissa michelle samantha stephanie elizabeth victoria
natasha alexander benjamin christian patrick maggie ginger pepper cookie chocolate banana
apple orange cherry peach lemon coffee cheese pizza burger whiskey beer wine flower flowers
rose lily daisy orchid garden forest river ocean island mountain thunder lightning storm fire
water earth diamond crystal silver golden gold purple yellow green blue black white red
mustang ferrari porsche mercedes corvette harley yamaha honda toyota nissan samsung huawei
xiaomi iphone android google facebook twitter youtube alibaba taobao tencent wechat baidu
microsoft windows linux ubuntu oracle database hacker hacking gaming gamer player1 onelove
america china chinese beijing shanghai shenzhen guangzhou hongkong taiwan london paris
newyork boston chicago dallas texas california canada australia england france germany
liverpool chelsea arsenal barcelona madrid juventus lakers yankees cowboys steelers trustno
whatever whoever nobody somebody qwerty azerty dvorak asdf zxcv abcd correct horse battery
staple correcthorsebatterystaple opensesame abracadabra letmeinnow iamtheboss noentry
mypassword thepassword newpassword oldpassword yourpassword passwordis mysecret topsecret
"""

_PINYIN = """
mima wodemima mimamima woaini woaiwo niaiwo woaimama woaibaba woaizhongguo zhongguo
zhonghua renmin beijing shanghai guangdong guangzhou shenzhen hangzhou chengdu chongqing
tianjin nanjing wuhan xian suzhou kefu keful kefuzhongxin hujiao hujiaozhongxin rexian peixun
xuexi kaoshi gongzuo gongsi laoban jingli zhuguan banzhang laoshi xuesheng tongxue pengyou
laopo laogong baobei baobao qinqin qinaide mama baba gege jiejie didi meimei nihao zaijian
xiexie huanying guanliyuan yonghu denglu ceshi shiyong xitong anquan wangluo diannao shouji
dianhua xingfu kuaile kaixin jiankang pingan fafa facai gongxi xinnian chunjie zhongqiu
shengri shengrikuaile xinniankuaile wangwei wangfang lina zhangwei zhangmin zhangli liwei
liming liuyang liuwei chenjing chenwei yangyang zhaomin huangli zhouwei wuxia sunli xiaoming
xiaohong xiaoli xiaowang xiaozhang xiaochen xiaoxiao dandan lili nana feifei tiantian
longlong huhu mimi maomao gougou xiongmao laohu xiaohu woshishei woshiwo buzhidao suibian
wangjile wangjimima wobuzhidao feichanghao haohao haohaoxuexi tiantianxiangshang jiayou
zhongguojiayou wuxianfengguang yibenzhengjing mingtian jintian zuotian aiqing yongyuan
"""

WORDS: tuple[str, ...] = tuple(sorted({*_ENGLISH.split(), *_PINYIN.split()}))
