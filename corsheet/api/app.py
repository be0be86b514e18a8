"""The application: routes behind the gate, refusals in one form, around them the edge.

Everything it needs comes in by argument; nothing is global.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from random import getrandbits
from typing import TYPE_CHECKING, Any

from bottle import Bottle, HTTPError, HTTPResponse, request, response

from corsheet.api import WsgiApp, enactor, hiiretail, openapi, operations
from corsheet.api.address import networks
from corsheet.api.enactor import EnactorRoutes
from corsheet.api.gate import Gate, Handler
from corsheet.api.hot import HotWay, Reply
from corsheet.api.refusals import ApiError, Forms, unhandled, unready
from corsheet.auth.door import Door
from corsheet.catalog import Catalog, LastReload
from corsheet.model import has_control_characters
from corsheet.snapshot.read import SnapshotError

if TYPE_CHECKING:
    from corsheet.auth.id_token import IdTokens
    from corsheet.auth.token_endpoint import TokenEndpoints

log = logging.getLogger(__name__)

CORRELATION_ID = re.compile(r"[\x21-\x7e]{1,128}")
"""A correlation id that is passed on; another is replaced."""

HOST = re.compile(r"(?:\[[0-9A-Za-z:.%]+\]|[A-Za-z0-9._~%!$&'()*+;=-]+)(?::[0-9]*)?")
"""A host (RFC 3986, section 3.2.2) and a port; a comma stands between two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What of the settings the application needs.

    Attributes:
        prefixes: Where Hii Retail's paths begin; ``""`` or such as ``/api/v1``.
        max_body_bytes: Of a request.
        tenant_id: That ``Tenant-Id`` must name; empty: not checked.
        trusted_proxy: Addresses and networks of proxies whose ``X-Forwarded-For`` is believed.
        enactor: Enactor's routes; None: there are none.
    """

    prefixes: Sequence[str] = ("", "/api/v1")
    max_body_bytes: int = 64 * 1024
    tenant_id: str = ""
    trusted_proxy: Sequence[str] = ()
    enactor: EnactorRoutes | None = None


class _Api(Bottle):
    """Bottle, with every error it finds by itself told in our forms, never as HTML."""

    def __init__(self, forms: Forms) -> None:
        super().__init__()
        self._forms = forms

    def default_error_handler(self, res: HTTPError) -> bytes:
        told = self._forms.tell(unhandled(res.status_code), request.environ["PATH_INFO"])
        for name, value in told.headers:
            response.set_header(name, value)
        return told.body


def _translator(forms: Forms) -> Callable[[Handler], Handler]:
    """Make what turns a refusal that a handler raises into its reply."""

    def translate_refusals(callback: Handler) -> Handler:
        @wraps(callback)
        def translated(**arguments: Any) -> HTTPResponse:
            try:
                return callback(**arguments)
            except ApiError as error:
                refusal = error.with_traceback(None)  # else it keeps the handler's snapshot open
            except SnapshotError as error:
                log.error(  # noqa: TRY400 - its text says it all
                    "%s; the next reading of the workbook makes it anew", error
                )
                refusal = unready("what is served cannot be read; /readyz says more")
            headers, body = forms.tell(refusal, request.environ["PATH_INFO"])
            return HTTPResponse(body=body, status=refusal.status.value, headers=headers)

        return translated

    return translate_refusals


def build_app(
    catalog: Catalog,
    door: Door,
    last_reload: Callable[[], LastReload | None],
    options: Options | None = None,
    token_endpoints: "TokenEndpoints | None" = None,
    *,
    id_tokens: "IdTokens | None" = None,
) -> WsgiApp:
    """Make the WSGI application.

    Args:
        catalog: Where the snapshot being served hangs.
        door: Checks credentials.
        last_reload: How the last reading ended; None: none has.
        options: What of the settings it needs; None: the usual ones.
        token_endpoints: Issue tokens; None: nobody does here.
        id_tokens: Check Enactor's tokens; None: its identity is another one.
    """
    options = options or Options()
    enactors = options.enactor
    forms = Forms(None if enactors is None else enactors.prefix)
    app = _Api(forms)
    app.install(_translator(forms))  # first in, outermost
    proxies = networks(options.trusted_proxy)
    app.install(Gate(door, options.tenant_id, proxies))
    hiiretail.add_routes(app, catalog, options.prefixes, options.max_body_bytes)
    if enactors is not None:
        enactor.add_routes(app, catalog, enactors, id_tokens)
    operations.add_routes(app, catalog, last_reload)
    if token_endpoints is not None:
        from corsheet.api import oauth2  # noqa: PLC0415 - its library takes a while to import

        oauth2.add_routes(app, token_endpoints, proxies)
    openapi.add_routes(
        app,
        openapi.Described(
            prefixes=options.prefixes,
            takes_basic=door.takes_passwords,
            takes_bearer=door.takes_tokens,
            token_prefixes=[] if token_endpoints is None else [""],
            enactor=enactors,
        ),
    )
    hot = HotWay(
        catalog,
        door,
        prefixes=options.prefixes,
        tenant_id=options.tenant_id,
        max_body_bytes=options.max_body_bytes,
    )
    return _edge(app, hot, forms)


def _edge(app: WsgiApp, hot: HotWay, forms: Forms) -> WsgiApp:
    """Put around the application the hot way, and what every request and reply has."""

    def edge(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        begun = time.perf_counter()
        correlation_id = environ.get("HTTP_CORRELATION_ID", "")
        if not CORRELATION_ID.fullmatch(correlation_id):
            correlation_id = _fresh_id()

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            headers += [
                ("Correlation-Id", correlation_id),
                ("X-Content-Type-Options", "nosniff"),
            ]
            if log.isEnabledFor(logging.DEBUG):
                spent = (time.perf_counter() - begun) * 1000
                method = environ["REQUEST_METHOD"]
                log.debug("%s %s %s in %.1f ms", correlation_id, method, status, spent)
            return start_response(status, headers, exc_info)

        path = environ.get("PATH_INFO", "")
        is_plain = path.isascii() and path.isprintable()
        refusal = _check_request(environ) or (None if is_plain else _check_path(path))
        reply = _answer_hot(hot, environ) if is_plain and refusal is None else None
        if reply is not None:
            start(reply.status, reply.headers)
            return reply.body
        if refusal is None:
            return app(environ, start)
        headers, body = forms.tell(refusal, path)
        headers.append(("Content-Length", str(len(body))))
        start(f"{refusal.status.value} {refusal.status.phrase}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    return edge


def _fresh_id() -> str:
    """Make a random UUID (RFC 9562, version 4), which only has to differ from others."""
    digits = f"{getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _answer_hot(hot: HotWay, environ: dict[str, Any]) -> Reply | None:
    try:
        return hot.answer(environ)
    except Exception:
        log.exception("the hot way failed; the routes behind answer")
        return None


def _check_request(environ: dict[str, Any]) -> ApiError | None:
    """Refuse what RFC 9110 and RFC 9112 have a server refuse, where the server does not."""
    host = environ.get("HTTP_HOST", "")
    # RFC 9112, section 3.2; servers join repeated headers with a comma
    if not HOST.fullmatch(host) and (host or environ.get("SERVER_PROTOCOL") == "HTTP/1.1"):
        return ApiError(HTTPStatus.BAD_REQUEST, "http-400", "not exactly one Host header")
    if not environ["REQUEST_METHOD"].isupper():  # RFC 9110, section 9.1; Bottle takes any case
        return ApiError(HTTPStatus.NOT_IMPLEMENTED, "http-501", "no method that is known here")
    # the server has joined the chunks; Bottle would look for their marks
    coding = environ.pop("HTTP_TRANSFER_ENCODING", "chunked")
    if coding.lower() != "chunked":  # RFC 9112, section 6.1: granian sees no other coding
        return ApiError(HTTPStatus.NOT_IMPLEMENTED, "http-501", "no coding but chunked is known")
    return None


def _check_path(path: str) -> ApiError | None:
    """Refuse a path that is not UTF-8 or holds control characters.

    Bottle would leave the bad bytes out and look up what remains.
    """
    try:
        # PEP 3333: the path's bytes, each as one character
        text = path.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return ApiError(HTTPStatus.BAD_REQUEST, "bad-path", "the path is not UTF-8")
    if has_control_characters(text):
        return ApiError(HTTPStatus.BAD_REQUEST, "bad-path", "the path has a control character")
    return None
