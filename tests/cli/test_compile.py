"""``corsheet compile``: a workbook to a snapshot file. A process each time: it limits itself."""

import hashlib
import json
import os
import subprocess
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest

from corsheet.model import BusinessUnitId, CustomerOrderId
from corsheet.snapshot import enactor
from corsheet.snapshot.read import Snapshot
from corsheet.wire.enactor import EnactorOptions
from tests.cli.books import ROOT, bad_book, corsheet, good_book, refused_book

LITTLE_DISK = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
runpy.run_module("corsheet", run_name="__main__", alter_sys=True)
"""
"""Stands for a full disk: no file may grow beyond 8 KiB."""


def finds(path: Path, order: str, unit: str = "0001") -> bool:
    """Tell whether a snapshot answers with an order."""
    with closing(Snapshot(path)) as snapshot:
        answer = snapshot.find(BusinessUnitId(unit), CustomerOrderId(order))
    return answer is not None and not answer.is_withheld


def test_a_workbook_becomes_a_snapshot(tmp_path: Path) -> None:
    """Exit 0; the snapshot says where it comes from."""
    path, target = good_book(tmp_path / "orders.xlsx"), tmp_path / "s"
    os.utime(path, (1_700_000_000, 1_700_000_000))

    run = corsheet("compile", path, target)

    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
    with closing(Snapshot(target)) as snapshot:
        assert snapshot.source.workbook == "orders.xlsx"
        assert snapshot.source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        assert snapshot.source.saved_at == 1_700_000_000
        assert snapshot.orders_served == 2
    assert finds(target, "1")


def test_a_job_may_come_by_standard_input(tmp_path: Path) -> None:
    """As the service does it: target, name and time in a line, and a report as JSON."""
    data = bad_book(tmp_path / "orders.xlsx").read_bytes()
    target = tmp_path / "s"
    job = {"snapshot": str(target), "name": "Björks.xlsx", "saved_at": 1_700_000_000.25}

    run = corsheet(
        *("compile", "-", "-", "--format", "json", "--business-unit", "0007"),
        *("--limit", "rows=3", "--limit", "seconds=9"),
        data=json.dumps(job).encode() + b"\n" + data,
    )

    assert (run.returncode, run.stderr) == (0, b"")
    report = json.loads(run.stdout)
    assert report["workbook"] == "Björks.xlsx"
    assert report["sha256"] == hashlib.sha256(data).hexdigest()
    assert report["orders"] == {"served": 1, "withheld": 1}
    with closing(Snapshot(target)) as snapshot:
        assert snapshot.source.saved_at == 1_700_000_000.25
        assert snapshot.findings() == report["findings"]
    assert finds(target, "112", "0007")
    assert not finds(target, "112", "0001")
    assert not finds(target, "111", "0007")


def test_without_a_job_nothing_is_done(tmp_path: Path) -> None:
    """A process that waits ends by itself when the service that started it was killed."""
    run = corsheet("compile", "-", "-", cwd=tmp_path)

    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "line", [b"PK\x03\x04", b"{}\n", b"[]\n", b'{"name": "n", "snapshot": 1, "saved_at": 0}\n']
)
def test_a_first_line_that_is_no_job_is_refused(line: bytes) -> None:
    """Somebody may have meant to pipe a workbook in."""
    run = corsheet("compile", "-", "-", data=line)

    assert run.returncode == 2
    assert run.stdout == b""
    assert run.stderr.decode().splitlines() == [
        "corsheet: the first line of standard input tells no job",
        "    name a workbook and the file to write",
    ]


@pytest.mark.parametrize("paths", [("-", "s"), ("orders.xlsx", "-")])
def test_one_minus_alone_is_wrong_use(tmp_path: Path, paths: tuple[str, str]) -> None:
    """It would be taken for a file's name, or for standard output."""
    good_book(tmp_path / "orders.xlsx")

    run = corsheet("compile", *paths, cwd=tmp_path)

    assert (run.returncode, run.stdout) == (2, b"")
    assert b"name both, or none" in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["orders.xlsx"]


def test_a_refused_workbook_makes_no_snapshot(tmp_path: Path) -> None:
    """Exit 2, with the findings; an older file at the target stays as it is."""
    target = tmp_path / "s"
    target.write_bytes(b"older")

    run = corsheet("compile", refused_book(tmp_path / "orders.xlsx"), target)

    assert run.returncode == 2
    assert b"error CS101: " in run.stdout
    assert target.read_bytes() == b"older"


