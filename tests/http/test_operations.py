"""``/healthz`` and ``/readyz``, for whoever watches over the service."""

import pytest

from corsheet.catalog import LastReload
from tests.conftest import MakeTill
from tests.support.orders import SOURCE, a_finding, a_key, a_reading, an_order

SNAPSHOT = {
    "sha256": SOURCE.sha256,
    "workbookSavedAt": "2026-01-01T12:00:00.000Z",
    "loadedAt": "2026-01-01T12:00:01.500Z",
    "ordersServed": 2,
    "ordersWithheld": 1,
}
READING = a_reading(
    an_order("1"), an_order("2"), withheld=[a_key("666")], findings=[a_finding("666")]
)
AT = 1_767_268_802.25
AT_TEXT = "2026-01-01T12:00:02.250Z"


@pytest.mark.parametrize("outcome", ["published", "unchanged"])
def test_a_service_with_the_workbooks_orders_is_ready(make_till: MakeTill, outcome: str) -> None:
    """A withheld order is counted and does not make the service less ready."""
    till = make_till(READING)
    till.tell(LastReload(AT, outcome, None))

    reply = till.anybody.get("/readyz", status=200)

    assert reply.json == {
        "status": "ready",
        "reason": None,
        "snapshot": SNAPSHOT,
        "lastReload": {"at": AT_TEXT, "outcome": outcome, "reason": None},
    }


def test_a_service_that_has_not_read_yet_is_degraded_with_stored_orders(
    make_till: MakeTill,
) -> None:
    """After a restart the last good orders are served; whether they are the workbook's is open."""
    till = make_till(READING)

    reply = till.anybody.get("/readyz", status=200)

    assert reply.json == {
        "status": "degraded",
        "reason": "the workbook has not been read yet",
        "snapshot": SNAPSHOT,
        "lastReload": None,
    }


@pytest.mark.parametrize("outcome", ["refused", "missing", "unreadable", "failed"])
def test_a_service_with_older_orders_is_degraded_and_says_why(
    make_till: MakeTill, outcome: str
) -> None:
    """The till is still answered, so 200; the reason is for a person."""
    till = make_till(READING)
    till.tell(LastReload(AT, outcome, "CS101: the sheet Items is missing"))

    reply = till.anybody.get("/readyz", status=200)

    assert reply.json == {
        "status": "degraded",
        "reason": "CS101: the sheet Items is missing",
        "snapshot": SNAPSHOT,
        "lastReload": {
            "at": AT_TEXT,
            "outcome": outcome,
            "reason": "CS101: the sheet Items is missing",
        },
    }


def test_a_service_without_orders_is_unready_and_says_why(make_till: MakeTill) -> None:
    """503, so that nothing sends tills there."""
    till = make_till()
    till.tell(LastReload(AT, "missing", "CS001: the workbook is not there"))

    reply = till.anybody.get("/readyz", status=503)

    assert reply.json == {
        "status": "unready",
        "reason": "CS001: the workbook is not there",
        "snapshot": None,
        "lastReload": {
            "at": AT_TEXT,
            "outcome": "missing",
            "reason": "CS001: the workbook is not there",
        },
    }


def test_a_service_before_its_first_reading_is_unready(make_till: MakeTill) -> None:
    """There always is a reason."""
    till = make_till()

    reply = till.anybody.get("/readyz", status=503)

    assert reply.json == {
        "status": "unready",
        "reason": "the workbook has not been read yet",
        "snapshot": None,
        "lastReload": None,
    }


def test_health_says_that_the_process_lives_and_nothing_else(make_till: MakeTill) -> None:
    """/healthz is 200 without orders too: a restart would mend nothing."""
    till = make_till()

    reply = till.anybody.get("/healthz", status=200)

    assert reply.json == {"status": "alive"}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_operations_are_json_that_nobody_keeps(make_till: MakeTill, path: str) -> None:
    """A state that was kept is a wrong state; HEAD works for simple probes."""
    till = make_till(READING)

    reply = till.anybody.get(path, status=200)

    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers["Cache-Control"] == "no-store"
    assert till.anybody.head(path, status=200).body == b""


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_operations_tell_no_order_data(make_till: MakeTill, path: str) -> None:
    """Whoever asks without credentials sees counts, never an id."""
    till = make_till(
        a_reading(
            an_order("ORDER-7", unit="UNIT-7", customer="CUSTOMER-7"),
            withheld=[a_key("ORDER-8")],
            findings=[a_finding("ORDER-8")],
        )
    )

    text = till.anybody.get(path).text

    assert "-7" not in text.replace("2026-0", "")
    assert "ORDER" not in text
    assert "Items" not in text
