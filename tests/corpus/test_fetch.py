"""What is derived, unpacked and chosen on the way to the workbooks; nothing is fetched here."""

import io
import tarfile
from pathlib import Path

import pytest

from tests.corpus.fetch import FetchError, of_source_packages, unpack
from tests.corpus.sources import SOURCES, sample, workbooks


def archive(folder: Path, *names: str) -> Path:
    """Make an archive with files of those names, each with its own name in it."""
    path = folder / "package_1.0.orig.tar.gz"
    with tarfile.open(path, "w:gz") as members:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = len(name)
            members.addfile(member, io.BytesIO(name.encode()))
    return path


@pytest.mark.parametrize(
    ("packages", "sources"),
    [
        ("deb http://a.example/ stable main\n", "deb-src http://a.example/ stable main\n"),
        (
            "  deb [signed-by=/k] http://a.example/ stable main\n# deb old\n",
            "deb-src [signed-by=/k] http://a.example/ stable main\n# deb old\n",
        ),
        ("deb-src http://a.example/ stable main", "deb-src http://a.example/ stable main"),
        (
            "Types: deb\nURIs: http://a.example/debian\nSuites: stable\n",
            "Types: deb-src\nURIs: http://a.example/debian\nSuites: stable\n",
        ),
        (
            "Types: deb deb-src\nURIs: x\n\nTypes: deb\n",
            "Types: deb-src\nURIs: x\n\nTypes: deb-src\n",
        ),
    ],
)
def test_places_of_source_packages_follow_those_of_packages(packages: str, sources: str) -> None:
    """Both forms of sources.list(5); whatever else a line says stays."""
    assert of_source_packages(packages) == sources


def test_only_workbooks_are_unpacked(tmp_path: Path) -> None:
    """Of a package with programs and pages, the workbooks alone touch the disk."""
    path = archive(tmp_path, "p-1/setup.py", "p-1/a/Book.XLSX", "p-1/old.xls", "p-1/xlsx")

    unpack(path, tmp_path / "target")

    found = [file for file in (tmp_path / "target").rglob("*") if file.is_file()]
    assert sorted(file.name for file in found) == ["Book.XLSX", "old.xls"]
    assert (tmp_path / "target/p-1/a/Book.XLSX").read_bytes() == b"p-1/a/Book.XLSX"


@pytest.mark.parametrize("name", ["../evil.xlsx", "/evil.xlsx", "a/../../evil.xlsx"])
def test_a_path_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    """An archive may name any path; ours are below the target."""
    with pytest.raises(FetchError, match="leads out"):
        unpack(archive(tmp_path, name), tmp_path / "target")


def test_a_package_without_workbooks_is_told(tmp_path: Path) -> None:
    """It is the wrong package, or a new version of it."""
    with pytest.raises(FetchError, match="no workbooks"):
        unpack(archive(tmp_path, "p-1/setup.py"), tmp_path / "target")


def test_a_broken_archive_is_told(tmp_path: Path) -> None:
    """A download that was cut off."""
    path = archive(tmp_path, *(f"p-1/{number}.xlsx" for number in range(100)))
    path.write_bytes(path.read_bytes()[:200])

    with pytest.raises(FetchError, match="package_1"):
        unpack(path, tmp_path / "target")


def fetched(folder: Path) -> None:
    """Lay out ten workbooks, two of the same content, as fetching does."""
    for number in range(7):
        path = folder / f"{SOURCES[0].name}_1.0" / "top" / f"{number}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{number % 6}")
    for number in range(3):
        path = folder / f"{SOURCES[1].name}_2.0" / "top" / "deep" / f"{number}.xls"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"old {number}")


def test_each_content_is_listed_once(tmp_path: Path) -> None:
    """Packages copy each other's tests."""
    fetched(tmp_path)

    found = workbooks(tmp_path)

    assert [one.inside for one in found] == [
        *(f"{number}.xlsx" for number in range(6)),
        *(f"deep/{number}.xls" for number in range(3)),
    ]
    assert {(one.source, one.version) for one in found} == {
        (SOURCES[0].name, "1.0"),
        (SOURCES[1].name, "2.0"),
    }


def test_a_sample_is_even_and_the_same_each_time(tmp_path: Path) -> None:
    """Each kind has its turn until it has no more, whatever order they come in."""
    fetched(tmp_path)
    found = workbooks(tmp_path)

    chosen = sample(found, 7)

    assert sorted(one.kind for one in chosen) == [".xls"] * 3 + [".xlsx"] * 4
    assert sample(reversed(found), 7) == chosen
    assert len(sample(found, 100)) == len(found)
