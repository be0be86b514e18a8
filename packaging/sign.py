"""Signs programs where a certificate is given: ``python packaging/sign.py PATH…``.

On Windows and macOS, with the tools of the system; elsewhere, and where the environment has no
certificate, says so and ends with 0. Not run yet with a real certificate: docs/release.md.

Windows: ``WINDOWS_CERTIFICATE`` (a .pfx in base64) and ``WINDOWS_CERTIFICATE_PASSWORD``.
macOS: ``MACOS_IDENTITY``, the name of a "Developer ID Application" in the keychain, and
``NOTARY_PROFILE``, under which ``xcrun notarytool store-credentials`` keeps what Apple asks for.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TIMESTAMPS = "http://timestamp.digicert.com"
"""Says when it was signed, so that the signature outlives the certificate (RFC 3161)."""

KITS = Path("C:/Program Files (x86)/Windows Kits/10/bin")
"""Where Windows' development kit has signtool, which is on no path."""

ACCEPTED = "Accepted"
"""What Apple says of what it has found in order."""

MACH_O = (b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
"""How programs and libraries of macOS begin, for one processor and for several."""


def main(arguments: list[str], system: str = sys.platform) -> int:
    """Sign; gives the exit status."""
    paths = [Path(one) for one in arguments]
    missing = [path for path in paths if not path.exists()]
    if missing or not paths:
        print(f"sign: not there: {', '.join(map(str, missing)) or 'any name'}", file=sys.stderr)
        return 2
    try:
        if system == "win32":
            return sign_for_windows(paths)
        if system == "darwin":
            return sign_for_macos(paths)
    except subprocess.CalledProcessError as error:  # its command may hold the password
        print(f"sign: {Path(error.cmd[0]).name} ended with {error.returncode}", file=sys.stderr)
        return 1
    return not_signed("this system's programs are not signed")


def not_signed(reason: str) -> int:
    """Say why not; gives the exit status."""
    print(f"not signed: {reason}")
    return 0


def sign_for_windows(paths: list[Path]) -> int:
    """Sign files with signtool (Microsoft, "SignTool"); gives the exit status."""
    certificate = os.environ.get("WINDOWS_CERTIFICATE", "")
    if not certificate:
        return not_signed("no certificate is given (WINDOWS_CERTIFICATE)")
    password = os.environ.get("WINDOWS_CERTIFICATE_PASSWORD", "")
    tool = shutil.which("signtool") or str(max(KITS.glob("10.*/x64/signtool.exe"), default=""))
    if not tool:
        print("sign: there is no signtool", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "certificate.pfx")
        file.write_bytes(base64.b64decode(certificate))
        command = [tool, "sign", "/f", str(file), "/p", password, "/fd", "SHA256"]
        command += ["/tr", TIMESTAMPS, "/td", "SHA256", "/d", "corsheet", *map(str, paths)]
        subprocess.run(command, check=True)
    subprocess.run([tool, "verify", "/pa", *map(str, paths)], check=True)
    return 0


def sign_for_macos(paths: list[Path]) -> int:
    """Sign folders and have Apple look at them; gives the exit status.

    Apple, "Notarizing macOS software before distribution". A file of a folder that holds the
    program is signed last, after the libraries.
    """
    identity = os.environ.get("MACOS_IDENTITY", "")
    if not identity:
        return not_signed("no certificate is given (MACOS_IDENTITY)")
    sign = ["codesign", "--force", "--timestamp", "--options", "runtime", "--sign", identity]
    for folder in paths:
        parts = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
        parts = [path for path in parts if path.read_bytes()[:4] in MACH_O]
        for part in sorted(parts, key=lambda path: len(path.parts), reverse=True):
            subprocess.run([*sign, str(part)], check=True)
        profile = os.environ.get("NOTARY_PROFILE", "")
        if not profile:
            print("signed, but not notarized: NOTARY_PROFILE is not given")
            continue
        verdict = notarize(folder, profile)
        if verdict.get("status") != ACCEPTED:
            print(f"sign: Apple did not accept {folder.name}: {verdict}", file=sys.stderr)
            print("    `xcrun notarytool log` with that id says why", file=sys.stderr)
            return 1
    return 0


def notarize(folder: Path, profile: str) -> dict[str, str]:
    """Have Apple look at a folder; gives what it says.

    Apple, "Customizing the notarization workflow": ditto keeps links, and notarytool ends with 0
    for whatever it was told, a refusal too.
    """
    with tempfile.TemporaryDirectory() as scratch:
        packed = str(Path(scratch, "folder.zip"))
        subprocess.run(["ditto", "-c", "-k", "--keepParent", str(folder), packed], check=True)
        submit = ["xcrun", "notarytool", "submit", packed, "--keychain-profile", profile]
        said = subprocess.run(
            [*submit, "--wait", "--output-format", "json"], check=True, stdout=subprocess.PIPE
        ).stdout
    try:
        verdict = json.loads(said)
    except ValueError:
        verdict = None
    return verdict if isinstance(verdict, dict) else {"message": said.decode(errors="replace")}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
