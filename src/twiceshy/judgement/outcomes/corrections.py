"""Corrections: which human turns correct the work done just before them, on what evidence, and how sure that is.

All that is known is added up, in points: whether a call was refused with words or the agent was stopped, what the words
are like (``outcomes.objection_wording``), what stands around them (``outcomes.correction_signs``: output of a failure,
the agent's answer, how it had ended), whether the agent removed lines again that it had put in the turn before, whether
the same thing had been asked before. A turn that only planned or answered can be corrected too; then no edit is named,
unless its lines go out again. From the points comes a probability, by a curve fitted to labelled turns, so that of
corrections with confidence .8 about eight in ten are right. From one probability on a turn counts, in every figure;
between that and a lower one it is unknown whether the work was corrected.

Points, curve and both probabilities are data (see ``outcomes.turn_signs``); how well they do on projects that they were
not fitted to stands in docs/benchmarks-corrections.md.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from twiceshy.base.values import Provenance
from twiceshy.judgement.outcomes import correction_signs
from twiceshy.judgement.outcomes.correction_signs import ShownOutput, Wording, is_approval, weigh
from twiceshy.judgement.outcomes.turns import SeenSign, Turn, load_signs, split_turns, sum_points
from twiceshy.records.events import PromptKind
from twiceshy.records.outcomes import Correction
from twiceshy.records.stories import Moment, Story
from twiceshy.stats.text.text_words import is_document

VERSION = 5
MOST_CALLS = 20
"""Calls that a correction names at most. Guess of 2026-11-21."""
_ALIKE = 0.8
"""Share of words in common from which two prompts ask for the same. Guess of 2026-11-21."""
_ALIKE_WORDS = 5
"""Different words below which two prompts are alike by chance. Guess of 2026-11-21."""
_LOOK_BACK = 3
"""Turns before that a prompt is compared with. Guess of 2026-11-21."""
NEXT_SESSION_DAYS = 7.0
"""How long after a session the next one may correct it. Guess of 2026-11-21."""
_NEXT_SESSION_LINES = 2
"""Different lines removed from which on a session corrects an earlier one: one alone may stand in any file. Guess of
2026-11-21."""
_HEAD = 6000
"""Characters of a prompt that are compared and searched for names of files. Guess of 2026-11-21."""
_MANY_LINES = 3
"""Different lines taken out again from which on a turn goes back over the work as such. Guess of 2026-11-22."""
_DECIDING = 3
"""Pieces of the words that a correction keeps. Guess of 2026-11-22: enough to see why."""


_WORDS = "words"
"""Evidence: nothing but words."""
_OF_REVIEWS = frozenset({"review", "review-voice"})
_EDITS_BEFORE = 40
"""Last edits of a session that a finding may be about (guess, 2026-11-24)."""
_SENT_AGAIN = 2
"""Earlier turns in the very same words from which on a program sends them (guess, 2026-11-24: a person who is not heard
changes the words)."""


class JudgedTurn(NamedTuple):
    """A human turn as it is judged: with what came before it."""

    before: Turn
    turn: Turn
    earlier: Sequence[Turn]
    """The last turns, with that one."""
    edited: Sequence[Moment]
    """The last edits of the session."""
    queued: bool
    """Typed while the agent worked, by a client that tells so of some of its prompts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedTurn:
    """A turn with all its signs, whether or not they make it a correction."""

    turn: Turn
    before: Turn
    seen: tuple[SeenSign, ...]
    undone: tuple[Moment, ...]
    """Edits of which the turn removes lines again."""
    refusing: bool
    """Its words were given while refusing a call."""
    stopped: bool
    """The agent was stopped before it."""
    wording: Wording
    output: ShownOutput
    repeated: bool
    """Nearly the same had been asked before."""
    nobodys: bool
    """A document, or what a program sends each time: nobody wrote it about the work before."""

    @property
    def points(self) -> float:
        """The sum of the signs' points."""
        return sum_points(self.seen)

    @property
    def probability(self) -> float:
        """How likely it is a correction; what rests on words alone is no surer than such turns were."""
        if self.wording.settled or self.nobodys:
            return 0.0
        sure = load_signs().compute_probability(self.points)
        return min(sure, load_signs().most_alone) if self.evidence == _WORDS else sure

    @property
    def evidence(self) -> str:
        """The slug of the strongest kind of evidence."""
        kinds = (
            (self.refusing, "rejected-with-words"),
            (self.stopped, "interrupt-and-words"),
            (self.wording.undo, "asked-to-undo"),
            (self.output.failure, "failure-shown"),
            (bool(self.undone), "same-hunk"),
            (self.repeated, "near-duplicate"),
        )
        return next((slug for holds, slug in kinds if holds), _WORDS)

    @property
    def deciding_words(self) -> tuple[str, ...]:
        """What in the person's words weighed most for a correction, the strongest first."""
        telling = sorted((one for one in self.seen if one.words and one.points > 0), key=lambda one: -one.points)
        return _drop_repeats(one.words for one in telling)[:_DECIDING]


