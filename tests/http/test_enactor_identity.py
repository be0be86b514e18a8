"""Which customer asks: each of Enactor's ways to say it ("REST authentication"), over HTTP."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from webtest import TestApp, TestResponse

from corsheet.api.identity import Identity
from tests.auth.test_jwt import ISSUER, KeyServer, publishing, rs256, token_of
from tests.conftest import MakeTill, Till
from tests.http.refusing import assert_enactor_refusal
from tests.support.enactor import ORDERS, enactor_options
from tests.support.live import Issuer
from tests.support.orders import a_reading, an_order
from tests.support.raw import Answer, Target, exchange

PATHS = [f"{ORDERS}/111", ORDERS]
SUBJECT, ID_TOKEN, STAFF = map(enactor_options, ("subject", "id_token", "none"))
CHALLENGE = 'id_token realm="corsheet"'


@pytest.fixture(scope="module")
def keys() -> Iterator[KeyServer]:
    """Publish the issuer's keys."""
    with publishing() as server:
        yield server


@pytest.fixture
def till(make_till: MakeTill, keys: KeyServer) -> Till:
    """Serve an order of customer 222 to whoever brings an id token."""
    return make_till(a_reading(an_order()), ID_TOKEN, Issuer(ISSUER, keys.url, "client"))


def a_token(name: str = "first", **changes: Any) -> str:
    """Write a token like Enactor's sample: no typ, iat in milliseconds; None leaves one out."""
    claims = {
        "aud": "client",
        "sub": "222",
        "iss": ISSUER,
        "exp": int(time.time()) + 300,
        "iat": int(time.time() * 1000),
        "email_verified": False,
        **changes,
    }
    claims = {claim: value for claim, value in claims.items() if value is not None}
    return token_of({"alg": "RS256", "kid": "one"}, claims, lambda data: rs256(data, name))


def ask(client: "TestApp[Any]", path: str, **headers: str) -> TestResponse:
    """Ask with these headers."""
    reply: TestResponse = client.get(path, headers=headers, status="*")
    return reply


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("subject", ["222", " 222 ", None, "", " ", "a\x01b", "2\t2", "222, 333"])
def test_a_subject_names_the_customer(make_till: MakeTill, subject: str | None, path: str) -> None:
    """401 where it names none, or several, with a challenge (RFC 9110, section 11.6.1)."""
    till = make_till(a_reading(an_order()), SUBJECT)

    reply = ask(till.client, path, **({} if subject is None else {"subject": subject}))

    if subject in {"222", " 222 "}:
        assert reply.status_int == 200
    elif reply.status_int == 400:  # granian takes no such octet in a header
        assert subject == "a\x01b"
    else:
        assert_enactor_refusal(reply, 401, "unauthorized")
        assert reply.headers.getall("WWW-Authenticate") == ['subject realm="corsheet"']


def test_a_subject_is_normalised_as_ids_are() -> None:
    """And of ASCII: one engine gives no other value on, so the other takes none."""
    identity = Identity("subject", None)

    assert identity.customer({"HTTP_SUBJECT": "  22 2 "}) == "22 2"


@pytest.mark.parametrize("path", PATHS)
def test_information_headers_show_nothing(make_till: MakeTill, path: str) -> None:
    """enactor-user-id and the like are never for authorisation ("Enactor HTTP Request Format")."""
    till = make_till(a_reading(an_order()), SUBJECT)
    told = {"enactor-device-id": "pos1@1.enactor", "enactor-location-id": "1"}

    reply = ask(till.client, path, **told, **{"enactor-user-id": "222"})

    assert_enactor_refusal(reply, 401, "unauthorized")
    assert ask(till.client, path, **told, subject="222").status_int == 200


@pytest.mark.parametrize("path", PATHS)
def test_staff_see_all_and_pass_the_gate_first(make_till: MakeTill, path: str) -> None:
    """Identity none: no header is asked for beside the credentials."""
    till = make_till(a_reading(an_order()), STAFF)

    reply = ask(till.client, path, subject="333", id_token="rubbish")

    assert reply.status_int == 200
    assert reply.headers["Vary"] == "Authorization"
    assert_enactor_refusal(ask(till.anybody, path), 401, "unauthorized")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("sub", ["222", 222, " 222 "])
def test_an_id_token_names_the_customer(till: Till, path: str, sub: object) -> None:
    """Its sub is the customer number, a text or a number."""
    reply = ask(till.client, path, **{"id-token": a_token(sub=sub)})

    assert reply.status_int == 200
    assert reply.headers["Vary"] == "Authorization, id_token"
    assert b"222" in reply.body


def test_an_id_token_of_another_customer_sees_their_orders(till: Till) -> None:
    """Outcome NotAllowed, and a list without it."""
    token = {"id-token": a_token(sub="333")}

    assert_enactor_refusal(ask(till.client, PATHS[0], **token), 405, "NotAllowed")
    assert ask(till.client, ORDERS, **token).json == {"orderList": []}


