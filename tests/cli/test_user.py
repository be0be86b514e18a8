"""``corsheet user add``: one more user, and nothing else in the settings changes."""

import json
import os
import stat
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corsheet.auth import Granted
from corsheet.auth.basic import CHEAPEST, BasicUsers, hash_password
from corsheet.auth.header import BasicCredentials
from corsheet.cli import main, user
from corsheet.model import EVERY_UNIT
from corsheet.settings import load_settings

Captured = pytest.CaptureFixture[str]

SETTINGS = f"""# our shop
workbook = 'orders.xlsx'  # by hand

[server]
port = 8081

[[auth.basic]]  # the till
username = "till"
password_hash = "{hash_password("till", CHEAPEST)}"
"""


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let hashes cost nothing."""
    monkeypatch.setattr(user, "hash_password", lambda secret: hash_password(secret, CHEAPEST))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a settings file that somebody has written by hand."""
    file = tmp_path / "corsheet.toml"
    file.write_text(SETTINGS, "utf-8")
    return file


def add(file: Path, *arguments: str) -> int:
    """Run the command."""
    return main(["user", "add", *arguments, "--config", str(file)])


def test_the_password_that_is_printed_lets_the_user_in(file: Path, capsys: Captured) -> None:
    """Standard output is the JSON to paste; everything else is on standard error."""
    assert add(file, "hiiretail") == 0

    out, errors = capsys.readouterr()
    told = json.loads(out)
    password = told["config"]["password"]
    assert told == {"type": "basic", "config": {"username": "hiiretail", "password": password}}
    assert len(password) == 32
    users = BasicUsers(load_settings(file, {}, {}).auth.users)
    verdict = users.check(BasicCredentials("hiiretail", password))
    assert verdict == Granted("hiiretail", frozenset({EVERY_UNIT}))
    assert "must be restarted" in errors
    assert password not in errors + file.read_text("utf-8")


def test_everything_else_stays_as_it_is(file: Path) -> None:
    """Comments, order and blank lines: the new table is at the end."""
    add(file, "hiiretail", "--unit", "0001", "--unit", " 0002 ")

    text = file.read_text("utf-8")
    assert text.startswith(SETTINGS + "\n[[auth.basic]]\n")
    assert text.endswith('\nbusiness_units = ["0001", "0002"]\n')
    assert [path.name for path in file.parent.iterdir()] == ["corsheet.toml"]


@pytest.mark.parametrize(
    "text",
    [
        SETTINGS.replace("\n", "\r\n"),
        "\ufeff" + SETTINGS,
        SETTINGS.rstrip("\n"),
        "",
        "[auth]\n",
        "# åäö",
        "workbook = 'x'\n[auth.introspection]\nurl = 'https://x'",
    ],
    ids=["windows", "mark", "no last line end", "empty", "empty auth", "comment", "other tables"],
)
def test_files_of_every_kind_can_be_added_to(file: Path, text: str) -> None:
    """What an editor makes of it."""
    file.write_bytes(text.encode())

    assert add(file, "hiiretail") == 0

    data = file.read_bytes().decode()
    assert data.startswith(text)
    added = data[len(text) :]
    assert ("\r\n" in added) == ("\r\n" in text)
    assert added.count("\r\n") in {0, added.count("\n")}
    tables = tomllib.loads(data.removeprefix("\ufeff"))
    assert tables["auth"]["basic"][-1]["username"] == "hiiretail"


def test_two_users_have_two_passwords(file: Path, capsys: Captured) -> None:
    """Each its own."""
    passwords = set()
    for name in ("one", "two"):
        add(file, name)
        passwords.add(json.loads(capsys.readouterr().out)["config"]["password"])

    assert len(passwords) == 2
    names = [one.username for one in load_settings(file, {}, {}).auth.users]
    assert names == ["till", "one", "two"]


