"""A reading to a snapshot file."""

import json
import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from corsheet.findings import Finding, Language, in_order
from corsheet.model import EVERY_UNIT, BusinessUnitId, CustomerOrder, EnactorDetails, Fields
from corsheet.snapshot.schema import FORMAT, SCHEMA, Source, etag
from corsheet.wire import enactor, hiiretail
from corsheet.wire.enactor import EnactorOptions, UnfitError
from corsheet.workbook.orders import OrderKey
from corsheet.workbook.reading import Reading

TOLD_CELLS = 20
"""Findings that the reply for a withheld order names; `corsheet check` names them all."""


def write_snapshot(
    path: Path,
    reading: Reading,
    source: Source,
    language: Language = Language.ENGLISH,
    options: EnactorOptions | None = None,
) -> None:
    """Write a reading that is not refused to a new file, and see it safe on the disk.

    Args:
        path: Overwritten where it exists; complete only when this returns.
        reading: What to serve.
        source: Where it came from.
        language: Of what is told about the findings.
        options: How Enactor's orders are written; None: as without settings.

    Raises:
        OSError: The disk is full, or the file may not be written.
        sqlite3.Error: Likewise, as SQLite tells it.
    """
    options = options or EnactorOptions()
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        # nobody reads the file before it is complete, so nothing has to be rolled back
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.executescript(SCHEMA)
        database.execute("BEGIN")
        database.executemany("INSERT INTO meta VALUES (?, ?)", _meta(reading, source, options))
        # nearly as the indexes are sorted, so that each key goes to its end and no page is split
        orders = sorted(reading.orders, key=attrgetter("customer_order_id"))
        database.executemany(
            "INSERT INTO answer VALUES (?, ?, ?, ?, ?)", _answers(orders, reading, language)
        )
        if not reading.enactor_refused:
            database.executemany(
                "INSERT INTO enactor VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                _of_enactor(orders, reading, options),
            )
            database.executemany(
                "INSERT INTO enactor_product VALUES (?, ?, ?)", _products(reading.enactor_products)
            )
        database.executemany("INSERT INTO summary VALUES (?, ?, ?, ?)", _summaries(reading.orders))
        database.executemany(
            "INSERT INTO finding VALUES (?, ?)",
            (
                (position, json.dumps(finding.as_json(language), ensure_ascii=False))
                for position, finding in enumerate(reading.findings)
            ),
        )
        database.execute("COMMIT")
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _meta(reading: Reading, source: Source, options: EnactorOptions) -> Iterator[tuple[str, str]]:
    yield "format", str(FORMAT)
    yield "workbook", source.workbook
    yield "sha256", source.sha256
    yield "saved_at", repr(source.saved_at)
    yield "read_at", repr(source.read_at)
    yield "orders_served", str(len(reading.orders))
    yield "orders_withheld", str(len(reading.withheld))
    yield "enactor_refused", str(int(reading.enactor_refused))
    yield "enactor_options", json.dumps(asdict(options))


Answer = tuple[str, str, int, str, bytes]


def _answers(
    orders: Iterable[CustomerOrder], reading: Reading, language: Language
) -> Iterator[Answer]:
    for order in orders:
        body = hiiretail.order_body(order)
        yield order.customer_order_id, order.business_unit_id, 200, etag(body), body
    # a finding that names no business unit is about every order of its id
    told: dict[tuple[str | None, str | None], list[Finding]] = defaultdict(list)
    for finding in reading.findings:
        if finding.is_error and not finding.is_enactors:
            told[finding.business_unit_id, finding.customer_order_id].append(finding)
    for unit, order_id in dict.fromkeys(reading.withheld):
        findings = in_order([*told[unit, order_id], *told[None, order_id]])
        cells = [finding.as_json(language) for finding in findings[:TOLD_CELLS]]
        body = json.dumps(cells, ensure_ascii=False).encode()
        yield order_id, unit, 503, etag(body), body


OfEnactor = tuple[str, str, int, str | None, str | None, int | None, str | None, bytes]


def _of_enactor(
    orders: Iterable[CustomerOrder], reading: Reading, options: EnactorOptions
) -> Iterator[OfEnactor]:
    """Give a row for each order that is told otherwise than the plain sheets say, or not at all."""
    for order in orders:
        key = OrderKey(order.business_unit_id, order.customer_order_id)
        details = reading.enactor.get(key)
        if key in reading.enactor_withheld:
            yield _not_told(key)
        elif details is not None:
            yield _told(key, order, details, options)
        elif not enactor.is_fit(order, options):
            yield _not_told(key)


def _told(
    key: OrderKey, order: CustomerOrder, details: EnactorDetails, options: EnactorOptions
) -> OfEnactor:
    try:
        told = enactor.order_body(order, details, options)
    except UnfitError:
        return _not_told(key)
    ids = told.product_ids
    products = None if ids is None else json.dumps(ids, ensure_ascii=False)
    return (
        *(key.customer_order_id, key.business_unit_id, 200),
        *(told.customer_number, told.type_id, told.created, products, told.body),
    )


def _not_told(key: OrderKey) -> OfEnactor:
    return key.customer_order_id, key.business_unit_id, 503, None, None, None, None, b""


def _products(rows: Iterable[Fields]) -> Iterator[tuple[int, str, bytes]]:
    """Give the products that orders share, each written once."""
    for position, fields in enumerate(rows):
        product: str = fields.values["productId"]
        yield position, product, enactor.product_body(fields, product)


Summary = tuple[str, str, int, bytes]


def _summaries(orders: Sequence[CustomerOrder]) -> Iterator[Summary]:
    """Give the rows of searches: one for all orders of a customer in a unit, where that can be.

    A search for a unit joins its orders and those for every unit in sheet order. Where a
    customer has both kinds, each of them has a row of its own.
    """

    def customer_of(place: int) -> str:
        return orders[place].customer_id

    for customer, places in groupby(sorted(range(len(orders)), key=customer_of), customer_of):
        units: dict[BusinessUnitId, list[int]] = {}
        for place in places:
            units.setdefault(orders[place].business_unit_id, []).append(place)
        is_mixed = EVERY_UNIT in units and len(units) > 1
        for unit, mine in sorted(units.items()):
            for row in [[place] for place in mine] if is_mixed else [mine]:
                told = b",".join(hiiretail.order_summary(orders[place]) for place in row)
                yield customer, unit, row[0], told
