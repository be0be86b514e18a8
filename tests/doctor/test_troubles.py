"""Planted troubles: the doctor finds each, and names its cure."""

import json
import os
import socket
import ssl
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from filelock import FileLock

from corsheet.auth.basic import CHEAPEST, hash_password
from corsheet.auth.endpoint import IntrospectionSettings
from corsheet.catalog import Store
from corsheet.cli import main
from corsheet.doctor import Check, Status
from corsheet.doctor.certificate import check_certificate
from corsheet.doctor.clock import check_clock
from corsheet.doctor.folder import check_copies, check_owners, check_place, check_placeholder
from corsheet.doctor.port import can_listen, check_firewall, check_port
from corsheet.doctor.program import check_libraries
from corsheet.doctor.servers import check_introspection
from corsheet.doctor.state import check_room, check_state
from corsheet.doctor.watching import check_watch
from corsheet.doctor.workbook import _told, check_workbook
from corsheet.reload.child import Failed, Outcome, Refused
from corsheet.reload.source import UnstableError
from corsheet.service import HOLDER, LOCK, who_holds
from corsheet.settings import ServerSettings, Settings
from corsheet.settings.table import SETTINGS
from corsheet.workbook.limits import MIB
from tests.cli.books import ROOT, bad_book, book, good_book, refused_book
from tests.support.introspection_server import Answer, authorization_server

Captured = pytest.CaptureFixture[str]
NAMED = Path(__file__).parents[1] / "data" / "localhost-named.pem"
KEY = NAMED.with_name("localhost-key.pem")
DAY = 24 * 3600.0
NOW = 1_800_000_000.0
"""January 2027."""


def one(checks: Iterable[Check]) -> Check:
    """Give the only check."""
    (check,) = checks
    return check


def read(workbook: Path, state: Path) -> Check:
    """Give what is told of a workbook."""
    return one(check_workbook(Settings(workbook=workbook), Store(state), 60.0))


def settings_file(folder: Path, text: str) -> Path:
    """Write settings."""
    path = folder / "corsheet.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a folder of its own, in a plain environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # of the reading process
    for setting in SETTINGS:
        monkeypatch.delenv(setting.variable, raising=False)


def test_the_workbook_is_missing(tmp_path: Path) -> None:
    """And the one beside it, which may be meant, is named."""
    good_book(tmp_path / "Orders 2026.xlsx")

    check = read(tmp_path / "orders.xlsx", tmp_path / "state")

    assert (check.name, check.status) == ("workbook", Status.TROUBLE)
    assert check.seen.endswith("orders.xlsx is not there")
    assert "set workbook in corsheet.toml" in check.cure
    assert "Orders 2026.xlsx" in check.cure


def test_the_workbooks_folder_is_away(tmp_path: Path) -> None:
    """A share that is not mounted looks like this; the other checks say nothing of it."""
    workbook = tmp_path / "share" / "orders.xlsx"

    assert "is a share or a drive away?" in read(workbook, tmp_path / "state").cure
    assert list(check_watch(workbook.parent)) == []
    assert list(check_copies(workbook)) == []


def test_the_workbook_is_broken(tmp_path: Path) -> None:
    """It is read by the same child process as the service's."""
    (tmp_path / "orders.xlsx").write_bytes(b"PK\3\4 cut off")

    check = read(tmp_path / "orders.xlsx", tmp_path / "state")

    assert check.status is Status.TROUBLE
    assert "is refused: CS006 The workbook is damaged" in check.seen
    assert check.cure.startswith("open it in Excel or LibreOffice, let it repair the file")


def test_a_sheet_is_missing(tmp_path: Path) -> None:
    """The kind of mistake is told, and the command that tells more."""
    workbook = refused_book(tmp_path / "orders.xlsx")

    check = read(workbook, tmp_path / "state")

    assert check.status is Status.TROUBLE
    assert "CS101" in check.seen
    assert f"`corsheet check {workbook}`" in check.cure


