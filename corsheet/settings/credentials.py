"""``[auth]``: who may ask, of the tables in the file and of the files they name."""

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from corsheet.auth.basic import BasicUser, parse_hash
from corsheet.auth.htpasswd import read_htpasswd
from corsheet.auth.introspection import EndpointAuth, IntrospectionSettings
from corsheet.auth.jwt_ import JwtSettings
from corsheet.auth.tokens import Client
from corsheet.findings import Code
from corsheet.model import EVERY_UNIT, BusinessUnitId, has_control_characters, normalise_id

Find = Callable[[str, Code, str, str], None]
"""Tells a mistake: key, code, message, cure (empty: the usual one)."""

HTPASSWD_CURE = "make the line anew with `htpasswd -B -C 12`, or use `corsheet user add`"

SCOPE = re.compile(r"[ !#-\[\]-~]*")
HOST = re.compile(r"[A-Za-z0-9._:-]+")
"""Of an address; a name beyond ASCII is written in its xn-- form."""

SECRET_CURE = "set client_secret_file, client_secret, or the environment variable of either"  # noqa: S105


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthSettings:
    """``[auth]``; see ``SETTINGS`` for each.

    Attributes:
        users: Of ``[[auth.basic]]``.
        file_users: Of the htpasswd file.
        clients: Of ``[[auth.client]]``.
        introspection: None: no bearer token is asked about.
        jwt: None: no bearer token is read.
    """

    users: tuple[BasicUser, ...] = ()
    file_users: tuple[BasicUser, ...] = ()
    clients: tuple[Client, ...] = ()
    htpasswd: Path | None = None
    token_seconds: int = 3600
    introspection: IntrospectionSettings | None = None
    jwt: JwtSettings | None = None

    @property
    def all_users(self) -> tuple[BasicUser, ...]:
        """Everybody with a password."""
        return self.users + self.file_users

    @property
    def has_anybody(self) -> bool:
        """Whether anybody could be let in."""
        return bool(self.all_users or self.clients or self.introspection or self.jwt)


class Kind(NamedTuple):
    """A kind of table that holds somebody with a secret."""

    table: str
    name: str
    secret_hash: str
    maker: str


USERS = Kind("basic", "username", "password_hash", "`corsheet hash-password` makes one")
CLIENTS = Kind("client", "client_id", "secret_hash", "`corsheet client add` makes a client")
UNITS = "business_units"


