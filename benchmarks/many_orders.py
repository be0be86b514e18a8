"""Workbooks of up to a million orders, made in seconds, with one customer who has very many."""

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support.sheets import raw_workbook

LOYAL, LOYAL_ORDERS = "loyal", 10_000
"""A customer with so many orders, or a tenth of all where that is less; others have one each."""

LOYAL_SHARE = 10


def order_id(number: int) -> str:
    """Name an order."""
    return f"{number:08d}"


def customer(number: int, orders: int) -> str:
    """Name the customer of an order."""
    is_loyal = number % max(LOYAL_SHARE, orders // LOYAL_ORDERS) == 0
    return LOYAL if is_loyal else f"c{number:08d}"


def make(path: Path, orders: int, items: int) -> None:
    """Write a workbook as Excel does, every text once, but far faster than its writers do."""
    headings = ["Customer order", "Customer", "Status", "Item", "Quantity", "Unit price", "CREATED"]
    texts = [*headings, *map(order_id, range(orders)), LOYAL]
    first_order, loyal = len(headings), len(texts) - 1
    places = []
    for number in range(orders):
        if customer(number, orders) == LOYAL:
            places.append(loyal)
        else:
            places.append(len(texts))
            texts.append(customer(number, orders))

    def rows(heading: list[int], lines: Iterator[list[str]]) -> str:
        written = [_row(1, [_text("ABCDEF"[at], text) for at, text in enumerate(heading)])]
        written += [_row(number, line) for number, line in enumerate(lines, 2)]
        return "".join(written)

    order_lines = (
        [_text("A", first_order + number), _text("B", places[number]), _text("C", first_order - 1)]
        for number in range(orders)
    )
    item_lines = (
        [
            *(_text("A", first_order + number), _text("B", first_order + item)),
            *(_number("C", 1 + number % 9), _number("D", number % 9973 / 100)),
        ]
        for number in range(orders)
        for item in range(items)
    )
    orders_heading, items_heading = [0, 1, 2], [0, 3, 4, 5]
    strings = "".join(f"<si><t>{text}</t></si>" for text in texts)
    order_rows, item_rows = rows(orders_heading, order_lines), rows(items_heading, item_lines)
    path.write_bytes(raw_workbook(strings, Orders=order_rows, Items=item_rows))


def _row(number: int, cells: list[str]) -> str:
    inside = "".join(cells).replace("#", str(number))
    return f'<row r="{number}">{inside}</row>'


def _text(column: str, text: int) -> str:
    return f'<c r="{column}#" t="s"><v>{text}</v></c>'


def _number(column: str, value: float) -> str:
    return f'<c r="{column}#"><v>{value}</v></c>'


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
