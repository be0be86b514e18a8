"""The command line as a whole."""

import os
import subprocess
import sys

import pytest

from corsheet import __version__
from corsheet.cli import COMMANDS, main
from tests.cli.books import ROOT, corsheet

Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize("arguments", [[], ["frobnicate"], ["--nothing"], ["Check", "x"], [""]])
def test_wrong_use_is_told_with_the_usage(capsys: Captured, arguments: list[str]) -> None:
    """Exit 2, on standard error."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    out, errors = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert errors.startswith("usage: corsheet")


def test_help_names_every_command(capsys: Captured) -> None:
    """Each stands in a line of its own."""
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    lines = capsys.readouterr().out.splitlines()
    assert ended.value.code == 0
    assert COMMANDS.keys() <= {words[0] for line in lines if (words := line.split())}


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(capsys: Captured, command: str) -> None:
    """Whoever asks is told how it is used."""
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])

    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: corsheet {command}")


def test_as_a_process_it_says_its_version_and_passes_its_status_on() -> None:
    """``python -m corsheet`` is the command line."""
    asked, missing = corsheet("--version"), corsheet("check", "/nothing/orders.xlsx")

    assert (asked.returncode, asked.stdout) == (0, f"corsheet {__version__}\n".encode())
    assert (missing.returncode, missing.stderr) == (2, b"")


@pytest.mark.parametrize(
    ("command", "unwanted"),
    [
        ("serve", {"openpyxl", "xlsxwriter"}),
        ("compile", {"bottle", "waitress", "watchdog", "filelock", "xlsxwriter"}),
        ("check", {"bottle", "waitress", "watchdog", "filelock", "xlsxwriter", "requests"}),
        ("hash-password", {"bottle", "waitress", "watchdog", "openpyxl", "sqlite3"}),
    ],
)
def test_a_command_imports_only_what_it_needs(command: str, unwanted: set[str]) -> None:
    """The service answers without waiting for the reader's library, and the other way round."""
    program = (
        "import sys; from corsheet.cli import make_parser; "
        f"make_parser([{command!r}]); print(*sys.modules)"
    )

    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=ROOT,
        # measuring coverage imports libraries of its own
        env={k: v for k, v in os.environ.items() if not k.startswith("COVERAGE_")},
    )

    loaded = set(run.stdout.split())
    assert "corsheet.cli" in loaded
    assert loaded & unwanted == set()
