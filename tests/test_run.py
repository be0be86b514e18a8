"""run.py on machines that are not ready for corsheet."""

import importlib.util
import os
import shutil
import subprocess
import sys
import types
from pathlib import Path

import pytest

from tests.support.service import ROOT


@pytest.fixture
def run() -> types.ModuleType:
    """run.py as a module."""
    specification = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_a_python_that_is_too_old_is_told_in_a_sentence(
    run: types.ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And nothing is set up."""
    monkeypatch.setattr(run, "OLDEST", (99, 1))
    monkeypatch.setattr(run, "set_up", lambda _: pytest.fail("it set up"))

    assert run.main([]) == 2
    said = capsys.readouterr().err
    assert "needs Python 99.1 or newer" in said
    assert "python.org" in said


def test_without_a_network_the_cause_and_the_cure_are_told(tmp_path: Path) -> None:
    """In a copy of its own, with a package index that nobody serves."""
    for name in ("run.py", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "corsheet", tmp_path / "corsheet")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PIP_")}
    environment |= {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_CACHE_DIR": "1",
    }
    ran = subprocess.run(
        [sys.executable, "run.py", "--version"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert ran.returncode == 2
    assert "connected to the internet" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / ".venv" / "corsheet-installed.txt").exists()


def test_what_is_installed_is_installed_once_and_again_when_pyproject_changes(
    run: types.ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The stamp holds the hash of pyproject.toml and the extras."""
    stamp = tmp_path / "stamp.txt"
    monkeypatch.setattr(run, "STAMP", str(stamp))
    monkeypatch.setattr(run, "works", lambda: True)
    installs: list[list[str]] = []

    class Pip:
        """Stands in for pip, which needs the network."""

        stdout = ("Collecting bottle\n",)

        def __init__(self, command: list[str], **_: object) -> None:
            installs.append(command)

        def wait(self) -> int:
            """End well."""
            return 0

    monkeypatch.setattr(run.subprocess, "Popen", Pip)

    assert run.set_up("") == 0
    assert run.set_up("") == 0
    assert len(installs) == 1
    assert run.set_up("test") == 0
    assert installs[-1][-1].endswith("[test]")
    assert run.set_up("") == 0
    assert len(installs) == 2
    stamp.write_text("another pyproject\ntest", "utf-8")
    assert run.set_up("test") == 0
    assert len(installs) == 3


def test_a_venv_that_was_cut_off_is_made_anew(
    run: types.ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A folder .venv without a Python in it does not count."""
    monkeypatch.setattr(run, "PYTHON", str(tmp_path / "python"))
    assert not run.works()
    (tmp_path / "python").write_text("not a program", "utf-8")
    assert not run.works()
    monkeypatch.setattr(run, "PYTHON", sys.executable)
    assert run.works()
