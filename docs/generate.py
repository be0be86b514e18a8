"""Writes the pages that follow a table in the code: ``python docs/generate.py``.

``tests/test_docs.py`` fails while a page differs from its table. What the pages
show of ``corsheet check`` is what it really says: they run it.
"""

import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import Workbook

from corsheet.cli import main
from corsheet.findings import SEVERITY_WORDS, Code, Language, in_language
from corsheet.model import OrderStatus, RewardType
from corsheet.settings.table import SETTINGS, Kind, Setting
from corsheet.wire.enactor import EnactorOptions, whole_body
from corsheet.workbook.enactor_layout import ENACTOR_SHEETS, STRUCTURE
from corsheet.workbook.layout import SHEETS, Column, SheetLayout
from corsheet.workbook.layout import Kind as Holds
from corsheet.workbook.reading import read_workbook

DOCS = Path(__file__).parent


class Prose(NamedTuple):
    """The words of docs/findings.md that are not in the catalogue.

    Attributes:
        title: Of the page.
        other: The link to the page in the other language.
        introduction: What the codes are.
        telling: How ``check`` tells findings, above what it prints.
        language: How to choose the language.
        programs: Above what ``check`` prints for a program.
        places: Below it: how a place is told.
        groups: The headings, by the start of their codes.
        example: In front of an example.
        cure: In front of what to do.
    """

    title: str
    other: str
    introduction: str
    telling: str
    language: str
    programs: str
    places: str
    groups: dict[str, str]
    example: str
    cure: str


ENGLISH = Prose(
    title="Findings",
    other="[På svenska](findings.sv.md)",
    introduction="""\
Every mistake that corsheet finds carries one of these codes. They stay the same from version to
version.

- An **error** in a cell or a row *withholds* its order: the till does not show it until the error
  is mended. All other orders are *served*.
- An **error** about the file, a sheet or a heading (CS0xx and CS1xx) *refuses* the workbook as a
  whole: the till keeps the last good orders.
- A **warning** does neither. It tells of something that may not be meant.""",
    telling="""\
## How findings are told

`corsheet check orders.xlsx` puts the findings of one kind together. Above them stands their code,
what it means, and how many findings and orders it is about. Then comes every cell, and below it
what to do. Errors come first, then warnings; and first what is about the most orders. The last
line is the sum.""",
    language="""\
`--lang sv` tells the same in Swedish, and so does `language = "sv"` in `corsheet.toml`: for every
check, in the log of the service, and in what the till is told about an order that is withheld.
The codes and the names of sheets, columns and settings stay as they are. Mistakes in the settings
are told in English.""",
    programs="`--format json` tells the same to a program:",
    places="""\
`cell` is `D14`, or a row `14`, or empty where the finding is about the sheet; `sheet` is empty
where it is about the file.""",
    groups={
        "CS0": "The file",
        "CS1": "Sheets and headings",
        "CS2": "Cells",
        "CS3": "Rows and orders",
        "CS4": "Between sheets",
        "CS5": "Settings",
    },
    example="Example",
    cure="What to do",
)

SWEDISH = Prose(
    title="Anmärkningar",
    other="[In English](findings.md)",
    introduction="""\
Varje misstag som corsheet hittar har en av dessa koder. De är desamma från version till version.

- Ett **fel** i en cell eller på en rad gör att ordern *hålls inne*: kassan visar den inte förrän
  felet är rättat. Alla andra ordrar visas i kassan.
- Ett **fel** i filen, i ett blad eller i en rubrik (CS0xx och CS1xx) gör att hela arbetsboken
  *avvisas*: de senaste godkända ordrarna ligger kvar i kassan.
- En **varning** gör ingetdera. Den berättar om något som kanske inte är meningen.""",
    telling="""\
## Så visas anmärkningar

`corsheet check orders.xlsx --lang sv` ställer anmärkningar av samma slag tillsammans. Ovanför dem
står koden, vad den betyder och hur många anmärkningar och ordrar det gäller. Sedan kommer varje
cell, och under den vad du kan göra. Felen kommer först, sedan varningarna; och först det som gäller
flest ordrar. Sista raden är summan.""",
    language="""\
Utan `--lang sv` är språket engelska. Med `language = "sv"` i `corsheet.toml` blir det svenska
överallt: i varje kontroll, i tjänstens logg och i det som kassan får veta om en order som hålls
inne. Koderna och namnen på blad, kolumner och inställningar är desamma. Misstag i inställningarna
visas på engelska.""",
    programs="`--format json` säger samma sak till ett program:",
    places="""\
`cell` är `D14`, eller en rad `14`, eller tom när anmärkningen gäller bladet; `sheet` är tom när den
gäller filen.""",
    groups={
        "CS0": "Filen",
        "CS1": "Blad och rubriker",
        "CS2": "Celler",
        "CS3": "Rader och ordrar",
        "CS4": "Mellan bladen",
        "CS5": "Inställningar",
    },
    example="Exempel",
    cure="Gör så här",
)

