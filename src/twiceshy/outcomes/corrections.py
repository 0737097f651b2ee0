"""Corrections: which human turns correct the work done just before them, on what evidence, and how sure that is.

A turn can correct only if the turn before it acted (edited or ran something). Then all that is known is added up, in
points of log-odds: whether a call was refused with words or the agent was stopped, what the words are like
(``outcomes.objection_wording``), what stands around them (``outcomes.correction_signs``: output of a failure, the
agent's answer, how it had ended), whether the agent removed lines again that it had put in the turn before, whether
the same thing had been asked before. From a threshold on it is a correction. The threshold is set for precision,
since an outcome must be an event with proof: a correction that is not found here is not proved, and its absence is no
proof that all was well.

Points, threshold and the confidence of each kind of evidence are data (see ``outcomes.turn_signs``); they stand with
their intervals in docs/benchmarks-outcomes.md.
"""

from collections.abc import Iterable
from datetime import timedelta

from twiceshy.outcomes import correction_signs
from twiceshy.outcomes.objection_wording import is_approval, weigh
from twiceshy.outcomes.turn_signs import load_signs
from twiceshy.outcomes.turns import Turn, split_turns
from twiceshy.records.events import PromptKind
from twiceshy.records.outcomes import Correction
from twiceshy.records.stories import Moment, Story

VERSION = 2
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


def find_corrections(story: Story) -> tuple[Correction, ...]:
    """Return the turns that correct the turn before them, in order."""
    told = split_turns(story)
    found: list[Correction] = []
    for number in range(1, len(told)):
        before, turn = told[number - 1], told[number]
        if turn.prompt is not None and turn.human and before.has_acted:
            repeated = _is_repeated(turn, told[max(number - _LOOK_BACK, 0) : number])
            if (correction := _judge_turn(before, turn, turn.prompt, repeated=repeated)) is not None:
                found.append(correction)
    return tuple(found)


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
    why = "next-session"
    return (
        Correction(
            prompt=first.prompt.step.uid, why=why, confidence=load_signs().confidence[why], calls=_pick_newest(calls)
        ),
    )


def find_objecting_first_turn(story: Story) -> Turn | None:
    """Return the first human turn where its words object to something; None where they do not."""
    first = next((turn for turn in split_turns(story) if turn.human), None)
    if first is None or first.prompt is None:
        return None
    wording = weigh(first.words)
    return first if wording.objects and not wording.settled and not is_approval(first.words) else None


def _is_follow_up(story: Story, earlier: Story, within_days: float) -> bool:
    if story.session == earlier.session or story.project != earlier.project:
        return False
    if story.first_at is None or earlier.last_at is None:
        return False
    return timedelta(0) <= story.first_at - earlier.last_at <= timedelta(days=within_days)


def _judge_turn(before: Turn, turn: Turn, prompt: Moment, *, repeated: bool) -> Correction | None:
    refusing = prompt.step.name == PromptKind.REJECTION
    stopped = bool(before.interrupts) and not refusing
    wording = weigh(turn.words, refusing=refusing, stopping=stopped)
    if wording.settled:
        return None
    undone, _ = _find_undone_edits(before.edits, turn)
    output, failure = correction_signs.weigh_output(before, turn)
    signs, _, threshold, confidence = load_signs()
    points = signs["any"].points + wording.points + output
    points += correction_signs.weigh_context(before, turn, objects=wording.objects)
    if refusing:
        points += signs["refused"].points + signs["refused-and-objects"].points * wording.objects
    if stopped:
        points += (
            signs["stopped"].points
            + signs["stopped-at-call"].points * bool(before.refusals)
            + signs["stopped-and-objects"].points * wording.objects
        )
    if undone:
        points += signs["lines-removed"].points
    elif correction_signs.has_same_file(before, turn):
        points += signs["same-file"].points
    points += signs["asked-before"].points * repeated
    points += signs["unread"].points * (wording.unread and bool(refusing or stopped or undone))
    if points < threshold:
        return None
    evidence = (
        (refusing, "rejected-with-words"),
        (stopped, "interrupt-and-words"),
        (wording.undo, "asked-to-undo"),
        (failure, "failure-shown"),
        (bool(undone), "same-hunk"),
        (repeated, "near-duplicate"),
    )
    why = next((slug for holds, slug in evidence if holds), "words")
    calls = _find_target_calls(before, turn, undone, refusing=refusing)
    return Correction(prompt=prompt.step.uid, why=why, confidence=confidence[why], calls=calls)


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


def _find_target_calls(before: Turn, turn: Turn, undone: list[Moment], *, refusing: bool) -> tuple[bytes, ...]:
    """Return the calls that a correction means, newest first.

    They are the refused ones, else the edits that were removed again, else the edits of files that the words name,
    else all edits of the turn before.
    """
    if refusing:
        refused = [call for call in before.refusals if call.words]
        if before.refusals:
            return _pick_newest(refused or before.refusals)
    if undone:
        return _pick_newest(undone)
    named = [
        call
        for call in before.edits
        if any(changed.path.rpartition("/")[2] in turn.words[:_HEAD] for changed in call.changed)
    ]
    return _pick_newest(named or before.edits)


def _pick_newest(calls: Iterable[Moment]) -> tuple[bytes, ...]:
    return tuple(call.step.uid for call in reversed(list(calls)))[:MOST_CALLS]
