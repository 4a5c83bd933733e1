"""What is installed: locks that agree with pyproject.toml, hashed, and tied to no registry."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import trainhub

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-test.lock", "requirements-dev.lock")
HOSTS = re.compile(
    r"py" r"pi\.org|python" r"hosted|npm" r"js\.org|--index-url|--find-links|https?://"
)
NAME = re.compile(r"[A-Za-z0-9._-]+")


def project() -> dict[str, dict[str, object]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(lock: str) -> dict[str, str]:
    """Package name to its version, as the lock says."""
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    pins = [line.split()[0] for line in lines if line[:1].isalnum()]
    return {normal(name): version for name, _, version in (pin.partition("==") for pin in pins)}


def asked_for(*extras: str) -> list[str]:
    optional = project()["optional-dependencies"]
    wanted = list(project()["dependencies"])
    return wanted + [one for extra in extras for one in optional[extra]]


def bounds(requirement: str) -> list[tuple[str, tuple[int, ...]]]:
    text = re.sub(r"^[A-Za-z0-9._-]+(\[[^]]*\])?", "", requirement)
    pairs = re.findall(r"(>=|<)\s*([0-9.]+)", text)
    return [(sign, tuple(int(part) for part in number.split("."))) for sign, number in pairs]


@pytest.mark.parametrize(
    ("lock", "extras"),
    [(LOCKS[0], []), (LOCKS[1], ["test"]), (LOCKS[2], ["test", "e2e", "lint"])],
)
def test_a_lock_has_what_the_project_asks_for(lock: str, extras: list[str]) -> None:
    pins = locked(lock)
    for requirement in asked_for(*extras):
        name = normal(NAME.match(requirement)[0])
        assert name in pins, f"{name} is not in {lock}: run python3 run.py lock"
        version = tuple(int(part) for part in re.findall(r"\d+", pins[name]))
        for sign, bound in bounds(requirement):
            fits = version >= bound if sign == ">=" else version[: len(bound)] < bound
            assert fits, f"{lock} has {name} {pins[name]}, not {requirement}: python3 run.py lock"


@pytest.mark.parametrize("lock", LOCKS[1:])
def test_tests_run_on_the_versions_that_are_served(lock: str) -> None:
    pins = locked(lock)
    assert {name: pins.get(name) for name in locked(LOCKS[0])} == locked(LOCKS[0])


@pytest.mark.parametrize("lock", [*LOCKS, "requirements-uv.lock"])
def test_every_pin_has_its_hashes_and_no_lock_names_a_host(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert not HOSTS.search(text), f"{lock} names where packages come from"
    pins = re.split(r"(?m)^(?=[a-z0-9])", text)[1:]
    assert pins
    for pin in pins:
        assert "--hash=sha256:" in pin, f"{lock}: no hash for {pin.splitlines()[0]}"


@pytest.mark.parametrize("file", ["run.py", "Makefile", "pyproject.toml", ".ci/run"])
def test_nothing_that_installs_names_a_registry(file: str) -> None:
    found = HOSTS.search((ROOT / file).read_text("utf-8").replace('"--find-links", str(', ""))
    assert not found, f"{file} says {found[0]}: the machine's own settings name the registry"


def test_the_launcher_needs_the_standard_library_only() -> None:
    tree = ast.parse((ROOT / "run.py").read_text("utf-8"))
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            assert name.split(".")[0] in sys.stdlib_module_names, f"run.py imports {name}"


def test_the_launcher_says_what_it_can_do() -> None:
    answer = subprocess.run(
        [sys.executable, "run.py", "--help"], cwd=ROOT, capture_output=True, text=True
    )
    for verb in ("setup", "test", "bundle", "--offline", "lock"):
        assert verb in answer.stdout
    assert answer.returncode == 0


def test_help_comes_at_once() -> None:
    """`trainhub --help` imports neither Flask nor the database."""
    code = (
        "import sys, trainhub.cli\n"
        "assert not {'flask', 'sqlalchemy', 'granian'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_the_command_knows_its_version_without_being_installed() -> None:
    command = [sys.executable, "-m", "trainhub", "--version"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert answer.stdout == f"trainhub, version {trainhub.__version__}\n"
