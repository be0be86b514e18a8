"""``corsheet check``: all findings, for a person or a program."""

import hashlib
import io
import json
import re
import sys
from pathlib import Path

import pytest

from corsheet.cli import main
from tests.cli.books import ITEMS, ORDERS, bad_book, book, corsheet, good_book, refused_book

Captured = pytest.CaptureFixture[str]


def test_a_workbook_in_order_is_said_to_be_so(tmp_path: Path, capsys: Captured) -> None:
    """One line, exit 0."""
    status = main(["check", str(good_book(tmp_path / "orders.xlsx"))])

    assert status == 0
    assert capsys.readouterr().out == (
        "orders.xlsx: 2 orders served, 0 withheld; 0 errors, 0 warnings\n"
    )


def test_every_finding_is_told_with_its_cell_and_its_cure(tmp_path: Path, capsys: Captured) -> None:
    """The form of the design, section 5: what and where, then what to do."""
    status = main(["check", str(bad_book(tmp_path / "orders.xlsx"))])

    assert status == 1
    assert capsys.readouterr().out == (
        "CS203 A cell does not hold a number: 1 finding, 1 order\n"
        "orders.xlsx: Items!C2: error CS203: 'two' is not a number\n"
        "    write the quantity with digits, such as 2\n"
        "\n"
        "CS302 A status the till may not know: 1 finding, 1 order\n"
        "orders.xlsx: Orders!C3: warning CS302: the till may not know 'CREATE'\n"
        "    did you mean CREATED?\n"
        "\n"
        "orders.xlsx: 1 order served, 1 withheld; 1 error, 1 warning\n"
    )


def test_only_warnings_are_no_failure(tmp_path: Path, capsys: Captured) -> None:
    """Exit 0: everything is served."""
    path = book(
        tmp_path / "orders.xlsx",
        Orders=[ORDERS, ["111", "10001", "CREATED"]],
        Items=[ITEMS],
    )

    status = main(["check", str(path)])

    out = capsys.readouterr().out
    assert status == 0
    assert "warning CS304" in out
    assert out.endswith("orders.xlsx: 1 order served, 0 withheld; 0 errors, 1 warning\n")


def test_a_refused_workbook_is_said_to_be_so(tmp_path: Path, capsys: Captured) -> None:
    """Exit 2; a sheet that is missing has no cell."""
    status = main(["check", str(refused_book(tmp_path / "orders.xlsx"))])

    out = capsys.readouterr().out
    assert status == 2
    assert "error CS101: " in out
    assert out.endswith("orders.xlsx: refused as a whole; 1 error, 0 warnings\n")


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "CS001"), (b"", "CS003"), (b"not a workbook", "CS013"), (b"PK\x03\x04cut", "CS006")],
)
def test_what_cannot_be_read_is_a_finding(
    tmp_path: Path, capsys: Captured, content: bytes | None, code: str
) -> None:
    """Missing, empty, another kind of file, damaged: exit 2 and never a traceback."""
    path = tmp_path / "orders.xlsx"
    if content is not None:
        path.write_bytes(content)

    status = main(["check", str(path)])

    out = capsys.readouterr().out
    assert status == 2
    assert out.startswith(f"{code} ")
    assert f": 1 finding\norders.xlsx: error {code}: " in out
    assert out.endswith("\n\norders.xlsx: refused as a whole; 1 error, 0 warnings\n")


