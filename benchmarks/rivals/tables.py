"""Servers of tables: Datasette and ROAPI."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlencode

from benchmarks.load import Request
from benchmarks.rivals.installed import PYTHON_PROGRAMS
from benchmarks.rivals.ours import saved_workbook
from benchmarks.rivals.rival import HOST, Rival, free_port, parsed
from benchmarks.shop import Order, Shop, item_rows, order_rows

DATASETTE_QUERY = """
SELECT json_object('customerOrderId', customerOrderId, 'customerId', customerId, 'status', status,
    'minimumDownPaymentAmount', minimumDownPaymentAmount,
    'isLocked', json(iif(isLocked, 'true', 'false')),
    'items', (SELECT json_group_array(json_object('itemId', itemId,
            'quantityOrdered', quantityOrdered, 'unitPrice', unitPrice))
        FROM items WHERE items.customerOrderId = orders.customerOrderId)) AS customerOrder
FROM orders WHERE customerOrderId = :id
"""


class Datasette(Rival):
    """Datasette over an SQLite database."""

    name = "Datasette"
    credentials = "none"
    reply = "the till's, in a list"
    remark = (
        "Reads no workbook: the rows were loaded into SQLite before, with indexes. An order is one "
        "canned query that nests the items, which is quicker than its two requests for the rows of "
        "two tables. No credentials without a plugin."
    )

    def prepare(self, shop: Shop, folder: Path) -> None:
        """Load both tables, with an index for the items and the customers."""
        queries = {"queries": {"order": {"sql": DATASETTE_QUERY}}}
        (folder / "metadata.json").write_text(json.dumps({"databases": {"o": queries}}), "utf-8")
        with closing(sqlite3.connect(folder / "o.db")) as database, database:
            database.executescript("""
                CREATE TABLE orders (customerOrderId TEXT PRIMARY KEY, customerId TEXT,
                    status TEXT, minimumDownPaymentAmount NUMERIC, isLocked INTEGER);
                CREATE TABLE items (customerOrderId TEXT REFERENCES orders, itemId TEXT,
                    quantityOrdered INTEGER, unitPrice NUMERIC);
                CREATE INDEX items_order ON items (customerOrderId);
                CREATE INDEX orders_customer ON orders (customerId);
            """)
            _, *orders = order_rows(shop)
            _, *items = item_rows(shop)
            database.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", orders)
            database.executemany("INSERT INTO items VALUES (?, ?, ?, ?)", items)

    def command(self, folder: Path, port: int) -> Sequence[str | Path]:
        """Start it; the database may be taken for one that never changes."""
        metadata = str(folder / "metadata.json")
        options = ["--host", HOST, "--port", str(port), "--metadata", metadata]
        return [PYTHON_PROGRAMS / "datasette", "serve", "--immutable", folder / "o.db", *options]

    def look_up(self, order: Order) -> Sequence[Request]:
        """Ask for the order with its items."""
        query = f"id={quote(order.order_id)}&_json=customerOrder&_shape=array"
        return [Request(f"/o/order.json?{query}")]

    def search(self, customer_id: str) -> Request:
        """Ask for the three columns of a customer's orders."""
        columns = "&".join(f"_col={name}" for name in ("customerOrderId", "customerId", "status"))
        query = f"customerId={customer_id}&_shape=array&_nofacet=1&_nocount=1&{columns}"
        return Request(f"/o/orders.json?{query}")

    def is_right(self, order: Order, replies: Sequence[bytes]) -> bool:
        """Compare the one row."""
        return bool(parsed(replies[0]) == [order.value])

    def found(self, reply: bytes) -> list[str]:
        """Take the ids."""
        return [row["customerOrderId"] for row in parsed(reply)]


class Roapi(Rival):
    """ROAPI over the workbook."""

    name = "ROAPI"
    credentials = "none"
    reply = "two: order, items"
    remark = (
        "Reads the workbook, the same file; no credentials. Two requests for an order, which are "
        "quicker than its one SQL query that joins both sheets. It goes through all rows, for want "
        "of an index. Where it reloads, it reads the workbook again whenever a table is older than "
        "it was told, saved or not."
    )
    calls = 2
    reads_workbook = True

    def __init__(self, reload_ms: int = 0) -> None:
        """Tell how old a table may grow before it is read again; 0 for never."""
        self._reload_ms = reload_ms
        if reload_ms:
            self.name = f"ROAPI, every {reload_ms / 1000:g} s"

    def prepare(self, shop: Shop, folder: Path) -> None:
        """Write the workbook."""
        self.source(folder).write_bytes(shop.workbook)

    def command(self, folder: Path, port: int) -> Sequence[str | Path]:
        """Start it; it opens two more ports, for PostgreSQL's protocol and for Arrow's."""
        others = {"postgres": f"{HOST}:{free_port()}", "flight_sql": f"{HOST}:{free_port()}"}
        seconds, rest = divmod(self._reload_ms, 1000)
        reload = {"reload_interval": {"secs": seconds, "nanos": rest * 1_000_000}}
        tables = [
            {
                "name": name.lower(),
                "uri": str(self.source(folder)),
                "option": {"format": "xlsx", "sheet_name": name},
                **(reload if self._reload_ms else {}),
            }
            for name in ("Orders", "Items")
        ]
        configuration = {
            "addr": {"http": f"{HOST}:{port}", **others},
            "disable_read_only": self._reload_ms > 0,
            "tables": tables,
        }
        file = folder / "roapi.yml"
        file.write_text(json.dumps(configuration), "utf-8")  # JSON is YAML
        return [PYTHON_PROGRAMS / "roapi", "-c", file]

    def look_up(self, order: Order) -> Sequence[Request]:
        """Ask for the order, then for its items."""
        query = urlencode({"filter[customerOrderId]": f"'{order.order_id}'"})
        return [Request(f"/api/tables/{table}?{query}") for table in ("orders", "items")]

    def search(self, customer_id: str) -> Request:
        """Ask for the three columns of a customer's orders."""
        query = {
            "columns": "customerOrderId,customerId,status",
            "filter[customerId]": f"'{customer_id}'",
        }
        return Request(f"/api/tables/orders?{urlencode(query)}")

    def is_right(self, order: Order, replies: Sequence[bytes]) -> bool:
        """Put the two together."""
        rows, items = parsed(replies[0]), parsed(replies[1])
        return bool(rows and items) and is_of(order, rows[0], items)

    def found(self, reply: bytes) -> list[str]:
        """Take the ids."""
        return [row["customerOrderId"] for row in parsed(reply)]

    def source(self, folder: Path) -> Path:
        """Give the workbook."""
        return folder / "orders.xlsx"

    def save(self, shop: Shop, folder: Path) -> Path:
        """Write a workbook that no save before had."""
        return saved_workbook(shop, folder)


def is_of(order: Order, head: dict[str, object], items: list[dict[str, object]]) -> bool:
    """Compare rows with an order; the rows of its items may stand in any order."""
    wanted_head = (order.order_id, order.customer_id, order.down_payment, order.is_locked)
    names = ("customerOrderId", "customerId", "minimumDownPaymentAmount", "isLocked")
    wanted = {(item.item_id, item.quantity, item.unit_price) for item in order.items}
    told = {(row["itemId"], row["quantityOrdered"], row["unitPrice"]) for row in items}
    return tuple(head[name] for name in names) == wanted_head and told == wanted
