"""`trainhub plan`: from a problem file to a checked plan, and clear words for broken files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bench.planner.instances import Size, make
from tests.planner.problems import document, held, plan_of, problem
from trainhub.cli import main
from trainhub.planner.judging.check import check
from trainhub.planner.problem import read_problem
from trainhub.planner.problem.plan import read_plan

ROOT = Path(__file__).parents[2]
# Large enough for two processes, small enough to begin at once.
CENTRE = make(Size(320, sites=2, teams=4, rooms=4, trainers=4, weeks=3, series=3, extras=1))


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["plan", *map(str, words)])


@pytest.fixture
def problem_file(tmp_path: Path) -> Path:
    return written(tmp_path / "problem.json", document())


def written(file: Path, content: Any) -> Path:
    file.write_text(json.dumps(content), "utf-8")
    return file


def test_a_problem_is_solved_and_the_plan_checked(problem_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    solved = call("solve", problem_file, "--out", out, "--time-limit", "1", "--json")
    assert solved.exit_code == 0, solved.output
    summary = json.loads(solved.stdout)
    assert (summary["ok"], summary["placed"], summary["needed"]) == (True, 3, 3)
    assert summary["objective"]["total"] == 100
    assert "seats" in solved.stderr
    checked = call("check", problem_file, out)
    assert (checked.exit_code, checked.stdout) == (0, "every rule is kept\n")


def test_pins_that_have_somebody_in_two_places_are_told(tmp_path: Path) -> None:
    made = document(
        pinned_sessions=[
            {"id": "X", "course": "C1", "day": 0, "start": 480, "room": "R", "trainer": "K"}
        ],
        pinned_seats=[[0, "X"]],
    )
    made["trainers"][0]["agent"] = 0
    asked, out = written(tmp_path / "problem.json", made), tmp_path / "plan.json"
    call("solve", asked, "--out", out, "--time-limit", "0.5", "--no-solver")
    checked = call("check", asked, out)
    assert checked.exit_code == 0
    assert "pinned so: agent 0 sits in class X while teaching class X" in checked.stdout
    told = json.loads(call("check", asked, out, "--json").stdout)["pinned_in_two_places"]
    assert told == [{"agent": 0, "taught": "X", "sat": "X"}]


def test_it_says_what_it_did_to_people_too(problem_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    words = call("solve", problem_file, "--out", out, "--time-limit", "0.5", "--no-solver").stdout
    assert "3 of 3 seats in 2 classes" in words
    assert str(out) in words


def test_a_broken_plan_is_refused_with_the_rule_and_the_place(
    problem_file: Path, tmp_path: Path
) -> None:
    plan = plan_of(problem(), held("a", [0], start=540), held("b", [1]))
    file = written(tmp_path / "plan.json", plan.as_json())
    checked = call("check", problem_file, file)
    assert checked.exit_code == 1
    assert "H4 agent 0, class a: NO_WINDOW shift E" in checked.stdout
    answer = json.loads(call("check", problem_file, file, "--json").stdout)
    assert answer["ok"] is False
    assert {"H1", "H4"} >= {one["rule"] for one in answer["violations"]} - {"UNPLACED"}


def test_relaxations_are_listed_with_what_they_bring(tmp_path: Path) -> None:
    short = document()
    short["courses"][0]["deadline"] = 0
    short["queues"][0]["profiles"] = [[2] * 48]
    asked = written(tmp_path / "problem.json", short)
    plan = plan_of(problem(**short))
    file = written(tmp_path / "plan.json", plan.as_json())
    answer = call("relax", asked, file, "--time-limit", "5")
    assert answer.exit_code == 0
    assert "1 seat(s) more: max_short (queue Q, heads 1)" in answer.stdout


def test_relaxing_a_broken_plan_is_refused(problem_file: Path, tmp_path: Path) -> None:
    plan = plan_of(problem(), held("a", [0], start=540))
    answer = call("relax", problem_file, written(tmp_path / "plan.json", plan.as_json()))
    assert answer.exit_code == 1
    assert "H4" in answer.stderr


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b'{"schema": ', "problem.json:1"),
        (b"\xff\xfe\x00", "problem.json: This is no JSON text in UTF-8"),
        (b"[" * 100_000, "problem.json: This is no JSON text"),
        (b"[]", "file: must be an object"),
        (b"{}", "schema: must be trainhub-sched/1"),
    ],
)
def test_a_file_that_is_no_problem(tmp_path: Path, content: bytes, place: str) -> None:
    file = tmp_path / "problem.json"
    file.write_bytes(content)
    answer = call("solve", file, "--out", tmp_path / "plan.json")
    assert answer.exit_code == 1
    assert place in answer.stderr
    assert "Traceback" not in answer.output
    assert not (tmp_path / "plan.json").exists()


def test_every_fault_is_named_by_its_place(tmp_path: Path) -> None:
    broken = document()
    broken["courses"][1]["grid_min"] = "often"
    broken["agents"]["team"][2] = 7
    file = written(tmp_path / "problem.json", broken)
    answer = call("solve", file, "--out", tmp_path / "plan.json", "--json")
    messages = [error["message"] for error in json.loads(answer.stdout)["errors"]]
    assert any(text.startswith("courses[1].grid_min: ") for text in messages)
    assert any(text.startswith("agents.team[2]: ") for text in messages)


def test_a_plan_cannot_be_written_where_there_is_no_folder(
    problem_file: Path, tmp_path: Path
) -> None:
    answer = call("solve", problem_file, "--out", tmp_path / "nowhere" / "plan.json")
    assert answer.exit_code == 1
    assert "is no folder" in answer.stderr


@pytest.mark.parametrize("limit", ["0", "-1", "soon", "nan"])
def test_a_time_limit_is_some_seconds(problem_file: Path, tmp_path: Path, limit: str) -> None:
    out = tmp_path / "plan.json"
    assert call("solve", problem_file, "--out", out, "--time-limit", limit).exit_code == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_asks_to_end_gets_the_best_plan_so_far(tmp_path: Path, number: signal.Signals) -> None:
    """The first line of progress says that there is a plan; Ctrl-C goes to all its processes."""
    asked = written(tmp_path / "problem.json", CENTRE)
    out = tmp_path / "plan.json"
    words = ["plan", "solve", asked, "--out", out, "--time-limit", "300", "--workers", "2"]
    with subprocess.Popen(
        [sys.executable, "-m", "trainhub", *map(str, words)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        assert "seats" in process.stderr.readline()
        if number == signal.SIGINT:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        said, progress = process.communicate(timeout=60)
    assert process.returncode == 0
    assert said.startswith("interrupted after")
    assert "Traceback" not in progress
    solved, plan = read_problem(CENTRE), read_plan(json.loads(out.read_text("utf-8")))
    assert check(solved, plan) == []
