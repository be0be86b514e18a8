"""The hot way: what the till asks all day, answered without the framework.

An order or a search, of somebody who is known, for a unit that is theirs, is
answered here from ready bytes. Everything else (a first request, an unknown or
withheld order, odd letters in a path, any mistake) is left to the routes behind;
where both could answer, they answer the same.
"""

import re
from collections.abc import Iterable
from io import BytesIO
from typing import Any, NamedTuple

from corsheet.api.replies import JSON, reply_headers
from corsheet.auth import Granted
from corsheet.auth.door import Door
from corsheet.catalog import Catalog
from corsheet.model import BusinessUnitId, CustomerOrderId, normalise_id
from corsheet.snapshot.read import Snapshot, SnapshotError
from corsheet.snapshot.schema import etag
from corsheet.wire import hiiretail

UNITS = "/business-units/"
ORDERS = "/customer-orders/"
SEARCH = "/customer-orders:search"


class Reply(NamedTuple):
    """A reply to the server."""

    status: str
    headers: list[tuple[str, str]]
    body: list[bytes]


class HotWay:
    """Answers what needs no thought."""

    def __init__(
        self,
        catalog: Catalog,
        door: Door,
        *,
        prefixes: Iterable[str],
        tenant_id: str,
        max_body_bytes: int,
    ) -> None:
        """Prepare; the arguments are those of the routes behind."""
        self._catalog = catalog
        self._door = door
        self._prefixes = frozenset(prefixes)
        self._tenant_id = tenant_id
        self._max_body_bytes = max_body_bytes

    def answer(self, environ: dict[str, Any]) -> Reply | None:
        """Answer; None: it is for the routes behind, and nothing of it is used up.

        Args:
            environ: Of a request whose path is printable ASCII: that has one spelling only,
                on every server.
        """
        prefix, found, rest = environ["PATH_INFO"].partition(UNITS)
        if not found or prefix not in self._prefixes:
            return None
        granted = self._door.recall(environ.get("HTTP_AUTHORIZATION"))
        snapshot = self._catalog.current
        if granted is None or snapshot is None:
            return None
        if self._tenant_id and environ.get("HTTP_TENANT_ID") != self._tenant_id:
            return None
        try:
            match environ["REQUEST_METHOD"]:
                case "GET":
                    return self._order(environ, granted, snapshot, rest)
                case "POST":
                    return self._search(environ, granted, snapshot, rest)
        except SnapshotError:
            pass  # told by the routes behind, which meet it too
        return None

    @staticmethod
    def _order(
        environ: dict[str, Any], granted: Granted, snapshot: Snapshot, rest: str
    ) -> Reply | None:
        unit_text, found, order = rest.partition(ORDERS)
        unit = BusinessUnitId(normalise_id(unit_text))
        if not found or not unit_text or "/" in unit_text or not granted.may_ask_for(unit):
            return None
        answer = snapshot.find(unit, CustomerOrderId(normalise_id(order)))
        if answer is None or answer.is_withheld or "HTTP_IF_NONE_MATCH" in environ:
            return None
        return _reply(snapshot, answer.etag, answer.body)

    def _search(
        self, environ: dict[str, Any], granted: Granted, snapshot: Snapshot, rest: str
    ) -> Reply | None:
        unit_text = rest.removesuffix(SEARCH)
        unit = BusinessUnitId(normalise_id(unit_text))
        length = environ.get("CONTENT_LENGTH", "")
        if (
            unit_text == rest
            or not unit_text
            or "/" in unit_text
            or environ.get("CONTENT_TYPE") != JSON
            or not re.fullmatch("[0-9]{1,9}", length)
            or int(length) > self._max_body_bytes
            or not granted.may_ask_for(unit)
        ):
            return None
        sent = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = BytesIO(sent)  # for the routes behind
        if len(sent) < int(length):
            return None
        try:
            query = hiiretail.search_query(sent)
        except hiiretail.BadQueryError:
            return None
        body = hiiretail.search_body(snapshot.search(unit, query.customer_id))
        return _reply(snapshot, etag(body), body)


def _reply(snapshot: Snapshot, tag: str, body: bytes) -> Reply:
    headers = [*reply_headers(snapshot, tag).items(), ("Content-Length", str(len(body)))]
    return Reply("200 OK", headers, [body])
