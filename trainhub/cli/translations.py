"""`trainhub translations`: for the people who write the program."""

from __future__ import annotations

import sys

import click

from trainhub.web.translations import add_missing_messages, missing_messages


@click.group()
def translations() -> None:
    """For developers: list or add messages without Chinese.

    Example: trainhub translations check
    """


@translations.command()
def check() -> None:
    """List messages without Chinese; exit status 1 if there are any.

    Example: trainhub translations check
    """
    missing = missing_messages()
    for subject, message, place in missing:
        click.echo(f"{subject}: {message!r} ({place})")
    sys.exit(1 if missing else 0)


@translations.command()
def update() -> None:
    """Add missing messages, untranslated, to each subject's file.

    Example: trainhub translations update
    """
    click.echo(f"{add_missing_messages()} message(s) without Chinese")
