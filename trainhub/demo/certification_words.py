"""What people of the demonstration centre write: summaries, comments, reasons."""

from __future__ import annotations

from trainhub.certification.evidence.summary import STANDARD_HEADINGS
from trainhub.certification.rules.summaries import compose
from trainhub.people.models import Person

_PARTS = {
    "zh": (
        "三个月里我学会了服务关键时刻的四个步骤，知道客户打来电话时最先需要的是被听见。"
        "投诉处理四步法让我不再急着解释，而是先安抚、再核实、给出时限、最后回访。"
        "快捷话术用熟以后，我的应答比第一个月快了很多。",
        "有一位客户连续三次没有收到退款，情绪很激动。我先道歉，再把三次记录对了一遍，"
        "发现是银行卡号变更，当场帮他改好，第二天回访时退款已经到账。",
        "遇到语速快的客户我还会漏记要点，打字一着急就出错；英文名字的拼写也需要多练。",
        "每天下班前练十分钟打字，每周请班长听一通录音；下个月报名营销五部曲的早课。",
    ),
    "en": (
        "In these three months I have learned that a caller first of all wants to be heard. The "
        "four steps of handling a complaint keep me from explaining too early: calm, check, name "
        "a time limit, call back.",
        "A customer had waited for the same parcel three times. I compared the three notes, found "
        "the wrong house number, and had it delivered the next morning.",
        "I still lose points when somebody speaks fast, and I look up refund rules too often.",
        "Ten minutes of typing a day, one recorded call a week with my supervisor, and the early "
        "class on closing next month.",
    ),
}
_THIN = {
    "zh": ("学了很多东西，同事们都很照顾我。" * 8, "服务态度好，没有被投诉过。" * 5,
           "继续努力。", "努力工作。"),
    "en": ("I have learned a great deal. " * 6, "No complaints so far. " * 5, "Speed.", "Go on."),
}  # fmt: skip
ACCEPTED = {
    "zh": ("写得具体，退款那个例子可以在班会上讲一讲。", "同意，打字练习我们一起盯。",
           "很好，继续保持。"),
    "en": ("Concrete and honest. Tell the team about the parcel.", "Agreed.", "Well done."),
}  # fmt: skip
RETURNED = {
    "zh": "“做得好的地方”请写一通具体的来电：客户要什么，你怎么做，结果怎样。",
    "en": "Please tell of one call under “What went well”: what was wanted, what you did, how it"
    " ended.",
}
SIGNED = {
    "zh": ("三通跟听都稳，可以独立上岗。", "可以独立接线，投诉件前两周请带一带。", "同意转正。"),
    "en": ("Steady in all three calls; may work alone.", "Ready.", "Ready."),
}
CALLS = {
    "zh": ("退款未到账，客户第三次来电", "物流停滞五天，客户要求赔偿", "会员积分被清零的投诉",
           "尺码换货，话务高峰"),
    "en": ("Refund not received, third call", "Parcel stuck for five days", "Loyalty points gone",
           "Exchange at peak time"),
}  # fmt: skip
RATED = {
    "zh": ("先安抚后核实，时限说得清楚。", "需求问得透，方案可以再多给一个。",
           "记录完整，结束语稍急。"),
    "en": ("Calm first, then facts; clear time limits.", "Good questions; offer one more way.",
           "Complete notes, a little hurried at the end."),
}  # fmt: skip
LEFT = "转岗到后台质检，不再接线"
NO_CLASS = "排班与早课一直错开，下一轮营销五部曲补上"
ENGLISH_LINE = {
    "zh": "英文线员工，改考英文打字测试",
    "en": "Works on the English line and takes the English typing test instead",
}
ILL = "病假两周，班长同意顺延"
REVOKED = "抽检发现向客户透露了他人的订单信息，培训部与班长共同决定"
CHEATED = "复核监考录像：考试中使用手机查答案，成绩作废"
REMINDED = "这周把两门课补完，上岗考试可以约周四下午的场次。"


def language_of(person: Person) -> str:
    """The language somebody of the centre writes in."""
    return person.locale or "zh"


def summary_text(language: str, *, is_thin: bool = False) -> str:
    """A summary under the standard headings; a thin one says little at length."""
    parts = (_THIN if is_thin else _PARTS)[language]
    return compose(STANDARD_HEADINGS[language], parts)
