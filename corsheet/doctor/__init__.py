"""What ``corsheet doctor`` looks at: a module for each theme, a function for each check.

A check gives values and never raises for what is wrong around it. What it tells is
static text with counts, names of files and of servers: never a secret, and nothing that
stands in a cell of the workbook.
"""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How grave it is."""

    OK = "ok"
    WARNING = "warning"
    """The service works; something may not be meant, or will go wrong one day."""

    TROUBLE = "trouble"
    """The service does not start, or the till does not get what the workbook says."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: Stable, such as ``port``; several checks may have one name.
        status: How it is.
        seen: What was seen, in a sentence without an end.
        cure: What to do; empty where nothing needs to be done.
    """

    name: str
    status: Status
    seen: str
    cure: str = ""


def ok(name: str, seen: str) -> Check:
    """Tell that something is well."""
    return Check(name, Status.OK, seen)


def warning(name: str, seen: str, cure: str) -> Check:
    """Tell of something that the service works with."""
    return Check(name, Status.WARNING, seen, cure)


def trouble(name: str, seen: str, cure: str) -> Check:
    """Tell of something that the service does not work with."""
    return Check(name, Status.TROUBLE, seen, cure)


def plural(number: int, one: str, many: str = "") -> str:
    """Write a number with its word; ``many`` is the word with an s where it is empty."""
    return f"{number} {one if number == 1 else many or one + 's'}"
