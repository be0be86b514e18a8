"""Enactor's clients through a real service: one workbook, two contracts.

The published reply is the example of Enactor's page "Get an Order's Details".
"""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from corsheet.workbook.enactor_layout import ENACTOR_SHEETS
from corsheet.workbook.reading import read_workbook
from tests.end_to_end.test_libreoffice import Ways, converted, each_way
from tests.support import proxies
from tests.support.libreoffice import needs_libreoffice, opened
from tests.support.saving import rename_over
from tests.support.service import AUTHORIZATION, ROOT, Reply, Service, eventually, serving
from tests.support.sheets import workbook

SAMPLE = ROOT / "sample_data" / "enactor.xlsx"
ORDER_ID = "3WQG6LAV6FHDTIXNP4WPWE2TQE"
CUSTOMER = "1"
LEAVES = 249
"""Texts, numbers, truth values and empty objects of the published reply."""

ENACTOR = "/WebRestApi/rest/orders"
HIIRETAIL = "/business-units/0001/customer-orders"
NOT_ALLOWED = {"errorCode": "NotAllowed", "messageText": "Not allowed to retrieve order"}
FAIL = {"errorCode": "Fail", "messageText": "Failed to retrieve order"}
"""The texts: Enactor's page "Get an Order's Details"."""

ONE_WORKER = "\n[server]\nworkers = 1\n"
"""With granian: else one that has not followed a save yet may answer what was asked after it."""

SAVED_SECONDS = 10.0
"""For a save to arrive on a machine that is busy."""

Leaf = tuple[str, str, Any]


def published() -> Any:
    """Give the published reply."""
    return json.loads((ROOT / "tests" / "data" / "enactor-order.json").read_bytes())


def leaves(value: Any, path: str = "") -> Iterator[Leaf]:
    """Give the path, the type and the value of each leaf, since True == 1 and 0 == False."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}")
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{number}]")
    else:
        yield path, type(value).__name__, value


def flat(value: Any) -> list[Leaf]:
    """Give all leaves, sorted by their paths: the order of names in an object says nothing."""
    return sorted(leaves(value), key=lambda leaf: leaf[0])


@contextmanager
def served(
    folder: Path, *, engine: str = "waitress", config: str = ONE_WORKER
) -> Iterator[Service]:
    """Serve ``orders.xlsx`` of a folder while the block runs; it has been read when it begins."""
    with serving(folder, engine=engine, config=config) as service:
        eventually(lambda: service.ready()["status"] != "unready", SAVED_SECONDS, service.ready)
        yield service


def ask_for(service: Service, order_id: str, customer: str = CUSTOMER) -> Reply:
    """Ask for an order as Enactor's clients do."""
    return service.get(f"{ENACTOR}/{quote(order_id, safe='')}", subject=customer)


def found(service: Service, customer: str, query: str = "") -> list[str]:
    """Search as Enactor's clients do; gives the ids of what is found."""
    reply = service.get(f"{ENACTOR}?{query}", subject=customer)
    assert reply.status == 200, reply.body
    return [o["customerOrderHeader"]["customerOrderId"] for o in reply.json()["orderList"]]


def save(service: Service, data: bytes) -> None:
    """Save the workbook, and wait until it is served."""
    rename_over(service.folder / "orders.xlsx", data)
    wanted = hashlib.sha256(data).hexdigest()
    eventually(
        lambda: service.ready()["snapshot"]["sha256"] == wanted, SAVED_SECONDS, service.ready
    )


def corsheet(*arguments: str) -> str:
    """Run a command; gives what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "corsheet", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_published_reply_has_the_leaves_that_are_counted() -> None:
    """Nothing was lost from the copy that the others are held to."""
    assert len(flat(published())) == LEAVES


def test_the_sample_workbook_gives_the_published_reply(tmp_path: Path, engine: str) -> None:
    """All 249 leaves, types included; page "Get an Order's Details"."""
    shutil.copy(SAMPLE, tmp_path / "orders.xlsx")
    with served(tmp_path, engine=engine) as service:
        reply = ask_for(service, ORDER_ID)
        other = ask_for(service, ORDER_ID, customer="2")
        unknown = ask_for(service, "NOSUCHORDER")

    assert reply.status == 200, reply.body
    assert reply.headers["Content-Type"].startswith("application/json")
    assert flat(reply.json()) == flat(published())
    assert (other.status, other.json()) == (405, NOT_ALLOWED)
    assert (unknown.status, unknown.json()) == (500, FAIL)


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give LibreOffice settings of its own, made once: that takes longer than a conversion."""
    return tmp_path_factory.mktemp("profile").as_uri()