def find_corrections(story: Story, speaker: Provenance = Provenance.TOOL) -> tuple[Correction, ...]:
    """Return the turns that may correct the turn before them, in order; which of them count, ``counts`` says.

    ``speaker``: whose the words of the story's human turns are, by the structure of its agent's logs.
    """
    weighed = map(weigh_turn, list_judged_turns(story))
    doubt = load_signs().doubt
    return tuple(_make_correction(one, one.turn.prompt, speaker) for one in weighed if one.probability >= doubt)


def counts(correction: Correction) -> bool:
    """Tell whether a correction is sure enough to count, in every figure."""
    return correction.confidence >= load_signs().counting


def weigh_turn(judged: JudgedTurn) -> WeighedTurn:
    """Weigh a human turn as a correction of the one before."""
    before, turn = judged.before, judged.turn
    refusing = turn.prompt is not None and turn.prompt.step.name == PromptKind.REJECTION
    stopped = bool(before.interrupts) and not refusing
    wording = weigh(turn.words, refusing=refusing, stopping=stopped)
    undone, lines = _find_undone_edits(before.edits, turn)
    output = correction_signs.read_output(before, turn)
    slugs = {
        "any": True,
        "refused": refusing,
        "refused-otherwise": refusing and not is_approval(turn.words),
        "refused-and-objects": refusing and wording.objects,
        "stopped": stopped,
        "stopped-at-call": stopped and bool(before.refusals),
        "stopped-and-objects": stopped and wording.objects,
        "lines-removed": bool(undone),
        "many-lines-removed": len(lines) >= _MANY_LINES,
        "same-file": not undone and correction_signs.has_same_file(before, turn),
        "asked-before": (repeated := _is_repeated(turn, judged.earlier)),
        "finding-on-edited": (finding := correction_signs.is_finding(turn.words, judged.edited)),
        "queued-meanwhile": judged.queued,
        "unread": wording.unread and bool(refusing or stopped or undone),
    }
    signs = load_signs().by_slug
    context = correction_signs.find_context(before, turn, objects=wording.objects)
    heard = _leave_out_reviews(wording.seen) if finding else wording.seen
    seen = (*(signs[slug].see() for slug, holds in slugs.items() if holds), *heard, *output.seen, *context)
    return WeighedTurn(
        turn=turn,
        before=before,
        seen=seen,
        undone=tuple(undone),
        refusing=refusing,
        stopped=stopped,
        wording=wording,
        output=output,
        repeated=repeated,
        nobodys=not any((refusing, stopped, finding, output.failure)) and _is_nobodys(turn, judged.earlier),
    )


def find_next_session_corrections(
    story: Story, earlier: Story, *, within_days: float = NEXT_SESSION_DAYS
) -> tuple[Correction, ...]:
    """Return the first human turn of a session if it corrects what an earlier session of the project edited.

    Empty otherwise. It counts only with proof: the words object, and the turn removes at least ``_NEXT_SESSION_LINES``
    different lines that the earlier session put into the same files. ``calls`` are the earlier session's.
    """
    first = find_objecting_first_turn(story)
    if first is None or first.prompt is None or not _is_follow_up(story, earlier, within_days):
        return ()
    edits = [moment for moment in earlier.moments if moment.changed and moment.step.failure is None]
    calls, lines = _find_undone_edits(edits, first)
    if len(lines) < _NEXT_SESSION_LINES:
        return ()
    signs, wording = load_signs(), weigh(first.words)
    points = wording.points + sum_points(signs.by_slug[slug].see() for slug in ("any", "lines-removed"))
    words = _drop_repeats(one.words for one in wording.seen if one.words and one.points > 0)
    return (
        Correction(
            prompt=first.prompt.step.uid,
            why="next-session",
            confidence=round(signs.compute_probability(points), 2),
            calls=_pick_newest(calls),
            words=words[:_DECIDING],
        ),
    )


def find_objecting_first_turn(story: Story) -> Turn | None:
    """Return the first human turn where its words object to something and it removes lines; None elsewhere.

    Fewer than ``_NEXT_SESSION_LINES`` prove nothing about what an earlier session put in.
    """
    first = next((turn for turn in split_turns(story) if turn.human), None)
    if first is None or first.prompt is None or not is_objection(first.words):
        return None
    removed = {line for _, changed in first.changes for line in changed.removed}
    return first if len(removed) >= _NEXT_SESSION_LINES else None


