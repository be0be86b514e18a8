"""What the doctor says of what is well, and how the checks are made together."""

import os
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from corsheet.auth.basic import CHEAPEST, BasicUser, hash_password
from corsheet.auth.endpoint import IntrospectionSettings
from corsheet.auth.jwt_ import JwtSettings
from corsheet.auth.tokens import Client
from corsheet.catalog import Store
from corsheet.doctor import Check, Status, ok
from corsheet.doctor.asking import Answer, ask, run
from corsheet.doctor.clock import check_clock, date_of
from corsheet.doctor.credentials import check_credentials, check_way
from corsheet.doctor.examine import Theme, examine, look_at
from corsheet.doctor.folder import check_place, share_of
from corsheet.doctor.port import (
    can_listen,
    check_firewall,
    check_port,
    listener,
    listening_in_netstat,
    who_has,
)
from corsheet.doctor.program import check_program
from corsheet.doctor.running import check_service
from corsheet.doctor.sample import check_sample
from corsheet.doctor.servers import check_introspection, check_keys
from corsheet.doctor.watching import check_watch
from corsheet.install.installed import Installed
from corsheet.install.steps import State
from corsheet.install.steps import Status as Doing
from corsheet.model import EVERY_UNIT, BusinessUnitId
from corsheet.settings import ServerSettings, Settings
from corsheet.settings.credentials import AuthSettings
from corsheet.snapshot.schema import FORMAT
from tests.support.introspection_server import CERTIFICATE, KEY, authorization_server
from tests.support.introspection_server import Answer as Said
from tests.support.orders import a_reading, a_snapshot, an_order
from tests.support.saving import versioned_workbook
from tests.support.service import serving

HASH = hash_password("till", CHEAPEST)
EVERY = frozenset({EVERY_UNIT})


def test_the_real_watch_sees_the_file(tmp_path: Path) -> None:
    """As the service watches; nothing is left behind."""
    (check,) = check_watch(tmp_path, seconds=10.0)

    assert (check.name, check.status) == ("watch", Status.OK)
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_free_is_only_looked_at() -> None:
    """Twice, since nobody keeps it."""
    server = ServerSettings(port=0)

    for _ in range(2):
        assert can_listen(server.host, server.port) is None
    assert [check.status for check in check_port(server, None)] == [Status.OK]


NETSTAT = """
Aktiva anslutningar

  Proto  Lokal adress           Extern adress          Status          PID
  TCP    0.0.0.0:135            0.0.0.0:0              LYSSNAR         912
  TCP    127.0.0.1:8080         0.0.0.0:0              LYSSNAR         4711
  TCP    127.0.0.1:50000        127.0.0.1:8080         UPPRÄTTAD       3000
  TCP    [::1]:18080            [::]:0                 LYSSNAR         5000
"""


@pytest.mark.parametrize(("port", "process"), [(8080, "4711"), (18080, "5000"), (80, "")])
def test_windows_netstat_is_read_in_any_language(port: int, process: str) -> None:
    """Who listens has no other end."""
    assert listening_in_netstat(NETSTAT, port) == process


TOLD = {
    "netstat": NETSTAT,
    "tasklist": '"nginx.exe","4711","Services","0","9 000 K"\n',
    "lsof": "p4711\ncnginx\nf6\n",
}
"""What programs of the systems print."""


@pytest.mark.parametrize(("system", "name"), [("win32", "nginx.exe"), ("darwin", "nginx")])
def test_whoever_listens_is_named_on_other_systems(
    monkeypatch: pytest.MonkeyPatch, system: str, name: str
) -> None:
    """By what the system's own programs print; where they say nothing, by nothing."""
    monkeypatch.setattr(sys, "platform", system)

    assert listener(8080, lambda command: TOLD[command[0]]) == f"process 4711 ({name})"
    assert listener(8080, lambda command: "") == ""


