"""Finding lessons by a text in other words: how often the right one comes first, when to keep silent, what it costs.

``python -m benchmarks retrieval [MODEL.SAFETENSORS]``: without the model's file only what works by letters is measured.
Lessons and queries are those of ``cases/retrieval.txt``. Those with an even number were for tuning; figures are of the
others, among all lessons. The cost is that of the whole way from a text to five lessons of a store with 10,000.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tests.lessons.builders import a_lesson

from benchmarks.measure import scratch_environment
from twiceshy.archive import lesson_rows as writing
from twiceshy.archive.db import Store
from twiceshy.base.config import load
from twiceshy.base.values import Scrubbed
from twiceshy.lessons import retrieval
from twiceshy.lessons.recipes.lesson_vectors import embedder, refresh
from twiceshy.lessons.retrieval import compare_letters
from twiceshy.records.lessons import LessonState, SimilarityMethod
from twiceshy.stats.intervals import wilson
from twiceshy.stats.text import text_words
from twiceshy.stats.text.character_ngrams import NgramIndex
from twiceshy.stats.text.embedding import Embedder

WITHOUT_MODEL = "letters and words, with subject: what is used without a model"
UNASKED = {SimilarityMethod.MEANING: 0.45, SimilarityMethod.LETTERS: 0.45}
"""From which a lesson is told to who did not ask: as in ``advice.recipes.briefing``."""
CASES = Path(__file__).parent / "cases" / "retrieval.txt"
Table = list[list[float]]
"""A row a query: its likeness with each lesson."""


class Query(NamedTuple):
    """A text, and what it should find."""

    text: str
    error: bool
    right: int | None
    """The lesson's number; None: nothing."""
    tuning: bool


@dataclass(frozen=True)
class Cases:
    """The set."""

    subjects: list[str]
    lessons: list[str]
    queries: list[Query]


def cases() -> Cases:
    """The set from its file."""
    found = Cases([], [], [])
    silent = 0
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line.startswith("= none"):
            silent = 1
        elif line.startswith("= "):
            subject, _, description = line[2:].partition(" | ")
            found.subjects.append(subject)
            found.lessons.append(description)
        elif line.startswith("?"):
            number = len(found.lessons) - 1
            even = (silent or number) % 2 == 0
            text = line.lstrip("?!").strip()
            found.queries.append(Query(text, line.startswith("?!"), None if silent else number, even))
            silent += bool(silent)
    return found


def bm25(known: Cases) -> Table:
    """The plain ranking of words."""
    documents = [Counter(text_words.split_words(text)) for text in known.lessons]
    holding = Counter(word for words in documents for word in words)
    mean = sum(words.total() for words in documents) / len(documents)
    return [
        [
            sum(
                text_words.rarity(len(documents), holding[word])
                * text_words.saturation(words[word], words.total(), mean)
                for word in set(text_words.split_words(query.text))
                if word in words
            )
            for words in documents
        ]
        for query in known.queries
    ]


def letters(known: Cases) -> Table:
    """TF-IDF of runs of characters."""
    index = NgramIndex(known.lessons)
    return [index.compare_with(query.text) for query in known.queries]


def by_letters(known: Cases) -> Table:
    """Letters and words together, by what they are ordered."""
    return [
        [closeness if similarity > 0 else 0.0 for similarity, closeness in compare_letters(query.text, known.lessons)]
        for query in known.queries
    ]


def by_meaning(
    known: Cases, model: Embedder, *, subjects: bool = False, blend: bool = False, tools: bool = False
) -> Table:
    """The sentence model: of descriptions alone, or as ``lessons.recipes.nearest_lessons`` asks it."""
    words = described(known) if subjects else known.lessons
    texts = [
        retrieval.make_query_text(query.text, known.subjects[query.right] if tools and query.right is not None else "")
        for query in known.queries
    ]
    found = (model.vectors(texts) @ model.vectors(words).T).tolist()
    if not blend:
        return [list(row) for row in found]
    return [
        retrieval.blend_similarities(query.text, words, row) for query, row in zip(known.queries, found, strict=True)
    ]


def described(known: Cases) -> list[str]:
    """Lessons as they are compared: with their subject in front."""
    return [f"{subject}: {text}" for subject, text in zip(known.subjects, known.lessons, strict=True)]


def only_tool(known: Cases, table: Table) -> Table:
    """Only lessons of the right one's subject, where there is a right one."""
    return [
        [
            value if query.right is None or known.subjects[query.right] == subject else -1.0
            for value, subject in zip(row, known.subjects, strict=True)
        ]
        for query, row in zip(known.queries, table, strict=True)
    ]


class Quality(NamedTuple):
    """Over queries that have a right answer."""

    first: float
    five: float
    mean_reciprocal: float
    queries: int


