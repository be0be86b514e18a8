"""Requests that servers have been fooled with, and what the RFCs have a server answer.

Each stands with its section: of RFC 9110 (HTTP), RFC 9112 (HTTP/1.1), RFC 3986
(addresses), RFC 8259 (JSON), RFC 7617 (Basic) or our own contract.
One table, and so longer than other modules.
"""

import gzip
from typing import NamedTuple

from tests.support.saving import UNIT
from tests.support.service import AUTHORIZATION

ORDER = f"/business-units/{UNIT}/customer-orders/000001".encode()
SEARCH = f"/business-units/{UNIT}/customer-orders:search".encode()
HOST = b"Host: localhost"
KNOWN = b"Authorization: " + AUTHORIZATION.encode()
JSON = b"Content-Type: application/json"
CHUNKED = b"Transfer-Encoding: chunked"
QUERY = b'{"customerId":"v1"}'
MOST_BODY = 64 * 1024
"""``server.max_body_bytes``."""

HIDDEN_ID = "hidden"
"""Correlation id of a request that stands where only a body is; nothing may answer to it."""

NO_ANSWER = 0
"""In place of a status: the server hangs up."""

OK = (200,)
BAD = (400,)
EITHER = (200, 400)
"""Where the RFC leaves it to the server."""

UNREAD = (400, 501)
"""Framing that is not understood: unknown (501), or wrong (400)."""


class Case(NamedTuple):
    """A request and what may come of it.

    Attributes:
        name: Short; the test's name.
        rule: Where it is written.
        sent: The bytes.
        statuses: That may be answered.
        ends: Whether the connection must not be used again.
        on_granian: Further statuses there, where it cannot be told better and does no harm.
    """

    name: str
    rule: str
    sent: bytes
    statuses: tuple[int, ...]
    ends: bool = False
    on_granian: tuple[int, ...] = ()


def request(
    method: bytes = b"GET",
    target: bytes = ORDER,
    *headers: bytes,
    body: bytes = b"",
    version: bytes = b"HTTP/1.1",
    first: tuple[bytes, ...] = (HOST, KNOWN),
) -> bytes:
    """Write a request, no better than asked for."""
    lines = [b" ".join((method, target, version)), *first, *headers, b"", body]
    return b"\r\n".join(lines)


HIDDEN = request(b"GET", ORDER, b"Correlation-Id: " + HIDDEN_ID.encode())


def get(*headers: bytes, first: tuple[bytes, ...] = (HOST, KNOWN)) -> bytes:
    """Write a request for the order, with further headers."""
    return request(b"GET", ORDER, *headers, first=first)


def at(target: bytes) -> bytes:
    """Write a request for a target."""
    return request(b"GET", target)


def post(*headers: bytes, body: bytes = QUERY) -> bytes:
    """Write a search whose headers say themselves how long its body is."""
    return request(b"POST", SEARCH, JSON, *headers, body=body)


def lengths(*values: bytes, body: bytes = QUERY) -> bytes:
    """Write a search with such Content-Lengths; ``N`` is the true one."""
    true = str(len(body)).encode()
    return post(*(b"Content-Length: " + value.replace(b"N", true) for value in values), body=body)


def search(body: bytes, content_type: bytes = JSON) -> bytes:
    """Write a search with a body, and a true length."""
    length = f"Content-Length: {len(body)}".encode()
    return request(b"POST", SEARCH, content_type, length, body=body)


def chunked(body: bytes, *headers: bytes) -> bytes:
    """Write a search whose chunks are given as they are sent."""
    return post(CHUNKED, *headers, body=body)


def sized(method: bytes, target: bytes, first: tuple[bytes, ...]) -> bytes:
    """Write a request in whose body another one stands."""
    return request(
        method, target, f"Content-Length: {len(HIDDEN)}".encode(), body=HIDDEN, first=first
    )


IN_CHUNKS = b'8\r\n{"custom\r\nb\r\nerId":"v1"}\r\n0\r\n\r\n'
HIDDEN_CHUNK = f"{len(HIDDEN):x}\r\n".encode() + HIDDEN + b"\r\n0\r\n\r\n"


