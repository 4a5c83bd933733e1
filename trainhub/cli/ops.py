"""`trainhub serve`, `worker`, `tick`, `upgrade`, `doctor`, `backup`, `restore`, `revise`."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click

from trainhub import clock, config, create_app, pipeline
from trainhub.assembly import load_models
from trainhub.cli import preparing
from trainhub.cli.report import dry_run_option, finish, json_option, refuse
from trainhub.db import db
from trainhub.errors import InputError
from trainhub.ops import audit_heads, lease, nightly, schema, server
from trainhub.ops import backup as backups
from trainhub.ops import doctor as examining
from trainhub.ops import restore as restoring
from trainhub.ops.queries import count_demonstration_accounts
from trainhub.ops.worker import Worker, stop_with_parent
from trainhub.privacy import journal

FAULTS = (backups.BackupFault, schema.SchemaFault, server.ServeFault)


def _refuse(as_json: bool, code: str, fault: Exception, file: str | None = None) -> NoReturn:
    refuse(as_json, [InputError(code, str(fault).replace("%", "%%"), file=file)])


def _usual_processes() -> int:
    return 1 if os.name == "nt" else min(4, os.cpu_count() or 1)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port; without it 8000 or the next.")
@click.option("--processes", type=click.IntRange(1, 64), help="Server processes; one a core.")
@click.option("--worker/--no-worker", "with_worker", default=True, help="Run the worker as well.")
@click.option(
    "--prepare", is_flag=True, help="Upgrade, load content, demonstration on first start."
)
def serve(
    host: str, port: int | None, processes: int | None, with_worker: bool, prepare: bool
) -> None:
    """Run the web server and, on one machine, its worker.

    Listens beyond this machine only when no demonstration account can sign in.

    Example: trainhub serve --port 8080
    """
    app = create_app()
    settings: config.Settings = app.config["SETTINGS"]
    listening = server.Listening(host, port or 8000, port is None, processes or _usual_processes())
    with app.app_context():
        try:
            if prepare:
                preparing.prepare(settings, say=lambda text: click.echo(f"TrainHub: {text}"))
            elif schema.list_pending(db.engine):
                raise schema.SchemaFault("the database is not up to date: run trainhub upgrade")
            accounts = count_demonstration_accounts()
            _repeat(settings)  # a restore may have been cut short, or done by hand
            if fault := server.exposure_fault(host, settings, accounts):
                raise server.ServeFault(fault)
            chosen = server.free_port(listening)
        except FAULTS as fault:
            raise SystemExit(f"trainhub: {fault}") from None
        for line in preparing.welcome(host, chosen):
            click.echo(line)
        db.session.remove()
        db.engine.dispose()
    sys.stdout.flush()
    server.serve(listening, chosen, with_worker=with_worker)


@click.command()
@click.option("--child", is_flag=True, hidden=True, help="End with the process that started it.")
def worker(child: bool) -> None:
    """Run the scheduler: deadlines, notices, nightly backup.

    Any number may be started; the one that holds the lease works.

    Example: trainhub worker
    """
    app = create_app()
    jobs = nightly.jobs_of(app.config["SETTINGS"], pipeline.tick)
    running = Worker(app, jobs, urgent=pipeline.run_urgent)
    if child:
        stop_with_parent(running)
    running.start()


@click.command()
@click.option("--at", type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z"]))
@json_option
def tick(at: datetime | None, as_json: bool) -> None:
    """Do once what the worker does every minute; --at names another hour.

    Exit status 1 if a stage failed.

    Example: trainhub tick --at 2026-11-24T09:00+08:00
    """
    with create_app().app_context():
        outcome = pipeline.tick(at or clock.now())
    failed = [name for name, count in outcome.items() if count is None]
    if failed:
        refuse(as_json, [InputError("stage_failed", f"{name} failed") for name in failed])
    finish(as_json, [f"{name}: {count}" for name, count in outcome.items()], stages=outcome)


@click.command()
@dry_run_option
@json_option
def upgrade(dry_run: bool, as_json: bool) -> None:
    """Bring the database to this version's structure; a backup is made first.

    Example: trainhub upgrade
    """
    app = create_app()
    with app.app_context():
        try:
            pending = schema.list_pending(db.engine)
            if not dry_run:
                preparing.upgrade(app.config["SETTINGS"])
        except FAULTS as fault:
            _refuse(as_json, "upgrade_failed", fault)
    verb = "pending" if dry_run else "applied"
    finish(as_json, [f"{len(pending)} revision(s) {verb} {' '.join(pending)}"], revisions=pending)


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Report on engine, disk, structure, scheduler, translations, audit trail, accounts.

    Exit status 1 if something is wrong.

    Example: trainhub doctor
    """
    app = create_app()
    with app.app_context():
        findings = examining.examine(app.config["SETTINGS"], clock.now())
    healthy = all(finding.ok for finding in findings)
    if as_json:
        answer = {
            "ok": healthy,
            "findings": [finding.as_dict() for finding in findings],
            "errors": [
                InputError(f"doctor_{finding.name}", finding.advice or finding.value).as_dict()
                for finding in findings
                if not finding.ok
            ],
        }
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            advice = f"  -> {finding.advice}" if finding.advice else ""
            mark = "ok " if finding.ok else "BAD"
            click.echo(f"{mark} {finding.name:14} {finding.value}{advice}")
    sys.exit(0 if healthy else 1)


