"""The generated pages say what the code says, and links lead somewhere."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[1] / "docs"
WRITTEN = sorted(path for path in DOCS.rglob("*.md"))


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", sorted(generator().PAGES))
def test_a_generated_page_is_not_stale(name: str) -> None:
    """``make docs`` would change nothing."""
    assert (DOCS / name).read_text(encoding="utf-8") == generator().page(name)


def test_every_json_document_stands_on_its_page() -> None:
    """A schema that a verb prints is described, and the other way round."""
    assert generator().json_page.check_documents() == []


def test_what_is_pasted_into_the_readme_is_not_stale() -> None:
    """Help and output there are the program's own."""
    assert generator().cog("--check") == 0


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.relative_to(DOCS).as_posix())
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    """Every relative link is a file."""
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8"))

    assert [target for target in targets if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.relative_to(DOCS).as_posix())
def test_commands_in_pages_exist(path: Path) -> None:
    """A page that says ``twiceshy verb`` means a verb there is."""
    from twiceshy.doors.cli.verbs import list_verbs  # noqa: PLC0415  # only here

    names = {name for verb in list_verbs().verbs for name in (verb.name, *verb.aliases)} | {"VERB"}
    called = re.findall(r"^(?:\$ )?twiceshy ([a-zA-Z][\w-]*)", path.read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(set(called) - names) == []
