"""The release's recipe names what is there; its own scripts do what it asks them for."""

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from base64 import b64encode
from pathlib import Path

import pytest

from tests.support.scripts import load_script
from tests.support.service import ROOT

RECIPE = (ROOT / ".github/workflows/release.yml").read_text("utf-8")
PAGE = (ROOT / "docs/release.md").read_text("utf-8")
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

NOT_RUN = "NOT RUN YET"

COMMAND = re.compile(r"python (packaging/\w+\.py|run\.py)([^\n]*)")
PLACE = re.compile(r"(?<![\w/])(?:packaging|tests)[/\\][\w/\\.-]+")
MADE = {"corsheet", "corsheet-folder", "corsheet.pyz", "release", "windows"}
"""In dist: programs, without the ending of Windows; what is attached; where tests look for it."""

BUILT_FILES = ("corsheet", "corsheet.exe", "corsheet.pyz", "corsheet.cdx.json", "LICENSES.txt")
PASSWORD = "not for the log"


def test_every_file_that_it_names_is_there() -> None:
    """Scripts, the installer's source, the tests and the order that are handed to them."""
    places = {place.replace("\\", "/") for place in PLACE.findall(RECIPE)}

    assert len(places) > 5
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_every_option_that_it_gives_is_one_of_the_scripts() -> None:
    """And each task of run.py is one that it knows."""
    commands = COMMAND.findall(RECIPE)
    assert len(commands) > 6
    for script, given in commands:
        text = (ROOT / script).read_text("utf-8")
        own = re.split(r"\s(?=python |dist/)", given)[0]  # what follows is the program's
        for option in re.findall(r"--[a-z-]+", own):
            assert f'"{option}"' in text, (script, option)
        if script == "run.py":
            assert f'"{given.split()[0]}"' in text, given


def test_it_takes_from_dist_what_the_build_leaves_there() -> None:
    """Programs by the names that build.py and the specification give them."""
    named = set(re.findall(r"dist/([\w.-]+)(?!\*)\b", RECIPE.replace("corsheet-*-setup", "")))

    assert {name.removesuffix(".exe") for name in named} - {""} == MADE
    specification = (ROOT / "packaging/corsheet.spec").read_text("utf-8")
    assert 'name="corsheet"' in specification
    assert 'name="corsheet-folder"' in specification


def test_the_installer_is_given_what_its_source_asks_for() -> None:
    """A definition without a value would end makensis."""
    source = (ROOT / "packaging/installer.nsi").read_text("utf-8")
    given = set(re.findall(r"-D([A-Z]+)=", RECIPE))

    assert given == {"VERSION", "DIST"}
    assert all(f"${{{name}}}" in source for name in given)


def test_actions_are_pinned_and_rights_are_few() -> None:
    """Only what makes the release may write, and no other party's action takes part."""
    used = re.findall(r"uses: (\S+)", RECIPE)
    build, publish = RECIPE.split("\n  publish:\n")

    assert used
    assert all(re.fullmatch(r"actions/[a-z-]+@(v[0-9]+|[0-9a-f]{40})", one) for one in used)
    assert re.findall(r"^ *(\w+): (?:read|write)$", build, re.MULTILINE) == ["contents"]
    assert "write" not in build.partition("\njobs:\n")[0]
    assert re.findall(r"(\w+): write", publish) == ["contents"]


def test_secrets_go_into_the_environment_of_one_step_and_nowhere_else() -> None:
    """Never into a command, where the log would have it, nor printed by one."""
    lines = [line.strip() for line in RECIPE.splitlines()]
    with_secret = [line for line in lines if "secrets." in line]

    assert with_secret
    for line in with_secret:
        assert re.fullmatch(r"[A-Z_]+: \$\{\{ secrets\.[A-Z_]+ \}\}", line), line
    names = {line.partition(":")[0] for line in with_secret}
    for line in lines:
        if line.startswith(("echo ", "cat ")):
            assert not any(f"${name}" in line for name in names), line
    assert "set -x" not in RECIPE


