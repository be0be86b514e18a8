"""The settings: file < environment < command line, and every mistake told at once."""

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from corsheet.auth.basic import CHEAPEST, BasicUser, hash_password
from corsheet.auth.introspection import IntrospectionSettings
from corsheet.auth.jwt_ import JwtSettings
from corsheet.findings import Code, Language
from corsheet.model import EVERY_UNIT, BusinessUnitId
from corsheet.settings import (
    ServerSettings,
    Settings,
    SettingsError,
    load_settings,
)
from corsheet.settings.credentials import AuthSettings, is_loopback
from corsheet.settings.enactor import EnactorSettings
from corsheet.settings.table import SETTINGS, Kind, Setting
from corsheet.wire.enactor import EnactorOptions
from corsheet.workbook.limits import Limits

DATA = Path(__file__).parent / "data"
HASH = hash_password("till", CHEAPEST)
USER = f'[[auth.basic]]\nusername = "till"\npassword_hash = "{HASH}"\n'


class Given:
    """A settings file in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "shop" / "corsheet.toml"
        self.file.parent.mkdir()

    def load(
        self,
        text: str,
        environment: Mapping[str, str] | None = None,
        overrides: Mapping[str, Any] | None = None,
    ) -> Settings:
        """Gather the settings with this text in the file."""
        self.file.write_text(text, encoding="utf-8")
        return load_settings(self.file, environment or {}, overrides or {})

    def mistakes(
        self,
        text: str,
        environment: Mapping[str, str] | None = None,
        overrides: Mapping[str, Any] | None = None,
    ) -> list[tuple[str, str]]:
        """Give key and code of each mistake that loading tells."""
        with pytest.raises(SettingsError) as caught:
            self.load(text, environment, overrides)
        assert caught.value.source == "corsheet.toml"
        for finding in caught.value.findings:
            assert finding.problem.message
            assert finding.problem.hint
            assert finding.is_error
        return [(f.cell, f.problem.code.id) for f in caught.value.findings]


@pytest.fixture
def given(tmp_path: Path) -> Given:
    """Give a settings file."""
    return Given(tmp_path)


def value(settings: Settings, key: str) -> Any:
    """Give a setting by its key."""
    found: Any = settings
    for name in key.split("."):
        found = getattr(found, name)
    return found


def test_the_table_and_the_values_have_the_same_settings() -> None:
    """A row without an attribute is a setting that does nothing; the other way, none can set it."""
    defaults = Settings(workbook=Path("orders.xlsx"))
    attributes = {
        *({f.name for f in dataclasses.fields(Settings)} - {"auth", "server", "enactor", "limits"}),
        *("auth.htpasswd", "auth.token_seconds", "auth.introspection.client_secret_file"),
        *(f"auth.introspection.{f.name}" for f in dataclasses.fields(IntrospectionSettings)),
        *(f"auth.jwt.{f.name}" for f in dataclasses.fields(JwtSettings)),
        *(f"server.{f.name}" for f in dataclasses.fields(ServerSettings)),
        *(f"enactor.{f.name}" for f in dataclasses.fields(EnactorSettings)),
        *(f"limits.{f.name}" for f in dataclasses.fields(Limits)),
    }
    shown: dict[str, Any] = {
        "workbook": "orders.xlsx",
        "state_dir": "",
        "server.tls_certificate": "",
        "server.tls_key": "",
        "auth.htpasswd": "",
    }

    assert {setting.key for setting in SETTINGS} == attributes
    for setting in SETTINGS:
        if setting.key.startswith(("auth.introspection.", "auth.jwt.")):
            continue  # neither is in use
        expected = shown.get(setting.key, value(defaults, setting.key))
        assert setting.default == expected, setting.key


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_each_setting_is_described_and_its_default_is_allowed(setting: Setting) -> None:
    """The table is also the documentation, so each row says what it does."""
    assert setting.why.endswith(".")
    if setting.kind is Kind.INTEGER:
        assert setting.least <= setting.default <= setting.most
    if setting.choices:
        usual = setting.default if setting.kind is Kind.TEXTS else [setting.default]
        assert set(usual) <= set(setting.choices)


def test_a_file_with_a_user_is_enough(given: Given) -> None:
    """Everything else has a default; the workbook stands beside the file."""
    settings = given.load(USER)

    assert settings == Settings(
        workbook=given.file.parent / "orders.xlsx",
        auth=AuthSettings(users=(BasicUser("till", HASH, frozenset({EVERY_UNIT})),)),
    )


def test_every_setting_can_be_set_in_the_file(given: Given) -> None:
    """By its key, in its table."""
    for name, source in (("cert.pem", "localhost.pem"), ("key.pem", "localhost-key.pem")):
        (given.file.parent / name).write_bytes((DATA / source).read_bytes())
    settings = given.load(
        """
        workbook = "w.xlsx"
        business_unit = " 0001 "
        state_dir = "state"
        tenant_id = "shop"
        language = "sv"
        log_level = "debug"
        [server]
        host = "0.0.0.0"
        port = 0
        engine = "granian"
        prefixes = ["/a", "/b/c.d-e_f~1"]
        workers = 3
        tls_certificate = "cert.pem"
        tls_key = "key.pem"
        behind_tls_proxy = true
        trusted_proxy = ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"]
        threads = 64
        connection_limit = 1
        max_body_bytes = 64
        max_header_bytes = 1024
        [enactor]
        enabled = false
        prefix = "/rest"
        identity = "id_token"
        issuer = "http://www.enactor.co/"
        jwks_url = "https://id.example/jwks"
        audience = "client"
        currency_exponent = 0
        currency = "JPY"
        type_id = "WEB"
        statuses = ["CREATED = NEW"]
        [limits]
        workbook_bytes = 1024
        unpacked_bytes = 2048
        ratio = 13
        entries = 10
        rows = 11
        columns = 12
        memory_bytes = 0
        seconds = 1
        """
        + USER
    )

    assert settings == Settings(
        workbook=given.file.parent / "w.xlsx",
        business_unit=BusinessUnitId("0001"),
        state_dir=given.file.parent / "state",
        tenant_id="shop",
        language=Language.SWEDISH,
        log_level="debug",
        server=ServerSettings(
            host="0.0.0.0",  # noqa: S104 - never listened on
            port=0,
            engine="granian",
            prefixes=("/a", "/b/c.d-e_f~1"),
            workers=3,
            tls_certificate=given.file.parent / "cert.pem",
            tls_key=given.file.parent / "key.pem",
            behind_tls_proxy=True,
            trusted_proxy=("127.0.0.1", "10.0.0.0/8", "2001:db8::/32"),
            threads=64,
            connection_limit=1,
            max_body_bytes=64,
            max_header_bytes=1024,
        ),
        enactor=EnactorSettings(
            enabled=False,
            prefix="/rest",
            identity="id_token",
            issuer="http://www.enactor.co/",
            jwks_url="https://id.example/jwks",
            audience="client",
            currency_exponent=0,
            currency="JPY",
            type_id="WEB",
            statuses=("CREATED = NEW",),
        ),
        limits=Limits(
            workbook_bytes=1024,
            unpacked_bytes=2048,
            ratio=13,
            entries=10,
            rows=11,
            columns=12,
            memory_bytes=0,
            seconds=1,
        ),
        auth=settings.auth,
    )


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(given: Given) -> None:
    """The nearer to the person who starts it, the stronger."""
    text = (
        "tenant_id = 'file'\n[server]\nbehind_tls_proxy = true\n"
        "host = 'file'\nport = 1\nthreads = 9\n" + USER
    )
    environment = {"CORSHEET_SERVER_HOST": "environment", "CORSHEET_SERVER_PORT": "2"}

    settings = given.load(text, environment, {"server.port": 3})

    assert settings.server.port == 3
    assert settings.server.host == "environment"
    assert settings.server.threads == 9
    assert settings.tenant_id == "file"


@pytest.mark.parametrize(
    ("variable", "text", "key", "expected"),
    [
        ("CORSHEET_BUSINESS_UNIT", "0007", "business_unit", "0007"),
        ("CORSHEET_SERVER_PORT", "0", "server.port", 0),
        ("CORSHEET_SERVER_PREFIXES", ",/api", "server.prefixes", ("", "/api")),
        ("CORSHEET_SERVER_PREFIXES", "", "server.prefixes", ("",)),
        ("CORSHEET_ALLOW_ANONYMOUS", "false", "allow_anonymous", False),
        ("CORSHEET_ALLOW_ANONYMOUS", "0", "allow_anonymous", False),
        ("CORSHEET_LOG_LEVEL", "error", "log_level", "error"),
        ("CORSHEET_LIMITS_SECONDS", "7", "limits.seconds", 7),
        ("CORSHEET_STATE_DIR", "", "state_dir", None),
    ],
)
def test_a_variable_is_read_as_its_kind(
    given: Given, variable: str, text: str, key: str, expected: object
) -> None:
    """The environment knows text only."""
    assert value(given.load(USER, {variable: text}), key) == expected


def test_other_programs_variables_are_left_alone(given: Given) -> None:
    """Only what begins with our prefix is ours."""
    environment = {"PATH": "/bin", "SERVER_PORT": "x", "corsheet_port": "y", "XCORSHEET_PORT": "z"}

    assert given.load(USER, environment) == given.load(USER)


def test_a_path_in_the_file_is_relative_to_the_file(given: Given) -> None:
    """The file and the workbook move together; a path from outside is relative to the caller."""
    text = "workbook = 'a/w.xlsx'\nstate_dir = '../state'\n" + USER
    shop = given.file.parent

    inside = given.load(text)
    outside = given.load(text, {"CORSHEET_STATE_DIR": "here"}, {"workbook": "b.xlsx"})
    absolute = given.load(f"workbook = '{shop / 'x.xlsx'}'\n" + USER)

    assert (inside.workbook, inside.state_dir) == (shop / "a/w.xlsx", shop / "../state")
    assert (outside.workbook, outside.state_dir) == (Path("b.xlsx"), Path("here"))
    assert absolute.workbook == shop / "x.xlsx"


def test_a_path_may_begin_at_home(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    """``~`` is the user's folder."""
    monkeypatch.setenv("HOME", "/home/shop")
    monkeypatch.setenv("USERPROFILE", "/home/shop")

    assert given.load('workbook = "~/w.xlsx"\n' + USER).workbook == Path("/home/shop/w.xlsx")


