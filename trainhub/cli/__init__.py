"""The `trainhub` command. Groups are imported only when they are called, so help is quick."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from trainhub import __version__, config

_COMMANDS = {
    "serve": ("ops", "Run the web server (and, on one machine, its worker)."),
    "worker": ("ops", "Run the scheduler: deadlines, notices, nightly backup."),
    "tick": ("ops", "Do once what the worker does every minute."),
    "upgrade": ("ops", "Bring the database to this version's structure."),
    "doctor": ("ops", "Report on engine, disk, migrations, scheduler, translations."),
    "backup": ("ops", "Write a backup of the database."),
    "restore": ("ops", "Put a backup in the database's place."),
    "people": ("people", "Import, export, invite and disable people; make access tokens."),
    "content": ("content", "Import, export, check and render courses and quizzes."),
    "items": ("items", "Import and export questions of the bank: GIFT, Moodle XML, tables."),
    "typing": ("typing", "Verify typing runs; check, import and export passages."),
    "privacy": ("privacy", "Copy somebody's data; write the document of what is kept."),
    "programmes": ("programmes", "Import and export certification programmes."),
    "certificates": ("certificates", "Verify and export certificates."),
    "rota": ("rota", "Import a rota as planners keep it."),
    "demand": ("demand", "Import the demand of queues as planners keep it."),
    "plan": ("plan_export", "Solve planning problems and check plans; export campaigns."),
    "examples": ("examples", "Write example tables of rota and demand, to try the imports."),
    "demo": ("demo", "Fill an empty database with a demonstration centre."),
    "revise": ("ops", "For developers: write the next database revision."),
    "translations": ("translations", "For developers: list or add messages without Chinese."),
}


class LazyGroup(click.Group):
    """A group that knows its commands' one-line help without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of a day's work."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command that is called."""
        if cmd_name not in _COMMANDS:
            return None
        room, _ = _COMMANDS[cmd_name]
        command: Any = getattr(import_module(f"trainhub.cli.{room}"), cmd_name)
        return command  # type: ignore[no-any-return]  # the rooms define click commands

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table above."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="trainhub")
def main() -> None:
    """TrainHub: micro-courses, exams and certification for contact centres.

    Data lies in ./instance unless TRAINHUB_INSTANCE names another folder.

    Example: trainhub serve
    """


def run() -> None:
    """The console script: a wrong setting is one sentence, not a traceback."""
    try:
        main(prog_name="trainhub")
    except config.BadSetting as error:
        raise SystemExit(f"trainhub: {error}") from None
