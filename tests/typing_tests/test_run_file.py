"""Runs in files: what may be left out, what is meant by two readings, how errors are named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.typing_tests.forged import squeezed
from tests.typing_tests.honest import Run, english, pinyin
from tests.typing_tests.timelines import seeded
from trainhub.cli import main
from trainhub.errors import InputErrors
from trainhub.typing_tests.rules.run_file import FiledRun, parse_runs, read_runs

TINY: dict[str, Any] = {"text": "hello there", "events": [[0, "d", "h"], [1, "i", "h"]]}


def only(run: dict[str, Any]) -> FiledRun:
    (filed,) = read_runs(run)
    return filed


def arrivals(run: Run) -> list[tuple[int, float]]:
    return [(one.upto_event, one.server_ms) for one in only(run).evidence.arrivals]


def refused(run: object) -> list[tuple[str, str | None]]:
    with pytest.raises(InputErrors) as caught:
        read_runs(run)
    return [(error.code, error.field) for error in caught.value.errors]


def test_text_and_events_are_enough() -> None:
    evidence = only(TINY).evidence
    assert (evidence.language, evidence.token, evidence.final_text) == ("en", "fresh", None)
    assert only(TINY | {"text": "您好"}).evidence.language == "zh"
    assert only(TINY | {"lang": "zh-CN"}).evidence.language == "zh"
    assert only(TINY | {"lang": "mixed"}).evidence.kind == "mixed"
    assert only({**TINY, **dict.fromkeys(("id", "token", "chunks", "history_wpm"))}).id is None


def test_upto_event_may_be_a_count_or_the_last_events_number() -> None:
    events = [[10 * number, "i", "a"] for number in range(6)]
    for first, last in ((3, 6), (2, 5)):
        chunks = [{"upto_event": first, "server_ms": 50}, {"upto_event": last, "server_ms": 90}]
        run = TINY | {"events": events, "chunks": chunks, "server_start_ms": 0}
        assert arrivals(run) == [(3, 50), (6, 90)]


def test_server_times_may_count_from_the_start() -> None:
    events = [[0, "i", "a"], [900, "i", "b"]]
    chunk = {"upto_event": 2, "server_ms": 1_000}
    start = 1_800_000_000_000
    run = TINY | {"events": events, "chunks": [chunk], "server_start_ms": start}
    assert arrivals(run) == [(2, 1_000)]
    assert arrivals(run | {"server_receive_ms": start + 1_040}) == [(2, 1_000)]
    run["chunks"] = [chunk | {"server_ms": start + 1_000}]
    assert arrivals(run) == [(2, 1_000)]
    assert arrivals(run | {"server_receive_ms": start + 1_040}) == [(2, 1_000)]


def test_the_end_of_the_run_is_the_arrival_of_what_no_chunk_brought() -> None:
    run = TINY | {"server_start_ms": 500, "server_receive_ms": 900}
    assert arrivals(run) == [(2, 400)]


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"text": None}, "text"),
        ({"text": 5}, "text"),
        ({"text": " "}, "text"),
        ({"events": None}, "events"),
        ({"events": "none"}, "events"),
        ({"events": [[0, "d"], [0, "?", ""]]}, "events.1"),
        ({"lang": "fr"}, "lang"),
        ({"lang": 1}, "lang"),
        ({"kind": "poem"}, "kind"),
        ({"final_text": ["a"]}, "final_text"),
        ({"token": 5}, "token"),
        ({"server_start_ms": "now"}, "server_start_ms"),
        ({"chunks": {}}, "chunks"),
        ({"chunks": [5]}, "chunks.0"),
        ({"chunks": [{"upto_event": 2}]}, "chunks.0.server_ms"),
        ({"chunks": [{"server_ms": 2}]}, "chunks.0.upto_event"),
        ({"chunks": [{"upto_event": 1.5, "server_ms": 2}]}, "chunks.0.upto_event"),
        ({"chunks": [{"upto_event": 1, "server_ms": float("nan")}]}, "chunks.0.server_ms"),
        ({"client_claim": 80}, "client_claim"),
        ({"client_claim": {"wpm": "80"}}, "client_claim.wpm"),
        ({"history_wpm": 40}, "history_wpm"),
        ({"history_wpm": [40, "41"]}, "history_wpm.1"),
    ],
)
def test_a_wrong_field_is_named_with_its_run(values: dict[str, Any], place: str) -> None:
    found = refused([TINY, TINY | {"id": "k-7"} | values])
    assert f"runs.1 (k-7).{place}" in [field for _, field in found]


@pytest.mark.parametrize("raw", [None, 5, "run", [[]], [None]])
def test_what_is_no_run_is_refused(raw: object) -> None:
    assert refused(raw)[0][0] == "not_object"
    assert refused([TINY, {"id": [1]}])[0] == ("id_form", "runs.1")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "json"),
        (b"{", "json"),
        (b'{"text": "a"\n "events": []}', "json"),
        ("您好".encode("gb18030"), "encoding"),
        (b"[" * 100_000, "json"),
        (b'{"id": ' + b"9" * 5_000 + b"}", "json"),
    ],
)
def test_what_is_no_json_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(InputErrors) as caught:
        parse_runs(data)
    assert caught.value.errors[0].code == code


def say(tmp_path: Path, runs: object, *words: str, status: int = 0) -> Result:
    file = tmp_path / "runs.json"
    file.write_text(json.dumps(runs), "utf-8")
    result = CliRunner().invoke(main, ["typing", "verify", str(file), *words])
    assert result.exit_code == status, result.output
    return result


def test_the_command_answers_a_list_with_a_list(tmp_path: Path) -> None:
    honest = pinyin(seeded("command", 1)) | {"id": "您好"}
    forged = squeezed(seeded("command", 2), 0.6, english) | {"id": 2}
    answers = json.loads(say(tmp_path, [honest, forged], "--json").stdout)
    assert [(one["id"], one["verdict"]) for one in answers] == [("您好", "accept"), (2, "refuse")]
    assert answers[0]["reasons"] == []
    assert "clock_squeezed" in answers[1]["reasons"]
    assert answers[0]["metrics"]["unit"] == "cpm"
    assert answers[0]["metrics"]["wpm"] is None
    assert json.loads(say(tmp_path, [], "--json").stdout) == []


def test_the_command_answers_one_run_with_one_object(tmp_path: Path) -> None:
    answer = json.loads(say(tmp_path, TINY, "--json").stdout)
    assert set(answer) == {"id", "verdict", "reasons", "notes", "metrics"}
    assert "run 0: flag" in say(tmp_path, TINY).stdout


def test_times_that_are_none_do_not_break_the_answer(tmp_path: Path) -> None:
    events = [[None, "i", "a"], [float("nan"), "i", "b"], [10**400, "i", "c"], [-1e308, "i", "d"]]
    answer = json.loads(say(tmp_path, TINY | {"events": events}, "--json").stdout)
    assert answer["verdict"] == "refuse"
    assert "time_impossible" in answer["reasons"]


def test_a_run_handed_in_twice_is_a_replay_the_second_time(tmp_path: Path) -> None:
    run = english(seeded("twice", 1))
    answers = json.loads(say(tmp_path, [run, run | {"id": "again"}], "--json").stdout)
    assert [one["verdict"] for one in answers] == ["accept", "flag"]
    assert answers[1]["reasons"] == ["replayed"]


def test_a_malformed_file_is_refused_without_a_traceback(tmp_path: Path) -> None:
    bad = TINY | {"id": "k", "events": [[0, "i", "a"], [1, "zz", "b"]]}
    answer = json.loads(say(tmp_path, [bad], "--json", status=1).stdout)
    assert answer["errors"][0]["field"] == "runs.0 (k).events.1"
    assert "events.1" in say(tmp_path, [bad], status=1).stderr


@pytest.mark.parametrize("words", [(), ("--json",)])
@pytest.mark.parametrize("kind", ["i", "\udfff"])
def test_an_id_that_no_terminal_shows_does_no_harm(
    tmp_path: Path, kind: str, words: tuple[str, ...]
) -> None:
    run = TINY | {"id": "\ud800\x1b[31mk\n7", "events": [[0, kind, "h"]]}
    result = say(tmp_path, run, *words, status=0 if kind == "i" else 1)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "\x1b" not in result.output
    assert "k" in result.output


@pytest.mark.parametrize("step_ms", [5e293, 1e306, 1e14])
def test_arrivals_beyond_all_measure_do_not_break_the_answer(
    tmp_path: Path, step_ms: float
) -> None:
    events = [[number * 100, "i", "hello there"[number % 11]] for number in range(600)]
    chunks = [{"upto_event": 50 * no, "server_ms": no * step_ms} for no in range(1, 13)]
    result = say(tmp_path, TINY | {"events": events, "chunks": chunks}, "--json")
    assert "clock_squeezed" in json.loads(result.output)["reasons"]


@pytest.mark.parametrize("name", ["server_start_ms", "server_receive_ms"])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_the_servers_clock_is_finite(name: str, value: float) -> None:
    assert refused(TINY | {name: value}) == [("not_number", f"run.{name}")]