def test_orders_are_withheld(tmp_path: Path) -> None:
    """A warning: the others are served. Errors come first."""
    check = read(bad_book(tmp_path / "orders.xlsx"), tmp_path / "state")

    assert check.status is Status.WARNING
    assert "1 order served, 1 withheld; 1 x CS203 " in check.seen
    assert "corsheet check" in check.cure


@pytest.mark.parametrize(
    ("plant", "seen"),
    [
        (Path.mkdir, "is not a file"),
        (lambda path: path.write_bytes(bytes(65 * MIB)), "is larger than limits.workbook_bytes"),
    ],
)
def test_something_else_stands_in_the_workbooks_place(
    tmp_path: Path, plant: Callable[[Path], object], seen: str
) -> None:
    """A folder, or a film."""
    plant(tmp_path / "orders.xlsx")

    check = read(tmp_path / "orders.xlsx", tmp_path / "state")

    assert (check.status, seen in check.seen, check.cure != "") == (Status.TROUBLE, True, True)


def test_a_reading_that_takes_long_is_ended(tmp_path: Path) -> None:
    """Nobody waits for a huge workbook here; that is no verdict on it."""
    settings = Settings(workbook=good_book(tmp_path / "orders.xlsx"))

    check = one(check_workbook(settings, Store(tmp_path / "state"), seconds=0.01))

    assert check.status is Status.WARNING
    assert "takes long" in check.seen


@pytest.mark.parametrize(
    ("error", "status", "cure"),
    [
        (UnstableError(), Status.WARNING, "wait a moment"),
        (PermissionError(13, "Permission denied"), Status.TROUBLE, "close the program that holds"),
    ],
)
def test_the_workbook_cannot_be_read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: Status,
    cure: str,
) -> None:
    """It is being saved at the moment, or another program holds it."""

    def refuse(path: Path, most_bytes: int) -> None:
        raise error

    monkeypatch.setattr("corsheet.doctor.workbook.read_whole", refuse)

    check = read(tmp_path / "orders.xlsx", tmp_path / "state")

    assert (check.status, cure in check.cure) == (status, True)


@pytest.mark.parametrize(
    ("outcome", "seen", "cure"),
    [
        (Failed("no room", is_crash=False), "could not be read: no room", "make room"),
        (
            Failed("it ended with 9: 'a cell'", is_crash=True),
            "not read: it ended with 9",
            "tell us",
        ),
        (Refused("without a code", is_damaged=False), "is refused", "tells each cell"),
    ],
)
def test_the_reading_process_fails(tmp_path: Path, outcome: Outcome, seen: str, cure: str) -> None:
    """What it said last is not told where it may hold a cell."""
    check = _told(tmp_path / "orders.xlsx", outcome, Store(tmp_path))

    assert check.status is Status.TROUBLE
    assert check.seen.endswith(seen)
    assert cure in check.cure


def test_the_folder_is_read_only(tmp_path: Path) -> None:
    """The watcher is not tried, and it is said that serving needs no such right."""

    def refuse(path: Path, data: bytes) -> None:
        raise PermissionError(13, "Permission denied")

    check = one(check_watch(tmp_path, write=refuse))

    assert (check.name, check.status) == ("watch", Status.WARNING)
    assert "may not write into the workbook's folder" in check.seen
    assert "check the folder's rights" in check.cure


class Blind:
    """A watch that sees nothing."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End."""


def test_the_watcher_is_blind(tmp_path: Path) -> None:
    """As on a share; the service's own looks still see saves. Nothing is left in the folder."""
    check = one(check_watch(tmp_path, lambda path, notice: Blind(), seconds=0.01))

    assert (check.name, check.status) == ("watch", Status.WARNING)
    assert check.seen == "no events come from the workbook's folder"
    assert "a look every 2 seconds" in check.cure
    assert list(tmp_path.iterdir()) == []


def test_the_folder_answers_from_memory(tmp_path: Path) -> None:
    """What was written is not there: neither events nor looks help."""
    check = one(check_watch(tmp_path, lambda p, n: Blind(), write=lambda p, d: None, seconds=0.01))

    assert check.status is Status.TROUBLE
    assert "a folder of this computer's own" in check.cure


