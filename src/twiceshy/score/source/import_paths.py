"""Which file an import means, as far as paths alone tell."""

from posixpath import dirname, join, normpath

_JS_ENDINGS = ("", ".js", ".ts", ".tsx", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".d.ts")

_SOURCE_ROOTS = frozenset(("src", "lib", "python", "source", "backend", "server", "app", "api"))
"""Folders from which Python packages are imported without being one (guess, 2026-11-21)."""


def matches_file(family: str, module: str, importer: str, target: str) -> bool:
    """Tell whether ``module``, imported by ``importer``, is the file ``target`` (Go: in the package's folder).

    Paths have ``/`` and are relative to one folder. Absolute modules are matched by the end of the path, as roots
    (``src/``, a module's address) are not known. A package that only lies below the target's folder is not meant.

    >>> matches_file("python", ".app", "src/flask/cli.py", "src/flask/app.py")
    True
    >>> matches_file("python", "flask.app", "tests/t.py", "src/flask/app.py")
    True
    >>> matches_file("python", "flask", "t.py", "flask/app.py")
    False
    >>> matches_file("javascript", "../lib/a.js", "test/t.ts", "lib/a.ts")
    True
    >>> matches_file("javascript", "a", "t.js", "a.js")
    False
    >>> matches_file("go", "example.com/x/render", "a.go", "render/json.go")
    True
    >>> matches_file("go", "net/http", "a.go", "http/h.go")
    False
    """
    if family == "python":
        return _matches_python_file(module, importer, target)
    if family == "javascript":
        return _matches_javascript_file(module, importer, target)
    return _matches_go_file(module, target)


def _matches_python_file(module: str, importer: str, target: str) -> bool:
    stem = target.rpartition(".")[0].removesuffix("/__init__")
    name = module.lstrip(".")
    up = len(module) - len(name)
    if not up:
        path = name.replace(".", "/")
        root = stem[: -len(path) - 1] if stem.endswith("/" + path) else ""
        return bool(path) and (stem == path or (bool(root) and (root in _SOURCE_ROOTS or root == dirname(importer))))
    folder = dirname(importer)
    for _ in range(up - 1):
        folder = dirname(folder)
    return stem == join(folder, name.replace(".", "/")).rstrip("/")


def _matches_javascript_file(module: str, importer: str, target: str) -> bool:
    if not module.startswith("."):
        return False
    path = normpath(join(dirname(importer), module))
    stem, dot, ending = path.rpartition(".")
    places = [path, path + "/index"] + ([stem] if dot and "." + ending in _JS_ENDINGS else [])
    return any(target == place + end for place in places for end in _JS_ENDINGS)


def _matches_go_file(module: str, target: str) -> bool:
    folder = dirname(target)
    if "." not in module.partition("/")[0]:  # the standard library
        return False
    if not folder:
        return module.count("/") == 2 or (module.count("/") == 3 and module.rpartition("/")[2][:1] == "v")
    return module.endswith("/" + folder)
