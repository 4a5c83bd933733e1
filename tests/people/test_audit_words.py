"""The audit trail is read by people: every act has words in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.checking import CheckingClient
from tests.conftest import NOON
from tests.factories import Make
from trainhub import paths
from trainhub.audit.services import append_entry
from trainhub.db import transaction
from trainhub.people.models import Role
from trainhub.people.views.audit_words import ACTS, THINGS


def test_every_act_and_thing_on_record_has_words() -> None:
    acts, things = set(), set()
    for source in paths.PACKAGE.rglob("services/**/*.py"):
        text = source.read_text("utf-8")
        if "append_entry" in text:
            acts |= set(re.findall(r'(?:_record|_audit|_entry)\(\s*"([a-z_]+\.[a-z_]+)"', text))
            things |= set(re.findall(r'object_type="([a-z_]+)"', text))
    assert len(acts) > 20
    assert not acts - ACTS.keys(), "give the act words in people/views/audit_words.py"
    assert not things - THINGS.keys(), "give the thing words in people/views/audit_words.py"


def test_acts_on_exams_are_told_in_chinese(
    make: type[Make], client: Callable[..., CheckingClient]
) -> None:
    root = make.person("root", Role.ADMINISTRATOR)
    with transaction():
        for action, thing in (("sitting.opened", "sitting"), ("bank.exported", "bank")):
            append_entry(
                action, actor=root, object_type=thing, object_key=thing, now=NOON,
                changes={"expected_s": [60, 90]},
            )  # fmt: skip
    text = client(root, language="zh").page("/audit-trail").text
    assert "开放了一个考试场次" in text and "预计用时（秒）" in text
    for raw in ("sitting.opened", "bank bank", "expected_s"):
        assert raw not in text
