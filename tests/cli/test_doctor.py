"""``corsheet doctor`` as a whole: what it prints, how it ends, and what it keeps to itself."""

import json
import os
import re
import socket
import tempfile
from pathlib import Path

import pytest

from corsheet.auth.basic import CHEAPEST, hash_password
from corsheet.cli import main
from corsheet.settings.table import SETTINGS
from tests.cli.books import ITEMS, ORDERS, ROOT, bad_book, book, good_book
from tests.support.service import serving, settings_text

Captured = pytest.CaptureFixture[str]
PAGE = ROOT / "docs" / "doctor.md"
HOME = "/home/anna"
"""Where the page's shop is."""


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a folder of its own, in a plain environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # of the reading process
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / ".local" / "state"))
    for setting in SETTINGS:
        monkeypatch.delenv(setting.variable, raising=False)


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    """Have the settings name a port that is free."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
    monkeypatch.setenv("CORSHEET_SERVER_PORT", str(number))
    return number


def contents(folder: Path) -> dict[str, bytes]:
    """Give every file below a folder."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("seconds", ["inf", "nan", "0", "-1", "1e30", "soon"])
def test_a_time_that_is_none_is_refused(seconds: str, capsys: Captured) -> None:
    """Exit 2, as all wrong use."""
    with pytest.raises(SystemExit, match="2"):
        main(["doctor", f"--seconds={seconds}"])

    assert "no number above 0" in capsys.readouterr().err


@pytest.mark.parametrize("workbook", ["/", ".", ""])
def test_a_workbook_without_a_name_is_told(workbook: str, capsys: Captured) -> None:
    """It is a folder; what lies beside it is not looked at."""
    assert main(["doctor", "--seconds=60", workbook]) == 1

    out = capsys.readouterr().out
    assert "is not a file" in out
    assert "looking ended" not in out


def closed_to_us(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Have the system refuse every look into a folder, as where it is another user's."""
    stat = Path.stat

    def look(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if folder in path.parents:
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", look)


def test_what_is_another_users_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, port: int
) -> None:
    """The state folder of a service that runs as somebody else; no check ends early by it."""
    good_book(tmp_path / "orders.xlsx")
    closed = tmp_path / "closed"
    closed.mkdir()
    (tmp_path / "corsheet.toml").write_text(settings_text(tmp_path, "closed/state"), "utf-8")
    closed_to_us(monkeypatch, closed)

    main(["doctor", "--seconds=60"])

    out = capsys.readouterr().out
    assert "looking ended" not in out
    assert f"ok       port: 127.0.0.1:{port} is free" in out
    assert "ok       disk: state folder" in out


@pytest.mark.parametrize("arguments", [["closed/orders.xlsx"], ["--config=closed/corsheet.toml"]])
def test_a_folder_that_is_closed_to_us_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, arguments: list[str]
) -> None:
    """Exit 1, with what else can be said."""
    closed_to_us(monkeypatch, Path("closed"))

    assert main(["doctor", "--seconds=60", *arguments]) == 1

    assert "trouble  settings" in capsys.readouterr().out


def test_a_shop_in_which_all_is_well(tmp_path: Path, capsys: Captured, port: int) -> None:
    """Exit 0, the form that programs read, and not a file more or less than before."""
    good_book(tmp_path / "orders.xlsx")
    (tmp_path / "corsheet.toml").write_text(settings_text(tmp_path), "utf-8")
    before = contents(tmp_path)

    status = main(["doctor", "--seconds=60", "--json"])

    out, errors = capsys.readouterr()
    told = json.loads(out)
    checks = {check["name"]: check for check in told["checks"]}
    assert (status, errors, told["status"]) == (0, "", "ok"), told
    assert told.keys() == {"version", "status", "checks"}
    assert all(check.keys() == {"name", "status", "seen", "cure"} for check in told["checks"])
    assert all(check["cure"] == "" for check in told["checks"])
    assert checks["workbook"]["seen"] == "orders.xlsx: 2 orders served, 0 withheld"
    assert checks["sample"]["seen"].startswith("the first order is answered in ")
    assert checks["port"]["seen"] == f"127.0.0.1:{port} is free"
    assert contents(tmp_path) == before


def test_beside_the_running_service(tmp_path: Path, capsys: Captured) -> None:
    """It says that port and state are the service's own, asks how it is, and disturbs nothing."""
    good_book(tmp_path / "orders.xlsx")
    with serving(tmp_path) as service:
        port = service.address.rpartition(":")[2]
        text = service.settings.read_text("utf-8")
        service.settings.write_text(f"{text}\n[server]\nport = {port}\n", "utf-8")

        status = main(["doctor", "--seconds=60", "--json"])

        checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
        assert service.ready()["status"] == "ready"
        holder = f"process {service.process.pid}, which serves {tmp_path / 'orders.xlsx'} since"

    assert (status, {check["status"] for check in checks.values()}) == (0, {"ok"}), checks
    assert checks["port"]["seen"] == f"corsheet answers on 127.0.0.1:{port}"
    assert holder in checks["state"]["seen"]
    assert checks["service"]["seen"] == "runs, and serves 2 orders"


