"""Times and parameters of Enactor's search, by themselves."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from corsheet.api.enactor_query import Asked, earliest, latest, read_query
from corsheet.api.refusals import ApiError

NOW = 1_800_000_000.25
DAY_MS = 86_400_000

OFFSETS = st.builds(
    lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-23 * 60, 23 * 60)
)


def test_what_is_not_said_is_as_published() -> None:
    """Sixty days back, until now, ten from the first ("Search Orders")."""
    now = 1_800_000_000_250

    assert read_query("", NOW) == Asked(None, now - 60 * DAY_MS, now, 0, 10)


@given(st.datetimes(timezones=OFFSETS))
def test_any_moment_is_read_as_python_counts_it(moment: datetime) -> None:
    """In each form that a program writes it, whatever the offset."""
    expected = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)

    assert earliest(moment.isoformat()) == expected
    assert latest(moment.isoformat()) == expected
    assert earliest(moment.isoformat().replace("+", " ")) == expected


@given(st.dates())
def test_a_date_is_a_whole_day(day: object) -> None:
    """From its first millisecond to its last, in UTC."""
    assert latest(str(day)) - earliest(str(day)) == DAY_MS - 1


def outcome(query: str) -> Asked | ApiError:
    """Give what a query asks for, or how it is refused."""
    try:
        return read_query(query, NOW)
    except ApiError as error:
        return error


@given(st.text())
def test_any_query_is_read_or_refused(query: str) -> None:
    """Nothing else than our refusal comes of any text."""
    found = outcome(query)

    if isinstance(found, ApiError):
        assert (found.status, found.code) == (400, "Fail")
    else:
        assert 1 <= found.limit <= 100
        assert found.offset >= 0


@given(st.sampled_from(["earliestDate", "latestDate", "pageSize", "pageOffset"]), st.text())
def test_any_value_is_read_or_refused(name: str, value: str) -> None:
    """Likewise of a parameter."""
    quoted = "".join(f"%{octet:02X}" for octet in value.encode("utf-8", "replace"))

    found = outcome(f"{name}={quoted}")

    assert isinstance(found, Asked) or found.detail.startswith(f"{name} is ")
