"""``corsheet check``: all findings of a workbook."""

import argparse
import hashlib
import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from corsheet.cli.options import add_config, find_settings_file, print_settings_error
from corsheet.cli.report import (
    Commands,
    add_language,
    business_unit,
    print_findings,
    unreadable,
)
from corsheet.findings import Finding, Group, Language, grouped, in_language, say
from corsheet.model import EVERY_UNIT, BusinessUnitId
from corsheet.settings import SettingsError, load_settings
from corsheet.workbook.annotate import AnnotateError, annotate
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
        "--annotate",
        metavar="COPY",
        type=Path,
        help="write a copy of the workbook with the cells coloured and commented, and a list of"
        " the findings in front; the workbook itself is never written",
    )
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
    data = b""
    if options.annotate is not None and (reason := _not_a_copy(path, options.annotate)):
        print(f"corsheet: {reason}", file=sys.stderr)
        return EXIT_UNREADABLE
    unit, limits, language, exponent = _settings(options)
    try:
        data = path.read_bytes()
    except OSError as error:
        reading = refusal(unreadable(error))
    else:
        sha256 = hashlib.sha256(data).hexdigest()
        reading = read_workbook(data, business_unit=unit, limits=limits, currency_exponent=exponent)
    if options.format == "json":
        print(json.dumps(reading.as_json(name, sha256, language), indent=2))
    else:
        _print_text(name, reading, language)
    if options.annotate is not None and not _write_copy(
        options.annotate, data, reading.findings, language=language, limits=limits
    ):
        return EXIT_UNREADABLE
    if reading.refused:
        return EXIT_UNREADABLE
    return EXIT_ERRORS if reading.has_errors else 0


def _not_a_copy(workbook: Path, copy: Path) -> str:
    """Say why a file cannot be the copy of a workbook; empty: it can."""
    if copy.exists() and workbook.exists() and copy.samefile(workbook):
        return f"{copy} is the workbook itself; name another file for the copy"
    if copy.exists() and not _is_copy(copy):
        return f"{copy} is there already and is no copy of ours; name another file"
    if copy.suffix.lower() != workbook.suffix.lower():
        # a workbook with macros under a name without them does not open
        return f"the copy must end in {workbook.suffix}, as the workbook does"
    return ""


def _is_copy(path: Path) -> bool:
    """Tell whether a file is an annotated copy, which may be written over."""
    try:
        with zipfile.ZipFile(path) as archive:
            return b'name="corsheet' in archive.read("xl/workbook.xml")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False


def _write_copy(
    copy: Path,
    data: bytes,
    findings: Sequence[Finding],
    *,
    language: Language,
    limits: Limits,
) -> bool:
    """Write the annotated copy, whole or not at all; tell on standard error how it went."""
    unfinished: Path | None = None
    try:
        marked = annotate(data, findings, language=language, limits=limits)
        handle, name = tempfile.mkstemp(dir=copy.parent, prefix=".", suffix=".tmp")
        unfinished = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(marked)
        unfinished.replace(copy)
    except AnnotateError as error:
        reason = in_language(error.args[0], language)
        print(f"corsheet: no copy is written: {reason}", file=sys.stderr)
    except MemoryError:
        print("corsheet: no copy is written: it takes too much memory", file=sys.stderr)
    except OSError as error:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)
        print(f"corsheet: the copy cannot be written: {error.strerror}", file=sys.stderr)
        print(
            "    name a file in a folder that is there and that no program holds open",
            file=sys.stderr,
        )
    else:
        print(f"corsheet: {copy} shows the findings", file=sys.stderr)
        return True
    return False


def _settings(options: argparse.Namespace) -> tuple[BusinessUnitId, Limits, Language, int]:
    """Give what of the settings bears on a reading, so that check and serve agree.

    Settings with mistakes are told and not used.
    """
    unit, limits, language, exponent = EVERY_UNIT, Limits(), Language.ENGLISH, 2
    file = find_settings_file(options.config, str(options.workbook))
    if file is not None:
        try:
            settings = load_settings(file, os.environ, {})
            unit, limits, language = settings.business_unit, settings.limits, settings.language
            exponent = settings.enactor.currency_exponent
        except SettingsError as error:
            print_settings_error(error)
            print("the settings are not used for this check\n", file=sys.stderr)
    return options.business_unit or unit, limits, options.language or language, exponent


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
    print(f"{name}: {in_language(_outcome(reading, told), language)}")


def _outcome(reading: Reading, told: str) -> str:
    """Say how many orders are served and withheld, and how many faults there are."""
    if reading.refused:
        return say("refused as a whole; {told}", told=told)
    orders = len(reading.orders)
    served = _count(orders, "{count} order served", "{count} orders served")
    enactors = orders if reading.enactor_refused else len(reading.enactor_withheld)
    if enactors:
        return say(
            "{served}, {withheld} withheld, {enactors} withheld from Enactor only; {told}",
            served=served,
            withheld=len(reading.withheld),
            enactors=enactors,
            told=told,
        )
    return say(
        "{served}, {withheld} withheld; {told}",
        served=served,
        withheld=len(reading.withheld),
        told=told,
    )


def _heading(group: Group, language: Language) -> str:
    """Name a kind, and how much it concerns."""
    parts = [_count(len(group.findings), "{count} finding", "{count} findings")]
    if group.orders:
        parts.append(_count(group.orders, "{count} order", "{count} orders"))
    told = ", ".join(in_language(part, language) for part in parts)
    return f"{group.code.id} {in_language(group.code.value.title, language)}: {told}"


def _count(number: int, one: str, many: str) -> str:
    return say(one if number == 1 else many, count=number)
