"""Dates as they are stored to dates as they are written, in both systems of counting."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corsheet.workbook.dates import written_date

SINCE_1900 = date(1899, 12, 30)
"""Where the 1900 system counts from, for every day behind the one that never was."""

SINCE_1904 = date(1904, 1, 1)

MIDNIGHT = datetime.min.time()


@pytest.mark.parametrize(
    ("serial", "in_1900", "in_1904"),
    [
        ("1", "1900-01-01", "1904-01-02"),
        ("31", "1900-01-31", "1904-02-01"),
        ("59", "1900-02-28", "1904-02-29"),
        ("60", "60", "1904-03-01"),  # Excel shows 1900-02-29, LibreOffice the 28th
        ("60.5", "60.5", "1904-03-01 12:00"),
        ("61", "1900-03-01", "1904-03-02"),
        ("46347", "2026-11-21", "2030-11-22"),
        ("44885", "2022-11-20", "2026-11-21"),
        ("46347.604166666664", "2026-11-21 14:30", "2030-11-22 14:30"),
        ("4.6347E4", "2026-11-21", "2030-11-22"),
        ("46346.999999999", "2026-11-21", "2030-11-22"),
        ("2957003", "9995-12-30", "9999-12-31"),
        ("2957004", "9995-12-31", "2957004"),
        ("2958465", "9999-12-31", "2958465"),
        ("2958465.999", "9999-12-31 23:58", "2958465.999"),
        ("2958465.99999999", "2958465.99999999", "2958465.99999999"),
        ("2958466", "2958466", "2958466"),
        ("0", "00:00", "00:00"),
        ("0.25", "06:00", "06:00"),
        ("0.9375", "22:30", "22:30"),
        ("-1", "-1", "-1"),
        ("1e99", "1e99", "1e99"),
        ("99999999999", "99999999999", "99999999999"),
        ("1_000", "1_000", "1_000"),
        ("NaN", "NaN", "NaN"),
        ("", "", ""),
    ],
)
def test_a_stored_date_is_written_as_the_system_of_its_workbook_counts(
    serial: str, in_1900: str, in_1904: str
) -> None:
    """Times alone, the day that never was and what is no date are told apart."""
    assert written_date(serial, is_1904=False) == in_1900
    assert written_date(serial, is_1904=True) == in_1904


@given(st.dates(date(1904, 1, 2)))
def test_every_day_is_written_as_iso_8601(day: date) -> None:
    """From the second day of the younger system to 9999-12-31."""
    assert written_date(str((day - SINCE_1900).days), is_1904=False) == day.isoformat()
    assert written_date(str((day - SINCE_1904).days), is_1904=True) == day.isoformat()


@given(
    st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 31, 23, 59)),  # noqa: DTZ001 - no zones
)
def test_every_minute_is_written(moment: datetime) -> None:
    """A fraction of a day in binary is never quite the minute, and is the minute all the same."""
    moment = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    since = datetime.combine(SINCE_1900, MIDNIGHT, UTC)
    serial = repr((moment - since) / timedelta(days=1))
    form = "%Y-%m-%d" if moment.time() == MIDNIGHT else "%Y-%m-%d %H:%M"

    assert written_date(serial, is_1904=False) == moment.strftime(form)


@given(
    st.from_regex(r"-?[0-9]{1,9}(\.[0-9]{1,17})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)
    | st.floats().map(repr)
    | st.text(max_size=12),
    st.booleans(),
)
def test_nothing_that_is_stored_crashes_the_writing(serial: str, is_1904: bool) -> None:
    """What is no date is given back as it stands."""
    written = written_date(serial, is_1904=is_1904)

    assert written == serial or "-" in written or ":" in written
