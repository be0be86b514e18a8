"""Makes json-server's database of a workbook with openpyxl, as a plain script would.

``python benchmarks/conversion.py WORKBOOK DATABASE``. It checks nothing, so it is quick for what
it is.
"""

import json
import sys
from pathlib import Path
from typing import Any

import openpyxl


def convert(workbook: Path, database: Path) -> None:
    """Read both sheets and write the orders with their items."""
    book: Any = openpyxl.load_workbook(workbook, read_only=True, data_only=True)
    headings, *rows = book["Orders"].iter_rows(values_only=True)
    orders = {row[0]: {**dict(zip(headings, row, strict=True)), "items": []} for row in rows}
    (_, *names), *rows = book["Items"].iter_rows(values_only=True)
    for order, *item in rows:
        orders[order]["items"].append(dict(zip(names, item, strict=True)))
    documents = [{"id": id_, "customerOrder": order} for id_, order in orders.items()]
    database.write_text(json.dumps({"orders": documents}, separators=(",", ":")), "utf-8")


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
