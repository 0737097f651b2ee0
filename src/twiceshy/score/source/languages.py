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

_PATTERN_SUFFIXES = {
    ".rs": "rust",
    ".java": "java",
    ".cs": "csharp",
    ".php": "php",
    ".phtml": "php",
    ".rb": "ruby",
    ".rake": "ruby",
    ".sh": "shell",
    ".bash": "shell",
    ".zsh": "shell",
    ".sql": "sql",
}
CODE_ENDINGS = frozenset((*_SUFFIXES, *_PATTERN_SUFFIXES))
"""Of files about which a parser or a pattern says something."""
PATTERN_LANGUAGES = frozenset({*FAMILIES.values(), *_PATTERN_SUFFIXES.values()})
"""Languages that have patterns; for most of them there is no parser."""


def pattern_language_of(path: str) -> str | None:
    r"""Return the language whose patterns a file is read with; None where there are none.

    >>> pattern_language_of("a/b.tsx"), pattern_language_of("A.RS"), pattern_language_of("Makefile")
    ('javascript', 'rust', None)
    """
    if known := language_of(path):
        return FAMILIES[known]
    stem, dot, suffix = path.replace("\\", "/").rpartition("/")[2].lower().rpartition(".")
    return _PATTERN_SUFFIXES.get(dot + suffix) if stem else None


def language_of(path: str) -> str:
    r"""Return one of ``LANGUAGES``; empty where no parser reads such files.

    >>> language_of("a/b.d.ts"), language_of("C:\\x\\A.PY"), language_of("Makefile"), language_of(".js")
    ('typescript', 'python', '', '')
    """
    name = path.replace("\\", "/").rpartition("/")[2].lower()
    stem, dot, suffix = name.rpartition(".")
    return _SUFFIXES.get(dot + suffix, "") if stem else ""
