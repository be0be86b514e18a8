"""A service that is wanted, for tests of what it is made of."""

import sys
from collections.abc import Sequence
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

from corsheet.install.steps import MakeFolder, Ran, Remove, Write
from corsheet.install.wanted import Program, Wanted
from corsheet.settings import ServerSettings, Settings
from corsheet.workbook.limits import Limits

POSIX_PROGRAM = Program((sys.executable, "-m", "corsheet"), (PurePosixPath("/opt/corsheet"),))
SHOP = PurePosixPath("/srv/shop")
WINDOWS_PROGRAM = Program(
    (r"C:\Program Files\corsheet\corsheet.exe",),
    (PureWindowsPath(r"C:\Program Files\corsheet"),),
)


def wanted(
    folder: PurePath = SHOP,
    *,
    program: Program = POSIX_PROGRAM,
    name: str = "corsheet",
    port: int = 8080,
    workers: int = 2,
    memory_bytes: int = Limits().memory_bytes,
    files: tuple[PurePath, ...] = (),
) -> Wanted:
    """Make one whose settings and workbook are in a folder."""
    return Wanted(
        name=name,
        program=program,
        config=folder / "corsheet.toml",
        workbook=folder / "orders.xlsx",
        files=files,
        settings=Settings(
            workbook=Path("orders.xlsx"),
            server=ServerSettings(port=port, workers=workers),
            limits=Limits(memory_bytes=memory_bytes),
        ),
    )


class PaperComputer:
    """Notes what it is to do.

    Attributes:
        done: Commands, and the names of what was done to files.
        answers: What commands give that begin with a word; others give nothing, and 0.
    """

    def __init__(self, **answers: Ran) -> None:
        self.done: list[str] = []
        self.answers = answers

    def run(self, command: Sequence[str]) -> Ran:
        """Note a command."""
        self.done.append(" ".join(command))
        return self.answers.get(command[0], Ran(0, ""))

    def do(self, step: Write | MakeFolder | Remove) -> None:
        """Note a change."""
        self.done.append(f"{type(step).__name__} {step.path}")