def is_objection(words: str) -> bool:
    """Tell whether words object to something, and are no approval and no command."""
    wording = weigh(words)
    return wording.objects and not wording.settled and not is_approval(words)


def _is_follow_up(story: Story, earlier: Story, within_days: float) -> bool:
    if story.session == earlier.session or story.project != earlier.project:
        return False
    if story.first_at is None or earlier.last_at is None:
        return False
    return timedelta(0) <= story.first_at - earlier.last_at <= timedelta(days=within_days)


def list_judged_turns(story: Story) -> Iterator[JudgedTurn]:
    """Yield each human turn that can correct, in order."""
    turns = split_turns(story)
    kinds = {turn.prompt.step.name for turn in turns if turn.prompt is not None and turn.human}
    told = PromptKind.TYPED in kinds  # some clients log every prompt as queued
    edited: deque[Moment] = deque(maxlen=_EDITS_BEFORE)
    for number, turn in enumerate(turns):
        before = turns[number - 1] if number else None
        if before is not None and turn.prompt is not None and turn.human and (before.calls or before.replies):
            queued = told and turn.prompt.step.name == PromptKind.QUEUED
            yield JudgedTurn(before, turn, turns[max(number - _LOOK_BACK, 0) : number], tuple(edited), queued)
        edited += turn.edits


def _make_correction(weighed: WeighedTurn, prompt: Moment | None, speaker: Provenance) -> Correction:
    return Correction(
        prompt=b"" if prompt is None else prompt.step.uid,
        why=weighed.evidence,
        confidence=round(weighed.probability, 2),
        calls=_find_target_calls(weighed),
        words=weighed.deciding_words,
        speaker=speaker,
    )


def _find_undone_edits(edits: Iterable[Moment], turn: Turn) -> tuple[list[Moment], set[bytes]]:
    """Return the edits of which the turn removed lines again, in order, and these lines."""
    removed: dict[bytes, set[bytes]] = {}
    for _, changed in turn.changes:
        removed.setdefault(changed.path_key, set()).update(changed.removed)
    calls, lines = [], set[bytes]()
    for call in edits if removed else ():
        gone = {line for changed in call.changed for line in changed.added if line in removed.get(changed.path_key, ())}
        if gone:
            calls.append(call)
            lines |= gone
    return calls, lines


def _is_repeated(turn: Turn, earlier: Iterable[Turn]) -> bool:
    """Tell whether one of the last turns asked for nearly the same in the same words; approvals do not count."""
    words = set(turn.words[:_HEAD].lower().split())
    if len(words) < _ALIKE_WORDS or is_approval(turn.words):
        return False
    for other in earlier:
        said = set(other.words[:_HEAD].lower().split())
        if said and len(words & said) >= _ALIKE * len(words | said):
            return True
    return False


def _leave_out_reviews(seen: Iterable[SeenSign]) -> tuple[SeenSign, ...]:
    """Return the signs but a reviewer's voice: whoever passes a finding on wants it mended, in whatever voice."""
    return tuple(one for one in seen if one.slug not in _OF_REVIEWS)


def _is_nobodys(turn: Turn, earlier: Iterable[Turn]) -> bool:
    """Tell whether nobody wrote these words about the work before: a document, or the same words again and again."""
    words = turn.words.strip()
    same = sum(other.words.strip() == words for other in earlier)
    return (same >= _SENT_AGAIN and len(words.split()) >= _ALIKE_WORDS) or is_document(words)


def _find_target_calls(weighed: WeighedTurn) -> tuple[bytes, ...]:
    """Return the calls that a correction means, newest first.

    They are the refused ones, else the edits that were removed again, else the edits of files that the words name,
    else all edits of the turn before.
    """
    before = weighed.before
    if weighed.refusing and before.refusals:
        return _pick_newest([call for call in before.refusals if call.words] or before.refusals)
    if weighed.undone:
        return _pick_newest(weighed.undone)
    words = weighed.turn.words[:_HEAD]
    named = [call for call in before.edits if any(changed.path.rpartition("/")[2] in words for changed in call.changed)]
    return _pick_newest(named or before.edits)


def _drop_repeats(pieces: Iterable[str]) -> tuple[str, ...]:
    """Return the pieces in order, without those that stand in one before."""
    kept: list[str] = []
    for piece in pieces:
        if not any(piece in other or other in piece for other in kept):
            kept.append(piece)
    return tuple(kept)


def _pick_newest(calls: Iterable[Moment]) -> tuple[bytes, ...]:
    return tuple(call.step.uid for call in reversed(list(calls)))[:MOST_CALLS]
