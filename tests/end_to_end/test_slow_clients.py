"""Clients that are slow on purpose, by slowhttptest, hold no till up on a set-up we advise.

docs/security.md advises granian, or nginx or Caddy in front of either engine. The three
kinds are slow headers (Slowloris), slow bodies (R-U-Dead-Yet) and slow reading.
"""

import csv
import http.client
import math
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from corsheet.api.body import SECONDS
from corsheet.auth.basic import CHEAPEST, hash_password
from corsheet.model import CustomerOrderId, ItemId, OrderItem
from corsheet.server import raise_descriptor_limit
from corsheet.workbook.examples import example_orders
from corsheet.workbook.template import write_workbook
from tests.support.proxies import Front, in_front, needs_proxies, recipe
from tests.support.service import AUTHORIZATION, Service, ask, serving

needs_slowhttptest = pytest.mark.skipif(
    not shutil.which("slowhttptest"), reason="slowhttptest is not installed"
)

CLIENT = f"""
[[auth.client]]
client_id = "client"
secret_hash = "{hash_password("secret", CHEAPEST)}"
"""

ORDERS = "/business-units/0001/customer-orders"
ORDER = f"{ORDERS}/000042"
LARGE_ORDER = f"{ORDERS}/large"
LARGE_ITEMS = 400
"""Of an order whose answer, of some 50 KB, is more than a slow reader's computer keeps for it."""

TOKEN = "/oauth2/token"
SILENT_BODY = b"POST /oauth2/token HTTP/1.1\r\nHost: a\r\nContent-Length: 4000\r\n\r\ng"

EXPOSED = """
[server]
host = "0.0.0.0"
behind_tls_proxy = true
"""

ATTACK_SECONDS = 7
"""Longer than the proxies' deadline of 5 s, so that what they do after it is seen too."""

OPENING_SECONDS = 2
"""In which slowhttptest opens its connections."""

LEAST_TRIED = 0.6
"""Of the connections asked for, that slowhttptest must have made: else it was no attack."""

STRANGERS = 8
"""Bodies that never come: some for each of granian's two workers."""

EACH_SECONDS = 1 / 50
"""Between two requests of the till."""

LEAST_ASKED = 50
"""Requests of the till, where slowhttptest is sent away at once and ends early."""

TILL_THREADS = 100
"""So that one answer that is waited for delays no later request: 2 s of them."""

LONGEST_SECONDS = 5.0
"""For an answer: ten times what is aimed at, since whoever runs the tests may be slow."""


class Kind(NamedTuple):
    """A kind of slowness.

    Attributes:
        name: In words.
        arguments: Of slowhttptest.
        path: What it asks for.
    """

    name: str
    arguments: tuple[str, ...]
    path: str


KINDS = (
    Kind("slow headers", ("-H", "-i", "1"), ORDER),
    Kind("slow bodies", ("-B", "-i", "1"), TOKEN),
    # five bytes a second; the till's own credentials, as if they were a cookie's next line
    Kind(
        "slow reading",
        ("-X", "-w", "8", "-y", "16", "-n", "1", "-z", "5",
         "-j", f"a=b\r\nAuthorization: {AUTHORIZATION}"),
        LARGE_ORDER,
    ),
)  # fmt: skip


class SetUp(NamedTuple):
    """A way to serve.

    Attributes:
        engine: Of corsheet.
        front: The proxy before it, one of ``FRONTS``; empty: none.
    """

    engine: str
    front: str


ALONE = SetUp("granian", "")
CASES = (
    (ALONE, 200),
    (ALONE, 1000),
    (SetUp("waitress", "nginx"), 1000),
    (SetUp("waitress", "caddy"), 1000),
)
"""Set-ups, with how many connections are slow."""


class Place(NamedTuple):
    """A service, or what stands in front of it.

    Attributes:
        service: It.
        front: Before it, or None.
    """

    service: Service
    front: Front | None

    @property
    def address(self) -> str:
        """Where clients ask."""
        if self.front is None:
            return self.service.address
        return f"https://localhost:{self.front.port}"

    def connect(self) -> http.client.HTTPConnection:
        """Open a connection."""
        return self.service.connect() if self.front is None else self.front.connect()


class Answer(NamedTuple):
    """What a request of the till came to.

    Attributes:
        outcome: The status, or the name of the error.
        seconds: From when it was due.
    """

    outcome: str
    seconds: float


def orders() -> bytes:
    """Write a workbook of the example's orders and one of many items."""
    examples = example_orders()
    items = tuple(
        OrderItem(
            item_id=ItemId(f"{number:06d}"), quantity_ordered=Decimal(1), unit_price=Decimal(10)
        )
        for number in range(LARGE_ITEMS)
    )
    large = replace(examples[0], customer_order_id=CustomerOrderId("large"), items=items)
    return write_workbook((*examples, large))


