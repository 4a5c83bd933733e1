"""The audit trail is read by people: every act has words in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask

from tests.checking import CheckingClient
from tests.conftest import NOON
from tests.factories import Make
from trainhub import paths, permissions
from trainhub.audit.services import append_entry
from trainhub.db import transaction
from trainhub.people.models import Role
from trainhub.people.views.audit_values import PERMISSIONS
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


def test_every_permission_that_can_be_refused_has_words(app: Flask) -> None:
    views = {getattr(view, "permission", None) for view in app.view_functions.values()} - {None}
    assert not views - PERMISSIONS.keys(), "give it words in people/views/audit_values.py"
    assert all(map(permissions.is_registered, PERMISSIONS)), "words of no permission"


def test_states_and_kinds_of_certification_are_told_in_words(
    make: type[Make], client: Callable[..., CheckingClient]
) -> None:
    root = make.person("root", Role.ADMINISTRATOR)
    told = (
        (
            "award.revoked",
            "award",
            {"state": ["active", "revoked"], "cause": ["refresh_overdue", None]},
        ),
        ("observation.voided", "observed_case", {"state": ["settled", "void"]}),
        ("programme.created", "programme", {"kind": [None, "duty"]}),
        ("refresh.asked", "programme", {"holders": [None, 3], "exam": [None, "entry"]}),
        ("access.refused", "page", {"permission": [None, "certification.own"]}),
    )
    with transaction():
        for action, thing, changes in told:
            append_entry(
                action, actor=root, object_type=thing, object_key="4", now=NOON, changes=changes
            )
    chinese = client(root, language="zh").page("/audit-trail").text
    for words in ("已撤销", "作废", "项目类型", "持证人", "查看自己或所管人员的认证"):
        assert words in chinese
    for raw in (
        "active",
        "revoked",
        "settled",
        "duty",
        "refresh_overdue",
        "certification.own",
        "班次类型",
    ):
        assert raw not in chinese
    english = client(root, language="en").page("/audit-trail").text
    assert (
        "In force → Revoked" in english and "Kind of programme : – → Duty in a campaign" in english
    )