def test_a_file_from_notepad_is_read(given: Given) -> None:
    """A byte order mark in front and Windows line ends do not matter."""
    given.file.write_bytes(
        b"\xef\xbb\xbf" + ("tenant_id = 'å'\n" + USER).encode().replace(b"\n", b"\r\n")
    )

    assert load_settings(given.file, {}, {}).tenant_id == "å"


def test_users_are_read_with_their_units(given: Given) -> None:
    """Ids as in the workbook; none named: every unit."""
    two = USER.replace("till", "butik") + 'business_units = [" 0001 ", "O\u0308rebro"]\n'

    first, second = given.load(USER + two).auth.users

    assert (first.username, first.business_units) == ("till", frozenset({"*"}))
    assert (second.username, second.business_units) == ("butik", frozenset({"0001", "Örebro"}))
    assert second.password_hash.matches("till")


def test_every_mistake_is_told_at_once(given: Given) -> None:
    """Whoever mends the settings starts the service once more, not seven times."""
    mistakes = given.mistakes(
        """
        workbok = "x.xlsx"
        log_level = "loud"
        [server]
        port = "8080"
        threads = 0
        tls = true
        [limits]
        rows = 2.5
        """,
        {"CORSHEET_PROT": "1", "CORSHEET_SERVER_PORT": "port"},
        {"server.port": 70_000},
    )

    assert sorted(mistakes) == sorted(
        [
            ("workbok", "CS502"),
            ("log_level", "CS503"),
            ("server.port", "CS503"),
            ("server.threads", "CS503"),
            ("server.tls", "CS502"),
            ("limits.rows", "CS503"),
            ("CORSHEET_PROT", "CS502"),
            ("CORSHEET_SERVER_PORT", "CS503"),
            ("--port", "CS503"),
            ("auth.basic", "CS504"),
        ]
    )


