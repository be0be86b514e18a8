"""``corsheet import-enactor``: a shop begins with the orders that it has."""

import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from types import FrameType
from typing import Any

import openpyxl
import pytest

from corsheet.cli import import_enactor, main
from corsheet.model import CustomerOrder
from corsheet.wire.enactor import EnactorOptions, whole_body
from corsheet.workbook.reading import Reading, read_workbook
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
            whole_body(
                order,
                details[order.customer_order_id],
                reading.enactor_products,
                EnactorOptions(),
            )
            for order in reading.orders
        )
        return [json.loads(body)["order"] for body in bodies]

    def rows(self, sheet: str) -> list[tuple[Any, ...]]:
        """Give a sheet's rows, headings first; none: there is no such sheet."""
        book = openpyxl.load_workbook(self.workbook)
        return list(book[sheet].iter_rows(values_only=True)) if sheet in book.sheetnames else []


@contextmanager
def counted(file: str) -> Iterator[list[int]]:
    """Collect the number of each line of a module that runs meanwhile."""
    lines: list[int] = []

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename != file:
            return None
        if event == "line":
            lines.append(frame.f_lineno)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield lines
    finally:
        sys.settrace(before)


def with_faulty_header(data: bytes, **options: Any) -> Reading:
    """Read a workbook in which somebody has written nonsense on Enactor header."""
    book = openpyxl.load_workbook(BytesIO(data))
    header = book["Enactor header"]
    header["C1"], header["C2"] = "orderValue", "nonsense"
    changed = BytesIO()
    book.save(changed)
    return read_workbook(changed.getvalue(), **options)


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


def test_a_card_secret_is_left_out_wherever_it_stands(imported: Imported) -> None:
    """However its name is written, too: the reader warns of it as well."""
    order = an_order(x={"hashedPAN": "s3cret", "list": [{"pan_token": "s3cret", "y": 1}]})

    assert imported.run(order) == 0

    assert [line.split(": ")[2] for line in imported.errors.splitlines()] == [
        "order.customerOrderHeader.x.hashedPAN is left out (card secret)",
        "order.customerOrderHeader.x.list[0].pan_token is left out (card secret)",
    ]
    assert exact(imported.served()) == exact([an_order(x={"list": [{"y": 1}]})])


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


def test_the_second_item_with_a_line_number_has_none(imported: Imported) -> None:
    """A line number is one item's: with two the workbook would be refused to Enactor."""
    order = an_order()
    (first,) = order["customerOrderItems"]
    first["item"]["adjustments"] = [{"amount": 100}]
    second: Json = {"item": {**first["item"], "adjustments": [{"amount": 200}]}}
    order["customerOrderItems"] = [first, second]

    assert imported.run(order) == 1

    assert imported.errors == (
        "corsheet: 1: order.customerOrderItems[1].item.lineNumber:"
        " an item before it has this number\n"
    )
    del second["item"]["lineNumber"]
    assert exact(imported.served()) == exact([order])


def test_a_payment_below_zero_has_no_amount(imported: Imported) -> None:
    """Enactor's amounts are always positive, and the reader takes no others."""
    fields: Json = {"customerOrderId": "1", "paymentType": "customerOrderCashPayment"}
    payment = {"customerOrderCashPayment": {**fields, "amount": -500}}

    assert imported.run({**an_order(), "customerOrderPayments": [payment]}) == 1

    assert imported.errors == (
        "corsheet: 1: order.customerOrderPayments[0].customerOrderCashPayment.amount:"
        " a payment's amount is never below zero\n"
    )
    expected = {**an_order(), "customerOrderPayments": [{"customerOrderCashPayment": fields}]}
    assert exact(imported.served()) == exact([expected])


