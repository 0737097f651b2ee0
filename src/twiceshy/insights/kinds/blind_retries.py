"""The same call again at once, with nothing changed in between, and it failed again.

Per command and project, never pooled: that a retry is useless here says nothing of another command. It is told only
where retries fail mostly; where a change in between helped, that is said beside it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from twiceshy.commands.calls.call_kinds import find_own_scripts, is_same_call, is_trifle, runs_own_script
from twiceshy.insights.kinds.call_shapes import count_next_steps, list_calls, list_next_calls
from twiceshy.insights.kinds.draft import CountedCase, InsightDraft, count_words, make_text_remedy
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.insights.kinds.repeated_costs import SOON_CALLS, find_success
from twiceshy.records.attempts import AttemptEnd, CallAttempt
from twiceshy.records.insights import InsightKind
from twiceshy.stats.text.foreign_names import quote_name, quote_words

_LEAST_CASES, _LEAST_SESSIONS = 4, 2
"""Useless retries. Guess of 2026-11-22: fewer are not worth a reader's minute."""
_LEAST_SHARE = 0.7
"""Share of retries that failed, from which to retry is useless. Guess of 2026-11-22."""
_BAD = frozenset({AttemptEnd.FAILED, AttemptEnd.STOPPED})


class _Retries(NamedTuple):
    """The retries of one command."""

    blind: list[Place]
    """That failed again."""
    tried: list[Place]
    changed: list[bool]
    """Of retries with a change in between: whether each worked."""


def find_blind_retries(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft for each command that is retried unchanged for nothing."""
    found: dict[str, _Retries] = defaultdict(lambda: _Retries([], [], []))
    for place, one in list_calls(history, lambda one: one.action == "run" and one.end in _BAD and not is_trifle(one)):
        _note_retry(history, place, one, found[one.head])
    often = {head: retries for head, retries in found.items() if len(retries.blind) >= _LEAST_CASES}
    own = find_own_scripts(history.sessions) if often else frozenset()
    for head, retries in often.items():
        sessions = len({place.session for place in retries.blind})
        useless = sessions >= _LEAST_SESSIONS and len(retries.blind) >= _LEAST_SHARE * len(retries.tried)
        if useless and not runs_own_script(history.at(retries.blind[-1]), own):
            yield from _draft(history, head, retries, sessions)


def _note_retry(history: ProjectHistory, place: Place, failed: CallAttempt, retries: _Retries) -> None:
    """Add what followed one failure: nothing, a retry at once, or one after a change."""
    later = list_next_calls(history, place, SOON_CALLS)
    at = next((at for at, (_, one) in enumerate(later) if is_same_call(failed, one)), None)
    if at is None:
        return
    index, again = later[at]
    if _has_change([one for _, one in later[:at]]):
        retries.changed.append(again.end is AttemptEnd.WORKED)
    elif at == 0 and not any(
        one.action == "prompt" for one in history.sessions[place.session].attempts[place.number : index]
    ):
        retries.tried.append(Place(place.session, index))
        if again.end in _BAD:
            retries.blind.append(Place(place.session, index))


def _has_change(between: Sequence[CallAttempt]) -> bool:
    """Tell whether one of the calls may have changed something."""
    return any(one.action in {"edit", "write", "delegate"} or not is_trifle(one) for one in between)


def _draft(history: ProjectHistory, head: str, retries: _Retries, sessions: int) -> Iterator[InsightDraft]:
    """Yield the draft of one command; nothing where its name cannot be quoted."""
    name = quote_name(head)
    if not name:
        return
    failed = f"{len(retries.blind)} of {count_words(len(retries.tried), 'time')}"
    says = f"{name} was run again at once, unchanged, and failed again {failed}, in {sessions} sessions"
    changed = ""
    if retries.changed:
        changed = f"after a change it worked {sum(retries.changed)} of {count_words(len(retries.changed), 'time')}"
        says += f"; {changed}"
    yield InsightDraft(
        kind=InsightKind.BLIND_RETRY,
        key=head,
        says=says,
        cases=tuple(
            CountedCase(place=place, until=find_success(history, place, SOON_CALLS)) for place in retries.blind
        ),
        of=len(retries.tried),
        place=name,
        cause=quote_words(history.at(retries.blind[-1]).message),
        next_steps=count_next_steps(history, retries.blind),
        remedies=make_text_remedy(
            f"Never run {name} again unchanged after it failed: it fails again.",
            f"{failed}" + (f"; {changed}" if changed else ""),
        ),
    )
