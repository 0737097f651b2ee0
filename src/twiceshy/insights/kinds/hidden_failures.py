"""Failures that were reported as success, as a pipe or the like took the exit status.

Most do no harm: the agent reads the output and acts on it. So all are counted, and what is told is how often the agent
went on as if nothing had failed: it asked for a commit, or it ended its turn, without a look at a
file, an edit or another run of the same check. Those are the cases.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from twiceshy.base.values import Quoted
from twiceshy.insights.kinds.call_shapes import list_calls
from twiceshy.insights.kinds.draft import CountedCase, InsightDraft, count_times, count_words, make_text_remedy
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.records.attempts import AttemptEnd, CallAttempt
from twiceshy.records.insights import InsightKind, NextStep
from twiceshy.stats.text.foreign_names import quote_name

_LEAST_CASES, _LEAST_SESSIONS = 2, 2
"""Times that the agent went on. Guess of 2026-11-22: each may have shipped a fault."""
_HIDES_S = 600.0
"""Seconds of later work that one such case hides. Guess of 2026-11-22: to find and mend a fault that was committed."""
_FINISHES = re.compile(r"\bgit (?:commit|push|merge)\b|\bgh pr (?:create|merge|ready)\b")
_PIPED = re.compile(r"(?<!\|)\|(?!\|)")
_OWN_FOLDER = re.compile(r"\bcd /(?:private/)?tmp/|\bmktemp\b")
"""Work in a folder that the agent made to try something out."""


def list_hidden_failures(history: ProjectHistory) -> list[Place]:
    """Return every failure that was reported as success, in order, whether the agent saw it or not."""
    return [place for place, _ in list_calls(history, lambda one: one.end is AttemptEnd.HIDDEN)]


def find_hidden_failures(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft for each command after whose hidden failures the agent went on."""
    groups: dict[str, list[Place]] = defaultdict(list)
    for place in list_hidden_failures(history):
        groups[history.at(place).head].append(place)
    for head, places in groups.items():
        missed = [place for place in places if went_on(history, place)]
        if len(missed) >= _LEAST_CASES and len({place.session for place in missed}) >= _LEAST_SESSIONS:
            yield from _draft(history, head, places, missed)


def went_on(history: ProjectHistory, place: Place) -> bool:
    """Tell whether the agent finished its work after a failure without a look, an edit or another run."""
    failed = history.at(place)
    red = {check.tool for check in failed.checks if not check.green}
    for one in history.sessions[place.session].attempts[place.number + 1 :]:
        if one.action == "prompt":
            return True
        if one.subagent == failed.subagent and (answer := _tell_end(failed, one, red)) is not None:
            return answer
    return True


def _tell_end(failed: CallAttempt, one: CallAttempt, red: set[str]) -> bool | None:
    """Tell by a later call whether the agent went on; None where the call does not say."""
    if one.action in {"edit", "write", "delegate", "read", "search"}:
        return False
    if one.action != "run":
        return None
    if one.head == failed.head or red.intersection(check.tool for check in one.checks):
        return False
    return True if _FINISHES.search(one.command) and not _OWN_FOLDER.search(one.command) else None


def _draft(
    history: ProjectHistory, head: str, places: Sequence[Place], missed: Sequence[Place]
) -> Iterator[InsightDraft]:
    """Yield the draft of one command; nothing where its name cannot be quoted."""
    name = quote_name(head)
    if not name or "<" in head:
        return
    sessions = len({place.session for place in places})
    yield InsightDraft(
        kind=InsightKind.HIDDEN_FAILURE,
        key=head,
        says=(
            f"{name} reported success {count_times(len(places))} in {count_words(sessions, 'session')} with a failure "
            f"in its output; after {len(missed)} of them the agent went on without a look, an edit or another run"
        ),
        cases=tuple(CountedCase(place=place) for place in missed),
        of=len(places),
        place=name,
        cause=Quoted(""),
        next_steps=_count_steps(len(places), len(missed)),
        remedies=make_text_remedy(
            f"Put `set -o pipefail` before a piped {name}: the pipe takes its exit status.",
            f"{len(missed)} of {count_words(len(places), 'hidden failure')} were left as they were",
        )
        if all(_PIPED.search(history.at(place).command) for place in missed)
        else (),
        hides_s=_HIDES_S,
    )


def _count_steps(n: int, missed: int) -> tuple[NextStep, ...]:
    """Return what followed all hidden failures of a command."""
    steps = Counter({"acted on it": n - missed, "went on": missed})
    return tuple(
        NextStep(does, many, many if does == "acted on it" else 0) for does, many in steps.most_common() if many
    )
