#!/usr/bin/env python3
"""Sets corsheet up on first use, then runs it. Needs Python 3.11 or newer and nothing else.

python run.py               serve the sample workbook
python run.py test [ARGS]   run the tests
python run.py build         build what a shop's PC gets, into dist
python run.py ARGS          run `corsheet ARGS`

It makes a folder .venv beside itself, installs corsheet and its libraries
there, and does so again when pyproject.toml has changed. This file must parse
on an old Python too, to be able to say that it is too old.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys

OLDEST = (3, 11)
HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(HERE, ".venv")
STAMP = os.path.join(VENV, "corsheet-installed.txt")
WINDOWS = os.name == "nt"
PYTHON = os.path.join(VENV, *(("Scripts", "python.exe") if WINDOWS else ("bin", "python")))
SAMPLE = os.path.join(HERE, "sample_data", "corsheet.toml")


def main(arguments):
    # type: (list[str]) -> int
    """Set up what is missing, then run; gives the exit status."""
    if sys.version_info < OLDEST:
        return say_and_fail(
            "corsheet needs Python %d.%d or newer; this is %d.%d.",
            OLDEST + sys.version_info[:2],
            "Install a newer one from https://www.python.org/downloads/ and use it for run.py.",
        )
    task = arguments[0] if arguments[:1] in (["test"], ["build"]) else ""
    status = set_up(task)
    if status:
        return status
    if task == "build":
        return run([os.path.join(HERE, "packaging", "build.py")] + arguments[1:])
    if task == "test":
        os.chdir(HERE)
        return run(["-m", "pytest"] + arguments[1:])
    return run(["-m", "corsheet"] + (arguments or ["serve", "--config", SAMPLE]))


def set_up(extra):
    # type: (str) -> int
    """Make .venv and install into it, unless that is done; gives 0 where it is."""
    with open(os.path.join(HERE, "pyproject.toml"), "rb") as file:
        # of its own place too: what is installed points to it
        wanted = hashlib.sha256(file.read() + HERE.encode("utf-8")).hexdigest()
    known, extras = read_stamp()
    if known != wanted:
        extras = []
    if known == wanted and (not extra or extra in extras) and works():
        return 0
    if not works():
        say("setting up, once: making .venv")
        shutil.rmtree(VENV, ignore_errors=True)
        made = subprocess.call([sys.executable, "-m", "venv", VENV])
        if made != 0 or not works():
            shutil.rmtree(VENV, ignore_errors=True)
            return say_and_fail(
                "Python could not make the folder %s.",
                (VENV,),
                "On Debian or Ubuntu: apt install python3-venv. Else look at the lines above.",
            )
        extras = []
    extras = sorted(set(extras + [extra])) if extra else extras
    say("installing corsheet and its libraries into .venv; the first time takes a minute")
    if os.path.exists(STAMP):
        os.remove(STAMP)
    output = []
    what = HERE + ("[%s]" % ",".join(extras) if extras else "")
    pip = subprocess.Popen(
        [
            PYTHON,
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--no-input",
            "--progress-bar",
            "off",
            "--editable",
            what,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
    )
    for line in pip.stdout or ():
        output.append(line)
        if line.strip().startswith("Collecting "):
            say("  " + re.split("[^A-Za-z0-9_.-]", line.split()[1])[0])
    if pip.wait() != 0:
        sys.stderr.write("".join(output[-15:]))
        return say_and_fail(
            "the libraries could not be installed; the lines above say why.",
            (),
            "Is this computer connected to the internet? The first start has to download"
            " them; run the same command again once it is.",
        )
    with open(STAMP, "w") as file:
        file.write("\n".join([wanted] + extras))
    say("set up")
    return 0


def read_stamp():
    # type: () -> tuple[str, list[str]]
    """Give the pyproject.toml that was installed, by its hash, and its extras."""
    try:
        with open(STAMP) as file:
            lines = file.read().split("\n")
    except EnvironmentError:
        return "", []
    return lines[0], [line for line in lines[1:] if line]


def works():
    # type: () -> bool
    """Tell whether .venv has a Python that starts and has pip: it may be cut off or moved."""
    if not os.path.exists(PYTHON):
        return False
    with open(os.devnull, "w") as nowhere:
        try:
            return subprocess.call([PYTHON, "-c", "import pip"], stderr=nowhere) == 0
        except OSError:
            return False


def run(arguments):
    # type: (list[str]) -> int
    """Run .venv's Python in place of this one."""
    command = [PYTHON] + arguments
    sys.stdout.flush()
    if not WINDOWS:
        os.execv(PYTHON, command)
    child = subprocess.Popen(command)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue  # the child has been told too, and ends in its own time


def say(text):
    # type: (str) -> None
    """Tell the person at the keyboard what goes on."""
    sys.stderr.write("corsheet: %s\n" % text)
    sys.stderr.flush()


def say_and_fail(text, values, cure):
    # type: (str, tuple[object, ...], str) -> int
    """Tell what is wrong and what to do; gives the exit status."""
    say(text % values)
    sys.stderr.write("    %s\n" % cure)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