@pytest.fixture(scope="module")
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A set-up; one service for all its tests, since each takes a second to start."""
    set_up: SetUp = request.param
    folder = tmp_path_factory.mktemp("slow")
    (folder / "orders.xlsx").write_bytes(orders())
    raise_descriptor_limit()  # for slowhttptest and the proxies, which take ours
    config = CLIENT + (recipe("toml") if set_up.front else "")
    with ExitStack() as stack:
        service = stack.enter_context(serving(folder, config=config, engine=set_up.engine))
        front = None
        if set_up.front:
            front = stack.enter_context(in_front(set_up.front, folder / "front", service.address))
        yield Place(service, front)


def attack_command(kind: Kind, connections: int, address: str, prefix: Path) -> list[str]:
    """Write the command of slowhttptest."""
    return [
        "slowhttptest", *kind.arguments, "-u", address + kind.path, "-c", str(connections),
        "-r", str(math.ceil(connections / OPENING_SECONDS)), "-l", str(ATTACK_SECONDS),
        "-g", "-o", str(prefix),
    ]  # fmt: skip


def ask_once(place: Place, due: float) -> Answer:
    """Ask as the till does, on a connection of its own."""
    try:
        connection = place.connect()
        try:
            reply = ask(connection, "GET", ORDER, headers={"Authorization": AUTHORIZATION})
        finally:
            connection.close()
        outcome = str(reply.status)
    except (OSError, http.client.HTTPException) as error:
        outcome = type(error).__name__
    return Answer(outcome, time.monotonic() - due)


def ask_during(place: Place, process: "subprocess.Popen[bytes]") -> list[Answer]:
    """Ask at a steady pace, whatever comes back, until a process has ended."""
    asked: list[Future[Answer]] = []
    with ThreadPoolExecutor(TILL_THREADS) as threads:
        due = time.monotonic()
        while process.poll() is None or len(asked) < LEAST_ASKED:
            asked.append(threads.submit(ask_once, place, due))
            due += EACH_SECONDS
            time.sleep(max(0.0, due - time.monotonic()))
    return [one.result() for one in asked]


def tried(prefix: Path) -> int:
    """Give how many connections slowhttptest made, those refused and closed again among them."""
    with prefix.with_suffix(".csv").open(encoding="ascii", newline="") as file:
        return max(
            int(row["Closed"]) + int(row["Pending"]) + int(row["Connected"])
            for row in csv.DictReader(file)
        )


def p99(answers: Sequence[Answer]) -> float:
    """Give the seconds that 99 of 100 answers took at most."""
    return sorted(answer.seconds for answer in answers)[math.ceil(len(answers) * 0.99) - 1]


@pytest.mark.proxies
@needs_proxies
@needs_slowhttptest
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name.replace(" ", "-"))
@pytest.mark.parametrize(
    ("place", "connections"),
    CASES,
    ids=["-".join([*filter(None, set_up), str(connections)]) for set_up, connections in CASES],
    indirect=["place"],
    scope="module",  # so that the tests of a set-up come one after another
)
def test_the_till_is_answered_all_the_while(
    place: Place, kind: Kind, connections: int, tmp_path: Path
) -> None:
    """Every request with 200, however many connections are slow; p99 is printed, not judged."""
    prefix = tmp_path / "slow"
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            attack_command(kind, connections, place.address, prefix), stdout=log, stderr=log
        )
    try:
        answers = ask_during(place, process)
    finally:
        process.kill()
        process.wait()

    longest = max(answer.seconds for answer in answers)
    print(
        f"{kind.name}, {tried(prefix)} connections: {len(answers)} requests,"
        f" p99 {p99(answers) * 1000:.0f} ms, longest {longest * 1000:.0f} ms"
    )
    assert tried(prefix) >= connections * LEAST_TRIED
    assert {answer.outcome for answer in answers} == {str(HTTPStatus.OK.value)}
    assert longest < LONGEST_SECONDS


def test_whoever_gives_up_waiting_for_a_body_answers_others_still(
    tmp_path: Path, engine: str
) -> None:
    """A body that never comes is waited for in vain; after that the till is answered as before."""
    (tmp_path / "orders.xlsx").write_bytes(orders())
    with serving(tmp_path, config=CLIENT, engine=engine) as service, ExitStack() as stack:
        address = urlsplit(service.address)
        for _ in range(STRANGERS):
            stranger = stack.enter_context(
                socket.create_connection((address.hostname, address.port), timeout=10)
            )
            stranger.sendall(SILENT_BODY)
        time.sleep(SECONDS + 1)  # until whoever gives up has given up
        statuses = [service.get(ORDER).status for _ in range(20)]

    assert statuses == [HTTPStatus.OK] * 20


def test_it_is_said_that_waitress_has_no_deadline(tmp_path: Path, engine: str) -> None:
    """At the start, where it listens beyond this computer; granian has one, and says nothing."""
    (tmp_path / "orders.xlsx").write_bytes(orders())
    with serving(tmp_path, config=EXPOSED, engine=engine) as service:
        pass

    said = [line for line in service.log if "no deadline for slow headers" in line]
    assert [" WARNING " in line for line in said] == ([True] if engine == "waitress" else [])
