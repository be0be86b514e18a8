"""``corsheet hash-password``: a password to its hash, and nothing else."""

import getpass
import io
import sys
from collections.abc import Iterable

import pytest

from corsheet.auth.basic import COST, parse_hash
from corsheet.cli import main
from tests.cli.books import corsheet

Captured = pytest.CaptureFixture[str]


def typed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Let standard input be a pipe with these bytes."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), "utf-8"))


@pytest.mark.parametrize(
    ("data", "password"),
    [
        (b"s3cret", "s3cret"),
        (" åäö:日本 \r\n".encode(), " åäö:日本 "),
        (b"first\nsecond\n", "first"),
    ],
)
def test_the_first_line_is_hashed_and_the_hash_printed_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured, data: bytes, password: str
) -> None:
    """A script can take the output as it is."""
    typed(monkeypatch, data)

    status = main(["hash-password"])

    out, errors = capsys.readouterr()
    assert (status, errors, out.count("\n")) == (0, "", 1)
    made = parse_hash(out.removesuffix("\n"))
    assert made.matches(password)
    assert (made.n, made.r, made.p) == COST


@pytest.mark.parametrize(("data", "word"), [(b"", "empty"), (b"\n", "empty"), (b"\xff\n", "UTF-8")])
def test_what_is_no_password_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured, data: bytes, word: str
) -> None:
    """Exit 2, nothing on standard output that could be pasted."""
    typed(monkeypatch, data)

    status = main(["hash-password"])

    out, errors = capsys.readouterr()
    assert (status, out) == (2, "")
    assert word in errors


class Terminal(io.StringIO):
    """A standard input at which somebody sits."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def sits(monkeypatch: pytest.MonkeyPatch, answers: Iterable[str]) -> None:
    """Let somebody sit at a terminal and type these, unseen; then Ctrl-C."""
    given = iter(answers)

    def ask(_: str) -> str:
        for answer in given:
            return answer
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(getpass, "getpass", ask)


@pytest.mark.parametrize(
    ("answers", "status", "start"),
    [(["x", "x"], 0, "scrypt:"), (["x", "y"], 2, ""), (["", ""], 2, ""), (["x"], 130, "")],
)
def test_at_a_terminal_a_password_is_asked_for_twice(
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
    answers: list[str],
    status: int,
    start: str,
) -> None:
    """A slip would lock the till out; Ctrl-C ends without a traceback."""
    sits(monkeypatch, answers)

    assert main(["hash-password"]) == status

    assert capsys.readouterr().out[:7] == start


def test_as_a_process_it_reads_a_pipe() -> None:
    """The real standard input, as a script uses it."""
    run = corsheet("hash-password", data="pass wörd\n".encode())

    assert (run.returncode, run.stderr) == (0, b"")
    assert parse_hash(run.stdout.decode("ascii").strip()).matches("pass wörd")
