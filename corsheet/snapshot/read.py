"""A snapshot file to replies."""

import json
import sqlite3
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

from corsheet.model import BusinessUnitId, CustomerId, CustomerOrderId
from corsheet.snapshot.schema import FORMAT, Source
from corsheet.wire.enactor import EnactorOptions

FIND = """
SELECT 0, status, etag, body FROM answer WHERE customer_order_id = ?1 AND business_unit_id = ?2
UNION ALL
SELECT 1, status, etag, body FROM answer
WHERE customer_order_id = ?1 AND business_unit_id = '*' AND ?2 != '*'
"""
"""Two look-ups by the whole key cost less than one with IN; asked at once, less than one by one."""

SEARCH = """
SELECT position, body FROM summary WHERE customer_id = ?1 AND business_unit_id = ?2
UNION ALL
SELECT position, body FROM summary
WHERE customer_id = ?1 AND business_unit_id = '*' AND ?2 != '*'
"""

Values = Sequence[str] | Mapping[str, str | int | None]
"""What stands for the places in a question, by number or by name."""

CACHE_KIB = 512
"""Of a connection: the inner pages of a million orders; the system's cache has the file."""

REMEMBERED = 2048
"""Orders, and as many searches, that are answered from memory."""

REMEMBERED_BYTES = 2048
"""Most that one of them may have: 8 MiB at most in all."""


class SnapshotError(Exception):
    """A file is no snapshot, or one of another format, or broken, or closed."""


class OtherVersionError(SnapshotError):
    """A file was written by another version of corsheet."""


class Answer(NamedTuple):
    """What GET answers.

    Attributes:
        is_withheld: The order has an error; ``body`` then is a JSON array of
            its findings, else the order's reply.
        etag: Of ``body``, in quotes.
        body: Ready bytes.
    """

    is_withheld: bool
    etag: str
    body: bytes