@pytest.mark.parametrize(
    ("text", "key", "code"),
    [
        pytest.param("workbook = 7", "workbook", "CS503", id="number for a path"),
        pytest.param("workbook = ['a', 'b']", "workbook", "CS503", id="list for a path"),
        pytest.param("tenant_id = true", "tenant_id", "CS503", id="truth for a text"),
        pytest.param("state_dir = 2026-01-01", "state_dir", "CS503", id="date for a path"),
        pytest.param("log_level = 'INFO'", "log_level", "CS503", id="not of the choices"),
        pytest.param("server.port = '80'", "server.port", "CS503", id="text for a number"),
        pytest.param("server.port = true", "server.port", "CS503", id="truth for a number"),
        pytest.param("server.port = 80.0", "server.port", "CS503", id="fraction for a number"),
        pytest.param("server.port = -1", "server.port", "CS503", id="below"),
        pytest.param("server.port = 65536", "server.port", "CS503", id="above"),
        pytest.param("server.threads = 65", "server.threads", "CS503", id="too many threads"),
        pytest.param("limits.columns = 16385", "limits.columns", "CS503", id="more than Excel has"),
        pytest.param("limits.seconds = 0", "limits.seconds", "CS503", id="no time at all"),
        pytest.param("server.engine = 'gunicorn'", "server.engine", "CS503", id="no such engine"),
        pytest.param("server.prefixes = '/api'", "server.prefixes", "CS503", id="text for a list"),
        pytest.param("server.prefixes = []", "server.prefixes", "CS503", id="no prefixes"),
        pytest.param(
            "server.prefixes = ['/a', 7]", "server.prefixes", "CS503", id="number in a list"
        ),
        pytest.param(
            "server.prefixes = ['api']", "server.prefixes", "CS503", id="no slash in front"
        ),
        pytest.param("server.prefixes = ['/api/']", "server.prefixes", "CS503", id="slash behind"),
        pytest.param("server.prefixes = ['/']", "server.prefixes", "CS503", id="slash alone"),
        pytest.param("server.prefixes = ['/a/..']", "server.prefixes", "CS503", id="taken away"),
        pytest.param("server.prefixes = ['/<x>']", "server.prefixes", "CS503", id="wildcard"),
        pytest.param("server.prefixes = ['/:x']", "server.prefixes", "CS503", id="old wildcard"),
        pytest.param('server.prefixes = ["/a\\n"]', "server.prefixes", "CS503", id="line break"),
        pytest.param("server = 7", "server", "CS502", id="number for a table"),
        pytest.param("server.nothing.at.all = 1", "server.nothing.at.all", "CS502", id="deep"),
        pytest.param("Workbook = 'x'", "Workbook", "CS502", id="other case"),
        pytest.param("auth.basics = []", "auth.basics", "CS502", id="misspelt table"),
    ],
)
def test_a_wrong_setting_is_told_by_its_key(given: Given, text: str, key: str, code: str) -> None:
    """One mistake, one finding; nothing is taken for what it is not."""
    assert given.mistakes(f"{text}\n{USER}") == [(key, code)]


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("CORSHEET_SERVER_PORT", ""),
        ("CORSHEET_SERVER_PORT", "+1"),
        ("CORSHEET_SERVER_PORT", "1e3"),
        ("CORSHEET_SERVER_PORT", "٣"),
        ("CORSHEET_SERVER_PORT", "9" * 5000),
        ("CORSHEET_ALLOW_ANONYMOUS", "yes"),
        ("CORSHEET_ALLOW_ANONYMOUS", ""),
        ("CORSHEET_SERVER_PREFIXES", "/a,/b/"),
        ("CORSHEET_LOG_LEVEL", ""),
    ],
)
def test_a_variable_that_cannot_be_read_is_told_by_its_name(
    given: Given, variable: str, text: str
) -> None:
    """The person looks for the name that was typed."""
    assert given.mistakes(USER, {variable: text}) == [(variable, "CS503")]


