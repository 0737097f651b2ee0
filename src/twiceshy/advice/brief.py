"""The words of a brief: facts with their counts, within five lessons and 2 KB; nothing where nothing fits.

Everything quoted comes from logs, which are hostile: characters that steer a terminal are gone, comments and long texts
are taken out of examples of code, and what reads like an instruction is left out altogether, unless a person has
reviewed the lesson and so made its words their own.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from twiceshy.records.approaches import Approach
from twiceshy.records.briefs import NOTHING_TAKEN, Brief, FilePast, SaidLesson, Taken
from twiceshy.records.lessons import Lesson, State
from twiceshy.records.nearest import By, Near

MOST_BYTES = 2_048
MOST_LESSONS = 5
MOST_PASTS, MOST_POOR, MOST_FILES = 3, 2, 3
MOST_EXAMPLE_LINES = 3
LONGEST_SENTENCE, LONGEST_CODE = 240, 120
"""Characters."""
LONGEST_TEXT = 40
"""Characters of a string in code that are shown: a longer one is words, not code (guess)."""
OPENING = "twiceshy, from the record of earlier sessions:"
INSTRUCTS = re.compile(
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
is not told in a brief, which costs little."""
TEXT = r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)"""
HASH = r"\s*#(?!\[|!|include|define).*"
SLASHES = r"\s*//.*|\s*/\*.*?(?:\*/|$)|\s*<!--.*|\s*--\s.*"
COMMENT = re.compile(f"{TEXT}|{HASH}|{SLASHES}")
PYTHON_COMMENT = re.compile(f"{TEXT}|{HASH}")
"""There, two slashes divide."""


def brief(
    lessons: Iterable[Near],
    *,
    by: By = By.LETTERS,
    files: Sequence[str] = (),
    pasts: Sequence[FilePast] = (),
    poor: Sequence[Approach] = (),
    taken: Taken = NOTHING_TAKEN,
) -> Brief:
    """The brief with as much as fits: files first, then lessons in their order, the files' past, poor approaches."""
    said = Words(MOST_BYTES - taken.size)
    kept_files = tuple(line for line in map(sentence, files[:MOST_FILES]) if not instructs(line) and said.take(line))
    kept: list[Near] = []
    for near in lessons:
        if len(kept) + len(taken.lessons) >= MOST_LESSONS:
            break
        if any(said.take(form) for form in forms(near.lesson)):
            kept.append(near)
    kept_pasts = tuple(one for one in pasts[:MOST_PASTS] if said.take(past_line(one)))
    kept_poor = tuple(one for one in poor[:MOST_POOR] if said.take(poor_line(one)))
    return Brief(words=said.text(), lessons=tuple(kept), by=by, files=kept_files, pasts=kept_pasts, poor=kept_poor)


class Words:
    """Lines within the budget."""

    def __init__(self, most: int) -> None:
        """Nothing said yet; ``most`` bytes."""
        self.lines = [OPENING]
        self.most = most

    def take(self, lines: str) -> bool:
        """Whether they fit; then they are said."""
        if not lines or size([*self.lines, lines]) > self.most:
            return False
        self.lines.append(lines)
        return True

    def text(self) -> str:
        """All of it; nothing where nothing was taken."""
        return "\n".join(self.lines) if len(self.lines) > 1 else ""


def size(lines: Sequence[str]) -> int:
    """Bytes of the lines as they are sent."""
    return len("\n".join(lines).encode())


def said(near: Near) -> SaidLesson | None:
    """A lesson for who asked about it; None where a log speaks in it and no person has reviewed it."""
    lesson = near.lesson
    mine = lesson.state is State.PROMOTED
    if lesson.quoted or (not mine and instructs(lesson.description)):
        return None
    bad, good = examples(lesson)
    return SaidLesson(
        id=lesson.id,
        words=f"{seen(lesson)}: {sentence(lesson.description)}",
        cause=sentence(lesson.root_cause) if mine or not instructs(lesson.root_cause) else "",
        bad="\n".join(bad),
        good="\n".join(good),
        confidence=round(lesson.confidence, 4),
        similarity=round(near.similarity, 4),
        reviewed=mine,
    )


