"""What does a row say, which files does it name, and how much of it was redacted?"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

from twiceshy.records.exports import ExportRow, ExportValue

_FILES: Final = ("files_modified", "files_changed", "path")
"""Columns with the files that a row is about."""
_PLACEHOLDER: Final = re.compile(r"\[[a-z][a-z0-9-]{1,30}:[0-9a-f]{6}\]")
"""What stands in a secret's place."""
_LANGUAGES: Final = {
    **dict.fromkeys((".py", ".pyi"), "python"),
    **dict.fromkeys((".js", ".mjs", ".cjs", ".jsx"), "javascript"),
    **dict.fromkeys((".ts", ".mts", ".cts", ".tsx"), "typescript"),
    **dict.fromkeys((".c", ".h"), "c"),
    **dict.fromkeys((".cc", ".cpp", ".cxx", ".hpp", ".hh"), "c++"),
    **dict.fromkeys((".sh", ".bash", ".zsh"), "shell"),
    **dict.fromkeys((".yml", ".yaml"), "yaml"),
    **dict.fromkeys((".md", ".markdown"), "markdown"),
    **dict.fromkeys((".html", ".htm"), "html"),
    **dict.fromkeys((".css", ".scss", ".less"), "css"),
    **dict.fromkeys((".kt", ".kts"), "kotlin"),
    ".go": "go",
    ".rs": "rust",
    ".rb": "ruby",
    ".java": "java",
    ".cs": "c#",
    ".php": "php",
    ".swift": "swift",
    ".sql": "sql",
    ".toml": "toml",
    ".json": "json",
    ".rst": "rst",
    ".lua": "lua",
    ".scala": "scala",
    ".dart": "dart",
    ".vue": "vue",
    ".svelte": "svelte",
}
"""By the ending of a file's name."""


def join_texts(row: ExportRow, columns: Iterable[str]) -> str:
    """Return the texts of some columns as one."""
    return "\n".join(text for name in columns for text in list_texts(row.values.get(name)))


def list_texts(value: ExportValue) -> Iterator[str]:
    """Yield the texts within a value, names too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield name
            yield from list_texts(one)
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for one in value:
            yield from list_texts(one)


def list_files(row: ExportRow) -> list[str]:
    """Return the files that a row is about."""
    return [path for name in _FILES for path in list_texts(row.values.get(name))]


def name_main_language(paths: Iterable[str]) -> str | None:
    """Return the language of most of the files, the first of equals; None where no ending is known.

    >>> name_main_language(["a.md", "src/b.py", "c.py", "Makefile"])
    'python'
    """
    endings = (PurePosixPath(path.replace("\\", "/")).suffix.lower() for path in paths)
    counts = Counter(_LANGUAGES[ending] for ending in endings if ending in _LANGUAGES)
    return counts.most_common(1)[0][0] if counts else None


def count_placeholders(row: ExportRow) -> int:
    """Count the places in a row where something was redacted."""
    texts = (text for value in row.values.values() for text in list_texts(value) if "[" in text)
    return sum(len(_PLACEHOLDER.findall(text)) for text in texts)