def test_the_port_is_taken_by_another_program() -> None:
    """Which, is told by its process."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        server = ServerSettings(port=other.getsockname()[1])

        check = one(check_port(server, can_listen(server.host, server.port)))

    assert (check.name, check.status) == ("port", Status.TROUBLE)
    assert f"is taken by process {os.getpid()} (" in check.seen
    assert "end that program, or set another server.port" in check.cure


def test_the_port_is_another_corsheets() -> None:
    """Two workbooks with the same settings copied."""
    error = OSError(98, "in use")

    check = one(check_port(ServerSettings(port=1), error, is_another=True))

    assert "is taken by another corsheet, " in check.seen


@pytest.mark.parametrize(
    ("error", "cure"),
    [
        (PermissionError(13, "no"), "one above 1023"),
        (can_listen("192.0.2.1", 0), "set server.host to 127.0.0.1"),  # RFC 5737: nobody's
    ],
)
def test_the_address_cannot_be_listened_on(error: OSError, cure: str) -> None:
    """A low port, or another computer's address."""
    check = one(check_port(ServerSettings(), error))

    assert (check.status, cure in check.cure) == (Status.TROUBLE, True)


def test_the_state_folder_is_held(tmp_path: Path) -> None:
    """By whom, is told; a word that a killed holder left does not count."""
    holder = {"pid": 4711, "workbook": "/other/orders.xlsx", "since": "2026-01-01 12:00:00"}
    (tmp_path / HOLDER).write_text(json.dumps(holder))

    assert who_holds(tmp_path) is None
    with FileLock(tmp_path / LOCK):
        check = one(check_state(tmp_path, who_holds(tmp_path), is_ours=False))

    assert (check.name, check.status) == ("state", Status.TROUBLE)
    assert "is held by process 4711, which serves /other/orders.xlsx" in check.seen
    assert check.cure == "end that service first, or set another state_dir"


def test_the_state_folder_cannot_be_made(tmp_path: Path) -> None:
    """A file stands in its place."""
    (tmp_path / "state").write_text("a file")

    check = one(check_state(tmp_path / "state" / "shop", None, is_ours=False))

    assert check.status is Status.TROUBLE
    assert "set state_dir to a folder" in check.cure


def test_the_state_folder_is_a_link_to_nothing(tmp_path: Path) -> None:
    """Such as to a disk that is away: the service cannot make it either."""
    (tmp_path / "state").symlink_to(tmp_path / "away")

    check = one(check_state(tmp_path / "state", None, is_ours=False))

    assert (check.status, check.cure.split(",")[0]) == (Status.TROUBLE, "move it away")


def test_the_state_folder_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system is asked, as whoever asks the doctor."""
    monkeypatch.setattr(os, "access", lambda path, mode: False)

    check = one(check_state(Path("state"), None, is_ours=False))

    assert check.status is Status.TROUBLE
    assert "may not write" in check.seen
    assert "a folder that can be written" in check.cure


def test_there_are_no_credentials(tmp_path: Path, capsys: Captured) -> None:
    """Nobody may ask: exit 1, and which command adds somebody."""
    settings_file(tmp_path, "")

    status = main(["doctor", "--seconds=60", "--json"])

    told = json.loads(capsys.readouterr().out)
    (check,) = [check for check in told["checks"] if check["name"] == "settings"]
    assert (status, told["status"], check["status"]) == (1, "trouble", "trouble")
    assert "CS504 there is nobody who may ask for orders" in check["seen"]
    assert "`corsheet user add`" in check["cure"]


def test_the_settings_are_bad(tmp_path: Path, capsys: Captured) -> None:
    """Each mistake is a trouble of its own; the workbook is looked at nevertheless."""
    user = f"[[auth.basic]]\nusername = 'till'\npassword_hash = '{hash_password('x', CHEAPEST)}'\n"
    settings_file(tmp_path, "log_level = 'loud'\n[server]\nport = 'x'\n" + user)
    refused_book(tmp_path / "orders.xlsx")

    status = main(["doctor", "--seconds=60"])

    out = capsys.readouterr().out
    assert status == 1
    assert "trouble  settings: corsheet.toml: log_level: CS503 it takes debug or" in out
    assert "trouble  settings: corsheet.toml: server.port: CS503 it takes a whole number" in out
    assert "trouble  workbook: orders.xlsx is refused: CS101" in out
    assert out.endswith("0 warnings, 3 troubles\n")


def ends() -> float:
    """Give when the certificate of the tests ends, by Python's own reading."""
    told = ssl._ssl._test_decode_cert(str(NAMED))  # type: ignore[attr-defined]
    return ssl.cert_time_to_seconds(told["notAfter"])


