"""Every setting, as data.

The parser, the file that ``corsheet init`` writes and docs/configuration.md
follow this table. To add a setting, add its row here and its attribute in
``Settings``.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from corsheet.findings import Language
from corsheet.settings.enactor import ID_TOKEN, MOST_EXPONENT, NONE, SUBJECT
from corsheet.workbook.limits import GIB, MIB, Limits

ENVIRONMENT_PREFIX = "CORSHEET_"


class Kind(StrEnum):
    """What a setting takes."""

    TEXT = "text"
    PATH = "path"
    INTEGER = "whole number"
    YES_NO = "true or false"
    TEXTS = "list of texts"
    PATHS = "list of paths"
    ADDRESSES = "list of addresses or networks"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Attributes:
        key: Such as ``server.port``; its environment variable is
            ``CORSHEET_SERVER_PORT``.
        kind: What it takes.
        default: Where nothing says otherwise.
        why: What it does, in a sentence or two.
        least: Of a whole number.
        most: Likewise.
        choices: Of a text, or of each of a list; empty: any.
        is_secret: Never shown.
    """

    key: str
    kind: Kind
    default: Any
    why: str
    least: int = 0
    most: int = 0
    choices: tuple[str, ...] = ()
    is_secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return ENVIRONMENT_PREFIX + self.key.replace(".", "_").upper()


_DEFAULT_LIMITS = Limits()