@pytest.mark.libreoffice
@needs_libreoffice
@each_way
def test_saved_by_libreoffice_it_gives_the_published_reply(
    way: Ways, tmp_path: Path, profile: str
) -> None:
    """As .xlsx, and by way of .ods, which keeps less."""
    written = SAMPLE.read_bytes()
    saved = converted(written, way, tmp_path, profile)
    (tmp_path / "orders.xlsx").write_bytes(saved)
    with served(tmp_path) as service:
        reply = ask_for(service, ORDER_ID)

    assert saved != written
    assert reply.status == 200, reply.body
    assert flat(reply.json()) == flat(published())


@pytest.mark.libreoffice
@needs_libreoffice
def test_an_edit_in_libreoffice_is_told_to_both(tmp_path: Path) -> None:
    """A row of Items is what both are told of, but for what Enactor items says itself."""
    path = tmp_path / "orders.xlsx"
    path.write_bytes(PLAIN)
    with opened(path) as document:
        document.save({"Items!C2": 3})
    with served(tmp_path) as service:
        enactors = ask_for(service, "111", "10001").json()["order"]
        hiiretails = service.get(f"{HIIRETAIL}/111").json()["customerOrder"]

    assert enactors["customerOrderItems"][0]["item"]["orderedQty"] == 3
    assert hiiretails["items"][0]["quantityOrdered"] == 3


ORDERS = """
    | Customer order | Customer | Status    |
    | 111            | 10001    | CREATED   |
    | 112            | 10001    | FULFILLED |
    | 113            | 10002    | CREATED   |
"""
ITEMS = """
    | Customer order | Item | Quantity | Unit price |
    | 111            | 5001 | =2       | =99.90     |
    | 111            | 5002 | =1       | =250       |
    | 112            | 5001 | =1       | =99.90     |
    | 113            | 5003 | =1       | =5         |
"""
PLAIN = workbook(Orders=ORDERS, Items=ITEMS)
SHEETS: Mapping[str, tuple[str, str]] = {
    "Enactor header": ("| Customer order | orderValue |", "| 111 | {} |"),
    "Enactor items": ("| Customer order | lineNumber | netPrice |", "| 111 | =2 | {} |"),
    "Products": ("| productId | standardCostPrice |", "| 5001 | {} |"),
    "Payments": (
        "| Customer order | Payment | amount |",
        "| 111 | customerOrderCashPayment | {} |",
    ),
    "Notes": ("| Customer order | note | messageNumber |", "| 111 | Ring twice | {} |"),
    "Adjustments": ("| Customer order | Line | amount |", "| 111 | =2 | {} |"),
    "Addresses": ("| Customer order | town | lastUpdated |", "| 111 | Hertford | {} |"),
}
"""Each of Enactor's sheets with a row whose last cell is a whole number."""


def full_workbook(wrong: str = "", *, without: bool = False) -> bytes:
    """Make a workbook of all sheets, one of them with a mistake; or of the plain ones alone."""
    enactors = {
        name: f"{headings}\n{row.format('wrong' if name == wrong else '=1000')}"
        for name, (headings, row) in SHEETS.items()
    }
    return workbook({"Orders": ORDERS, "Items": ITEMS} | ({} if without else enactors))


def test_the_rows_of_all_sheets_are_in_the_reply(tmp_path: Path, engine: str) -> None:
    """Each in its place; what the plain sheets say stands beside it."""
    (tmp_path / "orders.xlsx").write_bytes(full_workbook())
    with served(tmp_path, engine=engine) as service:
        order = ask_for(service, "111", "10001").json()["order"]

    header = order["customerOrderHeader"]
    first, second = (each["item"] for each in order["customerOrderItems"])
    assert (header["status"], header["orderValue"]) == ("SUBMITTED", 1000)
    assert [address["town"] for address in header["address"]] == ["Hertford"]
    assert (first["unitPrice"], first["orderedQty"]) == (9990, 2)
    assert "netPrice" not in first
    assert (second["unitPrice"], second["netPrice"]) == (25000, 1000)
    assert [adjustment["amount"] for adjustment in second["adjustments"]] == [1000]
    assert [product["productId"] for product in order["products"]] == ["5001", "5002"]
    assert order["products"][0]["standardCostPrice"] == 1000
    assert order["customerOrderPayments"][0]["customerOrderCashPayment"]["amount"] == 1000
    assert order["customerOrderNotes"][0]["note"] == "Ring twice"