class Snapshot:
    """An open snapshot file. Answers from any thread; never changes.

    Its connections are opened at once, and each request under way has one to
    itself, so that it answers even when somebody deletes the file. It closes
    itself when nobody holds it any more.

    Attributes:
        path: The file.
        source: Where the reading came from.
        last_modified: When the workbook was saved, as HTTP writes it (RFC 9110, 8.8.2).
        orders_served: How many orders it answers with.
        orders_withheld: How many it withholds.
        enactor_refused: Enactor's clients are told nothing: one of Enactor's sheets cannot be used.
        enactor_options: How Enactor's orders were written, and are where they are made later.
        has_failed: A question could not be answered: the file, or its disk, is damaged.
    """

    def __init__(self, path: Path, connections: int = 1) -> None:
        """Open a file.

        Args:
            path: The file.
            connections: Requests that may be under way at once without another
                connection being opened.

        Raises:
            SnapshotError: It is no snapshot of this format, or not there.
        """
        self.path = path
        self.has_failed = False
        self._lock = threading.Lock()
        self._closed = False
        self._connections: list[sqlite3.Connection] = []
        self._idle: deque[sqlite3.Connection] = deque()
        self._answers: dict[tuple[str, str], Answer] = {}
        self._searches: dict[tuple[str, str], tuple[bytes, ...]] = {}
        try:
            self._idle.extend([self._open() for _ in range(connections)])
            self._check_size()
            meta = dict(self.ask("SELECT name, value FROM meta"))
            _check_format(path.name, int(meta["format"]))
            self.orders_served = int(meta["orders_served"])
            self.orders_withheld = int(meta["orders_withheld"])
            self.enactor_refused = meta["enactor_refused"] != "0"
            self.enactor_options = EnactorOptions(**json.loads(meta["enactor_options"]))
            self.source = Source(
                workbook=meta["workbook"],
                sha256=meta["sha256"],
                saved_at=float(meta["saved_at"]),
                read_at=float(meta["read_at"]),
            )
            self.last_modified = formatdate(self.source.saved_at, usegmt=True)
        except SnapshotError:
            self.close()
            raise
        except (sqlite3.Error, KeyError, ValueError, TypeError, OSError, OverflowError) as error:
            self.close()
            raise SnapshotError(f"{path.name} is not a snapshot ({error})") from error

    def find(self, unit: BusinessUnitId, order: CustomerOrderId) -> Answer | None:
        """Find the order of that unit, or of every unit; None: there is none.

        Both ids normalised, as ``model.normalise_id`` does.
        """
        answer = self._answers.get((order, unit))
        if answer is not None:
            return answer
        rows = self.ask(FIND, (order, unit))
        if not rows:
            return None
        _, status, etag, body = min(rows)
        answer = Answer(status != HTTPStatus.OK, etag, body)
        _remember(self._answers, (order, unit), answer, len(body))
        return answer

    def search(self, unit: BusinessUnitId, customer: CustomerId) -> tuple[bytes, ...]:
        """Find the summaries of a customer's orders in that unit, in sheet order.

        Each piece holds one, or several with commas between them.
        """
        found = self._searches.get((customer, unit))
        if found is not None:
            return found
        found = tuple(body for _, body in sorted(self.ask(SEARCH, (customer, unit))))
        if found:
            _remember(self._searches, (customer, unit), found, sum(map(len, found)))
        return found

    def ask(self, question: str, values: Values = ()) -> list[Any]:
        """Ask the file, with a connection that nobody else uses meanwhile.

        For the modules of this package, which know the tables.

        Raises:
            SnapshotError: It was damaged after it was opened.
        """
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._open()
        try:
            return connection.execute(question, values).fetchall()
        except sqlite3.Error as error:
            self.has_failed = True
            raise SnapshotError(f"{self.path.name} cannot be read ({error})") from error
        finally:
            self._idle.append(connection)

    def findings(self) -> list[dict[str, str | None]]:
        """Give all findings in their JSON form, in order."""
        rows = self.ask("SELECT body FROM finding ORDER BY position")
        return [json.loads(row[0]) for row in rows]

    def is_sound(self) -> bool:
        """Tell whether no page is damaged. Reads the whole file."""
        try:
            return self.ask("PRAGMA quick_check(1)") == [("ok",)]
        except SnapshotError:
            return False

    def close(self) -> None:
        """Close every connection. Nobody may be asking any more."""
        with self._lock:
            self._closed = True
            self._idle.clear()
            for connection in self._connections:
                connection.close()
            self._connections.clear()

    def __del__(self) -> None:
        """Close: the last request that took it has ended."""
        if hasattr(self, "_lock"):  # else it was never made
            self.close()

    def _check_size(self) -> None:
        """Refuse a file that lost its end: SQLite minds missing pages only, not half ones."""
        pages = self.ask("PRAGMA page_count")[0][0]
        page_size = self.ask("PRAGMA page_size")[0][0]
        if pages * page_size != self.path.stat().st_size:
            raise ValueError("it is cut off")

    def _open(self) -> sqlite3.Connection:
        with self._lock:
            if self._closed:
                raise SnapshotError(f"{self.path.name} is closed")
            connection = sqlite3.connect(
                # immutable: nobody writes it, so SQLite need not lock or look for changes
                f"{self.path.absolute().as_uri()}?mode=ro&immutable=1",
                uri=True,
                check_same_thread=False,  # one thread at a time, but not always the same
                isolation_level=None,
            )
            self._connections.append(connection)  # first: it is to be closed, whatever comes
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        return connection


def _remember(
    memory: dict[tuple[str, str], Any], key: tuple[str, str], answer: object, size: int
) -> None:
    """Keep an answer of that many bytes; whatever was asked before goes, once there is no room."""
    if size > REMEMBERED_BYTES:
        return
    if len(memory) >= REMEMBERED:
        memory.clear()
    memory[key] = answer


def _check_format(name: str, written: int) -> None:
    """Refuse a file of another format, before anything else of it is read.

    Raises:
        OtherVersionError: It is one.
    """
    if written != FORMAT:
        raise OtherVersionError(f"{name} was written by another version of corsheet")
