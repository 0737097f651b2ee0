"""What kind of file is it, and in which language, by its path alone: every repository has that, without a grammar."""

import re
from enum import StrEnum
from typing import Final

from twiceshy.stats.text.document_files import is_document, is_generated_path


class FileKind(StrEnum):
    """What a file is to those who work on it."""

    CODE = "code"
    TESTS = "tests"
    DOCS = "docs"
    CONFIG = "config"
    """What is none of the others: build files, settings, data that steers."""
    GENERATED = "generated"
    """What a program wrote, or what comes from elsewhere."""


LANGUAGES: Final = (
    ("py", "pyi", "pyx"),
    ("js", "jsx", "mjs", "cjs", "vue", "svelte"),
    ("ts", "tsx", "mts", "cts"),
    ("go",),
    ("c", "h", "s", "inc"),
    ("cc", "cpp", "cxx", "hpp", "hh", "hxx", "m", "mm"),
    ("java", "groovy"),
    ("kt", "kts", "scala"),
    ("cs", "fs", "vb"),
    ("rs",),
    ("rb", "rake"),
    ("php", "phtml"),
    ("sh", "bash", "zsh", "pl", "pm", "awk", "ps1"),
    ("sql",),
    ("swift", "dart"),
    ("lua", "ex", "exs", "erl", "hs", "clj", "ml", "r", "jl"),
    ("html", "css", "scss", "less", "sass"),
)
"""File endings by language; its place is its number in tables, so append only."""
_NUMBERS: Final = {ending: number for number, endings in enumerate(LANGUAGES) for ending in endings}
_ELSEWHERE: Final = re.compile(
    r"(?:^|/)(?:third[_-]?party|vendored|external|bower_components)/|[._-](?:lock|sum)\Z|(?:^|/)(?:go\.sum|[^/]*-lock\.(?:json|yaml))\Z"
    r"|\.(?:snap|map|po|pot|svg|pdf|ipynb)\Z"
)
"""Beside what ``is_generated_path`` knows: code of others, lock files, and what programs draw or record."""
_TESTS: Final = re.compile(
    r"(?:^|/)(?:tests?|unittests?|testing|testsuite|__tests__|__mocks__|testdata|fixtures?|spec|e2e|[^/]*\.Tests?)/"
    r"|(?:^|/)(?:test[_-][^/]*|conftest|[^/]*[_-]tests?|[^/]*[.-](?:test|spec)|[a-z]\w*Tests?)\.\w+\Z"
)
"""Where tests lie and what they are called, in the languages above (guess, 2026-11-23)."""
_DOCS: Final = re.compile(
    r"(?:^|/)(?:docs?|documentation|man)/(?!.*\.(?:py|js|ts|go|c|h|sh)\Z)|\.[1-9](?:\.in)?\Z", re.IGNORECASE
)


def name_kind(path: str) -> FileKind:
    """Return what kind of file a path is.

    >>> [str(name_kind(path)) for path in ("lib/a.c", "app/test/a.c", "doc/a.rst", "meson.build", "go.sum")]
    ['code', 'tests', 'docs', 'config', 'generated']
    """
    if is_generated_path(path) or _ELSEWHERE.search(path):
        return FileKind.GENERATED
    if _TESTS.search(path):
        return FileKind.TESTS
    if is_document(path) or _DOCS.search(path):
        return FileKind.DOCS
    return FileKind.CODE if number_language(path) is not None else FileKind.CONFIG


def number_language(path: str) -> int | None:
    """Return the place of a file's language in ``LANGUAGES``; None where it is in none of them.

    >>> number_language("a/b.PY"), number_language("Makefile"), number_language(".c")
    (0, None, None)
    """
    stem, _, ending = path.rpartition("/")[2].rpartition(".")
    return _NUMBERS.get(ending.lower()) if stem else None
