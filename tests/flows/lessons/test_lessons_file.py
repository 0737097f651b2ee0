"""`lessons.yaml`: the seed's example comes back as it went in, and nothing that a person wrote is lost."""

import os
from pathlib import Path

import pytest
from tests.flows.lessons.test_learn_from_sessions import NOW, failed, learned

from twiceshy.config import Config, load
from twiceshy.errors import ConfigError, NotFound
from twiceshy.flows.lessons import lesson_reviews, lessons_file
from twiceshy.flows.lessons.current_lessons import list_lessons
from twiceshy.lessons.lessons_document import read
from twiceshy.lessons.lessons_yaml import entry_of, lesson_of, stats_of
from twiceshy.records.lessons import LessonKind, LessonState
from twiceshy.records.values import Scrubbed
from twiceshy.store.db import Store

EXAMPLE = r"""# ours, reviewed
usage_patterns:
  - id: bonfire_deploy_parameter_format_a3cf29f7
    tool: bonfire_deploy
    error_category: PARAMETER_FORMAT
    mistake_pattern:
      error_regex: manifest unknown|image not found
      parameter: image_tag
      validation:
        expected: 40-character full git SHA
        check: len(image_tag) < 40
        regex: ^[a-f0-9]{40}$
      common_mistakes:
        - using 8-char short SHA
        - using 7-char abbreviated SHA
    root_cause: 'Claude used wrong format for image_tag (expected: 40-character full git SHA)'
    prevention_steps:
      - action: validate_parameter
        parameter: image_tag
        validation:
          regex: ^[a-f0-9]{40}$
          error_message: Must be full 40-character SHA
        reason: Ensure full 40-char SHA, not short SHA
      - action: call_tool_if_invalid
        tool: git_rev_parse
        args:
          ref: <short_sha>
        reason: Expand short SHA to full 40-char SHA
      - action: use_expanded_value
        parameter: image_tag
        reason: Use full SHA
    observations: 1
    success_after_prevention: 0
    confidence: 0.5
    first_seen: '2026-01-12T14:42:50'
    last_seen: '2026-01-12T14:42:50'
    related_patterns: []
stats:
  total_usage_patterns: 1
  high_confidence: 0
  medium_confidence: 0
  low_confidence: 1
  by_category:
    PARAMETER_FORMAT: 1
  prevention_success_rate:
"""


@pytest.fixture
def config(scratch_home: Path) -> Config:
    with Store.open(scratch_home / ".twiceshy"):
        pass
    return load({}, os.environ, scratch_home)


def written(folder: Path, text: str) -> Path:
    path = folder / lessons_file.NAME
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_seeds_example_is_a_lesson_and_the_same_entry_again(tmp_path: Path) -> None:
    """Field by field, in the seed's order; and its stats."""
    document = read(written(tmp_path, EXAMPLE))
    (entry,) = document["usage_patterns"]
    again = entry_of(lesson_of(entry, LessonKind.USAGE, Scrubbed))

    assert list(again.items()) == list(dict(entry).items())
    assert stats_of([again]) == document["stats"]


def test_import_and_export_leave_the_file_as_it_is(config: Config, tmp_path: Path) -> None:
    """To the byte, with its comments; the lesson is promoted, and is imported once."""
    path = written(tmp_path, EXAMPLE)
    assert lessons_file.import_lessons(config, tmp_path, NOW)[1:4] == (1, 1, 0)
    assert lessons_file.import_lessons(config, tmp_path, NOW)[1:4] == (1, 0, 0)
    (lesson,) = list_lessons(config, NOW)
    lessons_file.export_lessons(config, tmp_path, NOW)

    assert lesson.state is LessonState.PROMOTED
    assert path.read_text(encoding="utf-8") == EXAMPLE