def test_the_certificate_is_expired() -> None:
    """How long ago, and what to do."""
    check = one(check_certificate(NAMED, KEY, ends() + 3 * DAY))

    assert (check.name, check.status) == ("certificate", Status.TROUBLE)
    assert check.seen == "localhost-named.pem expired 3 days ago"
    assert check.cure.startswith("get a new certificate")


def test_the_certificate_expires_soon() -> None:
    """In time to do something; with its names."""
    check = one(check_certificate(NAMED, KEY, ends() - 5 * DAY))

    assert check.status is Status.WARNING
    assert check.seen == "localhost-named.pem is good for 5 more days, for localhost, 127.0.0.1"
    assert check.cure.startswith("get a new certificate")


def test_the_certificate_is_not_good_yet() -> None:
    """Of a computer whose clock was set back."""
    assert one(check_certificate(NAMED, KEY, 0.0)).seen == "localhost-named.pem is not good yet"


def test_the_certificate_names_nobody_and_is_an_authoritys() -> None:
    """No client of today takes one without a subjectAltName; its issuer need not be known."""
    expired, nameless = check_certificate(NAMED.with_name("localhost-expired.pem"), KEY, NOW)

    assert "localhost-expired.pem expired " in expired.seen
    assert (nameless.status, "subjectAltName" in nameless.cure) == (Status.TROUBLE, True)


def test_the_certificate_is_none(tmp_path: Path) -> None:
    """Told, not raised."""
    (tmp_path / "cert.pem").write_text("nothing")

    check = one(check_certificate(tmp_path / "cert.pem", KEY, NOW))

    assert check.status is Status.TROUBLE
    assert "clients do not take cert.pem" in check.seen


def test_the_introspection_server_is_down() -> None:
    """Whoever comes with a token would not get in; what to look at is told."""
    with authorization_server() as server:
        url = server.url
    settings = IntrospectionSettings(url=url, client_id="us", client_secret="s3cret")

    check = one(check_introspection(settings))

    assert (check.name, check.status) == ("authorization", Status.TROUBLE)
    assert check.seen == "127.0.0.1 cannot be reached: nobody with a token gets in"
    assert "see that this computer reaches it" in check.cure


@pytest.mark.parametrize(
    ("answer", "status", "cure"),
    [
        (Answer(status=401), Status.TROUBLE, "mend auth.introspection.client_id"),
        (Answer(b"<html>"), Status.TROUBLE, "another page answers there"),
        (Answer(b'{"active": true}'), Status.TROUBLE, "mend auth.introspection.url"),
        (Answer(status=302), Status.TROUBLE, "the address that it redirects to"),
        (Answer(status=404), Status.WARNING, "ask whoever runs it"),
    ],
)
def test_the_introspection_server_answers_wrongly(
    answer: Answer, status: Status, cure: str
) -> None:
    """Each has a cure of its own."""
    with authorization_server() as server:
        server.everything = answer
        settings = IntrospectionSettings(url=server.url, client_id="us", client_secret="s3cret")
        check = one(check_introspection(settings))

    assert (check.status, cure in check.cure) == (status, True)


@pytest.mark.parametrize(
    ("free", "status"), [(10 * MIB, Status.TROUBLE), (200 * MIB, Status.WARNING)]
)
def test_the_disk_is_full(tmp_path: Path, free: int, status: Status) -> None:
    """Or soon will be."""
    check = one(check_room("state folder", tmp_path / "not" / "there", lambda path: free))

    assert (check.name, check.status) == ("disk", status)
    assert f"{free // MIB} MiB are free" in check.seen
    assert check.cure.startswith("delete what is not needed")


