"""requests-oauthlib as the client that gets tokens and asks for orders with them.

It talks plain HTTP to this computer, for which it wants ``PLAIN_HTTP`` in the environment.
"""

from typing import Any

import requests
from oauthlib.oauth2 import BackendApplicationClient
from requests_oauthlib import OAuth2Session

from tests.support.saving import ORDER_IDS, UNIT

PLAIN_HTTP = ("OAUTHLIB_INSECURE_TRANSPORT", "1")

ORDERS = f"/business-units/{UNIT}/customer-orders"
ORDER = f"{ORDERS}/{ORDER_IDS[0]}"
SEARCH = f"{ORDERS}:search"
SEARCHED = {"customerId": "v1"}
"""The customer of the first version of the workbook."""

OPEN_SECONDS = 15

Told = tuple[int, str, str]
"""Status, the problem's code, and what ``WWW-Authenticate`` says of bearer tokens."""

INVALID: Told = (401, "invalid-token", 'realm="corsheet", error="invalid_token"')
"""Of a token that is unknown, expired, revoked, or for somebody else (RFC 6750, section 3.1)."""


def log_in(
    token_url: str, name: str, secret: str, *, is_in_form: bool = False, **more: Any
) -> OAuth2Session:
    """Get a token by client credentials (RFC 6749, section 4.4); gives who has it.

    Args:
        token_url: Where.
        name: The client.
        secret: Its secret.
        is_in_form: Both are fields of the form, rather than a Basic header.
        more: Further fields of the form, such as ``scope`` and ``resource``.
    """
    session = OAuth2Session(client=BackendApplicationClient(name, scope=more.pop("scope", None)))
    session.trust_env = False
    session.fetch_token(
        token_url,
        client_id=None if is_in_form else name,
        client_secret=secret,
        include_client_id=is_in_form,
        timeout=OPEN_SECONDS,
        **more,
    )
    return session


def token_of(session: OAuth2Session) -> str:
    """Give the token that a client has."""
    return str(session.access_token)


def bearing(token: str) -> OAuth2Session:
    """Give a client that has this token and knows nothing more about it."""
    session = OAuth2Session(token={"access_token": token, "token_type": "Bearer"})
    session.trust_env = False
    return session


def both_calls(session: OAuth2Session, address: str) -> list[requests.Response]:
    """Ask for an order, and search for a customer's."""
    return [
        session.get(address + ORDER, timeout=OPEN_SECONDS),
        session.post(address + SEARCH, json=SEARCHED, timeout=OPEN_SECONDS),
    ]


def ask(address: str, token: str) -> requests.Response:
    """Ask for an order over a connection of its own, which any worker may take."""
    with bearing(token) as session:
        return session.get(address + ORDER, timeout=OPEN_SECONDS)


def told(reply: requests.Response) -> Told:
    """Give what a refusal tells; without the texts, which are for people."""
    challenge = reply.headers.get("WWW-Authenticate", "").partition("Bearer ")[2]
    return reply.status_code, reply.json()["code"], challenge.partition(", error_description")[0]
