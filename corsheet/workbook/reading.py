"""The whole way in: bytes of a workbook to orders and findings."""

import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

from corsheet.findings import Code, Finding, Language, Problem, in_order, say
from corsheet.model import EVERY_UNIT, BusinessUnitId, CustomerOrder, EnactorDetails, Fields
from corsheet.workbook.container import open_container
from corsheet.workbook.enactor import EnactorJoin
from corsheet.workbook.enactor_layout import ENACTOR_SHEETS
from corsheet.workbook.headings import (
    Table,
    find_enactors_sheets,
    find_sheets,
    find_table,
    is_for_enactor,
    sheet_twice,
)
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
        enactor: What Enactor's sheets say of orders; one that has no row of its own is not in it.
        enactor_products: The good rows of Products without an order, in sheet order; each is
            told with every order that has the product and no such row of its own.
        enactor_withheld: Orders that are served, but not to Enactor's clients.
        enactor_refused: One of Enactor's sheets cannot be used, so its clients are told nothing.
    """

    orders: tuple[CustomerOrder, ...] = ()
    withheld: tuple[OrderKey, ...] = ()
    findings: tuple[Finding, ...] = ()
    refused: bool = False
    enactor: Mapping[OrderKey, EnactorDetails] = field(default_factory=dict)
    enactor_products: tuple[Fields, ...] = ()
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
    data: bytes,
    *,
    business_unit: BusinessUnitId = EVERY_UNIT,
    limits: Limits | None = None,
    currency_exponent: int = 2,
) -> Reading:
    """Read a workbook. Whatever the bytes are, it returns and never raises.

    Args:
        data: The file, whole.
        business_unit: Of orders that name none; ``EVERY_UNIT``: any may ask for them.
        limits: How large the workbook may be; None: the usual ones.
        currency_exponent: Decimals of the currency's minor unit (ISO 4217), for Enactor.
    """
    try:
        return _open_and_read(data, business_unit, limits or Limits(), currency_exponent)
    except UnreadableError as error:
        return refusal(error.problem)
    except (MemoryError, RecursionError):
        return refusal(OUT_OF_MEMORY)


@dataclass(slots=True)
class _Found:
    """What the sheets of one workbook hold, before it is joined; all by the layout's names.

    Attributes:
        is_enactors_faulty: One of Enactor's sheets cannot be used.
    """

    findings: list[Finding] = field(default_factory=list)
    tables: dict[str, Table] = field(default_factory=dict)
    lines: dict[str, list[Line[Any]]] = field(default_factory=dict)
    memos: Memos = field(default_factory=dict)
    is_enactors_faulty: bool = False


def _open_and_read(
    data: bytes, business_unit: BusinessUnitId, limits: Limits, currency_exponent: int
) -> Reading:
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
        found = _Found()
        _read_plain_sheets(sheets, found)
        _read_enactors_sheets(sheets, found)
    strings.clear()  # what comes needs the memory
    names = [name for name, _ in package.sheets]
    if any(finding.is_error and not finding.is_enactors for finding in found.findings):
        findings = [*found.findings, *_of_rows(found)]
        return Reading(findings=in_order(findings, names), refused=True)
    enactors = {layout.name: found.lines.pop(layout.name, []) for layout in ENACTOR_SHEETS}
    items = found.lines[ITEMS.name] if any(enactors.values()) else []
    join = _join(found, business_unit)
    reading = Reading(
        orders=join.orders(),
        withheld=join.withheld(),
        findings=tuple(join.findings),
    )
    if any(enactors.values()) or found.is_enactors_faulty:
        enactors_join = EnactorJoin(enactors, found.tables, join, items, currency_exponent)
        reading = _with_enactors(reading, enactors_join, found)
    return replace(reading, findings=in_order([*found.findings, *reading.findings], names))


def _join(found: _Found, business_unit: BusinessUnitId) -> Join:
    """Join the plain sheets; their rows are handed over, since the joining needs the memory."""
    lines = found.lines
    join = Join(
        Lines(
            orders=lines.pop(ORDERS.name),
            items=lines.pop(ITEMS.name),
            invoices=lines.pop(INVOICES.name),
            information=lines.pop(INFORMATION.name),
            discounts=lines.pop(DISCOUNTS.name),
        ),
        found.tables,
        business_unit,
    )
    join.run()
    return join


def _with_enactors(reading: Reading, join: EnactorJoin, found: _Found) -> Reading:
    """Add what Enactor's sheets say to what the plain ones do."""
    with _for_enactor_only(found):
        join.run()
    findings = (*reading.findings, *join.findings)
    if found.is_enactors_faulty:
        return replace(reading, findings=findings, enactor_refused=True)
    withheld = join.withheld.difference(reading.withheld)
    return replace(
        reading,
        findings=findings,
        enactor=join.details,
        enactor_products=join.shared_products(),
        enactor_withheld=frozenset(withheld),
    )