def test_windows_firewall_is_told_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is on unless somebody turned it off, and says so in the system's language only."""
    monkeypatch.setattr(sys, "platform", "win32")

    (check,) = check_firewall(ServerSettings(host="192.0.2.1", port=99), tmp_path)

    assert check.status is Status.WARNING
    assert check.cure.endswith("protocol=TCP localport=99")


def test_a_program_that_is_not_there_says_nothing() -> None:
    """Nor raises."""
    assert run(["corsheet-has-no-such-program"]) == ""


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104
def test_no_firewall_is_well(tmp_path: Path, host: str) -> None:
    """Nor one that bears on nobody."""
    (check,) = check_firewall(ServerSettings(host=host), tmp_path)

    assert check.status is Status.OK


def test_a_folder_of_ones_own_is_no_share(tmp_path: Path) -> None:
    """By this computer's own table; a UNC path is one by its name."""
    (check,) = check_place(tmp_path / "orders.xlsx", environment={})

    assert check.status is Status.OK
    assert share_of(Path("//server/share")) == "UNC path"


def test_a_later_mount_lies_over_an_earlier_one() -> None:
    """A share with a local disk mounted in it is none there."""
    mounts = "1 0 0:1 / /s rw - cifs //x rw\nshort\n2 1 0:2 / /s/local rw - ext4 /dev/a rw\n"

    assert [share_of(Path(path), mounts) for path in ("/s/a", "/s/local/a", "/t")] == [
        "cifs",
        "",
        "",
    ]


def test_who_may_ask_is_told_without_secrets() -> None:
    """Names, units and hosts; nothing of a hash, a secret or an address's path."""
    units = frozenset({BusinessUnitId("0007"), BusinessUnitId("0001")})
    users = [BasicUser(f"u{number}", HASH, EVERY) for number in range(6)]
    auth = AuthSettings(
        users=(BasicUser("butik", HASH, units), *users),
        clients=(Client("cloud", HASH, EVERY),),
        introspection=IntrospectionSettings(
            url="https://idp.example/introspect", client_id="us", client_secret="canary"
        ),
        jwt=JwtSettings(
            issuer="https://jwt.example", jwks_url="https://jwt.example/keys", audience="a"
        ),
    )

    (check,) = check_credentials(Settings(workbook=Path("orders.xlsx"), auth=auth))

    assert check == ok(
        "credentials",
        "with a password: butik (0001, 0007), u0 (every unit), u1 (every unit), u2 (every unit),"
        " u3 (every unit) and 2 more; with tokens of our own: cloud (every unit);"
        " with tokens that idp.example knows; with JWTs of jwt.example",
    )


def test_nobody_asked_for_credentials_is_told() -> None:
    """It is allowed on this computer, and not wise."""
    settings = Settings(workbook=Path("orders.xlsx"), allow_anonymous=True)

    (check,) = check_credentials(settings)

    assert check.status is Status.WARNING
    assert "corsheet user add" in check.cure


@pytest.mark.parametrize(
    ("server", "status", "word"),
    [
        (ServerSettings(), Status.OK, "proxy or tunnel"),
        (ServerSettings(behind_tls_proxy=True), Status.WARNING, "count as one"),
        (ServerSettings(trusted_proxy=("127.0.0.1",)), Status.OK, "stands in front"),
        (ServerSettings(tls_certificate=Path("c"), tls_key=Path("k")), Status.OK, "HTTPS"),
    ],
)
def test_the_way_of_a_request_is_told(server: ServerSettings, status: Status, word: str) -> None:
    """From the cloud to us."""
    (check,) = check_way(Settings(workbook=Path("orders.xlsx"), server=server))

    assert (check.status, word in check.seen) == (status, True)


