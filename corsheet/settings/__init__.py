"""The settings: ``corsheet.toml`` < ``CORSHEET_…`` < command line.

``table`` says what may be set; ``load_settings`` gathers it. Everything wrong is
told at once, as CS5xx findings that name the file and the key.
"""

import importlib.util
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corsheet.findings import Code, Finding, Language, Problem, echo
from corsheet.model import EVERY_UNIT, BusinessUnitId, normalise_id
from corsheet.settings.credentials import (
    AuthSettings,
    Credentials,
    bad_addresses,
    is_loopback,
    is_texts,
)
from corsheet.settings.enactor import PREFIX, EnactorSettings
from corsheet.settings.enactor import check as check_enactor
from corsheet.settings.table import ENVIRONMENT_PREFIX, SETTINGS, Kind, Setting
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
    behind_tls_proxy: bool = False
    trusted_proxy: tuple[str, ...] = ()
    threads: int = 32
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
        auth: Who may ask.
        enactor: How Enactor's clients ask.
    """

    workbook: Path
    business_unit: BusinessUnitId = EVERY_UNIT
    state_dir: Path | None = None
    tenant_id: str = ""
    allow_anonymous: bool = False
    language: Language = Language.ENGLISH
    log_level: str = "info"
    server: ServerSettings = field(default_factory=ServerSettings)
    auth: AuthSettings = field(default_factory=AuthSettings)
    enactor: EnactorSettings = field(default_factory=EnactorSettings)
    limits: Limits = field(default_factory=Limits)


TOML_CURE = (
    "texts and paths stand in quotes; a Windows path in single ones,"
    r" such as workbook = 'C:\shop\orders.xlsx'"
)

TWICE_CURE = (
    "that table stands in the file already: put the lines into it, and take the second away"
)

EXTRA_CURE = "install corsheet's extra `{}` (README.md says how), or {}"

USERS_CURE = (
    "`corsheet user add` adds one with a password, `corsheet client add` one with tokens;"
    " `corsheet init` writes a whole file"
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
    settings = _settings(values, gathering.credentials.settings(values))
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
        self.findings: list[Finding] = []
        self.credentials = Credentials(self.find)
        self._known = {setting.key: setting for setting in SETTINGS}

    def add_file(self, file: Path) -> None:
        try:
            tables = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        except OSError as error:
            cure = "mend the path given with --config; `corsheet init` writes a fresh file"
            self.find("", Code.SETTINGS_UNREADABLE, f"{error.strerror or error}", cure)
            return
        except UnicodeDecodeError:
            cure = "save it in the editor with the encoding UTF-8"
            self.find("", Code.SETTINGS_UNREADABLE, "it is not UTF-8", cure)
            return
        except RecursionError:
            self.find("", Code.SETTINGS_UNREADABLE, "it is nested too deep", TOML_CURE)
            return
        except ValueError as error:
            cure = TWICE_CURE if "Cannot declare" in str(error) else TOML_CURE
            self.find("", Code.SETTINGS_UNREADABLE, f"it is not TOML: {error}", cure)
            return
        auth = tables.get("auth", {})
        if isinstance(auth, dict):
            self.credentials.take_tables(auth)
        for key, value in _flat(tables):
            self._add(key, key, value)

    def add_environment(self, environment: Mapping[str, str]) -> None:
        variables = {setting.variable: setting for setting in SETTINGS}
        for name in sorted(environment):
            if not name.startswith(ENVIRONMENT_PREFIX):
                continue
            if name not in variables:
                self.find(name, Code.UNKNOWN_SETTING, "there is no such setting")
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
        self._check_exposure(settings)
        self._check_extras(settings.auth)
        check_enactor(settings.enactor, settings.server.prefixes, self.find)
        if settings.server.engine == "granian" and not has_granian():
            self.find(
                "server.engine",
                Code.SETTINGS_CONTRADICT,
                "granian is not installed",
                EXTRA_CURE.format("fast", "take the line away"),
            )
        if settings.allow_anonymous:
            if not is_loopback(settings.server.host):
                self.find(
                    "allow_anonymous",
                    Code.SETTINGS_CONTRADICT,
                    f"nobody may be let in without credentials at {settings.server.host}",
                    "take allow_anonymous away, or listen on 127.0.0.1",
                )
            if settings.auth.has_anybody:
                self.find(
                    "allow_anonymous",
                    Code.SETTINGS_CONTRADICT,
                    "there are users, and nobody is asked for a password",
                    "take away allow_anonymous, or everybody in [auth]",
                )
        elif not settings.auth.has_anybody and not self._explain_no_users():
            self.find(
                "auth.basic",
                Code.SETTING_MISSING,
                "there is nobody who may ask for orders",
                USERS_CURE if has_file else NO_FILE_CURE,
            )

    def _check_tls(self, server: ServerSettings) -> None:
        """Look at certificate and key: both or none, readable, and an engine that can."""
        files = {"tls_certificate": server.tls_certificate, "tls_key": server.tls_key}
        amiss = {key: _amiss(file) for key, file in files.items() if file is not None}
        for (key, file), other in zip(files.items(), reversed(files), strict=True):
            if file is None and files[other] is not None:
                message = f"server.{other} is set without it"
                self.find(f"server.{key}", Code.SETTING_MISSING, message, "set both, or none")
            elif amiss.get(key):
                cure = "mend the path or the right to read it, or take both lines away: HTTP"
                self.find(f"server.{key}", Code.WRONG_SETTING, f"{file} {amiss[key]}", cure)
        if len(amiss) == len(files) and not any(amiss.values()):
            self._check_pair(str(server.tls_certificate), str(server.tls_key))
        if any(files.values()) and not server.uses_granian:
            self.find(
                "server.engine",
                Code.SETTINGS_CONTRADICT,
                "waitress cannot serve HTTPS",
                'install the extra `fast` and set engine = "granian", or put a proxy in front',
            )

    def _check_pair(self, certificate: str, key: str) -> None:
        """Look whether both can be read, and belong together."""
        import ssl  # noqa: PLC0415 - few need it; it is slow

        try:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key, password=_no_password)
        except (OSError, ValueError) as error:  # an SSLError is an OSError
            reason = str(getattr(error, "reason", None) or error).replace("_", " ").lower()
            cure = "both are PEM files; the key is the certificate's, and has no password"
            message = f"certificate and key cannot be used: {reason}"
            self.find("server.tls_certificate", Code.WRONG_SETTING, message, cure)

    def _check_exposure(self, settings: Settings) -> None:
        """Refuse to have passwords and tokens sent in the clear over a network."""
        server = settings.server
        is_safe = is_loopback(server.host) or server.uses_tls or server.behind_tls_proxy
        if not is_safe and not settings.allow_anonymous:
            self.find(
                "server.behind_tls_proxy",
                Code.SETTINGS_CONTRADICT,
                f"at {server.host} passwords would travel in the clear",
                "set server.tls_certificate; or behind_tls_proxy = true where something in front"
                " serves HTTPS; or listen on 127.0.0.1",
            )

    def _check_extras(self, auth: AuthSettings) -> None:
        """Look for the libraries that not everybody has installed."""
        if auth.jwt is not None and not _has("joserfc"):
            cure = EXTRA_CURE.format("jwt", "use introspection")
            self.find("auth.jwt", Code.SETTINGS_CONTRADICT, "joserfc is not installed", cure)

    def _explain_no_users(self) -> bool:
        """Tell whether a mistake that is told already is why there are no users."""
        return any(
            finding.problem.code is Code.SETTINGS_UNREADABLE or finding.key.startswith("auth.")
            for finding in self.findings
        )

    def _add(self, key: str, place: str, value: Any) -> None:
        setting = self._known.get(key)
        if setting is None:
            self.find(place, Code.UNKNOWN_SETTING, "there is no such setting")
            return
        wrong = _wrong(setting, value) if not setting.is_secret else _wrong_secret(value)
        if wrong:
            self.find(place, Code.WRONG_SETTING, wrong)
            return
        self.values[key] = tuple(value) if setting.kind in LISTS else value

    def find(self, key: str, code: Code, message: str, cure: str = "") -> None:
        """Tell a mistake."""
        self.findings.append(Finding(problem=Problem(code, message, cure), key=key))


def _settings(values: Mapping[str, Any], auth: AuthSettings) -> Settings:
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
        auth=auth,
        enactor=EnactorSettings(**table("enactor")),
        limits=Limits(**table("limits")),
    )


LISTS = {Kind.TEXTS, Kind.PATHS, Kind.ADDRESSES}

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
    return text.split(",") if kind in LISTS else text


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
        case Kind.TEXTS | Kind.PATHS | Kind.ADDRESSES:
            return _wrong_list(setting, value)
        case _:
            if not isinstance(value, str):
                return f"it takes a {setting.kind}, not {echo(str(value))}"
            if setting.default and not value:
                return f"it is empty; without the line it is {echo(setting.default)}"
            if setting.choices and value not in setting.choices:
                return f"it takes {' or '.join(setting.choices)}, not {echo(value)}"
    return ""


def _wrong_secret(value: Any) -> str:
    """Say what is wrong with a secret, without it."""
    return "" if isinstance(value, str) else "it takes a text; what stands there is not shown"


def _wrong_list(setting: Setting, value: Any) -> str:
    """Say what is wrong with a list; empty: nothing."""
    if not is_texts(value):
        return f"it takes a {setting.kind}, not {echo(str(value))}"
    if setting.kind is Kind.PATHS and _bad_prefix(value):
        return 'it takes a list of paths such as ["", "/api/v1"], without a slash at the end'
    if setting.kind is Kind.ADDRESSES and (bad := bad_addresses(value)):
        return f"it takes a {setting.kind} such as 127.0.0.1 or 10.0.0.0/8, not {echo(bad[0])}"
    if setting.choices and (not value or set(value) - set(setting.choices)):
        return f"it takes a list of {', '.join(setting.choices)}"
    return ""


def _bad_prefix(prefixes: Sequence[str]) -> bool:
    """Tell whether one of the prefixes is no path."""
    return not prefixes or any(prefix and not PREFIX.fullmatch(prefix) for prefix in prefixes)


def _amiss(file: Path) -> str:
    """Tell what is amiss with a file, such as one in another user's folder; empty: nothing."""
    try:
        return "" if file.is_file() else "is not there"
    except OSError as error:
        return f"cannot be looked at: {error.strerror}"


def _no_password() -> str:
    """Have no password for a key; without this, Python would ask at the keyboard."""
    raise ValueError("the key has a password")


def has_granian() -> bool:
    """Tell whether granian is installed: it comes with the extra ``fast``."""
    return _has("granian")


def _has(library: str) -> bool:
    return importlib.util.find_spec(library) is not None
