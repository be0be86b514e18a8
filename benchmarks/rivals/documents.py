"""Servers of JSON documents: json-server and Mockoon."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import conversion
from benchmarks.load import Request
from benchmarks.rivals.installed import NODE_PROGRAMS
from benchmarks.rivals.ours import saved_workbook
from benchmarks.rivals.rival import HOST, Rival, parsed
from benchmarks.shop import Json, Order, Shop, compact, documents

MOCKOON_MIGRATION = 33
"""The form of the environment below; ``--repair`` brings it to Mockoon's newest."""

MOCKOON_POLL_MS = 2_000
"""Between two looks at its file, unless told."""

CONVERSION_SECONDS = 120.0

JSON_HEADERS = [{"key": "Content-Type", "value": "application/json"}]


class Documents(Rival):
    """A server of JSON documents that are found by their ``id``."""

    credentials = "none"
    reply = "the till's, and an id"

    def look_up(self, order: Order) -> Sequence[Request]:
        """Ask by the id."""
        return [Request(f"/orders/{order.order_id}")]

    def is_right(self, order: Order, replies: Sequence[bytes]) -> bool:
        """Compare the whole document."""
        return bool(parsed(replies[0]) == {"id": order.order_id, **order.value})

    def found(self, reply: bytes) -> list[str]:
        """Take the ids of whole orders."""
        return [document["id"] for document in parsed(reply)]


class JsonServer(Documents):
    """json-server."""

    name = "json-server"
    remark = (
        "No credentials; its own path; looks through all orders, one after another, and indents "
        "its replies; a search gives whole orders."
    )

    def prepare(self, shop: Shop, folder: Path) -> None:
        """Write its database."""
        self.database(folder).write_bytes(compact({"orders": documents(shop)}))

    def command(self, folder: Path, port: int) -> Sequence[str | Path]:
        """Start it without its log of requests."""
        listen = ["--host", HOST, "--port", str(port)]
        server = NODE_PROGRAMS / "json-server"
        return [server, "--watch", self.database(folder), *listen, "--quiet", "--read-only"]

    def search(self, customer_id: str) -> Request:
        """Ask by a field inside the document."""
        return Request(f"/orders?customerOrder.customerId={customer_id}")

    def source(self, folder: Path) -> Path:
        """Give its database."""
        return self.database(folder)

    @staticmethod
    def database(folder: Path) -> Path:
        """Give the one file that it watches."""
        return folder / "db.json"

    def save(self, shop: Shop, folder: Path) -> Path:
        """Write its database beside it."""
        target = folder / "db.json.new"
        target.write_bytes(compact({"orders": documents(shop)}))
        return target


class JsonServerFromWorkbook(JsonServer):
    """json-server with a script that makes its database of a saved workbook."""

    name = "json-server, from the workbook"
    reads_workbook = True

    def prepare(self, shop: Shop, folder: Path) -> None:
        """Write the workbook and the database."""
        super().prepare(shop, folder)
        self.source(folder).write_bytes(shop.workbook)

    def source(self, folder: Path) -> Path:
        """Give the workbook."""
        return folder / "orders.xlsx"

    def save(self, shop: Shop, folder: Path) -> Path:
        """Write a workbook that no save before had."""
        return saved_workbook(shop, folder)

    def take_up(self, folder: Path) -> None:
        """Make the database, in a process of its own, and rename it over the old one.

        Raises:
            TimeoutError: It takes too long.
        """
        made = self.database(folder).with_suffix(".made")
        command = [sys.executable, conversion.__file__, str(self.source(folder)), str(made)]
        try:
            subprocess.run(command, check=True, timeout=CONVERSION_SECONDS)  # noqa: S603 - ours
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"not converted within {CONVERSION_SECONDS:.0f} s") from error
        made.replace(self.database(folder))


class Mockoon(Documents):
    """Mockoon with one CRUD route over a data bucket."""

    name = "Mockoon"
    remark = (
        "No credentials in a CRUD route; looks through all orders, one after another; a search "
        "gives whole orders. It looks at its file every 2 s unless told. To take up a change it "
        "closes its port and opens it again."
    )

    def __init__(self, poll_ms: int = MOCKOON_POLL_MS) -> None:
        """Tell how often it looks at its file."""
        self._poll_ms = poll_ms
        if poll_ms != MOCKOON_POLL_MS:
            self.name = f"Mockoon, every {poll_ms / 1000:g} s"

    def prepare(self, shop: Shop, folder: Path) -> None:
        """Write the environment."""
        self.source(folder).write_bytes(compact(_environment(shop)))

    def command(self, folder: Path, port: int) -> Sequence[str | Path]:
        """Start it."""
        listen = ["--port", str(port), "--hostname", HOST]
        watch = ["--watch", "--polling-interval", str(self._poll_ms)]
        quiet = ["--disable-log-to-file", "--disable-admin-api", "--repair"]
        options = [*listen, *watch, *quiet]
        return [NODE_PROGRAMS / "mockoon-cli", "start", "--data", self.source(folder), *options]

    def search(self, customer_id: str) -> Request:
        """Ask by a field inside the document."""
        return Request(f"/orders?customerOrder.customerId_eq={customer_id}")

    def source(self, folder: Path) -> Path:
        """Give the environment."""
        return folder / "mockoon.json"

    def save(self, shop: Shop, folder: Path) -> Path:
        """Write the environment beside it."""
        target = folder / "mockoon.json.new"
        target.write_bytes(compact(_environment(shop)))
        return target


def _environment(shop: Shop) -> Json:
    """Write a Mockoon environment; its ids may be any."""
    route, bucket = "00000000-0000-4000-8000-000000000001", "b001"
    response = {
        "uuid": "00000000-0000-4000-8000-000000000002",
        "default": True,
        "bodyType": "DATABUCKET",
        "databucketID": bucket,
        "crudKey": "id",
        "statusCode": 200,
        "headers": JSON_HEADERS,
    }
    orders = {
        "uuid": "00000000-0000-4000-8000-000000000003",
        "id": bucket,
        "name": "orders",
        "value": json.dumps(documents(shop)),
    }
    return {
        "uuid": "00000000-0000-4000-8000-000000000004",
        "lastMigration": MOCKOON_MIGRATION,
        "name": "orders",
        "routes": [{"uuid": route, "type": "crud", "endpoint": "orders", "responses": [response]}],
        "rootChildren": [{"type": "route", "uuid": route}],
        "data": [orders],
    }
