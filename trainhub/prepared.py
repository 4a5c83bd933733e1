"""Statements for the few requests that everybody sends all the time.

A statement is written with SQLAlchemy, compiled once for each database, and run on the driver's
own connection: no session, no objects, no transaction but the one that writes. Everything else
goes through `trainhub.db`; so does a request that fails here, which is then tried again there.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect, Engine, event
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql import ClauseElement

from trainhub.db import turn_to_write
from trainhub.errors import DomainError

Processor = Callable[[Any], Any]
Row = tuple[Any, ...]
MOST_IDLE = 8  # as many as saves are worked on at once (`ops.server.URGENT_PLACES`)
MOST_TOGETHER = 16  # writes in one commit: the other process and other writers want to write too
T = TypeVar("T")


class Statement:
    """A statement with named parameters (`bindparam`), compiled at its first use."""

    def __init__(self, element: ClauseElement) -> None:
        self._element = element
        self._compiled: dict[str, _Compiled] = {}

    def for_dialect(self, dialect: Dialect) -> _Compiled:
        """The statement as this database's driver takes it."""
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _Compiled(self._element, dialect)
        return found


class _Compiled:
    """Text for the driver, and how values go in and come out."""

    def __init__(self, element: ClauseElement, dialect: Dialect) -> None:
        compiled: Any = element.compile(dialect=dialect)
        self.text = str(compiled)
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._processors: dict[str, Processor] = dict(compiled._bind_processors)
        self._order: tuple[str, ...] | None = (
            tuple(compiled.positiontup) if compiled.positional else None
        )
        self._names = tuple(compiled.bind_names.values())
        self._readers = tuple(
            (place, reader)
            for place, column in enumerate(compiled._result_columns)
            if (reader := _reader(column.type, dialect)) is not None
        )

    def values(self, given: dict[str, Any]) -> Any:
        """The parameters as the driver takes them."""
        found = {}
        for name in self._names:
            value = given[name] if name in given else self._fixed[name]
            processor = self._processors.get(name)
            found[name] = value if processor is None else processor(value)
        return found if self._order is None else tuple(found[name] for name in self._order)

    def row(self, raw: Any) -> Row:
        """A row as values of Python."""
        if not self._readers:
            return tuple(raw)
        values = list(raw)
        for place, reader in self._readers:
            values[place] = reader(values[place])
        return tuple(values)


def _reader(type_: Any, dialect: Dialect) -> Processor | None:
    found: Processor | None = type_.dialect_impl(dialect).result_processor(dialect, None)
    return found


