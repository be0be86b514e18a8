"""The service as the till, a person and a stranger meet it."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from tests.support.saving import UNIT, rename_over, versioned_workbook, versions_in
from tests.support.service import (
    AUTHORIZATION,
    PASSWORD,
    ROOT,
    Service,
    ask,
    eventually,
    serving,
    settings_text,
)
from tests.support.sheets import workbook

DATA = ROOT / "tests" / "data"

PUBLISHED = """
    | Customer order | Customer   | Status  | Minimum down payment | Locked |
    | 111            | customerId | CREATED | =100                 | =FALSE |
"""
ITEMS = """
    | Customer order | Item | Quantity | Unit price |
    | 111            | 111  | =100     | =100       |
"""
INVOICES = """
    | Customer order | Invoice account | Invoicing amount |
    | 111            | 111             | =100             |
"""
INFORMATION = """
    | Customer order | Information id | Value | Display text       | Receipt label      |
    | 111            | requisition    | 111   | Requisition number | Requisition number |
"""


def published(name: str) -> object:
    """Give a published sample."""
    return json.loads((DATA / f"hiiretail-{name}.json").read_bytes())


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_the_published_order_comes_out_of_a_workbook_that_holds_it(
    tmp_path: Path, prefix: str
) -> None:
    """The contract's own sample, from cells to the wire."""
    (tmp_path / "orders.xlsx").write_bytes(
        workbook(Orders=PUBLISHED, Items=ITEMS, Invoices=INVOICES, Information=INFORMATION)
    )
    with serving(tmp_path) as service:
        reply = service.get(f"{prefix}/business-units/0001/customer-orders/111")

        assert reply.status == 200
        assert reply.json() == published("order")
        assert reply.headers["Content-Type"] == "application/json"


def test_the_published_search_comes_out_of_a_workbook_that_holds_it(tmp_path: Path) -> None:
    """The published request's very bytes give the published reply."""
    orders = PUBLISHED.replace("customerId", "111       ")
    (tmp_path / "orders.xlsx").write_bytes(workbook(Orders=orders, Items=ITEMS))
    with serving(tmp_path) as service:
        body = (DATA / "hiiretail-search-request.json").read_bytes()
        reply = service.post("/business-units/0001/customer-orders:search", body)

        assert reply.status == 200
        assert reply.json() == published("search-response")


@pytest.mark.parametrize("order_id", ["A/B", "A:B", "two words", "Åkern", "50%", "a+b", ":search"])
def test_odd_order_ids_are_found_when_they_are_percent_encoded(
    tmp_path: Path, order_id: str
) -> None:
    """What the manager types, the till can ask for; over a real socket."""
    (tmp_path / "orders.xlsx").write_bytes(
        workbook(
            Orders=PUBLISHED.replace("111 ", f'"{order_id}" '),
            Items=ITEMS.replace("| 111            |", f'| "{order_id}" |'),
        )
    )
    with serving(tmp_path) as service:
        reply = service.get(f"/business-units/0001/customer-orders/{quote(order_id, safe='')}")

        assert reply.status == 200, reply.body
        assert reply.json()["customerOrder"]["customerOrderId"] == order_id


@pytest.fixture
def service(tmp_path: Path, engine: str) -> Iterator[Service]:
    """A running service of version 1, on each engine; the test may end it."""
    (tmp_path / "orders.xlsx").write_bytes(versioned_workbook(1))
    with serving(tmp_path, engine=engine) as running:
        yield running


ORDER = f"/business-units/{UNIT}/customer-orders/000001"


AUTHORIZED = f"Authorization: {AUTHORIZATION}\r\n".encode()
SEARCH = f"POST /business-units/{UNIT}/customer-orders:search HTTP/1.1\r\n".encode() + AUTHORIZED

ON_WAITRESS = pytest.mark.parametrize("engine", ["waitress"], indirect=True)
"""Granian's workers close their sockets with what they have not taken from the system yet."""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_stop_answers_what_has_begun(service: Service, name: str) -> None:
    """A search whose body is still on its way gets its orders; the stop waits for it."""
    parts = urlsplit(service.address)
    body = b'{"customerId":"v1"}'
    head = SEARCH + b"Host: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(head + f"Content-Length: {len(body)}\r\n\r\n".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 ")
        service.process.send_signal(getattr(signal, name))
        time.sleep(0.3)
        connection.sendall(body)
        received = b"".join(iter(lambda: connection.recv(65536), b""))

    assert received.startswith(b"HTTP/1.1 200 "), received
    assert received.count(b'"status":"CREATED"') == 20
    assert service.end() == 0, service.log
    assert not (service.folder / "state" / "holder.json").exists()
    assert "stopped" in service.log[-1]


@ON_WAITRESS
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_stop_answers_what_is_under_way_and_ends_with_0(service: Service, name: str) -> None:
    """Whoever asked before the stop gets an answer; the state folder is free afterwards."""
    replies = []
    connections = [service.connect() for _ in range(20)]
    for connection in connections:
        connection.connect()
    asked = threading.Barrier(len(connections) + 1)

    def request(index: int) -> None:
        headers = {"Authorization": AUTHORIZATION}
        connections[index].request("GET", ORDER, headers=headers)
        asked.wait()
        replies.append(connections[index].getresponse().read())

    threads = [threading.Thread(target=request, args=(i,)) for i in range(len(connections))]
    for thread in threads:
        thread.start()
    asked.wait()
    service.process.send_signal(getattr(signal, name))
    for thread in threads:
        thread.join()
    status = service.end()
    for connection in connections:
        connection.close()

    assert status == 0, service.log
    assert len(replies) == len(connections)
    assert all(versions_in(json.loads(reply)) == {"v1"} for reply in replies)
    assert not (service.folder / "state" / "holder.json").exists()
    assert "stopped" in service.log[-1]


