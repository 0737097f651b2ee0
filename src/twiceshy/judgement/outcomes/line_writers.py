"""Find who wrote each line that a commit brought into a file, from the edits that the logs of its sessions hold.

The file is followed through the edits: what an edit changed is its session's; what changed between two edits, or
between the last one and the commit, no log holds. That is a person's work where nothing else can have written it, else
nobody's. What stood in the file before the commit is no part of the answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import partial
from operator import add
from typing import Final, NamedTuple

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes.word_origins import OriginLine, carry_origins, split_lines, start_lines
from twiceshy.records.attribution import LineSpan, LineWriter, WriterKind

Writer = LineWriter[Scrubbed]
HUMAN: Final[Writer] = LineWriter(kind=WriterKind.HUMAN)
UNKNOWN: Final[Writer] = LineWriter(kind=WriterKind.UNKNOWN)
_TELLING: Final = 20
"""Letters and digits from which a line is known again wherever it stands. Guess of 2026-11-23: as of a moved block."""
_ALIKE: Final = 0.5
"""Share of a file's lines from which it is the one that a session began with, and not another branch's. Guess of
2026-11-23."""
_CHANGED: Final = 0.5
"""Share of a line's new words that nobody knows the writer of, above which nobody wrote the line. Guess of
2026-11-23."""


class FollowedEdit(NamedTuple):
    """One edit of the file, by a session."""

    at: float
    """Seconds since 1970."""
    before: str | None
    """Whole file, or with ``partial`` the part that was replaced; None where it is not known."""
    after: str | None
    writer: Writer
    partial: bool = False
    outside: Writer = HUMAN
    """Who changed the file since the edit before, if somebody did."""
    sure: bool = True
    """Its session is linked to the commit; else it is followed only where it began with this very file."""
    early: bool = False
    """The file was committed after it: what is in that commit is no source of this one."""


class FileChangeQuery(NamedTuple):
    """A file of a commit whose lines' writers are wanted."""

    base: str
    """The file before the commit; empty where it is new."""
    text: str
    """The file in the commit."""
    edits: Sequence[FollowedEdit]
    """Of all sessions that the commit has work of, before the commit, by time."""
    outside: Writer = HUMAN
    """Who changed the file since the last edit, if somebody did."""
    elsewhere: Sequence[str] = ()
    """Lines that the commit took out of other files. They are counted behind those of ``base``."""


class FoundLine(NamedTuple):
    """One line of the file in the commit."""

    writer: Writer | None
    """None: it stood there before the commit."""
    base_line: int
    """Number of the line before the commit that most of its kept words are from; 0: none. Above those of the file: one
    of another file."""
    kept: float
    """Share of its words that are from there, by length."""
    stood: bool = False
    """All of it stood in the file before the commit, or in what the commit took out, whatever edits lie between."""


def find_line_writers(asked: FileChangeQuery) -> list[FoundLine]:
    """Return the writer of each line of the file in the commit."""
    lines = split_lines(asked.text)
    before = start_lines(asked.base, lambda number: number)
    elsewhere = start_lines("\n".join(asked.elsewhere), partial(add, len(before)))
    olds = carry_origins(before, asked.text, 0, elsewhere)
    loose: dict[str, Writer] = {}
    asked = asked._replace(edits=_leave_committed(asked))
    state, lost = _choose_state(asked, loose)
    news = carry_origins(state, asked.text, asked.outside, lost)
    found = [_judge_line(old, new, loose, asked.outside) for old, new in zip(olds, news, strict=True)]
    return list(_settle_wordless(lines, found))


def list_spans(found: Sequence[FoundLine]) -> tuple[LineSpan[Scrubbed], ...]:
    """Return the lines that the commit brought in, by writer; lines of which nobody knows the writer are left out."""
    spans: list[LineSpan[Scrubbed]] = []
    for number, one in enumerate(found, 1):
        if one.writer is None or one.writer.kind is WriterKind.UNKNOWN:
            continue
        if spans and spans[-1].last == number - 1 and spans[-1].writer == one.writer:
            spans[-1] = spans[-1]._replace(last=number)
        else:
            spans.append(LineSpan(number, number, one.writer))
    return tuple(spans)


