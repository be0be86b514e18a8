"""Pieces of the description: headers, replies and parameters."""

from corsheet.api.replies import JSON
from corsheet.api.schemas import Json


def reply_headers() -> Json:
    """Describe the headers of a reply with orders."""
    texts = ("ETag", "Last-Modified", "Cache-Control", "Vary", "Correlation-Id")
    return {name: {"required": True, "schema": {"type": "string"}} for name in texts}


def reply(text: str, schema: Json, headers: Json | None = None) -> Json:
    """Describe a reply."""
    return {
        "description": text,
        **({"headers": headers} if headers else {}),
        "content": {JSON: {"schema": schema}},
    }


def in_path(name: str, pattern: str, example: str) -> Json:
    """Describe a piece of the path."""
    schema = {"type": "string", "minLength": 1, "pattern": pattern}
    return {"name": name, "in": "path", "required": True, "schema": schema, "example": example}


def in_header(name: str, text: str) -> Json:
    """Describe a header that may be sent."""
    return {"name": name, "in": "header", "description": text, "schema": {"type": "string"}}


def usual_headers() -> list[Json]:
    """Describe the headers that any request for orders may have."""
    return [
        in_header("Correlation-Id", "Echoed; made where it is missing or odd."),
        in_header("Tenant-Id", "Checked where the service is set to."),
    ]