def test_a_stop_is_not_held_up_by_idle_connections(service: Service) -> None:
    """A till that keeps its connection open does not keep the service up."""
    connection = service.connect()
    ask(connection, "GET", "/healthz")
    begun = time.monotonic()
    status = service.stop()
    connection.close()

    assert status == 0
    assert time.monotonic() - begun < 4


def test_a_port_that_is_taken_is_told_with_the_cure(tmp_path: Path, engine: str) -> None:
    """The commonest mistake of a first start."""
    (tmp_path / "orders.xlsx").write_bytes(versioned_workbook(1))
    (tmp_path / "corsheet.toml").write_text(settings_text(tmp_path), "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        second = subprocess.run(
            [sys.executable, "-m", "corsheet", "serve", "--config",
             str(tmp_path / "corsheet.toml"), "--port", str(port), "--engine", engine],
            cwd=ROOT, capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip

    assert second.returncode == 2
    assert f"127.0.0.1:{port}" in second.stderr
    assert "--port" in second.stderr
    assert "Traceback" not in second.stderr


def test_no_secret_and_no_customer_is_in_the_log(tmp_path: Path) -> None:
    """The log may be sent to anybody who is asked for help."""
    (tmp_path / "orders.xlsx").write_bytes(versioned_workbook(1))
    with serving(tmp_path, config="", arguments=()) as service:
        settings = service.settings
        service.stop()
    settings.write_text('log_level = "debug"\n' + settings.read_text("utf-8"), "utf-8")
    with serving(tmp_path) as service:
        service.get(ORDER)
        service.get(ORDER, Authorization="Basic d3Jvbmc6c2VjcmV0")
        service.get(ORDER, Authorization="Bearer canary-token")
        service.post(f"/business-units/{UNIT}/customer-orders:search", b'{"customerId":"canary"}')
        rename_over(tmp_path / "orders.xlsx", versioned_workbook(77))
        eventually(lambda: b"v77" in service.get(ORDER).body, 10, lambda: "".join(service.log))
        service.stop()
        log = "".join(service.log)

    assert "GET 200 OK" in log
    for secret in (PASSWORD, AUTHORIZATION[6:], "d3Jvbmc6c2VjcmV0", "canary", "v77", "scrypt:"):
        assert secret not in log


def test_the_sample_workbook_answers_the_readmes_two_requests(tmp_path: Path) -> None:
    """What a newcomer types first."""
    sample = ROOT / "sample_data"
    (tmp_path / "orders.xlsx").write_bytes((sample / "orders.xlsx").read_bytes())
    with serving(tmp_path) as service:
        order = service.get("/business-units/0001/customer-orders/000042").json()
        found = service.post(
            "/business-units/0001/customer-orders:search", b'{"customerId":"10001"}'
        ).json()

    assert order["customerOrder"]["customerOrderId"] == "000042"
    assert [summary["customerOrderId"] for summary in found["customerOrders"]] == [
        "000042",
        "000044",
    ]


def test_many_signals_end_it_once_and_with_0(service: Service) -> None:
    """An impatient person presses Ctrl-C again and again."""
    for number in range(100):
        if service.process.poll() is not None:
            break
        service.process.send_signal(signal.SIGTERM if number % 2 else signal.SIGINT)
        time.sleep(0.002)
    status = service.end()

    assert status == 0, service.log
    assert "Traceback" not in "".join(service.log)


@ON_WAITRESS
def test_a_request_that_has_just_been_sent_is_answered_at_the_stop(service: Service) -> None:
    """Whether or not the service had taken its connection before."""
    parts = urlsplit(service.address)
    request = f"GET {ORDER} HTTP/1.1\r\nHost: a\r\n".encode() + AUTHORIZED + b"\r\n"
    connections = [
        socket.create_connection((parts.hostname, parts.port), timeout=5) for _ in range(5)
    ]
    for connection in connections:
        connection.sendall(request)
    service.process.send_signal(signal.SIGTERM)
    replies = []
    for connection in connections:
        with connection:
            replies.append(connection.recv(65536))
    service.end()

    assert [reply[:13] for reply in replies] == [b"HTTP/1.1 200 "] * 5
    assert all(b"correlation-id" in reply.lower() for reply in replies)


@pytest.mark.parametrize("name", ["-orders.xlsx", "--name.xlsx", "o r d e r s.xlsx", "\udcff.xlsx"])
def test_a_workbook_with_an_odd_name_is_served(tmp_path: Path, name: str) -> None:
    """A name is not an option of the reading process, whatever it begins with."""
    path = tmp_path / name
    path.write_bytes(versioned_workbook(1))
    home = tmp_path / "home"
    with serving(home, config="") as service:
        settings = service.settings
        service.stop()
    text = settings.read_text("utf-8").partition("\n[[")
    settings.write_text(f"[[{text[2]}", "utf-8")
    environment = {**os.environ, "CORSHEET_WORKBOOK": str(path)}
    with serving(home, environment=environment) as service:
        assert service.get(ORDER).status == 200, service.log


def test_a_client_that_has_the_reply_already_keeps_its_connection(service: Service) -> None:
    """Asking whether an order has changed should not cost a new connection each time."""
    connection = service.connect()
    headers = {"Authorization": AUTHORIZATION}
    tag = ask(connection, "GET", ORDER, headers=headers).headers["Etag"]
    before = connection.sock.getsockname()
    replies = [
        ask(connection, "GET", ORDER, headers={**headers, "If-None-Match": tag}) for _ in range(3)
    ]
    after = connection.sock.getsockname()
    connection.close()
    service.stop()

    assert [(reply.status, reply.body) for reply in replies] == [(304, b"")] * 3
    assert before == after
