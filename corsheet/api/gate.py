"""The gate: every route is closed unless it skips the gate by name."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from bottle import HTTPResponse, Route, request

from corsheet.api.refusals import ApiError
from corsheet.auth import Refusal, Refused
from corsheet.auth.door import Door
from corsheet.model import BusinessUnitId, normalise_id

CHALLENGE = 'Basic realm="corsheet", charset="UTF-8"'
"""RFC 7617, section 2.1."""

Handler = Callable[..., HTTPResponse]


class Gate:
    """A Bottle plugin that lets nobody through without credentials.

    Where the path names a business unit, the credentials must be good for it.
    A route opts out with ``skip=["gate"]``.
    """

    name = "gate"
    api = 2

    def __init__(self, door: Door, tenant_id: str) -> None:
        """Prepare.

        Args:
            door: Checks credentials.
            tenant_id: That the ``Tenant-Id`` header must name; empty: not checked.
        """
        self._door = door
        self._tenant_id = tenant_id

    def apply(self, callback: Handler, route: Route) -> Handler:
        """Put the gate before a handler."""
        del route

        @wraps(callback)
        def guarded(**arguments: Any) -> HTTPResponse:
            granted = self._door.admit(request.environ.get("HTTP_AUTHORIZATION"))
            if isinstance(granted, Refused) and granted.kind is Refusal.BUSY:
                raise ApiError(
                    HTTPStatus.SERVICE_UNAVAILABLE,
                    "busy",
                    granted.reason,
                    headers={"Retry-After": str(granted.retry_after)},
                )
            if isinstance(granted, Refused):
                raise ApiError(
                    HTTPStatus.UNAUTHORIZED,
                    "unauthorized",
                    granted.reason,
                    headers={"WWW-Authenticate": CHALLENGE},
                )
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
            return callback(**arguments)

        return guarded
