"""``/oauth2/token``, ``/oauth2/introspect``, ``/oauth2/revoke``: our own token endpoint."""

from bottle import Bottle, HTTPResponse, request

from corsheet.api.address import Networks, client_address
from corsheet.auth.token_endpoint import Endpoint, TokenEndpoints, TokenReply, refuse
from corsheet.auth.token_request import MOST_BODY_BYTES, TokenRequest, TooLargeError


def add_routes(app: Bottle, endpoints: TokenEndpoints, trusted_proxy: Networks) -> None:
    """Add the three; they check credentials of their own.

    Args:
        app: Where to.
        endpoints: Answers.
        trusted_proxy: Who is believed when they say whose request it is.
    """

    def answer(endpoint: Endpoint) -> TokenReply:
        if (request.content_length or 0) > MOST_BODY_BYTES:
            return refuse(TooLargeError())  # before Bottle reads it
        return endpoints.handle(
            endpoint,
            TokenRequest(
                authorization=request.environ.get("HTTP_AUTHORIZATION"),
                content_type=request.environ.get("CONTENT_TYPE", ""),
                body=request.body.read(MOST_BODY_BYTES + 1),
                has_query=bool(request.environ.get("QUERY_STRING")),
                address=client_address(request.environ, trusted_proxy),
            ),
        )

    def add_route(endpoint: Endpoint) -> None:
        @app.post(f"/oauth2/{endpoint}", skip=["gate"])
        def route() -> HTTPResponse:
            reply = answer(endpoint)
            return HTTPResponse(reply.body, reply.status.value, dict(reply.headers))

    for endpoint in Endpoint:
        add_route(endpoint)