def test_an_order_of_nobodys_needs_a_customer_for_the_till(imported: Imported) -> None:
    """Orders has no row without one; Enactor is not told of it."""
    order = an_order()
    del order["customerOrderHeader"]["customerNumber"]

    assert imported.run(order) == 2
    assert "the order 1 has no customer number" in imported.errors
    assert "--customer ID" in imported.errors
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
        (
            {"customerSurname": "\ud800Secret"},
            "customerOrderHeader.customerSurname",
            "a workbook cannot hold some of its characters",
        ),
        (
            {"customerSurname": {"x": "Secret"}},
            "customerOrderHeader.customerSurname.x",
            "there can be no such thing within the field customerSurname",
        ),
        ({"a.b": "Secret"}, 'customerOrderHeader."a.b"', "its name is not one"),
        ({"": {"status": "Secret"}}, 'customerOrderHeader."".status', "its name is not one"),
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
    ("said", "written"),
    [
        ("Ring first ", "Ring first"),
        ("\tRing first\r\nat the gate\r\n", "Ring first\nat the gate\n"),
        ("Ring\tfirst\xa0", "Ring first"),
    ],
)
def test_a_text_with_spaces_around_it_is_written_without(
    imported: Imported, said: str, written: str
) -> None:
    """Rather than not at all; that it is another text is told, once."""
    note: Json = {"customerOrderId": "1", "note": said}

    assert imported.run({**an_order(), "customerOrderNotes": [note]}) == 1

    assert imported.errors == (
        "corsheet: 1: order.customerOrderNotes[0].note:"
        " it is written without the spaces around it, tabs and the like\n"
    )
    expected = {**an_order(), "customerOrderNotes": [{**note, "note": written}]}
    assert exact(imported.served()) == exact([expected])


def test_a_status_with_a_space_is_that_status_to_the_till_too(imported: Imported) -> None:
    """An order that is done must not seem to be new."""
    imported.run(an_order(status="COMPLETED "))

    assert [order.status for order in imported.orders()] == ["FULFILLED"]
    assert imported.served()[0]["customerOrderHeader"]["status"] == "COMPLETED"


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


def test_a_loss_hides_no_difference_whose_path_only_begins_like_its_own(
    imported: Imported,
) -> None:
    """``p`` is not ``products``."""
    order = an_order() | {"p": 1}
    del order["products"]

    assert imported.run(order) == 1

    assert imported.errors.splitlines() == [
        "corsheet: 1: order.p: there is no sheet for it",
        "corsheet: 1: order.products: it is sent, and was not there",
    ]


def test_a_field_that_is_lost_does_not_explain_a_list_of_another_length(
    imported: Imported,
) -> None:
    """A product more than the order had is another matter."""
    order = an_order()
    extra = {"item": {**order["customerOrderItems"][0]["item"], "lineNumber": 2}}
    extra["item"]["productId"] = {"id": "B"}
    order["customerOrderItems"].append(extra)
    order["products"] = [{**order["products"][0], "x": None}] * 2

    assert imported.run(order) == 1

    told = [line.removeprefix("corsheet: 1: order.") for line in imported.errors.splitlines()]
    assert told == [
        "products[1]: the order has this product twice",
        "products[0].x: a cell cannot hold null",
        "products: it has 1 entries, and had 2",
    ]