HOSTS = (
    Case("host", "9112 3.2", get(), OK),
    Case("no host", "9112 3.2", get(first=(KNOWN,)), BAD),
    Case("two hosts", "9112 3.2", get(b"Host: other"), BAD),
    Case("the same host twice", "9112 3.2", get(HOST), BAD),
    Case("two hosts in one line", "9112 3.2", get(first=(b"Host: a, b", KNOWN)), BAD),
    Case("empty host", "9110 7.2", get(first=(b"Host:", KNOWN)), EITHER),
    Case("host with a space", "9112 3.2", get(first=(b"Host: a b", KNOWN)), BAD),
    Case("host with a slash", "9112 3.2", get(first=(b"Host: a/b", KNOWN)), BAD),
    Case("host with a user", "9110 7.2", get(first=(b"Host: me@a", KNOWN)), BAD),
    Case("space before the colon", "9112 5.1", get(first=(b"Host : a", KNOWN)), BAD),
    Case(
        "no host in HTTP/1.0", "9112 3.2",
        request(version=b"HTTP/1.0", first=(KNOWN,)), OK, ends=True,
    ),
    Case("whole address", "9112 3.2.2", at(b"http://localhost" + ORDER), OK),
    Case(
        "whole address without host", "9112 3.2",
        request(target=b"http://localhost" + ORDER, first=(KNOWN,)), BAD,
        on_granian=OK,  # it takes the address's for the header
    ),
)  # fmt: skip

LENGTHS = (
    Case("length", "9110 8.6", lengths(b"N"), OK),
    Case("length with blanks around", "9112 5.1", lengths(b" N \t"), OK),
    Case("two lengths alike", "9110 8.6", lengths(b"N", b"N"), EITHER),
    Case("two lengths", "9112 6.3", lengths(b"2", b"N"), BAD, ends=True),
    Case("two lengths alike in one line", "9110 8.6", lengths(b"N, N"), EITHER),
    Case("two lengths in one line", "9112 6.3", lengths(b"N, 2"), BAD, ends=True),
    Case("length with plus", "9112 6.3", lengths(b"+N"), BAD, ends=True),
    Case("length below zero", "9112 6.3", lengths(b"-1"), BAD, ends=True),
    Case("length in hex", "9112 6.3", lengths(b"0x2"), BAD, ends=True),
    Case("length with underscore", "9112 6.3", lengths(b"1_9"), BAD, ends=True),
    Case("length with a space in it", "9112 6.3", lengths(b"1 9"), BAD, ends=True),
    Case("length in other digits", "9112 6.3", lengths("\u0661\u0669".encode()), BAD, ends=True),
    Case("length as a superscript", "9112 6.3", lengths(b"\xb2"), BAD, ends=True),
    Case("length as a fraction", "9112 6.3", lengths(b"19.0"), BAD, ends=True),
    Case("empty length", "9112 6.3", lengths(b""), BAD, ends=True),
    Case("length beyond all bounds", "9110 15.5.14", lengths(b"9" * 30), (400, 413), ends=True),
    Case("length of 5,000 digits", "9110 15.5.14", lengths(b"9" * 5000), (400, 413), ends=True),
    Case("length with zeros before", "9110 8.6", lengths(b"000N"), OK),
    Case("no length", "9112 6.3", post(body=b""), (400, 411)),
    Case("another header's length", "9110 5.1", lengths(b"N").replace(
        b"Content-Length", b"Content_Length: 5\r\nContent-Length"), EITHER),
)  # fmt: skip

SMUGGLED = b"0\r\n\r\n" + HIDDEN
"""An end for whoever counts chunks, a body for whoever counts bytes."""

WHOLE = f"Content-Length: {len(SMUGGLED)}".encode()

