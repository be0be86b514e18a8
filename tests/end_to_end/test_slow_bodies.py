"""Strangers whose bodies never come hold nobody else up, on either engine."""

import base64
import socket
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from corsheet.auth.basic import CHEAPEST, hash_password
from corsheet.workbook.examples import example_orders
from corsheet.workbook.template import write_workbook
from tests.support.service import Service, ask, eventually

CLIENT = f"""
[[auth.client]]
client_id = "client"
secret_hash = "{hash_password("secret", CHEAPEST)}"
"""

STRANGERS = 80
"""More than a worker's threads, on each worker."""

TOKEN = b"POST /oauth2/token HTTP/1.1\r\nHost: a\r\nContent-Length: 4000\r\n\r\ng"
CHUNKED = b"GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"
SEARCH = (
    b"POST /business-units/0001/customer-orders:search HTTP/1.1\r\nHost: a\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"
)
GONE_SECONDS = 20
"""For the places of strangers that have gone to be free again."""

ORDER = "/business-units/0001/customer-orders/000042"


@pytest.mark.parametrize("sent", [TOKEN, CHUNKED, SEARCH], ids=["token", "chunked", "search"])
def test_bodies_that_do_not_come_hold_nobody_up(tmp_path: Path, engine: str, sent: bytes) -> None:
    """The till is answered all the while, and whoever wants a token once they are gone."""
    (tmp_path / "orders.xlsx").write_bytes(write_workbook(example_orders()))
    service = Service(tmp_path, config=CLIENT, engine=engine)
    try:
        assert service.get(ORDER).status == HTTPStatus.OK
        parts = urlsplit(service.address)
        with ExitStack() as stack:
            for _ in range(STRANGERS):
                address = parts.hostname or "", parts.port or 0
                stranger = stack.enter_context(socket.create_connection(address, timeout=10))
                stranger.sendall(sent)
            for _ in range(20):  # each on a connection of its own, over all workers
                assert service.get(ORDER).status == HTTPStatus.OK
                assert service.get("/healthz").status == HTTPStatus.OK

        connection = service.connect()
        pair = base64.b64encode(b"client:secret").decode()
        headers = {
            "Authorization": f"Basic {pair}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        form = b"grant_type=client_credentials"
        eventually(
            lambda: ask(connection, "POST", "/oauth2/token", form, headers).status == HTTPStatus.OK,
            GONE_SECONDS,
            "no token is issued",
        )
        connection.close()
    finally:
        service.stop()