def quality(known: Cases, table: Table, pick: Callable[[Query], bool]) -> Quality:
    """Shares with the right lesson first, and among five. Of equals the right one counts as in their middle."""
    ranks = []
    for query, row in zip(known.queries, table, strict=True):
        if query.right is not None and pick(query):
            own = row[query.right]
            ranks.append(sum(value > own for value in row) + (sum(value == own for value in row) - 1) / 2)
    size = max(len(ranks), 1)
    return Quality(
        sum(rank < 1 for rank in ranks) / size,
        sum(rank < 5 for rank in ranks) / size,
        sum(1 / (1 + rank) for rank in ranks) / size,
        len(ranks),
    )


def interval(share: float, count: int) -> str:
    """The share with its 95 % interval (Wilson)."""
    found = wilson(round(share * count), count)
    return f"{share:.3f} ({found.low:.2f}-{found.high:.2f})"


def show_quality(known: Cases, tables: dict[str, Table]) -> None:
    """A row a way."""
    print("| way | R@1 | R@5 | MRR | errors' texts R@1 / R@5 | persons' words R@1 / R@5 | tuning half R@1 / R@5 |")
    print("|---|---|---|---|---|---|---|")
    for name, table in tables.items():
        all_ = quality(known, table, lambda query: not query.tuning)
        error = quality(known, table, lambda query: not query.tuning and query.error)
        words = quality(known, table, lambda query: not query.tuning and not query.error)
        tuning = quality(known, table, lambda query: query.tuning)
        parts = " | ".join(f"{one.first:.3f} / {one.five:.3f}" for one in (error, words, tuning))
        print(
            f"| {name} | {interval(all_.first, all_.queries)} | {interval(all_.five, all_.queries)} "
            f"| {all_.mean_reciprocal:.3f} | {parts} |"
        )
    count = sum(query.right is not None and not query.tuning for query in known.queries)
    print(f"{len(known.lessons)} lessons, {count} queries with a right answer in the half that is reported")


def show_silence(known: Cases, tables: dict[str, tuple[Table, float]]) -> None:
    """What the gate does: on queries without a right answer, and on the others."""
    print(
        "\n| way, least | silent on texts about none (recall) | of silences right (precision) "
        "| speaks on texts about one | first said is right, of all times it speaks | right one among five said |"
    )
    print("|---|---|---|---|---|---|")
    for name, (table, least) in tables.items():
        rows = [(query, row) for query, row in zip(known.queries, table, strict=True) if not query.tuning]
        silent = [max(row) < least for _, row in rows]
        none = [query.right is None for query, _ in rows]
        both = sum(quiet and empty for quiet, empty in zip(silent, none, strict=True))
        said = [(query, row) for (query, row), quiet in zip(rows, silent, strict=True) if not quiet]
        first = sum(query.right is not None and row[query.right] == max(row) for query, row in said)
        five = sum(
            query.right is not None and row[query.right] >= least and sum(v > row[query.right] for v in row) < 5
            for query, row in said
        )
        spoken = sum(query.right is not None for query, _ in said)
        print(
            f"| {name}, {least} | {interval(both / sum(none), sum(none))} | {both / max(sum(silent), 1):.2f} "
            f"| {interval(spoken / (len(rows) - sum(none)), len(rows) - sum(none))} | {first / max(len(said), 1):.2f} "
            f"| {five / (len(rows) - sum(none)):.2f} |"
        )


COLD = """
import json, os, sys, time
from datetime import UTC, datetime
from pathlib import Path
from twiceshy.base.config import load
from twiceshy.lessons.recipes.nearest_lessons import find_nearest
config = load({}, os.environ, Path.cwd())
found = find_nearest(config, sys.argv[1], now=datetime.now(UTC))
first = time.process_time()
for number in range(int(sys.argv[2])):
    find_nearest(config, sys.argv[1] + " " + str(number), now=datetime.now(UTC))
each = (time.process_time() - first) / max(int(sys.argv[2]), 1)
print(json.dumps([first, each, len(found.lessons), found.by]))
"""
TEXTS = (
    "RuntimeWarning: coroutine 'fetch_user' was never awaited",
    "the page makes three hundred round trips to the database when it lists the orders of a customer",
    "cannot push, the remote has commits that I do not have",
)


def filled(home: Path, known: Cases, count: int) -> None:
    """A store with so many lessons: descriptions of the set, each with a number of its own."""
    now = datetime.now(UTC)
    with Store.open(home) as store, store.begin_writing() as connection:
        for number in range(count):
            place = number % len(known.lessons)
            lesson = a_lesson(
                id=f"l-{number + 1:016x}",
                slug=f"lesson_{number}",
                subject=known.subjects[place],
                description=Scrubbed(f"{known.lessons[place]} (case {number // len(known.lessons)})"),
                root_cause=Scrubbed(""),
                state=LessonState.ACTIVE,
                last_seen=now,
            )
            writing.add(connection, lesson, imported=True)


