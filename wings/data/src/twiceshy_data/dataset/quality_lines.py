"""How much of a history can a model learn from? Each line is a share with its n and interval."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from statistics import mean
from typing import Final

from twiceshy.records.outcomes import Answer, Task
from twiceshy.records.quality import (
    ChatFacts,
    HistoryFacts,
    LengthTenths,
    QualityAnomaly,
    QualityLevel,
    QualityLine,
    QualityStep,
)
from twiceshy.stats.intervals import measure_share
from twiceshy_data.dataset.good_work import find_clean_proof

LABELS: Final = {
    "first_pass": "done at the first pass",
    "completed": "completed",
    "corrected": "corrected by a person",
    "rejected": "refused by a person",
    "rolled_back": "rolled back",
    "tests": "tests green at the end",
    "survived": "outlived later commits",
}
"""The questions that are asked of a task: fields of ``Task``."""
_REDACTED: Final = 0.5
"""Share of a text from which on it says too little, by definition in the report."""
LEAST_WORDS: Final = 5
"""Words of a prompt from which on it says what is asked for (guess, 2026-11-23: what near-duplicates are told by)."""
_TENTHS: Final = 10
"""By definition of the word."""
_TOP_FILES: Final = 10
"""Files whose share of the edits is told (guess, 2026-11-23)."""


def list_tasks(facts: HistoryFacts) -> list[Task]:
    """Return the tasks that changed files: the labels are theirs."""
    return [task for result in facts.results.values() for task in result.tasks if task.edits]


def is_good(task: Task) -> bool:
    """Tell whether a task is known to be worth imitating, as an export for training has it."""
    return find_clean_proof(task) is not None


def is_bad(task: Task) -> bool:
    """Tell whether something of a task is known to have gone wrong."""
    return task.first_pass is Answer.NO


def list_lines(facts: HistoryFacts) -> list[QualityLine]:
    """Return every line, topic by topic; one of nothing is left out."""
    lines = (
        *_list_row_lines(facts),
        *_list_label_lines(list_tasks(facts)),
        *_list_repeat_lines(facts.chats),
        *_list_text_lines(facts),
        *_list_link_lines(facts),
        *_list_coverage_lines(facts),
    )
    return [line for line in lines if line.rate.n]


def _list_row_lines(facts: HistoryFacts) -> Iterator[QualityLine]:
    """Yield how many rows of each kind have the text and the label that a task needs."""
    chats, tasks = facts.chats, list_tasks(facts)
    whole = [one for one in chats if has_dialogue(one)]
    bad = {task.prompt for task in tasks if is_bad(task)}
    yield _line("rows", "chats with prompt and answer", len(whole), len(chats))
    yield _line("rows", "… no two with the same of both", len(_keep_once(whole)), len(chats))
    yield _line("rows", "… known to be good, to imitate", len(find_examples(facts)), len(chats))
    yield _line("rows", "… known to be bad, to compare", sum(one.uid in bad for one in whole), len(chats))
    if facts.excluded:
        yield _line("rows", "sessions not to be trained on", len(facts.excluded), len(facts.sessions), "as you set")
    edits = facts.edits
    yield _line("rows", "edits known whole", edits.whole, edits.whole + edits.fragments, "the others as fragments")
    own = [one for one in facts.commits if not one.merge]
    told = [one for one in own if one.files and one.message.strip()]
    yield _line("rows", "commits with message and files", len(told), len(own), "merges left out")


def find_examples(facts: HistoryFacts) -> set[tuple[bytes, bytes]]:
    """Return what may be imitated, each once: chats whose task is known to be good, and that nobody interrupted."""
    good = {task.prompt for task in list_tasks(facts) if is_good(task)}
    mine = [one for one in facts.chats if one.uid in good and one.session not in facts.excluded]
    return _keep_once(one for one in mine if has_dialogue(one) and not one.interrupted)


def _keep_once(chats: Iterable[ChatFacts]) -> set[tuple[bytes, bytes]]:
    """Return what tells the rows of chats apart: prompt and answer."""
    return {(one.prompt, one.answer) for one in chats}


def has_dialogue(chat: ChatFacts) -> bool:
    """Tell whether a chat has a prompt and an answer in words."""
    return bool(chat.prompt_bytes and chat.answer_bytes)


def _list_label_lines(tasks: Sequence[Task]) -> Iterator[QualityLine]:
    """Yield, for each question, in how many tasks the answer is known, and of these the share of yes."""
    for name, words in LABELS.items():
        answers = [_find_answer(task, name) for task in tasks]
        known = [(answer, sure) for answer, sure in answers if answer is not Answer.UNKNOWN]
        yield _line("labels", f"{words}: known", len(known), len(tasks))
        sure = [one for _, one in known if one is not None]
        note = f"evidence is right in {100 * mean(sure):.0f} %" if sure else ""
        yield _line("labels", f"{words}: yes", sum(answer is Answer.YES for answer, _ in known), len(known), note)


def _find_answer(task: Task, name: str) -> tuple[Answer, float | None]:
    """Return the answer, and how sure its evidence is where that is one piece."""
    found = getattr(task, name)
    return (found, None) if isinstance(found, Answer) else (found.answer, found.confidence)


def _list_repeat_lines(chats: Sequence[ChatFacts]) -> Iterator[QualityLine]:
    """Yield how often the same was asked for; `yes` and `commit` are asked often and mean something else each time."""
    asked = [one for one in chats if one.words >= LEAST_WORDS]
    yield _line("repeats", "prompts of fewer than five words", len(chats) - len(asked), len(chats), "`yes`, `commit`")
    yield _line("repeats", "longer ones that another chat has too", _count_shared(asked, "prompt"), len(asked))
    yield _line("repeats", "… or one that begins with its words", _count_shared(asked, "wording"), len(asked))


def _count_shared(chats: Sequence[ChatFacts], key: str) -> int:
    """Count the chats of which another one has the same key."""
    counts = Counter(getattr(one, key) for one in chats)
    return sum(count for count in counts.values() if count > 1)


def _list_text_lines(facts: HistoryFacts) -> Iterator[QualityLine]:
    chats, sessions = facts.chats, facts.sessions
    yield _line("text", "chats without an answer in words", sum(not one.answers for one in chats), len(chats))
    half = sum(one.redacted > _REDACTED for one in chats)
    yield _line("text", "more than half redacted", half, len(chats))
    yield _line("text", "any of it redacted", sum(one.redacted > 0 for one in chats), len(chats), "by their beginnings")
    calls = sum(one.calls for one in sessions)
    yield _line("text", "calls whose end nobody saw", sum(one.open_calls for one in sessions), calls)
    yield _line("text", "chats cut by a compaction", sum(one.compacted for one in chats), len(chats))
    yield _line("text", "chats that a person interrupted", sum(one.interrupted for one in chats), len(chats))
    lines = facts.log_lines
    unread = lines.unread + lines.unknown
    yield _line("text", "lines of logs not understood", unread, lines.lines)


def _list_link_lines(facts: HistoryFacts) -> Iterator[QualityLine]:
    """Yield what is known around the sessions; one of a project without commits could have none."""
    stored = {one.hash for one in facts.commits}
    linked = {name for some in facts.linked.values() for name in some}
    projects = {one.uid: one.project for one in facts.sessions}
    working = [uid for uid, result in facts.results.items() if any(task.edits for task in result.tasks)]
    asked = [uid for uid in working if projects.get(uid) in facts.committed]
    with_commit = sum(uid in facts.linked for uid in asked)
    yield _line("links", "commits with a session", len(stored & linked), len(stored))
    yield _line("links", "working sessions with a commit", with_commit, len(asked), "where commits are stored")
    yield _line("links", "commits that CI has tried", sum(one.checked for one in facts.commits), len(stored))
    yield _line(
        "links", "chats that a person rated", sum(one.uid in facts.rated for one in facts.chats), len(facts.chats)
    )


def _list_coverage_lines(facts: HistoryFacts) -> Iterator[QualityLine]:
    by_file = sorted(facts.edits.by_file.values(), reverse=True)
    top = sum(by_file[:_TOP_FILES])
    yield _line(
        "coverage", f"edits of the {_TOP_FILES} most edited files", top, sum(by_file), f"{len(by_file):,} files"
    )
    projects = Counter(one.project for one in facts.sessions)
    most = projects.most_common(1)[0][1] if projects else 0
    yield _line(
        "coverage", "sessions of the largest project", most, len(facts.sessions), _count(len(projects), "project")
    )
    tools = Counter(tool for one in facts.chats for tool in one.tools)
    used = tools.most_common(1)[0][1] if tools else 0
    working = sum(bool(one.tools) for one in facts.chats)
    yield _line("coverage", "chats with the most used tool", used, working, _count(len(tools), "tool"))


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def _line(topic: str, name: str, hits: int, n: int, note: str = "") -> QualityLine:
    return QualityLine(topic, name, measure_share(hits, n), note)


def list_lengths(chats: Sequence[ChatFacts]) -> list[LengthTenths]:
    """Return how long prompts and answers are; those that are empty or missing are left out."""
    return [
        _divide_lengths("prompt", (one.prompt_bytes for one in chats)),
        _divide_lengths("answer", (one.answer_bytes for one in chats)),
    ]


def _divide_lengths(name: str, lengths: Iterable[int | None]) -> LengthTenths:
    known = sorted(length for length in lengths if length)
    places = [round(tenth * (len(known) - 1) / _TENTHS) for tenth in range(_TENTHS + 1)] if known else []
    return LengthTenths(name, len(known), [known[at] for at in places])


# What would make more of a history? A step for each thing that is wrong and that a command helps against.

_ENOUGH: Final = 30
"""Records from which on a share says something (by convention of the report's other figures)."""
_FEW_CHATS: Final = 200
"""Good chats below which training is not worth it, by definition of the export for training."""
_UNKNOWN: Final = 0.5
"""Share of the tasks of which nothing is known, from which on rating some pays (guess, 2026-11-23)."""
_UNJUDGED: Final = 0.1
"""Share of the sessions without a judgement from which on it is missed: `learn` judges the newest when it is due
(guess, 2026-11-23)."""
_UNREAD: Final = 0.01
"""Share of lines that could not be read, from which on a reader is missing (guess, 2026-11-23)."""


def list_steps(facts: HistoryFacts, anomalies: Sequence[QualityAnomaly]) -> list[QualityStep]:
    """Return what to do, the worst first."""
    order = list(QualityLevel)
    steps = [*_list_store_steps(facts, anomalies), *_list_label_steps(facts), *_list_link_steps(facts)]
    return sorted(steps, key=lambda one: -order.index(one.level))


def _list_store_steps(facts: HistoryFacts, anomalies: Sequence[QualityAnomaly]) -> Iterator[QualityStep]:
    """Yield what is wrong with the store itself."""
    if not facts.sessions:
        yield _step(QualityLevel.PROBLEM, "No session is stored, so there is nothing to learn from.", "twiceshy ingest")
    if any(one.kind == "texts-missing" for one in anomalies):
        yield _step(QualityLevel.PROBLEM, "Long texts are missing from the store.", "twiceshy doctor")
    lines = facts.log_lines
    if lines.unread and lines.unread >= _UNREAD * lines.lines:
        yield _step(
            QualityLevel.WARNING,
            f"{lines.unread:,} of {lines.lines:,} lines of logs could not be read.",
            "twiceshy doctor",
        )


def _list_label_steps(facts: HistoryFacts) -> Iterator[QualityStep]:
    """Yield what is wrong with the labels."""
    waiting = len(facts.sessions) - len(facts.results)
    if waiting > _UNJUDGED * len(facts.sessions):
        words = (
            f"Of {len(facts.sessions):,} stored sessions {waiting:,} were never judged, so their rows have no label."
        )
        yield _step(QualityLevel.WARNING, words, "twiceshy judge")
    tasks = list_tasks(facts)
    good, bad = sum(map(is_good, tasks)), sum(map(is_bad, tasks))
    unknown = len(tasks) - good - bad
    if len(tasks) >= _ENOUGH and unknown > _UNKNOWN * len(tasks):
        yield _step(
            QualityLevel.WARNING,
            f"Of {unknown:,} of {len(tasks):,} tasks nobody knows whether they went well: rate those you remember.",
            "twiceshy feedback --list",
        )


def _list_link_steps(facts: HistoryFacts) -> Iterator[QualityStep]:
    """Yield what is missing around the sessions."""
    edits = facts.edits.whole + facts.edits.fragments
    if edits and not facts.commits:
        yield _step(
            QualityLevel.WARNING,
            f"No commit is stored, so nobody knows what became of {edits:,} edits; run this in each repository.",
            "twiceshy backfill --all",
        )
    elif len(facts.commits) >= _ENOUGH and not any(one.checked for one in facts.commits):
        yield _step(
            QualityLevel.NOTE,
            f"CI has said nothing of {len(facts.commits):,} commits; a job of it can tell how they went.",
            "twiceshy ci set --from-env",
        )
    usable = len(find_examples(facts))
    if facts.sessions and usable < _FEW_CHATS:
        words = f"Training needs about {_FEW_CHATS} chats known to be good, and {usable:,} are there."
        yield _step(QualityLevel.NOTE, f"{words} Until then lessons do more.", "twiceshy lessons")


def _step(level: QualityLevel, words: str, command: str) -> QualityStep:
    return QualityStep(level=level, words=words, command=command)
