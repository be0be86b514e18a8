"""A workbook open in a real LibreOffice."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

BRIDGE = Path(__file__).with_name("libreoffice_bridge.py")


@cache
def bridge_python() -> str | None:
    """Give the Python that has LibreOffice's bridge; None: there is none."""
    if shutil.which("soffice") is None:
        return None
    for python in ("/usr/bin/python3", "python3"):
        found = shutil.which(python)
        if (
            found
            and subprocess.run(
                [found, "-c", "import uno"], capture_output=True, check=False
            ).returncode
            == 0
        ):
            return found
    return None


needs_libreoffice = pytest.mark.skipif(
    bridge_python() is None, reason="LibreOffice with its Python bridge is not installed"
)


class OpenWorkbook:
    """A workbook that LibreOffice has open."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def save(self, changes: Mapping[str, str | float]) -> float:
        """Set cells such as ``Items!D2`` and save; gives when it was saved."""
        assert self._process.stdin is not None
        print(json.dumps(changes), file=self._process.stdin, flush=True)
        return float(self._answer())

    def _answer(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line, "LibreOffice ended"
        return line


@contextmanager
def opened(path: Path) -> Iterator[OpenWorkbook]:
    """Have a workbook open in LibreOffice while the block runs."""
    python = bridge_python()
    assert python is not None
    process = subprocess.Popen(
        [python, str(BRIDGE), str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        workbook = OpenWorkbook(process)
        assert workbook._answer() == "open"
        try:
            yield workbook
        finally:
            assert process.stdin is not None
            process.stdin.close()
