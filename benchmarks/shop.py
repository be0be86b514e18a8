"""Made-up orders in every form that something measured here reads.

Each order has three items, and each customer three orders. A shop's ``version`` stands twice in
every order, as its down payment and as its first quantity, so that a reply tells which version
it is of, and whether both sheets are of one.
"""

import io
import json
import random
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

UNIT = "7"
ITEMS = 3
ORDERS_OF_A_CUSTOMER = 3
ARTICLES = 5_000
"""Each with its price: a shop has fewer prices than rows."""

Row = list[str | float | bool]
Json = dict[str, object]


@dataclass(frozen=True)
class Item:
    """One line of an order."""

    item_id: str
    quantity: int
    unit_price: float


@dataclass(frozen=True)
class Order:
    """One order."""

    order_id: str
    customer_id: str
    down_payment: int
    is_locked: bool
    items: tuple[Item, ...]

    @cached_property
    def value(self) -> Json:
        """Give the reply to a look-up, as the till expects it."""
        items = [
            {"itemId": item.item_id, "quantityOrdered": item.quantity, "unitPrice": item.unit_price}
            for item in self.items
        ]
        order = {
            **self.summary,
            "minimumDownPaymentAmount": self.down_payment,
            "isLocked": self.is_locked,
            "items": items,
        }
        return {"customerOrder": order}

    @property
    def summary(self) -> Json:
        """Give what a search tells of it."""
        return {
            "customerOrderId": self.order_id,
            "customerId": self.customer_id,
            "status": "CREATED",
        }


@dataclass(frozen=True)
class Shop:
    """All orders of one version."""

    orders: tuple[Order, ...]
    version: int

    @property
    def customers(self) -> list[str]:
        """Give the id of each customer, in the order of the sheet."""
        return list(dict.fromkeys(order.customer_id for order in self.orders))

    @cached_property
    def workbook(self) -> bytes:
        """Give its workbook; 100,000 orders take half a minute to write, once."""
        return workbook(self)

    def of_customer(self, customer_id: str) -> tuple[Order, ...]:
        """Give a customer's orders, in the order of the sheet."""
        first = int(customer_id) * ORDERS_OF_A_CUSTOMER
        return self.orders[first : first + ORDERS_OF_A_CUSTOMER]

    def search_value(self, customer_id: str) -> Json:
        """Give the reply to a search, as the till expects it."""
        return {"customerOrders": [order.summary for order in self.of_customer(customer_id)]}


def make_shop(orders: int, version: int = 1) -> Shop:
    """Make so many orders, the same ones in every run."""
    chance = random.Random(orders)  # noqa: S311 - not for secrets
    prices = [whole_or_not(chance.randrange(100, 1_000_000) / 100) for _ in range(ARTICLES)]
    made = []
    for number in range(orders):
        articles = chance.sample(range(ARTICLES), ITEMS)
        quantities = (version, chance.randint(1, 9), chance.randint(1, 9))
        items = tuple(
            Item(f"{article:07d}", quantity, prices[article])
            for article, quantity in zip(articles, quantities, strict=True)
        )
        customer = f"{number // ORDERS_OF_A_CUSTOMER:06d}"
        made.append(Order(f"{number:08d}", customer, version, number % 7 == 0, items))
    return Shop(tuple(made), version)


def whole_or_not(value: float) -> float:
    """Give a whole number as one, since 12 is not written 12.0."""
    return int(value) if value == int(value) else value


def order_rows(shop: Shop) -> Iterator[Row]:
    """Give the rows of Orders; the first has the headings."""
    yield ["customerOrderId", "customerId", "status", "minimumDownPaymentAmount", "isLocked"]
    for order in shop.orders:
        yield [
            *(order.order_id, order.customer_id, "CREATED"),
            *(order.down_payment, order.is_locked),
        ]


def item_rows(shop: Shop) -> Iterator[Row]:
    """Give the rows of Items; the first has the headings."""
    yield ["customerOrderId", "itemId", "quantityOrdered", "unitPrice"]
    for order in shop.orders:
        for item in order.items:
            yield [order.order_id, item.item_id, item.quantity, item.unit_price]


def workbook(shop: Shop) -> bytes:
    """Make the workbook as Excel does."""
    made = io.BytesIO()
    write_as_excel(made, Orders=order_rows(shop), Items=item_rows(shop))
    return made.getvalue()


def write_as_excel(target: Path | io.BytesIO, **sheets: Iterable[Row]) -> None:
    """Write a workbook as Excel does: every text once, for all cells that have it."""
    import xlsxwriter  # noqa: PLC0415 - not every measurement writes one

    book = xlsxwriter.Workbook(target, {"in_memory": isinstance(target, io.BytesIO)})
    id_format = book.add_format({"num_format": "@"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                style = id_format if isinstance(value, str) else None
                sheet.write(number, column, value, style)
    book.close()


def with_comment(workbook: bytes, comment: str) -> bytes:
    """Give a workbook with a comment on its archive, so that no two saves are of the same bytes."""
    commented = io.BytesIO(workbook)
    with zipfile.ZipFile(commented, "a") as archive:
        archive.comment = comment.encode()
    return commented.getvalue()


def documents(shop: Shop) -> list[Json]:
    """Give each order's reply with an ``id`` beside it, for servers that find by that name."""
    return [{"id": order.order_id, **order.value} for order in shop.orders]


def compact(value: object) -> bytes:
    """Write JSON as corsheet does: without spaces, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def write_files(shop: Shop, orders: Path, customers: Path, *, suffix: str = "") -> None:
    """Write one file an order, and one a customer for the searches."""
    orders.mkdir(parents=True)
    customers.mkdir(parents=True)
    for order in shop.orders:
        (orders / f"{order.order_id}{suffix}").write_bytes(compact(order.value))
    for customer in shop.customers:
        body = compact(shop.search_value(customer))
        (customers / f"{customer}{suffix}").write_bytes(body)