CODINGS = (
    Case("length and chunks", "9112 6.1", post(WHOLE, CHUNKED, body=SMUGGLED), EITHER, ends=True),
    Case("chunks and length", "9112 6.1", post(CHUNKED, WHOLE, body=SMUGGLED), EITHER, ends=True),
    Case(
        "short length and chunks", "9112 6.1",
        post(b"Content-Length: 4", CHUNKED, body=HIDDEN_CHUNK), EITHER, ends=True,
    ),
    *(
        Case(f"coding {name}", "9112 6.1", post(WHOLE, coding, body=SMUGGLED), UNREAD, ends=True)
        for name, coding in (
            ("unknown", b"Transfer-Encoding: xchunked"),
            ("identity", b"Transfer-Encoding: identity"),
            ("in quotes", b'Transfer-Encoding: "chunked"'),
            ("with a tab at its end", b"Transfer-Encoding: chunked\x0b"),
            ("with a letter beyond ASCII", b"Transfer-Encoding: chunked\x85"),
            ("with a zero byte", b"Transfer-Encoding: chunked\x00"),
            ("not last", b"Transfer-Encoding: chunked, gzip"),
            ("before its colon", b"Transfer-Encoding : chunked"),
            ("after a line end", b"A: b\nTransfer-Encoding: chunked"),
        )
    ),
    Case("coding twice", "9112 7.1", chunked(IN_CHUNKS, CHUNKED), (200, *UNREAD)),
    Case(
        "coding of a coding", "9112 6.1",
        post(b"Transfer-Encoding: gzip, chunked", body=IN_CHUNKS), UNREAD, ends=True,
    ),
    Case("coding in capitals", "9112 7", post(b"Transfer-Encoding: CHUNKED", body=IN_CHUNKS), OK),
    Case("empty coding", "9110 5.6.1.2", post(
        b"Transfer-Encoding:", WHOLE, body=SMUGGLED), UNREAD),
    Case("coding with underscore", "9110 5.1", post(
        b"Transfer_Encoding: chunked", WHOLE, body=SMUGGLED), BAD),
    Case("coding in a folded line", "9112 5.2", post(
        WHOLE, b"A: b", b" Transfer-Encoding: chunked", body=SMUGGLED), BAD),
    *(
        Case(
            f"chunks in {version.decode()}, {name}", "9112 6.1",
            request(b"POST", SEARCH, JSON, CHUNKED, b"Connection: keep-alive", *more,
                    body=body, version=version),
            (400, 501, 505), ends=True,
        )
        for version in (b"HTTP/1.0", b"HTTP/1.2", b"HTTP/2.0", b"HTTP/0.9")
        for name, more, body in (
            ("with a request for one", (), HIDDEN_CHUNK),
            ("with a request after", (WHOLE,), SMUGGLED),
            ("with a request instead", (), HIDDEN),
        )
    ),
)  # fmt: skip

CHUNKS = (
    Case("chunks", "9112 7.1", chunked(IN_CHUNKS), OK),
    Case("chunks with trailers", "9112 7.1.2", chunked(
        IN_CHUNKS[:-2] + b"A: b\r\nC: d\r\n\r\n"), OK),
    Case("chunks with extensions", "9112 7.1.1", chunked(
        IN_CHUNKS.replace(b"b\r\n", b'B;a=b;c="d"\r\n')), OK),
    Case("chunk size with zeros before", "9112 7.1", chunked(b"000" + IN_CHUNKS), OK),
    *(
        Case(f"chunk {name}", "9112 7.1", chunked(body + b"0\r\n\r\n" + HIDDEN), BAD, ends=True)
        for name, body in (
            ("size with plus", b"+13\r\n" + QUERY + b"\r\n"),
            ("size below zero", b"-13\r\n" + QUERY + b"\r\n"),
            ("size with 0x", b"0x13\r\n" + QUERY + b"\r\n"),
            ("size with underscore", b"1_3\r\n" + QUERY + b"\r\n"),
            ("size with a line feed", b"13\n\r\n" + QUERY + b"\r\n"),
            ("size that is none", b"zz\r\n" + QUERY + b"\r\n"),
            ("size that is missing", b";a=b\r\n" + QUERY + b"\r\n"),
            ("extension with a line feed", b"13;a\n\r\n" + QUERY + b"\r\n"),
            ("lines that end with LF", b"13\n" + QUERY + b"\n"),
            ("lines that end with CR", b"13\r" + QUERY + b"\r"),
        )
    ),
    # granian may hand over what was well before, as if it were all; then it hangs up
    *(
        Case(f"chunk {name}", "9112 7.1", chunked(body + b"0\r\n\r\n" + HIDDEN), BAD, ends=True,
             on_granian=OK)
        for name, body in (
            ("without an end", b"13\r\n" + QUERY),
            ("longer than it says", b"13\r\n" + QUERY + b" \r\n"),
            ("that is none after one that is", b"13\r\n" + QUERY + b"\r\nzz\r\n"),
        )
    ),
    Case("chunk size of 65 bits", "9112 7.1", chunked(
        b"10000000000000013\r\n" + QUERY.ljust(2 * MOST_BODY)), (400, 413), ends=True),
    Case("chunks beyond what is allowed", "9110 15.5.14", chunked(
        f"{MOST_BODY + 1:x}\r\n".encode() + b" " * (MOST_BODY + 1) + b"\r\n0\r\n\r\n"), (413,)),
    Case(
        "credentials in a trailer", "9110 6.5.1",
        request(b"POST", SEARCH, JSON, CHUNKED, first=(HOST,),
                body=IN_CHUNKS[:-2] + KNOWN + b"\r\n\r\n"),
        (401,),
    ),
)  # fmt: skip

