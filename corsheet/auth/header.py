"""The ``Authorization`` header (RFC 9110, section 11.6.2)."""

import base64
import binascii
import unicodedata
from dataclasses import dataclass, field

from corsheet.model import has_control_characters

BASIC_CHALLENGE = 'Basic realm="corsheet", charset="UTF-8"'
"""What asks for a name and a password (RFC 7617, section 2.1)."""


@dataclass(frozen=True, slots=True)
class BasicCredentials:
    """A name and a password (RFC 7617)."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BearerToken:
    """A token (RFC 6750)."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoCredentials:
    """No header, or one that is neither well-formed Basic nor Bearer."""

    is_malformed: bool = False


Credentials = BasicCredentials | BearerToken | NoCredentials


def parse(header: str | None) -> Credentials:
    """Read the header; strict, since two readers of one header are one too many."""
    if not header:
        return NoCredentials()
    scheme, _, rest = header.partition(" ")
    match scheme.lower():
        case "basic":
            return _basic(rest.strip(" "))
        case "bearer" if rest and " " not in rest and "," not in rest:
            return BearerToken(rest)
        case _:
            return NoCredentials(is_malformed=True)


def _basic(token: str) -> Credentials:
    """Read base64 of UTF-8 of ``username:password`` (RFC 7617, section 2).

    The first colon parts them. Control characters are refused, as the RFC asks.
    """
    try:
        octets = base64.b64decode(token.encode("ascii"), validate=True)
        pair = octets.decode("utf-8")
    except (binascii.Error, UnicodeError):
        return NoCredentials(is_malformed=True)
    if base64.b64encode(octets).decode() != token:  # too much padding, or stray bits before it
        return NoCredentials(is_malformed=True)
    username, colon, password = unicodedata.normalize("NFC", pair).partition(":")
    if not colon or has_control_characters(pair):
        return NoCredentials(is_malformed=True)
    return BasicCredentials(username, password)
