"""``/oauth2/token``, ``/oauth2/introspect``, ``/oauth2/revoke``: our own token endpoint."""

from bottle import Bottle, HTTPResponse, request

from corsheet.api.address import Networks, client_address
from corsheet.api.body import CutOffError, FullError, LateError, StrangersBodies
from corsheet.auth.token_endpoint import Endpoint, TokenEndpoints, TokenReply, refuse, unavailable
from corsheet.auth.token_request import (
    MOST_BODY_BYTES,
    RefusedError,
    TokenRequest,
    TooLargeError,
)

FULL_RETRY_SECONDS = 1
"""What a client is told to wait while strangers' bodies are waited for."""


def add_routes(app: Bottle, endpoints: TokenEndpoints, trusted_proxy: Networks) -> None:
    """Add the three; they check credentials of their own.

    Args:
        app: Where to.
        endpoints: Answers.
        trusted_proxy: Who is believed when they say whose request it is.
    """
    bodies = StrangersBodies()

    def answer(endpoint: Endpoint) -> TokenReply:
        environ = request.environ
        if (request.content_length or 0) > MOST_BODY_BYTES:
            return refuse(TooLargeError())
        try:
            body = bodies.read(environ, MOST_BODY_BYTES)
        except LateError:
            return refuse(RefusedError("invalid_request", "the body did not come in time"))
        except CutOffError:
            return refuse(RefusedError("invalid_request", "the body ends before its length"))
        except FullError:
            return refuse(unavailable("too many requests are coming in", FULL_RETRY_SECONDS))
        return endpoints.handle(
            endpoint,
            TokenRequest(
                authorization=environ.get("HTTP_AUTHORIZATION"),
                content_type=environ.get("CONTENT_TYPE", ""),
                body=body,
                has_query=bool(environ.get("QUERY_STRING")),
                address=client_address(environ, trusted_proxy),
            ),
        )

    def add_route(endpoint: Endpoint) -> None:
        @app.post(f"/oauth2/{endpoint}", skip=["gate"])
        def route() -> HTTPResponse:
            reply = answer(endpoint)
            return HTTPResponse(reply.body, reply.status.value, dict(reply.headers))

    for endpoint in Endpoint:
        add_route(endpoint)
