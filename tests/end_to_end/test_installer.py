"""The installer for Windows: it installs, and it takes away what it installed and nothing else.

Run under Wine by ``python packaging/windows.py test tests/end_to_end/test_installer.py``, after
its ``build`` and ``installer``.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.service import ROOT, eventually

SETUPS = sorted((ROOT / "dist" / "windows").glob("corsheet-*-setup.exe"))
SECONDS = 120

pytestmark = pytest.mark.skipif(
    sys.platform != "win32" or not SETUPS,
    reason="needs Windows, and its installer (packaging/windows.py)",
)


def start_menu() -> Path:
    """Give where its entries are, for every user."""
    return Path(os.environ["PROGRAMDATA"], "Microsoft/Windows/Start Menu/Programs/corsheet")


def test_what_was_installed_runs_and_goes_again_and_the_shops_files_stay(tmp_path: Path) -> None:
    """Twice in the same place, as an upgrade does; then it is uninstalled."""
    program = tmp_path / "program"
    if start_menu().exists():
        pytest.skip("corsheet is installed here: it stays")
    shop = Path(os.environ["PUBLIC"], "Documents", "corsheet")
    if shop.exists():
        pytest.skip("a shop has its files here: they stay")
    for _ in range(2):
        # the folder comes last and without quotes (NSIS, "3.2.1 Common options")
        subprocess.run(f"{SETUPS[-1]} /S /D={program}", check=True, timeout=SECONDS)
    corsheet = str(program / "corsheet.exe")
    version = subprocess.run([corsheet, "--version"], capture_output=True, text=True, check=True)
    entries = sorted(path.name for path in start_menu().iterdir())
    (program / "notes.txt").write_text("somebody's", "utf-8")
    subprocess.run([corsheet, "init", str(shop)], capture_output=True, check=True)
    # without _? it goes on in a copy of itself, and ends at once
    subprocess.run(f"{program / 'uninstall.exe'} /S _?={program}", check=True, timeout=SECONDS)
    try:
        eventually(lambda: not start_menu().exists(), 10, "the start menu")
        left = sorted(path.name for path in program.iterdir())
        kept = sorted(path.name for path in shop.iterdir())
    finally:
        for path in shop.iterdir():
            path.unlink()
        shop.rmdir()

    assert version.stdout.startswith("corsheet ")
    assert len(entries) == 5
    assert set(left) <= {"notes.txt", "uninstall.exe"}
    assert "notes.txt" in left
    assert kept == ["corsheet.toml", "orders.xlsx"]