@click.command()
@json_option
def backup(as_json: bool) -> None:
    """Write a backup of the database into the instance's backups folder.

    Safe while TrainHub is running. Pictures are in the database, so this is everything.

    Example: trainhub backup
    """
    app = create_app()
    with app.app_context():
        try:
            file, manifest = backups.make_backup(app.config["SETTINGS"], clock.now())
        except backups.BackupFault as fault:
            _refuse(as_json, "backup_failed", fault)
    finish(as_json, [f"{file} ({manifest.bytes} bytes)"], file=str(file), sha256=manifest.sha256)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Restore although a worker seems to be running.")
@dry_run_option
@json_option
def restore(file: Path, force: bool, dry_run: bool, as_json: bool) -> None:
    """Put a backup in the database's place; stop TrainHub before. The old data is kept aside.

    Example: trainhub restore instance/backups/20261123T190000000000Z.sqlite3
    """
    app = create_app()
    settings: config.Settings = app.config["SETTINGS"]
    with app.app_context():
        try:
            revision = restoring.check_backup(file, settings)
            if dry_run:
                finish(as_json, [f"{file.name} is whole"], revision=revision)
                return
            if not force and _worker_is_running():
                raise backups.BackupFault("TrainHub is running: stop it first (or use --force)")
            done = restoring.restore_backup(file, settings, clock.now())
            upgraded = preparing.upgrade(settings) if done.needs_upgrade else []
            erased = after_restore(settings)
        except FAULTS as fault:
            _refuse(as_json, "restore_refused", fault, file.name)
    lines = [f"restored {file.name}"]
    lines += [f"what was there before: {done.replaced}"] if done.replaced else []
    lines += [f"upgraded: {' '.join(upgraded)}"] if upgraded else []
    lines += [f"erased again: {erased} account(s)"] if erased else []
    replaced = str(done.replaced) if done.replaced else None
    finish(as_json, lines, revision=revision, replaced=replaced, upgraded=upgraded, erased=erased)


def after_restore(settings: config.Settings) -> int:
    """Note where the chain ends now, and erase again whom the backup knows by name; how many.

    Legal holds set since then are set again.
    """
    try:
        audit_heads.write_head(settings, clock.now(), "restored")
    except audit_heads.HeadFault as fault:  # the doctor says it again, with advice
        click.echo(f"trainhub: {fault}", err=True)
    db.session.rollback()
    return _repeat(settings)


def _repeat(settings: config.Settings) -> int:
    """Erase again and hold again what the database in place does not know; how many erasures."""
    journal.note_erasures(settings.instance)  # what a process that died could not note
    journal.note_holds(settings.instance)
    db.session.rollback()
    erased = journal.repeat_erasures(settings.instance, clock.now())
    journal.repeat_holds(settings.instance, clock.now())
    return erased


def _worker_is_running() -> bool:
    try:
        held = lease.find_lease()
    except Exception:  # a damaged or empty database has no lease, and is what a restore mends
        db.session.rollback()
        return False
    return held is not None and held.expires_at > lease.shared_now(clock.now())


@click.command()
@click.argument("message")
def revise(message: str) -> None:
    """For developers: write the next database revision from the difference to the models.

    Example: trainhub revise "Add the table of drills"
    """
    load_models()
    click.echo(schema.write_revision(message, db.metadata))
