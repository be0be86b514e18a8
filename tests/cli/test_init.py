"""``corsheet init``: a folder from which the service can be started at once."""

import json
import re
import stat
import sys
import tomllib
from pathlib import Path

import pytest

from corsheet.auth import Granted
from corsheet.auth.basic import BasicUsers
from corsheet.auth.header import BasicCredentials
from corsheet.cli import main
from corsheet.cli.init import own_command
from corsheet.settings import load_settings
from corsheet.settings.table import SETTINGS
from corsheet.wire import enactor
from corsheet.workbook.enactor_examples import EXAMPLE_CUSTOMER, EXAMPLE_ORDER
from corsheet.workbook.examples import example_orders
from corsheet.workbook.reading import read_workbook
from corsheet.workbook.template import write_workbook

Captured = pytest.CaptureFixture[str]


def test_a_folder_is_made_ready(tmp_path: Path, capsys: Captured) -> None:
    """Workbook and settings are in order, and the password that is shown works."""
    folder = tmp_path / "new" / "shop"

    status = main(["init", str(folder)])

    out = capsys.readouterr().out
    assert status == 0
    assert sorted(path.name for path in folder.iterdir()) == ["corsheet.toml", "orders.xlsx"]
    settings = load_settings(folder / "corsheet.toml", {}, {})
    assert settings.workbook == folder / "orders.xlsx"
    shown = re.search(r"user name (\S+), password (\S+) \(shown only now\)", out)
    assert shown is not None
    credentials = BasicCredentials(shown[1], shown[2])
    assert isinstance(BasicUsers(settings.auth.users).check(credentials), Granted)
    assert len(shown[2]) == 24
    assert shown[2] not in (folder / "corsheet.toml").read_text("utf-8")


def test_the_workbook_holds_the_examples_without_a_finding(tmp_path: Path) -> None:
    """The first thing a manager sees is a workbook that works."""
    main(["init", str(tmp_path)])

    reading = read_workbook((tmp_path / "orders.xlsx").read_bytes())

    assert reading.findings == ()
    assert reading.orders == example_orders()


def test_the_workbook_is_the_same_for_everyone(tmp_path: Path) -> None:
    """Byte for byte the template's: a question about it has one answer."""
    for name in ("a", "b"):
        main(["init", str(tmp_path / name)])

    files = {(tmp_path / name / "orders.xlsx").read_bytes() for name in ("a", "b")}

    assert files == {write_workbook(example_orders())}


def test_every_setting_stands_there_with_its_default(tmp_path: Path) -> None:
    """Taking a # away changes nothing: the line shows what is in force without it."""
    main(["init", str(tmp_path)])
    file = tmp_path / "corsheet.toml"
    text = file.read_text("utf-8")
    plain = load_settings(file, {}, {})

    file.write_text(re.sub(r"(?m)^# (\w+ = .*)$", r"\1", text), "utf-8")

    assert load_settings(file, {}, {}) == plain
    tables = tomllib.loads(file.read_text("utf-8"))
    for setting in SETTINGS:
        value = tables
        for name in setting.key.split("."):
            value = value[name]
        assert json.dumps(value) == json.dumps(setting.default), setting.key


def test_the_settings_are_easy_to_read(tmp_path: Path) -> None:
    """No line runs out of a window but the hash's."""
    main(["init", str(tmp_path)])

    lines = (tmp_path / "corsheet.toml").read_text("utf-8").splitlines()

    assert [line for line in lines if len(line) > 90 and "password_hash" not in line] == []


@pytest.mark.parametrize("standing", ["orders.xlsx", "corsheet.toml"])
def test_nothing_is_ever_overwritten(tmp_path: Path, capsys: Captured, standing: str) -> None:
    """Not the manager's workbook, not a password; then nothing else is written either."""
    (tmp_path / standing).write_bytes(b"mine")

    status = main(["init", str(tmp_path)])

    out, errors = capsys.readouterr()
    assert (status, out) == (2, "")
    assert f"{standing} is there already; nothing is written" in errors
    assert [path.name for path in tmp_path.iterdir()] == [standing]
    assert (tmp_path / standing).read_bytes() == b"mine"


