"""Which language a file is written in, by its name."""

_SUFFIXES = {
    ".py": "python",
    ".pyi": "python",
    ".pyw": "python",
    ".js": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".jsx": "javascript",
    ".ts": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
    ".tsx": "tsx",
    ".go": "go",
}
LANGUAGES = ("python", "javascript", "typescript", "tsx", "go")
FAMILIES = {"python": "python", "javascript": "javascript", "typescript": "javascript", "tsx": "javascript", "go": "go"}
"""Languages of one family import each other's files."""


def language_of(path: str) -> str:
    r"""Return one of ``LANGUAGES``; empty where no parser reads such files.

    >>> language_of("a/b.d.ts"), language_of("C:\\x\\A.PY"), language_of("Makefile"), language_of(".js")
    ('typescript', 'python', '', '')
    """
    name = path.replace("\\", "/").rpartition("/")[2].lower()
    stem, dot, suffix = name.rpartition(".")
    return _SUFFIXES.get(dot + suffix, "") if stem else ""
