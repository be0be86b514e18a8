"""Replies with orders: what they are made from, and what their headers say."""

from http import HTTPStatus

from bottle import HTTPResponse, request

from corsheet.api.refusals import unready
from corsheet.catalog import Catalog
from corsheet.snapshot.read import Snapshot

JSON = "application/json"


def ready(catalog: Catalog) -> Snapshot:
    """Give what is served now.

    Raises:
        ApiError: Nothing is yet.
    """
    if catalog.current is None:
        catalog.refresh()  # the first one may have been published this moment
    snapshot = catalog.current
    if snapshot is None:
        raise unready("no workbook has been read yet; /readyz says why")
    return snapshot


def reply_headers(snapshot: Snapshot, tag: str, vary: str = "Authorization") -> dict[str, str]:
    """Give the headers of a reply with orders, or of one that says that nothing has changed."""
    return {
        "Content-Type": JSON,
        "ETag": tag,
        "Last-Modified": snapshot.last_modified,
        "Cache-Control": "private, no-cache",
        "Vary": vary,
    }


def reply_to_get(snapshot: Snapshot, tag: str, body: bytes, **vary: str) -> HTTPResponse:
    """Send a body, or that the client has it already."""
    headers = reply_headers(snapshot, tag, **vary)
    if _is_known(tag, request.environ.get("HTTP_IF_NONE_MATCH")):
        return HTTPResponse(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return HTTPResponse(body=body, headers=headers)


def _is_known(tag: str, if_none_match: str | None) -> bool:
    """Tell whether the client has this reply already (RFC 9110, section 13.1.2)."""
    if if_none_match is None:
        return False
    tags = [part.strip().removeprefix("W/") for part in if_none_match.split(",")]
    return tags == ["*"] or tag in tags
