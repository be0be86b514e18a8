"""Gathers what a release attaches: ``python packaging/release.py SYSTEM [--tag TAG]``.

Takes what ``python run.py build`` left in ``dist``, and puts it under names that tell version
and system, such as ``corsheet-0.1.0-linux-x86_64``, into ``dist/release``. With ``--tag`` ends
with 1 where the tag is not ``v`` and the version of pyproject.toml.
"""

import argparse
import shutil
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = "corsheet-folder"
WINDOWS = "windows"
"""How the name of each Windows begins; there programs end in .exe, and archives are zips."""

PYZ_FROM = "linux"
"""Any Python runs the archive, so one is enough."""


def main(arguments: list[str] | None = None) -> int:
    """Gather; gives the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("system", help="such as linux-x86_64")
    parser.add_argument("--tag", help="of the release, which must be that of the version")
    parser.add_argument("--dist", type=Path, default=ROOT / "dist")
    options = parser.parse_args(arguments)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    version = project["version"]
    if options.tag not in {None, f"v{version}"}:
        print(f"release: the tag {options.tag} is not v{version}", file=sys.stderr)
        return 1
    try:
        gathered = gather(options.dist, options.system, version)
    except OSError as error:
        print(f"release: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    for path in gathered:
        print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB")
    return 0


def gather(dist: Path, system: str, version: str) -> list[Path]:
    """Copy and pack what was built.

    Raises:
        OSError: Something was not built.
    """
    target = dist / "release"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    is_windows = system.startswith(WINDOWS)
    suffix = ".exe" if is_windows else ""
    named = target / f"corsheet-{version}-{system}"
    copies = {
        f"corsheet{suffix}": f"{named}{suffix}",
        "corsheet.cdx.json": f"{named}.cdx.json",
        "LICENSES.txt": f"{named}-licenses.txt",
    }
    if system.startswith(PYZ_FROM):
        copies["corsheet.pyz"] = f"{target}/corsheet-{version}.pyz"
    if is_windows:
        setup = f"corsheet-{version}-setup.exe"
        copies[setup] = f"{target}/{setup}"
    for source, copy in copies.items():
        shutil.copy2(dist / source, copy)
    form = "zip" if is_windows else "gztar"  # a zip would lose links and rights
    (dist / FOLDER).stat()  # make_archive's own word for a missing one has no file name
    shutil.make_archive(f"{named}-folder", form, dist, FOLDER)
    return sorted(target.iterdir())


if __name__ == "__main__":
    sys.exit(main())
