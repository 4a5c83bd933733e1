"""Each template filter, test and global has its own name: a second would hide the first."""

from __future__ import annotations

import re
from collections import Counter

from trainhub.paths import PACKAGE

_NAMED = re.compile(
    r"""app_template_(filter|global|test)\(\s*(?:[\w.]+,\s*)?["'](\w+)["']""", re.DOTALL
)


def test_no_name_in_templates_is_given_twice() -> None:
    given = Counter(
        found.groups()
        for file in PACKAGE.rglob("*.py")
        for found in _NAMED.finditer(file.read_text("utf-8"))
    )
    assert [name for name, times in given.items() if times > 1] == []
    assert given["filter", "points"] == 1  # the pattern finds what it looks for
