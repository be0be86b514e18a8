"""Scripts of ``packaging``, as modules: its name is a library's, so nobody can import from it."""

import importlib.util
from types import ModuleType

from tests.support.service import ROOT


def load_script(name: str) -> ModuleType:
    """Give a script as a module, without running it."""
    path = ROOT / "packaging" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"packaging_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
