"""The workbook: read as the service reads it, by the same child process."""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corsheet.catalog import Store
from corsheet.doctor import Check, ok, plural, trouble, warning
from corsheet.findings import Code
from corsheet.reload.child import Failed, Job, Outcome, Refused, Written
from corsheet.reload.source import TooLargeError, UnstableError, read_whole
from corsheet.service import make_compiler
from corsheet.settings import Settings
from corsheet.snapshot.read import Snapshot

CODES = {code.id: code for code in Code}

SHOWN = 3
"""Kinds of mistakes that are told."""


@dataclass(frozen=True, slots=True)
class TookLong:
    """The reading was ended, since it took too long for this command."""


def read(settings: Settings, store: Store, seconds: float) -> Outcome | TookLong:
    """Read the workbook into a snapshot of a store, and publish it there.

    Args:
        settings: Which workbook, and how.
        store: Not the service's.
        seconds: To wait.

    Raises:
        UnstableError: It is being saved at this moment.
        TooLargeError: It has too many bytes.
        OSError: It cannot be read, or the store's disk is full.
    """
    data, found = read_whole(settings.workbook, settings.limits.workbook_bytes)
    compiler = make_compiler(settings)
    ended = threading.Event()

    def end() -> None:
        ended.set()
        compiler.stop()

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        target = store.partial("sample")
        outcome = compiler.run(Job(data, settings.workbook.name, found.st_mtime, target))
    finally:
        timer.cancel()
        timer.join()
    if isinstance(outcome, Written):
        store.publish(target)
    elif ended.is_set():
        return TookLong()
    return outcome


def check_workbook(settings: Settings, store: Store, seconds: float) -> Iterator[Check]:
    """Tell whether the workbook is there and what is wrong with it; see ``read``."""
    workbook = settings.workbook
    try:
        yield _told(workbook, read(settings, store, seconds), store)
    except FileNotFoundError:
        yield trouble("workbook", f"{workbook} is not there", _missing_cure(workbook))
    except IsADirectoryError:
        cure = "set workbook to the file in it"
        yield trouble("workbook", f"{workbook} is not a file", cure)
    except UnstableError:
        cure = "wait a moment, and ask the doctor again"
        yield warning("workbook", f"{workbook} is being saved", cure)
    except TooLargeError:
        seen = f"{workbook} is larger than limits.workbook_bytes"
        yield trouble("workbook", seen, Code.LIMIT.value.cure)
    except OSError as error:
        seen = f"{workbook} cannot be read: {error.strerror or type(error).__name__}"
        yield trouble("workbook", seen, Code.FILE_UNREADABLE.value.cure)


def _missing_cure(workbook: Path) -> str:
    """Say where the workbook may be."""
    cure = "put it there, or set workbook in corsheet.toml to where it is"
    if not workbook.parent.is_dir():
        return f"{cure}; its folder is not there either: is a share or a drive away?"
    beside = sorted(path.name for path in workbook.parent.glob("*.xls[xm]"))
    beside = [name for name in beside if not name.startswith("~$")]
    return f"{cure}; beside it is {', '.join(beside[:SHOWN])}" if beside else cure


def _told(workbook: Path, outcome: Outcome | TookLong, store: Store) -> Check:
    check = f"`corsheet check {workbook}` tells each cell and its cure"
    match outcome:
        case Written():
            return _served(workbook, outcome, store, check)
        case Refused(reason):
            code = next(
                (CODES[id_] for id_ in re.findall("CS[0-9]{3}", reason) if id_ in CODES), None
            )
            if code is None:
                return trouble("workbook", f"{workbook} is refused", check)
            seen = f"{workbook} is refused: {code.id} {code.value.title}"
            return trouble("workbook", seen, f"{code.value.cure}; {check}")
        case Failed(reason, is_crash=False):
            return trouble("workbook", f"{workbook} could not be read: {reason}", "make room")
        case Failed(reason):
            # what it said last may hold a cell: only how it ended is told
            seen = f"{workbook} is not read: {reason.partition(':')[0]}"
            return trouble("workbook", seen, f"{check}; if that does not end well either, tell us")
    seen = f"reading {workbook} takes long, and was not waited for"
    return warning("workbook", seen, check)


def _served(workbook: Path, written: Written, store: Store, check: str) -> Check:
    served = plural(written.orders_served, "order")
    seen = f"{workbook}: {served} served, {written.orders_withheld} withheld"
    kinds = _kinds(store)
    if not kinds:
        return ok("workbook", seen)
    told = ", ".join(
        f"{count} x {CODES[code].id} {CODES[code].value.title}" for code, count in kinds[:SHOWN]
    )
    more = f" and {plural(len(kinds) - SHOWN, 'other kind')}" if kinds[SHOWN:] else ""
    return warning("workbook", f"{seen}; {told}{more}", check)


def _kinds(store: Store) -> list[tuple[str, int]]:
    """Count the findings in the published snapshot by their codes, errors first."""
    path = store.current()
    if path is None:
        return []
    snapshot = Snapshot(path)
    try:
        counts = Counter(str(finding["code"]) for finding in snapshot.findings())
    finally:
        snapshot.close()
    return sorted(
        counts.items(), key=lambda kind: (CODES[kind[0]].severity.value, -kind[1], kind[0])
    )
