"""No secret shows anywhere: a whole run is searched for each, in every form it may take.

The run is at log level debug and meets what goes wrong in life: wrong secrets,
malformed ones, secrets where they do not belong, a damaged workbook, a damaged
snapshot, an authorization server that is not there.
"""

import base64
import itertools
import json
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import pytest

from corsheet.auth.basic import CHEAPEST, hash_password
from tests.support.saving import UNIT, rename_over, versioned_workbook
from tests.support.service import Reply, Service, ask, children, eventually, serving

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes in /proc")

NAME = "canary"
PASSWORD = "canary:Pa55wörd-åäö"
CLIENT_SECRET = "canary-clients-secret+/=%&"
INTROSPECTION_SECRET = "canary-introspection-secret?"
WRONG = "canary-WRONG-secret"
TOKEN = "canary-TOKEN-0123456789abcdef"
OUR_TOKEN = "cst_canary-TOKEN-of-our-own-form"
JWT = "eyJhbGciOiJub25lIn0.eyJjYW5hcnkiOjF9.Y2FuYXJ5LXNpZ25hdHVyZQ"

ORDERS = f"/business-units/{UNIT}/customer-orders"


class Way(NamedTuple):
    """A way in, as it is set up.

    Attributes:
        config: Settings.
        right: The ``Authorization`` that is let in, or would be if anybody could look.
        secret: What must not show.
    """

    config: str
    right: str
    secret: str


def pair(name: str, secret: str) -> str:
    """Write a header with a name and a secret."""
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


WAYS = {
    "basic": Way(
        config=f'[[auth.basic]]\nusername = "{NAME}"\n'
        f'password_hash = "{hash_password(PASSWORD, CHEAPEST)}"\n',
        right=pair(NAME, PASSWORD),
        secret=PASSWORD,
    ),
    "client": Way(
        config=f'[[auth.client]]\nclient_id = "{NAME}"\n'
        f'secret_hash = "{hash_password(CLIENT_SECRET, CHEAPEST)}"\n',
        right=pair(NAME, CLIENT_SECRET),
        secret=CLIENT_SECRET,
    ),
    "introspection": Way(
        # nobody listens there: every question fails, and the log says so
        config='[auth.introspection]\nurl = "http://127.0.0.1:9/introspect"\n'
        f'client_id = "{NAME}"\nclient_secret = "{INTROSPECTION_SECRET}"\n',
        right=f"Bearer {TOKEN}",
        secret=INTROSPECTION_SECRET,
    ),
}
"""Each way that is set up in the run, all of them at once."""

PROXY = '[server]\ntrusted_proxy = ["127.0.0.1"]\n'
ADDRESSES = (f"203.0.113.{number % 250 + 1}" for number in itertools.count())
"""Each request comes from another one, so that none is turned away unread."""

SECRETS = (WRONG, TOKEN, OUR_TOKEN, JWT, *(way.secret for way in WAYS.values()))