def test_the_folder_may_be_the_current_one(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a folder; the next command then needs no change of folder."""
    monkeypatch.chdir(tmp_path)

    status = main(["init"])

    assert status == 0
    assert (tmp_path / "corsheet.toml").is_file()
    said = capsys.readouterr().out
    assert "next: " in said
    assert said.endswith(" serve --config corsheet.toml\n")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, capsys: Captured) -> None:
    """A file stands where the folder should: exit 2, no traceback."""
    (tmp_path / "file").write_text("x")

    status = main(["init", str(tmp_path / "file" / "shop")])

    assert status == 2
    assert "cannot write into" in capsys.readouterr().err


def test_two_folders_have_two_passwords(tmp_path: Path, capsys: Captured) -> None:
    """There is no standard password."""
    passwords = set()
    for name in ("a", "b"):
        main(["init", str(tmp_path / name)])
        passwords.add(capsys.readouterr().out.partition("password ")[2].split()[0])

    assert len(passwords) == 2


def test_others_cannot_read_the_settings(tmp_path: Path) -> None:
    """Whoever reads a hash can try passwords against it."""
    main(["init", str(tmp_path)])

    mode = stat.S_IMODE((tmp_path / "corsheet.toml").stat().st_mode)

    assert mode == (0o666 if sys.platform == "win32" else 0o600)


def test_enactors_sheets_are_there_where_they_are_asked_for(tmp_path: Path) -> None:
    """The plain sheets are the same, and so are the settings but for their password."""
    main(["init", str(tmp_path), "--enactor"])

    reading = read_workbook((tmp_path / "orders.xlsx").read_bytes())

    assert (reading.findings, reading.orders) == ((), example_orders())
    assert len(reading.enactor) >= 4
    assert load_settings(tmp_path / "corsheet.toml", {}, {}).workbook == tmp_path / "orders.xlsx"


def test_the_examples_are_what_enactors_clients_are_told(tmp_path: Path) -> None:
    """The four that Enactor header has: who it is for, where it goes, what is to be known."""
    main(["init", str(tmp_path), "--enactor"])
    reading = read_workbook((tmp_path / "orders.xlsx").read_bytes())
    orders = {(one.business_unit_id, one.customer_order_id): one for one in reading.orders}

    told = {
        key: json.loads(
            enactor.whole_body(
                orders[key.business_unit_id, key.customer_order_id],
                details,
                reading.enactor_products,
                enactor.EnactorOptions(),
            )
        )["order"]
        for key, details in reading.enactor.items()
        if details.header is not None
    }

    assert len(told) == 4
    paint = next(one for key, one in told.items() if key == ("0001", EXAMPLE_ORDER))
    assert paint["customerOrderHeader"]["customerNumber"] == EXAMPLE_CUSTOMER
    assert len(paint["customerOrderHeader"]["address"]) == 2
    assert [one["item"]["reservedQty"] for one in paint["customerOrderItems"]] == [2, 0]
    assert [one["note"] for one in paint["customerOrderNotes"]] == [
        "Call before the delivery",
        "Leave it behind the shed",
    ]
    assert paint["customerOrderItems"][1]["item"]["adjustments"][0]["amount"] == 5000


def test_the_ids_of_enactors_examples_stand_in_one_store_each(tmp_path: Path) -> None:
    """A client asks by the id alone; one that is shown every order is else told nothing."""
    main(["init", str(tmp_path), "--enactor"])

    reading = read_workbook((tmp_path / "orders.xlsx").read_bytes())

    ids = [one.customer_order_id for one in reading.orders]
    assert {key.customer_order_id for key in reading.enactor if ids.count(key[1]) > 1} == set()
    assert not reading.enactor_withheld


def test_how_enactors_clients_ask_is_shown_where_their_sheets_are(
    tmp_path: Path, capsys: Captured
) -> None:
    """Behind the command that serves; nobody else is told of Enactor."""
    main(["init", str(tmp_path / "plain")])
    plain = capsys.readouterr().out
    main(["init", str(tmp_path / "both"), "--enactor"])
    *_, where, following, then = capsys.readouterr().out.splitlines()

    assert "Enactor" not in plain
    assert where == "for Enactor's clients: http://127.0.0.1:8080/WebRestApi/rest/orders"
    assert following.startswith("next: ")
    assert re.fullmatch(
        "then, as Enactor's clients ask: curl -u hiiretail:[^ ]{24} "
        '-H "subject: 10001" http://127.0.0.1:8080/WebRestApi/rest/orders/000044',
        then,
    )


def test_the_single_file_names_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no `python` to type where the binary is all that was copied."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/shop/corsheet")
    monkeypatch.setenv("PATH", "")

    assert own_command() == "/shop/corsheet"
