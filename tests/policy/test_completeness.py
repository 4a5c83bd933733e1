"""Nothing lies about: templates are used, commands explain themselves, the menu leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from trainhub import paths
from trainhub.cli import main
from trainhub.web import navigation

ROOT = Path(__file__).parents[2]


def commands(
    group: click.Group, words: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        path = (*words, name)
        if isinstance(command, click.Group):
            yield from commands(command, path)
        yield " ".join(path), command


COMMANDS = dict(commands(main))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    text = COMMANDS[name].help or ""
    assert f"Example: trainhub {name.split()[0]}" in text, f"trainhub {name}: add an example"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_readme(name: str) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for word in name.split():
        assert re.search(rf"`[^`\n]*\b{word}\b[^`\n]*`", readme), (
            f"README.md does not name `trainhub {name}`: put it into the table of commands"
        )


def test_every_template_parses_and_is_used(app: Flask) -> None:
    sources = [*paths.PACKAGE.rglob("*.py"), *paths.TEMPLATES.rglob("*.*")]
    texts = "\n".join(source.read_text("utf-8") for source in sources)
    for template in sorted(paths.TEMPLATES.rglob("*.*")):
        name = template.relative_to(paths.TEMPLATES).as_posix()
        app.jinja_env.get_template(name)
        # A view may choose among templates by their last name: f"catalogue/{name}.html".
        chosen = f'"{template.stem}"' in texts
        sent = name.startswith("notices/") and "notices/{notice.kind}.txt" in texts
        assert name in texts or chosen or sent, (
            f"{name} is used by no view and no template: delete it"
        )


def test_every_entry_of_the_menu_leads_to_a_page(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    for entry in navigation._entries.values():
        assert entry.endpoint in endpoints, f"the menu leads to {entry.endpoint}, which is gone"


def test_every_document_the_readme_links_to_is_there() -> None:
    for document in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text("utf-8")):
            if "{" in target or target.startswith(("media/", "course:")):
                continue
            assert (document.parent / target).exists(), f"{document.name} links to {target}"
