"""``/healthz`` and ``/readyz``: for whoever watches over the service. They tell no order data."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from bottle import Bottle, HTTPResponse

from corsheet.catalog import Catalog, LastReload
from corsheet.snapshot.read import Snapshot


def add_routes(app: Bottle, catalog: Catalog, last_reload: Callable[[], LastReload | None]) -> None:
    """Add both; neither asks for credentials."""

    @app.get("/healthz", skip=["gate"])
    def healthz() -> HTTPResponse:
        return _reply(HTTPStatus.OK, {"status": "alive"})

    @app.get("/readyz", skip=["gate"])
    def readyz() -> HTTPResponse:
        state = readiness(catalog.current, last_reload())
        unready = state["status"] == "unready"
        return _reply(HTTPStatus.SERVICE_UNAVAILABLE if unready else HTTPStatus.OK, state)


def readiness(snapshot: Snapshot | None, last: LastReload | None) -> dict[str, Any]:
    """Say whether orders are served, and whether they are those of the workbook.

    ``ready``: they are. ``degraded``: older ones are, and ``reason`` says why.
    ``unready``: none are. An order that is withheld makes no difference; they
    are counted.
    """
    reason = "the workbook has not been read yet" if last is None else last.reason
    served = "ready" if reason is None else "degraded"
    return {
        "status": "unready" if snapshot is None else served,
        "reason": reason,
        "snapshot": None
        if snapshot is None
        else {
            "sha256": snapshot.source.sha256,
            "workbookSavedAt": _time(snapshot.source.saved_at),
            "loadedAt": _time(snapshot.source.read_at),
            "ordersServed": snapshot.orders_served,
            "ordersWithheld": snapshot.orders_withheld,
        },
        "lastReload": None
        if last is None
        else {"at": _time(last.at), "outcome": last.outcome, "reason": last.reason},
    }


def _time(seconds: float) -> str:
    """Write a time as RFC 3339, in UTC, to the millisecond."""
    time = datetime.fromtimestamp(seconds, UTC)
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _reply(status: HTTPStatus, body: dict[str, Any]) -> HTTPResponse:
    return HTTPResponse(
        body=json.dumps(body, ensure_ascii=False).encode(),
        status=status.value,
        headers={"Content-Type": "application/json", "Cache-Control": "no-store"},
    )