@pytest.mark.parametrize(
    ("table", "mistakes"),
    [
        pytest.param(f"password_hash = '{HASH}'", [("username", "CS503")], id="no name"),
        pytest.param(
            f"username = ''\npassword_hash = '{HASH}'", [("username", "CS503")], id="empty"
        ),
        pytest.param(
            f"username = 'a:b'\npassword_hash = '{HASH}'", [("username", "CS503")], id="colon"
        ),
        pytest.param(
            f"username = 7\npassword_hash = '{HASH}'", [("username", "CS503")], id="number"
        ),
        pytest.param("username = 'u'", [("password_hash", "CS503")], id="no hash"),
        pytest.param(
            "username = 'u'\npassword_hash = 'x'", [("password_hash", "CS503")], id="bare"
        ),
        pytest.param(
            "username = 'u'\npassword_hash = 7", [("password_hash", "CS503")], id="hash 7"
        ),
        pytest.param(
            f"username = 'u'\npassword_hash = '{HASH}'\nbusiness_units = []",
            [("business_units", "CS503")],
            id="no units",
        ),
        pytest.param(
            f"username = 'u'\npassword_hash = '{HASH}'\nbusiness_units = '*'",
            [("business_units", "CS503")],
            id="units no list",
        ),
        pytest.param(
            f"username = 'u'\npassword_hash = '{HASH}'\nbusiness_units = [1]",
            [("business_units", "CS503")],
            id="unit a number",
        ),
        pytest.param(
            f"username = 'u'\npassword_hash = '{HASH}'\npassword = 'x'",
            [("password", "CS502")],
            id="unknown",
        ),
        pytest.param(
            "password = 'x'\nbusiness_units = 7",
            [
                ("password", "CS502"),
                ("username", "CS503"),
                ("business_units", "CS503"),
                ("password_hash", "CS503"),
            ],
            id="everything",
        ),
    ],
)
def test_a_user_that_cannot_be_used_is_told(
    given: Given, table: str, mistakes: list[tuple[str, str]]
) -> None:
    """By the table's number and key, beside a user that is in order; no hash is repeated."""
    found = given.mistakes(f"{USER}[[auth.basic]]\n{table}\n")

    assert found == [(f"auth.basic[2].{key}", code) for key, code in mistakes]


