"""``corsheet config``: what is in force, and what is wrong."""

import tomllib
from pathlib import Path

import pytest

from corsheet.auth.basic import CHEAPEST, hash_password
from corsheet.cli import main
from corsheet.settings import load_settings
from corsheet.settings.table import SETTINGS

Captured = pytest.CaptureFixture[str]
HASH = str(hash_password("till", CHEAPEST))
USER = f"""
[[auth.basic]]
username = "Björk \\"till\\""
password_hash = "{HASH}"
business_units = ["0007", "0001"]
"""


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a folder of its own, in a plain environment."""
    monkeypatch.chdir(tmp_path)
    for setting in SETTINGS:
        monkeypatch.delenv(setting.variable, raising=False)


def settings_file(text: str, name: str = "corsheet.toml") -> Path:
    """Write settings into the current folder."""
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def test_every_setting_is_shown_as_it_is_in_force(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TOML with every setting, from file, environment and default."""
    settings_file("log_level = 'error'\n[server]\nport = 1\n" + USER)
    monkeypatch.setenv("CORSHEET_SERVER_PORT", "2")

    status = main(["config", "show"])

    out, errors = capsys.readouterr()
    tables = tomllib.loads(out)
    assert (status, errors) == (0, "")
    for setting in SETTINGS:
        value = tables
        for name in setting.key.split("."):
            value = value[name]
        expected = {"log_level": "error", "server.port": 2}.get(setting.key, setting.default)
        assert value == (list(expected) if isinstance(expected, tuple) else expected), setting.key
    assert tables["auth"]["basic"] == [
        {
            "username": 'Björk "till"',
            "password_hash": "(hidden)",
            "business_units": ["0001", "0007"],
        }
    ]


def test_no_secret_is_shown(capsys: Captured) -> None:
    """Neither the hash nor a part of it."""
    settings_file(USER)

    main(["config", "show"])

    out, errors = capsys.readouterr()
    assert not any(part in out + errors for part in [HASH, *HASH.split(":")[-2:]])


def test_what_is_shown_is_what_would_be_read(capsys: Captured) -> None:
    """With the hash put back it loads as the same settings."""
    file = settings_file("workbook = 'å/\"w\\.xlsx'\nstate_dir = 's'\ntenant_id = 't'\n" + USER)

    main(["config", "show"])
    shown = capsys.readouterr().out.replace("(hidden)", HASH)

    again = settings_file(shown, "again.toml")
    assert load_settings(again, {}, {}) == load_settings(file, {}, {})


def test_settings_in_order_are_said_to_be_so(capsys: Captured) -> None:
    """Exit 0 and one line."""
    settings_file(USER)

    assert main(["config", "check"]) == 0
    assert capsys.readouterr().out == "the settings are in order\n"


@pytest.mark.parametrize("action", ["check", "show"])
def test_every_mistake_is_told_with_file_and_key(capsys: Captured, action: str) -> None:
    """Exit 1; on standard error, so that nothing half-right is taken for settings."""
    file = settings_file("[server]\nport = 'x'\nhots = 'y'\n" + USER, "other.toml")

    status = main(["config", action, "--config", str(file)])

    out, errors = capsys.readouterr()
    assert (status, out) == (1, "")
    assert errors == (
        "other.toml: server.port: error CS503: it takes a whole number, not 'x'\n"
        "    write a value as the file that `corsheet init` writes shows\n"
        "other.toml: server.hots: error CS502: there is no such setting\n"
        "    mend the name, or delete the line; the file that `corsheet init` writes has them all\n"
    )


def test_a_file_that_is_named_must_be_there(capsys: Captured) -> None:
    """A misspelt name must not mean the defaults."""
    assert main(["config", "check", "--config", "nothing.toml"]) == 1
    assert capsys.readouterr().err.startswith("nothing.toml: error CS501: ")


def test_wrong_use_is_told_with_the_usage(capsys: Captured) -> None:
    """``config`` alone does nothing."""
    with pytest.raises(SystemExit) as ended:
        main(["config"])

    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: corsheet config")