class LineNumbers(NamedTuple):
    """What git says a commit did to the lines of one file, by their numbers from 1."""

    added: frozenset[int]
    """Of the file in the commit."""
    removed: frozenset[int]
    """Of the file before it."""


def keep_added(found: Sequence[FoundLine], git: LineNumbers, base: int) -> list[FoundLine]:
    """Return the same lines, as new ones only those that git says the commit added.

    Git and we may call different ones of equal lines the new one: its writer goes to the one that git names. A line
    that git calls new and we found in what the commit took out was moved, and has no writer here.

    Args:
        found: the lines of the file in the commit.
        git: which lines git says were added and removed.
        base: how many lines the file had before; higher numbers are of other files.
    """
    spares = (one.writer for number, one in enumerate(found, 1) if one.writer and number not in git.added)
    spare = next(spares, UNKNOWN)
    kept: list[FoundLine] = []
    last: Writer | None = None
    for number, one in enumerate(found, 1):
        writer = one.writer if number in git.added else None
        moved = one.stood and (one.base_line > base or one.base_line in git.removed)
        if writer is None and number in git.added and not moved:
            writer = last or spare
        last = writer
        kept.append(one._replace(writer=writer))
    return kept


def _leave_committed(asked: FileChangeQuery) -> Sequence[FollowedEdit]:
    """Return the edits without those that were committed before, as far as that is sure.

    An edit is open while a line that it added stands in the commit and not before it. Then those around it may be its
    beginning: of these only the ones go whose every line is in the file before the commit.
    """
    base, text = ({line.strip() for line in split_lines(one)} for one in (asked.base, asked.text))
    fresh = [_list_added(edit) - base if edit.early else {""} for edit in asked.edits]
    if any(edit.early and lines & text for edit, lines in zip(asked.edits, fresh, strict=True)):
        first = next(at for at, lines in enumerate(fresh) if lines)
        return asked.edits[first:]
    return [edit for edit in asked.edits if not edit.early]


def _list_added(edit: FollowedEdit) -> set[str]:
    """Return the lines that an edit put in, without white space around them."""
    before = {line.strip() for line in (edit.before or "").split("\n")}
    return {bare for line in (edit.after or "").split("\n") if (bare := line.strip()) and bare not in before}


_Origin = Writer | int
"""A writer, or the number of a line that stood in the file before the commit."""
_Lines = list[OriginLine[_Origin]]


def _choose_state(asked: FileChangeQuery, loose: dict[str, Writer]) -> tuple[_Lines, _Lines]:
    """Return the last state of the file, or the one that the commit has; and the lines that were lost until then.

    Whole lines that edits wrote are noted in ``loose``: they are known again wherever they stand.
    """
    state: _Lines = start_lines(asked.base, lambda number: number)
    lost: _Lines = start_lines("\n".join(asked.elsewhere), partial(add, len(state)))
    same: tuple[_Lines, _Lines] | None = None
    wanted = [line.strip() for line in split_lines(asked.text)]
    text = asked.base
    for edit in asked.edits:
        placed = _place_edit(edit, text)
        if placed is None:
            _note_fragment(edit, loose)
            continue
        if not edit.sure and SequenceMatcher(None, split_lines(text), split_lines(placed[0])).ratio() < _ALIKE:
            continue
        before, after = placed
        if before != text:
            state = carry_origins(state, before, edit.outside, lost)
        state, text = carry_origins(state, after, edit.writer, lost), after
        _note_written(state, edit.writer, loose)
        if [one.text for one in state] == wanted:
            same = state, list(lost)
    return same or (state, lost)


def _note_written(state: _Lines, writer: Writer, loose: dict[str, Writer]) -> None:
    """Note the telling lines of which somebody wrote every word."""
    for one in state:
        own = bool(one.origins) and all(origin is writer for origin in one.origins)
        if own and sum(map(str.isalnum, one.text)) >= _TELLING:
            loose.setdefault(one.text, writer)