def test_an_authorization_server_that_is_well() -> None:
    """It says no to a made-up token, and takes our credentials; its clock is taken."""
    with authorization_server() as server:
        settings = IntrospectionSettings(url=server.url, client_id="us", client_secret="s3cret")
        (check,) = check_introspection(settings)
        (keys,) = check_keys(
            JwtSettings(issuer="https://i.example", jwks_url=server.url, audience="a")
        )
        date = date_of(server.url.replace("/introspect", "/"))

    assert check == ok("authorization", "127.0.0.1 answers, and takes our credentials")
    assert keys.status is Status.TROUBLE  # an answer without keys
    assert "auth.jwt.jwks_url" in keys.cure
    assert date is not None  # of its refusal of HEAD


def test_servers_with_tls_are_asked() -> None:
    """Our own without a look at its certificate; the authorization server with one."""
    with authorization_server(has_tls=True) as server:
        answer = ask("localhost", server.port, "/healthz", is_tls=True)
        dates = [date_of(server.url, ca_file) for ca_file in (str(CERTIFICATE), "")]

    assert answer is not None
    assert [date is not None for date in dates] == [True, False]


def test_everything_that_the_settings_name_is_looked_at(tmp_path: Path) -> None:
    """A certificate, keys, tokens: each in the order of the page; no server holds it up."""
    with authorization_server() as server:
        url = server.url
        settings = Settings(
            workbook=tmp_path / "orders.xlsx",
            state_dir=tmp_path / "state",
            server=ServerSettings(port=0, tls_certificate=CERTIFICATE, tls_key=KEY),
            auth=AuthSettings(
                introspection=IntrospectionSettings(url=url, client_id="us", client_secret="x"),
                jwt=JwtSettings(issuer="https://i.example", jwks_url=url, audience="a"),
            ),
        )
        checks = examine(settings, seconds=30.0)

    names = [check.name for check in checks]
    assert names[0] == "workbook"
    assert names[-5:] == ["way", "certificate", "authorization", "authorization", "clock"]
    assert "127.0.0.1" in checks[-1].seen


def test_keys_that_cannot_be_fetched() -> None:
    """Nor has a server that is down a time."""
    with authorization_server() as server:
        url = server.url

    (check,) = check_keys(JwtSettings(issuer="https://i.example", jwks_url=url, audience="a"))

    assert (check.status, "cannot be reached" in check.seen) == (Status.TROUBLE, True)
    assert date_of(url) is None


def test_clocks_that_agree(tmp_path: Path) -> None:
    """A second more or less is the network's."""
    (check,) = check_clock(1_800_000_000.0, tmp_path / "none", {"idp": 1_800_000_001.0})

    assert check == ok("clock", "agrees with the workbook, idp")


def test_an_answer_that_is_no_json_is_no_corsheets() -> None:
    """Whatever listens on the port."""
    with authorization_server() as server:
        server.everything = Said(b"<html>")
        answer = ask("127.0.0.1", server.port, "/healthz")

    assert answer == Answer(200, {"active": True}, False)
    assert ask("127.0.0.1", server.port, "/healthz") is None


@pytest.mark.parametrize(
    ("body", "status", "seen", "cure"),
    [
        ({"status": "ready", "snapshot": {"ordersServed": 2}}, "ok", "serves 2 orders", ""),
        (
            {
                "status": "degraded",
                "snapshot": {"ordersServed": 1},
                "lastReload": {"outcome": "missing"},
            },
            "warning",
            "1 order of an older save (the last: missing)",
            "put the workbook back",
        ),
        ({"status": "unready", "snapshot": None}, "trouble", "no orders", "wait a moment"),
        ("odd", "trouble", "does not say", "start it again"),
    ],
)
def test_what_the_running_service_says(body: object, status: str, seen: str, cure: str) -> None:
    """In its own words' place ours, which name nothing of a cell."""
    (check,) = check_service(Answer(200, body, True), is_ours=True)

    assert (check.status.value, seen in check.seen, cure in check.cure) == (status, True, True)