def hiiretails(service: Service) -> list[tuple[int, str | None, bytes]]:
    """Give all that Hii Retail is told of the three orders and their customers."""
    replies = [service.get(f"{HIIRETAIL}/{order}") for order in ("111", "112", "113")]
    replies += [
        service.post(f"{HIIRETAIL}:search", json.dumps({"customerId": customer}).encode())
        for customer in ("10001", "10002")
    ]
    return [(reply.status, reply.headers["ETag"], reply.body) for reply in replies]


def test_enactors_sheets_change_nothing_for_hii_retail(tmp_path: Path, engine: str) -> None:
    """The same bytes without them, with them, and with a mistake in one of them."""
    (tmp_path / "orders.xlsx").write_bytes(full_workbook(without=True))
    with served(tmp_path, engine=engine) as service:
        plain = hiiretails(service)
        save(service, full_workbook())
        full = hiiretails(service)
        save(service, full_workbook("Notes"))
        wrong = hiiretails(service)

    assert {status for status, _, _ in plain} == {200}
    assert full == plain
    assert wrong == plain


def test_a_mistake_in_a_sheet_of_enactors_costs_enactors_clients_the_order(
    tmp_path: Path, engine: str
) -> None:
    """In each of the seven; the other orders stay, and a saved mend brings it back."""
    assert set(SHEETS) == {layout.name for layout in ENACTOR_SHEETS}
    (tmp_path / "orders.xlsx").write_bytes(full_workbook())
    with served(tmp_path, engine=engine) as service:
        for name in SHEETS:
            save(service, full_workbook(name))
            asked = ask_for(service, "111", "10001")
            assert (asked.status, asked.json()) == (500, FAIL), name
            assert service.get(f"{HIIRETAIL}/111").status == 200, name
            assert ask_for(service, "113", "10002").status == 200, name
            assert "111" not in found(service, "10001"), name
            eventually(lambda: service.ready()["status"] == "ready", SAVED_SECONDS, name)

            save(service, full_workbook())
            assert ask_for(service, "111", "10001").status == 200, name


def test_a_heading_twice_costs_enactors_clients_everything_and_hii_retail_nothing(
    tmp_path: Path,
) -> None:
    """A sheet that cannot be used at all says nothing of anybody's order."""
    twice = "| Customer order | note | note |\n| 111 | Ring | twice |"
    (tmp_path / "orders.xlsx").write_bytes(full_workbook())
    with served(tmp_path) as service:
        save(service, workbook({"Orders": ORDERS, "Items": ITEMS, "Notes": twice}))
        asked = [ask_for(service, order, "10001") for order in ("111", "112")]
        searched = service.get(ENACTOR, subject="10001")
        told = hiiretails(service)
        save(service, full_workbook())
        mended = ask_for(service, "111", "10001").status

    assert [(reply.status, reply.json()) for reply in asked] == [(500, FAIL)] * 2
    assert (searched.status, searched.json()["errorCode"]) == (500, "Fail")
    assert {status for status, _, _ in told} == {200}
    assert mended == 200


def test_an_order_withheld_from_hii_retail_is_withheld_from_enactors_clients(
    tmp_path: Path,
) -> None:
    """A mistake on Items is everybody's."""
    items = ITEMS.replace("| 112            | 5001 | =1 ", "| 112            | 5001 | two")
    (tmp_path / "orders.xlsx").write_bytes(workbook(Orders=ORDERS, Items=items))
    with served(tmp_path) as service:
        asked = ask_for(service, "112", "10001")

        assert (asked.status, asked.json()) == (500, FAIL)
        assert service.get(f"{HIIRETAIL}/112").status == 503
        assert ask_for(service, "111", "10001").status == 200