NOT_ADDED: list[Any] = [
    (SETTINGS, ["till"], "already"),
    (SETTINGS.replace("till", "a\\u030a"), ["å"], "already"),
    (SETTINGS, [""], "no colon"),
    (SETTINGS, ["a:b"], "no colon"),
    (SETTINGS, [" a"], "no colon"),
    (SETTINGS, ["a\nb"], "no colon"),
    (SETTINGS, ["a\x7f"], "no colon"),
    (SETTINGS, ["\udcff"], "no colon"),
    (SETTINGS, ["a", "--unit", ""], "business unit"),
    (SETTINGS, ["a", "--unit", "\0"], "business unit"),
    ("no TOML", ["a"], "cannot be read"),
    (b"\xff", ["a"], "cannot be read"),
    ("auth = 1", ["a"], "no list of tables"),
    ("[auth.basic]\nx = 1", ["a"], "no list of tables"),
    ("[auth]\nbasic = []", ["a"], "[[auth.basic]] tables first"),
    ("auth = { basic = [] }", ["a"], "[[auth.basic]] tables first"),
]


@pytest.mark.parametrize(("content", "arguments", "word"), NOT_ADDED, ids=range(len(NOT_ADDED)))
def test_what_cannot_be_added_changes_nothing(
    file: Path, capsys: Captured, content: str | bytes, arguments: list[str], word: str
) -> None:
    """Exit 2, why on standard error, and no password that nobody can use."""
    data = content if isinstance(content, bytes) else content.encode()
    file.write_bytes(data)

    assert add(file, *arguments) == 2

    out, errors = capsys.readouterr()
    assert out == ""
    assert word in errors
    assert errors.endswith("; nothing is changed\n")
    assert file.read_bytes() == data
    assert [path.name for path in file.parent.iterdir()] == ["corsheet.toml"]


def test_a_file_that_is_not_there_is_told(tmp_path: Path, capsys: Captured) -> None:
    """Named or looked for; nothing is made."""
    assert add(tmp_path / "none.toml", "a") == 2
    assert add(tmp_path / "none" / "corsheet.toml", "a") == 2

    assert capsys.readouterr().err.count("none.toml: No such file") == 1
    assert list(tmp_path.iterdir()) == []


def test_without_config_it_is_the_file_in_this_folder(
    file: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with the other commands."""
    monkeypatch.chdir(file.parent)
    assert main(["user", "add", "a"]) == 0
    file.unlink()
    assert main(["user", "add", "b"]) == 2

    assert "there is no corsheet.toml here" in capsys.readouterr().err


def test_two_at_the_same_time_do_not_lose_one(file: Path, capsys: Captured) -> None:
    """The second is refused, and told what stands in its way."""
    file.with_name("corsheet.toml.new").touch()

    assert add(file, "a") == 2

    assert "corsheet.toml.new is there" in capsys.readouterr().err
    assert file.read_text("utf-8") == SETTINGS
    assert file.with_name("corsheet.toml.new").exists()


def test_a_file_that_cannot_be_replaced_stays(
    file: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, say; nothing half written is left."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    assert add(file, "a") == 2

    out, errors = capsys.readouterr()
    assert out == ""
    assert "No space left on device" in errors
    assert file.read_text("utf-8") == SETTINGS
    assert [path.name for path in file.parent.iterdir()] == ["corsheet.toml"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
def test_the_mode_stays(file: Path, mode: int) -> None:
    """Neither more nor fewer may read it."""
    file.chmod(mode)

    add(file, "a")

    assert stat.S_IMODE(file.stat().st_mode) == mode


@pytest.mark.skipif(
    sys.platform == "win32" or os.getuid() != 0, reason="only root may give files away"
)
def test_the_owner_stays(file: Path) -> None:
    """Root adds a user; the service, which is not root, still reads its settings."""
    os.chown(file, 1234, 1234)

    add(file, "a")

    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 1234)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    """The file it points to is changed."""
    link = tmp_path / "link.toml"
    link.symlink_to(file)

    add(link, "a")

    assert link.is_symlink()
    assert '"a"' in file.read_text("utf-8")


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(NAMES, st.lists(NAMES, max_size=3))
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_name_is_written_so_that_it_is_read_again(
    file: Path, capsys: Captured, name: str, units: list[str]
) -> None:
    """Quotes, backslashes, emoji; or it is refused and the file stays."""
    file.write_text(SETTINGS, "utf-8")

    status = main(
        ["user", "add", f"--config={file}", *(f"--unit={unit}" for unit in units), "--", name]
    )

    out = capsys.readouterr().out
    if status == 2:
        assert (out, file.read_text("utf-8")) == ("", SETTINGS)
        return
    added = load_settings(file, {}, {}).auth.users[-1]
    config = json.loads(out)["config"]
    assert added.username == config["username"]
    assert added.password_hash.matches(config["password"])
