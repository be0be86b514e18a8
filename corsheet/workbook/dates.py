"""Dates as a workbook stores them: days since an epoch."""

import re
from datetime import UTC, datetime, timedelta

LAST_SERIAL = 2_958_466
"""The day after 9999-12-31, where dates of the 1900 system end."""

LEAP_DAY_THAT_NEVER_WAS = 60
"""1900-02-29, which Lotus 1-2-3 took for a day, and so does every workbook of the 1900 system."""

SERIAL = re.compile(r"[0-9]{1,7}(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?")

SECONDS = 24 * 60 * 60

DAYS_TO_1904 = 1462
"""From the 1900 system's beginning to the other's."""


def written_date(serial: str, *, is_1904: bool) -> str:
    """Write a stored date as ISO 8601, such as ``2026-11-21`` or ``2026-11-21 14:30``.

    Args:
        serial: Days, as stored.
        is_1904: The workbook counts from 1904-01-01, as Excel for the Mac did;
            else so that 1 is 1900-01-01 (ECMA-376 part 1, 18.17.4.1).

    Returns:
        Only the time where it is less than a day, and the serial itself where
        it is no date.
    """
    seconds = round(float(serial) * SECONDS) if SERIAL.fullmatch(serial) else -1
    day = seconds // SECONDS
    if not 0 <= day < LAST_SERIAL - (DAYS_TO_1904 if is_1904 else 0):
        return serial
    if is_1904:
        epoch = datetime(1904, 1, 1, tzinfo=UTC)
    elif day == LEAP_DAY_THAT_NEVER_WAS:
        return serial
    else:
        epoch = datetime(1899, 12, 31 if day < LEAP_DAY_THAT_NEVER_WAS else 30, tzinfo=UTC)
    moment = epoch + timedelta(seconds=seconds)
    if not day:
        return f"{moment:%H:%M}"
    return (
        f"{moment:%Y-%m-%d %H:%M}" if moment.time() != moment.min.time() else f"{moment:%Y-%m-%d}"
    )
