"""As whom a service runs on Linux: the least that can still read the workbook."""

import contextlib
import stat
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import NamedTuple

from corsheet.install.steps import NO_RIGHTS_CURE, InstallError
from corsheet.install.wanted import Wanted

READ, PASS = 4, 1
"""Permission bits: read a file or list a folder, run a file or go through a folder."""

GROUP_SHIFT, OWNER_SHIFT = 3, 6
"""Where the bits of the group and of the owner stand in a mode."""

TEMPORARY = ("/tmp", "/var/tmp")  # noqa: S108 - to refuse them
"""A service has its own ones: it does not see what others put there."""


class Entry(NamedTuple):
    """A file or folder that the service has to use.

    Attributes:
        path: Where it is.
        mode: Its permissions.
        uid: Its owner.
        gid: Its group.
        wants: Bits of ``READ`` and ``PASS`` that the service needs.
    """

    path: PurePosixPath
    mode: int
    uid: int
    gid: int
    wants: int


class Person(NamedTuple):
    """A user, with the groups of theirs; without a name, this computer does not know them."""

    name: str
    uid: int
    gids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Account:
    """As whom a service runs.

    Attributes:
        user: Whose workbook it is; empty: a user of the service's own.
        group: One more for a user of its own; empty: none.
        home: The user's; empty for the service's own.
    """

    user: str = ""
    group: str = ""
    home: str = ""


def choose(
    entries: Iterable[Entry],
    owner: Person,
    group_name: Callable[[int], str],
    home: str,
) -> Account:
    """Give the account that has the least rights and can read everything.

    A user of the service's own, made by systemd while it runs, where everybody or
    one group may read; else whoever keeps the workbook, who can always read it,
    however it is saved. Never root.

    Args:
        entries: Everything that the service has to use.
        owner: Of the workbook, or of its folder where it is not there yet.
        group_name: Names a group; empty: this computer does not know it.
        home: The owner's.

    Raises:
        InstallError: Nobody but root can read it, or somebody who is not known here.
    """
    entries = tuple(entries)
    closed = [entry for entry in entries if not _allowed(entry, -1, ())]
    if not closed:
        return Account()
    gids = {entry.gid for entry in closed} - {0}
    if len(gids) == 1 and all(_allowed(entry, -1, gids) for entry in entries):
        group = group_name(gids.pop())
        if group:  # systemd starts nothing with one that has no name
            return Account(group=group)
    if not owner.name:
        raise InstallError(
            f"the workbook belongs to user {owner.uid}, whom this computer does not know",
            "give its folder to whoever keeps it: chown -R NAME FOLDER",
        )
    barred = [entry for entry in entries if not _allowed(entry, owner.uid, owner.gids)]
    if owner.uid != 0 and not barred:
        return Account(user=owner.name, home=home)
    if owner.uid != 0:
        raise InstallError(
            f"{barred[0].path} cannot be read by {owner.name}, whose workbook it is",
            f"move it to a folder of {owner.name}'s, or the program to /opt",
        )
    raise InstallError(
        f"{closed[0].path} can be read by root alone, and no service should be root",
        "give the folder with the workbook to whoever keeps it: chown -R NAME FOLDER",
    )


def _allowed(entry: Entry, uid: int, gids: Collection[int]) -> bool:
    """Tell whether somebody has the bits that are needed; the first class that fits decides."""
    shift = OWNER_SHIFT if entry.uid == uid else GROUP_SHIFT if entry.gid in gids else 0
    return entry.mode >> shift & entry.wants == entry.wants


def find_account(wanted: Wanted) -> Account:
    """Give the account for a service on this computer.

    Raises:
        InstallError: There is none, or something lies where no service can see it.
    """
    paths = [*wanted.program.files, wanted.config, wanted.workbook, *wanted.files]
    try:
        refuse_temporary([*paths, *(Path(path).resolve() for path in paths)])
        return _find(wanted, paths)
    except PermissionError as error:
        raise InstallError(
            f"{error.filename} may not be looked at by this account", NO_RIGHTS_CURE
        ) from error


def _find(wanted: Wanted, paths: Sequence[PurePath]) -> Account:
    """Look at who may read those paths.

    Raises:
        InstallError: Nobody may whom this computer knows, but for root.
        PermissionError: We may not look.
    """
    if sys.platform == "win32":  # pragma: no cover - for the type checker, on Windows
        raise InstallError("this is no Linux", "")
    import grp  # noqa: PLC0415 - not on Windows
    import os  # noqa: PLC0415 - for the groups, which Windows lacks
    import pwd  # noqa: PLC0415 - not on Windows

    keeper = Path(wanted.workbook)
    while not keeper.exists():
        keeper = keeper.parent
    entries = look(paths, Path(wanted.workbook).parent)
    uid = keeper.stat().st_uid
    home = ""
    try:
        user = pwd.getpwuid(uid)
    except KeyError:  # from another computer, or deleted
        owner = Person("", uid, frozenset())
    else:
        home = user.pw_dir
        owner = Person(user.pw_name, uid, frozenset(os.getgrouplist(user.pw_name, user.pw_gid)))

    def group_name(gid: int) -> str:
        with contextlib.suppress(KeyError):
            return grp.getgrgid(gid).gr_name
        return ""

    return choose(entries, owner, group_name, home)


def refuse_temporary(paths: Sequence[PurePath]) -> None:
    """Refuse what the service would not see.

    Raises:
        InstallError: Something lies in a folder for temporary files.
    """
    for path in paths:
        if any(path.is_relative_to(folder) for folder in TEMPORARY):
            raise InstallError(
                f"{path} lies in a folder for temporary files, which is emptied",
                "move it to another folder, such as /srv/corsheet",
            )


def look(paths: Iterable[PurePath], watched: Path) -> list[Entry]:
    """Give what has to be usable on the way to some paths, links followed.

    Args:
        paths: Files, or folders that are read whole; those that are not there are left out.
        watched: The folder whose changes are watched, for which it must be readable.
    """
    wants: dict[Path, int] = {watched: READ | PASS}
    for given in map(Path, paths):
        for path in (given, given.resolve()):
            wants[path] = wants.get(path, 0) | READ | (PASS if path.is_dir() else 0)
            for folder in path.parents:
                wants[folder] = wants.get(folder, 0) | PASS
    entries = []
    for path, bits in wants.items():
        if path.exists():
            found = path.stat()
            mode = stat.S_IMODE(found.st_mode)
            entries.append(Entry(PurePosixPath(path), mode, found.st_uid, found.st_gid, bits))
    return entries
