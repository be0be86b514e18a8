"""The gate: every route is closed unless it skips the gate by name."""

import logging
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

from bottle import HTTPResponse, Route, request

from corsheet.api.address import Networks, client_address
from corsheet.api.refusals import ApiError, Headers
from corsheet.auth import Refusal, Refused
from corsheet.auth.door import Door
from corsheet.auth.header import BASIC_CHALLENGE
from corsheet.model import BusinessUnitId, normalise_id

log = logging.getLogger(__name__)

BEARER = 'Bearer realm="corsheet"'
"""RFC 6750, section 3."""

GRANTED = "corsheet.granted"
"""Where in a request's environment a handler finds who was let in, a ``Granted``."""

REFUSALS = {
    Refusal.NEEDED: (HTTPStatus.UNAUTHORIZED, "unauthorized"),
    Refusal.WRONG: (HTTPStatus.UNAUTHORIZED, "unauthorized"),
    Refusal.INVALID_TOKEN: (HTTPStatus.UNAUTHORIZED, "invalid-token"),
    Refusal.INSUFFICIENT_SCOPE: (HTTPStatus.FORBIDDEN, "insufficient-scope"),
    Refusal.BUSY: (HTTPStatus.SERVICE_UNAVAILABLE, "busy"),
    Refusal.THROTTLED: (HTTPStatus.TOO_MANY_REQUESTS, "too-many-attempts"),
    Refusal.UNAVAILABLE: (HTTPStatus.SERVICE_UNAVAILABLE, "authorization-unavailable"),
}
"""Status and problem code of each."""

Handler = Callable[..., HTTPResponse]


def refusal(refused: Refused, challenges: Iterable[str]) -> ApiError:
    """Make the refusal of somebody who may not ask.

    Args:
        refused: Why.
        challenges: What to bring instead (RFC 9110, section 11.6.1), a field each.
    """
    status, code = REFUSALS[refused.kind]
    headers: Headers = [("WWW-Authenticate", text) for text in challenges]
    if refused.retry_after:
        headers.append(("Retry-After", str(refused.retry_after)))
    return ApiError(status, code, refused.reason, headers=headers)


class Gate:
    """A Bottle plugin that lets nobody through without credentials.

    Where the path names a business unit, the credentials must be good for it.
    A route opts out with ``skip=["gate"]``.
    """

    name = "gate"
    api = 2

    def __init__(self, door: Door, tenant_id: str, trusted_proxy: Networks) -> None:
        """Prepare.

        Args:
            door: Checks credentials.
            tenant_id: That the ``Tenant-Id`` header must name; empty: not checked.
            trusted_proxy: Who is believed when they say whose request it is.
        """
        self._door = door
        self._tenant_id = tenant_id
        self._trusted_proxy = trusted_proxy
        self._is_proxy_told = False

    def apply(self, callback: Handler, route: Route) -> Handler:
        """Put the gate before a handler."""
        del route

        @wraps(callback)
        def guarded(**arguments: Any) -> HTTPResponse:
            self._tell_of_proxy(request.environ)
            address = client_address(request.environ, self._trusted_proxy)
            granted = self._door.admit(request.environ.get("HTTP_AUTHORIZATION"), address)
            if isinstance(granted, Refused):
                raise refusal(granted, self._challenges(granted))
            if self._tenant_id and request.environ.get("HTTP_TENANT_ID") != self._tenant_id:
                raise ApiError(
                    HTTPStatus.FORBIDDEN,
                    "wrong-tenant",
                    "the Tenant-Id header names another tenant",
                )
            unit = arguments.get("business_unit_id")
            if unit is not None and not granted.may_ask_for(BusinessUnitId(normalise_id(unit))):
                raise ApiError(
                    HTTPStatus.FORBIDDEN,
                    "wrong-business-unit",
                    "these credentials are not for this business unit",
                )
            request.environ[GRANTED] = granted
            return callback(**arguments)

        return guarded

    def _tell_of_proxy(self, environ: Mapping[str, Any]) -> None:
        """Say once that something in front names addresses, and nobody has said to believe it."""
        if "HTTP_X_FORWARDED_FOR" in environ and not (self._trusted_proxy or self._is_proxy_told):
            self._is_proxy_told = True
            log.warning(
                "X-Forwarded-For is sent, and not believed: all who come through a proxy count as"
                " one; name it in server.trusted_proxy"
            )

    def _challenges(self, refused: Refused) -> list[str]:
        """Give what to bring instead (RFC 9110, 11.6.1): a field for each way there is."""
        bearer = BEARER
        match refused.kind:
            case Refusal.INVALID_TOKEN:
                said = refused.reason.replace('"', "'")
                bearer += f', error="invalid_token", error_description="{said}"'
            case Refusal.INSUFFICIENT_SCOPE:
                return [f'{BEARER}, error="insufficient_scope", scope="{refused.scope}"']
            case Refusal.NEEDED | Refusal.WRONG:
                pass
            case _:
                return []
        basics = [BASIC_CHALLENGE] if self._door.takes_passwords else []
        return basics + ([bearer] if self._door.takes_tokens else [])
