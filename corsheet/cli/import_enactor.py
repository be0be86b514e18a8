"""``corsheet import-enactor``: saved replies of Enactor become a workbook."""

import argparse
import errno
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from corsheet.cli.enactor_parts import Taken, take_apart
from corsheet.cli.enactor_replies import (
    HEAD,
    TOP,
    MisuseError,
    Saved,
    differences,
    is_within,
    load,
    read_replies,
)
from corsheet.cli.enactor_rows import sheets
from corsheet.cli.init import own_command
from corsheet.cli.options import SETTINGS_FILE, find_settings_file
from corsheet.cli.report import EXIT_MISUSE, Commands
from corsheet.findings import Finding
from corsheet.install.steps import as_typed
from corsheet.model import CustomerOrder, EnactorDetails, Fields, normalise_id
from corsheet.settings.enactor import MOST_EXPONENT
from corsheet.wire.enactor import EnactorOptions, UnfitError, order_body, whole_body
from corsheet.workbook.enactor_layout import PRODUCT
from corsheet.workbook.enactor_spread import Loss
from corsheet.workbook.enactor_values import why_unheld
from corsheet.workbook.layout import Kind
from corsheet.workbook.reading import Reading, read_workbook
from corsheet.workbook.template import write_workbook

EXIT_DIFFERENT = 1

MOST_CELLS = 10
"""Faulty cells that are told of an order; `corsheet check` tells all."""


