"""The counts of wrong credentials, in an SQLite file that every worker of a service shares.

Whatever is wrong with that file, nothing is raised: there are no counts then.
"""

import contextlib
import hashlib
import logging
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

T = TypeVar("T")

log = logging.getLogger(__name__)

FILE = "throttle.sqlite"
"""In the state folder."""

MOST_ROWS = 10_000
"""Addresses and names with failures, about 1 MB; beyond, those that were quiet longest go."""

MOST_KNOWN = 1000
"""Pairs of address and name that were let in; shops have one or two."""

PRUNE_EVERY = 100
"""Failures between two looks at how many rows there are, which costs more than one failure."""

BUSY_SECONDS = 0.05
"""To wait for another process's write, which takes a thousandth of that."""

KEY_BYTES = 32
DIGEST_BYTES = 16

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS key (only INTEGER PRIMARY KEY CHECK (only = 1), bytes BLOB)",
    # of an address or a name; last: when it failed or, for a throttled name, was looked at
    """CREATE TABLE IF NOT EXISTS failures
    (who BLOB PRIMARY KEY, number INTEGER NOT NULL, last REAL NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS failures_by_last ON failures (last)",
    # an address together with a name that was let in from there
    "CREATE TABLE IF NOT EXISTS known (who BLOB PRIMARY KEY, last REAL NOT NULL)",
)

COUNT = """
INSERT INTO failures VALUES (:who, 1, :now) ON CONFLICT (who) DO UPDATE SET
    number = CASE WHEN last BETWEEN :oldest AND :newest THEN number + 1 ELSE 1 END, last = :now
"""

TAKE_TURN = """
UPDATE failures SET last = :now
WHERE who = :who AND (last <= :now - :pause OR last > :newest)
"""

PRUNE = (
    "DELETE FROM failures WHERE NOT last BETWEEN :oldest AND :newest",
    """DELETE FROM failures WHERE who IN
    (SELECT who FROM failures ORDER BY last DESC LIMIT -1 OFFSET :rows)""",
    """DELETE FROM known WHERE who IN
    (SELECT who FROM known ORDER BY last DESC LIMIT -1 OFFSET :known)""",
)


class Times(NamedTuple):
    """A moment, and between which ones a failure still counts; in seconds."""

    now: float
    oldest: float
    newest: float


class Failures(NamedTuple):
    """Of an address or a name: how many, and when the last one was."""

    number: int
    last: float


class Tally:
    """The file, open. Every method may raise ``sqlite3.Error``, for ``TallyFile`` to catch.

    Whoever is counted is given by words, such as ``"name", "till"``, and kept as a
    digest only: a name may be a password in the wrong field. The key is in the same
    file, so whoever has that can try a guess.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, and make it where it is not there or empty.

        Raises:
            sqlite3.Error: It cannot be used.
            OSError: Likewise.
        """
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # SQLite would let others read it
        self._until_prune = 0
        self._database = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            # a power cut may cost the counts, which is no loss; a commit waits for no disk
            # no write-ahead log: a process whose shared memory of it is cut off dies of a signal
            self._database.execute("PRAGMA journal_mode = MEMORY")
            self._database.execute("PRAGMA synchronous = OFF")
            with self.transaction():
                for statement in SCHEMA:
                    self._database.execute(statement)
                fresh = secrets.token_bytes(KEY_BYTES)
                self._database.execute("INSERT OR IGNORE INTO key VALUES (1, ?)", (fresh,))
            (self._key,) = self._database.execute("SELECT bytes FROM key").fetchone()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep other processes from writing while the block runs."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise

    def failures(self, *who: str) -> Failures | None:
        """Give the failures of somebody, forgotten or not; None: there are none."""
        found = self._database.execute(
            "SELECT number, last FROM failures WHERE who = ?", (self._digest(who),)
        ).fetchone()
        if found is None:
            return None
        if not (isinstance(found[0], int) and isinstance(found[1], int | float)):
            raise ValueError("a row is damaged")  # noqa: TRY004 - caught as damage
        return Failures(*found)

    def count(self, who: Sequence[str], times: Times) -> None:
        """Count a failure; the first one where those before are forgotten."""
        self._database.execute(COUNT, {"who": self._digest(who), **times._asdict()})

    def take_turn(self, who: Sequence[str], pause: float, times: Times) -> bool:
        """Take somebody's turn, where nobody has had it for ``pause`` seconds; tell whether."""
        values = {"who": self._digest(who), "pause": pause, **times._asdict()}
        return self._database.execute(TAKE_TURN, values).rowcount > 0

    def forget(self, *who: str) -> None:
        """Forget the failures of somebody."""
        self._database.execute("DELETE FROM failures WHERE who = ?", (self._digest(who),))

    def is_known(self, *who: str) -> bool:
        """Tell whether somebody was let in before."""
        statement = "SELECT 1 FROM known WHERE who = ?"
        return self._database.execute(statement, (self._digest(who),)).fetchone() is not None

    def know(self, *who: str, now: float) -> None:
        """Remember that somebody was let in."""
        statement = "INSERT OR REPLACE INTO known VALUES (?, ?)"
        self._database.execute(statement, (self._digest(who), now))

    def prune(self, times: Times) -> None:
        """Drop what is forgotten or too much; does so once in a while only."""
        self._until_prune -= 1
        if self._until_prune < 0:
            self._until_prune = PRUNE_EVERY
            bounds = {**times._asdict(), "rows": MOST_ROWS, "known": MOST_KNOWN}
            for statement in PRUNE:
                self._database.execute(statement, bounds)

    def _digest(self, who: Sequence[str]) -> bytes:
        text = "\0".join(who).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(text, key=self._key, digest_size=DIGEST_BYTES).digest()


class TallyFile:
    """Opens the file when it is needed, and keeps its troubles to itself. For any thread."""

    def __init__(self, folder: Path) -> None:
        """Prepare.

        Args:
            folder: Of the file; it exists.
        """
        self._path = folder / FILE
        self._lock = threading.Lock()
        self._tally: Tally | None = None  # guarded by _lock
        self._is_trouble_told = False  # likewise

    def use(self, work: Callable[[Tally], T], otherwise: T) -> T:
        """Give what ``work`` makes of the file; ``otherwise`` where the file makes trouble.

        The log says so once. A file that is no database, or damaged, is made anew for
        the next one.
        """
        with self._lock:
            try:
                if self._tally is None:
                    self._tally = Tally(self._path)
                return work(self._tally)
            except (sqlite3.Error, OSError, ValueError) as error:
                self._tell_trouble(error)
                # the plain kind: not a database, or malformed; other kinds are its subclasses.
                # A ValueError: damage that SQLite did not see, or could not say in UTF-8
                if type(error) is sqlite3.DatabaseError or isinstance(error, ValueError):
                    self._close()
                    self._remove()
                return otherwise

    def close(self) -> None:
        """Close the file; it is opened again when it is needed."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._tally is not None:
            self._tally.close()
            self._tally = None

    def _remove(self) -> None:
        with contextlib.suppress(OSError):  # on Windows: another process has it open
            self._path.unlink(missing_ok=True)

    def _tell_trouble(self, error: Exception) -> None:
        if not self._is_trouble_told:
            self._is_trouble_told = True
            log.error("%s: %s; meanwhile nobody counts wrong credentials", FILE, error)
