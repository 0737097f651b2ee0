"""Find who wrote each line that a commit brought into a file, from the edits that the logs of its sessions hold.

The file is followed through the edits: what an edit changed is its session's; what changed between two edits, or
between the last one and the commit, no log holds. That is a person's work where nothing else can have written it, else
nobody's. What stood in the file before the commit is no part of the answer.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache, partial
from operator import add
from typing import Final, Generic, NamedTuple, TypeVar

from twiceshy.base.values import Scrubbed
from twiceshy.records.authorship import LineSpan, LineWriter, WriterKind

# Follow each word of a text through its versions: what is kept keeps its origin, what is new gets the newcomer's.
#
# Words and operators count; white space, brackets, commas and quotes do not, so that a formatter changes nobody's
# lines. A block that was taken out in one place and stands in another was moved, not written. A line of which little is
# kept was written anew: a word in common with the one before it is chance.

O = TypeVar("O")  # noqa: E741  # an origin, whatever the caller takes for one

_WORD: Final = re.compile(r"\w+|[=<>!+\-*/%&|^~?:@#]")
_MOVED: Final = 20
"""Letters and digits of a block that is known again where it was moved to. Guess of
2026-11-23: as ``git blame -M`` has it (git 2.39)."""
_KEPT: Final = 0.3
"""Share of a line's words, by length, below which what it has in common with an older line is chance. Guess of
2026-11-23."""
_SEED: Final = 3
"""Words by which a place is looked for. Guess of 2026-11-23."""
_MOST_STARTS: Final = 20
"""Places that are tried for one. Guess of 2026-11-23."""
_MOST_PAIRS: Final = 4_000_000
"""Lines before times lines after of one difference that is looked for exactly. Guess of 2026-11-23: two seconds."""
_MOST_WORDS: Final = 3_000
"""Words of one changed place that are compared one by one. Guess of 2026-11-23: a quarter of a second."""


class OriginLine(NamedTuple, Generic[O]):
    """One line, and whence each of its words is."""

    text: str
    """Without white space around it."""
    indent: int
    """Blanks before it."""
    words: tuple[str, ...]
    origins: tuple[O, ...]
    """One a word."""
    born: O
    """Of the line itself: for lines without words."""


def split_lines(text: str) -> list[str]:
    """Return the lines of a text as git counts them."""
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]


def start_lines(text: str, origin_of: Callable[[int], O]) -> list[OriginLine[O]]:
    """Return the lines of a text; ``origin_of`` gives the origin of each by its number from 1."""
    return [_make_line(line, origin_of(number)) for number, line in enumerate(split_lines(text), 1)]


def carry_origins(
    old: Sequence[OriginLine[O]], text: str, newcomer: O, removed: list[OriginLine[O]]
) -> list[OriginLine[O]]:
    """Return the lines of the next version of a text; what is new in it is the newcomer's.

    ``removed`` holds the lines that earlier versions lost: a block of them that comes back keeps its origins. Those
    that this version loses are added.
    """
    new = start_lines(text, lambda _: newcomer)
    kept, places = _compare(old, new)
    for was, number in kept:
        new[number] = _take(new[number], old[was])
    lost = [old[number] for place in places for number in place.olds]
    fresh = [number for place in places for number in place.news]
    moved = _restore_moved(new, fresh, [*removed, *lost]) if _may_be_moved(new, fresh) else frozenset()
    for place in places:
        _carry_words([old[number] for number in place.olds], new, sorted(set(place.news) - moved))
    removed += lost
    return new


class _Place(NamedTuple):
    """Where two texts differ: the numbers of the lines of each, from 0."""

    olds: range
    news: range


def list_lost_lines(before: str, after: str) -> list[tuple[int, str]]:
    """Return number and text of the lines that a text lost."""
    _, places = _compare(start_lines(before, int), start_lines(after, int))
    lines = split_lines(before)
    return [(number + 1, lines[number]) for place in places for number in place.olds]


def _make_line(text: str, origin: O) -> OriginLine[O]:
    bare, indent, words = _split_line(text)
    return OriginLine(bare, indent, words, (origin,) * len(words), origin)


@lru_cache(maxsize=1 << 15)  # a version of a file has nearly the lines of the one before it
def _split_line(text: str) -> tuple[str, int, tuple[str, ...]]:
    """Return a line without white space around it, the blanks before it, and its words."""
    return text.strip(), len(text) - len(text.lstrip()), tuple(_WORD.findall(text))


def _take(line: OriginLine[O], source: OriginLine[O]) -> OriginLine[O]:
    """Return a line with the origins of an equal one."""
    return line._replace(origins=source.origins, born=source.born)


def _compare(old: Sequence[OriginLine[O]], new: Sequence[OriginLine[O]]) -> tuple[list[tuple[int, int]], list[_Place]]:
    """Return the lines that are kept, each with its new number, and the places that differ."""
    olds, news = [one.text for one in old], [one.text for one in new]
    shorter = min(len(olds), len(news))
    start = 0
    while start < shorter and olds[start] == news[start]:
        start += 1
    end = 0
    while end < shorter - start and olds[-1 - end] == news[-1 - end]:
        end += 1
    left, right = olds[start : len(olds) - end], news[start : len(news) - end]
    places = []
    rough = len(left) * len(right) > _MOST_PAIRS
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=rough).get_opcodes():
        if tag != "equal":
            places.append(_Place(range(start + i1, start + i2), range(start + j1, start + j2)))
    ends = [*places[1:], _Place(range(len(olds), len(olds)), range(len(news), len(news)))]
    before = _Place(range(0), range(0))
    for at, (place, behind) in enumerate(zip(places, ends, strict=False)):  # no place: an end alone
        before = places[at] = _slide(place, before, behind, old, new)
    return list(_list_kept(places, len(olds), len(news))), places


def _list_kept(places: Sequence[_Place], olds: int, news: int) -> Iterator[tuple[int, int]]:
    """Yield the lines outside of the places."""
    was = now = 0
    for place in [*places, _Place(range(olds, olds), range(news, news))]:
        yield from zip(range(was, place.olds.start), range(now, place.news.start), strict=True)
        was, now = place.olds.stop, place.news.stop


def _slide(
    place: _Place, before: _Place, behind: _Place, old: Sequence[OriginLine[O]], new: Sequence[OriginLine[O]]
) -> _Place:
    """Move a place where lines were only put in, or only taken out, to where a block would begin.

    What ends a block often ends the one before it, too: either end may be the new one. As git does, the place is taken
    whose first line stands least deep, behind a blank line.
    """
    if bool(place.olds) == bool(place.news):
        return place
    lines, block = (new, place.news) if place.news else (old, place.olds)
    most_up, most_down = place.olds.start - before.olds.stop, behind.olds.start - place.olds.stop
    up = down = 0
    while up < most_up and lines[block.start - up - 1].text == lines[block.stop - up - 1].text:
        up += 1
    while down < most_down and lines[block.start + down].text == lines[block.stop + down].text:
        down += 1
    step = min(range(-up, down + 1), key=lambda step: (*_rate_start(lines, block.start + step), abs(step)))
    return _Place(*(range(one.start + step, one.stop + step) for one in place))


def _rate_start(lines: Sequence[OriginLine[O]], at: int) -> tuple[bool, bool, int]:
    """Return how badly a block would begin there."""
    return not lines[at].text, at > 0 and bool(lines[at - 1].text), lines[at].indent


def _may_be_moved(new: Sequence[OriginLine[O]], open_lines: Sequence[int]) -> bool:
    """Tell whether these lines have enough words to be known again."""
    return _count_letters(new[number].text for number in open_lines) >= _MOVED


def _restore_moved(
    new: list[OriginLine[O]], open_lines: Sequence[int], lost: Sequence[OriginLine[O]]
) -> frozenset[int]:
    """Give words that were taken out elsewhere, many in a row, their origins back; return the lines that are of them.

    Where lines end does not matter: a block may be wrapped where it is put.
    """
    before = [pair for one in lost for pair in zip(one.words, one.origins, strict=True)]
    after = [(number, at) for number in open_lines for at in range(len(new[number].words))]
    runs = _find_runs([new[number].words[at] for number, at in after], [word for word, _ in before])
    found: defaultdict[int, dict[int, O]] = defaultdict(dict)
    for begin, start, length in runs:
        origins = (origin for _, origin in before[start : start + length])
        for (number, at), origin in zip(after[begin : begin + length], origins, strict=True):
            found[number][at] = origin
    return frozenset(number for number, words in found.items() if _restore_line(new, number, words))


def _find_runs(fresh: Sequence[str], gone: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yield where runs of words that were taken out stand: the place in both, and how many words."""
    places: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    known = set(fresh)  # most of what was taken out has no word of it
    for at in range(len(gone) - _SEED + 1):
        if gone[at] in known:
            places[tuple(gone[at : at + _SEED])].append(at)
    begin = 0
    while begin <= len(fresh) - _SEED:
        starts = places.get(tuple(fresh[begin : begin + _SEED]), ())[:_MOST_STARTS]
        length, start = max(((_measure_run(fresh, begin, gone, at), -at) for at in starts), default=(0, 0))
        if _count_letters(fresh[begin : begin + length]) >= _MOVED:
            yield begin, -start, length
            begin += length
        else:
            begin += 1


