"""``corsheet compile``: a workbook to a snapshot file. What ``serve`` runs in its child process."""

import argparse
import contextlib
import gc
import hashlib
import json
import signal
import sqlite3
import sys
import time
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import NamedTuple

from corsheet.cli.memory import limit_memory
from corsheet.cli.report import (
    Commands,
    add_language,
    business_unit,
    print_findings,
    unreadable,
)
from corsheet.findings import Language
from corsheet.model import EVERY_UNIT
from corsheet.reload.exits import (
    EXIT_NOT_WRITTEN,
    EXIT_REFUSED,
    EXIT_WRITTEN,
    GRACE_SECONDS,
)
from corsheet.snapshot.schema import Source
from corsheet.snapshot.write import write_snapshot
from corsheet.wire.enactor import EnactorOptions
from corsheet.workbook.limits import Limits
from corsheet.workbook.reading import OUT_OF_MEMORY, Reading, read_workbook, refusal

STDIN = "-"
"""In place of the workbook and of the file to write: both come by standard input."""

SQLITE_MAGIC = b"SQLite format 3\0"
"""How every SQLite file begins (https://www.sqlite.org/fileformat.html, 1.3.1)."""


def add_command(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "compile",
        help="write a workbook's orders to one snapshot file",
        description="Writes a workbook's orders, ready to be served, to one SQLite file. Ends"
        " with 0 where it is written, 2 where the workbook is refused as a whole, 4 where the"
        " file cannot be written. With - for both, as `serve` does it, standard input has a line"
        " of JSON with snapshot, name and saved_at, and then the workbook's bytes.",
    )
    parser.add_argument("workbook", metavar="WORKBOOK", help="the workbook")
    parser.add_argument("snapshot", metavar="SNAPSHOT", help="the file to write")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--business-unit",
        metavar="ID",
        type=business_unit,
        default=EVERY_UNIT,
        help="of orders that name none",
    )
    add_language(parser)
    parser.add_argument(
        "--limit",
        action="append",
        type=_limit,
        default=[],
        metavar="NAME=NUMBER",
        help="such as rows=1000",
    )
    parser.add_argument(
        "--enactor",
        type=_enactor,
        default=EnactorOptions(),
        metavar="JSON",
        help='how Enactor\'s orders are written, such as {"currency_exponent": 0}',
    )
    parser.add_argument(
        "--most-errors",
        type=int,
        metavar="N",
        help="with --format json: print the first N errors, and no warnings",
    )
    parser.set_defaults(run=run)


class _Job(NamedTuple):
    """What to read, and where to write what comes of it.

    Attributes:
        path: Of the workbook; None: its bytes are what is left on standard input.
        name: Of the workbook, for messages.
        saved_at: In seconds since 1970; None: as the file says.
        snapshot: The file to write.
    """

    path: Path | None
    name: str
    saved_at: float | None
    snapshot: Path


def run(options: argparse.Namespace) -> int:
    """Compile."""
    if (options.workbook == STDIN) != (options.snapshot == STDIN):
        print("corsheet: - stands for both the workbook and the file to write", file=sys.stderr)
        print("    name both, or none", file=sys.stderr)
        return EXIT_REFUSED
    if options.workbook == STDIN:
        line = sys.stdin.buffer.readline()
        if not line:  # whoever had a workbook for us has gone
            return EXIT_WRITTEN
        try:
            told = json.loads(line)
            job = _Job(None, str(told["name"]), float(told["saved_at"]), Path(told["snapshot"]))
        except (ValueError, KeyError, TypeError, OverflowError):
            print("corsheet: the first line of standard input tells no job", file=sys.stderr)
            print("    name a workbook and the file to write", file=sys.stderr)
            return EXIT_REFUSED
    else:
        path = Path(options.workbook)
        job = _Job(path, path.name, None, Path(options.snapshot))
    limits = Limits(**dict(options.limit))
    _limit_process(limits)
    gc.disable()  # one short life that makes millions of values and no cycles
    with contextlib.suppress(MemoryError):
        return _compile(job, options, limits)
    # here what was read is gone, so there is memory to say so
    _report(job, options, "", refusal(OUT_OF_MEMORY))
    return EXIT_REFUSED


