#!/usr/bin/env python3
"""Set TrainHub up and start it, or test it, with nothing but Python 3.11 or newer.

    python3 run.py                 install what is missing, load the content, serve
    python3 run.py setup           install only
    python3 run.py test [ARGS]     run the test suite; ARGS go to pytest
    python3 run.py bundle          fetch the packages into wheels/ for a machine without network
    python3 run.py --offline       install from wheels/ only (also: setup --offline, test --offline)
    python3 run.py setup --dev     for developers: linters and browser tests as well
    python3 run.py lock            for developers: work the locked versions out again

Other arguments go to `trainhub serve`; `python3 run.py -- --help` shows them.
Packages come from wherever pip or uv on this machine is told to take them.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WHEELS = ROOT / "wheels"
LOCKS = {"": "requirements.lock", "test": "requirements-test.lock", "dev": "requirements-dev.lock"}
EXTRAS = {"": [], "test": ["test"], "dev": ["test", "e2e", "lint"]}
UV_LOCK = "requirements-uv.lock"
PIP_QUIETLY = ["--quiet", "--disable-pip-version-check"]
ON_WINDOWS = os.name == "nt"
SCRIPTS = VENV / ("Scripts" if ON_WINDOWS else "bin")
PYTHON = SCRIPTS / ("python.exe" if ON_WINDOWS else "python")
# What pip calls a setting, and the variable through which uv takes the same.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
}


def say(text):
    print(f"TrainHub: {text}", flush=True)


def run(*command, **options):
    """True when the command ended well."""
    return subprocess.run([str(word) for word in command], cwd=ROOT, **options).returncode == 0


def has_pip(python):
    return run(
        python, "-m", "pip", "--version", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def stamp(lock):
    """Changes whenever what is installed could be out of date."""
    parts = [(ROOT / lock).read_bytes(), (ROOT / "pyproject.toml").read_bytes()]
    parts += [sys.version.encode(), str(ROOT).encode(), Path(__file__).read_bytes()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def find_uv():
    inside = SCRIPTS / ("uv.exe" if ON_WINDOWS else "uv")
    return shutil.which("uv") or (str(inside) if inside.exists() else None)


def fetch_uv():
    """uv from PATH, or put into the environment; None where neither is possible."""
    if not find_uv():
        run(PYTHON, "-m", "pip", "install", *PIP_QUIETLY, "--require-hashes", "-r", UV_LOCK)
    return find_uv()


def create_environment():
    done = False
    if find_spec("venv") and find_spec("ensurepip"):
        done = run(sys.executable, "-m", "venv", "--clear", VENV)
    if not done and (uv := shutil.which("uv")):
        done = run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV)
    if not done:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        sys.exit(
            "TrainHub: this Python cannot make environments. Install the package that adds venv"
            f" (Debian, Ubuntu: apt install python3-venv, or {package}) or uv, then run again."
        )


def uv_environment():
    """The variables for uv, with the settings that this machine made for pip handed on."""
    variables = {**os.environ, "VIRTUAL_ENV": str(VENV), "UV_PYTHON_DOWNLOADS": "never"}
    python = PYTHON if has_pip(PYTHON) else sys.executable
    told = subprocess.run([python, "-m", "pip", "config", "list"], capture_output=True, text=True)
    for line in told.stdout.splitlines():
        name, _, value = line.partition("=")
        variable = PIP_TO_UV.get(name.rpartition(".")[2])
        if variable and variable not in os.environ:
            variables[variable] = value.strip("'\"").replace("\\n", " ")
    # pip looks at all its indexes; every file is checked against the hash of the lock anyway.
    variables.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return variables


def install(lock, offline):
    """Install the locked packages into the environment: with uv, or else with pip."""
    options = ["--require-hashes", "-r", lock]
    if offline:
        if not WHEELS.is_dir():
            sys.exit("TrainHub: no wheels/ here; make them with: python3 run.py bundle")
        options += ["--no-index", "--find-links", str(WHEELS)]
    uv = find_uv() if offline else fetch_uv()
    fast = ["--compile-bytecode", "--python", PYTHON]
    if uv and run(uv, "pip", "install", *fast, *options, env=uv_environment()):
        return
    if uv:
        say("uv could not install the packages, trying pip")
    if not has_pip(PYTHON) and not run(PYTHON, "-m", "ensurepip", stdout=subprocess.DEVNULL):
        sys.exit("TrainHub: neither uv nor pip could install the packages (messages above)")
    if not run(PYTHON, "-m", "pip", "install", "--disable-pip-version-check", *options):
        sys.exit("TrainHub: the packages could not be installed; the messages above say why")


def add_source():
    """Make `import trainhub` and the `trainhub` command find this folder."""
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = subprocess.run([PYTHON, "-c", ask], capture_output=True, text=True, check=True)
    Path(packages.stdout.strip(), "trainhub-source.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    if ON_WINDOWS:
        (SCRIPTS / "trainhub.cmd").write_text(f'@"{PYTHON}" -m trainhub %*\n', encoding="utf-8")
    else:
        command = SCRIPTS / "trainhub"
        command.write_text(f'#!/bin/sh\nexec "{PYTHON}" -m trainhub "$@"\n', encoding="utf-8")
        command.chmod(0o755)


def setup(kind="", offline=False):
    """Bring the environment up to the lock of `kind`; nothing to do takes a few milliseconds."""
    lock = LOCKS[kind]
    mark = VENV / f".installed-{lock}"
    wanted = stamp(lock)
    if mark.exists() and mark.read_text() == wanted and PYTHON.exists():
        return
    base = VENV / ".python"
    identity = f"{sys.version} {ROOT}"
    if not (PYTHON.exists() and base.exists() and base.read_text() == identity):
        say(f"making an environment in {VENV.name} for Python {sys.version.split()[0]}")
        create_environment()
        base.write_text(identity)
    count = sum(line[:1].isalnum() for line in (ROOT / lock).read_text().splitlines())
    say(f"installing {count} packages from {lock}")
    install(lock, offline)
    add_source()
    mark.write_text(wanted)


def bundle():
    """Fetch the wheels of requirements.lock for this kind of machine into wheels/."""
    setup()
    python = next((python for python in (PYTHON, sys.executable) if has_pip(python)), None)
    if not python:
        sys.exit("TrainHub: pip is missing here (Debian, Ubuntu: apt install python3-pip)")
    options = ["--require-hashes", "--only-binary", ":all:", "-r", LOCKS[""], "-d", WHEELS]
    if not run(python, "-m", "pip", "download", "--disable-pip-version-check", *options):
        sys.exit("TrainHub: the packages could not be fetched; the messages above say why")
    say("copy this folder, wheels/ included, and start it there: python3 run.py --offline")


def lock_versions():
    """Work out the three locks; versions that still fit stay as they are."""
    setup()
    uv = fetch_uv() or sys.exit("TrainHub: uv is needed for this (python3 -m pip install uv)")
    compile_ = ["pip", "compile", "--universal", "--generate-hashes", "--python-version", "3.11"]
    compile_ += ["--quiet", "--no-header", "--no-emit-index-url", "--no-emit-find-links"]
    compile_ += ["--fork-strategy", "fewest"]
    for kind, lock in LOCKS.items():
        extras = [word for extra in EXTRAS[kind] for word in ("--extra", extra)]
        extras += ["--constraint", LOCKS[""]] if kind else []
        words = [*compile_, "pyproject.toml", *extras, "-o", lock]
        if not run(uv, *words, env=uv_environment()):
            sys.exit(f"TrainHub: {lock} could not be worked out")
    run(uv, *compile_, "-", "-o", UV_LOCK, env=uv_environment(), input=b"uv")


def start(*arguments):
    """Replace this process by TrainHub's interpreter (on Windows: run it and wait)."""
    command = [str(PYTHON), *arguments]
    if not ON_WINDOWS:
        os.chdir(ROOT)
        os.execv(command[0], command)
    sys.exit(subprocess.run(command, cwd=ROOT).returncode)


def main(arguments):
    if sys.version_info < (3, 11):
        sys.exit(f"TrainHub needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    if arguments[:1] in (["-h"], ["--help"]):
        sys.exit(print(__doc__.strip()))
    offline = "--offline" in arguments
    rest = [word for word in arguments if word != "--offline"]
    verb = rest.pop(0) if rest[:1] and rest[0] in ("setup", "test", "bundle", "lock") else "serve"
    if verb == "bundle":
        bundle()
    elif verb == "lock":
        lock_versions()
    elif verb == "test":
        setup("test", offline)
        parallel = (os.cpu_count() or 1) > 1 and not any(word.startswith("-n") for word in rest)
        start("-m", "pytest", *(["-n", "auto"] if parallel else []), *rest)
    elif rest[:1] == ["--dev"]:
        setup("dev", offline)
    else:
        setup("", offline)
        if verb == "serve":
            start("-m", "trainhub", "serve", "--prepare", *(word for word in rest if word != "--"))
        say(f"ready. Start it with: python3 run.py   or: {SCRIPTS / 'trainhub'} --help")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
