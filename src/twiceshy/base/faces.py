"""Lazy faces: a package offers names of its modules, and a module is imported when its name is asked for (PEP 562)."""

import sys
from collections.abc import Callable, Mapping


def open_face(package: str, modules: Mapping[str, str]) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return the ``__getattr__`` and the ``__dir__`` of a package that offers these names, each from its module.

    Nothing is cached in the package, so what a test replaces in a module is replaced here too. ``importlib`` is not
    imported: a wrapped command waits for it.
    """

    def look_up(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = f"{package}.{modules[name]}"
        __import__(module)
        return getattr(sys.modules[module], name)

    def list_names() -> list[str]:
        return sorted(modules)

    return look_up, list_names