NOBODYS = {
    "Orders": ORDERS,
    "Items": ITEMS,
    "Enactor header": """
        | Customer order | customerNumber | orderValue |
        | 111            |                | =100       |
        | 112            | 10001          | =100       |
    """,
}


def test_an_order_of_nobody_is_shown_to_no_customer(tmp_path: Path, engine: str) -> None:
    """Also not to the one that Orders names; staff, who see all, see it."""
    (tmp_path / "orders.xlsx").write_bytes(workbook(NOBODYS))
    with served(tmp_path, engine=engine) as service:
        asked = ask_for(service, "111", "10001")
        assert (asked.status, asked.json()) == (405, NOT_ALLOWED)
        assert found(service, "10001") == ["112"]
        settings = service.settings
    settings.write_text(settings.read_text("utf-8") + '\n[enactor]\nidentity = "none"\n', "utf-8")
    with served(tmp_path, engine=engine) as service:
        order = service.get(f"{ENACTOR}/111").json()["order"]
        everybodys = service.get(ENACTOR).json()["orderList"]

    assert "customerNumber" not in order["customerOrderHeader"]
    assert [one["customerOrderHeader"]["customerOrderId"] for one in everybodys] == [
        "111",
        "112",
        "113",
    ]


DATED = {
    "Orders": """
        | Customer order | Customer | Status  |
        | 111            | 10001    | CREATED |
        | 112            | 10001    | CREATED |
        | 113            | 10002    | CREATED |
        | 114            | 10001    | CREATED |
    """,
    "Items": """
        | Customer order | Item | Quantity | Unit price |
        | 111            | 5001 | =1       | =1         |
        | 112            | 5001 | =1       | =1         |
        | 113            | 5001 | =1       | =1         |
        | 114            | 5001 | =1       | =1         |
    """,
    "Enactor header": """
        | Customer order | createdDate                   | customerOrderTypeId |
        | 111            | 2018-11-26T09:44:51.000+00:00 | CUSTOMER_ORDER      |
        | 112            | 2018-11-28T23:59:59.000+00:00 | CLICK_AND_COLLECT   |
        | 113            | 2018-11-26T09:44:51.000+00:00 | CUSTOMER_ORDER      |
        | 114            | {today}                       | CUSTOMER_ORDER      |
    """,
}
EVER = "earliestDate=2000-01-01"


def test_the_search_finds_a_customers_orders(tmp_path: Path, engine: str) -> None:
    """By each parameter of the page "Search Orders"."""
    today = datetime.now(UTC).isoformat(timespec="milliseconds")
    sheets = {name: drawing.replace("{today}", today) for name, drawing in DATED.items()}
    (tmp_path / "orders.xlsx").write_bytes(workbook(sheets))
    with served(tmp_path, engine=engine) as service:
        assert found(service, "10001") == ["114"]  # 60 days back, where nothing else is said
        assert found(service, "10001", EVER) == ["111", "112", "114"]
        assert found(service, "10002", EVER) == ["113"]
        assert found(service, "10003", EVER) == []
        assert found(service, "10001", f"{EVER}&typeId=CLICK_AND_COLLECT") == ["112"]
        assert found(service, "10001", f"{EVER}&latestDate=2018-11-27") == ["111"]
        assert found(service, "10001", f"{EVER}&latestDate=2018-11-28") == ["111", "112"]
        assert found(service, "10001", f"{EVER}&pageSize=2") == ["111", "112"]
        assert found(service, "10001", f"{EVER}&pageSize=2&pageOffset=2") == ["114"]
        assert service.get(f"{ENACTOR}?pageSize=0", subject="10001").status == 400
        whole = service.get(f"{ENACTOR}?{EVER}&pageSize=1", subject="10001").json()
        alone = ask_for(service, "111", "10001").json()

    assert flat(whole["orderList"]) == flat([alone["order"]])


