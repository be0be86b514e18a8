"""A request through the whole stack, but for the socket."""

import json
import secrets
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple
from wsgiref.util import setup_testing_defaults

from corsheet.api import WsgiApp
from corsheet.auth.basic import BasicUser, BasicUsers, hash_password
from corsheet.auth.door import Door
from corsheet.catalog import Catalog, Store
from corsheet.doctor import Check, ok, trouble, warning
from corsheet.model import EVERY_UNIT
from corsheet.settings import Settings
from corsheet.settings.credentials import AuthSettings
from corsheet.snapshot.first import first_order
from corsheet.worker import make_app

ANY_UNIT = "0001"
"""A business unit that asks for an order of every one."""

COST = (2**10, 8, 1)
"""Of hashing a password of 256 random bits that lives for a moment: nobody can guess it."""

OUR_FAULT = "this is a fault in corsheet: run `corsheet doctor --json`, and send us what it prints"


class Reply(NamedTuple):
    """What the application answers.

    Attributes:
        status: HTTP status.
        body: Its bytes.
    """

    status: int
    body: bytes


def check_sample(settings: Settings, store: Store) -> Iterator[Check]:
    """Ask the application for the first order of a store, with and without credentials.

    The application, the routes, the gate, the hashing of passwords and the snapshot are
    those of the service; the user is made for this and forgotten.

    Args:
        settings: As the service has them.
        store: With a snapshot, not the service's.
    """
    path = store.current()
    first = path and first_order(path)
    if not first:
        cure = "write one into the workbook, or mend those that are withheld"
        yield warning("sample", "no order is served, so none was asked for", cure)
        return
    catalog = Catalog(store)
    catalog.refresh()
    password = secrets.token_urlsafe()
    hashed = hash_password(password, COST)
    users = BasicUsers([BasicUser("doctor", hashed, frozenset({EVERY_UNIT}))])
    ours = replace(settings, state_dir=store.folder, auth=AuthSettings())
    app = make_app(ours, catalog, Door(users), lambda: None)
    unit = ANY_UNIT if first.business_unit_id == EVERY_UNIT else first.business_unit_id
    order = first.customer_order_id
    target = f"{settings.server.prefixes[0]}/business-units/{unit}/customer-orders/{order}"
    headers = {"HTTP_TENANT_ID": settings.tenant_id} if settings.tenant_id else {}
    try:
        refused = get(app, target, headers)
        pair = b64encode(f"doctor:{password}".encode()).decode("ascii")
        begun = time.perf_counter()
        reply = get(app, target, {**headers, "HTTP_AUTHORIZATION": f"Basic {pair}"})
        spent = (time.perf_counter() - begun) * 1000
    finally:
        catalog.stop()
    yield _judged(refused, reply, order, spent)


def _judged(refused: Reply, reply: Reply, order: str, milliseconds: float) -> Check:
    if refused.status != 401:  # noqa: PLR2004 - Unauthorized
        seen = f"without credentials the first order is answered with {refused.status}, not 401"
        return trouble("sample", seen, OUR_FAULT)
    if reply.status != 200 or _order_in(reply.body) != order:  # noqa: PLR2004 - OK
        return trouble("sample", f"the first order is answered with {reply.status}", OUR_FAULT)
    return ok(
        "sample",
        f"the first order is answered in {milliseconds:.0f} ms, and without credentials refused",
    )


def _order_in(body: bytes) -> Any:
    try:
        return json.loads(body)["customerOrder"]["customerOrderId"]
    except (ValueError, KeyError, TypeError):
        return None


def get(app: WsgiApp, path: str, headers: dict[str, str]) -> Reply:
    """Ask an application (PEP 3333) for a path; the headers are named as there."""
    environ: dict[str, Any] = {"PATH_INFO": path.encode().decode("latin-1"), **headers}
    setup_testing_defaults(environ)
    told: list[str] = []

    def start(status: str, _headers: list[tuple[str, str]], _error: Any = None) -> Any:
        told.append(status)

    body = b"".join(app(environ, start))
    return Reply(int(told[-1].split(" ")[0]), body)
