"""``corsheet check``: all findings of a workbook."""

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path

from corsheet.cli.options import add_config, find_settings_file, print_settings_error
from corsheet.cli.report import (
    Commands,
    add_language,
    business_unit,
    print_findings,
    unreadable,
)
from corsheet.findings import Group, Language, grouped, in_language, say
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
    add_language(parser, default=None)
    add_config(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Check."""
    path: Path = options.workbook
    name = path.name or str(path)
    sha256 = None
    unit, limits, language = _settings(options)
    try:
        data = path.read_bytes()
    except OSError as error:
        reading = refusal(unreadable(error))
    else:
        sha256 = hashlib.sha256(data).hexdigest()
        reading = read_workbook(data, business_unit=unit, limits=limits)
    if options.format == "json":
        print(json.dumps(reading.as_json(name, sha256, language), indent=2))
    else:
        _print_text(name, reading, language)
    if reading.refused:
        return EXIT_UNREADABLE
    return EXIT_ERRORS if reading.has_errors else 0


def _settings(options: argparse.Namespace) -> tuple[BusinessUnitId, Limits, Language]:
    """Give what of the settings bears on a reading, so that check and serve agree.

    Settings with mistakes are told and not used.
    """
    unit, limits, language = EVERY_UNIT, Limits(), Language.ENGLISH
    file = find_settings_file(options.config, str(options.workbook))
    if file is not None:
        try:
            settings = load_settings(file, os.environ, {})
            unit, limits, language = settings.business_unit, settings.limits, settings.language
        except SettingsError as error:
            print_settings_error(error)
            print("the settings are not used for this check\n", file=sys.stderr)
    return options.business_unit or unit, limits, options.language or language


def _print_text(name: str, reading: Reading, language: Language) -> None:
    """Tell the findings kind by kind, the gravest first; then the sum of it."""
    for group in grouped(reading.findings):
        print(_heading(group, language))
        print_findings(group.findings, name, sys.stdout, language)
        print()
    errors = sum(finding.is_error for finding in reading.findings)
    warnings = len(reading.findings) - errors
    told = say(
        "{errors}, {warnings}",
        errors=_count(errors, "{count} error", "{count} errors"),
        warnings=_count(warnings, "{count} warning", "{count} warnings"),
    )
    outcome = say("refused as a whole; {told}", told=told)
    if not reading.refused:
        outcome = say(
            "{served}, {withheld} withheld; {told}",
            served=_count(len(reading.orders), "{count} order served", "{count} orders served"),
            withheld=len(reading.withheld),
            told=told,
        )
    print(f"{name}: {in_language(outcome, language)}")


def _heading(group: Group, language: Language) -> str:
    """Name a kind, and how much it concerns."""
    parts = [_count(len(group.findings), "{count} finding", "{count} findings")]
    if group.orders:
        parts.append(_count(group.orders, "{count} order", "{count} orders"))
    told = ", ".join(in_language(part, language) for part in parts)
    return f"{group.code.id} {in_language(group.code.value.title, language)}: {told}"


def _count(number: int, one: str, many: str) -> str:
    return say(one if number == 1 else many, count=number)