BODIES_NOBODY_READS = (
    Case("a body of a GET", "9110 9.3.1", sized(b"GET", ORDER, (HOST, KNOWN)), EITHER),
    Case("a body of a HEAD", "9110 9.3.2", sized(b"HEAD", ORDER, (HOST, KNOWN)), EITHER),
    Case("a body of a DELETE", "9110 15.5.6", sized(b"DELETE", ORDER, (HOST, KNOWN)), (405,)),
    Case("a body of a stranger", "9110 15.5.2", sized(b"POST", SEARCH, (HOST,)), (401,)),
    Case("a body to nowhere", "9110 15.5.5", sized(b"POST", b"/nowhere", (HOST, KNOWN)), (404,)),
    Case("a body without a host", "9112 3.2", sized(b"POST", SEARCH, (KNOWN,)), BAD),
    Case("a body of another kind", "9110 15.5.16", sized(
        b"POST", SEARCH, (HOST, KNOWN, b"Content-Type: text/plain")), (415,)),
    Case("a body for an upgrade", "9110 7.8", sized(
        b"GET", ORDER, (HOST, KNOWN, b"Connection: Upgrade", b"Upgrade: h2c")), EITHER),
    Case("chunks of a GET", "9110 9.3.1", request(
        b"GET", ORDER, CHUNKED, body=HIDDEN_CHUNK), EITHER),
    Case("chunks to nowhere", "9110 15.5.5", request(
        b"POST", b"/nowhere", CHUNKED, body=HIDDEN_CHUNK), (404,)),
    Case("a body that is waited for", "9110 10.1.1", lengths(
        b"N\r\nExpect: 100-continue"), OK),
    Case("a body with another wish", "9110 10.1.1", lengths(b"N\r\nExpect: cake"), (200, 417)),
)  # fmt: skip