def forms(secret: str) -> Iterator[bytes]:
    """Give every form in which a secret may show: bare, escaped, hidden in base64 or hex."""
    octets = secret.encode()
    yield from (octets, quote(secret, safe="").encode(), octets.hex().encode())
    yield json.dumps(secret).strip('"').encode()
    yield repr(octets)[2:-1].encode()
    yield octets.decode("latin-1").encode()  # as PEP 3333 hands it over
    for start in range(3):  # wherever in a longer text it stands
        hidden = base64.b64encode(b"\0" * start + octets)
        core = hidden[(0, 2, 3)[start] : (start + len(octets)) * 4 // 3]
        yield from (core, core.replace(b"+", b"-").replace(b"/", b"_"))


def test_the_forms_are_found_where_a_secret_is_hidden() -> None:
    """Else the rest of this page would prove nothing."""
    for secret in SECRETS:
        for name in ("", "a", "ab", NAME):
            header = pair(name, secret).encode()
            assert any(form in header for form in forms(secret)), (secret, name)
        for form in forms(secret):
            assert len(form) >= 16, (secret, form)


@pytest.fixture
def service(tmp_path: Path, engine: str) -> Iterator[Service]:
    """Give a service with every way set up, that tells its log all it can."""
    (tmp_path / "orders.xlsx").write_bytes(versioned_workbook(1))
    environment = {**os.environ, "CORSHEET_LOG_LEVEL": "debug"}
    config = PROXY + "".join(way.config for way in WAYS.values())
    with serving(tmp_path, config=config, environment=environment, engine=engine) as running:
        yield running


def test_no_secret_shows_anywhere(service: Service) -> None:
    """Not in the log, on standard output, in a reply, in the state folder or a process list."""
    said = commands(service)
    replies = [*talk(service), *talk_to_the_token_endpoint(service)]
    issued = issue_token(service)
    replies.append(send(service, "GET", f"{ORDERS}/000001", f"Bearer {issued}"))
    said += get_into_trouble(service)
    replies += [send(service, "GET", f"{ORDERS}/{n:06}", WAYS["basic"].right) for n in range(2, 20)]
    said += commands(service)
    assert service.stop() == 0
    log = "".join(service.log)
    said += log.encode() + "".join(service._lines.queue).encode()
    said += b"".join(str(reply.headers).encode() + reply.body for reply in replies)
    files = [path for path in (service.folder / "state").rglob("*") if path.is_file()]
    kept = b"".join(path.read_bytes() for path in files)

    assert {200, 400, 401, 503} <= {reply.status for reply in replies}
    assert b'"not-ready"' in said  # the damage was met
    assert " 200 OK in " in log  # and the log told all it can
    assert {"tokens.sqlite", "throttle.sqlite"} <= {path.name for path in files}
    assert b"scrypt:" not in said + kept
    for secret in (*SECRETS, issued):
        for form in forms(secret):
            assert form not in said, around(said, form)
            assert form not in kept, around(kept, form)


def commands(service: Service) -> bytes:
    """Give how the service and the processes that it has started were called."""
    pids = [service.process.pid]
    for pid in pids:
        pids += children(pid)
    found = b""
    for pid in pids:
        with suppress(OSError):  # it has just ended
            found += Path(f"/proc/{pid}/cmdline").read_bytes()
    assert b"corsheet" in found
    return found


def around(text: bytes, form: bytes) -> bytes:
    """Give the place where something was found."""
    at = text.find(form)
    return text[max(0, at - 200) : at + 200]


def send(
    service: Service,
    method: str,
    path: str,
    authorization: str | None,
    body: bytes | None = None,
    **headers: str,
) -> Reply:
    """Ask once."""
    headers["X-Forwarded-For"] = next(ADDRESSES)
    if authorization is not None:
        headers["Authorization"] = authorization
    connection = service.connect()
    try:
        return ask(connection, method, path, body, headers)
    finally:
        connection.close()


def talk(service: Service) -> Iterator[Reply]:
    """Bring right, wrong and malformed secrets, and some where they do not belong."""
    order = f"{ORDERS}/000001"
    right = WAYS["basic"].right
    for header in (right, right, pair(NAME, WRONG), pair(WRONG, WRONG), pair(WRONG, "")):
        yield send(service, "GET", order, header)
    for header in (WAYS["introspection"].right, f"Bearer {OUR_TOKEN}", f"Bearer {JWT}"):
        yield send(service, "GET", order, header)
    for odd in (right[:-2], f"Basic {WRONG}", f"{right}, {right}", WRONG, f"Digest x={WRONG}",
                f"Bearer {TOKEN} {TOKEN}"):  # fmt: skip
        yield send(service, "GET", order, odd)
    mistaken = {"Proxy-Authorization": right, "Cookie": f"token={TOKEN}", "X-Api-Key": WRONG}
    for name, value in mistaken.items():
        yield send(service, "GET", order, None, None, **{name: value})
    yield send(service, "GET", f"/healthz?access_token={TOKEN}", right)
    yield send(service, "GET", f"{order}?password={WRONG}", right)
    for text in (WRONG, json.dumps({"password": PASSWORD}), json.dumps({"customerId": TOKEN})):
        json_ = {"Content-Type": "application/json"}
        yield send(service, "POST", f"{ORDERS}:search", right, text.encode(), **json_)


def talk_to_the_token_endpoint(service: Service) -> Iterator[Reply]:
    """Bring a client's secrets, in the header and in the form."""
    grant = {"grant_type": "client_credentials"}
    right = WAYS["client"].right
    for form, header in (
        (grant, pair(NAME, WRONG)),
        ({**grant, "client_id": NAME, "client_secret": WRONG}, None),
        ({**grant, "client_id": NAME, "client_secret": CLIENT_SECRET}, right),
        ({**grant, "client_secret": CLIENT_SECRET}, f"Bearer {TOKEN}"),
        ({"grant_type": "password", "username": NAME, "password": PASSWORD}, None),
        ({**grant, "scope": WRONG + '"'}, right),
    ):
        yield post_form(service, "token", form, header)
    for path in ("introspect", "revoke"):
        yield post_form(service, path, {"token": TOKEN}, pair(NAME, WRONG))
        yield post_form(service, path, {"token": TOKEN}, right)


def post_form(service: Service, path: str, form: dict[str, str], header: str | None) -> Reply:
    """Ask the token endpoint."""
    media_type = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode(form).encode()
    return send(service, "POST", f"/oauth2/{path}", header, body, **media_type)


def issue_token(service: Service) -> str:
    """Have a token issued: the one reply that holds a secret, and should."""
    grant = {"grant_type": "client_credentials"}
    reply = post_form(service, "token", grant, WAYS["client"].right)
    assert reply.status == 200, reply.body
    token: str = reply.json()["access_token"]
    return token


def get_into_trouble(service: Service) -> bytes:
    """Damage the workbook, send what is no HTTP, and damage the snapshots; gives the answers.

    First a save, so that every worker has opened a snapshot while it ran: one that was there at
    its start was read whole to be checked, and is answered from memory whatever becomes of it.
    """
    before = service.ready()["snapshot"]["sha256"]
    rename_over(service.folder / "orders.xlsx", versioned_workbook(3))
    eventually(lambda: service.ready()["snapshot"]["sha256"] != before, 10, service.ready)
    rename_over(service.folder / "orders.xlsx", versioned_workbook(2)[:2000])
    eventually(lambda: "CS006" in (service.ready()["reason"] or ""), 10, service.ready)
    parts = urlsplit(service.address)
    right, answers = WAYS["basic"].right, b""
    for request in (
        f"GET {ORDERS}/1 HTTP/1.1\r\nAuthorization: {right}\r\n\r\n",  # no Host
        f"GET {ORDERS}/1 HTTP/1.1\r\nHost: a\r\nAuthorization {right}\r\n\r\n",
        f"GET /{WRONG}\0 HTTP/9.9\r\nAuthorization: {right}\r\nHost: a\r\n\r\n",
        f"{WRONG}\r\n\r\n",
    ):
        with socket.create_connection((parts.hostname, parts.port), timeout=5) as connection:
            connection.sendall(request.encode())
            connection.shutdown(socket.SHUT_WR)
            answers += connection.recv(65536)
    for path in (service.folder / "state").glob("*.snapshot"):
        with path.open("r+b") as file:
            file.write(b"\xff" * path.stat().st_size)  # in its place: it is open
    return answers
