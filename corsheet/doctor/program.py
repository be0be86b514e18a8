"""What runs: the source, the built program or the ``.pyz``, and the libraries with it."""

import importlib.util
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import metadata

from corsheet import __version__
from corsheet.doctor import Check, ok, trouble
from corsheet.service import own_archive

NEEDED = {
    "bottle": "bottle",
    "defusedxml": "defusedxml",
    "filelock": "filelock",
    "oauthlib": "oauthlib",
    "openpyxl": "openpyxl",
    "platformdirs": "platformdirs",
    "requests": "requests",
    "waitress": "waitress",
    "watchdog": "watchdog",
}
"""The distributions that the service does not do without, with the module of each."""

EXTRAS = {
    "granian": "granian",
    "joserfc": "joserfc",
    "bcrypt": "bcrypt",
    "argon2-cffi": "argon2",
}
"""Likewise those of the extras, which not everybody has."""

REPAIR = (
    "install corsheet anew: from source, delete the folder .venv and start `python run.py` again;"
    " a built program or a .pyz, download it again"
)


def check_program() -> Iterator[Check]:
    """Tell which corsheet this is, and on what it runs."""
    form = "from one .pyz" if own_archive() else "from source"
    if getattr(sys, "frozen", False):
        form = "a built program"
    python = platform.python_version()
    bits = f"{platform.system()} {platform.release()}, {platform.machine()}"
    yield ok("program", f"corsheet {__version__}, {form}, Python {python} on {bits}")


def check_libraries(
    needed: Mapping[str, str] = NEEDED, is_there: Callable[[str], bool] | None = None
) -> Iterator[Check]:
    """Tell the versions of the libraries, and which is missing.

    Args:
        needed: Distributions and their modules.
        is_there: Tells whether a module can be imported; None: by looking for it.
    """
    is_there = is_there or _is_there
    missing = [name for name, module in needed.items() if not is_there(module)]
    if missing:
        yield trouble("libraries", f"not installed: {', '.join(missing)}", REPAIR)
    found = [name for name, module in {**needed, **EXTRAS}.items() if is_there(module)]
    yield ok("libraries", ", ".join(f"{name} {_version(name)}" for name in found))


def _is_there(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _version(distribution: str) -> str:
    """Give a version; a program file may be made without that knowledge."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "(version not noted)"
