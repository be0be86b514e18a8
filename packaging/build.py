"""Builds what a shop's PC gets: ``python run.py build``.

One file, one folder, and a ``.pyz`` for a PC that has Python; beside them the list of
what is bundled (CycloneDX), its licences, and the SHA-256 of each. Prints sizes and the
time to the first word. What is built runs where it was built: PyInstaller cannot build
for another system. Ends with 1 and a sentence where something fails.

The same sources, tools and folder make the same bytes: docs/release.md.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
import uuid
import zipfile
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
DIST = ROOT / "dist"
WORK = ROOT / "build" / "pyinstaller"
EXTRAS = ("fast", "jwt", "htpasswd", "service")
SUFFIX = ".exe" if os.name == "nt" else ""
STARTS = 5
"""Of each program, of which the median counts."""

LICENCE = re.compile(
    r"dist-info/(?:licenses/.*|(?:LICEN[CS]E|NOTICE|COPYING)[^/]*)$", re.IGNORECASE
)
"""Where a distribution keeps the texts of its licence (PEP 639, and before it)."""

MEBIBYTE = 1024 * 1024

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
"""The time that everything in the programs has, whenever it is built."""

MADE_BY_PIP = ("direct_url.json", "RECORD", "INSTALLER", "REQUESTED")
"""Notes of where and how something was installed: another folder would make other bytes."""


def main() -> int:
    """Build everything; gives the exit status."""
    ArgumentParser(
        prog="run.py build", description="Build what a shop's PC gets, into dist."
    ).parse_args()
    try:
        _build()
    except subprocess.CalledProcessError as error:
        said = f"{' '.join(error.cmd)} ended with {error.returncode}; its lines above say why"
    except OSError as error:
        said = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    else:
        return 0
    print(f"build: {said}", file=sys.stderr)
    return 1


def _build() -> None:
    """Build everything.

    Raises:
        subprocess.CalledProcessError: A tool failed, or what was built does not start.
        OSError: A file cannot be read or written; a program is not there.
    """
    for old in DIST.glob("*"):
        if old.is_file():
            old.unlink()
        elif old.name != "windows":  # what packaging/windows.py has made beside it
            shutil.rmtree(old)
    shutil.rmtree(ROOT / "build" / "lib", ignore_errors=True)  # setuptools keeps modules that went
    _run_pyinstaller()
    bundled = sorted(_bundled(), key=lambda one: one.name.lower())
    pyz = _make_pyz()
    _write_bom(DIST / "corsheet.cdx.json", bundled)
    _write_licences(DIST / "LICENSES.txt", bundled)
    one_file, folder = DIST / f"corsheet{SUFFIX}", DIST / "corsheet-folder"
    programs = {
        "one file": [str(one_file)],
        "one folder": [str(folder / f"corsheet{SUFFIX}")],
        "pyz": [sys.executable, str(pyz)],
    }
    sizes = {"one file": _size(one_file), "one folder": _size(folder), "pyz": _size(pyz)}
    for name, command in programs.items():
        print(f"{name}: {sizes[name] / MEBIBYTE:.1f} MiB, --version after {_start(command):.2f} s")
    print(f"bundled: {', '.join(f'{one.name} {one.version}' for one in bundled)}")
    _write_sums(DIST / "SHA256SUMS")


def _run_pyinstaller() -> None:
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN"]
    command += [f"--distpath={DIST}", f"--workpath={WORK}", str(ROOT / "packaging/corsheet.spec")]
    when = str(int(WHEN.timestamp()))
    environment = {**os.environ, "SOURCE_DATE_EPOCH": when, "PYTHONHASHSEED": "0"}
    subprocess.run(command, check=True, env=environment)


def _bundled() -> Iterator[Distribution]:
    """Give what corsheet needs with its extras, and what that needs, each once."""
    wanted = [Requirement(f"corsheet[{','.join(EXTRAS)}]")]
    seen: set[tuple[str, str]] = set()
    told: set[str] = set()
    while wanted:
        requirement = wanted.pop()
        for extra in ("", *sorted(requirement.extras)):
            name = re.sub("[-_.]+", "-", requirement.name).lower()
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            try:
                found = distribution(requirement.name)
            except PackageNotFoundError:
                continue  # for another system
            if name not in told:
                told.add(name)
                yield found
            for text in found.requires or ():
                needed = Requirement(text)
                if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                    wanted.append(needed)


def _make_pyz() -> Path:
    """Make the archive that any Python runs; without granian, which no zip can hold."""
    source = WORK.parent / "pyz"
    shutil.rmtree(source, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-compile", "--target", str(source), str(ROOT)], check=True)
    shutil.rmtree(source / "bin", ignore_errors=True)
    shutil.copy(ROOT / "packaging" / "entry.py", source / "__main__.py")
    target = DIST / "corsheet.pyz"
    target.write_bytes(b"#!/usr/bin/env python3\n")
    with zipfile.ZipFile(target, "a") as packed:  # zipapp would keep the time of the installation
        for path in sorted(source.rglob("*")):
            if path.is_file() and path.name not in MADE_BY_PIP:
                name = path.relative_to(source).as_posix()
                entry = zipfile.ZipInfo(name, WHEN.timetuple()[:6])
                entry.external_attr = 0o644 << 16
                packed.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    target.chmod(0o755)
    return target


def _licence(found: Distribution) -> str:
    """Give what a distribution says its licence is."""
    told = found.metadata["License-Expression"] or ""
    if not told:
        known = [c for c in found.metadata.get_all("Classifier") or () if c.startswith("License")]
        told = known[-1].rpartition(" :: ")[2] if known else found.metadata["License"] or "not told"
    return told.splitlines()[0]


def _write_bom(path: Path, bundled: list[Distribution]) -> None:
    named = ",".join(f"{found.name}=={found.version}" for found in bundled)
    bom = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"{sys.platform}:{named}"))
    bom.metadata.timestamp = WHEN
    ours = Component(
        name="corsheet",
        version=distribution("corsheet").version,
        type=ComponentType.APPLICATION,
        bom_ref="corsheet",  # a random one else
    )
    bom.metadata.component = ours
    for found in bundled:
        if found.name != "corsheet":
            purl = PackageURL("pypi", None, found.name.lower(), found.version)
            bom.components.add(
                Component(
                    name=found.name,
                    version=found.version,
                    purl=purl,
                    bom_ref=purl.to_string(),
                    licenses=[DisjunctiveLicense(name=_licence(found))],
                )
            )
    bom.register_dependency(ours, bom.components)
    path.write_text(JsonV1Dot6(bom).output_as_string(indent=2), "utf-8")


def _write_licences(path: Path, bundled: list[Distribution]) -> None:
    """Write every licence in full, as most of them ask for."""
    parts = []
    for found in bundled:
        texts = [
            Path(str(file.locate())).read_text("utf-8", "replace")
            for file in found.files or ()
            if LICENCE.search(file.as_posix())
        ]
        parts.append(f"== {found.name} {found.version}: {_licence(found)}\n\n" + "\n\n".join(texts))
    title = f"== Python {sys.version.split()[0]}: Python Software Foundation License\n\n"
    parts.append(title + _python_licence())
    path.write_text("\n\n".join(parts) + "\n", "utf-8")


def _python_licence() -> str:
    """Give the text of Python's own: it lies among the modules, on Windows beside the program.

    Raises:
        OSError: It is nowhere.
    """
    places = [Path(sysconfig.get_path("stdlib")), Path(sys.base_prefix)]
    found = [place / "LICENSE.txt" for place in places if (place / "LICENSE.txt").is_file()]
    return (found or [places[0] / "LICENSE.txt"])[0].read_text("utf-8", "replace")


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def _start(command: list[str]) -> float:
    """Give the seconds from a program's start to its version, the median of some."""
    times = []
    for _ in range(STARTS):
        begun = time.perf_counter()
        subprocess.run([*command, "--version"], check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - begun)
    return sorted(times)[STARTS // 2]


def _write_sums(path: Path) -> None:
    windows = DIST / "windows"
    files = sorted(
        file
        for file in DIST.rglob("*")
        if file.is_file() and file != path and windows not in file.parents
    )
    lines = (
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(DIST).as_posix()}\n"
        for file in files
    )
    path.write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