def test_who_has_a_port() -> None:
    """Nobody; this process; nor does a foreign address make anybody have it."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]

        assert f"process {os.getpid()}" in who_has(ServerSettings(port=port))
        assert who_has(ServerSettings(host="192.0.2.1", port=port)) == ""
    assert who_has(ServerSettings(port=port)) == ""


def test_a_service_of_the_system_does_not_answer() -> None:
    """It was installed to; so that is trouble, and where to look is told."""
    ended = Installed("corsheet-two", Path("/var/lib/x"), Doing(State.STOPPED))

    (check,) = check_service(None, is_ours=False, installed=ended)

    assert (check.name, check.status.value) == ("service", "trouble")
    assert check.seen == "corsheet-two is installed, and does not answer (not running)"
    assert "corsheet service status --name corsheet-two" in check.cure


@pytest.mark.parametrize("state", [State.RUNNING, State.MISSING])
def test_a_service_of_the_system_is_known_though_its_state_may_not_be_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: State
) -> None:
    """Whoever asks is neither root nor the service's own user, and may not even ask systemd."""
    (tmp_path / "orders.xlsx").write_bytes(versioned_workbook(1))
    hidden = tmp_path / "private"
    running = Installed("corsheet", hidden / "corsheet", Doing(state))
    monkeypatch.setattr("corsheet.doctor.examine.find_installed", lambda config, computer: running)
    with serving(tmp_path) as service:
        port = urlsplit(service.address).port
        assert port is not None
        settings = Settings(workbook=tmp_path / "orders.xlsx", server=ServerSettings(port=port))

        checks = {check.name: check for check in examine(settings, tmp_path / "x.toml", 30.0)}

    assert checks["port"].seen == f"corsheet answers on 127.0.0.1:{port}"
    assert checks["state"].seen == f"{hidden / 'corsheet'} is held by the service"
    assert checks["service"].seen.startswith("runs, and serves ")


def test_the_sample_is_asked_for_as_the_till_does(tmp_path: Path) -> None:
    """Below the prefix, with the tenant's name, with an id that has a slash and an ö."""
    store = Store(tmp_path)
    store.publish(a_snapshot(store.partial("x"), a_reading(an_order("ö/1", unit="0007"))))
    settings = Settings(
        workbook=Path("orders.xlsx"),
        tenant_id="shop",
        server=ServerSettings(prefixes=("/api/v1",)),
    )

    (check,) = check_sample(settings, store)

    assert check.status is Status.OK, check
    assert "without credentials refused" in check.seen


def test_a_stack_that_does_not_answer_is_told(tmp_path: Path) -> None:
    """A snapshot that the service cannot open: its format is another."""
    import sqlite3  # noqa: PLC0415 - here only

    store = Store(tmp_path)
    path = store.publish(a_snapshot(store.partial("x"), a_reading(an_order("1"))))
    with sqlite3.connect(path) as database:
        database.execute("UPDATE meta SET value = ? WHERE name = 'format'", [FORMAT + 1])
    database.close()

    (check,) = check_sample(Settings(workbook=Path("orders.xlsx")), store)

    assert (check.status, "answered with 503" in check.seen) == (Status.TROUBLE, True)
    assert "corsheet doctor --json" in check.cure


def test_a_check_that_hangs_is_told_and_holds_nobody_up() -> None:
    """What it said before counts; the others are told in their order."""
    go_on = threading.Event()

    def hang() -> Iterator[Check]:
        yield ok("slow", "begun")
        go_on.wait(30)

    def fail() -> Iterator[Check]:
        raise ValueError("a secret")
        yield

    try:
        checks = look_at([Theme("slow", hang), Theme("odd", fail)], seconds=0.2)
    finally:
        go_on.set()

    assert [(check.name, check.status.value) for check in checks] == [
        ("slow", "ok"),
        ("slow", "warning"),
        ("odd", "trouble"),
    ]
    assert checks[2].seen == "looking ended with ValueError"
    assert all(check.cure for check in checks[1:])


def test_a_built_program_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it is one file or a folder: the same was built."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)

    (check,) = check_program()

    assert ", a built program, " in check.seen