def test_a_name_stands_once(given: Given) -> None:
    """Which password would count?"""
    assert given.mistakes(USER + USER) == [("auth.basic[2].username", "CS505")]


def test_a_name_stands_once_in_whichever_unicode_form(given: Given) -> None:
    """The header is made NFC (RFC 7617), so both tables would be one user."""
    composed, apart = USER.replace("till", "ö"), USER.replace("till", "o\u0308")

    assert given.mistakes(composed + apart) == [("auth.basic[2].username", "CS505")]


@pytest.mark.parametrize("text", ["[auth]\nbasic = 'x'", "[auth.basic]\nusername = 'x'"])
def test_users_are_a_list_of_tables(given: Given, text: str) -> None:
    """The usual slip, one bracket in place of two, is told as such."""
    assert given.mistakes(text) == [("auth.basic", "CS503")]


@pytest.mark.parametrize("text", ["", "auth.basic = []", "[auth]"])
def test_nobody_may_ask_is_a_mistake(given: Given, text: str) -> None:
    """There is no way to serve without credentials by forgetting them."""
    assert given.mistakes(text) == [("auth.basic", "CS504")]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_anybody_may_ask_on_this_computer(given: Given, host: str) -> None:
    """``allow_anonymous`` is for trying out."""
    settings = given.load(f"allow_anonymous = true\nserver.host = '{host}'")

    assert settings.allow_anonymous
    assert settings.auth.users == ()


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "192.168.1.7", "example.com", "localhost.example.com", "127.0.0.1.x"],  # noqa: S104
)
def test_not_everybody_may_ask_from_everywhere(given: Given, host: str) -> None:
    """Refused unless only this computer reaches the host, from wherever it is set."""
    assert not is_loopback(host)
    assert given.mistakes(f"allow_anonymous = true\nserver.host = '{host}'") == [
        ("allow_anonymous", "CS505")
    ]
    assert given.mistakes("allow_anonymous = true", {}, {"server.host": host}) == [
        ("allow_anonymous", "CS505")
    ]


def test_users_whom_nobody_asks_for_a_password_are_a_contradiction(given: Given) -> None:
    """One of the two is an accident."""
    assert given.mistakes("allow_anonymous = true\n" + USER) == [("allow_anonymous", "CS505")]


