"""The settings: ``corsheet.toml`` < ``CORSHEET_…`` < command line.

``table`` says what may be set; ``load_settings`` gathers it. Everything wrong is
told at once, as CS5xx findings that name the file and the key.
"""

import importlib.util
import ipaddress
import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corsheet.auth.basic import BasicUser, parse_hash
from corsheet.findings import Code, Finding, Language, Problem, echo
from corsheet.model import EVERY_UNIT, BusinessUnitId, normalise_id
from corsheet.settings.table import ENVIRONMENT_PREFIX, SETTINGS, USER_KEYS, Kind, Setting
from corsheet.workbook.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """``[server]``; see ``SETTINGS`` for each."""

    host: str = "127.0.0.1"
    port: int = 8080
    engine: str = "auto"
    prefixes: tuple[str, ...] = ("", "/api/v1")
    workers: int = 2
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    threads: int = 4
    connection_limit: int = 500
    max_body_bytes: int = 64 * 1024
    max_header_bytes: int = 16 * 1024

    @property
    def uses_tls(self) -> bool:
        """Whether HTTPS is served."""
        return self.tls_certificate is not None

    @property
    def uses_granian(self) -> bool:
        """Whether granian serves: where it is asked for, or left open and installed."""
        return self.engine == "granian" or (self.engine == "auto" and has_granian())


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set; see ``SETTINGS`` for each.

    Attributes:
        state_dir: None: the user's state folder decides.
        users: Of ``[[auth.basic]]``.
    """

    workbook: Path
    business_unit: BusinessUnitId = EVERY_UNIT
    state_dir: Path | None = None
    tenant_id: str = ""
    allow_anonymous: bool = False
    language: Language = Language.ENGLISH
    log_level: str = "info"
    server: ServerSettings = field(default_factory=ServerSettings)
    users: tuple[BasicUser, ...] = ()
    limits: Limits = field(default_factory=Limits)


TOML_CURE = (
    "texts and paths stand in quotes; a Windows path in single ones,"
    r" such as workbook = 'C:\shop\orders.xlsx'"
)

USERS_CURE = (
    "add a [[auth.basic]] table with username and password_hash;"
    " `corsheet hash-password` makes the hash, `corsheet init` a whole file"
)

NO_FILE_CURE = (
    "go to the folder of corsheet.toml, or name the file with --config; `corsheet init` writes one"
)


class SettingsError(Exception):
    """The settings cannot be used.

    Attributes:
        source: The settings file's name, or what stands for it.
        findings: Everything wrong with them.
    """

    def __init__(self, source: str, findings: Sequence[Finding]) -> None:
        super().__init__(f"{source}: {len(findings)} mistakes")
        self.source = source
        self.findings = tuple(findings)

    def by_source(self) -> dict[str, list[Finding]]:
        """Give the findings by where each came from: the file, or a place before it."""
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            source = self.source
            if finding.key.startswith("--"):
                source = "command line"
            elif finding.key.startswith(ENVIRONMENT_PREFIX):
                source = "environment"
            found.setdefault(source, []).append(finding)
        return found


def load_settings(
    file: Path | None, environment: Mapping[str, str], overrides: Mapping[str, Any]
) -> Settings:
    """Gather the settings.

    Args:
        file: ``corsheet.toml``; None: there is none.
        environment: Of the process.
        overrides: From the command line, by key; paths are relative to the
            current folder, those in the file to the file's.

    Raises:
        SettingsError: Anything is wrong; it tells everything at once.
    """
    gathering = _Gathering()
    base = Path()
    if file is not None:
        base = file.parent
        gathering.add_file(file)
    gathering.add_environment(environment)
    gathering.add_command_line(overrides)
    values = {setting.key: setting.default for setting in SETTINGS} | gathering.values
    for setting in SETTINGS:
        path = values[setting.key]
        if setting.kind is Kind.PATH and path:
            folder = Path() if setting.key in gathering.from_outside else base
            values[setting.key] = str(folder / Path(path).expanduser())
    settings = _settings(values, tuple(gathering.users))
    gathering.check(settings, has_file=file is not None)
    if gathering.findings:
        source = "settings" if file is None else file.name or str(file)
        raise SettingsError(source, gathering.findings)
    return settings


class _Gathering:
    """Values by key, and what is wrong with them."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.from_outside: set[str] = set()
        self.users: list[BasicUser] = []
        self.findings: list[Finding] = []
        self._known = {setting.key: setting for setting in SETTINGS}

    def add_file(self, file: Path) -> None:
        try:
            tables = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        except OSError as error:
            cure = "mend the path given with --config; `corsheet init` writes a fresh file"
            self._find("", Code.SETTINGS_UNREADABLE, f"{error.strerror or error}", cure)
            return
        except UnicodeDecodeError:
            cure = "save it in the editor with the encoding UTF-8"
            self._find("", Code.SETTINGS_UNREADABLE, "it is not UTF-8", cure)
            return
        except ValueError as error:
            self._find("", Code.SETTINGS_UNREADABLE, f"it is not TOML: {error}", TOML_CURE)
            return
        users = tables.get("auth", {})
        if isinstance(users, dict) and "basic" in users:
            self._add_users(users.pop("basic"))
            if not users:
                del tables["auth"]
        for key, value in _flat(tables):
            self._add(key, key, value)

    def add_environment(self, environment: Mapping[str, str]) -> None:
        variables = {setting.variable: setting for setting in SETTINGS}
        for name in sorted(environment):
            if not name.startswith(ENVIRONMENT_PREFIX):
                continue
            if name not in variables:
                self._find(name, Code.UNKNOWN_SETTING, "there is no such setting")
                continue
            setting = variables[name]
            self._add(setting.key, name, _from_text(setting.kind, environment[name]))
            self.from_outside.add(setting.key)

    def add_command_line(self, overrides: Mapping[str, Any]) -> None:
        for key, value in overrides.items():
            self._add(key, f"--{key.rpartition('.')[2]}", value)
            self.from_outside.add(key)

    def check(self, settings: Settings, *, has_file: bool) -> None:
        """Look at settings that must go together."""
        self._check_tls(settings.server)
        if settings.server.engine == "granian" and not has_granian():
            self._find(
                "server.engine",
                Code.SETTINGS_CONTRADICT,
                "granian is not installed",
                "install it with corsheet's extra `fast`, or take the line away",
            )
        if settings.allow_anonymous:
            if not is_loopback(settings.server.host):
                self._find(
                    "allow_anonymous",
                    Code.SETTINGS_CONTRADICT,
                    f"nobody may be let in without credentials at {settings.server.host}",
                    "take allow_anonymous away, or listen on 127.0.0.1",
                )
            if settings.users:
                self._find(
                    "allow_anonymous",
                    Code.SETTINGS_CONTRADICT,
                    "there are users, and nobody is asked for a password",
                    "take away allow_anonymous, or the [[auth.basic]] tables",
                )
        elif not settings.users and not self._explain_no_users():
            self._find(
                "auth.basic",
                Code.SETTING_MISSING,
                "there is nobody who may ask for orders",
                USERS_CURE if has_file else NO_FILE_CURE,
            )

    def _check_tls(self, server: ServerSettings) -> None:
        """Look at certificate and key: both or none, readable, and an engine that can."""
        files = {"tls_certificate": server.tls_certificate, "tls_key": server.tls_key}
        for (key, file), other in zip(files.items(), reversed(files), strict=True):
            if file is None and files[other] is not None:
                message = f"server.{other} is set without it"
                self._find(f"server.{key}", Code.SETTING_MISSING, message, "set both, or none")
            elif file is not None and not file.is_file():
                cure = "mend the path, or take both lines away to serve HTTP"
                self._find(f"server.{key}", Code.WRONG_SETTING, f"{file} is not there", cure)
        if any(files.values()) and not server.uses_granian:
            self._find(
                "server.engine",
                Code.SETTINGS_CONTRADICT,
                "waitress cannot serve HTTPS",
                'install the extra `fast` and set engine = "granian", or put a proxy in front',
            )

    def _explain_no_users(self) -> bool:
        """Tell whether a mistake that is told already is why there are no users."""
        return any(
            finding.problem.code is Code.SETTINGS_UNREADABLE or finding.key.startswith("auth.basic")
            for finding in self.findings
        )

    def _add(self, key: str, place: str, value: Any) -> None:
        setting = self._known.get(key)
        if setting is None:
            self._find(place, Code.UNKNOWN_SETTING, "there is no such setting")
            return
        wrong = _wrong(setting, value)
        if wrong:
            self._find(place, Code.WRONG_SETTING, wrong)
            return
        self.values[key] = tuple(value) if setting.kind is Kind.TEXTS else value

    def _add_users(self, tables: Any) -> None:
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self._find(
                "auth.basic",
                Code.WRONG_SETTING,
                "it is not a list of tables",
                "write [[auth.basic]], with two brackets",
            )
            return
        for number, table in enumerate(tables, 1):
            self._add_user(f"auth.basic[{number}]", table)

    def _add_user(self, place: str, table: dict[str, Any]) -> None:
        for key in table:
            if key not in USER_KEYS:
                self._find(f"{place}.{key}", Code.UNKNOWN_SETTING, "there is no such setting")
        username = table.get("username")
        if not isinstance(username, str) or not username or ":" in username:
            message = "it is missing, empty, or has a colon" if username else "it is missing"
            self._find(f"{place}.username", Code.WRONG_SETTING, message)
            username = None
        elif any(_same(user.username, username) for user in self.users):
            self._find(f"{place}.username", Code.SETTINGS_CONTRADICT, f"{username} stands twice")
        units = table.get("business_units", [EVERY_UNIT])
        if not _is_texts(units) or not units:
            self._find(
                f"{place}.business_units",
                Code.WRONG_SETTING,
                "it is not a list of texts",
                'write ["*"] for every unit, or such as ["0001", "0002"]',
            )
            units = None
        try:
            password_hash = parse_hash(table.get("password_hash", ""))
        except (ValueError, AttributeError) as error:
            reason = str(error) if isinstance(error, ValueError) else "it is not a text"
            self._find(
                f"{place}.password_hash",
                Code.WRONG_SETTING,
                reason,
                "`corsheet hash-password` makes one",
            )
            return
        if username is not None and units is not None:
            allowed = frozenset(BusinessUnitId(normalise_id(unit)) for unit in units)
            self.users.append(BasicUser(username, password_hash, allowed))

    def _find(self, key: str, code: Code, message: str, cure: str = "") -> None:
        self.findings.append(Finding(problem=Problem(code, message, cure), key=key))


