"""`trainhub typing`: keystroke timelines checked outside the web, and passages in files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from trainhub.cli.report import json_option, refuse
from trainhub.cli.typing_passages import passages
from trainhub.errors import InputError, InputErrors
from trainhub.typing_tests.rules.run_file import MOST_BYTES, FiledRun, parse_runs, verify_runs
from trainhub.typing_tests.rules.verification import Finding
from trainhub.typing_tests.rules.wire import shown

_TOO_BIG = "The file is larger than %(most)s MB."


@click.group()
def typing() -> None:
    """Verify runs of typing tests; check, import and export passages.

    Example: trainhub typing verify runs.json --json
    """


typing.add_command(passages)


@typing.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def verify_command(file: Path, as_json: bool) -> None:
    """Judge the keystroke timelines in FILE: accept, flag or refuse each, and measure it.

    FILE holds one run or a list of runs in JSON. Needs no database. The exit status is 0 whatever
    the verdicts are, 1 if the file cannot be read; docs/typing-verification.md describes its
    fields.

    Example: trainhub typing verify runs.json --json
    """
    name = file.as_posix()
    if file.stat().st_size > MOST_BYTES:
        most = MOST_BYTES // 1_048_576
        refuse(as_json, [InputError("file_too_big", _TOO_BIG, {"most": most}, file=name)])
    data = file.read_bytes()
    try:
        runs = parse_runs(data)
    except InputErrors as refused:
        refuse(as_json, [replace(error, file=name) for error in refused.errors])
    answers = [_answer(run, finding) for run, finding in verify_runs(runs)]
    if not as_json:
        for number, answer in enumerate(answers):
            click.echo(_line(number, answer))
        return
    lines = [json.dumps(answer, ensure_ascii=True, allow_nan=False) for answer in answers]
    is_list = data.decode("utf-8-sig").lstrip().startswith("[")
    click.echo("[\n" + ",\n".join(lines) + "\n]" if is_list else lines[0])


def _answer(run: FiledRun, finding: Finding) -> dict[str, Any]:
    metrics = {
        name: round(value, 4) if isinstance(value, float) else value
        for name, value in finding.metrics.as_dict().items()
    }
    return {
        "id": run.id,
        "verdict": finding.verdict.value,
        "reasons": list(finding.reasons),
        "notes": list(finding.notes),
        "metrics": metrics,
    }


def _line(number: int, answer: Mapping[str, Any]) -> str:
    metrics = answer["metrics"]
    name = f"run {number}" if answer["id"] is None else shown(answer["id"], 200)
    codes = ", ".join([*answer["reasons"], *(f"note: {note}" for note in answer["notes"])])
    accuracy = 100 * metrics["final_accuracy"]
    figures = f"{metrics['net_speed']:.1f} {metrics['unit']}, accuracy {accuracy:.1f}%"
    return f"{name}: {answer['verdict']}; {figures}" + (f" [{codes}]" if codes else "")
