"""A snapshot file to replies."""

import json
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

from corsheet.model import EVERY_UNIT, BusinessUnitId, CustomerId, CustomerOrderId
from corsheet.snapshot.schema import FORMAT, Source

MAPPED_BYTES = 1 << 30
"""Of the file that SQLite may read through the page cache, without copying."""

FIND = """
SELECT status, etag, body FROM answer
WHERE customer_order_id = ? AND business_unit_id IN (?, ?)
ORDER BY business_unit_id = ? DESC, status LIMIT 1
"""
SEARCH = """
SELECT body FROM summary WHERE customer_id = ? AND business_unit_id IN (?, ?) ORDER BY position
"""


class SnapshotError(Exception):
    """A file is no snapshot, or one of another format, or broken."""


@dataclass(frozen=True, slots=True)
class Answer:
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

    Attributes:
        path: The file.
        source: Where the reading came from.
        orders_served: How many orders it answers with.
        orders_withheld: How many it withholds.
    """

    def __init__(self, path: Path) -> None:
        """Open a file.

        Raises:
            SnapshotError: It is no snapshot of this format, or not there.
        """
        self.path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False
        try:
            self._check_size()
            meta = dict(self._connection().execute("SELECT name, value FROM meta"))
            written = int(meta["format"])
            self.orders_served = int(meta["orders_served"])
            self.orders_withheld = int(meta["orders_withheld"])
            self.source = Source(
                workbook=meta["workbook"],
                sha256=meta["sha256"],
                saved_at=float(meta["saved_at"]),
                read_at=float(meta["read_at"]),
            )
        except (sqlite3.Error, KeyError, ValueError, OSError) as error:
            self.close()
            raise SnapshotError(f"{path.name} is not a snapshot ({error})") from error
        if written != FORMAT:
            self.close()
            raise SnapshotError(f"{path.name} was written by another version of corsheet")

    def _check_size(self) -> None:
        """Refuse a file that lost its end: SQLite minds missing pages only, not half ones."""
        pages = self._connection().execute("PRAGMA page_count").fetchone()[0]
        page_size = self._connection().execute("PRAGMA page_size").fetchone()[0]
        if pages * page_size != self.path.stat().st_size:
            raise ValueError("it is cut off")

    def find(self, unit: BusinessUnitId, order: CustomerOrderId) -> Answer | None:
        """Find the order of that unit, or of every unit; None: there is none.

        Both ids normalised, as ``model.normalise_id`` does.
        """
        row = self._connection().execute(FIND, (order, unit, EVERY_UNIT, unit)).fetchone()
        return None if row is None else Answer(row[0] != 200, row[1], row[2])  # noqa: PLR2004

    def search(self, unit: BusinessUnitId, customer: CustomerId) -> list[bytes]:
        """Find the summaries of a customer's orders in that unit, in sheet order."""
        rows = self._connection().execute(SEARCH, (customer, unit, EVERY_UNIT))
        return [row[0] for row in rows]

    def findings(self) -> list[dict[str, str | None]]:
        """Give all findings in their JSON form, in order."""
        rows = self._connection().execute("SELECT body FROM finding ORDER BY position")
        return [json.loads(row[0]) for row in rows]

    def close(self) -> None:
        """Close every thread's connection. Nobody may be asking any more."""
        with self._lock:
            self._closed = True
            for connection in self._connections:
                connection.close()
            self._connections.clear()

    def _connection(self) -> sqlite3.Connection:
        """Give this thread's connection, opened on its first question."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._open()
            self._local.connection = connection
        return connection

    def _open(self) -> sqlite3.Connection:
        with self._lock:
            if self._closed:
                raise SnapshotError(f"{self.path.name} is closed")
            connection = sqlite3.connect(
                # immutable: nobody writes it, so SQLite need not lock or look for changes
                f"{self.path.absolute().as_uri()}?mode=ro&immutable=1",
                uri=True,
                check_same_thread=False,  # close() is called from another thread
                isolation_level=None,
            )
            self._connections.append(connection)
        connection.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
        return connection
