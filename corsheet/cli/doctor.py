"""``corsheet doctor``: looks at everything that the service needs, and says what to do."""

import argparse
import contextlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from corsheet import __version__
from corsheet.cli.options import add_config, find_settings_file, is_file, load
from corsheet.cli.report import Commands, has_colour
from corsheet.doctor import Check, Status, ok, plural, trouble
from corsheet.findings import Finding
from corsheet.settings import Settings, SettingsError

EXIT_TROUBLE = 1

MOST_SECONDS = 3600
"""To wait: longer than any reading may take."""

COLOURS = {Status.OK: 32, Status.WARNING: 33, Status.TROUBLE: 31}
"""ANSI: green, yellow, red."""


def add_command(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "doctor",
        help="look at everything the service needs, and say what to do",
        description="Looks at everything that the service needs, and says what to do about what"
        " is wrong; also while the service runs. Changes nothing: one small file is written into"
        " the workbook's folder and deleted. Ends with 0 where all is well or there are only"
        " warnings, 1 where there is trouble.",
    )
    parser.add_argument(
        "workbook", metavar="WORKBOOK", nargs="?", help="in place of the one in the settings"
    )
    add_config(parser)
    parser.add_argument(
        "--seconds",
        type=_seconds,
        metavar="N",
        default=3.5,
        help="to wait for everything together (default: 3.5); a large workbook takes longer",
    )
    parser.add_argument("--json", action="store_true", help="print the checks for a program")
    parser.set_defaults(run=run)


def _seconds(text: str) -> float:
    """Read how long to wait.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    with contextlib.suppress(ValueError):
        if 0 < float(text) <= MOST_SECONDS:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number above 0 and up to {MOST_SECONDS}")


def run(options: argparse.Namespace) -> int:
    """Examine."""
    # late: help needs none of what they look at
    from corsheet.doctor.examine import (  # noqa: PLC0415
        examine,
        examine_program,
        examine_workbook,
    )

    checks = list(examine_program())
    file = find_settings_file(options.config, options.workbook)
    overrides = {} if options.workbook is None else {"workbook": options.workbook}
    try:
        settings = load(options.config, overrides)
    except SettingsError as error:
        checks += _mistakes(error)
        workbook = _likely_workbook(file, options.workbook)
        checks += examine_workbook(Settings(workbook=workbook), options.seconds) if workbook else []
    else:
        checks.append(ok("settings", f"{file.absolute() if file else 'no file'}: in order"))
        checks += examine(settings, file, options.seconds)
    worst = _worst(checks)
    if options.json:
        print(json.dumps(as_json(checks, worst), indent=2))
    else:
        _print(checks, sys.stdout)
    return EXIT_TROUBLE if worst is Status.TROUBLE else 0


def _mistakes(error: SettingsError) -> list[Check]:
    """Tell what is wrong with the settings, and where each mistake came from."""
    return [
        trouble("settings", _told(source, finding), finding.problem.hint)
        for source, findings in error.by_source().items()
        for finding in findings
    ]


def _told(source: str, finding: Finding) -> str:
    place = ": ".join(part for part in (source, finding.key) if part)
    return f"{place}: {finding.problem.code.id} {finding.problem.message}"


def _likely_workbook(file: Path | None, named: str | None) -> Path | None:
    """Give the workbook that is meant where the settings cannot be used; None: nobody knows."""
    if named is not None:
        return Path(named)
    usual = (file.parent if file is not None else Path()) / "orders.xlsx"
    return usual if is_file(usual) else None


def _worst(checks: Sequence[Check]) -> Status:
    return max((check.status for check in checks), key=list(Status).index)


def as_json(checks: Sequence[Check], worst: Status) -> dict[str, Any]:
    """Give the form that docs/doctor.md promises to programs."""
    return {
        "version": __version__,
        "status": worst.value,
        "checks": [
            {"name": c.name, "status": c.status.value, "seen": c.seen, "cure": c.cure}
            for c in checks
        ],
    }


def _print(checks: Sequence[Check], stream: TextIO) -> None:
    """Tell the checks to a person: a line each, with the cure below."""
    colour = has_colour(stream)
    for check in checks:
        status = f"{check.status:8}"
        if colour:
            status = f"\033[{COLOURS[check.status]};1m{status}\033[0m"
        print(f"{status} {check.name}: {check.seen}", file=stream)
        if check.cure:
            print(f"         {check.cure}", file=stream)
    counts = [sum(check.status is status for check in checks) for status in Status]
    warnings, troubles = plural(counts[1], "warning"), plural(counts[2], "trouble")
    print(f"{plural(len(checks), 'check')}: {warnings}, {troubles}", file=stream)
