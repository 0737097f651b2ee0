"""Who imports whom, read from the syntax trees: imports inside functions and for types alone are imports too."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from tests.house.outline import read_outline

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "twiceshy"
WINGS = tuple(sorted(ROOT.glob("wings/*/src/twiceshy_*")))
"""The package of each wing."""
PACKAGES = (SOURCE, *WINGS)
OURS = frozenset(path.name for path in PACKAGES)


def list_sources() -> list[Path]:
    """Return every file of the core and of each wing."""
    return sorted(path for package in PACKAGES for path in package.rglob("*.py"))


def name_of(path: Path) -> str:
    """Return a source file's name as the rules write it: below the core's package, or with its wing's before it."""
    return path.relative_to(next((one.parent for one in WINGS if path.is_relative_to(one)), SOURCE)).as_posix()


def path_of(name: str) -> Path:
    """Return the file, or the folder, that has such a name."""
    top = name.partition("/")[0]
    return next((one.parent for one in WINGS if one.name == top), SOURCE) / name


def module_name(path: Path) -> str:
    """Return the dotted name of a source file; a package's is that of its folder."""
    package = next(one for one in PACKAGES if path.is_relative_to(one))
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> Mapping[str, Path]:
    """Return every module of the project with its file."""
    return MappingProxyType({module_name(path): path for path in list_sources()})


@cache
def imports() -> Mapping[str, frozenset[str]]:
    """Return for each module the modules of ours that it names in an import anywhere in its text."""
    return MappingProxyType({name: frozenset(_imported(path)) - {name} for name, path in modules().items()})


def circles(graph: Mapping[str, frozenset[str]]) -> list[list[str]]:
    """Return the groups of modules that import each other in a ring, by Tarjan's algorithm (1972)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: list[str] = []
    rings = []

    def visit(name: str) -> None:
        number[name] = low[name] = len(number)
        open_.append(name)
        for other in sorted(graph[name]):
            if other not in number:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in open_:
                low[name] = min(low[name], number[other])
        if low[name] == number[name]:
            start = open_.index(name)
            ring = open_[start:]
            del open_[start:]
            if len(ring) > 1:
                rings.append(sorted(ring))

    for name in graph:
        if name not in number:
            visit(name)
    return rings


def _imported(path: Path) -> Iterator[str]:
    for node in read_outline(path).imports:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules())
        elif node.module and node.module in modules():
            for alias in node.names:
                below = f"{node.module}.{alias.name}"
                yield below if below in modules() else node.module
