"""Which text did an agent write first, and which took its place and held? Pairs of them, with what shows it.

There are four sources. In each the first text stands in a file (or was refused before it did), a later change of the
same lines took its place, and only work that ended green or accepted is chosen:

* ``finding-fixed``: a scanner's finding that the first change brought in was gone after the second;
* ``red-to-green``: the same checks failed with the first and passed with the second, and no other file changed between;
* ``correction``: a person corrected the first change, and did not correct the second;
* ``refused-edit``: a person refused the first text, and let another one be written in its place.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from difflib import SequenceMatcher
from typing import NamedTuple

from twiceshy.records.findings import ScannedEdit
from twiceshy.records.outcomes import Correction, Outcome, Task
from twiceshy.records.stories import Moment
from twiceshy_data.dataset.good_work import (
    JudgedStory,
    RefusedText,
    SeenCheck,
    Teller,
    TextOf,
    find_proof,
    name_teller,
)

# How does a part of a file read before it was changed, after a first change, and after a second one that mended it?
#
# Both changes have to meet: the second takes out or breaks up lines that the first put in. All that the second changed
# has to lie in the part, else what it gives would be half of a remedy.

_MOST_LINES = 80
"""Lines of a part: beyond it a model learns a rewrite, not a remedy (guess, 2026-11-23)."""
_CONTEXT = 20
"""Lines above and below that are shown with it: 40 in all, as fine-tuning sets usually have (guess, 2026-11-23)."""
_STRETCH = 12
"""Lines by which a part is made longer on each side to reach the end of its paragraph (guess, 2026-11-23)."""
_MOST_COMPARED = 1500
"""Lines between the first and the last difference that are compared (guess, 2026-11-23: a tenth of a second)."""
_LONGEST_FILE = 400_000
"""Characters of a file that is looked into (guess, 2026-11-21, as for the examples of lessons)."""
_SILENCER = re.compile(
    r"nolint|noqa|ts-ignore|ts-expect-error|ts-nocheck|eslint-disable|type: ?ignore|biome-ignore|pylint: ?disable"
    r"|\bskip(?:if|unless|test)?\b\s*\(|\bxfail\b|\b[tb]\.Skip|#\[ignore|@disabled|\bas any\b|\bx(?:it|describe)\(",
    re.IGNORECASE,
)
"""Marks that make a tool silent: they mend nothing."""
_REMARK = re.compile(r"^\s*(?:#(?!\[|!)|//|\*|/\*|<!--).*|\s+(?:#|//) .*$")


class ChangedPart(NamedTuple):
    """A part of a file at three times, and what stands around it, which neither change touched after the first."""

    above: str
    old: str
    """Empty where the first change only put lines in."""
    wrong: str
    right: str
    below: str


class _Span(NamedTuple):
    """A place that differs: lines from and to, in the text before and in the text after."""

    start: int
    end: int
    new_start: int
    new_end: int


def find_changed_part(old: str, wrong: str, right: str) -> ChangedPart | None:
    """Return the part that the second change mended; None where there is no such part, or it shows no remedy."""
    if max(map(len, (old, wrong, right))) > _LONGEST_FILE:
        return None
    texts = [text.split("\n") for text in (old, wrong, right)]
    first, second = _list_spans(texts[0], texts[1]), _list_spans(texts[1], texts[2])
    met = [one for one in first if any(_meets(one, other) for other in second)]
    if not met:
        return None
    start, end = _choose_bounds(texts[1], met, second)
    before = _follow_back(first, start, end)
    part = ChangedPart(
        above="\n".join(texts[1][max(start - _CONTEXT, 0) : start]),
        old="\n".join(texts[0][before[0] : before[1]]),
        wrong="\n".join(texts[1][start:end]),
        right="\n".join(texts[2][start : len(texts[2]) - (len(texts[1]) - end)]),
        below="\n".join(texts[1][end : end + _CONTEXT]),
    )
    return part if _is_remedy(part) else None


def _list_spans(before: Sequence[str], after: Sequence[str]) -> list[_Span]:
    """Return where two texts differ; nothing where they differ over too many lines."""
    start, most = 0, min(len(before), len(after))
    while start < most and before[start] == after[start]:
        start += 1
    end = 0
    while end < most - start and before[-1 - end] == after[-1 - end]:
        end += 1
    inner = before[start : len(before) - end], after[start : len(after) - end]
    if max(map(len, inner)) > _MOST_COMPARED:
        return []
    if not inner[0] or not inner[1]:
        return [_Span(start, start + len(inner[0]), start, start + len(inner[1]))] if inner[0] or inner[1] else []
    return [
        _Span(start + one, start + two, start + three, start + four)
        for kind, one, two, three, four in SequenceMatcher(None, *inner, autojunk=False).get_opcodes()
        if kind != "equal"
    ]


def _meets(first: _Span, second: _Span) -> bool:
    """Tell whether the second change takes out lines that the first put in, or puts lines between them."""
    if second.start == second.end:
        return first.new_start < second.start < first.new_end
    return second.start < first.new_end and first.new_start < second.end


def _choose_bounds(wrong: Sequence[str], met: Sequence[_Span], second: Sequence[_Span]) -> tuple[int, int]:
    """Return the part's first line and the line behind it: all of both changes, or the paragraphs of the second."""
    start, end = min(one.start for one in second), max(one.end for one in second)
    whole = min(start, *(one.new_start for one in met)), max(end, *(one.new_end for one in met))
    if whole[1] - whole[0] <= _MOST_LINES:
        return whole
    for _ in range(_STRETCH):
        start -= start > whole[0] and bool(wrong[start - 1].strip())
        end += end < whole[1] and bool(wrong[end].strip())
    return start, end