@pytest.mark.parametrize(
    ("now", "told", "seen"),
    [
        (NOW, {"idp.example": NOW - 300}, "differs by 300 s from that of idp.example"),
        (NOW - 3600, {}, "saved 3,600 s from now"),
        (1000.0, {}, "years behind"),
    ],
)
def test_the_clock_is_wrong(tmp_path: Path, now: float, told: dict[str, float], seen: str) -> None:
    """By the authorization server's, by the workbook's, by the calendar's."""
    workbook = good_book(tmp_path / "orders.xlsx")
    os.utime(workbook, (NOW, NOW))

    check = one(check_clock(now, workbook, told))

    assert (check.name, check.status) == ("clock", Status.TROUBLE)
    assert seen in check.seen
    assert "let the system set the clock" in check.cure


@pytest.mark.parametrize(
    "name",
    [
        "orders (1).xlsx",
        "orders(2).xlsx",
        "orders-PC1.xlsx",
        "Orders-DESKTOP-4F7K2.XLSX",
        "orders-Annas-laptop.xlsx",  # this computer's own name
        "orders (Anna's conflicted copy 2026-11-22).xlsx",
        "orders.sync-conflict-20261122-120000-ABCDEFG.xlsx",
        "orders - Copy.xlsx",
        "orders - Kopia (2).xlsx",
    ],
)
def test_a_conflict_copy_is_beside_it(tmp_path: Path, name: str) -> None:
    """Somebody's changes may be in the other file."""
    for one_of_them in ("orders.xlsx", name):
        (tmp_path / one_of_them).touch()

    check = one(check_copies(tmp_path / "orders.xlsx", "Annas-laptop"))

    assert (check.name, check.status) == ("copies", Status.WARNING)
    assert f"1 copy of the workbook beside it: {name}" in check.seen
    assert "put its changes into orders.xlsx" in check.cure


@pytest.mark.parametrize("name", ["orders-2026.xlsx", "orders-mistakes.xlsx", "orders.toml"])
def test_other_files_are_no_conflict_copies(tmp_path: Path, name: str) -> None:
    """Such as the copy that `check --annotate` writes."""
    (tmp_path / name).touch()

    assert one(check_copies(tmp_path / "orders.xlsx", "pc")).status is Status.OK


def excel_owner(name: str) -> bytes:
    """Write Excel's owner file, as it does: 165 bytes."""
    short = bytes([len(name)]) + name.encode("latin-1").ljust(54)
    return short + len(name).to_bytes(2, "little") + name.encode("utf-16-le").ljust(108)


@pytest.mark.parametrize(
    ("lock", "data", "seen"),
    [
        ("~$orders.xlsx", excel_owner("Åsa Ek"), "Åsa Ek has the workbook open in Excel"),
        ("~$orders.xlsx", excel_owner("Bo")[:55], "Bo has the workbook open in Excel"),
        ("~$orders.xlsx", b"", "somebody has the workbook open in Excel"),
        (
            ".~lock.orders.xlsx#",
            "Åsa Ek,asa,KASSA-2,22.11.2026 12:00,file:///x;".encode(),
            "Åsa Ek on KASSA-2 has the workbook open in LibreOffice",
        ),
        (
            ".~lock.orders.xlsx#",
            b",asa,KASSA-2,22.11.2026 12:00,file:///x;",
            "asa on KASSA-2 has the workbook open in LibreOffice",
        ),
    ],
)
def test_somebody_has_the_workbook_open(tmp_path: Path, lock: str, data: bytes, seen: str) -> None:
    """Who, and that the till waits for their save."""
    (tmp_path / lock).write_bytes(data)

    check = one(check_owners(tmp_path / "orders.xlsx"))

    assert (check.name, check.status, check.seen) == ("open", Status.WARNING, seen)
    assert "have it saved" in check.cure


