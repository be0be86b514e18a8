"""What writer and reader of a snapshot file agree on."""

import hashlib
from dataclasses import dataclass

FORMAT = 3
"""Of the tables below; a file of another format is not served but made anew."""

SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- All that have bodies have rowids, and an index beside them. Without rowids the bodies would
-- stand in the inner pages too: a tree four times as deep in a file twice as large.
-- What GET answers: status 200 with the order, or 503 with the cells to mend.
CREATE TABLE answer (
    customer_order_id TEXT NOT NULL,
    business_unit_id TEXT NOT NULL,
    status INTEGER NOT NULL,
    etag TEXT NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (customer_order_id, business_unit_id)
);
-- What a search answers is made of: the summaries of one order, or of several with commas
-- between them, in the order of the first one's position in the sheet.
CREATE TABLE summary (
    customer_id TEXT NOT NULL,
    business_unit_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (customer_id, business_unit_id, position)
);
-- What Enactor's clients are told where the plain sheets alone do not say it: status 200 with the
-- order, or 503 for one that is not told. Any other order is made from its row in answer.
-- Searches need the index only.
CREATE TABLE enactor (
    customer_order_id TEXT NOT NULL,
    business_unit_id TEXT NOT NULL,
    status INTEGER NOT NULL,
    customer_number TEXT,  -- whose it is; NULL: nobody's
    type_id TEXT,
    created INTEGER,  -- milliseconds since 1970; NULL: not said
    products TEXT,  -- a JSON list of those to be put into body; NULL: it has its own
    body BLOB NOT NULL
);
CREATE INDEX enactor_search ON enactor (
    customer_order_id, business_unit_id, status, customer_number, type_id, created
);
-- The products that orders have in common, by their places in the sheet.
CREATE TABLE enactor_product (
    position INTEGER PRIMARY KEY,
    product_id TEXT NOT NULL UNIQUE,
    body BLOB NOT NULL
);
CREATE TABLE finding (position INTEGER PRIMARY KEY, body TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a reading came from.

    Attributes:
        workbook: The file's name, for messages.
        sha256: Of its bytes, in hexadecimal: its identity.
        saved_at: When it was saved, in seconds since 1970 (UTC); 0: unknown.
        read_at: When it was read, likewise.
    """

    workbook: str
    sha256: str
    saved_at: float
    read_at: float


def etag(body: bytes) -> str:
    """Make the strong entity tag of a reply (RFC 9110, section 8.8.3)."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
