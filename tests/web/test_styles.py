"""The classes of the house: what a template names, a style sheet knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from trainhub.paths import STATIC, TEMPLATES

_CLASSES = re.compile(r"""(?:class|class_|css)=(?:"([^"]*)"|'([^']*)')""")
# Hooks that scripts or tests hold on to; they have no look of their own.
HOOKS = {"th-error-summary", "th-menu-person"}


def known_classes() -> set[str]:
    """Every class some sheet styles."""
    css = "".join(file.read_text("utf-8") for file in (STATIC / "css").glob("*.css"))
    return set(re.findall(r"\.(th-[\w-]+)", css)) | HOOKS


@pytest.mark.parametrize(
    "template", sorted(TEMPLATES.rglob("*.html")), ids=lambda file: file.relative_to(TEMPLATES)
)
def test_a_template_names_only_classes_that_exist(template: Path) -> None:
    known = known_classes() | {"th-badge-neutral"}
    for double, single in _CLASSES.findall(template.read_text("utf-8")):
        written = re.sub(r"\{[{%].*?[%}]\}", " {} ", double or single)
        for name in re.findall(r"(?<![\w-])th-[\w-]*\w(?!-?\s*\{)(?![\w-])", written):
            assert name in known, (
                f"{template.name}: no style sheet knows .{name}; take a class that exists "
                "(see the heads of templates/_*.html) or add its look to static/css/"
            )


def test_no_template_styles_by_itself() -> None:
    for file in TEMPLATES.rglob("*.html"):
        text = file.read_text("utf-8")
        assert " style=" not in text, f"{file.name}: use a class; inline style is forbidden"
        assert "<style" not in text, f"{file.name}: put it into a sheet of static/css/"
