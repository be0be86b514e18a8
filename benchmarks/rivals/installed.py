"""Installs the rivals, with their own package managers, into a folder that git ignores.

nginx and wrk come from Debian's packages; Node and Java must be there.
"""

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

from benchmarks.common import ROOT

FOLDER = ROOT / "benchmarks" / ".rivals"
NODE = FOLDER / "node_modules"
NODE_PROGRAMS = NODE / ".bin"
PYTHON_PROGRAMS = FOLDER / "venv" / "bin"

NODE_PACKAGES = {
    "json-server": "0.17.4",
    "@mockoon/cli": "9.9.0",
    "@stoplight/prism-cli": "5.16.0",
    "wiremock": "3.13.2",
}
PYTHON_PACKAGES = {"roapi": "0.12.7", "datasette": "0.65.5"}
DEBIAN_PACKAGES = {"nginx": "nginx-light", "wrk": "wrk"}
"""The program, and the package that has it."""

WIREMOCK_JAR = NODE / f"wiremock/build/wiremock-standalone-{NODE_PACKAGES['wiremock']}.jar"

INSTALL_SECONDS = 600
PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"])
"""Debian has nginx where only root's path leads."""


def program(name: str) -> str:
    """Give the path of a program of the system.

    Raises:
        SystemExit: It is not there.
    """
    found = shutil.which(name, path=PATH)
    if found is None:
        raise SystemExit(f"{name} is missing: python -m benchmarks install")
    return found


def install() -> None:
    """Install what is missing; what is there in the right version is left alone."""
    FOLDER.mkdir(exist_ok=True)
    missing = [name for name in DEBIAN_PACKAGES if shutil.which(name, path=PATH) is None]
    if missing:
        as_root = [] if os.geteuid() == 0 else ["sudo"]
        packages = [DEBIAN_PACKAGES[name] for name in missing]
        _run([*as_root, "apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages])
    for name in ("node", "npm", "java"):
        program(name)
    wanted = [f"{name}@{version}" for name, version in NODE_PACKAGES.items()]
    # no script of a package is run: none of these needs one
    options = ["--prefix", str(FOLDER), "--no-audit", "--no-fund", "--ignore-scripts"]
    _run(["npm", "install", "--silent", *options, *wanted])
    if not (PYTHON_PROGRAMS / "python").exists():
        venv.create(PYTHON_PROGRAMS.parent, with_pip=True)
    wanted = [f"{name}=={version}" for name, version in PYTHON_PACKAGES.items()]
    _run([str(PYTHON_PROGRAMS / "python"), "-m", "pip", "install", "--quiet", *wanted])


def _run(command: Sequence[str]) -> None:
    """Run an installer to its end; its output goes to standard error."""
    print("+", *command, file=sys.stderr, flush=True)
    subprocess.run(command, check=True, cwd=FOLDER, stdout=sys.stderr, timeout=INSTALL_SECONDS)  # noqa: S603 - ours


def version_of(command: Sequence[str | Path]) -> str:
    """Give the first line that a program says of its version."""
    done = subprocess.run(  # noqa: S603 - installed above
        list(map(str, command)),
        check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60,
    )  # fmt: skip
    return next(iter(done.stdout.splitlines()), "unknown")