@dataclass
class Credentials:
    """Gathers who may ask.

    Attributes:
        find: Tells a mistake.
        users: Of ``[[auth.basic]]``.
        clients: Of ``[[auth.client]]``.
    """

    find: Find
    users: list[BasicUser] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)

    def take_tables(self, auth: dict[str, Any]) -> None:
        """Take the lists of tables out of ``[auth]``; single values stay."""
        if USERS.table in auth:
            self.users += [BasicUser(*one) for one in self._holders(USERS, auth.pop(USERS.table))]
        if CLIENTS.table in auth:
            found = self._holders(CLIENTS, auth.pop(CLIENTS.table))
            self.clients += [Client(*one) for one in found]

    def _holders(self, kind: Kind, tables: Any) -> list[tuple[str, Any, frozenset[BusinessUnitId]]]:
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self.find(
                f"auth.{kind.table}",
                Code.WRONG_SETTING,
                "it is not a list of tables",
                f"write [[auth.{kind.table}]], with two brackets",
            )
            return []
        found: list[tuple[str, Any, frozenset[BusinessUnitId]]] = []
        for number, table in enumerate(tables, 1):
            place = f"auth.{kind.table}[{number}]"
            holder = self._holder(kind, place, table)
            if holder is None:
                continue
            if any(_same(holder[0], other[0]) for other in found):
                message = f"{holder[0]} stands twice"
                self.find(f"{place}.{kind.name}", Code.SETTINGS_CONTRADICT, message, "")
                continue
            found.append(holder)
        return found

    def _holder(
        self, kind: Kind, place: str, table: dict[str, Any]
    ) -> tuple[str, Any, frozenset[BusinessUnitId]] | None:
        for key in table:
            if key not in {kind.name, kind.secret_hash, UNITS}:
                self.find(f"{place}.{key}", Code.UNKNOWN_SETTING, "there is no such setting", "")
        name = table.get(kind.name)
        is_name = isinstance(name, str) and not has_control_characters(name)
        if not is_name or not name or ":" in name:
            message = "it is no text, or has a colon or a line's end" if name else "it is missing"
            self.find(f"{place}.{kind.name}", Code.WRONG_SETTING, message, "")
            name = None
        units = table.get(UNITS, [EVERY_UNIT])
        if not is_texts(units) or not units or not all(map(_is_unit, units)):
            cure = 'write ["*"] for every unit, or such as ["0001", "0002"]'
            self.find(f"{place}.{UNITS}", Code.WRONG_SETTING, "it is not a list of texts", cure)
            units = None
        try:
            secret_hash = parse_hash(table.get(kind.secret_hash, ""))
        except (ValueError, AttributeError) as error:
            reason = str(error) if isinstance(error, ValueError) else "it is not a text"
            self.find(f"{place}.{kind.secret_hash}", Code.WRONG_SETTING, reason, kind.maker)
            return None
        if name is None or units is None:
            return None
        return name, secret_hash, frozenset(BusinessUnitId(normalise_id(unit)) for unit in units)

    def settings(self, values: Mapping[str, Any]) -> AuthSettings:
        """Put everything together.

        Args:
            values: Of ``SETTINGS``, by key; paths are whole.
        """
        file = Path(values["auth.htpasswd"]) if values["auth.htpasswd"] else None
        return AuthSettings(
            users=tuple(self.users),
            file_users=() if file is None else tuple(self._of_htpasswd(file)),
            clients=tuple(self.clients),
            htpasswd=file,
            token_seconds=values["auth.token_seconds"],
            introspection=self._introspection(_table(values, "auth.introspection.")),
            jwt=self._jwt(_table(values, "auth.jwt.")),
        )

    def _of_htpasswd(self, file: Path) -> Iterator[BasicUser]:
        text = self._read("auth.htpasswd", file)
        entries, bad = read_htpasswd(text or "")
        for line in bad:
            message = f"line {line.number} of {file.name}: {line.reason}"
            self.find("auth.htpasswd", Code.WRONG_SETTING, message, HTPASSWD_CURE)
        for entry in entries:
            if any(_same(user.username, entry.name) for user in self.users):
                message = f"{entry.name} stands in {file.name} and once more"
                self.find("auth.htpasswd", Code.SETTINGS_CONTRADICT, message, "keep one of them")
            else:
                yield BasicUser(entry.name, entry.password, frozenset({EVERY_UNIT}))

    def _introspection(self, values: dict[str, Any]) -> IntrospectionSettings | None:
        place = "auth.introspection"
        secret_file, ca_file = values.pop("client_secret_file"), values["ca_file"]
        if ca_file and (wrong := _wrong_certificates(ca_file)):
            self.find(f"{place}.ca_file", Code.WRONG_SETTING, wrong, "name a PEM file")
        if not any((*_texts(values), secret_file)):
            return None
        if secret_file:
            told = self._read(f"{place}.client_secret_file", Path(secret_file))
            told = "(cannot be read)" if told is None else told.strip()
            values["client_secret"] = values["client_secret"] or told
        for key in ("url", "client_id", "client_secret"):
            if not values[key]:
                cure = SECRET_CURE if key == "client_secret" else ""
                self.find(f"{place}.{key}", Code.SETTING_MISSING, "it is missing", cure)
        values["endpoint_auth"] = EndpointAuth(values["endpoint_auth"])
        if values["endpoint_auth"] is EndpointAuth.TOKEN and not values["token_url"]:
            message = 'endpoint_auth = "token" needs to know where a token is had'
            self.find(f"{place}.token_url", Code.SETTING_MISSING, message, "")
        check_url(f"{place}.url", values["url"], self.find)
        check_url(f"{place}.token_url", values["token_url"], self.find, may_be_plain=False)
        self._check_scope(f"{place}.scope", values["scope"])
        return IntrospectionSettings(**values)

    def _read(self, key: str, file: Path) -> str | None:
        """Read a file that a setting names; None: it cannot be read, which is told."""
        try:
            return file.read_text("utf-8")
        except UnicodeDecodeError:
            self.find(key, Code.WRONG_SETTING, f"{file} is not UTF-8", "save it as UTF-8")
        except OSError as error:
            self.find(key, Code.WRONG_SETTING, f"{file}: {error.strerror}", "mend the path")
        except ValueError:  # a NUL in it
            self.find(key, Code.WRONG_SETTING, "no file can have that name", "mend the path")
        return None

    def _jwt(self, values: dict[str, Any]) -> JwtSettings | None:
        if not any(_texts({**values, "algorithms": ""})):
            return None
        missing = [key for key in ("issuer", "jwks_url", "audience") if not values[key]]
        for key in missing:  # RFC 9068, section 4
            self.find(f"auth.jwt.{key}", Code.SETTING_MISSING, "it is missing", "")
        is_url = check_url("auth.jwt.jwks_url", values["jwks_url"], self.find)
        self._check_scope("auth.jwt.scope", values["scope"])
        # unknown algorithms have been told, and the usual ones stand in for them
        return JwtSettings(**values) if is_url and not missing else None

    def _check_scope(self, key: str, scope: str) -> None:
        """Refuse what no scope can be (RFC 6749, section 3.3); it stands in a header."""
        if not SCOPE.fullmatch(scope):
            self.find(key, Code.WRONG_SETTING, "it is no list of scopes, parted by spaces", "")


