"""``[enactor]``: the same orders for Enactor's clients."""

import importlib.util
import re
from collections.abc import Iterable
from dataclasses import dataclass

from corsheet.findings import Code, echo
from corsheet.settings.credentials import Find, check_url
from corsheet.wire.enactor import EnactorOptions

SUBJECT, ID_TOKEN, NONE = "subject", "id_token", "none"
"""How a request says which customer asks: by a header, or not, where all who ask are staff."""

MOST_EXPONENT = 4
"""Decimals of a currency's minor unit: ISO 4217 has none with more."""

PREFIX = re.compile(r"(/(?!\.{1,2}(?:/|\Z))[A-Za-z0-9._~-]+)+")
"""A path without a slash at the end; Bottle gives <, > and : a meaning.

A segment ``.`` or ``..`` is taken away by clients (RFC 3986, section 5.2.4).
"""

NO_URL = re.compile(r"[^:]+://[^/?#]*:(?:[/?#]|\Z)|.* ")
"""An address with a colon and no port after it, or with a blank."""

OWN_PATHS = ("/healthz", "/readyz", "/openapi.json", "/oauth2")
"""What corsheet serves beside Hii Retail's paths."""

TOKEN_KEYS = ("issuer", "jwks_url", "audience")
"""What only id tokens need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnactorSettings:
    """``[enactor]``; see ``SETTINGS`` for each."""

    enabled: bool = True
    prefix: str = "/WebRestApi/rest"
    identity: str = SUBJECT
    issuer: str = ""
    jwks_url: str = ""
    audience: str = ""
    currency_exponent: int = 2
    currency: str = ""
    type_id: str = "CUSTOMER_ORDER"
    statuses: tuple[str, ...] = ("CREATED=SUBMITTED", "FULFILLED=COMPLETED")

    @property
    def uses_id_tokens(self) -> bool:
        """Whether customers are known by JWTs."""
        return self.enabled and self.identity == ID_TOKEN

    @property
    def options(self) -> EnactorOptions:
        """How an order is written."""
        pairs = (status.partition("=") for status in self.statuses)
        return EnactorOptions(
            currency_exponent=self.currency_exponent,
            currency=self.currency,
            type_id=self.type_id,
            statuses={ours.strip(): theirs.strip() for ours, _, theirs in pairs},
        )


def check(enactor: EnactorSettings, prefixes: Iterable[str], find: Find) -> None:
    """Look at the settings of the table, and whether they go together.

    Args:
        enactor: The table.
        prefixes: Where Hii Retail's paths are.
        find: Takes what is wrong.
    """
    _check_prefix(enactor.prefix, prefixes, find)
    for key in ("currency", "type_id"):
        _check_text(key, getattr(enactor, key), find)
    _check_statuses(enactor.statuses, find)
    _check_tokens(enactor, find)


def _check_prefix(prefix: str, prefixes: Iterable[str], find: Find) -> None:
    key = "enactor.prefix"
    if not PREFIX.fullmatch(prefix):
        message = f"it takes a path such as /WebRestApi/rest, not {echo(prefix)}"
        find(key, Code.WRONG_SETTING, message, "begin it with a slash, and end it without one")
        return
    # whole prefixes, for all that is not found below one is answered as its clients expect
    for path in (*(f"{one}/business-units" for one in prefixes), *OWN_PATHS):
        if f"{path}/".startswith(f"{prefix}/") or prefix.startswith(f"{path}/"):
            message = f"{path} is served there already"
            find(key, Code.SETTINGS_CONTRADICT, message, "take a path that nothing else uses")
            return


def _check_text(key: str, text: str, find: Find) -> bool:
    """Refuse what cannot be seen in a text that is sent or compared; tell whether it is good."""
    if text.isprintable() and text == text.strip():
        return True
    message = "it has a blank at an end, or a character that cannot be seen"
    find(f"enactor.{key}", Code.WRONG_SETTING, message, "write it anew")
    return False


def _check_statuses(statuses: Iterable[str], find: Find) -> None:
    key, known = "enactor.statuses", set()
    for status in statuses:
        ours, _, theirs = (part.strip() for part in status.partition("="))
        if not ours or not theirs or "=" in theirs or not status.isprintable():
            message = f'it takes texts such as "CREATED=SUBMITTED", not {echo(status)}'
            find(key, Code.WRONG_SETTING, message, "the workbook's word, =, and Enactor's")
        elif ours in known:
            message = f"{echo(ours)} stands twice"
            find(key, Code.SETTINGS_CONTRADICT, message, "keep one of them")
        known.add(ours)


def _check_tokens(enactor: EnactorSettings, find: Find) -> None:
    if enactor.identity != ID_TOKEN:
        for key in TOKEN_KEYS:
            if getattr(enactor, key):
                message = f'it is for identity = "id_token", and that is {echo(enactor.identity)}'
                cure = 'set identity = "id_token", or take the line away'
                find(f"enactor.{key}", Code.SETTINGS_CONTRADICT, message, cure)
        return
    for key in ("issuer", "jwks_url"):
        if not getattr(enactor, key):
            message = 'identity = "id_token" needs it'
            find(f"enactor.{key}", Code.SETTING_MISSING, message, "")
    for key in ("issuer", "audience"):
        _check_text(key, getattr(enactor, key), find)
    _check_jwks_url(enactor.jwks_url, find)
    if importlib.util.find_spec("joserfc") is None:
        cure = "install corsheet's extra `jwt` (README.md says how), or choose another identity"
        find("enactor.identity", Code.SETTINGS_CONTRADICT, "joserfc is not installed", cure)


def _check_jwks_url(url: str, find: Find) -> None:
    key = "jwks_url"
    if not _check_text(key, url, find):
        return
    if NO_URL.match(url):
        message = "it has a blank, or a colon without a port"
        find(f"enactor.{key}", Code.WRONG_SETTING, message, "write it anew")
        return
    check_url(f"enactor.{key}", url, find)
