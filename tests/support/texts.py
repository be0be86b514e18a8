"""Finds, in the code, every text that a finding may tell: its message, its cure, their words.

A text is followed back from where it is told (``say``, ``Problem``) to the
literals that it can be: through conditions, variables, the functions that give
it and the functions that it is handed to. What cannot be followed is given
too, so that no text can hide.
"""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).parent.parent.parent / "corsheet"

NOT_FOR_THE_MANAGER = ("settings/",)
"""Told in English to whoever installs the service."""

FROM_OUTSIDE = {"str(error.strerror or error)"}
"""Texts that are not ours, as the code writes them: the computer has a language of its own."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Text(NamedTuple):
    """A text that is told.

    Attributes:
        place: Where in the code, such as ``workbook/cells.py:52``.
        words: The text, its places for values open; None: it cannot be followed.
    """

    place: str
    words: str | None


class Module:
    """One module, taken apart once.

    Attributes:
        path: Below the package.
        functions: Those defined in it, methods among them, by name.
        around: The innermost function around each piece of code.
    """

    def __init__(self, path: str, source: str) -> None:
        self.path = path
        self.tree = ast.parse(source)
        self.functions: dict[str, Function] = {}
        self.around: dict[ast.AST, Function] = {}
        for node in ast.walk(self.tree):  # from the outside in
            if isinstance(node, Function):
                self.functions[node.name] = node
                self.around |= dict.fromkeys((n for n in ast.walk(node) if n is not node), node)

    def calls(self, name: str) -> Iterator[ast.Call]:
        """Give every call of a function or method of this name."""
        calls = (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))
        return (call for call in calls if called(call) == name)


def called(call: ast.Call) -> str:
    """Name what is called: ``f`` for ``f()`` and for ``self.f()``."""
    what = call.func
    return what.attr if isinstance(what, ast.Attribute) else getattr(what, "id", "")


def modules() -> list[Module]:
    """Take apart every module that may tell the manager something."""
    paths = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}
    return [
        Module(name, path.read_text("utf-8"))
        for name, path in paths.items()
        if not name.startswith(NOT_FOR_THE_MANAGER)
    ]


def told(among: Sequence[Module]) -> list[Text]:
    """Give every text that is told in these modules, by place."""
    follower = _Follower(among)
    texts: set[Text] = set()
    for module in among:
        for call in module.calls("say"):
            texts.update(follower.texts(module, call.args[0]))
        for call in module.calls("Problem"):
            named = [k.value for k in call.keywords if k.arg in {"message", "cure"}]
            for text in (*call.args[1:], *named):
                texts.update(follower.texts(module, text))
        for call in module.calls("in_language"):
            if isinstance(call.args[0], ast.Constant):
                texts.update(follower.texts(module, call.args[0]))
    return sorted(texts, key=lambda text: (text.place, text.words or ""))


def words_in_values(among: Sequence[Module]) -> list[str]:
    """Give the places where a template is handed bare words: those would stay English."""
    return [
        f"{module.path}:{keyword.value.lineno}"
        for module in among
        for call in module.calls("say")
        for keyword in call.keywords
        if any(any(c.isalpha() for c in word) for word in _bare_words(keyword.value))
    ]


def _bare_words(node: ast.AST) -> Iterator[str]:
    """Give the literals of an expression, but what stands in a call or a format."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif not isinstance(node, ast.Call | ast.FormattedValue):
        for child in ast.iter_child_nodes(node):
            yield from _bare_words(child)


class _Follower:
    """Follows an expression back to the literals that it can be."""

    def __init__(self, among: Sequence[Module]) -> None:
        self._among = among

    def texts(
        self, module: Module, node: ast.expr, seen: frozenset[ast.AST] = frozenset()
    ) -> Iterator[Text]:
        """Give the texts that an expression can be; those of another message are its own."""
        if node in seen or ast.unparse(node) in FROM_OUTSIDE:
            return
        sources = self._sources(module, node)
        if sources is None:
            words = node.value if isinstance(node, ast.Constant) else None
            if words is None or isinstance(words, str):
                yield Text(f"{module.path}:{node.lineno}", words)
            return
        for home, source in sources:
            yield from self.texts(home, source, seen | {node})

    def _sources(self, module: Module, node: ast.expr) -> list[tuple[Module, ast.expr]] | None:
        """Give the expressions that this one takes its value from; None: there is no knowing."""
        match node:
            case ast.Constant(value=None | ""):
                return []
            case ast.IfExp():
                return [(module, node.body), (module, node.orelse)]
            case ast.BoolOp():
                return [(module, value) for value in node.values]
            case ast.NamedExpr():
                return [(module, node.value)]
            case ast.Attribute(attr="message" | "cure"):
                return []  # of a problem, told where that was made
            case ast.Call() if called(node) == "say":
                return []  # likewise
            case ast.Call():
                return self._given_by(module, called(node))
            case ast.Name():
                return self._assigned(module, node) or self._handed(module, node)
            case _:
                return None

    def _given_by(self, module: Module, name: str) -> list[tuple[Module, ast.expr]] | None:
        """Give what a function of ours returns."""
        homes = [m for m in self._reach(module, name) if name in m.functions]
        returns = [
            (home, node.value)
            for home in homes
            for node in ast.walk(home.functions[name])
            if isinstance(node, ast.Return)
            and node.value is not None
            and home.around[node] is home.functions[name]
        ]
        return returns or None

    def _assigned(self, module: Module, name: ast.Name) -> list[tuple[Module, ast.expr]] | None:
        """Give what a variable is set to, in its function or else in its module."""
        function = module.around.get(name)
        for scope in filter(None, (function, module.tree)):
            home = function if scope is function else None
            values = [
                (module, node.value)
                for node in ast.walk(scope)
                if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr)
                and node.value is not None
                and module.around.get(node) is home
                and any(
                    isinstance(target, ast.Name) and target.id == name.id
                    for target in getattr(node, "targets", [getattr(node, "target", None)])
                )
            ]
            if values:
                return values
        return None

    def _handed(self, module: Module, name: ast.Name) -> list[tuple[Module, ast.expr]] | None:
        """Give what callers hand over, where the variable is a parameter."""
        function = module.around.get(name)
        if function is None:
            return None
        parameters = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
        if name.id not in {*parameters, *(a.arg for a in function.args.kwonlyargs)}:
            return None
        if parameters[:1] in (["self"], ["cls"]):
            parameters = parameters[1:]
        handed = []
        for caller in self._reach(module, function.name):
            for call in caller.calls(function.name):
                by_place = dict(zip(parameters, call.args, strict=False))
                by_name = {k.arg: k.value for k in call.keywords if k.arg}
                value = {**by_place, **by_name}.get(name.id)
                if value is not None:
                    handed.append((caller, value))
        return handed or None

    def _reach(self, module: Module, name: str) -> Sequence[Module]:
        """Give the modules that may use a name: a private one is used at home alone."""
        return [module] if name.startswith("_") else self._among
