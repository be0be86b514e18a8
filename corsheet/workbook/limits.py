"""How large a workbook may be, and why."""

from dataclasses import dataclass

MIB = 1024 * 1024
GIB = 1024 * MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of one reading; each is a setting under ``[limits]``.

    Attributes:
        workbook_bytes: Of the file. 64 MiB is some million rows.
        unpacked_bytes: Of all parts together, counted while inflating, since a
            zip may lie about it: a few kilobytes can unpack to gigabytes.
        ratio: How many times its packed size a part may unpack to, beyond 10 MiB. Excel's sheets
            unpack to 5 to 50 times theirs, a bomb to a thousand.
        entries: Parts in the zip. Excel writes a few dozen.
        rows: Of a sheet, Excel's own limit.
        columns: Of a sheet. Excel allows 16,384; orders need ten.
        memory_bytes: Of the reading process, so that the till never waits for
            memory. 0: none.
        seconds: For one reading; a stuck one is ended.
    """

    workbook_bytes: int = 64 * MIB
    unpacked_bytes: int = GIB
    ratio: int = 200
    entries: int = 2000
    rows: int = 1_048_576
    columns: int = 256
    memory_bytes: int = 3 * GIB // 2
    seconds: int = 120