def check_url(key: str, url: str, find: Find, *, may_be_plain: bool = True) -> bool:
    """Refuse an address to which secrets would travel in the clear; tell whether it is one."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if url and ("@" in parts.netloc or parts.fragment):
        cure = "take user name, password and # out of it"  # it is shown
        find(key, Code.WRONG_SETTING, "it holds more than an address", cure)
    is_plain = may_be_plain and parts.scheme == "http" and is_loopback(host)
    is_good = bool(HOST.fullmatch(host)) and (parts.scheme == "https" or is_plain)
    if url and not is_good:
        message = "it is not an https:// address"
        cure = "only a server on this computer may be asked over http://" if may_be_plain else ""
        find(key, Code.WRONG_SETTING, message, cure)
    return is_good


def _wrong_certificates(file: str) -> str:
    """Say what is wrong with a file of certificates; empty: nothing."""
    import ssl  # noqa: PLC0415 - few need it; it is slow

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except ssl.SSLError:
        return f"{file} holds no certificate"
    except OSError as error:
        return f"{file}: {error.strerror}"
    return ""


def _table(values: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {key.removeprefix(prefix): v for key, v in values.items() if key.startswith(prefix)}


def _texts(values: Mapping[str, Any]) -> list[str]:
    """Give the texts that say whether a table is in use: those that are not there usually."""
    usual = {EndpointAuth.BASIC.value}
    return [v for v in values.values() if isinstance(v, str) and v not in usual]


def _is_unit(text: str) -> bool:
    return bool(normalise_id(text)) and not has_control_characters(text)


def _same(one: str, other: str) -> bool:
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def is_texts(value: Any) -> bool:
    """Tell whether a value is a list of texts."""
    return isinstance(value, list | tuple) and all(isinstance(part, str) for part in value)


def is_loopback(host: str) -> bool:
    """Tell whether only this computer reaches that host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def bad_addresses(values: Sequence[str]) -> list[str]:
    """Give those of the values that are neither an address nor a network."""
    bad = []
    for value in values:
        try:
            network = ipaddress.ip_network(value)
        except ValueError:
            bad.append(value)
        else:  # clients' addresses have neither a zone nor the form of IPv4 in IPv6
            if "%" in value or getattr(network.network_address, "ipv4_mapped", None):
                bad.append(value)
    return bad
