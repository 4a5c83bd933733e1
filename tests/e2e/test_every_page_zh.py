"""Every kind of page of every role, in Chinese: accessible in both themes, within its frame."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.browsing import Visitor
from tests.e2e.crawling import ROLES, faults_of_every_page

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("username", ROLES)
def test_pages_are_accessible_and_fit(visit: Callable[..., Visitor], username: str) -> None:
    visitor = visit(username, language="zh", color_scheme="light")
    faults = faults_of_every_page(visitor, username, "zh")
    assert faults == [], "\n".join(faults)