def test_a_secret_of_a_lesson_stays_out_of_the_repository(config: Config, tmp_path: Path) -> None:
    """Redaction of an earlier day had missed it; a lesson named by one is not written at all."""
    (lesson,) = learned(config, failed("one", 2))
    lesson_reviews.decide(config, lesson.id, LessonState.PROMOTED, NOW)
    token = "ghp_" + "k9Xw2mQ7tR" * 4
    with Store.open(config.home) as store, store.begin_writing() as connection:
        connection.execute("UPDATE lesson SET root_cause = ?", (f"deployed with {token}",))
    done = lessons_file.export_lessons(config, tmp_path, NOW)

    assert (done.new, done.withheld) == (1, 0)
    assert token not in done.path.read_text()
    assert "deployed with [github-token:" in done.path.read_text()


def test_promoted_lessons_are_added_with_counts_from_the_store_and_words_from_the_file(
    config: Config, tmp_path: Path
) -> None:
    """Words that somebody changed in the file stay; counts are today's; others' entries and comments stay."""
    (lesson,) = learned(config, failed("one", 2))
    path = written(tmp_path, EXAMPLE)
    assert lessons_file.export_lessons(config, tmp_path, NOW).new == 0
    lesson_reviews.decide(config, lesson.id, LessonState.PROMOTED, NOW)
    assert lessons_file.export_lessons(config, tmp_path, NOW).new == 1
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ours, reviewed")
    assert "observations: 2" in text

    path.write_text(
        text.replace(lesson.root_cause, "names are used before they exist  # said by Ann"), encoding="utf-8"
    )
    learned(config, failed("two"))
    assert lessons_file.import_lessons(config, tmp_path, NOW).changed == 1
    assert lessons_file.export_lessons(config, tmp_path, NOW).changed == 1
    after = path.read_text(encoding="utf-8")
    assert "observations: 3" in after
    assert "names are used before they exist  # said by Ann" in after


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("usage_patterns:\n  - id: [1\n", "line 3", id="no YAML"),
        pytest.param("- 1\n", "line 1", id="no mapping"),
        pytest.param("usage_patterns: 3\n", "usage_patterns", id="no list"),
        pytest.param("usage_patterns:\n  - id: a\n    tool: b\n", "line 2", id="a field is missing"),
        pytest.param(
            EXAMPLE.replace("use_expanded_value", "run_this"), "run_this", id="a step that is none of the known"
        ),
        pytest.param("a: !!python/object/apply:os.system ['true']\nusage_patterns: 3", "usage_patterns", id="a tag"),
    ],
)
def test_a_damaged_file_is_reported_and_left_as_it_is(config: Config, tmp_path: Path, text: str, said: str) -> None:
    """With its line; nothing is imported."""
    path = written(tmp_path, text)

    with pytest.raises(ConfigError, match=said):
        lessons_file.import_lessons(config, tmp_path, NOW)
    assert path.read_text(encoding="utf-8") == text
    assert list_lessons(config, NOW) == []


def test_without_a_file_there_is_nothing_to_import(config: Config, tmp_path: Path) -> None:
    """And that is said."""
    with pytest.raises(NotFound):
        lessons_file.import_lessons(config, tmp_path, NOW)


CAUSE = "the code breaks the rule TS2304 of tsc"


def test_what_is_learned_after_an_import_is_the_imported_lesson(config: Config, tmp_path: Path) -> None:
    """One lesson, whichever came first: the file's words, this store's counts."""
    (lesson,) = learned(config, failed("one", 2), failed("two"))
    lesson_reviews.decide(config, lesson.id, LessonState.PROMOTED, NOW)
    lessons_file.export_lessons(config, tmp_path, NOW)
    path = tmp_path / ".twiceshy" / "lessons.yaml"
    lines = [line for line in path.read_text().splitlines() if "error_regex" not in line]
    path.write_text(
        "\n".join(lines).replace("mistake_pattern:", "mistake_pattern: {}").replace(CAUSE, "said otherwise")
    )
    lesson_reviews.clear(config)
    lessons_file.import_lessons(config, tmp_path, NOW)

    found = learned(config, failed("three", 2))

    assert [(one.slug, one.state) for one in found] == [(lesson.slug, LessonState.PROMOTED)]
    assert found[0].observations > 0
