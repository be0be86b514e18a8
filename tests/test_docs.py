"""README and docs say what the program does."""

import json
import re
from pathlib import Path

import pytest

from corsheet import __version__
from corsheet.cli import COMMANDS, make_parser
from corsheet.findings import Code
from corsheet.settings.table import SETTINGS
from docs.generate import PAGES
from tests.support.service import ROOT

README = ROOT / "README.md"
MARKDOWN = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)", re.DOTALL)


def blocks(page: Path, language: str) -> list[str]:
    """Give the code blocks of a page that are of one language."""
    text = page.read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_follows_a_table_is_up_to_date(name: str) -> None:
    """`python docs/generate.py` writes it anew."""
    assert (ROOT / "docs" / name).read_text("utf-8") == PAGES[name]()


def test_every_code_and_every_setting_is_documented() -> None:
    """The pages are complete, however they came about."""
    findings = (ROOT / "docs" / "findings.md").read_text("utf-8")
    settings = (ROOT / "docs" / "configuration.md").read_text("utf-8")

    assert [code.id for code in Code if f"### {code.id} " not in findings] == []
    assert [s.key for s in SETTINGS if f"`{s.key}`" not in settings] == []


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
    links = [link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_version_is_the_packages() -> None:
    """One version, in two places that must agree."""
    assert f'\nversion = "{__version__}"\n' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_the_readme_is_short() -> None:
    """A README that is read."""
    assert len(README.read_text("utf-8").splitlines()) <= 160
