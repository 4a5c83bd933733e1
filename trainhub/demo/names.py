"""Names of people who do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from trainhub.people.rules.roles import Role

_SURNAMES = {
    "王": "wang", "李": "li", "张": "zhang", "刘": "liu", "陈": "chen", "杨": "yang", "黄": "huang",
    "赵": "zhao", "吴": "wu", "周": "zhou", "徐": "xu", "孙": "sun", "马": "ma", "朱": "zhu",
    "胡": "hu", "郭": "guo", "何": "he", "林": "lin", "罗": "luo", "高": "gao", "郑": "zheng",
    "梁": "liang", "谢": "xie", "宋": "song", "唐": "tang", "许": "xu", "韩": "han", "冯": "feng",
    "邓": "deng", "曹": "cao", "曾": "zeng", "彭": "peng", "欧阳": "ouyang", "单": "shan",
}  # fmt: skip
_GIVEN = {
    "晓雯": "xiaowen", "子涵": "zihan", "雨桐": "yutong", "佳怡": "jiayi", "思远": "siyuan",
    "浩然": "haoran", "梦琪": "mengqi", "俊杰": "junjie", "欣妍": "xinyan", "志强": "zhiqiang",
    "丽娜": "lina", "文博": "wenbo", "嘉敏": "jiamin", "海涛": "haitao", "静怡": "jingyi",
    "建华": "jianhua", "诗涵": "shihan", "明轩": "mingxuan", "春燕": "chunyan", "立新": "lixin",
    "慧敏": "huimin", "天宇": "tianyu", "小芳": "xiaofang", "国栋": "guodong", "玉婷": "yuting",
    "鹏飞": "pengfei", "若曦": "ruoxi", "永康": "yongkang", "秋月": "qiuyue", "一鸣": "yiming",
}  # fmt: skip
_FIRST = [
    "Amelia", "Oliver", "Grace", "Daniel", "Sofia", "Marcus", "Hannah", "Ethan", "Chloe",
    "Samuel", "Nadia", "Lucas", "Maya", "Oscar", "Ruth", "Victor", "Leila", "Martin", "Ines",
    "Joseph", "Carla", "Henry", "Aisha", "Thomas", "Elena", "Patrick", "Priya", "Simon",
]  # fmt: skip
_LAST = [
    "Walsh", "Bennett", "Okafor", "Fischer", "Moreau", "Dixon", "Patel", "Lindgren", "Hughes",
    "Romero", "Keller", "Novak", "Byrne", "Castillo", "Meyer", "Osei", "Turner", "Haddad",
    "Larsen", "Quinn", "Silva", "Foster", "Jansen", "Murray",
]  # fmt: skip


@dataclass(frozen=True)
class Cast:
    """One of the people that the documentation introduces.

    `ability` (0 to 1) is given where somebody should be found in the middle of their courses.
    """

    username: str
    name: str
    locale: str
    roles: tuple[Role, ...]
    team: int | None = None
    supervises: tuple[int, ...] = ()
    ability: float | None = None


STAFF = (
    Cast("admin", "何志远", "zh", (Role.ADMINISTRATOR,)),
    Cast("planner", "孙悦", "zh", (Role.PLANNER,)),
    Cast("auditor", "郑谨", "zh", (Role.AUDITOR,)),
    Cast("lin.yue", "林月", "zh", (Role.TRAINER, Role.AGENT), team=0),
    Cast("zhou.min", "周敏", "zh", (Role.TRAINER, Role.AGENT), team=2),
    Cast("chen.jing", "陈静", "zh", (Role.TRAINER,)),
    Cast("emma.clarke", "Emma Clarke", "en", (Role.TRAINER,)),
    Cast("gao.feng", "高峰", "zh", (Role.SUPERVISOR,), supervises=(0,)),
    Cast("tang.xin", "唐欣", "zh", (Role.SUPERVISOR,), supervises=(1,)),
    Cast("wu.gang", "吴刚", "zh", (Role.SUPERVISOR,), supervises=(2, 3)),
    Cast("sarah.mills", "Sarah Mills", "en", (Role.SUPERVISOR,), supervises=(4,)),
    Cast("james.ford", "James Ford", "en", (Role.SUPERVISOR,), supervises=(5,)),
)
AGENTS = (
    Cast("xu.jiayi", "徐佳怡", "zh", (Role.AGENT,), team=0, ability=0.5),
    Cast("olivia.reed", "Olivia Reed", "en", (Role.AGENT,), team=4, ability=0.5),
)
_SHOWN = "xu.jiayi olivia.reed lin.yue emma.clarke gao.feng planner auditor admin"
INTRODUCED = tuple(
    one for username in _SHOWN.split() for one in STAFF + AGENTS if one.username == username
)
TEAMS = ("晨星组", "远航组", "同心组", "金话筒组", "Harbour", "Lighthouse")


def team_name(number: int) -> str:
    """The name of team 0, 1, 2 …; after six they are numbered."""
    name = TEAMS[number % len(TEAMS)]
    return name if number < len(TEAMS) else f"{name} {number // len(TEAMS) + 1}"


def team_language(number: int) -> str:
    """The language most people of a team work in."""
    return "en" if number % len(TEAMS) >= 4 else "zh"


def invented_names(rng: Random, language: str) -> Iterator[tuple[str, str]]:
    """Names with a user name each, `(name, username)`, without end; no user name twice."""
    seen: dict[str, int] = {}
    while True:
        if language == "zh":
            surname, given = rng.choice(list(_SURNAMES)), rng.choice(list(_GIVEN))
            name, username = surname + given, f"{_SURNAMES[surname]}.{_GIVEN[given]}"
        else:
            first, last = rng.choice(_FIRST), rng.choice(_LAST)
            name, username = f"{first} {last}", f"{first}.{last}".lower()
        seen[username] = seen.get(username, 0) + 1
        count = seen[username]
        yield name, username if count == 1 else f"{username}{count}"
