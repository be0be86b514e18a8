"""``corsheet import-enactor``: a shop begins with the orders that it has."""

import json
import zipfile
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from corsheet.cli import main
from corsheet.model import CustomerOrder
from corsheet.wire.enactor import EnactorOptions, order_body
from corsheet.workbook.reading import read_workbook
from tests.cli.books import ROOT

Captured = pytest.CaptureFixture[str]
Json = dict[str, Any]

PUBLISHED = ROOT / "tests" / "data" / "enactor-order.json"
"""The example reply of Enactor's page "Get an Order's Details"."""

SAMPLE = ROOT / "sample_data" / "enactor.xlsx"
SECRETS = ("476173B0000H0119", "i0PLbox7WJ7iPWJbzNbGBSbn3O5nn2K0MzrYv5+k81Q=")


def parts(data: bytes) -> dict[str, bytes]:
    """Unpack a workbook: how well a part is packed differs between machines."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def an_order(order_id: str = "1", **header: Any) -> Json:
    """Make a small order of Enactor's, with every key that is sent by itself."""
    reason = {"regionId": {"groupTypeId": "region"}}
    return {
        "products": [{"productId": "A", "fasciaId": {}, "rangeId": {}}],
        "customerOrderItems": [
            {
                "item": {
                    "customerOrderId": order_id,
                    "lineNumber": 1,
                    "productId": {"id": "A"},
                    "orderedQty": 2,
                    "unitPrice": 1990,
                    "userId": {},
                    "destinationLocationId": {},
                    "reasonId": reason,
                }
            }
        ],
        "customerOrderHeader": {
            "customerOrderId": order_id,
            "customerOrderTypeId": "CUSTOMER_ORDER",
            "customerNumber": "10001",
            "status": "SUBMITTED",
            "userId": {},
            "authorisedByUserKey": {},
            "lastUpdatedByUserKey": {},
            "currencyId": {},
            "reasonId": reason,
            **header,
        },
    }


class Imported:
    """Runs the command in a folder, and reads what it wrote."""

    def __init__(self, folder: Path, capsys: Captured) -> None:
        self.folder = folder
        self.workbook = folder / "orders.xlsx"
        self._capsys = capsys
        self.errors = ""

    def run(self, *replies: Any, options: tuple[str, ...] = ()) -> int:
        """Save replies (a text as it stands), import them, and give the exit status."""
        files = []
        for number, reply in enumerate(replies):
            file = self.folder / f"reply{number}.json"
            file.write_text(reply if isinstance(reply, str) else json.dumps(reply), "utf-8")
            files.append(str(file))
        status = main(["import-enactor", *files, str(self.workbook), *options])
        self.errors = self._capsys.readouterr().err
        return status

    def orders(self) -> tuple[CustomerOrder, ...]:
        """Give what Hii Retail is told of."""
        return read_workbook(self.workbook.read_bytes()).orders

    def served(self) -> list[Json]:
        """Give what Enactor's clients are told."""
        reading = read_workbook(self.workbook.read_bytes())
        details = {key.customer_order_id: one for key, one in reading.enactor.items()}
        bodies = (
            order_body(order, details[order.customer_order_id], EnactorOptions()).body
            for order in reading.orders
        )
        return [json.loads(body)["order"] for body in bodies]

    def rows(self, sheet: str) -> list[tuple[Any, ...]]:
        """Give a sheet's rows, headings first; none: there is no such sheet."""
        book = openpyxl.load_workbook(self.workbook)
        return list(book[sheet].iter_rows(values_only=True)) if sheet in book.sheetnames else []


@pytest.fixture
def imported(tmp_path: Path, capsys: Captured) -> Imported:
    """Make the runner."""
    return Imported(tmp_path, capsys)


