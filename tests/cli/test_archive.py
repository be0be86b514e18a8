"""The ``.pyz``: the same commands, run from one archive by any Python."""

import ast
import json
import os
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.service import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="words are quoted as a shell does")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Pack the sources as the build does; the libraries stay where they are."""
    archive = tmp_path / "the shop" / "corsheet.pyz"
    archive.parent.mkdir()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(ROOT / "packaging/entry.py", "__main__.py")
        for source in (ROOT / "corsheet").rglob("*.py"):
            packed.write(source, source.relative_to(ROOT))
    return archive


def python(archive: Path, *arguments: str | Path) -> str:
    """Run Python beside the archive; gives what it printed."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=archive.parent, env={**os.environ, "PATH": "", "PYTHONPATH": str(archive)},
        capture_output=True, text=True, check=True, timeout=60,
    ).stdout  # fmt: skip


def test_the_next_command_can_be_pasted(archive: Path) -> None:
    """It names the archive, and a folder with a space is quoted."""
    said = python(archive, archive.name, "init", "my shop")

    (following,) = [line for line in said.splitlines() if line.startswith("next: ")]
    command = shlex.split(following.removeprefix("next: "))
    assert command == [
        sys.executable, str(archive), "serve", "--config", "my shop/corsheet.toml",
    ]  # fmt: skip


def test_the_doctor_knows_it(archive: Path) -> None:
    """Whoever helps is to know what runs."""
    python(archive, archive.name, "init", "shop")
    said = python(archive, archive.name, "doctor", "--json", "--config", "shop/corsheet.toml")

    (program,) = [one for one in json.loads(said)["checks"] if one["name"] == "program"]
    assert ", from one .pyz, " in program["seen"]


def test_a_service_of_it_reads_the_archive(archive: Path) -> None:
    """It is a file, and no folder that somebody must be able to go through."""
    code = "from corsheet.install.wanted import this_program; print(*this_program().files, sep='|')"

    files = python(archive, "-c", code).strip().split("|")

    assert str(archive) in files
    assert not [file for file in files if file.startswith(f"{archive}/")]


def test_an_old_python_is_told_so() -> None:
    """Many a server has one; the file can be read by those that are still met."""
    entry = ROOT / "packaging/entry.py"
    code = f"""
import runpy, sys
sys.version_info = (3, 9, 2)
runpy.run_path({str(entry)!r}, run_name="__main__")
"""

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    ast.parse(entry.read_text("utf-8"), feature_version=(3, 7))
    assert ran.returncode == 1
    assert ran.stderr.startswith("corsheet needs Python 3.11 or newer; this is 3.9\n    ")