def test_a_workbook_of_init_is_served_to_both(tmp_path: Path) -> None:
    """With the settings, the user and the password that init made; each order is told."""
    shop = tmp_path / "shop"
    printed = corsheet("init", str(shop), "--enactor")
    (password,) = re.findall(r'"password": "([^"]+)"', printed)
    basic = "Basic " + base64.b64encode(f"hiiretail:{password}".encode()).decode()
    reading = read_workbook((shop / "orders.xlsx").read_bytes())
    assert reading.findings == ()
    assert len(reading.enactor) >= 3
    with served(shop) as service:
        for order in reading.orders:
            name = quote(order.customer_order_id, safe="")
            asked = {
                customer: service.get(f"{ENACTOR}/{name}", Authorization=basic, subject=customer)
                for customer in (order.customer_id, "somebody else")
                if customer.isascii()  # a header says nothing else
            }
            till = service.get(
                f"/business-units/{order.business_unit_id}/customer-orders/{name}",
                Authorization=basic,
            )
            is_whole = all(i.quantity_ordered == int(i.quantity_ordered) for i in order.items)
            outcomes = (200, 405) if is_whole else (500, 500)
            for (customer, reply), status in zip(
                asked.items(), outcomes[-len(asked) :], strict=True
            ):
                assert reply.status == status, (name, customer, reply.body)
            assert till.status == 200, name


def test_what_init_prints_for_enactors_clients_is_answered(tmp_path: Path) -> None:
    """To be copied as it stands; and the page says from when on the examples are found."""
    shop = tmp_path / "shop"
    printed = corsheet("init", str(shop), "--enactor")
    pattern = r'curl -u (\S+) -H "subject: (\S+)" http://127\.0\.0\.1:8080(\S+)'
    ((credentials, customer, path),) = re.findall(pattern, printed)
    basic = "Basic " + base64.b64encode(credentials.encode()).decode()
    page = (ROOT / "docs" / "enactor.md").read_text("utf-8")
    (since,) = re.findall(r"ask for them with `(\?earliestDate=\S+)`", page)
    with served(shop) as service:
        reply = service.get(path, Authorization=basic, subject=customer)
        searched = service.get(f"{ENACTOR}{since}", Authorization=basic, subject=customer)

    assert reply.status == 200, reply.body
    order = reply.json()["order"]
    assert len(order["customerOrderNotes"]) == 2
    assert order["customerOrderHeader"]["createdDate"].startswith("2026-01-")
    assert order in searched.json()["orderList"]


def test_imported_replies_are_served_again(tmp_path: Path) -> None:
    """A saved reply of Enactor's, through a workbook, comes back; without the card's secrets."""
    reply = tmp_path / "reply.json"
    reply.write_bytes((ROOT / "tests" / "data" / "enactor-order.json").read_bytes())
    shop = tmp_path / "shop"
    shop.mkdir()
    corsheet("import-enactor", str(reply), str(shop / "orders.xlsx"))
    wanted = published()
    (payment,) = wanted["order"]["customerOrderPayments"]
    card = payment["customerOrderCardPayment"]["cardDetails"]
    del card["panToken"], card["hashedPan"]
    with served(shop) as service:
        told = ask_for(service, ORDER_ID)

    assert told.status == 200, told.body
    assert flat(told.json()) == flat(wanted)


def test_after_a_kill_the_stored_order_is_served_over_a_broken_workbook(
    tmp_path: Path, engine: str
) -> None:
    """The last good snapshot holds Enactor's orders too."""
    path = tmp_path / "orders.xlsx"
    shutil.copy(SAMPLE, path)
    first = Service(tmp_path, engine=engine, config=ONE_WORKER)
    try:
        eventually(lambda: first.ready()["status"] == "ready", SAVED_SECONDS, first.ready)
        assert ask_for(first, ORDER_ID).status == 200
    finally:
        first.kill()
    path.write_bytes(SAMPLE.read_bytes()[:3000])

    with served(tmp_path, engine=engine) as second:
        reply = ask_for(second, ORDER_ID)
        assert reply.status == 200, reply.body
        assert flat(reply.json()) == flat(published())
        searched = found(second, CUSTOMER, EVER)

    assert searched == [ORDER_ID]


def test_settings_that_were_changed_hold_for_stored_orders_after_a_restart(
    tmp_path: Path,
) -> None:
    """Replies that stand ready in the snapshot are made anew, as those made at the request."""
    (tmp_path / "orders.xlsx").write_bytes(full_workbook())
    with served(tmp_path) as service:
        assert currency(service, "111", "10001") == {}
        settings = service.settings
    settings.write_text(settings.read_text("utf-8") + '\n[enactor]\ncurrency = "SEK"\n', "utf-8")
    with served(tmp_path) as service:
        eventually(
            lambda: currency(service, "111", "10001") == {"id": "SEK"},
            SAVED_SECONDS,
            "the stored orders are made anew",
        )
        assert currency(service, "113", "10002") == {"id": "SEK"}