SETTINGS = (
    Setting("workbook", Kind.PATH, "orders.xlsx", "The workbook to serve (.xlsx or .xlsm)."),
    Setting(
        "business_unit",
        Kind.TEXT,
        "*",
        'The store of orders whose row names none. "*": every store may ask for them.',
    ),
    Setting(
        "state_dir",
        Kind.PATH,
        "",
        "Where the last good orders are kept, so that they are served again after a restart."
        " Empty: a folder for this workbook in the user's state folder. One service holds it.",
    ),
    Setting(
        "tenant_id",
        Kind.TEXT,
        "",
        "The tenant that requests must name in their Tenant-Id header; others are refused."
        " Empty: the header is not looked at.",
    ),
    Setting(
        "allow_anonymous",
        Kind.YES_NO,
        False,
        "Serve without credentials; only on this computer itself (a loopback host).",
    ),
    Setting(
        "language",
        Kind.TEXT,
        "en",
        "Of what is told about the workbook: en (English) or sv (Swedish).",
        choices=tuple(Language),
    ),
    Setting(
        "log_level",
        Kind.TEXT,
        "info",
        "How much the log tells; debug has a line for every request.",
        choices=("debug", "info", "warning", "error"),
    ),
    Setting(
        "server.host",
        Kind.TEXT,
        "127.0.0.1",
        "The address to listen on. The usual one is reached from this computer only; put a proxy"
        " or tunnel with TLS in front before choosing another.",
    ),
    Setting(
        "server.port",
        Kind.INTEGER,
        8080,
        "The port to listen on; 0: any free one, which the first line of output names.",
        most=65535,
    ),
    Setting(
        "server.engine",
        Kind.TEXT,
        "auto",
        "The HTTP server underneath: waitress, in one process and all Python; granian, in several"
        " processes, many times faster, with TLS and HTTP/2; auto: granian where it is installed.",
        choices=("auto", "waitress", "granian"),
    ),
    Setting(
        "server.prefixes",
        Kind.PATHS,
        ("", "/api/v1"),
        "Where Hii Retail's two paths are served.",
    ),
    Setting(
        "server.workers",
        Kind.INTEGER,
        2,
        "Processes that answer requests, with granian; each takes some 40 MB and a processor.",
        least=1,
        most=64,
    ),
    Setting(
        "server.tls_certificate",
        Kind.PATH,
        "",
        "The certificate, with those that vouch for it, as a PEM file: serve HTTPS, with granian.",
    ),
    Setting(
        "server.tls_key",
        Kind.PATH,
        "",
        "The certificate's private key, as a PEM file without a password.",
    ),
    Setting(
        "server.behind_tls_proxy",
        Kind.YES_NO,
        False,
        "Something in front serves HTTPS, and nobody else reaches this address: needed to listen"
        " beyond this computer without a certificate, since passwords would travel in the clear.",
    ),
    Setting(
        "server.trusted_proxy",
        Kind.ADDRESSES,
        (),
        "Proxies whose X-Forwarded-For is believed, such as 127.0.0.1: then wrong passwords are"
        " counted by the address of whoever sent them. From anybody else the header is ignored.",
    ),
    Setting(
        "server.threads",
        Kind.INTEGER,
        32,
        "Threads for requests that may take long, such as a first one, whose password is hashed;"
        " with granian for all, in each process. Most of them wait, or are never started.",
        least=8,
        most=64,
    ),
    Setting(
        "server.connection_limit",
        Kind.INTEGER,
        500,
        "Connections open at the same time; a slow client holds one, not a thread. With granian at"
        " least 4,096 in each process.",
        least=1,
        most=10_000,
    ),
    Setting(
        "server.max_body_bytes",
        Kind.INTEGER,
        64 * 1024,
        "The largest request body that is read; a search has some thirty bytes.",
        least=64,
        most=16 * MIB,
    ),
    Setting(
        "server.max_header_bytes",
        Kind.INTEGER,
        16 * 1024,
        "The most that a request's line and headers may take; a bearer token may take 8 KiB.",
        least=1024,
        most=MIB,
    ),
    Setting(
        "auth.htpasswd",
        Kind.PATH,
        "",
        "A file of users as Apache's htpasswd writes it, with bcrypt or argon2 (extra `htpasswd`);"
        " each may ask for every business unit. Read when the service starts.",
    ),
    Setting(
        "auth.token_seconds",
        Kind.INTEGER,
        3600,
        "How long a token from our own token endpoint is good.",
        least=60,
        most=86_400,
    ),
    Setting(
        "auth.introspection.url",
        Kind.TEXT,
        "",
        "Where the authorization server is asked about bearer tokens (RFC 7662). Empty: nowhere.",
    ),
    Setting("auth.introspection.client_id", Kind.TEXT, "", "As whom corsheet asks there."),
    Setting(
        "auth.introspection.client_secret",
        Kind.TEXT,
        "",
        "With which secret; it stands better in the environment, or in a file of its own.",
        is_secret=True,
    ),
    Setting(
        "auth.introspection.client_secret_file",
        Kind.PATH,
        "",
        "A file that holds the secret and nothing else.",
    ),
    Setting(
        "auth.introspection.ca_file",
        Kind.PATH,
        "",
        "Certificates, as a PEM file, by which its own is known; for a server of the company's."
        " Empty: by those that browsers trust.",
    ),
    Setting(
        "auth.introspection.endpoint_auth",
        Kind.TEXT,
        "basic",
        "How corsheet proves who it is: basic (a header), post (form fields), or token (a token of"
        " its own by client_credentials).",
        choices=("basic", "post", "token"),
    ),
    Setting(
        "auth.introspection.token_url",
        Kind.TEXT,
        "",
        'Where it has that token from; for endpoint_auth = "token".',
    ),
    Setting(
        "auth.introspection.audience",
        Kind.TEXT,
        "",
        "For whom a token must be (aud). Empty: not looked at.",
    ),
    Setting(
        "auth.introspection.issuer",
        Kind.TEXT,
        "",
        "Who must have issued it (iss). Empty: not looked at.",
    ),
    Setting(
        "auth.introspection.scope",
        Kind.TEXT,
        "",
        "What it must be good for; several parted by spaces. Empty: not looked at.",
    ),
    Setting(
        "auth.introspection.units_claim",
        Kind.TEXT,
        "",
        "The claim that lists the business units it is good for; without the claim, none. Empty:"
        " every token is good for all.",
    ),
    Setting(
        "auth.introspection.grace_seconds",
        Kind.INTEGER,
        0,
        "How long a token that was good goes on being taken while the authorization server does"
        " not answer; a token revoked meanwhile is taken too.",
        most=3600,
    ),
    Setting(
        "auth.jwt.issuer",
        Kind.TEXT,
        "",
        "Who issues tokens that are JWTs (RFC 9068), read here without asking (extra `jwt`). A"
        " revoked one is taken until it expires. Empty: none are read.",
    ),
    Setting("auth.jwt.jwks_url", Kind.TEXT, "", "Where the issuer's keys are."),
    Setting("auth.jwt.audience", Kind.TEXT, "", "For whom a token must be (aud)."),
    Setting(
        "auth.jwt.algorithms",
        Kind.TEXTS,
        ("RS256", "ES256"),
        "With which it may be signed.",
        choices=("RS256", "PS256", "ES256"),
    ),
    Setting("auth.jwt.scope", Kind.TEXT, "", "As for introspection."),
    Setting("auth.jwt.units_claim", Kind.TEXT, "", "As for introspection."),
    Setting(
        "enactor.enabled",
        Kind.YES_NO,
        True,
        "Serve the orders to Enactor's clients too: GET /orders/{orderId} and the search.",
    ),
    Setting(
        "enactor.prefix",
        Kind.TEXT,
        "/WebRestApi/rest",
        "Where Enactor's paths begin. Everything below is answered in Enactor's form.",
    ),
    Setting(
        "enactor.identity",
        Kind.TEXT,
        SUBJECT,
        "How a request says which customer asks, beside its credentials: subject (a header with"
        " the customer number), id_token (a header with a JWT), or none (a staff client, which"
        " sees every customer's orders).",
        choices=(SUBJECT, ID_TOKEN, NONE),
    ),
    Setting(
        "enactor.issuer",
        Kind.TEXT,
        "",
        'Who issues the id tokens (iss); for identity = "id_token", with the extra `jwt`.',
    ),
    Setting("enactor.jwks_url", Kind.TEXT, "", "Where that issuer's keys are."),
    Setting(
        "enactor.audience",
        Kind.TEXT,
        "",
        "For whom an id token must be (aud). Empty: not looked at.",
    ),
    Setting(
        "enactor.currency_exponent",
        Kind.INTEGER,
        2,
        "Decimals of the currency's minor unit, in which Enactor has its amounts: 2 for öre and"
        " pence, 0 for yen. An order with a finer price is not served to Enactor's clients.",
        most=MOST_EXPONENT,
    ),
    Setting(
        "enactor.currency",
        Kind.TEXT,
        "",
        "The currency of every order that names none, such as SEK. Empty: `{}` is sent.",
    ),
    Setting(
        "enactor.type_id",
        Kind.TEXT,
        "CUSTOMER_ORDER",
        "The order type of every order that names none.",
    ),
    Setting(
        "enactor.statuses",
        Kind.TEXTS,
        ("CREATED=SUBMITTED", "FULFILLED=COMPLETED"),
        "Enactor's words for the workbook's statuses; others are sent as they stand.",
    ),
    Setting(
        "limits.workbook_bytes",
        Kind.INTEGER,
        _DEFAULT_LIMITS.workbook_bytes,
        "The largest workbook that is read; some million rows fit.",
        least=1024,
        most=GIB,
    ),
    Setting(
        "limits.unpacked_bytes",
        Kind.INTEGER,
        _DEFAULT_LIMITS.unpacked_bytes,
        "The most that its parts may unpack to: a few kilobytes can unpack to gigabytes.",
        least=1024,
        most=16 * GIB,
    ),
    Setting(
        "limits.ratio",
        Kind.INTEGER,
        _DEFAULT_LIMITS.ratio,
        "How many times its packed size a part of more than 10 MiB may unpack to; Excel's"
        " unpack to 5 to 50 times theirs, an attack to a thousand.",
        least=10,
        most=2000,
    ),
    Setting(
        "limits.entries",
        Kind.INTEGER,
        _DEFAULT_LIMITS.entries,
        "The most parts that it may have; Excel writes a few dozen.",
        least=10,
        most=100_000,
    ),
    Setting(
        "limits.rows",
        Kind.INTEGER,
        _DEFAULT_LIMITS.rows,
        "The most rows of a sheet; Excel has no more.",
        least=10,
        most=_DEFAULT_LIMITS.rows,
    ),
    Setting(
        "limits.columns",
        Kind.INTEGER,
        _DEFAULT_LIMITS.columns,
        "The most columns of a sheet; orders need ten.",
        least=10,
        most=16_384,
    ),
    Setting(
        "limits.memory_bytes",
        Kind.INTEGER,
        _DEFAULT_LIMITS.memory_bytes,
        "The most memory for the process that reads the workbook (not on Windows); 0: no limit.",
        most=64 * GIB,
    ),
    Setting(
        "limits.seconds",
        Kind.INTEGER,
        _DEFAULT_LIMITS.seconds,
        "The longest that one reading may take; a stuck one is ended and the last good"
        " orders stay.",
        least=1,
        most=3600,
    ),
)