def _follow_back(first: Sequence[_Span], start: int, end: int) -> tuple[int, int]:
    """Return where the lines of a part stood before the first change; those that it took out there included."""
    begin, shift = None, 0
    stop = None
    for one in first:
        if begin is None and start < one.new_end:
            begin = one.start if start >= one.new_start else start - shift
        if stop is None and end <= one.new_end:
            stop = one.end if end > one.new_start else end - shift
        shift = one.new_end - one.end
    begin = start - shift if begin is None else begin
    return begin, max(end - shift if stop is None else stop, begin)


def _is_remedy(part: ChangedPart) -> bool:
    """Tell whether the right text says something else than the wrong one, and is neither the old one nor a silencer."""
    sizes = [text.count("\n") + 1 for text in (part.old, part.wrong, part.right)]
    if max(sizes) > _MOST_LINES or not part.wrong.strip() or not part.right.strip():
        return False
    old, wrong, right = (_strip_remarks(text) for text in (part.old, part.wrong, part.right))
    if not right or right in {old, wrong}:
        return False
    fresh = set(part.right.split("\n")) - set(part.wrong.split("\n"))
    return not any(_SILENCER.search(line) for line in fresh)


def _strip_remarks(text: str) -> str:
    """Return the text without remarks and white space."""
    return "".join("".join(_REMARK.sub("", line).split()) for line in text.split("\n"))


_LONGEST_TASK = 6_000
"""Characters of a request that are kept (guess, 2026-11-23: what fits into 4,096 tokens beside the code)."""
_FINDING = 0.9
"""Chance that a text without the finding is the better one (guess, 2026-11-23)."""
_REFUSED = 0.9
"""Chance that a text is better than the one that was refused before it (guess, 2026-11-23)."""

_DOCUMENTS = (".md", ".mdx", ".rst", ".txt", ".adoc")
"""Of a document neither a check nor a finding says which text is the better one."""
_ASSERTION = re.compile(r"\bassert|\bexpect(?:ed)?\b|\b[tb]\.(?:Error|Fatal|Fail)|\brequire\.\w+\(|\.should\b|\bwant\b")
"""What a test says its outcome must be, in the languages whose sessions were read (list of 2026-11-23)."""


class PreferencePair(NamedTuple):
    """Two texts for one place of a file, of which the second is the better one."""

    teller: Teller
    source: str
    call: bytes
    """The change that put the chosen text in."""
    at: datetime | None
    task: str
    path: str
    part: ChangedPart
    confidence: float
    lesson: str
    """What it teaches; equal for pairs that teach the same."""
    evidence: str
    """Why the chosen text counts as good: slug of the outcome."""
    weight: float = 1.0
    """More where a person called the chat of the chosen text good."""


class _Link(NamedTuple):
    """One change of a file whose whole text is known before and after."""

    place: int
    call: bytes
    before: bytes | None
    after: bytes


_Begun = tuple[int, Task]
"""A task, and the place where it began."""


class _Again(NamedTuple):
    """A file, and how often it was changed."""

    path: str
    times: int


def find_pairs(judged: JudgedStory, text_of: TextOf) -> Iterator[PreferencePair]:
    """Yield the pairs of a session, the surest source first; each chosen change once."""
    seen = set[tuple[bytes, str]]()
    work = _Work(judged, text_of)
    for source in (_find_fixed_findings, _find_red_to_green, _find_corrected, _find_refused):
        for pair in source(work):
            if (pair.call, pair.path) not in seen and not pair.path.endswith(_DOCUMENTS):
                seen.add((pair.call, pair.path))
                yield pair