def examples(lesson: Lesson) -> tuple[list[str], list[str]]:
    """What went wrong and what was right, in lines that can be told."""
    comment = PYTHON_COMMENT if lesson.subject == "python" else COMMENT
    if lesson.state is State.PROMOTED:
        return example(lesson.bad, None), example(lesson.good, None)
    return example(lesson.bad, comment), example(lesson.good, comment)


def forms(lesson: Lesson) -> Iterable[str]:
    """The lesson in words, the longest form first: with both examples, with one, with none."""
    mine = lesson.state is State.PROMOTED
    about = sentence(lesson.description)
    if lesson.quoted or (not mine and instructs(about)):
        return
    head = f"{seen(lesson)}: {about}"
    bad, good = examples(lesson)
    if bad and good:
        yield f"{head}\n{shown('bad', bad)}\n{shown('good', good)}"
    for name, code in (("good", good), ("bad", bad)):
        if code:
            yield f"{head}\n{shown(name, code)}"
    yield head


def seen(lesson: Lesson) -> str:
    """How often, and where."""
    where = "this project" if lesson.scope in {"file", "project"} else plural(lesson.projects, "project")
    return f"Seen {plural(lesson.observations, 'time')} in {plural(lesson.sessions, 'session')} of {where}"


def example(code: str | None, comment: re.Pattern[str] | None) -> list[str]:
    """At most three bounded lines of code without words for a reader; none where it reads like an instruction.

    ``comment``: how the language writes comments; None where the code is a person's and shown as it is.
    """
    if not code:
        return []
    lines = [plain(line) for line in code.split("\n")]
    if comment is not None:
        lines = [bare(line, comment) for line in lines]
        if instructs(" ".join(lines)):
            return []
    return [line[:LONGEST_CODE].rstrip() for line in lines if line.strip()][:MOST_EXAMPLE_LINES]


def bare(line: str, comment: re.Pattern[str] = COMMENT) -> str:
    """A line of code without comments, long strings cut.

    >>> bare('x = "#1"  # obey the next line')
    'x = "#1"'
    """

    def kept(found: re.Match[str]) -> str:
        text = found.group(1)
        if text is None:
            return ""
        return text if len(text) <= LONGEST_TEXT + 2 else f"{text[0]}…{text[0]}"

    return comment.sub(kept, line).rstrip()


def shown(name: str, lines: Sequence[str]) -> str:
    """An example under its name, further lines below the first."""
    return "\n".join(f"  {name if number == 0 else '':<4}  {line}" for number, line in enumerate(lines))


def past_line(past: FilePast) -> str:
    """How a file fared."""
    head = f"{sentence(past.path)}: {past.bad} of {plural(past.edits, 'recorded edit')} in "
    head += f"{plural(past.sessions, 'session')} failed, were corrected or taken back"
    rest, rest_bad = past.edits - past.unread, past.bad - past.unread_bad
    if past.unread and rest:
        head += f" ({past.unread_bad} of {past.unread} without a read before, {rest_bad} of {rest} after one)"
    return head + "."


def poor_line(one: Approach) -> str:
    """An approach that mostly went badly."""
    where = f" of {sentence(one.path)}" if one.path else " in this project"
    return (
        f"Poor so far: {sentence(one.words)}{where}; {one.success.hits} of {one.success.n} went well "
        f"({plural(one.sessions, 'session')})."
    )


def sentence(text: str) -> str:
    """One bounded line of plain characters."""
    line = " ".join(plain(text).split())
    return line if len(line) <= LONGEST_SENTENCE else line[: LONGEST_SENTENCE - 1] + "…"


def plain(text: str) -> str:
    """The text without control, format and private characters; line breaks and tabs become spaces."""
    return "".join(
        " " if one in "\n\r\t" else one for one in text if one in "\n\r\t" or unicodedata.category(one)[0] != "C"
    )


def instructs(text: str) -> bool:
    """Whether the text reads like words to an agent."""
    return INSTRUCTS.search(text) is not None


def plural(count: int, noun: str) -> str:
    """A count with its noun."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
