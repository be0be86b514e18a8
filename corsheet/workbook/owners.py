"""Which order a row belongs to; a row with an error withholds its order."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from corsheet.findings import Code, Finding, Problem, echo, say
from corsheet.model import (
    EVERY_UNIT,
    AdditionalInformation,
    BusinessUnitId,
    CustomerOrderId,
    Discount,
    InvoicePaymentInstruction,
    ItemId,
    OrderItem,
)
from corsheet.workbook.headings import Table
from corsheet.workbook.layout import BUSINESS_UNIT, ORDER
from corsheet.workbook.rows import MOST_FAULTS, Line, OrderHead, TooManyFaultsError


class OrderKey(NamedTuple):
    """Which order: an id is unique within its business unit."""

    business_unit_id: BusinessUnitId
    customer_order_id: CustomerOrderId


@dataclass(slots=True)
class Draft:
    """An order while its rows are gathered.

    Attributes:
        spoiled: A row of it has an error, so it is withheld.
        is_doubtful: Its id or unit is in doubt, and that is told already.
        items_are_complete: Every row of Items that is known to be its own could be read.
        discounts: By item; None: none, as most have.
        information: In sheet order; None: none.
    """

    key: OrderKey
    line: Line[OrderHead]
    spoiled: bool = False
    is_doubtful: bool = False
    items: list[OrderItem] = field(default_factory=list)
    item_counts: Counter[ItemId] | None = None
    items_are_complete: bool = True
    discounts: dict[ItemId, list[Discount]] | None = None
    invoice: InvoicePaymentInstruction | None = None
    has_invoice: bool = False
    information: list[AdditionalInformation] | None = None


class Known:
    """The orders that Orders has.

    Attributes:
        by_id: The first of each id.
        same_id: All of an id, where there are several.
        some_are_lost: A row of Orders has no id that can be read.
    """

    def __init__(self) -> None:
        self.by_id: dict[CustomerOrderId, Draft] = {}
        self.same_id: dict[CustomerOrderId, list[Draft]] = {}
        self.some_are_lost = False
        self._twins: dict[str, CustomerOrderId] = {}

    def add(self, draft: Draft) -> None:
        """Take an order in."""
        order = draft.key.customer_order_id
        first = self.by_id.setdefault(order, draft)
        if first is not draft:
            self.same_id.setdefault(order, [first]).append(draft)

    def of_id(self, order: CustomerOrderId) -> list[Draft]:
        """Give every order with an id."""
        first = self.by_id.get(order)
        return self.same_id.get(order) or ([] if first is None else [first])

    def of_row(self, line: Line[Any]) -> list[Draft]:
        """Give every order that a row may belong to, by its id and, where it says one, its unit."""
        if line.customer_order_id is None:
            return []
        drafts = self.of_id(line.customer_order_id)
        unit = line.business_unit_id
        if unit is None:
            return drafts
        return [draft for draft in drafts if draft.key.business_unit_id in {unit, EVERY_UNIT}]

    def twin(self, order: CustomerOrderId) -> CustomerOrderId | None:
        """Give the order whose id differs in zeros in front or in capitals only."""
        if not self._twins:
            self._twins = {_bare(known): known for known in self.by_id}
        return self._twins.get(_bare(order))


def only_one(drafts: Sequence[Draft]) -> Draft | None:
    """Give the order that a row surely belongs to; copies of one order count as one."""
    is_clear = len(drafts) == 1 or len({draft.key for draft in drafts}) == 1
    return drafts[0] if is_clear else None


class Owners:
    """Finds the orders of rows, tells the rows' problems, and withholds orders for them.

    Attributes:
        findings: What was found, in the order it was found.
        known: The orders that rows may belong to.
    """

    is_enactors = False
    """Whether its findings, and what it withholds, are about Enactor's sheets only."""

    def __init__(self, tables: Mapping[str, Table], known: Known) -> None:
        self.findings: list[Finding] = []
        self.known = known
        self._tables = tables
        self._faulty: set[tuple[str, int]] = set()

    def _withhold(self, draft: Draft) -> None:
        """Withhold an order."""
        draft.spoiled = True

    def _owner(self, sheet: str, line: Line[Any]) -> Draft | None:
        """Find the order a row belongs to, tell the row's problems, spoil the order if bad.

        Returns:
            None where the order cannot be told; a finding says so.
        """
        order = line.customer_order_id
        if order is None:
            self._tell(sheet, line, None)
            return None
        drafts = self.known.of_row(line)
        owner = only_one(drafts)
        self._tell(sheet, line, owner)
        if not drafts:
            self._tell_unknown(sheet, line, order)
        elif owner is None:
            self._tell_ambiguous(sheet, line, drafts)
        elif line.value is None:
            self._withhold(owner)
        return owner

    def _tell_unknown(self, sheet: str, line: Line[Any], order: CustomerOrderId) -> None:
        """Tell of a row whose order is not there."""
        is_elsewhere = bool(self.known.of_id(order))
        message = say("there is no order {order} in Orders", order=echo(order))
        if is_elsewhere:
            message = say(
                "there is no order {order} in Orders for business unit {unit}",
                order=echo(order),
                unit=echo(str(line.business_unit_id)),
            )
        cure = ""
        if self.known.some_are_lost:
            cure = "first mend the order ids in Orders; this row's order may be among them"
        elif not is_elsewhere and (twin := self.known.twin(order)) is not None:
            cure = say(
                "did you mean {order}? Then write it so, in a cell formatted as Text",
                order=echo(twin),
            )
        self._add_lost(sheet, line, Problem(Code.UNKNOWN_ORDER, message, cure))

    def _tell_ambiguous(self, sheet: str, line: Line[Any], drafts: Sequence[Draft]) -> None:
        """Withhold every order the row may belong to; tell it, unless the cause is told."""
        for draft in drafts:
            self._withhold(draft)
        if line.unit_is_unclear or all(draft.is_doubtful for draft in drafts):
            return
        if line.business_unit_id is not None:
            return  # it meets an order for every unit beside its own, which is told already
        units = ", ".join(draft.key.business_unit_id for draft in drafts)
        message = say(
            "order {order} stands in units {units}",
            order=echo(drafts[0].key.customer_order_id),
            units=units,
        )
        has_column = BUSINESS_UNIT in self._tables[sheet].columns
        cure = "fill in the business unit of this row" if has_column else ""
        self._add_lost(sheet, line, Problem(Code.ORDER_IN_SEVERAL_UNITS, message, cure))

    def _add_lost(self, sheet: str, line: Line[Any], problem: Problem) -> None:
        column = self._tables[sheet].columns[ORDER]
        lost = (line.business_unit_id, line.customer_order_id)
        self._find(sheet, (line.number, column), problem, lost)

    def _tell(self, sheet: str, line: Line[Any], draft: Draft | None) -> None:
        order = (line.business_unit_id, line.customer_order_id) if draft is None else draft.key
        for column, problem in line.problems:
            self._find(sheet, (line.number, column), problem, order)

    def _add(self, sheet: str, row: int, column: str, problem: Problem, draft: Draft) -> None:
        self._find(sheet, (row, self._tables[sheet].columns[column]), problem, draft.key)
        if problem.is_error:
            self._withhold(draft)

    def _find(
        self,
        sheet: str,
        place: tuple[int, int],
        problem: Problem,
        order: tuple[BusinessUnitId | None, CustomerOrderId | None],
    ) -> None:
        if problem.is_error:
            self._faulty.add((sheet, place[0]))
            if len(self._faulty) > MOST_FAULTS:
                raise TooManyFaultsError
        self.findings.append(
            Finding(
                problem=problem,
                sheet=self._tables[sheet].sheet.name,
                row=place[0],
                column=place[1],
                business_unit_id=order[0],
                customer_order_id=order[1],
                is_enactors=self.is_enactors,
            )
        )


def _bare(order: CustomerOrderId) -> str:
    return order.lstrip("0").casefold()
