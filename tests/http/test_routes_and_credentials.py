"""Every route with every kind of credentials, on each engine: who is let in where.

The routes are those of the application as it is shipped; a new one fails here
until a person has put it into ``ROUTES``.
"""

import inspect
import itertools
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from enum import Enum, auto
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from bottle import Bottle
from webtest import TestApp, TestResponse

from corsheet.api import WsgiApp
from corsheet.auth.basic import CHEAPEST, hash_password
from corsheet.auth.token_store import TokenStore
from corsheet.auth.tokens import Client, OwnTokens
from corsheet.catalog import Catalog, Store
from corsheet.settings import Settings, load_settings
from corsheet.worker import make_app, make_door
from tests.conftest import basic
from tests.http.conftest import ENGINES
from tests.http.refusing import assert_enactor_refusal, assert_refusal
from tests.support.enactor import ORDERS as ENACTORS
from tests.support.live import forwarding
from tests.support.orders import a_reading, a_snapshot, an_order
from tests.support.service import serving, settings_text
from tests.support.sheets import workbook

PREFIXES = ("", "/api/v1")
UNIT, OTHER = "0001", "0002"


class Kind(Enum):
    """What a route asks for."""

    OPEN = auto()
    """Nothing."""

    GUARDED = auto()
    """Credentials that are good for the business unit in the path."""

    OF_ENACTOR = auto()
    """Credentials and a customer; a refusal has Enactor's form."""

    REFUSED_BY_ENACTOR = auto()
    """Credentials, to be told that it is not allowed."""

    CLIENTS = auto()
    """A client's id and secret: the token endpoint's own paths (RFC 6749, section 2.3)."""


ORDERS = "/business-units/<business_unit_id>/customer-orders"
ROUTES = {
    ("GET", "/healthz"): Kind.OPEN,
    ("GET", "/readyz"): Kind.OPEN,
    ("GET", "/openapi.json"): Kind.OPEN,
    **{("GET", f"{prefix}{ORDERS}/<customer_order_id:path>"): Kind.GUARDED for prefix in PREFIXES},
    **{("POST", f"{prefix}{ORDERS}<:re:[:]search>"): Kind.GUARDED for prefix in PREFIXES},
    ("GET", ENACTORS): Kind.OF_ENACTOR,
    ("GET", f"{ENACTORS}/<order_id:re:.*>"): Kind.OF_ENACTOR,
    ("ANY", ENACTORS): Kind.REFUSED_BY_ENACTOR,
    ("ANY", f"{ENACTORS}/<:re:.*>"): Kind.REFUSED_BY_ENACTOR,
    ("POST", "/oauth2/token"): Kind.CLIENTS,
    ("POST", "/oauth2/introspect"): Kind.CLIENTS,
    ("POST", "/oauth2/revoke"): Kind.CLIENTS,
}
"""Each route there is, by method and rule; HEAD goes where GET does."""

ASKED = [*ROUTES, *(("HEAD", rule) for method, rule in ROUTES if method == "GET")]


class Pair(NamedTuple):
    """A name and a secret, and for which units they are good."""

    name: str
    secret: str
    unit: str = "*"


USER, BUTIK = Pair("hiiretail", "s3cret:åäö"), Pair("butik", "butik", UNIT)
FORGETFUL, FORGETFUL_TOO = Pair("forgetful", "right"), Pair("forgetful too", "right")
CLIENT, BUTIK_CLIENT = Pair("app", "a:secret"), Pair("butik-app", "another", UNIT)
FORGETFUL_CLIENT = Pair("forgetful-app", "right")
USERS, CLIENTS = (USER, BUTIK, FORGETFUL, FORGETFUL_TOO), (CLIENT, BUTIK_CLIENT, FORGETFUL_CLIENT)
"""No name is used wrongly more than ten times on this page: then it would have to wait."""


def table(kind: str, name: str, secret: str, pair: Pair) -> str:
    """Write the settings of somebody."""
    hashed = hash_password(pair.secret, CHEAPEST)
    return (
        f'[[auth.{kind}]]\n{name} = "{pair.name}"\n{secret} = "{hashed}"\n'
        f'business_units = ["{pair.unit}"]\n'
    )


CONFIG = "".join(
    [
        *(table("basic", "username", "password_hash", one) for one in USERS),
        *(table("client", "client_id", "secret_hash", one) for one in CLIENTS),
        # so that each request comes from an address of its own, and none has to wait
        '[server]\ntrusted_proxy = ["127.0.0.1"]\n',
    ]
)

ADDRESSES = (f"203.0.{number // 250}.{number % 250 + 1}" for number in itertools.count())


class Shop(NamedTuple):
    """A service of the settings above.

    Attributes:
        client: Asks it.
        headers: The ``Authorization`` of each row below.
    """

    client: "TestApp[Any]"
    headers: dict[str, str | None]