class Connection:
    """A driver's connection, kept from one request to the next. It is never inside a
    transaction but in `write`, so what it reads is what is stored now."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pooled: PoolProxiedConnection = engine.raw_connection()
        self._driver: Any = self._pooled.driver_connection
        if engine.dialect.name != "sqlite":  # there `db.configure_sqlite` has done so
            cast(Any, self._driver).autocommit = True

    def read(self, statement: Statement, **values: Any) -> Row | None:
        """The only row that the statement finds, or None."""
        compiled = statement.for_dialect(self._engine.dialect)
        # All of them: a SQLite statement with rows left would keep writers out.
        found = self._driver.execute(compiled.text, compiled.values(values)).fetchall()
        return compiled.row(found[0]) if found else None

    def read_all(self, statement: Statement, **values: Any) -> list[Row]:
        """All rows that the statement finds."""
        compiled = statement.for_dialect(self._engine.dialect)
        found = self._driver.execute(compiled.text, compiled.values(values)).fetchall()
        return [compiled.row(raw) for raw in found]

    def run(self, statement: Statement, **values: Any) -> int:
        """Run a change; how many rows it changed."""
        compiled = statement.for_dialect(self._engine.dialect)
        return int(self._driver.execute(compiled.text, compiled.values(values)).rowcount)

    def run_many(self, statement: Statement, rows: Iterable[dict[str, Any]]) -> None:
        """Run a change once for each of some rows of values."""
        compiled = statement.for_dialect(self._engine.dialect)
        given = [compiled.values(values) for values in rows]
        self._driver.cursor().executemany(compiled.text, given)

    def write(self, work: Callable[[Connection], T]) -> T:
        """What `work` gives; everything it changes is stored durably, or nothing is.

        It gets the connection to write on, which may be another request's, in whose thread it
        then runs: it takes what it needs along, and knows neither request nor session.
        """
        if self._engine.dialect.name == "sqlite":
            return _commits_of(self._engine).join(work, self)
        with self._driver.transaction():
            return work(self)

    def turn(self) -> AbstractContextManager[Any]:
        """Wait for the turn to write (SQLite), and keep it."""
        return turn_to_write(self._engine)

    def store(self, wishes: list[Wish]) -> None:
        """Do what several want in one transaction, each as if it were alone (SQLite)."""
        self._driver.execute("BEGIN IMMEDIATE")
        try:
            for wish in wishes:
                self._driver.execute("SAVEPOINT wish")
                if not wish.come_true(self):
                    self._driver.execute("ROLLBACK TO wish")
                self._driver.execute("RELEASE wish")
            self._driver.execute("COMMIT")
        except BaseException:
            if self._driver.in_transaction:
                self._driver.execute("ROLLBACK")
            raise

    def drop(self) -> None:
        """Close it: something went wrong on it."""
        self._pooled.invalidate()


class Wish:
    """What one request wants written, and what came of it."""

    def __init__(self, work: Callable[[Connection], Any]) -> None:
        self._work, self._outcome = work, None
        self.error: BaseException | None = None
        self.leads = False
        self.told = threading.Event()

    def come_true(self, connection: Connection) -> bool:
        """Do it; False if it failed, and is to be undone."""
        try:
            self._outcome = self._work(connection)
        except Exception as error:  # its own request's, raised there
            self.error = error
            return False
        return True

    def outcome(self) -> Any:
        """What it gave. Raises what it raised, or why nothing was stored."""
        if self.error is not None:
            raise self.error
        return self._outcome


class Commits:
    """The prepared writes of one process to one SQLite file: those that wait are stored together.

    A durable commit takes the disk milliseconds, whatever is in it. The first to come waits for
    the turn to write; then it does what all want who have come meanwhile, and commits once.
    Nobody waits for others to come, and who comes later begins the next commit.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[Wish] = deque()
        self._is_led = False

    def join(self, work: Callable[[Connection], T], connection: Connection) -> T:
        """Have `work` done and stored; what it gave. `connection` is for who leads."""
        wish = Wish(work)
        with self._lock:
            self._waiting.append(wish)
            wish.leads, self._is_led = not self._is_led, True
        if not wish.leads:
            wish.told.wait()
        if wish.leads:
            self._lead(connection)
        return cast(T, wish.outcome())

    def _lead(self, connection: Connection) -> None:
        done: list[Wish] = []
        try:
            with connection.turn():
                with self._lock:
                    count = min(MOST_TOGETHER, len(self._waiting))
                    done = [self._waiting.popleft() for _ in range(count)]
                connection.store(done)
        except BaseException as error:
            if not done:  # not even a turn: nobody may be left waiting
                with self._lock:
                    done = list(self._waiting)
                    self._waiting.clear()
            for wish in done:
                wish.error = error
        finally:
            self._hand_on(done)

    def _hand_on(self, done: list[Wish]) -> None:
        with self._lock:
            following = self._waiting[0] if self._waiting else None
            self._is_led = following is not None
        if following is not None:
            following.leads = True
            following.told.set()
        for wish in done:
            wish.told.set()


_commits: WeakKeyDictionary[Engine, Commits] = WeakKeyDictionary()
_idle: WeakKeyDictionary[Engine, list[Connection]] = WeakKeyDictionary()
_lock = threading.Lock()


def driver_error(engine: Engine) -> type[Exception]:
    """What the engine's driver raises when the database cannot do something."""
    found: type[Exception] = engine.dialect.loaded_dbapi.Error
    return found


def _commits_of(engine: Engine) -> Commits:
    with _lock:
        if engine not in _commits:
            _commits[engine] = Commits()
        return _commits[engine]


def _kept(engine: Engine) -> list[Connection]:
    with _lock:
        if engine not in _idle:
            _idle[engine] = []
            event.listen(engine, "engine_disposed", _drop_kept)
        return _idle[engine]


def _drop_kept(engine: Engine) -> None:
    with _lock:
        dropped, _idle[engine] = _idle.get(engine, []), []
    for each in dropped:
        each.drop()


@contextmanager
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection for one request. One on which something failed is not used again."""
    kept = _kept(engine)
    with _lock:
        mine = kept.pop() if kept else None
    mine = mine or Connection(engine)
    try:
        yield mine
    except DomainError:  # nothing is wrong with the connection
        _keep(engine, kept, mine)
        raise
    except BaseException:
        mine.drop()
        raise
    _keep(engine, kept, mine)


def _keep(engine: Engine, kept: list[Connection], mine: Connection) -> None:
    with _lock:
        if kept is _idle.get(engine) and len(kept) < MOST_IDLE:
            kept.append(mine)
            return
    mine.drop()
