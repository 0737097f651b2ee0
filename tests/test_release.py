"""A release joins what changed, in order, and refuses to begin where it would lose something."""

import importlib.util
import subprocess
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
FRAGMENTS = {"b.fixed.md": "A crash is gone.\n", "a.added.md": "A verb.\nIt counts.\n", "c.added.md": "A reader.\n"}


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("release", ROOT / "docs" / "release.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RELEASE = load()


def test_fragments_become_a_section_by_kind() -> None:
    """Added before fixed, each fragment an item."""
    expected = """## 1.0.0 (2026-11-22)

### Added

- A verb.
  It counts.
- A reader.

### Fixed

- A crash is gone.
"""
    assert RELEASE.section("1.0.0", date(2026, 11, 22), FRAGMENTS) == expected


def test_the_newest_version_stands_first() -> None:
    """And the note that there is none yet goes."""
    first = RELEASE.joined("# Changelog\n\nIntro.\n\nNo version has been released yet.\n", "## 1.0.0\n\n- one\n")
    second = RELEASE.joined(first, "## 1.1.0\n\n- two\n")

    assert first == "# Changelog\n\nIntro.\n\n## 1.0.0\n\n- one\n"
    assert second == "# Changelog\n\nIntro.\n\n## 1.1.0\n\n- two\n\n## 1.0.0\n\n- one\n"


@pytest.mark.parametrize(
    ("version", "changed", "fragments", "fault"),
    [
        pytest.param("", "", FRAGMENTS, "no version", id="no version"),
        pytest.param("v1", "", FRAGMENTS, "no version", id="an odd version"),
        pytest.param("1.0.0", " M a.py", FRAGMENTS, "not committed", id="uncommitted changes"),
        pytest.param("1.0.0", "", {}, "nothing to release", id="nothing changed"),
        pytest.param("1.0.0", "", {"a.new.md": "x"}, "no known kind", id="a fragment of no kind"),
    ],
)
def test_nothing_begins_where_something_is_wrong(
    version: str, changed: str, fragments: dict[str, str], fault: str
) -> None:
    """The sentence says what to do."""
    assert fault in RELEASE.check(version, changed, fragments)


def test_a_release_changes_three_things_and_tags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a small repository: the changelog, the version, the fragments; and a tag."""
    for name, text in {
        "CHANGELOG.md": "# Changelog\n\nNo version has been released yet.\n",
        "changes/a.added.md": "A verb.\n",
        "changes/README.md": "How.\n",
        "src/twiceshy/__init__.py": 'VERSION = "0.1.0"\n',
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "begin"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    monkeypatch.setattr(RELEASE, "ROOT", tmp_path)

    assert RELEASE.main(["1.0.0"]) == 0
    assert (tmp_path / "src/twiceshy/__init__.py").read_text() == 'VERSION = "1.0.0"\n'
    assert "- A verb." in (tmp_path / "CHANGELOG.md").read_text()
    assert sorted(path.name for path in (tmp_path / "changes").iterdir()) == ["README.md"]
    tags = subprocess.run(["git", "tag"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert tags == "v1.0.0\n"
    assert RELEASE.main(["1.0.1"]) == 2