def test_a_missing_workbook_makes_no_snapshot(tmp_path: Path) -> None:
    """Exit 2, in the same form."""
    run = corsheet("compile", tmp_path / "orders.xlsx", tmp_path / "s", "--format", "json")

    assert run.returncode == 2
    assert [f["code"] for f in json.loads(run.stdout)["findings"]] == ["CS001"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("limit", "setting"),
    [("rows=2", "limits.rows"), ("workbook_bytes=100", "limits.workbook_bytes")],
)
def test_a_workbook_beyond_a_limit_is_refused_by_its_name(
    tmp_path: Path, limit: str, setting: str
) -> None:
    """Exit 2 and CS007; the setting to raise is named."""
    path = good_book(tmp_path / "orders.xlsx")

    run = corsheet("compile", path, tmp_path / "s", "--limit", limit)

    assert run.returncode == 2
    assert b"error CS007: " in run.stdout
    assert setting.encode() in run.stdout
    assert not (tmp_path / "s").exists()


def test_a_workbook_that_needs_more_memory_than_allowed_is_refused(tmp_path: Path) -> None:
    """The child has the limit, so the till has the rest; the setting to raise is named."""
    path = good_book(tmp_path / "orders.xlsx", 2_000)

    run = corsheet("compile", path, tmp_path / "s", "--limit", f"memory_bytes={1 << 20}")

    assert run.returncode == 2
    assert b"error CS007: " in run.stdout
    assert b"limits.memory_bytes" in run.stdout


@pytest.mark.parametrize("limit", ["rows", "rows=-1", "nothing=1"])
def test_a_limit_that_is_none_is_wrong_use(tmp_path: Path, limit: str) -> None:
    """Exit 2 on standard error, as for every wrong use; nothing is written."""
    path = good_book(tmp_path / "orders.xlsx")

    run = corsheet("compile", path, tmp_path / "s", "--limit", limit)

    assert run.returncode == 2
    assert b"--limit" in run.stderr
    assert not (tmp_path / "s").exists()


def test_a_target_that_cannot_be_written_is_told_apart(tmp_path: Path) -> None:
    """Exit 4: the surroundings are at fault, not the workbook."""
    path = good_book(tmp_path / "orders.xlsx")

    for target in (tmp_path, tmp_path / "missing" / "s"):
        run = corsheet("compile", path, target)
        assert (run.returncode, run.stdout) == (4, b"")
        assert run.stderr.startswith(b"the snapshot cannot be written: ")
        assert run.stderr.count(b"\n") == 1


def test_a_full_disk_is_told_apart(tmp_path: Path) -> None:
    """Exit 4 and a line; the child does not claim what it could not keep."""
    path = good_book(tmp_path / "orders.xlsx", 300)

    run = subprocess.run(
        [sys.executable, "-c", LITTLE_DISK, "compile", str(path), str(tmp_path / "s")],
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
    )

    assert run.returncode == 4
    assert run.stderr.startswith(b"the snapshot cannot be written: ")


def test_a_file_that_is_no_snapshot_is_never_overwritten(tmp_path: Path) -> None:
    """Least of all the workbook itself, named twice by a slip."""
    workbook = good_book(tmp_path / "orders.xlsx")
    before = workbook.read_bytes()

    run = corsheet("compile", workbook, workbook)

    assert run.returncode == 2
    assert b"is no snapshot" in run.stderr
    assert workbook.read_bytes() == before
    assert corsheet("compile", workbook, tmp_path / "s").returncode == 0
    assert corsheet("compile", workbook, tmp_path / "s").returncode == 0


@pytest.mark.parametrize("exponent", [2, 0])
def test_the_options_of_enactor_come_by_the_command_line(tmp_path: Path, exponent: int) -> None:
    """As the service gives them; here they decide whether a price is too fine to be told."""
    path, target = good_book(tmp_path / "orders.xlsx"), tmp_path / "s"
    options = EnactorOptions(currency_exponent=exponent, currency="SEK")

    run = corsheet("compile", path, target, f"--enactor={json.dumps(asdict(options))}")

    assert run.returncode == 0
    with closing(Snapshot(target)) as snapshot:
        (found,) = enactor.find(snapshot, CustomerOrderId("1"))
        assert snapshot.enactor_options == options
    assert found.is_withheld == (exponent == 0)


@pytest.mark.parametrize(
    "text", ["", "2", "[]", '{"exponent":2}', '{"currency_exponent":"2"}', '{"statuses":[]}']
)
def test_options_that_are_none_are_misuse(tmp_path: Path, text: str) -> None:
    """Nothing is written with options that nobody meant."""
    target = tmp_path / "s"

    run = corsheet("compile", good_book(tmp_path / "orders.xlsx"), target, f"--enactor={text}")

    assert run.returncode == 2
    assert b"--enactor" in run.stderr
    assert not target.exists()