def show_cost(known: Cases, model: Path) -> None:
    """CPU of finding five of 10,000, warm and in a process of its own; bytes of vectors."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        environment = scratch_environment(place) | {"TWICESHY_TOOLS_MINILM": str(model)}
        config = load({}, environment, place)
        for count in (100, 10_000):
            home = place / f"store-{count}"
            at = replace(config, home=home)
            filled(home, known, count)
            before = size_of(home)
            began = time.process_time()
            refresh(at)
            print(f"\n{count} lessons: {1000 * (time.process_time() - began) / count:.1f} ms CPU a vector", end="; ")
            print(f"vectors {(size_of(home) - before) / 1000:.0f} KB, the whole store {size_of(home) / 1000:.0f} KB")
            runs = [cold(environment | {"TWICESHY_HOME": str(home)}, text) for text in TEXTS for _ in range(5)]
            first, each = (statistics.median(run[part] for run in runs) for part in (0, 1))
            least = [min(run[part] for run in runs) for part in (0, 1)]
            print(f"top 5 of {count}: cold {1000 * first:.0f} ms CPU (least {1000 * least[0]:.0f}), ", end="")
            print(f"warm {1000 * each:.1f} ms (least {1000 * least[1]:.1f})")
        letters_only = {name: value for name, value in environment.items() if name != "TWICESHY_TOOLS_MINILM"}
        for count in (100, 10_000):
            run = cold(letters_only | {"TWICESHY_HOME": str(place / f"store-{count}")}, TEXTS[0], warm=1)
            print(f"by letters, of {count}: cold {1000 * run[0]:.0f} ms CPU, again {1000 * run[1]:.0f}")
        bare = [cpu(environment, words) for words in ("pass", "import numpy") for _ in range(5)]
        print(f"for comparison, CPU of a bare Python {1000 * statistics.median(bare[:5]):.0f} ms, ", end="")
        print(f"of one that imports NumPy {1000 * statistics.median(bare[5:]):.0f} ms")


def size_of(home: Path) -> int:
    """Bytes of the archive, with its log folded in."""
    with Store.open(home) as store:
        store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return (home / "twiceshy.db").stat().st_size


def cold(environment: dict[str, str], text: str, warm: int = 20) -> tuple[float, float]:
    """CPU seconds of a process until its first answer, and of each one after."""
    done = subprocess.run(
        [sys.executable, "-c", COLD, text, str(warm)], env=environment, capture_output=True, text=True, check=True
    )
    first, each, _, found_by = json.loads(done.stdout)
    assert (found_by == SimilarityMethod.MEANING) == ("TWICESHY_TOOLS_MINILM" in environment)
    return first, each


def cpu(environment: dict[str, str], words: str) -> float:
    """CPU seconds of a Python that runs the words."""
    code = f"{words}; import time; print(time.process_time())"
    one = environment | {"OPENBLAS_NUM_THREADS": "1"}
    return float(subprocess.run([sys.executable, "-c", code], env=one, capture_output=True, check=True).stdout)


def main(words: Sequence[str] = ()) -> None:
    known = cases()
    tables = {"BM25": bm25(known), "letters, descriptions": letters(known)}
    with_subject = replace(known, lessons=described(known))
    tables["letters, with subject"] = letters(with_subject)
    tables[WITHOUT_MODEL] = by_letters(with_subject)
    gates = {"letters": (tables["letters, with subject"], UNASKED[SimilarityMethod.LETTERS])}
    if words:
        with tempfile.TemporaryDirectory() as folder:
            environment = scratch_environment(Path(folder)) | {"TWICESHY_TOOLS_MINILM": str(Path(words[0]).absolute())}
            model = embedder(load({}, environment, Path(folder))).embedder
        assert model is not None
        tables["MiniLM, descriptions"] = by_meaning(known, model)
        tables["MiniLM, with subject"] = by_meaning(known, model, subjects=True)
        used = by_meaning(known, model, subjects=True, blend=True)
        tables["MiniLM, with subject, errors blended: what is used"] = used
        gates["what is used"] = (used, UNASKED[SimilarityMethod.MEANING])
        tool = only_tool(known, by_meaning(known, model, subjects=True, blend=True, tools=True))
        tables["what is used, the tool or language known"] = tool
        tables["BM25, the tool or language known"] = only_tool(known, tables["BM25"])
    tables["without a model, the tool or language known"] = only_tool(known, tables[WITHOUT_MODEL])
    show_quality(known, tables)
    show_silence(known, gates)
    if words:
        show_cost(known, Path(words[0]).absolute())