class _Work:
    """The session's changes by file, and what became of them."""

    def __init__(self, judged: JudgedStory, text_of: TextOf) -> None:
        self.judged = judged
        self.text_of = text_of
        self.moments = judged.story.moments
        places = {moment.step.uid: place for place, moment in enumerate(self.moments)}
        self.places = places
        self.links: dict[str, list[_Link]] = {}
        for one in judged.written:
            if one.changed is not None and one.changed.after is not None and not one.changed.deleted:
                link = _Link(one.place, one.call, one.changed.before, one.changed.after)
                self.links.setdefault(one.path, []).append(link)
        self.tasks = [(places[one.prompt], one) for one in judged.result.tasks if one.prompt in places]
        self.tasks.sort(key=lambda pair: pair[0])
        self.gone = judged.fates.corrected | judged.fates.rolled_back
        self.teller = name_teller(judged.story)

    def find_task(self, place: int) -> _Begun | None:
        """Return the task that a moment belongs to, with the place where it began."""
        return next((pair for pair in reversed(self.tasks) if pair[0] <= place), None)

    def find_good_task(self, place: int) -> tuple[_Begun, Outcome] | tuple[None, None]:
        """Return the task that a moment belongs to, with what shows that its work ended well; else nothing."""
        task = self.find_task(place)
        proof = None if task is None else find_proof(task[1])
        return (None, None) if task is None or proof is None else (task, proof)

    def find_only_file(self, after: int, before: int) -> _Again | None:
        """Return the file that was changed between two places; None where it was none, or not it alone."""
        paths = [one.path for one in self.judged.written if after < one.place < before]
        return _Again(paths[0], len(paths)) if len(set(paths)) == 1 else None

    def compare_refused(self, refused: RefusedText, link: _Link) -> ChangedPart | None:
        """Return the part that a change put in where another text had been refused."""
        old = self.read(link.before)
        if link.call in self.gone or (refused.old and old.count(refused.old) != 1):
            return None
        wrong = old.replace(refused.old, refused.new) if refused.old else refused.new
        part = find_changed_part(old, wrong, self.read(link.after))
        return part if part is not None and self.is_kept(part, refused.path, link.place) else None

    def find_end(self, start: int) -> int:
        """Return the place behind the last moment of the task that begins there."""
        return next((place for place, _ in self.tasks if place > start), len(self.moments))

    def read(self, body: bytes | None) -> str:
        """Return a file's text; that of one that was not there is empty."""
        return "" if body is None else self.text_of(body)

    def make_pair(self, chain: Sequence[_Link], first: int, path: str) -> ChangedPart | None:
        """Return the part that the changes from ``first`` on mended, of what those before it had put in."""
        if not 0 < first < len(chain):
            return None
        old, wrong, right = chain[0].before, chain[first].before, chain[-1].after
        if wrong is None or any(link.call in self.gone for link in chain[first:]):
            return None
        part = find_changed_part(self.read(old), self.read(wrong), self.read(right))
        return part if part is not None and self.is_kept(part, path, chain[-1].place) else None

    def is_kept(self, part: ChangedPart, path: str, place: int) -> bool:
        """Tell whether the chosen text still stands in the file when the session is done with it."""
        last = self.links[path][-1]
        return last.place == place or part.right in self.read(last.after)

    def find_chain(self, path: str, start: int, end: int) -> list[_Link]:
        """Return the last changes of a file between two places of which each begins where the one before ended."""
        chain: list[_Link] = []
        for link in self.links.get(path, ()):
            if not start <= link.place < end:
                continue
            if chain and chain[-1].after != link.before:
                chain = []
            chain.append(link)
        return chain

    def describe(self, place: int, task: _Begun) -> str:
        """Return what was asked for when the work at a place was done: the task's first words, and the last ones."""
        asked = [moment.text.strip() for moment in self.moments[task[0] : place] if moment.human]
        words = dict.fromkeys((self.moments[task[0]].text.strip(), *asked[-1:]))
        text = "\n\n".join(filter(None, words))
        return text if len(text) <= _LONGEST_TASK else text[:_LONGEST_TASK].rstrip() + " …"


def _find_red_to_green(work: _Work) -> Iterator[PreferencePair]:
    """Yield what the same checks said no to, and then yes."""
    last: dict[str, SeenCheck] = {}
    for check in work.judged.checks:
        red, last[check.key] = last.get(check.key), check
        if red is not None and not red.green and check.green and _covers(red, check):
            yield from _pair_checks(work, red, check)


def _pair_checks(work: _Work, red: SeenCheck, green: SeenCheck) -> Iterator[PreferencePair]:
    """Yield the change of one file that lies between two runs of the same checks, if that is all that does."""
    task = work.find_task(red.place)
    again = work.find_only_file(red.place, green.place)
    if task is None or again is None or work.find_end(task[0]) <= green.place:
        return
    chain = work.find_chain(again.path, task[0], green.place)
    part = work.make_pair(chain, len(chain) - again.times, again.path)
    if part is None or _changes_assertion(part):
        return
    yield PreferencePair(
        teller=work.teller,
        source="red-to-green",
        call=chain[-1].call,
        at=_time_of(work.moments[red.place]),
        task=work.describe(red.place, task),
        path=again.path,
        part=part,
        confidence=min(red.confidence, green.confidence),
        lesson=red.problem or green.key,
        evidence="checks-green",
    )


