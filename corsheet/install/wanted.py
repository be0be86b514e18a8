"""What is wanted: which program is to serve which settings, and what that reads."""

import os
import re
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import corsheet
from corsheet.install.steps import InstallError
from corsheet.service import corsheet_command, own_archive
from corsheet.settings import Settings, load_settings
from corsheet.settings.table import SETTINGS, Kind

NAME = "corsheet"
"""Of the service where none is given."""

NAMES = re.compile(r"corsheet(-[a-z0-9]{1,16})?")
"""So that no name is another program's service, and each may be a user's and a folder's."""

STATE_DIR = "CORSHEET_STATE_DIR"
"""The variable that gives a service of the system its own state folder."""


@dataclass(frozen=True, slots=True)
class Program:
    """What starts corsheet.

    Attributes:
        command: Its first words; whole paths.
        files: What of it must be readable to whoever runs it: folders whole, or the one file.
        is_one_file: It unpacks itself into the folder for temporary files at each start.
    """

    command: tuple[str, ...]
    files: tuple[PurePath, ...]
    is_one_file: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A service that is to be.

    Attributes:
        name: Matches ``NAMES``.
        program: What starts it.
        config: The settings file, a whole path.
        workbook: Likewise; it need not be there.
        files: Other files that the settings name.
        settings: As they are in that file alone: a service has no other.
    """

    name: str
    program: Program
    config: PurePath
    workbook: PurePath
    files: tuple[PurePath, ...]
    settings: Settings


def checked_name(name: str) -> str:
    """Give the name of a service.

    Raises:
        InstallError: It may be another program's, or cannot be a user's.
    """
    if NAMES.fullmatch(name) is None:
        raise InstallError(
            f"{name!r} cannot be the service's name",
            "name it corsheet, or corsheet- and one word of at most 16 small letters and digits",
        )
    return name


def this_program() -> Program:
    """Give what runs now."""
    command = tuple(corsheet_command())
    executable = Path(command[0])
    if not getattr(sys, "frozen", False):
        places = (sys.prefix, sys.base_prefix, own_archive() or str(Path(corsheet.__file__).parent))
        return Program(command, tuple(map(Path, dict.fromkeys(places))))
    unpacked = Path(getattr(sys, "_MEIPASS", executable.parent)).resolve()
    is_one_file = unpacked.is_relative_to(Path(tempfile.gettempdir()).resolve())
    return Program(command, (executable if is_one_file else executable.parent,), is_one_file)


def named_files(config: Path) -> tuple[Path, ...]:
    """Give the files that settings name, but for the workbook and the state folder.

    Args:
        config: The settings file; ``load_settings`` has found nothing wrong with it.
    """
    tables: dict[str, Any] = tomllib.loads(config.read_text("utf-8-sig"))
    found = []
    for setting in SETTINGS:
        value: Any = tables
        for name in setting.key.split("."):
            value = value.get(name, {})
        if setting.kind is Kind.PATH and value and setting.key not in {"workbook", "state_dir"}:
            found.append(config.parent / Path(value).expanduser())
    return tuple(found)


def read_wanted(file: Path, name: str) -> Wanted:
    """Gather what is to be served, as the service itself will see it.

    Args:
        file: The settings.
        name: Of the service.

    Raises:
        SettingsError: The settings cannot be used.
    """
    file = Path(os.path.abspath(file))  # noqa: PTH100 - links stay: they may be made to move
    settings = load_settings(file, {}, {})
    return Wanted(
        name=name,
        program=this_program(),
        config=file,
        workbook=settings.workbook,
        files=named_files(file),
        settings=settings,
    )
