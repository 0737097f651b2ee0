"""The one name under which a language stands in every lesson, by a file's ending."""

from pathlib import PurePosixPath
from typing import Final

_LANGUAGES: Final = {
    ".py": "python",
    ".pyi": "python",
    ".js": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".jsx": "javascript",
    ".ts": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
    ".tsx": "typescript",
    ".go": "go",
    ".rs": "rust",
    ".rb": "ruby",
    ".sh": "shell",
    ".bash": "shell",
    ".md": "markdown",
    ".yml": "yaml",
    ".yaml": "yaml",
}


def name_language(path: str) -> str:
    """Return the language of a file; empty for an ending that is not known.

    >>> name_language("src/app.tsx"), name_language(".py"), name_language("Makefile")
    ('typescript', 'python', '')
    """
    name = path if not path.startswith(".") else f"x{path}"
    return _LANGUAGES.get(PurePosixPath(name.replace("\\", "/")).suffix.lower(), "")