def _settings(values: Mapping[str, Any], users: tuple[BasicUser, ...]) -> Settings:
    def table(name: str) -> dict[str, Any]:
        start = f"{name}."
        return {key.removeprefix(start): v for key, v in values.items() if key.startswith(start)}

    server = table("server")
    for key in ("tls_certificate", "tls_key"):
        server[key] = Path(server[key]) if server[key] else None

    return Settings(
        workbook=Path(values["workbook"]),
        business_unit=BusinessUnitId(normalise_id(values["business_unit"]) or EVERY_UNIT),
        state_dir=Path(values["state_dir"]) if values["state_dir"] else None,
        tenant_id=values["tenant_id"],
        allow_anonymous=values["allow_anonymous"],
        language=Language(values["language"]),
        log_level=values["log_level"],
        server=ServerSettings(**server),
        users=users,
        limits=Limits(**table("limits")),
    )


def _same(one: str, other: str) -> bool:
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


TABLES = {setting.key.rpartition(".")[0] for setting in SETTINGS} | {"auth"}
"""Tables that may stand in the file with nothing in them."""


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Give every value of nested tables by its whole key."""
    found: list[tuple[str, Any]] = []
    for name, value in table.items():
        key = f"{prefix}{name}"
        nested = isinstance(value, dict) and (value or key in TABLES)
        found += _flat(value, f"{key}.") if nested else [(key, value)]
    return found


def _from_text(kind: Kind, text: str) -> Any:
    """Read an environment variable; what cannot be read stays a text, to be refused."""
    if kind is Kind.INTEGER and re.fullmatch("[0-9]{1,15}", text):
        return int(text)
    if kind is Kind.YES_NO:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    return text.split(",") if kind is Kind.TEXTS else text


def _wrong(setting: Setting, value: Any) -> str:
    """Say what is wrong with a value; empty: nothing."""
    match setting.kind:
        case Kind.INTEGER:
            if not isinstance(value, int) or isinstance(value, bool):
                return f"it takes a {setting.kind}, not {echo(str(value))}"
            if not setting.least <= value <= setting.most:
                return f"it takes {setting.least} to {setting.most}, not {value}"
        case Kind.YES_NO:
            if not isinstance(value, bool):
                return f"it takes {setting.kind}, not {echo(str(value))}"
        case Kind.TEXTS:
            return "" if _is_texts(value) and not _bad_prefix(value) else _PREFIX_RULE
        case _:
            if not isinstance(value, str):
                return f"it takes a {setting.kind}, not {echo(str(value))}"
            if setting.default and not value:
                return f"it is empty; without the line it is {echo(setting.default)}"
            if setting.choices and value not in setting.choices:
                return f"it takes {' or '.join(setting.choices)}, not {echo(value)}"
    return ""


_PREFIX_RULE = 'it takes a list of paths such as ["", "/api/v1"], without a slash at the end'


def _is_texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(part, str) for part in value)


def _bad_prefix(prefixes: Sequence[str]) -> bool:
    """Tell whether one of the prefixes is no path; Bottle gives <, > and : a meaning."""
    return not prefixes or any(
        prefix and not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", prefix) for prefix in prefixes
    )


def has_granian() -> bool:
    """Tell whether granian is installed: it comes with the extra ``fast``."""
    return importlib.util.find_spec("granian") is not None


def is_loopback(host: str) -> bool:
    """Tell whether only this computer reaches that host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
