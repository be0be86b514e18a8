"""``corsheet check``: all findings of a workbook."""

import argparse
import hashlib
import json
import sys
from pathlib import Path

from corsheet.cli.report import Commands, business_unit, print_findings
from corsheet.findings import Code, Problem
from corsheet.model import EVERY_UNIT
from corsheet.workbook.reading import Reading, read_workbook, refusal

EXIT_ERRORS = 1
EXIT_UNREADABLE = 2


def add_command(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "check",
        help="tell every mistake in a workbook, with its cell and its cure",
        description="Tells every mistake in a workbook, with its cell and its cure. Ends with 0"
        " where there are none or only warnings, 1 where there are errors, 2 where the workbook"
        " cannot be read.",
    )
    parser.add_argument("workbook", metavar="WORKBOOK", type=Path)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--business-unit",
        metavar="ID",
        type=business_unit,
        default=EVERY_UNIT,
        help="of orders whose row names none (default: every one)",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Check."""
    path: Path = options.workbook
    name = path.name or str(path)
    sha256 = None
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        reading = refusal(Problem(Code.FILE_MISSING, "the workbook is not there"))
    except OSError as error:
        reading = refusal(Problem(Code.FILE_UNREADABLE, str(error.strerror or error)))
    else:
        sha256 = hashlib.sha256(data).hexdigest()
        reading = read_workbook(data, business_unit=options.business_unit)
    if options.format == "json":
        print(json.dumps(reading.as_json(name, sha256), indent=2))
    else:
        _print_text(name, reading)
    if reading.refused:
        return EXIT_UNREADABLE
    return EXIT_ERRORS if reading.has_errors else 0


def _print_text(name: str, reading: Reading) -> None:
    if reading.findings:
        print_findings(reading.findings, name, sys.stdout)
        print()
    errors = sum(finding.is_error for finding in reading.findings)
    warnings = len(reading.findings) - errors
    told = f"{_count(errors, 'error')}, {_count(warnings, 'warning')}"
    if reading.refused:
        print(f"{name}: refused as a whole; {told}")
        return
    served = _count(len(reading.orders), "order")
    print(f"{name}: {served} served, {len(reading.withheld)} withheld; {told}")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