def test_a_lock_file_was_left_over(tmp_path: Path) -> None:
    """After a day: delete it, if nobody has it open."""
    lock = tmp_path / "~$orders.xlsx"
    lock.write_bytes(excel_owner("Bo"))

    check = one(check_owners(tmp_path / "orders.xlsx", now=lock.stat().st_mtime + 2 * DAY))

    assert check.cure == "if nobody has it open any more, delete ~$orders.xlsx"


MOUNTS = """\
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
40 27 0:40 / {} rw - {} //server/share rw
"""


@pytest.mark.parametrize("kind", ["cifs", "nfs4", "fuse.sshfs"])
def test_the_workbook_is_on_a_share(tmp_path: Path, kind: str) -> None:
    """It works, and slower; a service on Windows needs another name for it."""
    folder = tmp_path / "the share"
    folder.mkdir()
    mounts = MOUNTS.format(str(folder).replace(" ", r"\040"), kind)

    check = one(check_place(folder / "orders.xlsx", mounts, {}))

    assert (check.name, check.status) == ("place", Status.WARNING)
    assert f"network share ({kind})" in check.seen
    assert r"\\server\folder" in check.cure


@pytest.mark.parametrize(
    ("folder", "variable", "client"),
    [
        ("OneDrive - Butiken AB", "", "OneDrive"),
        ("Dropbox", "", "Dropbox"),
        ("Documents", "OneDriveCommercial", "OneDrive"),
    ],
)
def test_the_workbook_is_a_sync_clients(
    tmp_path: Path, folder: str, variable: str, client: str
) -> None:
    """By the folder's name, or by what the client says of itself on Windows."""
    (tmp_path / folder).mkdir()

    check = one(
        check_place(tmp_path / folder / "orders.xlsx", "", {variable: str(tmp_path)})
        if variable
        else check_place(tmp_path / folder / "orders.xlsx", "", {})
    )

    assert check.status is Status.WARNING
    assert f"a folder that {client} keeps in step" in check.seen
    assert "Always keep on this device" in check.cure


def test_the_workbook_is_a_placeholder(tmp_path: Path) -> None:
    """Files on demand, told by Windows' attributes: FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS."""
    check = one(check_placeholder(tmp_path / "orders.xlsx", 0x400020))

    assert (check.name, check.status) == ("placeholder", Status.TROUBLE)
    assert "Always keep on this device" in check.cure
    assert list(check_placeholder(good_book(tmp_path / "orders.xlsx"))) == []


@pytest.mark.parametrize(
    ("path", "text", "cure"),
    [
        ("etc/ufw/ufw.conf", "ENABLED=yes\n", "sudo ufw allow 8080/tcp"),
        ("run/firewalld/x", "", "sudo firewall-cmd --permanent --add-port=8080/tcp"),
    ],
)
def test_a_firewall_is_on(tmp_path: Path, path: str, text: str, cure: str) -> None:
    """Where others are to reach the service."""
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(text)

    check = one(check_firewall(ServerSettings(host="0.0.0.0"), tmp_path))  # noqa: S104

    assert (check.name, check.status) == ("firewall", Status.WARNING)
    assert cure in check.cure


def test_a_library_is_missing() -> None:
    """A half installation."""
    check, _ = check_libraries(is_there=lambda module: module != "watchdog")

    assert (check.status, check.seen) == (Status.TROUBLE, "not installed: watchdog")
    assert "python run.py" in check.cure


def test_no_order_is_served(tmp_path: Path) -> None:
    """So none can be asked for, and the workbook's own findings say why."""
    from corsheet.doctor.examine import _look_at_workbook  # noqa: PLC0415 - slow

    workbook = book(
        tmp_path / "orders.xlsx",
        Orders=[["Customer order", "Customer", "Status"]],
        Items=[["Customer order", "Item", "Quantity", "Unit price"]],
    )

    checks = {check.name: check for check in _look_at_workbook(Settings(workbook=workbook), 60.0)}

    assert checks["sample"].status is Status.WARNING
    assert checks["sample"].cure.startswith("write one into the workbook")