def currency(service: Service, order_id: str, customer: str) -> object:
    """Give the currency of an order, as Enactor's clients are told it."""
    order = ask_for(service, order_id, customer).json()["order"]
    return order["customerOrderHeader"]["currencyId"]


def test_the_readmes_request_is_answered(tmp_path: Path) -> None:
    """What a newcomer types: the sample workbook, whose orders stand on plain sheets."""
    (typed,) = re.findall(r'-H "subject: (\S+)" \S+8080(\S+)', (ROOT / "README.md").read_text())
    shutil.copy(ROOT / "sample_data" / "orders.xlsx", tmp_path / "orders.xlsx")
    with served(tmp_path) as service:
        reply = service.get(typed[1], subject=typed[0])

    assert reply.status == 200, reply.body
    assert reply.json()["order"]["customerOrderHeader"]["customerNumber"] == typed[0]


def test_switched_off_it_is_not_there(tmp_path: Path) -> None:
    """A shop without Enactor's clients may close the door."""
    shutil.copy(SAMPLE, tmp_path / "orders.xlsx")
    with served(tmp_path, config="\n[enactor]\nenabled = false\n") as service:
        assert ask_for(service, ORDER_ID).status == 404


ID_TOKENS = """
[enactor]
identity = "id_token"
issuer = "https://issuer.example.com/"
jwks_url = "https://issuer.example.com/jwks"
"""
BEFORE_THE_LOCATION = "    location / {\n"
RECIPE = proxies.recipe
"""Before a test puts another in its place."""


def nginx_for_id_tokens(language: str) -> str:
    """Put what docs/operations.md says into the recipe of docs/security.md."""
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    (block,) = re.findall(r"^```nginx\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    of_server, of_location = block.split(BEFORE_THE_LOCATION)
    both = {
        BEFORE_THE_LOCATION: of_server.removeprefix("server {\n")
        + BEFORE_THE_LOCATION
        + of_location.removesuffix("    }\n}\n")
    }
    return proxies.exchanged(RECIPE(language), both)


@pytest.mark.proxies
@proxies.needs_proxies
def test_proxies_pass_id_tokens_on_as_the_page_says(
    tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By nginx with its lines, which pass no stranger's word about addresses; Caddy by itself."""
    shutil.copy(SAMPLE, tmp_path / "orders.xlsx")
    headers = {"Authorization": AUTHORIZATION, "id_token": "malformed"}
    path = f"{ENACTOR}/{ORDER_ID}"
    spoofed = {
        "Authorization": "Basic d3Jvbmc6c2VjcmV0",
        "X_Forwarded_For": "203.0.113.9",
        "X-Forwarded_For": "203.0.113.9",
        "X_Forwarded-For": "203.0.113.9",
    }
    config = ID_TOKENS + proxies.recipe("toml")
    with serving(tmp_path, config=config, engine=engine) as service:
        with proxies.in_front("nginx", tmp_path / "plain", service.address) as front:
            dropped = front.ask("GET", path, headers=headers)
        monkeypatch.setattr(proxies, "recipe", nginx_for_id_tokens)
        with proxies.in_front("nginx", tmp_path / "front", service.address) as front:
            passed = front.ask("GET", path, headers=headers)
            refused = front.ask("GET", path, headers=spoofed, source="127.0.0.2")
        eventually(lambda: "refused credentials" in "".join(service.log), 5, "no line in the log")
        monkeypatch.undo()
        with proxies.in_front("caddy", tmp_path / "caddy", service.address) as front:
            by_caddy = front.ask("GET", path, headers=headers)

    assert (dropped.status, dropped.json()["errorCode"]) == (401, "unauthorized")
    assert (passed.status, passed.json()["errorCode"]) == (401, "invalid-token")
    assert (by_caddy.status, by_caddy.json()["errorCode"]) == (401, "invalid-token")
    assert refused.status == 401
    assert "from 127.0.0.2" in "".join(service.log)
    assert "203.0.113.9" not in "".join(service.log)
