"""Sort and search keys of names: pinyin with the surname's own reading.

pypinyin is imported when the first Chinese name comes, because it loads large tables.
"""

from __future__ import annotations

from trainhub.people.rules import is_han

# Surnames whose reading differs from the character's usual one.
SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "任": "ren",
    "朴": "piao", "盖": "ge", "翟": "zhai", "覃": "qin", "乐": "yue", "冼": "xian", "员": "yun",
    "宁": "ning", "缪": "miao", "华": "hua", "柏": "bai", "卜": "bu", "召": "shao", "折": "she",
    "纪": "ji", "洗": "xian", "尉": "wei", "葛": "ge", "郇": "xun", "种": "chong", "秘": "bi",
    "繁": "po", "黑": "he", "晁": "chao", "谌": "chen", "逄": "pang", "阚": "kan", "应": "ying",
    "那": "na", "曲": "qu", "万": "wan", "石": "shi", "车": "che", "隗": "wei", "燕": "yan",
    "洪": "hong", "牟": "mu", "祭": "zhai", "句": "gou", "哈": "ha", "长孙": "zhang sun",
    "尉迟": "yu chi", "万俟": "mo qi", "澹台": "tan tai", "宓": "mi", "單": "shan", "區": "ou",
    "樂": "yue", "蓋": "ge", "員": "yun", "種": "chong", "寧": "ning",
}  # fmt: skip


def _syllables(han: str) -> list[str]:
    from pypinyin import lazy_pinyin

    return list(lazy_pinyin(han, errors=list))  # type: ignore[arg-type]  # a list is taken apart


def _words(name: str) -> list[str]:
    """The name's words: a syllable for each Chinese character, others as written."""
    words: list[str] = []
    at_start = True
    for part in name.casefold().split():
        run = ""
        for character in [*part, ""]:
            if character and is_han(character) == (bool(run) and is_han(run[0])) and run:
                run += character
                continue
            words += _read(run, is_name_start=at_start)
            at_start = at_start and not run
            run = character
    return [word for word in words if any(letter.isalnum() for letter in word)]


def _read(run: str, *, is_name_start: bool) -> list[str]:
    if not run or not is_han(run[0]):
        return [run] if run else []
    for length in (2, 1) if is_name_start else ():
        reading = SURNAMES.get(run[:length])
        if reading and len(run) >= length:
            return [*reading.split(), *_syllables(run[length:])]
    return _syllables(run)


def name_key(name: str) -> str:
    """What the name sorts by: "曾国藩" gives "zeng guo fan", "Alice Wang" "alice wang"."""
    return " ".join(_words(name))[:300]


def search_key(
    name: str, username: str, email: str | None = None, employee_no: str | None = None
) -> str:
    """Everything a person is looked up by, in one lower-case line.

    The name as written, its pinyin together ("zengguofan") and its initials ("zgf"), the
    user name, e-mail address and employee number.
    """
    words = _words(name)
    together = "".join(words)
    initials = "".join(word[0] for word in words)
    parts = [name.casefold(), together, initials, username, email or "", employee_no or ""]
    return " ".join(part.casefold() for part in dict.fromkeys(parts) if part)[:900]
