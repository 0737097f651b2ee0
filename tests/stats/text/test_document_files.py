"""stats.text.document_files: what asks for no tests."""

import pytest

from twiceshy.stats.text.document_files import is_document, is_generated_path

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


# Paths tell what no person of the project wrote.


@pytest.mark.parametrize(
    "path", ["a/node_modules/b.js", "app.min.js", "a-bundle.css", "x.pb.go", "api_gen.go", "b.generated.c"]
)
def test_what_programs_write_is_known_by_its_name(path: str) -> None:
    """Builds, bundles and what compilers of interfaces write."""
    assert is_generated_path(path)


@pytest.mark.parametrize("path", ["lib/ofp-bundle.c", "flow_gen.c", "build/rules.mk", "src/app.js", "generate.py"])
def test_a_name_that_only_sounds_like_it_is_not(path: str) -> None:
    """People wrote these, each found in a public repository."""
    assert not is_generated_path(path)
