"""The clock: against the workbook's, and against the authorization server's."""

import http.client
import ssl
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from corsheet.doctor import Check, ok, trouble

EARLIEST = 1_767_225_600.0
"""2026-01-01, before this program was made: a clock that says less has lost its battery."""

MOST_AHEAD_SECONDS = 120.0
"""For which a save may be ahead of us: a file server's clock is its own."""

MOST_OFF_SECONDS = 60.0
"""From the authorization server's clock: tokens are good from and until moments of that."""

DATE_SECONDS = 2.0
"""For that server to tell its time."""

CURE = "let the system set the clock by itself (Windows: Settings, Time; Linux: timedatectl)"


def check_clock(now: float, workbook: Path, told: Mapping[str, float]) -> Iterator[Check]:
    """Compare clocks.

    Args:
        now: Ours, in seconds since 1970.
        workbook: Its file.
        told: What servers said at the same moment, likewise, by their names.
    """
    try:
        saved = workbook.stat().st_mtime
    except OSError:
        saved = now
    wrong = [
        f"the clock differs by {abs(said - now):,.0f} s from that of {host}"
        for host, said in told.items()
        if abs(said - now) > MOST_OFF_SECONDS
    ]
    if now < EARLIEST:
        wrong.append("the clock is years behind")
    elif saved - now > MOST_AHEAD_SECONDS:
        wrong.append(f"the workbook was saved {saved - now:,.0f} s from now, says its file")
    if wrong:
        yield from (trouble("clock", seen, CURE) for seen in wrong)
    else:
        by = ", ".join(["the workbook", *told])
        yield ok("clock", f"agrees with {by}")


def date_of(url: str, ca_file: str = "") -> float | None:
    """Ask a server what time it is (RFC 9110, section 6.6.1); None: it does not say."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    connection = http.client.HTTPConnection(host, parts.port, timeout=DATE_SECONDS)
    try:
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=ca_file or None)
            connection = http.client.HTTPSConnection(
                host, parts.port, timeout=DATE_SECONDS, context=context
            )
        connection.request("HEAD", parts.path or "/")
        date = connection.getresponse().getheader("Date", "")
        return parsedate_to_datetime(date).timestamp()
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
