"""``corsheet serve`` where it cannot start. That it serves, the tests end to end show."""

import json
import socket
from pathlib import Path

import pytest
from filelock import FileLock

from corsheet.auth.basic import CHEAPEST, hash_password
from corsheet.cli import main
from corsheet.settings.table import SETTINGS
from tests.cli.books import corsheet, good_book

Captured = pytest.CaptureFixture[str]
USER = f"""
[[auth.basic]]
username = "till"
password_hash = "{hash_password("till", CHEAPEST)}"
"""


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a folder of its own, in a plain environment."""
    monkeypatch.chdir(tmp_path)
    for setting in SETTINGS:
        monkeypatch.delenv(setting.variable, raising=False)


def test_bad_settings_are_told_before_anything_starts(tmp_path: Path, capsys: Captured) -> None:
    """Exit 2, all mistakes, from file and command line; no folder is made, no port taken."""
    (tmp_path / "corsheet.toml").write_text("state_dir = 'state'\nlog_level = 'loud'\n" + USER)

    status = main(["serve", "--port", "70000"])

    out, errors = capsys.readouterr()
    assert (status, out) == (2, "")
    assert "corsheet.toml: log_level: error CS503: " in errors
    assert "command line: --port: error CS503: " in errors
    assert not (tmp_path / "state").exists()


def test_nobody_serves_without_credentials_by_accident(capsys: Captured) -> None:
    """No settings at all: exit 2, with what to do."""
    assert main(["serve", "orders.xlsx"]) == 2

    errors = capsys.readouterr().err
    assert "auth.basic: error CS504" in errors
    assert "corsheet init" in errors


def test_the_settings_beside_the_workbook_are_found(tmp_path: Path, capsys: Captured) -> None:
    """Where the current folder has none."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "corsheet.toml").write_text("log_level = 'loud'\n" + USER)

    assert main(["serve", "shop/orders.xlsx"]) == 2

    assert "log_level: error CS503" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [["--port", "x"], ["a", "b"], ["--engine", "gunicorn"], ["--nothing"], ["--config"]],
)
def test_wrong_use_is_told_with_the_usage(capsys: Captured, arguments: list[str]) -> None:
    """Exit 2, on standard error."""
    with pytest.raises(SystemExit) as ended:
        main(["serve", *arguments])

    out, errors = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert errors.startswith("usage: corsheet")


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    """Exit 2, the address and what to do; never a traceback. The state folder is let go."""
    good_book(tmp_path / "orders.xlsx")
    (tmp_path / "corsheet.toml").write_text("state_dir = 'state'\n" + USER)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        run = corsheet("serve", "--port", str(port), cwd=tmp_path)

    assert (run.returncode, run.stdout) == (2, b"")
    assert f"cannot start on 127.0.0.1:{port}: ".encode() in run.stderr
    assert b"--port" in run.stderr
    assert b"Traceback" not in run.stderr
    assert not (tmp_path / "state" / "holder.json").exists()


def test_a_state_folder_that_another_service_holds_is_told(tmp_path: Path) -> None:
    """Exit 2, saying who has it; the other one's word about itself stays."""
    (tmp_path / "corsheet.toml").write_text("state_dir = 'state'\n[server]\nport = 0\n" + USER)
    state = tmp_path / "state"
    state.mkdir()
    holder = {"pid": 4711, "workbook": "/shop/orders.xlsx", "since": "2026-01-01 12:00:00"}
    (state / "holder.json").write_text(json.dumps(holder))

    with FileLock(state / "lock"):
        run = corsheet("serve", cwd=tmp_path)

    assert (run.returncode, run.stdout) == (2, b"")
    assert b"is held by process 4711, which serves /shop/orders.xlsx" in run.stderr
    assert json.loads((state / "holder.json").read_text()) == holder


def test_a_state_folder_that_cannot_be_made_is_told_as_such(tmp_path: Path) -> None:
    """A file stands where the folder should: exit 2; another port would be no help."""
    (tmp_path / "state").write_text("a file")
    (tmp_path / "corsheet.toml").write_text("state_dir = 'state'\n[server]\nport = 0\n" + USER)

    run = corsheet("serve", cwd=tmp_path)

    assert (run.returncode, run.stdout) == (2, b"")
    assert b"Traceback" not in run.stderr
    assert b"state" in run.stderr
    assert b"--port" not in run.stderr
