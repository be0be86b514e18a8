"""How findings are shown; for every command that tells some."""

import os
import sys
from collections.abc import Sequence
from typing import Any, TextIO

from corsheet.findings import Code, Finding, Language, Problem, render
from corsheet.model import EVERY_UNIT, BusinessUnitId, normalise_id

EXIT_MISUSE = 2
"""Of every command: it was used wrongly, and has done nothing."""

Commands = Any
"""Where a command adds its parser; argparse's own type is private."""


def add_language(parser: Any, default: Language | None = Language.ENGLISH) -> None:
    """Add ``--lang``."""
    parser.add_argument(
        "--lang",
        dest="language",
        type=Language,
        choices=tuple(Language),
        default=default,
        help="tell the findings in English (en) or Swedish (sv)",
    )


def business_unit(text: str) -> BusinessUnitId:
    """Read the business unit of orders that name none."""
    return BusinessUnitId(normalise_id(text)) or EVERY_UNIT


def unreadable(error: OSError) -> Problem:
    """Say why a workbook's file cannot be read."""
    match error:
        case FileNotFoundError():
            return Problem(Code.FILE_MISSING, "the workbook is not there")
        case IsADirectoryError():
            return Problem(Code.FILE_UNREADABLE, "it is a folder", "name the workbook in it")
        case _:
            return Problem(Code.FILE_UNREADABLE, str(error.strerror or error))


def print_findings(
    findings: Sequence[Finding],
    source: str,
    stream: TextIO,
    language: Language = Language.ENGLISH,
) -> None:
    """Tell findings for a person; nothing where there are none."""
    if findings:
        colour = has_colour(stream)
        print(render(findings, source, colour=colour, language=language), file=stream)


def has_colour(stream: TextIO) -> bool:
    """Tell whether to colour what goes there (https://no-color.org)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty():
        return False
    if sys.platform == "win32":
        os.system("")  # noqa: S605, S607 - makes the console understand colours
    return True