SHOWN = {
    "Orders": (
        ("Business unit", "Customer order", "Customer", "Status"),
        ("0001", "000042", "10001", "CREATED"),
        ("0001", "000043", "10002 ", "CREATED"),
        ("0001", "000044", "10003", "CREATED"),
    ),
    "Items": (
        ("Business unit", "Customer order", "Item", "Quantity", "Unit price"),
        ("0001", "000042", "0412009", "two", 4995),
        ("0001", "000043", "0100417", 2, 49.9),
        ("0001", "000044", "0100417", "three", 49.9),
    ),
}
"""The workbook that the page shows a check of: the rows of its sheets."""

SHOWN_TO_ENACTOR = (
    ("Orders", ("Customer order", "Customer", "Status"), ("000042", "10001", "CREATED")),
    (
        "Items",
        ("Customer order", "Item", "Quantity", "Unit price"),
        ("000042", "0412009", 2, 49.95),
    ),
)
"""The workbook that docs/enactor.md shows Enactor's order of: name, headings and row of each."""

SHORTENED = "4475b412…"
"""In place of a fingerprint of 64 digits."""

SETTINGS_INTRODUCTION = """\
Settings stand in `corsheet.toml`; an environment variable goes before the file, and the command
line before both. Relative paths are relative to the file. `corsheet init` writes a file with every
setting in it; `corsheet config check` tells every mistake at once, and `corsheet config show` what
is in force, without secrets."""

WHO_MAY_ASK = """\
## Who may ask

One table for each user or client, as many as are needed; there is no way to serve without any but
`allow_anonymous`. What is changed takes effect when the service starts again.

```toml
[[auth.basic]]                      # corsheet user add hiiretail
username = "hiiretail"
password_hash = "scrypt:…"          # corsheet hash-password makes it
business_units = ["0001", "0007"]   # or ["*"], also where it is left out: every one

[[auth.client]]                     # corsheet client add hiiretail: gets tokens at /oauth2/token
client_id = "hiiretail"
secret_hash = "scrypt:…"
business_units = ["*"]
```

[Credentials](credentials.md) says which way is for whom, and what Hii Retail is told.
"""


def findings_page(language: Language, prose: Prose) -> str:
    """Write docs/findings.md, or the same page in another language."""
    report = json.loads(_checked(language, "--format=json"))
    report["sha256"] = SHORTENED  # the file says when it was made, so no two are alike
    lines = [
        f"# {prose.title}",
        prose.other,
        prose.introduction,
        prose.telling,
        f"```\n{_checked(language).rstrip()}\n```",
        prose.language,
        prose.programs,
        f"```json\n{json.dumps(report, indent=2, ensure_ascii=False)}\n```",
        prose.places,
    ]
    for start, title in prose.groups.items():
        lines.append(f"## {title}")
        for code in Code:
            if code.id.startswith(start):
                lines += _entry(code, language, prose)
    return "\n\n".join(lines) + "\n"


def _entry(code: Code, language: Language, prose: Prose) -> Iterator[str]:
    """Give the paragraphs about a code."""
    tell = partial(in_language, language=language)
    entry = code.value
    yield f"### {code.id} {tell(entry.title)}"
    yield f"*{tell(SEVERITY_WORDS[code.severity])}.* {tell(entry.explanation)}"
    yield f"**{prose.example}:** {tell(entry.example)}"
    yield f"**{prose.cure}:** {tell(entry.cure)}."


def _checked(language: Language, *options: str) -> str:
    """Give what ``corsheet check`` prints about ``SHOWN``."""
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()) as printed:
        path = Path(folder) / "orders.xlsx"
        path.write_bytes(_book(SHOWN))
        main(["check", str(path), f"--lang={language}", *options])
    return printed.getvalue()


