"""``corsheet import-enactor``: saved replies of Enactor become a workbook."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from corsheet.cli.enactor_parts import Taken, take_apart
from corsheet.cli.enactor_replies import (
    HEAD,
    TOP,
    MisuseError,
    Saved,
    differences,
    load,
    read_replies,
)
from corsheet.cli.enactor_rows import sheets
from corsheet.cli.report import Commands
from corsheet.model import normalise_id
from corsheet.wire.enactor import EnactorOptions, UnfitError, order_body
from corsheet.workbook.enactor_spread import Loss
from corsheet.workbook.enactor_values import why_unheld
from corsheet.workbook.layout import Kind
from corsheet.workbook.reading import Reading, read_workbook
from corsheet.workbook.template import write_workbook

EXIT_DIFFERENT = 1
EXIT_MISUSE = 2

MOST_DECIMALS = 4
"""Of a currency's minor unit: ISO 4217 has none with more."""


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
        choices=range(MOST_DECIMALS + 1),
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
        print(f"corsheet: {workbook} is there already; nothing is written", file=sys.stderr)
        return EXIT_MISUSE
    try:
        saved = read_replies(options.replies, keep_secrets=options.keep_card_secrets)
        taken = [take_apart(one.order, _customer(one, options.customer), enactor) for one in saved]
        data = _write(taken, enactor)
        with workbook.open("xb") as file:
            file.write(data)
    except MisuseError as error:
        print(f"corsheet: {error}", file=sys.stderr)
        return EXIT_MISUSE
    except OSError as error:
        print(f"corsheet: cannot write {workbook}: {error.strerror}", file=sys.stderr)
        return EXIT_MISUSE
    reading = read_workbook(data)
    is_same = True
    for one, order in zip(saved, taken, strict=True):
        is_same &= _tell(one, order.losses, _differences(one, reading, enactor))
    print(f"{workbook}: the workbook, orders: {len(saved)}")
    return 0 if is_same else EXIT_DIFFERENT


def _write(orders: Sequence[Taken], options: EnactorOptions) -> bytes:
    """Make the workbook.

    Raises:
        MisuseError: Excel's sheets have not so many rows.
    """
    try:
        enactor = sheets(orders, options)
        return write_workbook([order.plain for order in orders], enactor, are_examples=False)
    except ValueError as error:
        raise MisuseError(f"the orders do not fit into a workbook: {error}") from error


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
            f"the order {saved.order_id} has no customer number; name one with --customer"
        )
    return customer


def _differences(saved: Saved, reading: Reading, options: EnactorOptions) -> list[Loss]:
    """Compare what would be served with what was saved."""
    order = next((o for o in reading.orders if o.customer_order_id == saved.order_id), None)
    cells = ", ".join(
        f"{finding.place} ({finding.problem.code.id})"
        for finding in reading.findings
        if finding.is_error and finding.customer_order_id in {None, saved.order_id}
    )
    if order is None:
        return [Loss(TOP, f"it is held back: {cells}")]
    key = next(
        (
            key
            for key in (*reading.enactor, *reading.enactor_withheld)
            if key.customer_order_id == saved.order_id
        ),
        None,
    )
    if reading.enactor_refused or key is None or key in reading.enactor_withheld:
        return [Loss(TOP, f"it is held back from Enactor: {cells}")]
    try:
        told = order_body(order, reading.enactor[key], options).body
    except UnfitError as error:
        return [Loss(TOP, str(error))]
    return list(differences(saved.order, load(told)["order"], TOP))


def _tell(saved: Saved, losses: Sequence[Loss], found: Sequence[Loss]) -> bool:
    """Tell what is different in an order; give whether nothing is.

    Args:
        saved: Which order.
        losses: What was known to have no cell.
        found: What the comparison found: mostly the same.
    """
    known = [loss.path for loss in losses]
    told = list(losses)
    for one in found:
        explains = [k for k in known if k.startswith(one.path) or one.path.startswith(k)]
        told += [] if explains else [one]
    for path in saved.secrets:
        print(f"corsheet: {saved.order_id}: {path} is left out (card secret)", file=sys.stderr)
    for loss in told:
        path = "".join(c if c.isprintable() else "?" for c in loss.path)
        print(f"corsheet: {saved.order_id}: {path}: {loss.reason}", file=sys.stderr)
    return not told
