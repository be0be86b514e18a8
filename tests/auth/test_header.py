"""The ``Authorization`` header, read strictly."""

import base64

import pytest

from corsheet.auth.header import BasicCredentials, BearerToken, NoCredentials, parse

MALFORMED = NoCredentials(is_malformed=True)


def encoded(pair: str, encoding: str = "utf-8") -> str:
    """Write the token of a pair."""
    return base64.b64encode(pair.encode(encoding)).decode("ascii")


@pytest.mark.parametrize(
    ("header", "username", "password"),
    [
        # RFC 7617, section 2: the example
        pytest.param("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame", id="RFC 7617"),
        # RFC 7617, section 2.1: the example in UTF-8
        pytest.param("Basic dGVzdDoxMjPCow==", "test", "123£", id="RFC 7617, UTF-8"),
        pytest.param("basic dTpw", "u", "p", id="lower case"),
        pytest.param("BASIC dTpw", "u", "p", id="upper case"),
        pytest.param("Basic   dTpw", "u", "p", id="several spaces"),
        pytest.param("Basic dTpw ", "u", "p", id="space behind"),
        pytest.param(f"Basic {encoded('u:a:b:')}", "u", "a:b:", id="colons in the password"),
        pytest.param(f"Basic {encoded('u:')}", "u", "", id="no password"),
        pytest.param(f"Basic {encoded(':p')}", "", "p", id="no name"),
        pytest.param(f"Basic {encoded(':')}", "", "", id="neither"),
        pytest.param("Basic " + encoded("o\u0308:a\u030a"), "ö", "å", id="made NFC"),
        pytest.param(f"Basic {encoded('u: p ')}", "u", " p ", id="spaces in the password"),
        pytest.param(f"Basic {encoded('u:日本😀')}", "u", "日本😀", id="any letters"),
    ],
)
def test_a_well_formed_pair_is_read(header: str, username: str, password: str) -> None:
    """RFC 7617: any case of the scheme, UTF-8, parted at the first colon."""
    assert parse(header) == BasicCredentials(username, password)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("Basic", id="scheme alone"),
        pytest.param("Basic ", id="no token"),
        pytest.param("dTpw", id="token alone"),
        pytest.param("Basic dTpw!", id="sign outside base64"),
        pytest.param("Basic dTp", id="padding missing"),
        pytest.param("Basic dTpwcA=", id="padding half missing"),
        pytest.param("Basic dTpw====", id="padding too long"),
        pytest.param("Basic dT pw", id="space inside"),
        pytest.param("Basic dTpw\r\n", id="line break"),
        pytest.param("Basic dTpwöö", id="letters beyond ASCII"),
        pytest.param("Basic _-__", id="base64url"),
        pytest.param(f"Basic {encoded('nocolon')}", id="no colon"),
        pytest.param("Basic " + encoded("u:é", "latin-1"), id="Latin-1"),
        pytest.param("Basic " + base64.b64encode(b"u:\xed\xa0\x80").decode(), id="surrogate"),
        pytest.param(f"Basic {encoded('u:a' + chr(0))}", id="NUL"),
        pytest.param(f"Basic {encoded('u:a' + chr(10))}", id="line break in the password"),
        pytest.param(f"Basic {encoded('u' + chr(127) + ':a')}", id="DEL in the name"),
        pytest.param(f"Basic {encoded('u:' + chr(0x85))}", id="C1 control"),
        pytest.param("Basic dTpw, Basic dTpw", id="two headers joined"),
        pytest.param("Basic dTpw,Bearer abc", id="two schemes joined"),
        pytest.param('Basic realm="x"', id="a challenge"),
        pytest.param("Bearer", id="Bearer alone"),
        pytest.param("Bearer ", id="Bearer without a token"),
        pytest.param("Bearer a b", id="token with a space"),
        pytest.param("Bearer abc, Bearer def", id="two tokens joined"),
        pytest.param("Bearer abc,def", id="tokens joined without a space"),
        pytest.param("Digest username=u", id="another scheme"),
        pytest.param("Basic\tdTpw", id="tab in place of a space"),
        pytest.param(" Basic dTpw", id="space in front"),
        pytest.param("Basic: dTpw", id="colon behind the scheme"),
    ],
)
def test_what_is_not_well_formed_is_no_credentials(header: str) -> None:
    """Nothing is mended or guessed: two readers of one header must agree."""
    assert parse(header) == MALFORMED


@pytest.mark.parametrize("header", [None, ""])
def test_no_header_is_not_a_malformed_one(header: str | None) -> None:
    """Who says nothing is told what to say; who says nonsense, that it is nonsense."""
    assert parse(header) == NoCredentials(is_malformed=False)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_token_is_read(scheme: str) -> None:
    """RFC 6750, section 2.1; the scheme in any case."""
    assert parse(f"{scheme} abc.DEF-1_2~+/==") == BearerToken("abc.DEF-1_2~+/==")


def test_secrets_are_not_told_by_repr() -> None:
    """A value that slips into a log or an error does not open a door."""
    told = repr(parse("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")) + repr(parse("Bearer t0ken"))

    assert "Aladdin" in told
    assert "sesame" not in told
    assert "t0ken" not in told