def exact(value: Any) -> Any:
    """Put the type beside each value, since True == 1 and 0 == False."""
    if isinstance(value, dict):
        return {name: exact(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [exact(inner) for inner in value]
    return type(value).__name__, value


def test_the_published_reply_comes_back_leaf_by_leaf(imported: Imported) -> None:
    """All 249, types included."""
    published = json.loads(PUBLISHED.read_bytes())

    status = imported.run(published, options=("--keep-card-secrets",))

    assert (status, imported.errors) == (0, "")
    assert exact(imported.served()) == exact([published["order"]])


def test_the_sample_workbook_is_that_of_the_published_reply(imported: Imported) -> None:
    """If not, write it anew with `corsheet import-enactor … --keep-card-secrets`."""
    imported.run(PUBLISHED.read_text("utf-8"), options=("--keep-card-secrets",))

    assert parts(SAMPLE.read_bytes()) == parts(imported.workbook.read_bytes())


def test_hii_retail_gets_a_sensible_order_of_the_sample() -> None:
    """Enactor's example has 0 as unit price and 10.00 as net price: goods are not given away."""
    (order,) = read_workbook(SAMPLE.read_bytes()).orders

    assert (order.customer_order_id, order.customer_id, order.status) == (
        "3WQG6LAV6FHDTIXNP4WPWE2TQE",
        "1",
        "IN_PROGRESS",
    )
    assert [(i.item_id, i.quantity_ordered, i.unit_price) for i in order.items] == [
        ("MB709SN-4", Decimal(2), Decimal(10)),
        ("DF517XM-1", Decimal(5), Decimal(10)),
    ]


def test_card_secrets_are_left_out_unless_they_are_asked_for(imported: Imported) -> None:
    """They let somebody use a card; that they are gone is told, and is no fault."""
    status = imported.run(PUBLISHED.read_text("utf-8"))

    assert status == 0
    path = "order.customerOrderPayments[0].customerOrderCardPayment.cardDetails"
    for name in ("panToken", "hashedPan"):
        assert f"{path}.{name} is left out (card secret)" in imported.errors
    texts = b"".join(parts(imported.workbook.read_bytes()).values()).decode("utf-8", "replace")
    for secret in SECRETS:
        assert secret not in imported.errors
        assert secret not in texts


def test_what_the_plain_sheets_say_has_no_column(imported: Imported) -> None:
    """Status, quantity and price are changed on Orders and Items, and Enactor follows."""
    assert imported.run({"order": an_order()}) == 0

    assert imported.rows("Orders")[1][1:4] == ("1", "10001", "CREATED")
    assert imported.rows("Items")[1][1:5] == ("1", "A", 2, 19.9)
    assert imported.rows("Enactor items")[0][2:] == ("lineNumber",)
    assert not {"status", "customerNumber"} & set(imported.rows("Enactor header")[0])


@pytest.mark.parametrize(
    "wrap",
    [
        lambda order: {"order": order},
        lambda order: order,
        lambda order: {"orderList": [order]},
    ],
    ids=["a reply", "an order", "a search"],
)
def test_a_reply_is_taken_in_each_form(imported: Imported, wrap: Callable[[Json], Json]) -> None:
    """Of the one order, bare, or of a search."""
    assert imported.run(wrap(an_order())) == 0

    assert exact(imported.served()) == exact([an_order()])


def test_several_replies_make_one_workbook(imported: Imported) -> None:
    """And a product that they agree on stands there once."""
    second, third = an_order("2", status="COMPLETED"), an_order("3", voided=True)

    assert imported.run({"orderList": [an_order(), second]}, third) == 0

    assert exact(imported.served()) == exact([an_order(), second, third])
    assert [row[1:3] for row in imported.rows("Products")[1:]] == [(None, "A")]
    assert [order.status for order in imported.orders()] == ["CREATED", "FULFILLED", "CREATED"]


def test_products_that_orders_do_not_agree_on_stand_in_each(imported: Imported) -> None:
    """True and 1 are two values."""
    second = an_order("2")
    first = an_order()
    first["products"][0]["zeta"], second["products"][0]["zeta"] = True, 1

    assert imported.run({"orderList": [first, second]}) == 0

    assert exact(imported.served()) == exact([first, second])
    assert [row[1:3] for row in imported.rows("Products")[1:]] == [("1", "A"), ("2", "A")]


def test_products_keep_their_order_and_may_be_more_than_the_items(imported: Imported) -> None:
    """Then they are the order's own."""
    order = an_order()
    order["products"] = [{"productId": name} for name in ("C", "A")]

    assert imported.run(order) == 0

    assert exact(imported.served()) == exact([order])
    assert [row[1:3] for row in imported.rows("Products")[1:]] == [("1", "C"), ("1", "A")]


def test_an_item_that_items_cannot_hold_stands_on_enactor_items_only(imported: Imported) -> None:
    """Nothing is left of it to hand over, say; Hii Retail is told of the others."""
    order = an_order()
    (kept,) = order["customerOrderItems"]
    gone = {"item": {**kept["item"], "lineNumber": 7, "orderedQty": 0}}
    order["customerOrderItems"] = [gone, kept]
    kept["item"]["lineNumber"] = 9

    assert imported.run(order) == 0

    assert exact(imported.served()) == exact([order])
    assert [row[2] for row in imported.rows("Enactor items")] == ["Items row", None, 1]
    assert [len(one.items) for one in imported.orders()] == [1]


def test_adjustments_go_to_their_lines(imported: Imported) -> None:
    """Those of a line whose number is not its own stay among its fields."""
    order = an_order(adjustments=[{"amount": 500}])
    (first,) = order["customerOrderItems"]
    first["item"]["adjustments"] = [{"amount": 100}, {"amount": 200}]
    unnumbered = {"item": {**first["item"], "adjustments": [{"amount": 300}]}}
    del unnumbered["item"]["lineNumber"]
    order["customerOrderItems"] = [first, unnumbered]

    assert imported.run(order) == 0

    assert exact(imported.served()) == exact([order])
    assert [row[2:] for row in imported.rows("Adjustments")[1:]] == [
        (1, 100),
        (1, 200),
        (None, 500),
    ]
    assert "adjustments[0].amount" in imported.rows("Enactor items")[0]


def test_an_order_of_nobodys_needs_a_customer_for_the_till(imported: Imported) -> None:
    """Orders has no row without one; Enactor is not told of it."""
    order = an_order()
    del order["customerOrderHeader"]["customerNumber"]

    assert imported.run(order) == 2
    assert "the order 1 has no customer number; name one with --customer" in imported.errors
    assert imported.run(order, options=("--customer", "10009")) == 0

    assert exact(imported.served()) == exact([order])
    assert imported.orders()[0].customer_id == "10009"


def test_the_exponent_is_the_currencys(imported: Imported) -> None:
    """Yen have no smaller unit; what is served then needs the same setting."""
    assert imported.run(an_order(), options=("--currency-exponent", "0")) == 0

    assert imported.rows("Items")[1][4] == 1990


@pytest.mark.parametrize(
    ("change", "path", "reason"),
    [
        ({"x": None}, "customerOrderHeader.x", "a cell cannot hold null"),
        ({"x": "y" * 32_768}, "customerOrderHeader.x", "cannot hold a text of 32768 characters"),
        ({"x": 1234567890123456789}, "customerOrderHeader.x", "a cell cannot hold it"),
        ({"a b": 1}, "customerOrderHeader.a b", "its name is not one that a heading can have"),
        ({"customerSurname": " Secret"}, "customerOrderHeader.customerSurname", "cannot hold it"),
        ({"orderValue": "Secret"}, "customerOrderHeader.orderValue", "cannot hold it"),
        ({"Status": "Secret"}, "customerOrderHeader.Status", "are the same to a heading"),
    ],
)
def test_what_a_workbook_cannot_say_is_told_and_the_rest_is_written(
    imported: Imported, change: Json, path: str, reason: str
) -> None:
    """Once, with its path and never with its value; the status says that something is missing."""
    assert imported.run(an_order(**change)) == 1

    (line,) = imported.errors.splitlines()
    assert line.startswith(f"corsheet: 1: order.{path}: ")
    assert reason in line
    assert "Secret" not in imported.errors
    assert exact(imported.served()) == exact([an_order()])


@pytest.mark.parametrize(
    ("name", "value", "path"),
    [
        ("fulfilments", [{"a": 1}], "order.fulfilments: there is no sheet for it"),
        ("customerOrderNotes", [], "order.customerOrderNotes: an empty list is left out"),
        ("customerOrderNotes", ["x"], "order.customerOrderNotes[0]: it is no object"),
        (
            "customerOrderPayments",
            [{"a": {}, "b": {}}],
            "order.customerOrderPayments[0]: it is not",
        ),
        (
            "customerOrderItems",
            [{"item": {}}],
            "order.customerOrderItems[0].item: it is no item",
        ),
        ("products", [{"type": "x"}], "order.products[0]: it has no productId"),
        ("products", [{"productId": "A"}] * 2, "order.products[1]: the order has this product"),
    ],
)
def test_a_part_without_a_row_is_told(imported: Imported, name: str, value: Any, path: str) -> None:
    """As precisely as a field."""
    assert imported.run({**an_order(), name: value}) == 1

    assert f"corsheet: 1: {path}" in imported.errors


def test_a_difference_is_told_that_nobody_foresaw(imported: Imported) -> None:
    """An order without products: Enactor sends one for each article, and so does corsheet."""
    order = an_order()
    del order["products"]

    assert imported.run(order) == 1
    assert imported.errors == "corsheet: 1: order.products: it is sent, and was not there\n"


@pytest.mark.parametrize(
    ("replies", "told"),
    [
        (["{"], "reply0.json is not JSON"),
        (["[" * 100_000], "reply0.json is not JSON"),
        (['{"order": NaN}'], "reply0.json is not JSON"),
        (["[]"], "reply0.json holds no reply with an order"),
        ([{"errorCode": "Fail"}], "reply0.json holds no reply with an order"),
        ([{"order": {}}], "reply0.json has an order without customerOrderHeader.customerOrderId"),
        ([{"orderList": [7]}], "has an order without customerOrderHeader.customerOrderId"),
        ([an_order(" 1")], "has an order without customerOrderHeader.customerOrderId"),
        ([{"orderList": []}], "there is no order in the replies"),
        (
            [an_order(), {"order": an_order()}],
            "reply1.json has the order 1, which is there already",
        ),
    ],
)
def test_wrong_use_is_told_and_nothing_is_written(
    imported: Imported, replies: list[Any], told: str
) -> None:
    """Exit 2."""
    assert imported.run(*replies) == 2

    assert told in imported.errors
    assert not imported.workbook.exists()


def test_a_reply_that_is_not_there_is_told(tmp_path: Path, capsys: Captured) -> None:
    """Exit 2, no traceback."""
    workbook = tmp_path / "orders.xlsx"

    assert main(["import-enactor", str(tmp_path / "none.json"), str(workbook)]) == 2
    assert "cannot read" in capsys.readouterr().err


def test_a_workbook_is_never_overwritten(imported: Imported) -> None:
    """It may be the manager's."""
    imported.workbook.write_bytes(b"mine")

    assert imported.run(an_order()) == 2
    assert "is there already; nothing is written" in imported.errors
    assert imported.workbook.read_bytes() == b"mine"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, capsys: Captured) -> None:
    """Exit 2, no traceback."""
    target = tmp_path / "none" / "orders.xlsx"

    assert main(["import-enactor", str(PUBLISHED), str(target)]) == 2
    assert "cannot write" in capsys.readouterr().err