def test_what_has_not_been_run_is_marked_so() -> None:
    """In the file, and on the page, which names every secret that it takes."""
    assert NOT_RUN in RECIPE
    assert "not been run" in PAGE
    for name in set(re.findall(r"secrets\.([A-Z_]+)", RECIPE)):
        assert f"`{name}`" in PAGE


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """What a build leaves, in short."""
    folder = tmp_path / "dist"
    (folder / "corsheet-folder" / "_internal").mkdir(parents=True)
    (folder / "corsheet-folder" / "corsheet").write_text("program", "utf-8")
    for name in (*BUILT_FILES, f"corsheet-{VERSION}-setup.exe"):
        (folder / name).write_text(name, "utf-8")
    return folder


def gather(dist: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script that gathers."""
    script = ROOT / "packaging/release.py"
    return subprocess.run(
        [sys.executable, script, *arguments, "--dist", dist],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def gathered(dist: Path) -> set[str]:
    """Give the names of what is there, without the beginning that all have."""
    return {path.name.removeprefix(f"corsheet-{VERSION}") for path in (dist / "release").iterdir()}


def test_what_is_attached_has_version_and_system_in_its_name(dist: Path) -> None:
    """Files of three systems come together in one folder: no two have one name."""
    ran = gather(dist, "linux-x86_64", "--tag", f"v{VERSION}")

    assert (ran.returncode, ran.stderr) == (0, "")
    assert gathered(dist) == {
        "-linux-x86_64", "-linux-x86_64-folder.tar.gz", "-linux-x86_64.cdx.json",
        "-linux-x86_64-licenses.txt", ".pyz",
    }  # fmt: skip
    with tarfile.open(dist / "release" / f"corsheet-{VERSION}-linux-x86_64-folder.tar.gz") as tar:
        assert "corsheet-folder/corsheet" in tar.getnames()


def test_windows_gets_its_installer_and_a_zip(dist: Path) -> None:
    """Nobody there can open the other kind, for long."""
    ran = gather(dist, "windows-x64")

    assert (ran.returncode, ran.stderr) == (0, "")
    assert gathered(dist) == {
        "-windows-x64.exe", "-windows-x64-folder.zip", "-windows-x64.cdx.json",
        "-windows-x64-licenses.txt", "-setup.exe",
    }  # fmt: skip
    with zipfile.ZipFile(dist / "release" / f"corsheet-{VERSION}-windows-x64-folder.zip") as packed:
        assert "corsheet-folder/corsheet" in packed.namelist()


def test_a_tag_of_another_version_or_a_missing_program_ends_it(dist: Path) -> None:
    """With a sentence, and nothing is attached."""
    other = gather(dist, "linux-x86_64", "--tag", "v99")
    (dist / "corsheet").unlink()
    missing = gather(dist, "linux-x86_64")

    assert (other.returncode, missing.returncode) == (1, 1)
    assert f"v99 is not v{VERSION}" in other.stderr
    assert "corsheet: No such file" in missing.stderr


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A signtool that writes down what it is asked for; gives where it does."""
    told = tmp_path / "told.txt"
    script = tmp_path / "signtool"
    script.write_text(f'#!/bin/sh\necho "$@" >>{told}\nexit "${{STATUS:-0}}"\n', "utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("WINDOWS_CERTIFICATE", b64encode(b"a certificate").decode())
    monkeypatch.setenv("WINDOWS_CERTIFICATE_PASSWORD", PASSWORD)
    return told


posix = pytest.mark.skipif(sys.platform == "win32", reason="the tools are scripts of a shell")


@posix
def test_programs_are_signed_with_a_time_and_the_signature_is_checked(
    tool: Path, dist: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """By the system's own tool, all of them at once."""
    programs = [str(dist / "corsheet.exe"), str(dist / f"corsheet-{VERSION}-setup.exe")]

    assert load_script("sign").main(programs, "win32") == 0

    signed, verified = tool.read_text("utf-8").splitlines()
    assert signed.startswith("sign /f ")
    assert signed.endswith(" ".join(programs))
    assert "/fd SHA256 /tr http" in signed
    assert verified == f"verify /pa {' '.join(programs)}"
    assert PASSWORD not in "".join(capfd.readouterr())
    assert not Path(signed.split()[2]).exists()  # the certificate has gone again


@posix
def test_a_signature_that_fails_ends_it_without_a_word_of_the_password(
    tool: Path, dist: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command that failed had it."""
    monkeypatch.setenv("STATUS", "1")

    assert load_script("sign").main([str(dist / "corsheet.exe")], "win32") == 1

    said = capfd.readouterr()
    assert said.err == "sign: signtool ended with 1\n"
    assert PASSWORD not in said.out


@pytest.fixture
def apple(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Apple's tools, which write down what they are asked for; gives where they do."""
    told = tmp_path / "told.txt"
    for name in ("codesign", "ditto", "xcrun"):
        script = tmp_path / name
        script.write_text(
            f'#!/bin/sh\necho "{name} $@" >>{told}\nprintf "%s" "$VERDICT"\n', "utf-8"
        )
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("MACOS_IDENTITY", "Developer ID Application: Shop AB")
    monkeypatch.setenv("NOTARY_PROFILE", "corsheet")
    return told


@pytest.fixture
def signed_folder(dist: Path) -> Path:
    """A folder with a program and a library of macOS, and a file that is neither."""
    folder = dist / "corsheet-folder"
    for name in ("corsheet", "_internal/library.dylib"):
        (folder / name).write_bytes(b"\xcf\xfa\xed\xfe and more")
    (folder / "_internal/notes.txt").write_text("text", "utf-8")
    return folder


@posix
def test_a_folder_of_macos_is_signed_from_within_and_shown_to_apple(
    apple: Path, signed_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program last; nothing that is no program; links stay links on the way to Apple."""
    monkeypatch.setenv("VERDICT", '{"id": "1", "status": "Accepted"}')

    assert load_script("sign").main([str(signed_folder)], "darwin") == 0

    library, program, packed, submitted = apple.read_text("utf-8").splitlines()
    assert library.startswith("codesign ")
    assert library.endswith("/_internal/library.dylib")
    assert program.endswith("/corsheet-folder/corsheet")
    assert packed.startswith(f"ditto -c -k --keepParent {signed_folder} ")
    assert submitted.startswith(f"xcrun notarytool submit {packed.split()[-1]} ")


@posix
@pytest.mark.parametrize("verdict", ['{"id": "7", "status": "Invalid"}', "a word of another kind"])
@pytest.mark.usefixtures("apple")
def test_what_apple_does_not_accept_ends_it(
    verdict: str, signed_folder: Path, capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Its tool ends with 0 all the same."""
    monkeypatch.setenv("VERDICT", verdict)

    assert load_script("sign").main([str(signed_folder)], "darwin") == 1
    assert "Apple did not accept corsheet-folder" in capfd.readouterr().err


@pytest.mark.parametrize("system", ["win32", "darwin", "linux"])
def test_without_a_certificate_nothing_is_signed_and_that_is_told(
    system: str, dist: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fork has none, and its release is to be made all the same."""
    monkeypatch.delenv("WINDOWS_CERTIFICATE", raising=False)
    monkeypatch.delenv("MACOS_IDENTITY", raising=False)

    assert load_script("sign").main([str(dist / "corsheet")], system) == 0
    assert capsys.readouterr().out.startswith("not signed: ")


def test_a_program_that_is_not_there_cannot_be_signed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong name in the recipe is told, certificate or not."""
    assert load_script("sign").main([str(tmp_path / "corsheet.exe")], "win32") == 2
    assert "corsheet.exe" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (subprocess.CalledProcessError(2, ["pip", "install"]), "pip install ended with 2;"),
        (FileNotFoundError(2, "No such file", "dist/corsheet"), "dist/corsheet: No such file"),
    ],
)
def test_a_build_that_fails_says_what_failed(
    failure: Exception, said: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """And ends with 1, so that nothing is tried, signed or attached."""
    pytest.importorskip("cyclonedx", reason="comes with the extra `build`")
    build = load_script("build")

    def fail() -> None:
        raise failure

    monkeypatch.setattr(build, "_build", fail)

    assert build.main() == 1
    assert capsys.readouterr().err.startswith(f"build: {said}")


def test_the_licence_of_python_is_there_in_full(tmp_path: Path) -> None:
    """It is bundled too, and asks for that like the others."""
    pytest.importorskip("cyclonedx", reason="comes with the extra `build`")

    load_script("build")._write_licences(tmp_path / "LICENSES.txt", [])

    text = (tmp_path / "LICENSES.txt").read_text("utf-8")
    assert "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2" in text
    assert "Copyright" in text


def test_no_library_under_the_gpl_is_bundled() -> None:
    """Python's readline brings GNU's; nobody types at a prompt of corsheet's."""
    assert '"readline"' in (ROOT / "packaging/corsheet.spec").read_text("utf-8")
