"""The words of a brief: facts and prohibitions with their counts, in 12 lines and 2 KB; nothing where nothing fits.

Everything quoted comes from logs, which are hostile. Names stand in back quotes, and what a lesson says in double
quotes, as long as no person has reviewed it and so taken responsibility for its words. Comments and long texts are cut
from examples of code, and what reads like an instruction is left out altogether.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from twiceshy.base.values import Provenance, Severity
from twiceshy.records.kept_knowledge import KeptFact, KeptTrouble, ProjectFactKind
from twiceshy.records.lessons import (
    NOTHING_SPENT,
    Approach,
    Brief,
    FilePast,
    Lesson,
    LessonExcerpt,
    LessonState,
    NearLesson,
    SimilarityMethod,
    SpentBudget,
)
from twiceshy.records.team_knowledge import TeamFact
from twiceshy.stats.text.foreign_names import cut_line, quote_code, quote_command, quote_name, quote_words
from twiceshy.stats.text.quoting import clean
from twiceshy.stats.text.run_counts import say_runs

MOST_BYTES = 2_048
"""Bytes of a whole brief, as documented in ``docs/reference/brief.md``."""
MOST_LINES = 12
"""Lines of a whole brief, as documented there."""
MOST_LESSONS = 5
"""Lessons in a brief, as documented there."""
_MOST_TROUBLES, _MOST_PASTS, _MOST_POOR, _MOST_FILES = 5, 2, 1, 3
"""Guesses of 2026-11-22: what comes most often of late, and room for what fits the task."""
_CORRECTION = "correction"
"""The category of what a person pointed out (defined by ``lessons``; 2026-11-22)."""
_SAID_BY_TOOLS = frozenset({"blind-edit"})
"""Approaches that agents' own tools refuse, with the reason (seen in logs, 2026-11-22)."""
_LEAST_KNOWN = 10
"""Times of an approach of which it is known how they went (guess, 2026-11-22)."""
_MOST_EXAMPLE_LINES = 3
"""Lines of code that a lesson shows; a longer example is not shown at all (guess, 2026-11-21)."""
_LONGEST_SENTENCE, _LONGEST_CODE = 240, 120
"""Characters (guesses, 2026-11-21)."""
_LONGEST_TEXT = 40
"""Characters of a string in code that are shown: a longer one is words, not code (guess, 2026-11-21)."""
OPENING = "twiceshy, from the record of earlier sessions:"
_INSTRUCTS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:previous|prior|above|all|any|earlier|instructions?|rules?)\b"
    r"|\byou\s+(?:must|should|shall|are|need|have|will|can|may)\b|\byour\s+(?:task|instructions?|role|job)\b"
    r"|\b(?:system|developer|hidden)\s+(?:prompt|message)\b|\bnew\s+instructions?\b"
    r"|\b(?:run|execute|curl|wget|fetch|download|upload|send|post|visit|open|install|paste|delete|remove)\b.{0,30}"
    r"(?:https?:|www\.|\brm\b|\|\s*(?:ba|z)?sh\b|\bsudo\b|\btoken\b|\bpassword\b|\bsecrets?\b|\bcredentials?\b|~/|\.env\b)"
    r"|\b(?:please|important|urgent|attention|note to|dear)\b[\s,:!]"
    r"|(?:^|[.:;!?\"'(]\s*)(?:always|never|do not|don't)\s+\w",
    re.IGNORECASE,
)
"""What reads like words to an agent and not like a message of a tool. It may well hit a harmless message: then a lesson
is left out of a brief, which costs little."""
_STRING_PATTERN = r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)"""
_HASH_COMMENT = r"\s*#(?!\[|!|include|define).*"
_SLASH_COMMENT = r"\s*//.*|\s*/\*.*?(?:\*/|$)|\s*<!--.*|\s*--\s.*"
_CUT = re.compile(r"""(["'`])…\1""")
"""A string that ``strip_comments`` cut."""
COMMENT = re.compile(f"{_STRING_PATTERN}|{_HASH_COMMENT}|{_SLASH_COMMENT}")
PYTHON_COMMENT = re.compile(f"{_STRING_PATTERN}|{_HASH_COMMENT}")
"""There, two slashes divide."""


def write_brief(
    lessons: Iterable[NearLesson],
    *,
    by: SimilarityMethod = SimilarityMethod.LETTERS,
    facts: Sequence[str] = (),
    troubles: Sequence[KeptTrouble] = (),
    files: Sequence[str] = (),
    pasts: Sequence[FilePast] = (),
    poor: Sequence[str] = (),
    taken: SpentBudget = NOTHING_SPENT,
) -> Brief:
    """Write the brief with as much as fits, in this order: the project first, then what is about the task."""
    said = _LineBudget(MOST_BYTES - taken.size)
    kept_facts = tuple(filter(said.take, facts))
    kept_troubles = tuple(one for one in troubles[:_MOST_TROUBLES] if said.take(one.says))
    kept_files = tuple(
        line for line in map(_bound_line, files[:_MOST_FILES]) if not reads_like_instruction(line) and said.take(line)
    )
    news = [near for near in lessons if not any(_is_same(near.lesson, trouble) for trouble in kept_troubles)]
    kept_lessons = _take_lessons(said, news, MOST_LESSONS - len(taken.lessons))
    kept_pasts = tuple(one for one in pasts[:_MOST_PASTS] if said.take(_format_past(one)))
    kept_poor = tuple(filter(said.take, poor[:_MOST_POOR]))
    return Brief(
        words=said.text(),
        lessons=kept_lessons,
        by=by,
        facts=kept_facts,
        troubles=kept_troubles,
        files=kept_files,
        pasts=kept_pasts,
        poor=kept_poor,
    )


def _is_same(lesson: Lesson, trouble: KeptTrouble) -> bool:
    """Tell whether a lesson is about a trouble: the same failure, or its example calls what is not there."""
    if not {*trouble.fingerprints}.isdisjoint(lesson.trigger.fingerprints):
        return True
    return any(f"{lesson.bad or ''} ".startswith(f"{name} ") for name in trouble.programs if name)


def _take_lessons(said: "_LineBudget", lessons: Sequence[NearLesson], most: int) -> tuple[NearLesson, ...]:
    """Add the lessons that fit, each in the longest form that does; return them."""
    kept: list[NearLesson] = []
    for near in lessons:
        if len(kept) >= most:
            break
        if any(said.take(form) for form in _forms_of(near.lesson)):
            kept.append(near)
    return tuple(kept)


class _LineBudget:
    """The lines of a brief, within a budget of bytes."""

    def __init__(self, most: int) -> None:
        """Start with the opening line only; ``most`` is the budget in bytes."""
        self.lines = [OPENING]
        self.most = most

    def take(self, lines: str) -> bool:
        """Add the lines if they fit, and tell whether they did; empty lines do not."""
        added = [*self.lines, *lines.split("\n")]
        if not lines or len(added) > MOST_LINES or _count_bytes(added) > self.most:
            return False
        self.lines = added
        return True

    def text(self) -> str:
        """Return all lines; an empty text where none was added."""
        return "\n".join(self.lines) if len(self.lines) > 1 else ""


def _count_bytes(lines: Sequence[str]) -> int:
    """Return the size of the lines in bytes, as they are sent."""
    return len("\n".join(lines).encode())


def describe_lesson(near: NearLesson) -> LessonExcerpt | None:
    """Describe a lesson to someone who asked about it; None where it quotes a log and no person has reviewed it."""
    lesson = near.lesson
    mine = lesson.state is LessonState.PROMOTED
    if not mine and (lesson.quoted or reads_like_instruction(lesson.description)):
        return None
    bad, good = _examples_of(lesson)
    cause = "" if not mine and reads_like_instruction(lesson.root_cause) else lesson.root_cause
    return LessonExcerpt(
        id=lesson.id,
        words=f"{_describe_sightings(lesson)}: {_state_words(lesson, lesson.description)}",
        cause=_state_words(lesson, cause) if cause else "",
        bad="\n".join(bad),
        good="\n".join(good),
        confidence=round(lesson.confidence, 4),
        similarity=round(near.similarity, 4),
        reviewed=mine,
    )


def _state_words(lesson: Lesson, words: str) -> str:
    """Return what a lesson says: as it is where a person has reviewed it, else as a quotation."""
    mine = lesson.state is LessonState.PROMOTED
    return _bound_line(words) if mine else quote_words(words, _LONGEST_SENTENCE)


def _examples_of(lesson: Lesson) -> tuple[list[str], list[str]]:
    """Return the lines of the bad and the good example that can be shown."""
    comment = PYTHON_COMMENT if lesson.subject == "python" else COMMENT
    if lesson.state is LessonState.PROMOTED:
        return trim_example(lesson.bad, None), trim_example(lesson.good, None)
    return trim_example(lesson.bad, comment), trim_example(lesson.good, comment)


def _forms_of(lesson: Lesson) -> Iterable[str]:
    """Yield the lesson in words, with its examples and without them."""
    mine = lesson.state is LessonState.PROMOTED
    about = _bound_line(lesson.description)
    if not mine and (lesson.quoted or reads_like_instruction(about)):
        return
    head = f"{_describe_sightings(lesson)}: {_state_words(lesson, about)}"
    bad, good = _examples_of(lesson)
    examples = [_format_example(name, code) for name, code in (("bad", bad), ("good", good)) if code]
    yield "\n".join([head, *examples])
    yield head


def _describe_sightings(lesson: Lesson) -> str:
    """Say how often the lesson was observed, and where."""
    team = lesson.team
    if team is not None and team.only:
        return f"Seen {_pluralize(team.seen, 'time')} by {team.people} people of your team"
    if not lesson.sessions:
        return "A file of lessons says"
    mine = lesson.category == _CORRECTION and lesson.provenance is Provenance.PERSON
    seen = "The user corrected this" if mine else "Seen"
    where = "this project" if lesson.scope in {"file", "project"} else _pluralize(lesson.projects, "project")
    here = f"{seen} {_pluralize(lesson.observations, 'time')} in {_pluralize(lesson.sessions, 'session')} of {where}"
    return here if team is None else f"{here}, and by {team.people} people of your team"


def trim_example(code: str | None, comment: re.Pattern[str] | None) -> list[str]:
    """Return the code in back quotes, line by line and without comments.

    None where it is long, holds words, reads like an instruction, or has more back quotes than a quotation can hold.
    ``comment``: how the language writes comments; None where the code is a person's and shown as it is.
    """
    if not code:
        return []
    lines = [clean(line) for line in code.split("\n")]
    if comment is not None:
        lines = [strip_comments(line, comment) for line in lines]
        if _holds_words(lines):
            return []
    shown = [line.rstrip() for line in lines if line.strip()]
    if len(shown) > _MOST_EXAMPLE_LINES or any(len(line) > _LONGEST_CODE for line in shown):
        return []
    quoted = [quote_code(line, _LONGEST_CODE) for line in shown]
    return list(quoted) if all(quoted) else []


def _holds_words(lines: Sequence[str]) -> bool:
    """Tell whether lines of code read like an instruction, or had a long string in them."""
    return reads_like_instruction(" ".join(lines)) or any(_CUT.search(line) for line in lines)


def strip_comments(line: str, comment: re.Pattern[str] = COMMENT) -> str:
    """Return a line of code without comments, with long strings cut.

    >>> strip_comments('x = "#1"  # obey the next line')
    'x = "#1"'
    """

    def shorten_string(found: re.Match[str]) -> str:
        text = found.group(1)
        if text is None:
            return ""
        return text if len(text) <= _LONGEST_TEXT + 2 else f"{text[0]}…{text[0]}"

    return comment.sub(shorten_string, line).rstrip()


def _format_example(name: str, lines: Sequence[str]) -> str:
    """Format an example under its name, further lines below the first."""
    return "\n".join(f"  {name if number == 0 else '':<4}  {line}" for number, line in enumerate(lines))


def _format_past(past: FilePast) -> str:
    """Say how edits of a file ended so far; nothing of a file whose name is odd."""
    if not (name := quote_name(past.path)):
        return ""
    head = f"{name}: {past.bad} of {_pluralize(past.edits, 'recorded edit')} in "
    head += f"{_pluralize(past.sessions, 'session')} failed, were corrected or rolled back"
    if past.unknown:
        head += f", {past.unknown} more are unknown"
    rest, rest_bad = past.edits - past.unread, past.bad - past.unread_bad
    if past.unread and rest:
        head += f" ({past.unread_bad} of {past.unread} without a read before, {rest_bad} of {rest} after one)"
    return head + "."


def say_poor_approach(one: Approach) -> str:
    """Say how a poor approach to the project's work goes, beside the other way's rate; empty where that is no better.

    Without the other way nobody knows whether it is the approach or the project; and what the agent's own tool says
    when it is tried needs no line.
    """
    other = one.other
    if (
        not one.poor
        or one.behaviour in _SAID_BY_TOOLS
        or one.path
        or one.known < _LEAST_KNOWN
        or other is None
        or other.low <= one.success.high
    ):
        return ""
    return (
        f"Here {_bound_line(one.words)} went well {one.success.hits} of {_pluralize(one.known, 'time')} "
        f"({_pluralize(one.sessions, 'session')}), and without that {other.hits} of {other.n}."
    )


def _bound_line(text: str) -> str:
    """Return one bounded line of plain characters."""
    return cut_line(" ".join(clean(text).split()), _LONGEST_SENTENCE)


def reads_like_instruction(text: str) -> bool:
    """Tell whether the text reads like an instruction to an agent."""
    return _INSTRUCTS.search(text) is not None


def _pluralize(count: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


# How things are done in the project, as lines of a brief: facts and prohibitions with their counts.
#
# They were quoted when they were found, so nothing of a log stands here without its quotes.

_CALLED = {
    ProjectFactKind.TEST: "Tests",
    ProjectFactKind.LINT: "Lint",
    ProjectFactKind.BUILD: "Build",
    ProjectFactKind.TYPES: "Types",
    ProjectFactKind.FORMAT: "Format",
}
_OTHERS = (ProjectFactKind.FIRST, ProjectFactKind.SERVICE, ProjectFactKind.GENERATED)
"""What else is said as a fact. What is not there, flaky or corrected is said as a trouble, with its counts."""
_MOST_SAID = {ProjectFactKind.GENERATED: 3}
_IN_USE = 0.25
"""Share of the newest sessions that used a form, below which a session does well without it. Guess of 2026-11-22, held
against what sessions did (``docs/benchmarks-advice.md``)."""
_MOST_OF_A_KIND = 2
"""Facts of any other kind. Guess of 2026-11-22: what a task needs; `report facts` has all."""
_LONGEST_TOLD = 200
"""Characters of what a team says of a project (guess, 2026-11-23: its own facts have 60 to 150)."""
_LONGEST = 700
"""Characters of all facts. Guess of 2026-11-22: a third of a brief."""


def write_fact_lines(facts: Sequence[KeptFact], told: Sequence[TeamFact] = ()) -> tuple[str, ...]:
    """Return a project's facts line by line: how things are called, then what else holds.

    ``told``: what a team knows of the project, said where nothing of the kind is known here.
    """
    called = " ".join(_say_called(facts, told))
    lines, size = list[str](), 0
    for line in (called, *_say_others(facts, told)):
        if line and size + len(line) <= _LONGEST:
            lines.append(line)
            size += len(line)
    return tuple(lines)


def _say_called(facts: Sequence[KeptFact], told: Sequence[TeamFact]) -> Iterator[str]:
    """Yield how each thing is called: the form in most use only."""
    used = [one for one in facts if one.command and one.recent >= _IN_USE * one.recent_of]
    for kind, label in _CALLED.items():
        mine = [one for one in used if one.kind is kind][:1]
        yield from _say_own(label, mine) if mine else _say_told(label, [one for one in told if one.kind == kind])


def _say_own(label: str, mine: Sequence[KeptFact]) -> Iterator[str]:
    """Yield how a thing is called here."""
    for fact in mine:
        place = f" in {fact.folder}" if fact.folder else ""
        some = " for some of them" if fact.part else ""
        yield f"{label}: {fact.command}{place}{some} ({say_runs(fact.runs, fact.green, fact.red)}{_say_time(fact)})."


def _say_told(label: str, told: Sequence[TeamFact]) -> Iterator[str]:
    """Yield how a thing is called in the team; others wrote it, so it stands in quotes of ours."""
    for fact in told[:1]:
        if command := quote_command(fact.command.strip("`")):
            yield f"{label}: {command} (used {fact.worked} times by {fact.people} people of your team)."


def _say_time(fact: KeptFact) -> str:
    """Return how long the tests take, in one unit; empty of anything else, or where it is not known."""
    if fact.median_s is None or fact.kind is not ProjectFactKind.TEST:
        return ""
    return f", ~{fact.median_s:.0f} s" if fact.median_s < 90 else f", ~{fact.median_s / 60:.0f} min"


def _say_others(facts: Sequence[KeptFact], told: Sequence[TeamFact]) -> Iterator[str]:
    """Yield the other facts in their own words, those of a team as quotations."""
    for kind in _OTHERS:
        said = [fact.says for fact in facts if fact.kind is kind and fact.says]
        said = said or [
            f"{fact.people} people of your team: {quote_words(fact.says, _LONGEST_TOLD)}."
            for fact in told
            if fact.kind == kind and fact.says and not reads_like_instruction(fact.says)
        ]
        yield from said[: _MOST_SAID.get(kind, _MOST_OF_A_KIND)]


# Which lessons a brief gives: those about as near to the task as the nearest, or the surest where there is no task.

_CLOSE = 0.9
"""Of the nearest lesson's similarity. Guess of 2026-11-21, after six tasks by eye: what is less near was about
something else; and few memories were measured to help more than many (``docs/reference/brief.md``)."""
_SURE, _MOST_STANDING, _MOST_REVIEWED = 0.85, 2, 5
"""Confidence from which a lesson is given without a task, how many lessons at most, and how many of those that a person
reviewed: they are the project's own rules, as many as a brief has lessons (guesses of 2026-11-21 and 24)."""
_GRAVEST_FIRST = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR)

_OWN_SCRIPT = "<script>"
"""How a lesson names them (defined by ``lessons``; 2026-11-22)."""
_LEAST_BAD, _LEAST_SESSIONS, _LEAST_SHARE = 3, 2, 0.25
"""Edits of a file that did not stay, sessions with a known edit, and share that did not stay, from which its past is
told. Guesses of 2026-11-22: of most files nothing is taken back."""


def select_close(found: Sequence[NearLesson], least: float = 0.0) -> list[NearLesson]:
    """Return the lessons that are near enough, and about as near to the task as the nearest one.

    Whoever did not ask is told one thing, not five.
    """
    apt = [one for one in found if not _is_own_script(one.lesson)]
    nearest_of_all = max((one.similarity for one in apt), default=0.0)
    return [one for one in apt if one.similarity >= max(least, _CLOSE * nearest_of_all)]


def is_telling(past: FilePast) -> bool:
    """Tell whether the past of a file says more than that edits go well."""
    return past.bad >= _LEAST_BAD and past.sessions >= _LEAST_SESSIONS and past.bad >= _LEAST_SHARE * past.edits


def choose_standing(known: Iterable[Lesson], silent: frozenset[str], project: str) -> list[Lesson]:
    """Return the project's surest lessons, those promoted by a person first, the gravest of each first.

    ``silent``: ids not to give; what a person said yes to is given all the same.
    """
    standing = sorted((one for one in known if is_standing(one, project)), key=_rank)
    reviewed = [one for one in standing if one.state is LessonState.PROMOTED]
    others = [one for one in standing if one.state is not LessonState.PROMOTED and one.id not in silent]
    return [*reviewed, *others][: max(_MOST_STANDING, min(len(reviewed), _MOST_REVIEWED))]


def _rank(lesson: Lesson) -> tuple[int, bool, float, str]:
    return _GRAVEST_FIRST.index(lesson.severity), not lesson.always_inject, -lesson.confidence, lesson.id


def is_standing(lesson: Lesson, project: str) -> bool:
    """Tell whether a lesson is told in this project whatever the task is.

    What a person promoted holds wherever its scope says; what nobody reviewed, only in the project that it is about.
    Errors of an agent's own scripts are no trouble of the project.
    """
    if lesson.state is LessonState.PROMOTED:
        return lesson.scope in {"user", "team"} or lesson.scope_of == project
    sure = lesson.always_inject or lesson.confidence >= _SURE
    here = lesson.scope_of == project and not _is_own_script(lesson)
    return lesson.state is LessonState.ACTIVE and sure and here


def _is_own_script(lesson: Lesson) -> bool:
    """Tell whether a lesson that nobody reviewed is about scripts that an agent writes to try something."""
    return lesson.state is not LessonState.PROMOTED and _OWN_SCRIPT in lesson.description
