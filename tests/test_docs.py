"""README and docs say what the program does."""

import json
import re
from pathlib import Path

import pytest

from corsheet import __version__
from corsheet.cli import COMMANDS, make_parser
from corsheet.findings import Code, Language, in_language
from corsheet.settings.table import SETTINGS
from corsheet.workbook.enactor_layout import ENACTOR_SHEETS
from docs.generate import PAGES
from tests.support.service import ROOT

README = ROOT / "README.md"
MARKDOWN = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
FINDINGS = {"findings.md": Language.ENGLISH, "findings.sv.md": Language.SWEDISH}
SUMS = {
    "findings.md": [
        "2 findings, 2 orders",
        "1 finding, 1 order",
        "1 order served, 2 withheld; 2 errors, 1 warning",
    ],
    "findings.sv.md": [
        "2 anmärkningar, 2 ordrar",
        "1 anmärkning, 1 order",
        "1 order visas i kassan, 2 hålls inne; 2 fel, 1 varning",
    ],
}
"""Behind the colon of each kind, and in the last line, of the check that a page shows."""

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]*)(?:#([^)]*))?\)", re.DOTALL)
"""The page, empty for the same one, and the heading."""

HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def blocks(page: Path, language: str) -> list[str]:
    """Give the code blocks of a page that are of one language."""
    text = page.read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_follows_a_table_is_up_to_date(name: str) -> None:
    """`python docs/generate.py` writes it anew."""
    assert (ROOT / "docs" / name).read_text("utf-8") == PAGES[name]()


def test_every_setting_is_documented() -> None:
    """The page is complete, however it came about."""
    settings = (ROOT / "docs" / "configuration.md").read_text("utf-8")

    assert [s.key for s in SETTINGS if f"`{s.key}`" not in settings] == []


@pytest.mark.parametrize(("name", "language"), FINDINGS.items())
def test_every_code_is_documented(name: str, language: Language) -> None:
    """Each under its title, with its explanation, its example and its cure, in catalogue order."""
    page = (ROOT / "docs" / name).read_text("utf-8")
    entries = re.split(r"^### ", page, flags=re.MULTILINE)[1:]

    assert len(entries) == len(Code)
    for code, entry in zip(Code, entries, strict=True):
        kind = code.value
        assert entry.startswith(f"{code.id} {in_language(kind.title, language)}\n")
        for text in (kind.explanation, kind.example, kind.cure):
            assert in_language(text, language) in entry


@pytest.mark.parametrize(("name", "sums"), SUMS.items())
def test_the_findings_page_shows_how_check_puts_findings_together(
    name: str, sums: list[str]
) -> None:
    """Errors first, each kind with how much it is about; the last line is the sum of it."""
    shown, *_ = blocks(ROOT / "docs" / name, "")
    told, summed = shown.rstrip().rsplit("\n", 1)

    headings = [line for line in told.splitlines() if re.match("CS[0-9]{3} ", line)]

    assert [line.rpartition(": ")[2] for line in headings] == sums[:-1]
    assert [line[:5] for line in headings] == ["CS203", "CS214"]
    assert summed.removeprefix("orders.xlsx: ") == sums[-1]


@pytest.mark.parametrize("name", FINDINGS)
def test_the_findings_page_shows_the_report_that_a_program_reads(name: str) -> None:
    """Of the same check; only the words are in another language."""
    (shown,) = blocks(ROOT / "docs" / name, "json")
    (english,) = blocks(ROOT / "docs" / "findings.md", "json")
    report, other = json.loads(shown), json.loads(english)

    assert report.keys() == {"workbook", "sha256", "orders", "findings"}
    for one, two in zip(report["findings"], other["findings"], strict=True):
        assert {**one, "message": "", "hint": ""} == {**two, "message": "", "hint": ""}


def test_the_findings_pages_lead_to_each_other() -> None:
    """A reader who came to the wrong one is one step from the other."""
    assert "(findings.sv.md)" in (ROOT / "docs" / "findings.md").read_text("utf-8")
    assert "(findings.md)" in (ROOT / "docs" / "findings.sv.md").read_text("utf-8")


def test_the_help_in_the_readme_is_the_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that is added shows up in the README."""
    monkeypatch.setenv("COLUMNS", "80")
    shown = blocks(README, "")

    assert make_parser().format_help() in shown
    assert all(f"    {command}" in "".join(shown) for command in COMMANDS)


@pytest.mark.parametrize("name", ["hiiretail-order", "hiiretail-search-response"])
def test_the_replies_in_the_readme_are_the_golden_ones(name: str) -> None:
    """What a reader copies is what the service sends."""
    golden = json.loads((ROOT / "tests" / "data" / f"{name}.json").read_bytes())

    assert golden in [json.loads(block) for block in blocks(README, "json")]


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: page.name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    """A page that moved takes its links along."""
    links = [link for link, _ in LINK.findall(page.read_text("utf-8")) if "://" not in link]

    assert [link for link in links if not (page.parent / link).exists()] == []


def anchors(page: Path) -> set[str]:
    """Give the headings of a page as a link names them: GitHub's rule, but for repeated ones."""
    titles = HEADING.findall(page.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: page.name)
def test_every_link_to_a_heading_leads_to_one(page: Path) -> None:
    """A heading that is renamed takes its links along."""
    links = [
        (link, heading)
        for link, heading in LINK.findall(page.read_text("utf-8"))
        if heading and "://" not in link
    ]

    assert [
        (link, heading)
        for link, heading in links
        if heading not in anchors(page.parent / link if link else page)
    ] == []


def test_every_setting_of_enactors_is_on_enactors_page() -> None:
    """Whoever installs it finds them all in one place."""
    page = (ROOT / "docs" / "enactor.md").read_text("utf-8")
    settings = [s.key.removeprefix("enactor.") for s in SETTINGS if s.key.startswith("enactor.")]

    assert settings
    assert [key for key in settings if f"\n{key} = " not in page] == []


def test_enactors_page_names_each_field_once_in_its_sheet() -> None:
    """A field that is known can be looked up; its sheet's section has no other twice."""
    page = (ROOT / "docs" / "enactor.md").read_text("utf-8")
    for sheet in ENACTOR_SHEETS:
        section = page.partition(f"\n### {sheet.name}\n")[2].partition("\n### ")[0]
        fields = re.findall(r"`([^`]+)`", section)

        assert len(fields) == len(set(fields))
        assert {column.name for column in sheet.columns} <= {
            *fields,
            *re.findall(r"^\| ([^|]+) \|", section, re.MULTILINE),
        }


def test_the_version_is_the_packages() -> None:
    """One version, in two places that must agree."""
    assert f'\nversion = "{__version__}"\n' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_the_readme_is_short() -> None:
    """A README that is read."""
    assert len(README.read_text("utf-8").splitlines()) <= 160