LINES = (
    Case("method in small letters", "9110 9.1", request(b"get"), (400, 405, 501)),
    Case("TRACE", "9110 15.5.6", request(b"TRACE"), (405, 501)),
    Case("a method nobody knows", "9110 9.1", request(b"BREW"), (405, 501)),
    Case("CONNECT", "9112 3.2.3", request(b"CONNECT", b"localhost:80"), (400, 404, 405, 501)),
    Case("OPTIONS of all", "9112 3.2.4", request(b"OPTIONS", b"*"), (200, 204, 400, 404, 405)),
    Case("HTTP/2.0", "9110 15.6.6", request(version=b"HTTP/2.0"), (400, 505)),
    Case("the preface of HTTP/2", "9113 3.4", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        (400, 505), on_granian=(NO_ANSWER,)),
    Case("HTTP/0.9", "9112 3", b"GET " + ORDER + b"\r\n\r\n", BAD),
    Case("HTTP/0.9 with its name", "9110 15.6.6", request(version=b"HTTP/0.9"), (400, 505)),
    Case("HTTP in small letters", "9112 2.3", request(version=b"http/1.1"), BAD),
    Case("HTTP/1.10", "9112 2.3", request(version=b"HTTP/1.10"), BAD),
    Case("a word too many", "9112 3", request(version=b"HTTP/1.1 x"), BAD),
    Case("a zero byte in the target", "9112 3.2", at(ORDER + b"\x00"), BAD),
    Case("empty lines before", "9112 2.2", b"\r\n" + get(), EITHER),
    Case("lines that end with LF", "9112 2.2", get().replace(b"\r\n", b"\n") + b"\r\n\r\n", EITHER),
    Case("a CR in a header", "9112 2.2", get(b"A: b\rc: d"), EITHER),
    Case("a zero byte in a header", "9110 5.5", get(b"A: b\x00c"), EITHER),
    Case("letters beyond ASCII in a header", "9110 5.5", get(b"A: \xe5\xc3\xa5"), EITHER),
    Case("a line that is no header", "9112 5", get(b"nonsense"), BAD),
    Case("a header without a name", "9112 5", get(b": b"), BAD),
    Case("a header's name with brackets", "9110 5.1", get(b"A(b): c"), BAD),
    Case("a folded line", "9112 5.2", get(b"A: b", b"  c"), EITHER),
    Case("a folded line first", "9112 2.2", get(first=(b" A: b", HOST, KNOWN)), EITHER),
    Case("5,000 headers", "6585 5", get(*[b"A: b"] * 5000), (400, 431), ends=True),
    Case("a header without an end", "6585 5", get()[:-2] + b"A: ".ljust(16_384, b"b"),
        (431,), ends=True),
    Case("no target", "9112 3", b"GET  HTTP/1.1\r\n nonsense\r\n\r\n", BAD, ends=True),
    Case("a header of 300 KB", "6585 5", get(b"A: " + b"b" * 300_000), (400, 431), ends=True),
    Case("a target of 64 KB", "9110 15.5.15", at(b"/" + b"a" * 65536), (400, 414, 431), ends=True),
    Case("closing asked for", "9112 9.6", get(b"Connection: close"), OK, ends=True),
    Case("an upgrade to WebSocket", "9110 7.8", get(
        b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13",
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="), EITHER),
    Case("a correlation id with a tab", "contract", get(b"Correlation-Id: a\tb"), OK),
    Case("a correlation id twice", "contract", get(
        b"Correlation-Id: a", b"Correlation-Id: b"), OK),
)  # fmt: skip

ORDERS = ORDER.removesuffix(b"000001")

TARGETS = (
    *(
        Case(f"target with {name}", "3986 2.1", at(ORDERS + order), (400, 404))
        for name, order in (
            ("a zero byte, encoded", b"000001%00"),
            ("bytes that are no UTF-8", b"%FF"),
            ("UTF-8 longer than it need be", b"%C0%AF000001"),
            ("half of a pair", b"%ED%A0%80"),
            ("half an encoding", b"000001%2"),
            ("an encoding that is none", b"%zz"),
            ("a line end, encoded", b"1%0d%0aX-Injected:%20yes"),
            ("an encoding of an encoding", b"%2500"),
            ("nothing at its end", b""),
            ("a step up", b"../000001"),
            ("a step up, encoded", b"%2e%2e%2f000001"),
            ("a backslash", b"..\\000001"),
            ("a parameter", b"000001;a=b"),
            ("a tab", b"00\t0001"),
            ("a raw letter beyond ASCII", b"\xc3\xa5"),
            ("a raw byte that is no UTF-8", b"\xff"),
        )
    ),
    Case("target with a space", "9112 3.2", at(ORDER + b" x"), (400, 404)),
    Case("target with a query", "3986 3.4", at(ORDER + b"?a=b"), OK),
    Case("target with a piece of a page", "9112 3.2", at(ORDER + b"#x"), (200, 400, 404)),
    Case("target with two slashes", "3986 3.3", at(b"/" + ORDER), (200, 400, 404)),
    Case("target without a slash", "9112 3.2", at(ORDER[1:]), (400, 404)),
    Case("target that is another's", "9112 3.2.2", at(b"https://example.com:99999/"), (400, 404)),
    Case("target that is no address", "9112 3.2.2", at(b"http://[::1/"), (400, 404)),
    Case("search with letters after", "contract", request(
        b"POST", SEARCH + b"X", JSON, b"Content-Length: 0"), (404, 405)),
)  # fmt: skip

NOBODY = (HOST,)
REFUSED = (400, 401)
"""Credentials that cannot be understood; 9110 leaves the choice."""

CREDENTIALS = (
    Case("credentials twice", "9110 5.3", get(KNOWN), REFUSED),
    Case("two credentials", "9110 5.3", get(b"Authorization: Bearer x"), REFUSED),
    *(
        Case(f"credentials {name}", "9110 11.6.2", get(line, first=NOBODY), REFUSED)
        for name, line in (
            ("of nobody", b"A: b"),
            ("that are empty", b"Authorization:"),
            ("without a scheme", b"Authorization: " + AUTHORIZATION.encode()[6:]),
            ("without a password", b"Authorization: Basic"),
            ("that are no base64", b"Authorization: Basic !!!!"),
            ("of half a padding", b"Authorization: Basic YTpi=a"),
            ("with a comma", KNOWN + b", Basic YTpi"),
            ("with a zero byte, encoded", b"Authorization: Basic AAA6YQ=="),
            ("in other letters", b"Authorization: Basic \xff\xfe"),
            ("for a proxy", b"Proxy-" + KNOWN),
        )
    ),
    Case("credentials in a folded line", "9112 5.2", get(
        KNOWN.replace(b"Basic ", b"Basic\r\n "), first=NOBODY), EITHER),
    Case("credentials of a small scheme", "9110 11.1", get(
        KNOWN.replace(b"Basic", b"bASIC"), first=NOBODY), OK),
)  # fmt: skip

JSON_BODIES = (
    *(
        Case(f"body {name}", "8259", search(body), BAD)
        for name, body in (
            ("50,000 brackets deep", b"[" * 50_000),
            ("50,000 brackets deep and up", b"[" * 30_000 + b"]" * 30_000),
            ("10,000 braces deep", b'{"a":' * 10_000 + b"1" + b"}" * 10_000),
            ("with NaN", b'{"customerId":"v1","a":NaN}'),
            ("with Infinity", b'{"customerId":"v1","a":-Infinity}'),
            ("with a member twice", b'{"customerId":"v1","customerId":"v2"}'),
            ("with a member twice within", b'{"customerId":"v1","a":{"b":1,"b":2}}'),
            ("that is no UTF-8", b'{"customerId":"\xff"}'),
            ("in UTF-16", '{"customerId":"v1"}'.encode("utf-16")),
            ("with a mark before", b"\xef\xbb\xbf" + QUERY),
            ("with a zero byte in the id", b'{"customerId":"v1\x00"}'),
            ("with a zero byte in the id, escaped", b'{"customerId":"v1\\u0000"}'),
            ("with half a pair in the id", b'{"customerId":"\\ud800"}'),
            ("with something after", QUERY + QUERY),
            ("without an end", QUERY[:-1]),
            ("that is empty", b""),
            ("that is blank", b" \r\n"),
            ("that is a list", b"[" + QUERY + b"]"),
            ("that is null", b"null"),
            ("with a number as id", b'{"customerId":1}'),
            ("with null as id", b'{"customerId":null}'),
            ("without an id", b"{}"),
            ("with single quotes", b"{'customerId':'v1'}"),
            ("with a number of 5,000 digits", b'{"customerId":"v1","a":' + b"9" * 5000 + b"}"),
            ("that is packed", gzip.compress(QUERY, mtime=0)),
        )
    ),
    Case("body with a number beyond floats", "8259 6", search(
        b'{"customerId":"v1","a":1e999999}'), EITHER),
    Case("body of a form", "9110 15.5.16", search(
        b"customerId=v1", b"Content-Type: application/x-www-form-urlencoded"), (415,)),
    Case("body of two kinds", "9110 8.3", search(
        QUERY, JSON + b"\r\nContent-Type: text/plain"), (200, 400, 415)),
    Case("body as large as allowed", "contract", search(QUERY.ljust(MOST_BODY)), OK),
    Case("body too large by one", "9110 15.5.14", search(QUERY.ljust(MOST_BODY + 1)), (413,)),
    Case("body that is too large by what is told of it", "9110 15.5.14", post(
        b"Content-Length: 900000", body=b"x" * 100), (413,), ends=True),
    Case("body of 1 MB", "9110 15.5.14", search(QUERY.ljust(1024 * 1024)), (413,)),
)  # fmt: skip

CASES = (
    *HOSTS,
    *LENGTHS,
    *CODINGS,
    *CHUNKS,
    *BODIES_NOBODY_READS,
    *LINES,
    *TARGETS,
    *CREDENTIALS,
    *JSON_BODIES,
)

PARTS = {
    "half a head": get()[: -len(b"\r\n")],
    "half a body": post(b"Content-Length: 100"),
}
"""Requests that break off, each with what would do for a whole one (RFC 9112, section 8)."""