def _changes_assertion(part: ChangedPart) -> bool:
    """Tell whether the remedy changes what is asserted: a test can be bent until it passes."""
    changed = set(part.wrong.split("\n")) ^ set(part.right.split("\n"))
    return any(_ASSERTION.search(line) for line in changed)


def _covers(red: SeenCheck, green: SeenCheck) -> bool:
    """Tell whether the green run did all that the red one did, as far as both counted."""
    if green.passed is None or red.passed is None:
        return True
    return green.passed >= red.passed + red.failed > 0


def _find_fixed_findings(work: _Work) -> Iterator[PreferencePair]:
    """Yield the changes that brought in a finding, and those that took it out."""
    edits = work.judged.scanned
    for number, edit in enumerate(edits):
        for fault in edit.change.introduced:
            gone = next((one for one in edits[number + 1 :] if _fixes(one, edit.path, fault.fingerprint)), None)
            if gone is not None and edit.call in work.places and gone.call in work.places:
                yield from _pair_finding(work, edit, gone, fault.rule)


def _fixes(edit: ScannedEdit, path: str, fingerprint: bytes) -> bool:
    """Tell whether an edit took a finding out."""
    return edit.path == path and any(one.fingerprint == fingerprint for one in edit.change.fixed)


def _pair_finding(work: _Work, edit: ScannedEdit, gone: ScannedEdit, rule: str) -> Iterator[PreferencePair]:
    place, end = work.places[edit.call], work.places[gone.call]
    task, proof = work.find_good_task(place)
    chain = work.find_chain(edit.path, place, end + 1)
    if task is None or proof is None or not chain or chain[0].call != edit.call:
        return
    part = work.make_pair(chain, len(chain) - 1, edit.path)
    if part is not None:
        yield PreferencePair(
            teller=work.teller,
            source="finding-fixed",
            call=gone.call,
            at=_time_of(work.moments[place]),
            task=work.describe(place, task),
            path=edit.path,
            part=part,
            confidence=min(_FINDING, proof.confidence),
            lesson=rule,
            evidence=proof.why,
        )


def _find_corrected(work: _Work) -> Iterator[PreferencePair]:
    """Yield what a person corrected, and what stood there when that was done."""
    people = [place for place, moment in enumerate(work.moments) if moment.human]
    for one in work.judged.result.corrections:
        said = work.places.get(one.prompt)
        meant = [work.places[call] for call in one.calls if call in work.places]
        if said is not None and meant:
            end = next((place for place in people if place > said), len(work.moments))
            yield from _pair_correction(work, one, meant, (said, end))


def _pair_correction(
    work: _Work, one: Correction, meant: Sequence[int], turn: tuple[int, int]
) -> Iterator[PreferencePair]:
    """Yield the change of one file that a corrected turn brought, if it changed no other."""
    first = min(meant)
    task, proof = work.find_good_task(first)
    again = work.find_only_file(*turn)
    if task is None or proof is None or again is None:
        return
    chain = work.find_chain(again.path, first, turn[1])
    part = work.make_pair(chain, len(chain) - again.times, again.path)
    if part is not None and any(link.place in meant for link in chain[: -again.times]):
        yield PreferencePair(
            teller=work.teller,
            source="correction",
            call=chain[-1].call,
            at=_time_of(work.moments[first]),
            task=work.describe(first, task),
            path=again.path,
            part=part,
            confidence=min(one.confidence, proof.confidence),
            lesson=f"correction {one.prompt.hex()}",
            evidence=proof.why,
        )


def _find_refused(work: _Work) -> Iterator[PreferencePair]:
    """Yield what a person refused, and what was let in instead."""
    for one in work.judged.refused:
        task, proof = work.find_good_task(one.place)
        if task is None or proof is None:
            continue
        end = work.find_end(task[0])
        link = next((item for item in work.links.get(one.path, ()) if one.place < item.place < end), None)
        part = None if link is None else work.compare_refused(one, link)
        if link is not None and part is not None:
            yield PreferencePair(
                teller=work.teller,
                source="refused-edit",
                call=link.call,
                at=_time_of(work.moments[one.place]),
                task=work.describe(one.place, task),
                path=one.path,
                part=part,
                confidence=min(_REFUSED, proof.confidence),
                lesson=f"refusal {one.call.hex()}",
                evidence=proof.why,
            )


def _time_of(moment: Moment) -> datetime | None:
    return None if moment.step.at is None else datetime.fromtimestamp(moment.step.at, UTC)
