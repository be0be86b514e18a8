"""The first order of a snapshot file, for whoever wants to ask for any."""

import sqlite3
from contextlib import closing
from pathlib import Path

from corsheet.model import BusinessUnitId, CustomerOrderId
from corsheet.workbook.orders import OrderKey

FIRST = "SELECT business_unit_id, customer_order_id FROM answer WHERE status = 200 LIMIT 1"


def first_order(path: Path) -> OrderKey | None:
    """Give an order that is served; None: there is none.

    Raises:
        sqlite3.Error: The file is no snapshot.
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
        row = database.execute(FIRST).fetchone()
    return row and OrderKey(BusinessUnitId(row[0]), CustomerOrderId(row[1]))