def test_a_missing_file_is_one_mistake(tmp_path: Path) -> None:
    """One finding for one cause: what the file would have held is not missed as well."""
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path / "missing.toml", {}, {})

    assert caught.value.source == "missing.toml"
    assert [f.problem.code for f in caught.value.findings] == [Code.SETTINGS_UNREADABLE]


@pytest.mark.parametrize(
    "content",
    [b"workbook = orders.xlsx", b"[server", b"a = 1\na = 2", b"\xff\xfe", b"tenant_id = '\xf6'"],
)
def test_a_file_that_is_not_toml_is_one_mistake(given: Given, content: bytes) -> None:
    """Likewise; the message says where."""
    given.file.write_bytes(content)

    with pytest.raises(SettingsError) as caught:
        load_settings(given.file, {}, {})

    assert [f.problem.code for f in caught.value.findings] == [Code.SETTINGS_UNREADABLE]
    assert re.match("it is not (TOML|UTF-8)", caught.value.findings[0].problem.message)


def test_without_a_file_the_environment_is_enough() -> None:
    """A container has no file."""
    settings = load_settings(None, {"CORSHEET_ALLOW_ANONYMOUS": "true"}, {"workbook": "w.xlsx"})

    assert settings == Settings(workbook=Path("w.xlsx"), allow_anonymous=True)


def test_without_a_file_mistakes_are_told_too() -> None:
    """They are of the settings, wherever they come from."""
    with pytest.raises(SettingsError) as caught:
        load_settings(None, {"CORSHEET_LOG_LEVEL": "loud"}, {})

    assert caught.value.source == "settings"
    assert [f.cell for f in caught.value.findings] == ["CORSHEET_LOG_LEVEL", "auth.basic"]


def test_no_secret_stands_in_settings_or_their_mistakes(given: Given) -> None:
    """What is logged or shown opens no door."""
    settings = given.load(USER)
    salt, key = str(HASH).split(":")[-2:]
    slip = USER.replace(str(HASH), "my-real-passw0rd")

    with pytest.raises(SettingsError) as caught:
        given.load(slip)

    assert salt not in repr(settings)
    assert key not in repr(settings)
    assert "passw0rd" not in repr(caught.value) + repr(caught.value.findings)


@pytest.mark.parametrize("key", ["workbook", "business_unit", "server.host"])
def test_what_must_be_something_may_not_be_empty(given: Given, key: str) -> None:
    """An empty host would be every address of the computer, an empty workbook a folder."""
    assert given.mistakes(f"{key} = ''\n" + USER) == [(key, "CS503")]


def test_the_table_of_enactor_says_how_orders_are_written(given: Given) -> None:
    """As without settings where nothing is said; statuses by their two words."""
    usual = given.load(USER).enactor
    text = (
        "[enactor]\ncurrency_exponent = 3\ncurrency = 'KWD'\ntype_id = 'WEB'\n"
        "statuses = ['CREATED = NEW', 'held back=WAITING']\n"
    )

    assert usual.options == EnactorOptions()
    assert given.load(text + USER).enactor.options == EnactorOptions(
        currency_exponent=3,
        currency="KWD",
        type_id="WEB",
        statuses={"CREATED": "NEW", "held back": "WAITING"},
    )
    assert given.load(f"enactor.statuses = []\n{USER}").enactor.options.statuses == {}


