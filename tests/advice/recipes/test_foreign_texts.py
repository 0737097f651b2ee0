"""What others wrote, from the log to the agent: a tenth of the attempts to speak, and every stored text marked."""

import re
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest
from benchmarks import injection
from benchmarks.injection import Attempt
from tests.advice.recipes.foreign_columns import FOREIGN, mark_text

from twiceshy.archive.db import Store
from twiceshy.base.config import Config
from twiceshy.lessons.recipes.current_lessons import list_lessons

OURS = {line for line in (Path(__file__).parent / "our_texts.txt").read_text().splitlines() if not line.startswith("#")}
NOT_SAID = frozenset(
    {
        "commit_",
        "commit_file",
        "ci_result",
        "told_revert",
        "executions",
        "match_events",
        "output_samples",
        "performance_metrics",
        "pattern_effectiveness",
        "run_choice",
        "run_lines",
        "session_executions",
        "learned_pattern",
        "words_config",
        "fault",
        "skipped",
        "applied_remedy",
        "memory_entry",
        "pulled_record",
        "rating",
        "outbox",
        "outbox_mark",
        "sync_note",
        "team_knowledge",
    }
)
"""Tables of which no text reaches an agent: runs, faults, applied remedies and what others told, which people read of,
commits with what was said of them, and what waits for a team's server. (What was accepted of others names files, but
only those of this repository. What a team's server told is said by rows of ``lesson``; of its facts
``tests/advice/test_team_facts.py`` shows that they stand in quotes.)"""


def told(some: list[Attempt], folder: Path, marks: re.Pattern[str]) -> list[tuple[str, str, str]]:
    """What gets out of its quotes."""
    return [
        fault
        for heard in injection.hear_all(folder, some, thorough=False)
        for fault in injection.find_faults(heard, marks)
    ]


def test_a_tenth_of_the_attempts_says_nothing_in_our_voice(tmp_path: Path) -> None:
    """One of each field, and some more; drawn by a seed."""
    rng, every = Random(7), injection.attempts()
    drawn = {rng.choice([one for one in every if one.place == place]) for place in injection.PLACES}
    some = sorted(drawn | set(rng.sample(every, 9)), key=lambda one: one.token)

    faults = told(some, tmp_path, re.compile("|".join(one.token for one in some)))

    assert len(some) >= 30
    assert faults == []


def plant(config: Config, stage: str) -> None:
    """Write a mark of its own behind every text of each column."""
    with Store.open(config.home) as store, store.begin_writing() as connection:
        connection.create_function("marked", 2, mark_text)
        for table, columns in FOREIGN[stage].items():
            for column in columns:
                mark = f"qm-{table.replace('_', '')}-{column.replace('_', '')}"
                connection.execute(f"UPDATE {table} SET {column} = marked({column}, ?) WHERE {column} > ''", (mark,))


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Config, list[Attempt], list[injection.Heard]]:
    """A store whose foreign texts have marks, what was written, and what an agent reads."""
    folder = tmp_path_factory.mktemp("marked")
    places = [place for place, writer in injection.PLACES.items() if writer is not None]
    some = [Attempt(place, "ordinary", f"zq{at:03}", f"notes{at}.py") for at, place in enumerate(places)]
    config = injection.learn(folder, some, plant)
    heard = [*injection.hear_rules(config, []), *injection.hear_briefs(config, some), *injection.hear_mcp(config, some)]
    heard += [injection.Heard("lesson", text) for text in injection.render_lessons(list_lessons(config, injection.NOW))]
    return config, some, heard


def test_every_text_column_is_known_as_ours_or_foreign(marked: tuple[Config, list[Attempt], list[Any]]) -> None:
    """A new one has to be put on a list; a foreign one is marked from then on."""
    with Store.open(marked[0].home, readonly=True) as store, closing(store.connection.cursor()) as cursor:
        tables = [name for (name,) in cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = {
            f"{table}.{row[1]}"
            for table in tables
            if table not in NOT_SAID
            for row in cursor.execute(f"PRAGMA table_info({table})").fetchall()
            if row[2] == "TEXT"
        }
    foreign = {f"{table}.{name}" for stage in FOREIGN.values() for table, names in stage.items() for name in names}

    assert sorted(columns - OURS - foreign) == []
    assert sorted((OURS | foreign) - columns) == []


def test_no_stored_text_is_said_outside_of_quotes(marked: tuple[Config, list[Attempt], list[injection.Heard]]) -> None:
    """And the marks do reach the agent, or this would show nothing."""
    marks = re.compile("qm-[a-z]+-[a-z]+")
    heard = marked[2]
    faults = {fault[0]: fault for one in heard for fault in injection.find_faults(one, marks)}
    reached = {mark for one in heard for mark in marks.findall(one.text)}

    assert faults == {}
    assert {"qm-call-path", "qm-call-command", "qm-result-message", "qm-lesson-description", "qm-lesson-bad"} <= reached