def test_an_order_that_is_held_back_is_told_whatever_else_is(
    imported: Imported, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has no cell does not stand for it."""
    monkeypatch.setattr(import_enactor, "read_workbook", with_faulty_header)

    assert imported.run(an_order(x=None)) == 1

    assert imported.errors.splitlines() == [
        "corsheet: 1: order.customerOrderHeader.x: a cell cannot hold null",
        "corsheet: 1: order: it is held back from Enactor: Enactor header!C2 (CS220)",
    ]


@pytest.mark.parametrize(
    "orders",
    [
        lambda count: [an_order(f"{number:03}", x=None) for number in range(count)],
        lambda count: [an_order("1", **dict.fromkeys(map("x{:03}".format, range(count))))],
    ],
    ids=["orders", "losses"],
)
def test_twice_as_many_orders_or_losses_are_twice_the_work(
    tmp_path: Path, capsys: Captured, orders: Callable[[int], list[Json]]
) -> None:
    """Each further ten take as many steps of the comparison as the ten before."""
    steps = []
    for count in (10, 20, 30):
        folder = tmp_path / str(count)
        folder.mkdir()
        with counted(import_enactor.__file__) as lines:
            assert Imported(folder, capsys).run({"orderList": orders(count)}) == 1
        steps.append(len(lines))

    assert steps[2] - steps[1] == steps[1] - steps[0] > 0


@pytest.mark.parametrize(
    ("replies", "told"),
    [
        (["{"], "reply0.json is not JSON"),
        ([""], "reply0.json is not JSON; it may be empty"),
        (["<html>Sign in</html>"], "or a page that asks for a password"),
        (["[" * 100_000], "reply0.json is not JSON"),
        (['{"order": NaN}'], "reply0.json is not JSON"),
        (["[]"], "reply0.json holds no reply with an order"),
        (
            ['{"order": {"x": 1, "x": 2}}'],
            "reply0.json has an object with two values for the name 'x'",
        ),
        (
            ['{"order": {"x": 1e9999999999999999999}}'],
            "reply0.json has a number that is too large, or too small",
        ),
        (["[" * 900 + "]" * 900], "reply0.json is nested deeper than 100 levels"),
        (["7"], "reply0.json holds no reply with an order"),
        ([{"errorCode": "Fail"}], "reply0.json holds Enactor's error 'Fail', and no order"),
        (
            [{"errorCode": "NotAllowed", "messageText": "Not allowed to retrieve order"}],
            "reply0.json holds Enactor's error 'NotAllowed', 'Not allowed to retrieve order', and",
        ),
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
    """Exit 2, and what to do below it."""
    assert imported.run(*replies) == 2

    reason, cure = imported.errors.splitlines()
    assert told in reason
    assert cure.startswith("    ")
    assert not imported.workbook.exists()


def test_a_reply_that_is_not_there_is_told(tmp_path: Path, capsys: Captured) -> None:
    """Exit 2, no traceback."""
    workbook = tmp_path / "orders.xlsx"

    assert main(["import-enactor", str(tmp_path / "none.json"), str(workbook)]) == 2
    assert re.search("cannot read .*\n    name a file", capsys.readouterr().err)


def test_a_workbook_is_never_overwritten(imported: Imported) -> None:
    """It may be the manager's."""
    imported.workbook.write_bytes(b"mine")

    assert imported.run(an_order()) == 2
    assert "is there already; nothing is written\n    name another file" in imported.errors
    assert imported.workbook.read_bytes() == b"mine"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, capsys: Captured) -> None:
    """Exit 2, no traceback."""
    target = tmp_path / "none" / "orders.xlsx"

    assert main(["import-enactor", str(PUBLISHED), str(target)]) == 2
    assert re.search("cannot write .*\n    name a file", capsys.readouterr().err)


@pytest.mark.parametrize("has_settings", [True, False])
def test_what_comes_next_is_told(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch, has_settings: bool
) -> None:
    """With the settings beside the workbook, or with those that `init` is to write."""
    monkeypatch.chdir(tmp_path)
    target, settings = tmp_path / "imported.xlsx", tmp_path / "shop" / "corsheet.toml"
    if has_settings:
        main(["init", "shop"])
        target = settings.with_name("imported.xlsx")
        capsys.readouterr()

    assert main(["import-enactor", str(PUBLISHED), str(target)]) == 0

    _, *following = capsys.readouterr().out.splitlines()
    if has_settings:
        (serve,) = following
        assert serve.startswith("next: ")
        assert serve.endswith(f" serve {target} --config {settings}")
    else:
        init, serve = following
        assert init.endswith(" init FOLDER")
        assert serve.endswith(f" serve {target} --config FOLDER/corsheet.toml")


def test_a_full_disk_leaves_nothing_behind(imported: Imported) -> None:
    """Half a workbook would be no use, and would block the next try."""
    resource = pytest.importorskip("resource", reason="only POSIX can limit a file's size")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, limits[1]))  # bytes; Python ignores SIGXFSZ
    try:
        status = imported.run(an_order())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert status == 2
    assert "cannot write" in imported.errors
    assert [path.name for path in imported.folder.iterdir()] == ["reply0.json"]
    assert imported.run(an_order()) == 0


def test_a_workbook_that_comes_meanwhile_is_kept(
    imported: Imported, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else's, made while this one was."""

    def write_theirs(_: int) -> None:
        imported.workbook.write_bytes(b"theirs")

    monkeypatch.setattr("os.fsync", write_theirs)

    assert imported.run(an_order()) == 2
    assert imported.workbook.read_bytes() == b"theirs"
    assert sorted(path.name for path in imported.folder.iterdir()) == ["orders.xlsx", "reply0.json"]
