"""``corsheet check``: all findings of a workbook."""

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path

from corsheet.cli.options import add_config, find_settings_file, print_settings_error
from corsheet.cli.report import Commands, business_unit, print_findings, unreadable
from corsheet.model import EVERY_UNIT, BusinessUnitId
from corsheet.settings import SettingsError, load_settings
from corsheet.workbook.limits import Limits
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
        help="of orders whose row names none (default: as the settings say)",
    )
    add_config(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Check."""
    path: Path = options.workbook
    name = path.name or str(path)
    sha256 = None
    unit, limits = _settings(options)
    try:
        data = path.read_bytes()
    except OSError as error:
        reading = refusal(unreadable(error))
    else:
        sha256 = hashlib.sha256(data).hexdigest()
        reading = read_workbook(data, business_unit=unit, limits=limits)
    if options.format == "json":
        print(json.dumps(reading.as_json(name, sha256), indent=2))
    else:
        _print_text(name, reading)
    if reading.refused:
        return EXIT_UNREADABLE
    return EXIT_ERRORS if reading.has_errors else 0


def _settings(options: argparse.Namespace) -> tuple[BusinessUnitId, Limits]:
    """Give what of the settings bears on a reading, so that check and serve agree.

    Settings with mistakes are told and not used.
    """
    unit, limits = EVERY_UNIT, Limits()
    file = find_settings_file(options.config, str(options.workbook))
    if file is not None:
        try:
            settings = load_settings(file, os.environ, {})
            unit, limits = settings.business_unit, settings.limits
        except SettingsError as error:
            print_settings_error(error)
            print("the settings are not used for this check\n", file=sys.stderr)
    return options.business_unit or unit, limits


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
