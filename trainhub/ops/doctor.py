"""The doctor: one line for each thing that must be right for the program to be trusted."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import text

import trainhub.audit.queries as audit
from trainhub.certification.queries.evidence_checks import list_evidence_faults
from trainhub.config import Settings, secret_is_weak
from trainhub.db import db, journal_mode
from trainhub.ops import audit_heads, lease, runs
from trainhub.ops.backup import database_file, integrity_fault, list_backups
from trainhub.ops.queries import count_demonstration_accounts
from trainhub.ops.schema import SchemaFault, find_revision, list_pending
from trainhub.web.chat import MISSING as CHAT_MISSING
from trainhub.web.chat import has_chat
from trainhub.web.translations import missing_messages

LEAST_FREE_MB = 500
FULL = 2  # SQLite's number for synchronous=FULL
SHOWN_FAULTS = 10
FRESH_BACKUP = timedelta(hours=49)
NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "afs"}


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `ok` False makes the doctor's answer bad; `advice` says what to do."""

    name: str
    ok: bool
    value: str
    advice: str = ""

    def as_dict(self) -> dict[str, object]:
        """The finding for `--json`."""
        return asdict(self)


def examine(settings: Settings, now: datetime) -> list[Finding]:
    """Look at everything; a look that fails is a bad finding, not an error."""
    findings = [_structure()]
    looks: list[Callable[[], list[Finding]]] = [
        lambda: _engine(settings),
        lambda: _disk(settings),
        _translations,
        lambda: _secret(settings),
        lambda: _messages(settings),
    ]
    if findings[0].ok:
        looks += [lambda: _scheduler(now), _audit_chain, lambda: _audit_heads(settings)]
        looks += [_award_evidence, lambda: _backups(settings, now)]
        looks += [lambda: _demonstration(settings)]
    for look in looks:
        try:
            findings += look()
        except Exception as error:  # the doctor reports what it meets, whatever it is
            findings.append(Finding("look", False, f"{type(error).__name__}: {error}"))
    return findings


def _structure() -> Finding:
    try:
        pending = list_pending(db.engine)
        revision = find_revision(db.engine)
    except SchemaFault as fault:
        return Finding("structure", False, "unknown", str(fault))
    except Exception as error:  # no database: say so in a line
        return Finding("structure", False, str(error).splitlines()[0], "check the database")
    if pending:
        value = f"{revision or 'no tables'}, {len(pending)} pending"
        return Finding("structure", False, value, "run: trainhub upgrade")
    return Finding("structure", True, f"revision {revision}, none pending")


def _engine(settings: Settings) -> list[Finding]:
    if settings.is_sqlite:
        return _sqlite_engine(settings)
    with db.engine.connect() as connection:
        version = connection.execute(text("SHOW server_version")).scalar_one()
        commit = connection.execute(text("SHOW synchronous_commit")).scalar_one()
        fsync = connection.execute(text("SHOW fsync")).scalar_one()
    durable = commit in {"on", "remote_apply", "remote_write"} and fsync == "on"
    return [
        Finding("engine", True, f"PostgreSQL {version}"),
        Finding(
            "durability",
            durable,
            f"synchronous_commit={commit}, fsync={fsync}",
            "" if durable else "set both to on: otherwise saved answers can be lost",
        ),
    ]


def _sqlite_engine(settings: Settings) -> list[Finding]:
    with db.engine.connect() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    wanted = journal_mode(sqlite3.sqlite_version_info)
    file = database_file(settings)
    fault = integrity_fault(file)
    system = _file_system(str(file))
    return [
        Finding("engine", True, f"SQLite {sqlite3.sqlite_version}"),
        Finding("journal", mode.upper() == wanted, f"{mode} (this version: {wanted})"),
        Finding("synchronous", synchronous >= FULL, "FULL" if synchronous >= FULL else "lower"),
        Finding("integrity", fault is None, fault or "ok", "restore a backup" if fault else ""),
        Finding(
            "place",
            system not in NETWORK_FILE_SYSTEMS,
            f"{file.parent} ({system})",
            "the database must be on a local disk" if system in NETWORK_FILE_SYSTEMS else "",
        ),
    ]