def test_neither_secrets_nor_customers_are_told(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch, port: int
) -> None:
    """Canaries in cells, sheets' names, headings, hashes and secrets, with troubles all over."""
    password_hash = str(hash_password("canary-password", CHEAPEST))
    (tmp_path / "corsheet.toml").write_text(
        f"""
[auth.introspection]
url = "http://127.0.0.1:{port}/canary-path"
client_id = "us"
client_secret = "canary-secret"
[[auth.basic]]
username = "till"
password_hash = "{password_hash}"
""",
        "utf-8",
    )
    book(
        tmp_path / "orders.xlsx",
        Orders=[[*ORDERS, "canary-heading"], ["canary-order", "canary-customer", "canary-status"]],
        Items=[ITEMS, ["canary-order", "canary-item", "canary-quantity", 1]],
        **{"canary-sheet": [["canary"]]},
    )

    told = []
    for form in ([], ["--json"]):
        assert main(["doctor", "--seconds=60", *form]) == 1
        told.append("".join(capsys.readouterr()))

    (tmp_path / "corsheet.toml").write_text(
        """
[auth.introspection]
url = "https://canary-user:canary-secret@idp.example/"
client_id = "us"
client_secret = ["canary-secret"]
[[auth.basic]]
username = "till"
password_hash = "canary-hash"
""",
        "utf-8",
    )
    assert main(["doctor", "--seconds=60"]) == 1
    told.append("".join(capsys.readouterr()))

    assert told[2].count("trouble  settings: corsheet.toml: auth.") > 2  # likewise
    assert "CS2" in told[0]  # the mistakes were met
    assert "authorization: 127.0.0.1 cannot be reached" in told[0]
    canaries = ["canary", *password_hash.split(":")[-2:]]
    assert [canary for canary in canaries if canary in "".join(told)] == []


@pytest.mark.parametrize("arguments", [["a", "b"], ["--nothing"], ["--config"]])
def test_wrong_use_is_told_with_the_usage(capsys: Captured, arguments: list[str]) -> None:
    """Exit 2, on standard error."""
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--seconds=60", *arguments])

    out, errors = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert errors.startswith("usage: corsheet")


def test_a_workbook_may_be_named(tmp_path: Path, capsys: Captured) -> None:
    """Also where no settings are; then they are the trouble."""
    good_book(tmp_path / "other.xlsx")

    assert main(["doctor", "--seconds=60", "other.xlsx"]) == 1

    out = capsys.readouterr().out
    assert "ok       workbook: other.xlsx: 2 orders served, 0 withheld\n" in out
    assert "trouble  settings: settings: auth.basic: CS504" in out


def test_colour_is_for_people(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red for trouble, at a terminal."""
    monkeypatch.setattr("corsheet.cli.doctor.has_colour", lambda stream: True)

    main(["doctor", "--seconds=60"])

    assert "\033[31;1mtrouble \033[0m settings: " in capsys.readouterr().out


def masked(text: str) -> list[str]:
    """Put one thing for what differs from computer to computer."""
    text = re.sub(r"^(ok +(?:program|libraries):).*", r"\1", text, flags=re.MULTILINE)
    text = re.sub(r"orders-[0-9a-f]{8}\b", "orders-0", text)
    return re.sub("[0-9][0-9,]*", "0", text).splitlines()


def test_the_page_shows_a_real_output(tmp_path: Path, capsys: Captured, port: int) -> None:
    """Of a shop with a mistake in a cell and a second copy of its workbook."""
    assert main(["init", "shop"]) == 0
    (tmp_path / "shop" / "orders.xlsx").unlink()
    bad_book(tmp_path / "shop" / "orders.xlsx")
    good_book(tmp_path / "shop" / "orders-KASSA-2.xlsx")
    capsys.readouterr()

    assert main(["doctor", "--seconds=60", "--config", "shop/corsheet.toml"]) == 0

    out = capsys.readouterr().out.replace(str(tmp_path), HOME)
    out = out.replace(tempfile.gettempdir(), "/tmp")  # noqa: S108 - as the page has it
    shown = re.findall(r"^```\n(ok .*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert [masked(block) for block in shown] == [masked(out)]


def test_the_page_names_every_check() -> None:
    """A row for each, with what may be wrong."""
    sources = [*(ROOT / "corsheet" / "doctor").glob("*.py"), ROOT / "corsheet/cli/doctor.py"]
    text = "".join(path.read_text("utf-8") for path in sources)
    names = set(re.findall(r'\b(?:ok|warning|trouble)\(\s*"([a-z]+)"', text))

    rows = re.findall(r"^\| `([a-z]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)

    assert len(names) > 15
    assert sorted(rows) == sorted(names)