def _restore_line(new: list[OriginLine[O]], number: int, words: Mapping[int, O]) -> bool:
    """Put origins into a line, and tell whether most of it has one now."""
    new[number] = _put_origins(new[number], words)
    return 2 * len(words) >= len(new[number].words)


def _count_letters(texts: Iterable[str]) -> int:
    return sum(char.isalnum() for text in texts for char in text)


def _measure_run(fresh: Sequence[str], begin: int, gone: Sequence[str], start: int) -> int:
    """Return how many words from two places on are equal."""
    length = 0
    while begin + length < len(fresh) and start + length < len(gone) and fresh[begin + length] == gone[start + length]:
        length += 1
    return length


def _carry_words(old: Sequence[OriginLine[O]], new: list[OriginLine[O]], numbers: Sequence[int]) -> None:
    """Give the words of these lines the origins of the words that they replace, one by one."""
    before = [pair for one in old for pair in zip(one.words, one.origins, strict=True)]
    after = [(number, at) for number in numbers for at in range(len(new[number].words))]
    if not before or not after or max(len(before), len(after)) > _MOST_WORDS:
        return
    kept: defaultdict[int, dict[int, O]] = defaultdict(dict)
    fresh = [new[number].words[at] for number, at in after]
    matcher = SequenceMatcher(None, [word for word, _ in before], fresh, autojunk=False)
    for start, begin, size in matcher.get_matching_blocks():
        for (_, origin), (number, at) in zip(before[start : start + size], after[begin : begin + size], strict=True):
            kept[number][at] = origin
    for number, words in kept.items():
        new[number] = _put_origins(new[number], words)


def _put_origins(line: OriginLine[O], known: Mapping[int, O]) -> OriginLine[O]:
    """Return a line with these origins of its words, by place; as it is where they are few."""
    if sum(len(line.words[at]) for at in known) < _KEPT * sum(map(len, line.words)):
        return line
    return line._replace(origins=tuple(known.get(at, origin) for at, origin in enumerate(line.origins)))


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