@pytest.fixture(scope="module", params=ENGINES)
def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """Give one on each engine, and tokens that it has issued."""
    folder = tmp_path_factory.mktemp("shop")
    with ExitStack() as stack:
        if request.param == "application":
            app = stack.enter_context(applied(folder))
        else:
            (folder / "orders.xlsx").write_bytes(workbook(Orders=HEADS, Items=ITEMS))
            service = serving(folder, engine=request.param, config=CONFIG)
            app = forwarding(stack.enter_context(service).address)
        yield Shop(TestApp(app), headers(settings_of(folder)))


HEADS = """
    | Customer order | Customer | Status  |
    | 111            | 222      | CREATED |
"""
ITEMS = """
    | Customer order | Item | Quantity | Unit price |
    | 111            | 111  | =1       | =100       |
"""


def settings_of(folder: Path) -> Settings:
    """Read the settings, as the service does; writes them where there are none."""
    file = folder / "corsheet.toml"
    if not file.exists():
        file.write_text(settings_text(folder) + CONFIG, "utf-8")
    return load_settings(file, {}, {})


@contextmanager
def applied(folder: Path) -> Iterator[WsgiApp]:
    """Make the application as the service does, and serve an order."""
    store = Store(folder / "state")
    store.folder.mkdir()
    store.publish(a_snapshot(store.partial("1"), a_reading(an_order())))
    catalog = Catalog(store)
    catalog.start()
    settings = settings_of(folder)
    yield make_app(settings, catalog, make_door(settings), lambda: None)
    catalog.stop()


def headers(settings: Settings) -> dict[str, str | None]:
    """Give the header of each row; the tokens are issued in the service's own folder."""
    assert settings.state_dir is not None

    def tokens(clients: tuple[Client, ...], ago: int = 0) -> OwnTokens:
        def clock() -> float:
            return time.time() - ago

        return OwnTokens(TokenStore(settings.state_dir or Path(), clock), clients, clock)

    mine, butik, _ = settings.auth.clients
    own = tokens(settings.auth.clients)
    revoked = own.issue(mine, "", "", 600)
    own.revoke(revoked)
    stranger = Client("stranger", mine.secret_hash, mine.business_units)
    right = own.issue(mine, "", "", 600)
    bearers = {
        "right token": right,
        "token of other unit": own.issue(butik, "", "", 600),
        "revoked token": revoked,
        "strange token": tokens((stranger,)).issue(stranger, "", "", 600),
        "expired token": tokens((mine,), ago=3600).issue(mine, "", "", 600),
        "unknown token": right[:-4] + "AAAA",
        "foreign token": "abc.def.ghi",
    }
    basics = {
        "right password": USER,
        "password of other unit": BUTIK,
        "wrong password": Pair(FORGETFUL.name, "wrong"),
        "unknown name": Pair("nobody", USER.secret),
        "empty pair": Pair("", ""),
        "right client": CLIENT,
        "wrong secret": Pair(FORGETFUL_CLIENT.name, "wrong"),
    }
    return {
        **MALFORMED,
        **{name: f"Bearer {token}" for name, token in bearers.items()},
        **{name: basic(pair.name, pair.secret) for name, pair in basics.items()},
        "two right ones": f"{basic(*USER[:2])}, Bearer {right}",
    }


WRONG_AT_ENACTORS = {
    "wrong password": basic(FORGETFUL_TOO.name, "wrong"),
    "unknown name": basic("nobody else", USER.secret),
    "right client": basic(*BUTIK_CLIENT[:2]),
    "wrong secret": basic("forgetful-app too", "wrong"),
}
"""The same rows with other names, so that none is used too often."""

MALFORMED: dict[str, str | None] = {
    "none": None,
    "empty": "",
    "no base64": "Basic ???",
    "no colon": "Basic aGlpcmV0YWls",
    "no padding": basic(*USER[:2]).rstrip("="),
    "scheme alone": "Basic",
    "other scheme": "Digest username=hiiretail",
    "no token": "Bearer",
    "two tokens": "Bearer abc, Bearer def",
    "spaced token": "Bearer abc def",
}

OK = (200, "")
WRONG = (401, "unauthorized")
BAD_TOKEN = (401, "invalid-token")
OTHER_UNIT = (403, "wrong-business-unit")

BASIC_ROWS = {
    "right password": OK,
    "password of other unit": OTHER_UNIT,
    "wrong password": WRONG,
    "unknown name": WRONG,
    "empty pair": WRONG,
    "right client": WRONG,  # it has to ask for a token with that
    "wrong secret": WRONG,
}
BEARER_ROWS = {
    "right token": OK,
    "token of other unit": OTHER_UNIT,
    "revoked token": BAD_TOKEN,
    "strange token": BAD_TOKEN,
    "expired token": BAD_TOKEN,
    "unknown token": BAD_TOKEN,
    "foreign token": BAD_TOKEN,
}
ROWS = {
    **dict.fromkeys(MALFORMED, WRONG),
    **BASIC_ROWS,
    **BEARER_ROWS,
    "two right ones": WRONG,
}
"""What whoever brings such credentials is told where orders are."""


def place(rule: str, unit: str) -> str:
    """Give a path that a rule matches."""
    path = rule.replace("<:re:[:]search>", ":search").replace("<business_unit_id>", unit)
    path = path.replace("<customer_order_id:path>", "111").replace("<order_id:re:.*>", "111")
    path = path.replace("<:re:.*>", "111")
    assert "<" not in path, "teach this test the new kind of wildcard"
    return path