@pytest.mark.parametrize("given", ["folder", "."])
def test_a_folder_is_not_a_workbook(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    """The line says which file it is about, whatever was given."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()

    assert main(["check", given]) == 2

    heading, line, *_ = capsys.readouterr().out.splitlines()
    assert heading.startswith("CS002 ")
    assert re.match(r"[^:]+: error CS002: ", line)


def test_the_report_for_programs_has_the_promised_form(tmp_path: Path, capsys: Captured) -> None:
    """The design, section 6: these keys, in this order, nothing else on standard output."""
    path = bad_book(tmp_path / "orders.xlsx")

    status = main(["check", str(path), "--format", "json"])

    assert status == 1
    out = capsys.readouterr().out
    report = json.loads(out)
    assert report == {
        "workbook": "orders.xlsx",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "orders": {"served": 1, "withheld": 1},
        "findings": [
            {
                "severity": "warning",
                "code": "CS302",
                "sheet": "Orders",
                "cell": "C3",
                "message": "the till may not know 'CREATE'",
                "hint": "did you mean CREATED?",
                "businessUnitId": "*",
                "customerOrderId": "112",
            },
            {
                "severity": "error",
                "code": "CS203",
                "sheet": "Items",
                "cell": "C2",
                "message": "'two' is not a number",
                "hint": "write the quantity with digits, such as 2",
                "businessUnitId": "*",
                "customerOrderId": "111",
            },
        ],
    }
    assert list(report) == ["workbook", "sha256", "orders", "findings"]
    assert list(report["findings"][0]) == [
        "severity",
        "code",
        "sheet",
        "cell",
        "message",
        "hint",
        "businessUnitId",
        "customerOrderId",
    ]


def test_a_program_is_told_of_a_missing_workbook_in_the_same_form(
    tmp_path: Path, capsys: Captured
) -> None:
    """No bytes, no sum; the exit status says the rest."""
    status = main(["check", str(tmp_path / "orders.xlsx"), "--format", "json"])

    report = json.loads(capsys.readouterr().out)
    assert status == 2
    assert (report["workbook"], report["sha256"]) == ("orders.xlsx", None)
    assert report["orders"] == {"served": 0, "withheld": 0}
    assert [(f["code"], f["cell"]) for f in report["findings"]] == [("CS001", "")]


@pytest.mark.parametrize(("given", "meant"), [("0007", "0007"), (" 0007 ", "0007"), ("", "*")])
def test_the_unit_of_rows_that_name_none_can_be_given(
    tmp_path: Path, capsys: Captured, given: str, meant: str
) -> None:
    """It is an id like those in the cells; none is every unit, as in the settings."""
    path = bad_book(tmp_path / "orders.xlsx")

    main(["check", str(path), "--format", "json", "--business-unit", given])

    findings = json.loads(capsys.readouterr().out)["findings"]
    assert {finding["businessUnitId"] for finding in findings} == {meant}


def test_checking_leaves_the_workbook_and_its_folder_alone(tmp_path: Path) -> None:
    """The manager's file is only read."""
    path = bad_book(tmp_path / "orders.xlsx")
    before = path.read_bytes(), path.stat().st_mtime_ns

    main(["check", str(path)])

    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_has_no_colours_and_any_letters(tmp_path: Path) -> None:
    """As a process: no escape codes where nobody sees them, no crash on a narrow code page."""
    path = book(
        tmp_path / "bestållningar.xlsx",
        Orders=[ORDERS, ["Ö-1", "10001", "日本"]],
        Items=[ITEMS, ["Ö-1", "5001", 1, 1]],
    )

    run = corsheet("check", path, PYTHONIOENCODING="ascii")

    assert (run.returncode, run.stderr) == (0, b"")
    assert b"warning CS302" in run.stdout
    assert b"\x1b" not in run.stdout


class Terminal(io.StringIO):
    """A standard output at which somebody looks."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.mark.parametrize(
    ("environment", "is_coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_somebody_at_a_terminal_sees_colours(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    is_coloured: bool,
) -> None:
    """Errors and warnings each in theirs, unless the terminal or the person wants none."""
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, text in {"TERM": "xterm", **environment}.items():
        monkeypatch.setenv(name, text)

    main(["check", str(bad_book(tmp_path / "orders.xlsx"))])

    assert ("\x1b[31;1merror CS203\x1b[0m" in screen.getvalue()) == is_coloured
    assert ("\x1b[33;1mwarning CS302\x1b[0m" in screen.getvalue()) == is_coloured
    assert ("\x1b" in screen.getvalue()) == is_coloured


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["a", "--format", "xml"], ["a", "--no"]])
def test_wrong_use_is_told_with_the_usage(capsys: Captured, arguments: list[str]) -> None:
    """Exit 2, on standard error."""
    with pytest.raises(SystemExit) as ended:
        main(["check", *arguments])

    out, errors = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert errors.startswith("usage: corsheet")


def test_the_settings_beside_the_workbook_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else check and serve would tell two stories of one workbook."""
    path = good_book(tmp_path / "orders.xlsx")
    (tmp_path / "corsheet.toml").write_text(
        "allow_anonymous = true\n[limits]\nrows = 10\n", "utf-8"
    )
    assert main(["check", str(path)]) == 0

    good_book(path, orders=20)
    assert main(["check", str(path)]) == 2
    assert "limits.rows" in capsys.readouterr().out

    (tmp_path / "corsheet.toml").write_text("nonsense = 1", "utf-8")
    assert main(["check", str(path)]) == 0
    assert "not used for this check" in capsys.readouterr().err