@pytest.mark.parametrize(
    ("prefix", "prefixes", "code"),
    [
        ("/WebRestApi/rest", "['']", None),
        ("/a", "['', '/api/v1']", None),
        ("/api/v1/enactor", "['/api/v1']", None),
        ("/api", "['/apiary']", None),
        ("/healthzz", "['']", None),
        ("", "['']", "CS503"),
        ("/", "['']", "CS503"),
        ("/a/", "['']", "CS503"),
        ("a", "['']", "CS503"),
        ("//a", "['']", "CS503"),
        ("/<a>", "['']", "CS503"),
        ("/a:b", "['']", "CS503"),
        ("/a?b", "['']", "CS503"),
        ("/.", "['']", "CS503"),
        ("/..", "['']", "CS503"),
        ("/../x", "['']", "CS503"),
        ("/./x", "['']", "CS503"),
        ("/x/../healthz", "['']", "CS503"),
        ("/.../..x/x..", "['']", None),
        ("/api/v1", "['', '/api/v1']", "CS505"),
        ("/api", "['', '/api/v1']", "CS505"),
        ("/business-units", "['']", "CS505"),
        ("/business-units/x", "['']", "CS505"),
        ("/api/business-units", "['/api']", "CS505"),
        ("/oauth2", "['']", "CS505"),
        ("/oauth2/x", "['']", "CS505"),
        ("/readyz", "['']", "CS505"),
    ],
)
def test_enactors_paths_are_nobody_elses(
    given: Given, prefix: str, prefixes: str, code: str | None
) -> None:
    """Everything below its prefix is answered in Enactor's form, so nothing else may be there."""
    text = f"server.prefixes = {prefixes}\nenactor.prefix = '{prefix}'\n{USER}"

    if code is None:
        assert given.load(text).enactor.prefix == prefix
    else:
        assert given.mistakes(text) == [("enactor.prefix", code)]


@pytest.mark.parametrize(
    ("line", "key", "code"),
    [
        ("identity = 'cookie'", "identity", "CS503"),
        ("currency_exponent = 5", "currency_exponent", "CS503"),
        ("currency_exponent = -1", "currency_exponent", "CS503"),
        ("type_id = ''", "type_id", "CS503"),
        ("statuses = 'A=B'", "statuses", "CS503"),
        ("statuses = ['A']", "statuses", "CS503"),
        ("statuses = ['A=']", "statuses", "CS503"),
        ("statuses = ['=B']", "statuses", "CS503"),
        ("statuses = ['A=B=C']", "statuses", "CS503"),
        ("statuses = ['A=B', 'A =C']", "statuses", "CS505"),
        (r'statuses = ["A=\nB"]', "statuses", "CS503"),
        (r'currency = "\u0000"', "currency", "CS503"),
        ("currency = ' '", "currency", "CS503"),
        ("type_id = ' '", "type_id", "CS503"),
        (r'type_id = "A\tB"', "type_id", "CS503"),
        ("type_id = 'WEB '", "type_id", "CS503"),
        ("issuer = 'x'", "issuer", "CS505"),
        ("jwks_url = 'https://x'", "jwks_url", "CS505"),
        ("identity = 'none'\naudience = 'x'", "audience", "CS505"),
        ("identity = 'id_token'\njwks_url = 'https://x'", "issuer", "CS504"),
        ("identity = 'id_token'\nissuer = 'x'", "jwks_url", "CS504"),
        ("identity = 'id_token'\nissuer = 'x'\njwks_url = 'http://x'", "jwks_url", "CS503"),
        ("identity = 'id_token'\nissuer = 'x'\njwks_url = 'x'", "jwks_url", "CS503"),
        *(
            (f'identity = "id_token"\nissuer = "x"\njwks_url = "{url}"', "jwks_url", "CS503")
            for url in (
                r"https://x/\u0000",
                "https://x/a b",
                " https://x/j",
                "https://x:/j",
                "https://x:",
                "https://[x",
                "https://x:0x1/",
            )
        ),
        ("identity = 'id_token'\nissuer = ' '\njwks_url = 'https://x'", "issuer", "CS503"),
        (
            "identity = 'id_token'\nissuer = 'x'\njwks_url = 'https://x'\naudience = ' x'",
            "audience",
            "CS503",
        ),
    ],
)
def test_a_wrong_setting_of_enactor_is_told(given: Given, line: str, key: str, code: str) -> None:
    """By its key, and once."""
    assert given.mistakes(f"[enactor]\n{line}\n{USER}") == [(f"enactor.{key}", code)]


def test_id_tokens_need_their_library(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes with an extra, which the mistake names."""
    text = "[enactor]\nidentity = 'id_token'\nissuer = 'x'\njwks_url = 'https://x'\n" + USER
    assert given.load(text).enactor.identity == "id_token"
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    assert ("enactor.identity", "CS505") in given.mistakes(text)