def _place_edit(edit: FollowedEdit, text: str) -> tuple[str, str] | None:
    """Return the whole file before and after an edit; None where that is not known."""
    if edit.before is None or edit.after is None:
        return None
    if not edit.partial:
        return edit.before, edit.after
    if not edit.before or text.count(edit.before) != 1:
        return None
    return text, text.replace(edit.before, edit.after)


def _note_fragment(edit: FollowedEdit, loose: dict[str, Writer]) -> None:
    """Note the telling lines that an edit added of which the place is not known."""
    known = {line.strip() for line in (edit.before or "").splitlines()}
    for line in (edit.after or "").splitlines():
        bare = line.strip()
        if bare not in known and sum(map(str.isalnum, bare)) >= _TELLING:
            loose.setdefault(bare, edit.writer)


def _judge_line(
    old: OriginLine[int], new: OriginLine[_Origin], loose: Mapping[str, Writer], outside: Writer
) -> FoundLine:
    """Return the writer of one line from what is kept of the file before the commit and what the edits wrote.

    The edits are the finer steps, so they come first: a line that two texts have in common is seldom the only one.
    """
    if not old.words:
        origin = _choose_origin(old.born, new.born)
        kept = {origin: 1} if isinstance(origin, int) else {}
        written = {} if isinstance(origin, int) else {origin: 1}
    else:
        kept, written = _weigh_origins(old, new)
    base_line = max(kept, key=lambda number: kept[number], default=0)
    share = sum(kept.values()) / (sum(kept.values()) + sum(written.values()))
    if not written:
        return FoundLine(None, base_line, share, all(old.origins) if old.words else bool(old.born))
    if (known := loose.get(new.text)) is not None and set(written) <= {outside}:
        written = {known: 1}
    return FoundLine(_name_writer(written), base_line, share)


def _choose_origin(was: int, origin: _Origin) -> _Origin:
    """Return whence a word is: the edits' own, else the file before the commit where it is kept of that."""
    return was if was and isinstance(origin, LineWriter) and not origin.session else origin


def _weigh_origins(old: OriginLine[int], new: OriginLine[_Origin]) -> tuple[dict[int, int], dict[Writer, int]]:
    """Return the length of a line's words by the line before the commit, and by who wrote those that are new."""
    kept: dict[int, int] = {}
    written: dict[Writer, int] = {}
    for word, was, given in zip(old.words, old.origins, new.origins, strict=True):
        origin = _choose_origin(was, given)
        if isinstance(origin, int):
            kept[origin] = kept.get(origin, 0) + len(word)
        else:
            written[origin] = written.get(origin, 0) + len(word)
    return kept, written


def _name_writer(weights: Mapping[Writer, int]) -> Writer:
    """Return the one who wrote a line's new words; ``mixed`` where an agent and a person did."""
    total = sum(weights.values())
    unknown = sum(size for one, size in weights.items() if one.kind is WriterKind.UNKNOWN)
    if unknown > _CHANGED * total:
        return UNKNOWN
    known = {one: size for one, size in weights.items() if one.kind is not WriterKind.UNKNOWN}
    agents = {one: size for one, size in known.items() if one.kind is not WriterKind.HUMAN}
    if not agents:
        return HUMAN
    first = max(agents, key=lambda one: agents[one])
    return first if len(agents) == len(known) else mix(first)


def mix(writer: Writer) -> Writer:
    """Return the writer of a line that both this agent and a person wrote."""
    return LineWriter(
        kind=WriterKind.MIXED,
        agent=writer.agent,
        session=writer.session,
        native_id=writer.native_id,
        chat=writer.chat,
        model=writer.model,
    )


def _settle_wordless(lines: Sequence[str], found: Sequence[FoundLine]) -> Iterator[FoundLine]:
    """Yield the lines; a bracket that no edit wrote is whose the line before it is, a blank whose lines are around."""
    last: Writer | None = None
    for at, one in enumerate(found):
        if one.writer is None or one.writer.session or any(map(str.isalnum, lines[at])):
            yield one
            last = one.writer
            continue
        behind = found[at + 1].writer if at + 1 < len(found) else None
        if last is not None and (lines[at].strip() or last == behind):
            yield one._replace(writer=last)
        else:
            yield one
            last = one.writer
