"""stats.text.document_files: what asks for no tests."""

import pytest

from twiceshy.stats.text.document_files import is_document

CODE = (
    "src/shop.py",
    "history.py",
    "license.go",
    "readme_builder.ts",
    "Makefile",
    "Dockerfile",
    "package.json",
    "web/tsconfig.build.json",
    "vite.config.json",
    "requirements-dev.txt",
    "CMakeLists.txt",
    "pyproject.toml",
    ".github/workflows/ci.yml",
    "templates/page.html",
    "schema.sql",
    "",
)
DOCUMENTS = (
    "README",
    "README.md",
    "docs\\guide.MDX",
    "CHANGELOG.rst",
    "LICENSE-MIT",
    "notes.txt",
    "data/rows.jsonl",
    "locales/de.json",
    "fixtures/one.csv",
    "uv.lock",
    "go.sum",
    ".gitignore",
    "logo.svg",
)


@pytest.mark.parametrize("path", CODE)
def test_what_programs_are_made_of_is_none(path: str) -> None:
    """Nor what steers a build."""
    assert not is_document(path)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_documents_and_data_are_told_by_their_names(path: str) -> None:
    """In any case of letters, with either slash."""
    assert is_document(path)