def _of_rows(found: _Found) -> Iterator[Finding]:
    """Tell the problems of all rows, of which no order is known."""
    for name, lines in found.lines.items():
        is_enactors = any(layout.name == name for layout in ENACTOR_SHEETS)
        for line in lines:
            for column, problem in line.problems:
                yield Finding(
                    problem=problem,
                    sheet=found.tables[name].sheet.name,
                    row=line.number,
                    column=column,
                    is_enactors=is_enactors,
                )


def _our_fault(error: Exception) -> Problem:
    """Say where in the program something failed; its own text may hold a customer's name."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    message = say(
        "corsheet itself failed here: {error} in {module}, line {line}",
        error=type(error).__name__,
        module=PurePath(place.filename).name,
        line=place.lineno,
    )
    return Problem(Code.OUR_FAULT, message)


def _read_plain_sheets(sheets: Sequence[Sheet], found: _Found) -> None:
    """Find the tables, and read their rows.

    Raises:
        UnreadableError: A sheet is broken, hostile or over a limit.
    """
    places = find_sheets([sheet.name for sheet in sheets], found.findings)
    for layout in SHEETS:
        found.lines[layout.name] = []
        if layout.name not in places:
            continue
        table = find_table(sheets[places[layout.name]], layout, found.findings)
        if table is not None:
            found.tables[layout.name] = table
            found.lines[layout.name] = read_lines(table, found.memos, found.findings)


def _read_enactors_sheets(sheets: Sequence[Sheet], found: _Found) -> None:
    """The same for Enactor's; what is wrong with them refuses nothing but them."""
    findings: list[Finding] = []
    names = [sheet.name for sheet in sheets]
    places = find_enactors_sheets(names, findings)
    is_sure = is_for_enactor(names)
    for layout in ENACTOR_SHEETS:
        tables: list[Table] = []
        for sheet in (sheets[place] for place in places.get(layout.name, ())):
            with _for_enactor_only(found, sheet.name, is_told=is_sure):
                table = find_table(sheet, layout, findings, is_proved=is_sure)
                tables += [] if table is None else [table]
        if len(tables) > 1:
            findings.append(sheet_twice(layout, tables[0].sheet.name, tables[1].sheet.name))
        elif tables:
            found.tables[layout.name] = tables[0]
            with _for_enactor_only(found, tables[0].sheet.name):
                found.lines[layout.name] = read_lines(tables[0], found.memos, findings)
    found.is_enactors_faulty |= any(finding.is_error for finding in findings)
    found.findings.extend(replace(finding, is_enactors=True) for finding in findings)


@contextmanager
def _for_enactor_only(found: _Found, sheet: str = "", *, is_told: bool = True) -> Iterator[None]:
    """Let whatever fails on Enactor's sheets refuse nothing but them.

    Args:
        found: Takes the finding.
        sheet: Which one it is about; empty: all of them.
        is_told: The sheet is surely Enactor's. Else one that cannot be read is taken for one
            of the manager's own, as far as anybody can tell.
    """
    try:
        yield
    except UnreadableError as error:
        if not is_told:
            return
        problem = error.problem
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours must not stop the tills
        problem = _our_fault(error)
    else:
        return
    found.findings.append(Finding(problem=problem, sheet=sheet, is_enactors=True))
    found.is_enactors_faulty = True