def _book(sheets: Mapping[str, Iterable[Sequence[Any]]]) -> bytes:
    """Make a workbook of rows."""
    book: Any = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def configuration_page() -> str:
    """Write docs/configuration.md."""
    lines = [
        "# Settings",
        "",
        SETTINGS_INTRODUCTION,
        "",
        "| setting | environment variable | takes | default | what it does |",
        "|---|---|---|---|---|",
        *(_setting_row(setting) for setting in SETTINGS),
        "",
        WHO_MAY_ASK,
    ]
    return "\n".join(lines)


def _setting_row(setting: Setting) -> str:
    takes = str(setting.kind)
    if setting.choices:
        takes = ", ".join(f"`{choice}`" for choice in setting.choices)
    elif setting.kind is Kind.INTEGER:
        takes = f"{setting.least:,} to {setting.most:,}"
    default = json.dumps(setting.default)
    return f"| `{setting.key}` | `{setting.variable}` | {takes} | `{default}` | {setting.why} |"


def _with_block(page: str, name: str, lines: Iterable[str]) -> str:
    """Give a page with new lines between its marks for a block; the rest stays."""
    start, end = f"<!-- {name}: written by docs/generate.py -->", f"<!-- end of {name} -->"
    before, _, rest = page.partition(start)
    _, found, after = rest.partition(end)
    if not found:
        raise ValueError(f"the page has no marks for {name}")
    return "\n".join([before + start, "", *lines, end + after])


def workbook_page() -> str:
    """Write the part of docs/workbook.md that follows the layout; the rest stays."""
    lines = []
    for sheet in SHEETS:
        needed = "must be there" if sheet.required else "may be left out"
        lines += [
            f"### {sheet.name}",
            "",
            f"This sheet {needed}. Other names: {', '.join(sheet.spellings)}.",
            "",
            *_columns(sheet.columns),
            "",
        ]
    words = {"Status": OrderStatus, "Reward type": RewardType}
    for name, known in words.items():
        lines += [f"{name}: {', '.join(f'`{word}`' for word in known)}.", ""]
    del lines[-1]
    return _with_block((DOCS / "workbook.md").read_text("utf-8"), "columns", lines)


def _columns(columns: Iterable[Column]) -> Iterator[str]:
    """Give the rows of a table of columns."""
    yield "| column | other headings | holds | must be filled |"
    yield "|---|---|---|---|"
    for column in columns:
        filled = "yes" if column.required else "no"
        yield f"| {column.name} | {', '.join(column.spellings)} | {column.kind} | {filled} |"


def enactor_page() -> str:
    """Write the parts of docs/enactor.md that follow the code; the rest stays."""
    page = (DOCS / "enactor.md").read_text("utf-8")
    page = _with_block(page, "example", _enactor_example())
    return _with_block(page, "sheets", [line for s in ENACTOR_SHEETS for line in _fields(s)])


def _enactor_example() -> Iterator[str]:
    """Give a workbook of two plain sheets, and what Enactor's clients are told of it."""
    for name, headings, row in SHOWN_TO_ENACTOR:
        yield f"| {name} | {' | '.join(headings)} |"
        yield f"|---|{'---|' * len(headings)}"
        yield f"| | {' | '.join(map(str, row))} |"
        yield ""
    book = _book({name: rows for name, *rows in SHOWN_TO_ENACTOR})
    (order,) = read_workbook(book).orders
    reply = json.loads(whole_body(order, None, (), EnactorOptions()))
    yield f"```json\n{json.dumps(reply, indent=2)}\n```"
    yield ""


def _fields(sheet: SheetLayout) -> Iterator[str]:
    """Give the paragraphs about one of Enactor's sheets."""
    yield f"### {sheet.name}"
    yield ""
    yield f"Other names: {', '.join(sheet.spellings)}."
    yield ""
    yield from _columns(column for column in sheet.columns if column.name in STRUCTURE)
    yield ""
    yield "| holds | fields |"
    yield "|---|---|"
    for kind in Holds:
        names = [c.name for c in sheet.columns if c.kind is kind and c.name not in STRUCTURE]
        if names:
            yield f"| {kind} | {', '.join(f'`{name}`' for name in names)} |"
    yield ""


PAGES: dict[str, Callable[[], str]] = {
    "findings.md": partial(findings_page, Language.ENGLISH, ENGLISH),
    "findings.sv.md": partial(findings_page, Language.SWEDISH, SWEDISH),
    "configuration.md": configuration_page,
    "workbook.md": workbook_page,
    "enactor.md": enactor_page,
}


if __name__ == "__main__":
    for name, write in PAGES.items():
        (DOCS / name).write_text(write(), encoding="utf-8")
