"""The whole way in: bytes of a workbook to orders and findings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corsheet.findings import Code, Finding, Language, Problem, in_order
from corsheet.model import EVERY_UNIT, BusinessUnitId, CustomerOrder, EnactorDetails
from corsheet.workbook.container import open_container
from corsheet.workbook.headings import Table, find_sheets, find_table
from corsheet.workbook.layout import DISCOUNTS, INFORMATION, INVOICES, ITEMS, ORDERS, SHEETS
from corsheet.workbook.limits import Limits
from corsheet.workbook.orders import Join, Lines, OrderKey
from corsheet.workbook.package import open_package
from corsheet.workbook.parts import UnreadableError
from corsheet.workbook.rows import Line, Memos, read_lines
from corsheet.workbook.sheets import Sheet, read_strings

OUT_OF_MEMORY = Problem(
    Code.LIMIT, "the workbook needs more memory than allowed (limits.memory_bytes)"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a workbook, with its faults.

    Attributes:
        orders: To be served, in sheet order.
        withheld: Not to be served since a row of theirs has an error; in sheet
            order, a duplicate as often as it stands there.
        findings: By sheet, row and column.
        refused: The workbook as a whole cannot be used; then there are no orders.
        enactor: What Enactor's sheets say of orders; one that they say nothing of is not in it.
        enactor_withheld: Orders that are served, but not to Enactor's clients.
        enactor_refused: One of Enactor's sheets cannot be used, so its clients are told nothing.
    """

    orders: tuple[CustomerOrder, ...] = ()
    withheld: tuple[OrderKey, ...] = ()
    findings: tuple[Finding, ...] = ()
    refused: bool = False
    enactor: Mapping[OrderKey, EnactorDetails] = field(default_factory=dict)
    enactor_withheld: frozenset[OrderKey] = frozenset()
    enactor_refused: bool = False

    @property
    def has_errors(self) -> bool:
        """Whether anything is refused or withheld, or a row is left out."""
        return any(finding.is_error for finding in self.findings)

    def as_json(
        self, workbook: str, sha256: str | None, language: Language = Language.ENGLISH
    ) -> dict[str, Any]:
        """Give the report that docs/findings.md promises to other programs."""
        return {
            "workbook": workbook,
            "sha256": sha256,
            "orders": {"served": len(self.orders), "withheld": len(self.withheld)},
            "findings": [finding.as_json(language) for finding in self.findings],
        }


def refusal(problem: Problem) -> Reading:
    """Make the reading of a workbook that cannot be read at all."""
    return Reading(findings=(Finding(problem=problem),), refused=True)


def read_workbook(
    data: bytes, *, business_unit: BusinessUnitId = EVERY_UNIT, limits: Limits | None = None
) -> Reading:
    """Read a workbook. Whatever the bytes are, it returns and never raises.

    Args:
        data: The file, whole.
        business_unit: Of orders that name none; ``EVERY_UNIT``: any may ask for them.
        limits: How large the workbook may be; None: the usual ones.
    """
    try:
        return _open_and_read(data, business_unit, limits or Limits())
    except UnreadableError as error:
        return refusal(error.problem)
    except (MemoryError, RecursionError):
        return refusal(OUT_OF_MEMORY)


def _open_and_read(data: bytes, business_unit: BusinessUnitId, limits: Limits) -> Reading:
    archive = open_container(data, limits)
    if isinstance(archive, Problem):
        return refusal(archive)
    with archive:
        package = open_package(archive)
        if isinstance(package, Problem):
            return refusal(package)
        strings = read_strings(archive, package)
        sheets = [
            Sheet(name, part, archive=archive, package=package, strings=strings, limits=limits)
            for name, part in package.sheets
        ]
        findings: list[Finding] = []
        tables, lines = _read_sheets(sheets, findings)
    strings.clear()  # what comes needs the memory
    names = [name for name, _ in package.sheets]
    if any(finding.is_error for finding in findings):
        findings += [
            Finding(problem=problem, sheet=tables[name].sheet.name, row=line.number, column=column)
            for name, read in lines.items()
            for line in read
            for column, problem in line.problems
        ]
        return Reading(findings=in_order(findings, names), refused=True)
    # handed over, since the joining needs the memory too
    join = Join(
        Lines(
            orders=lines.pop(ORDERS.name),
            items=lines.pop(ITEMS.name),
            invoices=lines.pop(INVOICES.name),
            information=lines.pop(INFORMATION.name),
            discounts=lines.pop(DISCOUNTS.name),
        ),
        tables,
        business_unit,
    )
    join.run()
    return Reading(
        orders=join.orders(),
        withheld=join.withheld(),
        findings=in_order([*findings, *join.findings], names),
    )


def _read_sheets(
    sheets: Sequence[Sheet], findings: list[Finding]
) -> tuple[dict[str, Table], dict[str, list[Line[Any]]]]:
    """Find the tables, and read their rows; both by the layout's names.

    Raises:
        UnreadableError: A sheet is broken, hostile or over a limit.
    """
    memos: Memos = {}
    places = find_sheets([sheet.name for sheet in sheets], findings)
    tables: dict[str, Table] = {}
    lines: dict[str, list[Line[Any]]] = {layout.name: [] for layout in SHEETS}
    for layout in SHEETS:
        if layout.name not in places:
            continue
        table = find_table(sheets[places[layout.name]], layout, findings)
        if table is not None:
            tables[layout.name] = table
            lines[layout.name] = read_lines(table, memos, findings)
    return tables, lines
