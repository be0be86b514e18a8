"""Imports point one way, and each outside library has one importer (design, section 3)."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "corsheet"

LAYERS = [
    "model",
    "findings",
    "workbook",
    "wire",
    "auth",
    "snapshot",
    "settings",
    "catalog",
    "watch",
    "reload",
    "api",
    "server",
    "logs",
    "worker",
    "service",
    "install",
    "doctor",
    "cli",
    "__main__",
]
"""A layer knows those before it and itself."""

IMPORTERS = {
    "argon2": "auth/htpasswd.py",
    "bcrypt": "auth/htpasswd.py",
    "bottle": "api/",
    "expat": "workbook/parts.py workbook/annotate/outline.py",  # values; places in the bytes
    "defusedxml": "workbook/unusual.py",
    "filelock": "service.py",
    "granian": "server/granian_.py",
    "joserfc": "auth/jwt_.py auth/jwks.py",
    "oauthlib": "auth/token_endpoint.py auth/own_token.py",  # as the server, as the client
    "openpyxl": "workbook/unusual.py",
    "platformdirs": "worker.py",
    "requests": "auth/remote.py auth/own_token.py",
    "requests_oauthlib": "auth/own_token.py",
    "servicemanager": "install/windows_service.py",
    "sqlite3": "snapshot/ cli/compile_.py auth/tally.py auth/token_store.py",
    "urllib3": "auth/remote.py",
    "waitress": "server/waitress_.py",
    "watchdog": "watch.py",
    "win32service": "install/windows_service.py",
    "win32serviceutil": "install/windows_service.py",
    "xlsxwriter": "workbook/template.py",
}
"""Each outside library, or piece of the standard one that we keep apart, and who imports it."""


def imported(source: str) -> Iterator[str]:
    """Give the dotted name of everything that a source text imports, at any depth of it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def sources() -> dict[str, str]:
    """Give the text of each module by its path below the package."""
    return {
        path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8")
        for path in PACKAGE.rglob("*.py")
    }


def upward(path: str, source: str) -> list[str]:
    """Give the layers that a module imports though they stand above its own."""
    rank = LAYERS.index(path.removesuffix(".py").split("/")[0])
    ours = (name.split(".") for name in imported(source) if name.startswith("corsheet."))
    return sorted({name[1] for name in ours if name[1] in LAYERS[rank + 1 :]})


def strangers(path: str, source: str) -> list[str]:
    """Give the outside libraries that a module imports and should not."""
    found = set()
    for name in imported(source):
        parts = name.split(".")
        library = "expat" if "expat" in parts else parts[0]
        if library in IMPORTERS:
            allowed = IMPORTERS[library].split()
            if not any(path == one or (one[-1] == "/" and path.startswith(one)) for one in allowed):
                found.add(library)
        elif library != "corsheet" and library not in sys.stdlib_module_names:
            found.add(library)
    return sorted(found)


def modules() -> dict[str, set[str]]:
    """Give which modules of the package each one imports, by dotted name."""
    names = {
        "corsheet." + path.removesuffix(".py").replace("/", ".").removesuffix(".__init__"): text
        for path, text in sources().items()
        if path != "__init__.py"
    }
    graph: dict[str, set[str]] = {}
    for name, text in names.items():
        wanted = set(imported(text))
        wanted |= {one.rpartition(".")[0] for one in wanted}
        graph[name] = wanted & names.keys() - {name}
    return graph


def cycle(graph: dict[str, set[str]]) -> list[str]:
    """Give modules that import each other in a ring; empty: none do."""
    left = {name: set(wanted) for name, wanted in graph.items()}
    while left:
        free = [name for name, wanted in left.items() if not wanted & left.keys()]
        if not free:
            return sorted(left)
        for name in free:
            del left[name]
    return []


def test_every_module_has_its_place() -> None:
    """A new layer is put into the table, where a person decides its rank."""
    found = {path.removesuffix(".py").split("/")[0] for path in sources()}

    assert found == {*LAYERS, "__init__"}


def test_imports_point_one_way() -> None:
    """A layer knows the layers before it in the list, and itself."""
    looks_up = {
        path: names
        for path, text in sources().items()
        if path != "__init__.py" and (names := upward(path, text))
    }

    assert looks_up == {}


def test_no_modules_import_each_other_in_a_ring() -> None:
    """Within a layer too, one is before the other."""
    assert cycle(modules()) == []


def test_each_outside_library_has_one_importer() -> None:
    """To exchange a library, one module is changed; an unknown one is decided first."""
    met = {path: names for path, text in sources().items() if (names := strangers(path, text))}

    assert met == {}


@pytest.mark.parametrize("library", IMPORTERS)
def test_each_importer_in_the_table_imports_its_library(library: str) -> None:
    """The table has no row that nothing stands behind."""
    for place in IMPORTERS[library].split():
        texts = [text for path, text in sources().items() if path.startswith(place)]
        assert any(library in name.split(".") for text in texts for name in imported(text)), place


@pytest.mark.parametrize(
    ("path", "source", "names"),
    [
        ("workbook/cells.py", "from corsheet.api import app", ["api"]),
        ("workbook/cells.py", "from corsheet import api", ["api"]),
        ("workbook/cells.py", "import corsheet.cli.serve", ["cli"]),
        ("model.py", "def f():\n    from corsheet.findings import Code", ["findings"]),
        ("model.py", "try:\n    import corsheet.wire\nexcept ImportError: pass", ["wire"]),
        ("api/app.py", "from corsheet.service import Service", ["service"]),
        ("cli/serve.py", "from corsheet.service import Service", []),
        ("api/app.py", "from corsheet.api.gate import Gate\nimport json", []),
    ],
)
def test_the_checker_sees_an_import_that_looks_up(path: str, source: str, names: list[str]) -> None:
    """Planted in a text, in each spelling and at any depth."""
    assert upward(path, source) == names


@pytest.mark.parametrize(
    ("path", "source", "names"),
    [
        ("watch.py", "import bottle", ["bottle"]),
        ("workbook/rows.py", "from openpyxl.cell import Cell", ["openpyxl"]),
        ("workbook/rows.py", "from xml.parsers import expat", ["expat"]),
        ("workbook/rows.py", "import xml.parsers.expat", ["expat"]),
        ("catalog.py", "def f():\n    import sqlite3", ["sqlite3"]),
        ("watch2.py", "import watchdog", ["watchdog"]),
        ("model.py", "import requests, json", ["requests"]),
        ("api/new.py", "from bottle import request", []),
        ("snapshot/read.py", "import sqlite3, json", []),
    ],
)
def test_the_checker_sees_a_second_importer(path: str, source: str, names: list[str]) -> None:
    """Planted in a text; and a library that is not in the table at all."""
    assert strangers(path, source) == names


def test_the_checker_sees_a_ring() -> None:
    """Planted: three in a ring, one beside it."""
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": set()}) == ["a", "b", "c"]