def ask(shop: Shop, method: str, path: str, header: str | None) -> TestResponse:
    """Ask with a header, from an address that has not asked before."""
    body, media_type = b"", ""
    if path.startswith("/oauth2/"):
        fields = {"grant_type": "client_credentials", "token": "cst_x"}
        body, media_type = urlencode(fields).encode(), "application/x-www-form-urlencoded"
    elif method == "POST":
        body, media_type = json.dumps({"customerId": "222"}).encode(), "application/json"
    method = "DELETE" if method == "ANY" else method
    environ = {
        "HTTP_SUBJECT": "222",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_X_FORWARDED_FOR": next(ADDRESSES),
    }
    if header is not None:
        environ["HTTP_AUTHORIZATION"] = header
    if body:
        environ["CONTENT_TYPE"] = media_type
    reply: TestResponse = shop.client.request(
        path, method=method, body=body, environ=environ, status="*"
    )
    return reply


def test_every_route_is_in_the_table(tmp_path: Path) -> None:
    """Who adds a route says here whom it lets in; who takes one away, too."""
    with applied(tmp_path) as app:
        bottle: Bottle = inspect.getclosurevars(app).nonlocals["app"]

        assert {(route.method, route.rule) for route in bottle.routes} == set(ROUTES)
        assert len(bottle.routes) == len(ROUTES)


@pytest.mark.parametrize("row", ROWS)
def test_a_guarded_route_lets_in_who_belongs_and_nobody_else(shop: Shop, row: str) -> None:
    """And to orders of their unit only; whoever is let in everywhere meets no other."""
    unit = OTHER if ROWS[row] == OTHER_UNIT else UNIT
    for method, rule in of_kind(Kind.GUARDED):
        reply = ask(shop, method, place(rule, unit), shop.headers[row])

        check(reply, method, *ROWS[row])
        if ROWS[row] == OTHER_UNIT:
            check(ask(shop, method, place(rule, UNIT), shop.headers[row]), method, *OK)


@pytest.mark.parametrize("row", ROWS)
def test_enactors_routes_let_in_the_same(shop: Shop, row: str) -> None:
    """An order of every unit is told to credentials of any; nothing else is known of it."""
    status, code = OK if ROWS[row] == OTHER_UNIT else ROWS[row]
    for kind in (Kind.OF_ENACTOR, Kind.REFUSED_BY_ENACTOR):
        for method, rule in of_kind(kind):
            header = WRONG_AT_ENACTORS.get(row, shop.headers[row])
            reply = ask(shop, method, place(rule, UNIT), header)

            if status == OK[0] and kind is Kind.REFUSED_BY_ENACTOR:
                assert_enactor_refusal(reply, 405, "NotAllowed")
            else:
                check(reply, method, status, code, assert_form=assert_enactor_refusal)


@pytest.mark.parametrize("row", ROWS)
def test_an_open_route_asks_nobody(shop: Shop, row: str) -> None:
    """The same to everybody: wrong credentials do no harm where none are asked for."""
    for method, rule in of_kind(Kind.OPEN):
        reply = ask(shop, method, rule, shop.headers[row])

        check(reply, method, *OK)
        assert reply.body == ask(shop, method, rule, None).body


@pytest.mark.parametrize("row", ROWS)
def test_the_token_endpoint_answers_its_clients_only(shop: Shop, row: str) -> None:
    """A user's password is no client's secret, and a token buys no other token."""
    for method, rule in of_kind(Kind.CLIENTS):
        reply = ask(shop, method, rule, shop.headers[row])

        if row == "right client":
            assert reply.status_int == 200
        else:
            assert (reply.status_int, reply.json["error"]) == (401, "invalid_client"), reply
            assert reply.headers["WWW-Authenticate"].startswith("Basic ")
            assert "access_token" not in reply


def of_kind(kind: Kind) -> list[tuple[str, str]]:
    """Give the method and rule of the routes of a kind, HEAD among them."""
    found = [(method, rule) for method, rule in ASKED if kind_of(method, rule) is kind]
    assert found
    return found


def kind_of(method: str, rule: str) -> Kind:
    """Give what a route asks for."""
    return ROUTES["GET" if method == "HEAD" else method, rule]


def check(
    reply: TestResponse,
    method: str,
    status: int,
    code: str,
    *,
    assert_form: Callable[[TestResponse, int, str], object] = assert_refusal,
) -> None:
    """Check a reply's status, and that a refusal has its form and says what to bring."""
    assert reply.status_int == status, (reply.status, reply.body)
    if status == 401:
        challenges = reply.headers.getall("WWW-Authenticate")
        assert [challenge.partition(" ")[0] for challenge in challenges] == ["Basic", "Bearer"]
        assert ("invalid_token" in challenges[1]) == (code == "invalid-token")
    else:
        assert "WWW-Authenticate" not in reply.headers
    if status != 200 and method != "HEAD":
        assert_form(reply, status, code)
