"""What ``python run.py build`` made, used as a shop's PC would: no Python, no environment."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.service import ROOT

DIST = ROOT / "dist"
ONE_FILE, FOLDER, PYZ = DIST / "corsheet", DIST / "corsheet-folder/corsheet", DIST / "corsheet.pyz"
SMOKE = ROOT / "packaging/smoke.py"
PUBLISHED = ROOT / "tests/data/enactor-order.json"

MOST_BYTES = 45_000_000
"""Of the one file."""

START_SECONDS = 30

pytestmark = [
    pytest.mark.program,
    pytest.mark.skipif(not ONE_FILE.exists(), reason="`python run.py build` has not been run"),
]


@pytest.mark.parametrize(
    ("engine", "command"),
    [
        pytest.param("granian", [ONE_FILE], id="one file"),
        pytest.param("waitress", [FOLDER], id="one folder"),
        pytest.param("waitress", [sys.executable, PYZ], id="pyz"),
        pytest.param("granian", [sys.executable, "-m", "corsheet"], id="source"),
    ],
)
def test_it_does_all_that_a_shop_needs(engine: str, command: list[str | Path]) -> None:
    """The same script tries the programs, with no environment at all, and the sources."""
    is_source = "-m" in command
    bare = [] if is_source else ["--bare"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)} if is_source else None

    ran = subprocess.run(
        [sys.executable, SMOKE, *bare, "--engine", engine, "--order", PUBLISHED, "--", *command],
        capture_output=True, text=True, check=False, timeout=200, env=environment,
    )  # fmt: skip

    print(ran.stdout)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines()[-1] == "all well"


def test_it_is_small_and_comes_with_what_is_in_it() -> None:
    """The list of what is bundled, licences, and a hash of each file."""
    sums = (DIST / "SHA256SUMS").read_text("utf-8")
    bundled = (DIST / "corsheet.cdx.json").read_text("utf-8")
    licences = (DIST / "LICENSES.txt").read_text("utf-8")

    assert ONE_FILE.stat().st_size <= MOST_BYTES
    assert {line.split("  ")[1] for line in sums.splitlines()} >= {"corsheet", "corsheet.pyz"}
    for library in ("granian", "openpyxl", "cryptography"):
        assert f'"name": "{library}"' in bundled
        assert f"== {library} " in licences


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Path]:
    """An empty folder with the one file in it."""
    shutil.copy(ONE_FILE, tmp_path)
    yield tmp_path
    shutil.rmtree(tmp_path)  # it is large


def test_the_readme_can_be_followed_by_copy_and_paste(shop: Path) -> None:
    """Its section for the shop's PC: every command, in order, as it stands there."""
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme.partition("## On the shop's PC\n")[2].partition("\n## ")[0]
    *commands, serve = re.findall(r"^\./corsheet .*$", section, re.MULTILINE)
    environment = {"HOME": str(shop), "PATH": "/usr/bin:/bin"}

    for command in commands:
        ran = subprocess.run(
            ["sh", "-c", command],
            cwd=shop, env=environment, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert ran.returncode == 0, (command, ran.stdout, ran.stderr)

    assert [command.split()[1] for command in commands] == ["init", "check", "doctor"]
    port = "--port 0"  # another service may run here
    process = subprocess.Popen(
        ["sh", "-c", f"exec {serve} {port}"],
        cwd=shop, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    timer = threading.Timer(START_SECONDS, process.kill)
    timer.start()
    try:
        assert process.stdout.readline().startswith("listening on http://127.0.0.1:")
    finally:
        timer.cancel()
        timer.join()
        process.terminate()
        process.communicate()
    assert process.returncode == 0


def test_the_one_file_takes_what_it_started_with_it(shop: Path) -> None:
    """It unpacks itself and starts a second process, which nobody would end otherwise."""
    environment = {"HOME": str(shop)}
    subprocess.run(["./corsheet", "init", "shop"], cwd=shop, env=environment, check=True)
    serve = ["./corsheet", "serve", "--config", "shop/corsheet.toml", "--port", "0"]
    first = subprocess.Popen(
        serve, cwd=shop, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert first.stdout is not None
    first.stdout.readline()

    first.kill()
    first.communicate(timeout=START_SECONDS)  # its pipe is closed once the second has ended, too
    again = subprocess.Popen(
        serve, cwd=shop, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert again.stdout is not None
    assert again.stdout.readline().startswith(b"listening on ")  # the state folder is free
    again.terminate()
    again.communicate()
    assert again.returncode == 0