def add_command(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "import-enactor",
        help="make a workbook of saved replies of Enactor",
        description="Writes a workbook with the orders of saved replies: of one order, or of a"
        " search. Then reads it back, and tells what is different. Never overwrites anything.",
    )
    parser.add_argument("replies", metavar="ORDER.json", nargs="+", type=Path)
    parser.add_argument("workbook", metavar="WORKBOOK", type=Path, help="must not exist yet")
    parser.add_argument(
        "--customer", metavar="ID", default="", help="of orders without a customer number"
    )
    parser.add_argument(
        "--currency-exponent",
        metavar="N",
        type=int,
        choices=range(MOST_EXPONENT + 1),
        default=EnactorOptions().currency_exponent,
        help="decimals of the currency (default: %(default)s)",
    )
    parser.add_argument(
        "--keep-card-secrets",
        action="store_true",
        help="keep panToken and hashedPan, which no workbook should hold",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the workbook, and tell what is different in it."""
    enactor = EnactorOptions(currency_exponent=options.currency_exponent)
    workbook: Path = options.workbook
    if workbook.exists():
        cure = "name another file, or move that one away"
        return _refuse(f"{workbook} is there already; nothing is written", cure)
    try:
        saved = read_replies(options.replies, keep_secrets=options.keep_card_secrets)
        taken = [take_apart(one.order, _customer(one, options.customer), enactor) for one in saved]
        data = _made(taken, enactor)
        _write(workbook, data)
    except MisuseError as error:
        return _refuse(str(error), error.cure)
    except OSError as error:
        cure = "name a file in a folder that is there, may be written, and has room"
        return _refuse(f"cannot write {workbook}: {error.strerror}", cure)
    served = _served(read_workbook(data, currency_exponent=enactor.currency_exponent))
    is_same = True
    for one, order in zip(saved, taken, strict=True):
        is_same &= _tell(one, order.losses, _differences(one, served, enactor))
    print(f"{workbook}: the workbook, orders: {len(saved)}")
    print(_next_commands(workbook))
    return 0 if is_same else EXIT_DIFFERENT


def _refuse(reason: str, cure: str) -> int:
    """Say why there is no workbook, and what to do; give the exit status."""
    print(f"corsheet: {reason}\n    {cure}", file=sys.stderr)
    return EXIT_MISUSE


def _next_commands(workbook: Path) -> str:
    """Say how the workbook comes to be served: with the settings that are there, or new ones."""
    settings = find_settings_file(None, str(workbook))
    if settings is not None:
        serve = as_typed(("serve", str(workbook), "--config", str(settings)))
        return f"next: {own_command()} {serve}"
    return (
        f"next, for settings: {own_command()} init FOLDER\n"
        f"then: {own_command()} serve {as_typed((str(workbook),))} --config FOLDER/{SETTINGS_FILE}"
    )


def _made(orders: Sequence[Taken], options: EnactorOptions) -> bytes:
    """Make the workbook.

    Raises:
        MisuseError: Excel's sheets have not so many rows.
    """
    try:
        enactor = sheets(orders, options)
        return write_workbook([order.plain for order in orders], enactor, are_examples=False)
    except ValueError as error:
        raise MisuseError(
            f"the orders do not fit into a workbook: {error}",
            "import fewer replies at a time, each time into a workbook of another name",
        ) from error


def _write(workbook: Path, data: bytes) -> None:
    """Write the workbook beside its place, then put it there: whole, or not at all.

    Raises:
        OSError: It cannot be written, or something stands there meanwhile.
    """
    new = workbook.with_name(f".import-enactor-{os.getpid()}.tmp")
    try:
        with new.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if workbook.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        new.rename(workbook)
    finally:
        new.unlink(missing_ok=True)


def _customer(saved: Saved, customer: str) -> str:
    """Give whose an order is.

    Raises:
        MisuseError: Nobody's, and no customer is given.
    """
    number = saved.order[HEAD].get("customerNumber")
    if isinstance(number, str) and not why_unheld(Kind.ID, number):
        return number
    customer = normalise_id(customer)
    if why_unheld(Kind.ID, customer):
        raise MisuseError(
            f"the order {saved.order_id} has no customer number, and the till's need one",
            "say with --customer ID whose such orders are for the till; Enactor is not told",
        )
    return customer


@dataclass(frozen=True, slots=True)
class _Served:
    """What the workbook reads back as, by order id: all orders are for every unit.

    Attributes:
        reading: All of it.
        orders: What the plain sheets say.
        details: What Enactor's sheets say.
        products: The rows of Products for every order, with their places among them.
        withheld: Orders that Enactor's clients are not told.
        errors: The faults of each order; those of none are under None.
    """

    reading: Reading
    orders: Mapping[str, CustomerOrder]
    details: Mapping[str, EnactorDetails]
    products: Mapping[str, tuple[int, Fields]]
    withheld: Collection[str]
    errors: Mapping[str | None, Sequence[Finding]]


def _served(reading: Reading) -> _Served:
    errors: dict[str | None, list[Finding]] = {}
    for finding in reading.findings:
        if finding.is_error:
            errors.setdefault(finding.customer_order_id, []).append(finding)
    return _Served(
        reading=reading,
        orders={order.customer_order_id: order for order in reading.orders},
        details={key.customer_order_id: one for key, one in reading.enactor.items()},
        products={
            str(fields.values.get(PRODUCT)): (place, fields)
            for place, fields in enumerate(reading.enactor_products)
        },
        withheld={key.customer_order_id for key in reading.enactor_withheld},
        errors=errors,
    )


def _differences(saved: Saved, served: _Served, options: EnactorOptions) -> list[Loss]:
    """Compare what would be served with what was saved."""
    order = served.orders.get(saved.order_id)
    if order is None:
        return [Loss(TOP, f"it is held back: {_cells(saved, served)}")]
    if served.reading.enactor_refused or saved.order_id in served.withheld:
        return [Loss(TOP, f"it is held back from Enactor: {_cells(saved, served)}")]
    details = served.details.get(saved.order_id)
    try:
        names = order_body(order, details, options).product_ids or ()
        rows = [served.products[name] for name in names if name in served.products]
        products = [fields for _, fields in sorted(rows, key=itemgetter(0))]
        told = whole_body(order, details, products, options)
    except UnfitError as error:
        return [Loss(TOP, str(error))]
    return list(differences(saved.order, load(told)["order"], TOP))


def _cells(saved: Saved, served: _Served) -> str:
    """Name the cells at fault, the order's own first."""
    found = [*served.errors.get(saved.order_id, ()), *served.errors.get(None, ())]
    cells = [f"{finding.place} ({finding.problem.code.id})" for finding in found[:MOST_CELLS]]
    return ", ".join([*cells, "…"] if len(found) > MOST_CELLS else cells)


def _tell(saved: Saved, losses: Sequence[Loss], found: Sequence[Loss]) -> bool:
    """Tell what is different in an order; give whether nothing is.

    Args:
        saved: Which order.
        losses: What was known to have no cell.
        found: What the comparison found: mostly the same.
    """
    known = {loss.path for loss in losses}
    told = [*losses, *(one for one in found if not is_within(one.path, known))]
    for path in saved.secrets:
        print(f"corsheet: {saved.order_id}: {path} is left out (card secret)", file=sys.stderr)
    for loss in told:
        path = "".join(c if c.isprintable() else "?" for c in loss.path)
        print(f"corsheet: {saved.order_id}: {path}: {loss.reason}", file=sys.stderr)
    return not told
