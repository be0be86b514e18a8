"""Writes the pages that follow a table in the code: ``python docs/generate.py``.

``tests/test_docs.py`` fails while a page differs from its table.
"""

import json
from collections.abc import Callable
from pathlib import Path

from corsheet.findings import Code
from corsheet.model import OrderStatus, RewardType
from corsheet.settings.table import SETTINGS, Kind, Setting
from corsheet.workbook.layout import SHEETS

DOCS = Path(__file__).parent

GROUPS = {
    "CS0": "The file",
    "CS1": "Sheets and headings",
    "CS2": "Cells",
    "CS3": "Rows and orders",
    "CS4": "Between sheets",
    "CS5": "Settings",
}

FINDINGS_INTRODUCTION = """\
Every mistake that `corsheet check` tells carries one of these codes. They stay the same from
version to version. An **error** withholds the order it concerns, or refuses the workbook as a
whole (CS0xx and CS1xx); a **warning** does neither."""

FINDINGS_PLACES = """\
`cell` is `D14`, or a row `14`, or empty where the finding is about the sheet; `sheet` is empty
where it is about the file."""

SETTINGS_INTRODUCTION = """\
Settings stand in `corsheet.toml`; an environment variable goes before the file, and the command
line before both. Relative paths are relative to the file. `corsheet init` writes a file with every
setting in it; `corsheet config check` tells every mistake at once, and `corsheet config show` what
is in force, without secrets."""


def findings_page() -> str:
    """Write docs/findings.md."""
    lines = [
        "# Findings",
        "",
        FINDINGS_INTRODUCTION,
        "",
        "```",
        "orders.xlsx: Items!D17: error CS203: 'two' is not a number",
        "    write the quantity with digits, such as 2",
        "```",
        "",
        "`corsheet check --format json` tells the same to a program:",
        "",
        "```json",
        json.dumps(_example(), indent=2),
        "```",
        "",
        FINDINGS_PLACES,
    ]
    for start, title in GROUPS.items():
        lines += ["", f"## {title}"]
        for code in Code:
            if code.id.startswith(start):
                entry = code.value
                lines += [
                    "",
                    f"### {code.id} {entry.title}",
                    "",
                    f"*{entry.severity}.* {entry.explanation}",
                    "",
                    f"**What to do:** {entry.cure}.",
                ]
    return "\n".join(lines) + "\n"


def _example() -> dict[str, object]:
    finding = {
        "severity": "error",
        "code": "CS203",
        "sheet": "Items",
        "cell": "D17",
        "message": "'two' is not a number",
        "hint": "write the quantity with digits, such as 2",
        "businessUnitId": "0001",
        "customerOrderId": "000042",
    }
    return {
        "workbook": "orders.xlsx",
        "sha256": "4475b412…",
        "orders": {"served": 29, "withheld": 1},
        "findings": [finding],
    }


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
        "## Who may ask: `[[auth.basic]]`",
        "",
        "One table for each user; there is no way to serve without one but `allow_anonymous`.",
        "",
        "```toml",
        "[[auth.basic]]",
        'username = "hiiretail"',
        'password_hash = "scrypt:…"        # corsheet hash-password makes it',
        'business_units = ["0001", "0007"]  # or ["*"], also where it is left out: every one',
        "```",
    ]
    return "\n".join(lines) + "\n"


def _setting_row(setting: Setting) -> str:
    takes = str(setting.kind)
    if setting.choices:
        takes = ", ".join(f"`{choice}`" for choice in setting.choices)
    elif setting.kind is Kind.INTEGER:
        takes = f"{setting.least:,} to {setting.most:,}"
    default = json.dumps(setting.default)
    return f"| `{setting.key}` | `{setting.variable}` | {takes} | `{default}` | {setting.why} |"


COLUMNS_START = "<!-- columns: written by docs/generate.py -->"
COLUMNS_END = "<!-- end of columns -->"


def workbook_page() -> str:
    """Write the part of docs/workbook.md that follows the layout; the rest stays."""
    page = (DOCS / "workbook.md").read_text("utf-8")
    before, _, rest = page.partition(COLUMNS_START)
    _, _, after = rest.partition(COLUMNS_END)
    lines = [COLUMNS_START]
    for sheet in SHEETS:
        needed = "must be there" if sheet.required else "may be left out"
        lines += [
            "",
            f"### {sheet.name}",
            "",
            f"This sheet {needed}. Other names: {', '.join(sheet.spellings)}.",
            "",
            "| column | other headings | holds | must be filled |",
            "|---|---|---|---|",
        ]
        for column in sheet.columns:
            filled = "yes" if column.required else "no"
            spellings = ", ".join(column.spellings)
            lines.append(f"| {column.name} | {spellings} | {column.kind} | {filled} |")
    words = {"Status": OrderStatus, "Reward type": RewardType}
    lines.append("")
    for name, known in words.items():
        lines += [f"{name}: {', '.join(f'`{word}`' for word in known)}.", ""]
    return before + "\n".join(lines) + COLUMNS_END + after


PAGES: dict[str, Callable[[], str]] = {
    "findings.md": findings_page,
    "configuration.md": configuration_page,
    "workbook.md": workbook_page,
}


if __name__ == "__main__":
    for name, write in PAGES.items():
        (DOCS / name).write_text(write(), encoding="utf-8")