def _may_write(target: Path) -> bool:
    """Tell whether nothing is lost: the file is not there, is empty, or is a snapshot."""
    try:
        with target.open("rb") as file:
            start = file.read(len(SQLITE_MAGIC))
    except FileNotFoundError:
        return True
    except OSError:
        return True  # it cannot be written either, and that is told then
    return start in {b"", SQLITE_MAGIC}


def _compile(job: _Job, options: argparse.Namespace, limits: Limits) -> int:
    saved_at = job.saved_at
    data = b""
    try:
        if job.path is None:
            data = sys.stdin.buffer.read()
        else:
            saved_at = job.path.stat().st_mtime
            data = job.path.read_bytes()
        reading = read_workbook(
            data,
            business_unit=options.business_unit,
            limits=limits,
            currency_exponent=options.enactor.currency_exponent,
        )
    except OSError as error:
        reading = refusal(unreadable(error))
    sha256 = hashlib.sha256(data).hexdigest()
    if not reading.refused:
        if not _may_write(job.snapshot):
            print(f"corsheet: {job.snapshot} is there and is no snapshot", file=sys.stderr)
            print("    name a file that is not there yet", file=sys.stderr)
            return EXIT_REFUSED
        now = time.time()
        source = Source(
            workbook=job.name,
            sha256=sha256,
            saved_at=min(max(saved_at or 0.0, 0.0), now),  # a clock may be wrong
            read_at=now,
        )
        try:
            write_snapshot(job.snapshot, reading, source, options.language, options.enactor)
        except (OSError, sqlite3.Error) as error:
            print(f"the snapshot cannot be written: {error}", file=sys.stderr)
            return EXIT_NOT_WRITTEN
    _report(job, options, sha256, reading)
    return EXIT_REFUSED if reading.refused else EXIT_WRITTEN


def _report(job: _Job, options: argparse.Namespace, sha256: str, reading: Reading) -> None:
    if options.format == "json":
        told = _as_json(job.name, sha256, reading, options.most_errors, options.language)
        print(json.dumps(told, indent=2))
    else:
        print_findings(reading.findings, job.name, sys.stdout, options.language)


def _as_json(
    name: str, sha256: str, reading: Reading, most_errors: int | None, language: Language
) -> dict[str, object]:
    """Give the report of ``check``, with the number of errors, and only the first of them."""
    errors = [finding for finding in reading.findings if finding.is_error]
    if most_errors is not None:
        reading = replace(reading, findings=tuple(errors[:most_errors]))
    return {**reading.as_json(name, sha256, language), "errors": len(errors)}


def _limit(text: str) -> tuple[str, int]:
    """Read one ``--limit``.

    Raises:
        ValueError: It is not NAME=NUMBER; argparse tells it.
    """
    name, _, number = text.partition("=")
    if name not in {field.name for field in fields(Limits)} or not number.isdecimal():
        raise ValueError(text)
    return name, int(number)


def _enactor(text: str) -> EnactorOptions:
    """Read ``--enactor``: members that are not there are as without settings.

    Raises:
        ValueError: It is no object with the members of ``EnactorOptions``; argparse tells it.
    """
    given = json.loads(text)
    usual = asdict(EnactorOptions())
    if not isinstance(given, dict) or not given.keys() <= usual.keys():
        raise ValueError(text)
    if any(type(value) is not type(usual[name]) for name, value in given.items()):
        raise ValueError(text)
    return EnactorOptions(**given)


def _limit_process(limits: Limits) -> None:
    """Bind this process: whoever started it may be gone. Without a limit is better than not."""
    if limits.memory_bytes:
        try:
            limit_memory(limits.memory_bytes)
        except OSError as error:
            print(f"corsheet: memory is not limited: {error}", file=sys.stderr)
    if sys.platform != "win32":
        signal.alarm(limits.seconds + GRACE_SECONDS)