def _file_system(path: str) -> str:
    """The kind of file system a path is on, where the system tells (Linux)."""
    try:
        with open("/proc/mounts", encoding="utf-8") as mounts:  # noqa: PTH123 -- a kernel table
            entries = [line.split()[1:3] for line in mounts]
    except OSError:
        return "unknown"
    inside = [entry for entry in entries if path.startswith(entry[0].rstrip("/") + "/")]
    return max(inside, key=lambda entry: len(entry[0]))[1] if inside else "unknown"


def _disk(settings: Settings) -> list[Finding]:
    free_mb = shutil.disk_usage(settings.instance).free // 2**20
    ok = free_mb >= LEAST_FREE_MB
    return [Finding("disk", ok, f"{free_mb} MB free", "" if ok else "make room on the disk")]


def _translations() -> list[Finding]:
    missing = len(missing_messages())
    advice = "run: trainhub translations check" if missing else ""
    return [Finding("translations", not missing, f"{missing} missing", advice)]


def _secret(settings: Settings) -> list[Finding]:
    weak = secret_is_weak(settings)
    advice = "set TRAINHUB_SECRET_KEY to 32 characters or more, or unset it" if weak else ""
    return [Finding("secret", not weak, "too short" if weak else "ok", advice)]


def _messages(settings: Settings) -> list[Finding]:
    """Where certificates and mails lead people, and whether chats can be reached."""
    told = "" if settings.public_url else "set TRAINHUB_PUBLIC_URL: certificates print this address"
    findings = [Finding("public address", True, settings.base_url, told)]
    if settings.chat_urls and not has_chat():
        findings.append(Finding("chats", False, "not installed", CHAT_MISSING))
    return findings


def _scheduler(now: datetime) -> list[Finding]:
    held = lease.find_lease()
    if held is None or held.expires_at <= lease.shared_now(now):
        return [Finding("scheduler", True, "no worker is running", "trainhub serve starts one")]
    last = runs.find_last_run("tick")
    value = f"{held.holder}, last run {last.due_at.isoformat() if last else 'none yet'}"
    return [Finding("scheduler", True, value)]


def _audit_chain() -> list[Finding]:
    broken = audit.find_broken_entry()
    if broken is None:
        return [Finding("audit", True, "chain whole")]
    advice = "somebody changed the trail: compare with a backup from before"
    return [Finding("audit", False, f"broken at entry {broken}", advice)]


def _audit_heads(settings: Settings) -> list[Finding]:
    try:
        heads = audit_heads.check_heads(settings)
    except audit_heads.HeadFault as fault:
        advice = "compare with a copy of the heads kept elsewhere, and with a backup from before"
        return [Finding("audit heads", False, str(fault), advice)]
    if not heads:
        return [Finding("audit heads", True, "none yet: the worker signs one each night")]
    restored = sum(head.event == "restored" for head in heads)
    told = f"{len(heads)}, last at entry {heads[-1].number} on {heads[-1].at}"
    return [Finding("audit heads", True, told + (f"; {restored} restored" if restored else ""))]


def _award_evidence() -> list[Finding]:
    faults = list(islice(list_evidence_faults(), SHOWN_FAULTS))
    if not faults:
        return [Finding("award evidence", True, "as it was granted")]
    advice = "somebody changed awards in the database: compare with a backup from before"
    return [Finding("award evidence", False, "; ".join(map(str, faults)), advice)]


def _backups(settings: Settings, now: datetime) -> list[Finding]:
    backups = list_backups(settings)
    if not backups:
        return [Finding("backup", True, "none yet", "run: trainhub backup")]
    fresh = now - backups[0][1].made <= FRESH_BACKUP
    advice = "" if fresh else "the nightly backup has not run: is a worker running?"
    return [Finding("backup", fresh, f"newest {backups[0][0].name}", advice)]


def _demonstration(settings: Settings) -> list[Finding]:
    count = count_demonstration_accounts()
    exposed = bool(count) and bool(settings.public_url) and settings.https
    advice = "for real people begin a new instance" if count else ""
    return [Finding("demonstration", not exposed, f"{count} accounts", advice)]
