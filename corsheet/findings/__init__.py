"""What is wrong with a workbook or with the settings, as values.

A ``Problem`` is a fault without a place: the function that reads a cell finds
it and knows no address. A ``Finding`` is a problem with its place and the order
it concerns. ``catalogue`` has the kinds of fault, ``language`` their words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from corsheet.findings.catalogue import Code as Code
from corsheet.findings.catalogue import Entry as Entry
from corsheet.findings.catalogue import Severity as Severity
from corsheet.findings.language import Language as Language
from corsheet.findings.language import in_language as in_language
from corsheet.findings.language import say as say
from corsheet.model import BusinessUnitId, CustomerOrderId

ECHO_LENGTH = 40
"""Characters of a cell that a message may repeat."""

LOOKED_AT = 1000
"""Characters of a cell that are looked at for it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault without a place.

    Attributes:
        code: Which kind.
        message: What is there, in the manager's words; made by ``say`` where it holds a value.
        cure: What to do, made likewise; empty: the catalogue's.
    """

    code: Code
    message: str
    cure: str = ""

    @property
    def hint(self) -> str:
        """What to do about it."""
        return self.cure or self.code.value.cure

    @property
    def is_error(self) -> bool:
        """Whether it withholds what it concerns."""
        return self.code.severity is Severity.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A fault with its place.

    Attributes:
        problem: What is wrong.
        sheet: The sheet's name as the manager wrote it; for settings the file's
            name; empty for the file itself.
        row: From 1; 0: no row.
        column: From 1; 0: the whole row, or no cell.
        key: For settings, the setting's name; else empty.
        business_unit_id: Of the order concerned, where known.
        customer_order_id: Of the order concerned, where known.
        is_enactors: It is about one of Enactor's sheets: an error withholds the order from
            Enactor's clients, and from nobody else.
    """

    problem: Problem
    sheet: str = ""
    row: int = 0
    column: int = 0
    key: str = ""
    business_unit_id: BusinessUnitId | None = None
    customer_order_id: CustomerOrderId | None = None
    is_enactors: bool = False

    @property
    def cell(self) -> str:
        """``D14``, ``14`` for a row, a setting's name, or empty."""
        if self.key:
            return self.key
        letters = column_letters(self.column) if self.column else ""
        return f"{letters}{self.row}" if self.row else letters

    @property
    def place(self) -> str:
        """``Items!C17``, ``Items``, or empty for the file itself."""
        return "!".join(part for part in (self.sheet, self.cell) if part)

    @property
    def is_error(self) -> bool:
        """Whether it withholds its order or refuses the workbook."""
        return self.problem.is_error

    def as_json(self, language: Language = Language.ENGLISH) -> dict[str, str | None]:
        """The form that ``check --format json`` prints and a snapshot keeps."""
        return {
            "severity": self.problem.code.severity.value,
            "code": self.problem.code.id,
            "sheet": self.sheet,
            "cell": self.cell,
            "message": in_language(self.problem.message, language),
            "hint": in_language(self.problem.hint, language),
            "businessUnitId": self.business_unit_id,
            "customerOrderId": self.customer_order_id,
        }


def column_letters(number: int) -> str:
    """Name a column as Excel does: 1 is A, 27 is AA."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def echo(text: str) -> str:
    """Quote what stands in a cell: one line, at most ``ECHO_LENGTH`` characters."""
    start = text[:LOOKED_AT]  # the rest is not shown anyway
    line = " ".join("".join(c if c.isprintable() else " " for c in start).split())
    return f"'{line[: ECHO_LENGTH - 1]}…'" if len(line) > ECHO_LENGTH else f"'{line}'"


def in_order(findings: Iterable[Finding], sheets: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Sort findings by sheet (in the given order), row, column and code.

    Args:
        findings: Any order.
        sheets: The names of the workbook's sheets from left to right.
    """
    rank = {name: number for number, name in enumerate(sheets)}
    return tuple(
        sorted(
            findings,
            key=lambda f: (
                -1 if not f.sheet else rank.get(f.sheet, len(rank)),
                f.sheet,
                f.row,
                f.column,
                f.key,
                f.problem.code.id,
                f.problem.message,
            ),
        )
    )


class Group(NamedTuple):
    """The findings of one kind.

    Attributes:
        code: Which kind.
        findings: In the order they came in.
        orders: How many orders they concern; a finding may concern none that is known.
    """

    code: Code
    findings: tuple[Finding, ...]
    orders: int


def grouped(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Put findings of one kind together: errors first, then what concerns most orders."""
    kinds: dict[Code, list[Finding]] = {}
    for finding in findings:
        kinds.setdefault(finding.problem.code, []).append(finding)
    groups = (
        Group(
            code,
            tuple(found),
            len({(f.business_unit_id, f.customer_order_id) for f in found if f.customer_order_id}),
        )
        for code, found in kinds.items()
    )
    return tuple(
        sorted(
            groups,
            key=lambda g: (
                g.code.severity is not Severity.ERROR,
                -g.orders,
                -len(g.findings),
                g.code.id,
            ),
        )
    )


SEVERITY_WORDS = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def render(
    findings: Iterable[Finding],
    source: str,
    *,
    colour: bool = False,
    language: Language = Language.ENGLISH,
) -> str:
    """Write findings for a person: a line for what and where, one for the cure.

    Args:
        findings: In the order wanted.
        source: The file's name, in front of every line.
        colour: Whether to use ANSI colours.
        language: Of the messages.
    """
    lines = []
    for finding in findings:
        code = finding.problem.code
        grade = f"{in_language(SEVERITY_WORDS[code.severity], language)} {code.id}"
        if colour:
            grade = f"\033[{31 if finding.is_error else 33};1m{grade}\033[0m"
        where = f"{source}: {finding.place}" if finding.place else source
        lines.append(f"{where}: {grade}: {in_language(finding.problem.message, language)}")
        lines.append(f"    {in_language(finding.problem.hint, language)}")
    return "\n".join(lines)