BAD = {
    "rubbish": "rubbish",
    "expired": a_token(exp=int(time.time()) - 1),
    "no end": a_token(exp=None),
    "other issuer": a_token(iss="https://other.example/"),
    "other audience": a_token(aud="other"),
    "other key": a_token("second"),
    "nobody": a_token(sub=None),
    "no number": a_token(sub=True),
    "spaced": f"{a_token()} x",
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", BAD)
def test_a_bad_id_token_is_refused(till: Till, path: str, kind: str) -> None:
    """401 in Enactor's form, with a challenge that says what is wrong."""
    reply = ask(till.client, path, **{"id-token": BAD[kind]})

    assert_enactor_refusal(reply, 401, "invalid-token")
    challenges = reply.headers.getall("WWW-Authenticate")
    assert challenges == [f'{CHALLENGE}, error="invalid_token"']


def test_without_an_id_token_nobody_asks(till: Till) -> None:
    """401; a subject, or a token where the gate looks for one, is none."""
    for headers in ({}, {"subject": "222"}, {"id-token": ""}):
        reply = ask(till.client, PATHS[0], **headers)

        assert_enactor_refusal(reply, 401, "unauthorized")
        assert reply.headers.getall("WWW-Authenticate") == [CHALLENGE]


def test_an_id_token_does_not_pass_the_gate(till: Till) -> None:
    """The gate has credentials of its own, and speaks first."""
    reply = ask(till.anybody, PATHS[0], **{"id-token": a_token()})

    assert_enactor_refusal(reply, 401, "unauthorized")
    assert reply.headers["WWW-Authenticate"].startswith("Basic ")


def test_where_keys_cannot_be_fetched_one_is_told_to_come_back(make_till: MakeTill) -> None:
    """503 with Retry-After, in Enactor's form; nothing listens at that address."""
    issuer = Issuer(ISSUER, "http://127.0.0.1:9/keys")
    till = make_till(a_reading(an_order()), ID_TOKEN, issuer)

    reply = ask(till.client, PATHS[0], **{"id-token": a_token()})

    assert_enactor_refusal(reply, 503, "authorization-unavailable")
    assert int(reply.headers["Retry-After"]) > 0


def raw(till: Till, *lines: str, path: str = f"{ORDERS}/111") -> Answer | None:
    """Ask a server with these header lines, as bytes on a socket."""
    authorization = till.client.extra_environ["HTTP_AUTHORIZATION"]
    told = [
        f"GET {path} HTTP/1.1", "Host: a", f"Authorization: {authorization}", *lines,
        "Connection: close", "", "",
    ]  # fmt: skip
    target = Target(int(till.address.rpartition(":")[2]))
    return exchange(target, "\r\n".join(told).encode("latin-1"), b"").first


ON_SOCKETS = pytest.mark.parametrize("make_till", ["waitress", "granian"], indirect=True)
ON_WAITRESS = pytest.mark.parametrize("make_till", ["waitress"], indirect=True)
"""The application by itself reads no header lines."""


@ON_SOCKETS
@pytest.mark.parametrize("name", ["id_token", "ID_TOKEN", "Id_Token", "id-token"])
def test_the_header_arrives_with_its_underscore(till: Till, name: str) -> None:
    """As Enactor's clients send it; servers are wont to drop such names."""
    answer = raw(till, f"{name}: {a_token()}")

    assert answer is not None
    assert answer.status == 200, answer
    assert json.loads(answer.body)["order"]


@ON_SOCKETS
@pytest.mark.parametrize("slashes", ["/", "//", "/%2F"])
def test_a_path_has_one_beginning(make_till: MakeTill, slashes: str) -> None:
    """With a slash more it is another path, where nothing of Enactor's is, on every engine."""
    till = make_till(a_reading(an_order()), SUBJECT)

    answer = raw(till, "subject: 222", path=f"{slashes}{ORDERS}/111")

    assert answer is not None
    assert (answer.status, json.loads(answer.body)["code"]) == (404, "not-found")


@ON_SOCKETS
def test_a_subject_stands_once(make_till: MakeTill) -> None:
    """401: servers join them by a comma, and so no customer is named, nor chosen."""
    till = make_till(a_reading(an_order()), SUBJECT)

    answer = raw(till, "subject: 222", "subject: 222")

    assert answer is not None
    assert answer.status == 401, answer
    assert json.loads(answer.body)["errorCode"] == "unauthorized"


@ON_SOCKETS
def test_the_header_stands_once(till: Till) -> None:
    """400, in whatever letters, and no token of two is chosen."""
    answer = raw(till, f"id_token: {a_token()}", f"ID_TOKEN: {a_token(sub='333')}")

    assert answer is not None
    assert answer.status == 400, answer
    assert json.loads(answer.body)["errorCode"] == "bad-request"


@ON_WAITRESS
def test_the_header_has_one_spelling(till: Till) -> None:
    """Of both there are two headers; granian keeps the last alone, which is checked as any."""
    for lines in (("id_token", "id-token"), ("ID-TOKEN", "id_token")):
        answer = raw(till, *(f"{name}: {a_token()}" for name in lines))

        assert answer is not None
        assert answer.status == 400, answer
        assert json.loads(answer.body)["errorCode"] == "bad-request"


@ON_WAITRESS
def test_other_headers_with_an_underscore_are_dropped(make_till: MakeTill) -> None:
    """They would pass for one with a hyphen, such as a proxy writes; granian takes them for it."""
    till = make_till(a_reading(an_order()), enactor_options(tenant_id="shop"))

    answer = raw(till, "Tenant_Id: shop", "subject: 222", "xid_token: x", "x: id_token: y")

    assert answer is not None
    assert answer.status == 403, answer


def test_an_identity_that_cannot_be_checked_is_a_mistake_of_ours() -> None:
    """No route is made that would let everybody in."""
    with pytest.raises(ValueError, match="no identity"):
        Identity("", None)
    with pytest.raises(ValueError, match="nothing checks"):
        Identity("id_token", None)
