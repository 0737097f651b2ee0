"""Replay recorded sessions as calls with their signs, to measure what warnings would have met in them."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from twiceshy.advice.opportunity import measure_opportunity, replay_sessions
from twiceshy.advice.signs import PendingCall, Signs
from twiceshy.advice.trials import EDITING, PROBES, UNREAD_WORDS, TrialContext, fate_of, message_has
from twiceshy.capture.readers import traits_of
from twiceshy.config import Config
from twiceshy.facts.keys.gate_keys import first_word
from twiceshy.flows.advise.rule_trials import collect_evidence
from twiceshy.lessons.tool_calls import parse_fields
from twiceshy.records.effects import Attempt, Opportunity, PastSession
from twiceshy.records.rules import WRONG_FATES, Fate
from twiceshy.records.stories import Step, Story
from twiceshy.store.db import Store
from twiceshy.store.reads import call_texts, stories
from twiceshy.store.reads import rules as reads

_WORKTREES = re.compile(r"/\.?(?:claude/)?worktrees?/")
LONGEST_WASTE_M = 30.0
"""Minutes, as ``outcomes.behaviour_counts``: what takes longer was not waiting for this one thing."""


def read_pasts(store: Store) -> list[PastSession]:
    """Return every real session that has a time, earliest first."""
    wanted = [stored.session for stored in reads.read_sessions_in_order(store.connection)]
    found = [
        _past_of(store, story) for story in stories.read_stories(store, wanted) if story.first_at and story.last_at
    ]
    return sorted(found, key=lambda past: (past.at, past.until))


def _past_of(store: Store, story: Story) -> PastSession:
    """Return a session's calls with their signs and their outcomes."""
    steps, known = collect_evidence(store, story)
    zero = datetime.fromtimestamp(0, UTC)
    return PastSession(
        at=story.first_at or zero,
        until=story.last_at or zero,
        project=repository_of(story.cwd or ""),
        attempts=tuple(_list_attempts(store, story, steps, known)),
    )


def _list_attempts(store: Store, story: Story, steps: Sequence[Step], known: TrialContext) -> Iterator[Attempt]:
    """Yield the calls in order, without those refused by a person, or by the agent at no cost."""
    given = call_texts.read_inputs(store, story.session)
    after = call_texts.read_texts_after(store, story.session)
    shown = call_texts.read_texts_shown(store, story.session)
    fates = {step.uid: fate_of(step, known) for step in steps if step.kind == "call"}
    minutes = measure_costs(steps, fates)
    signs = Signs(story.agent, repository_of(story.cwd or ""), story.cwd or "")
    told = {moment.step.uid: moment.text for moment in story.moments}
    for step in steps:
        if step.kind == "prompt":
            signs.prompt(told.get(step.uid, ""))
        if step.kind != "call" or fates[step.uid] is Fate.NOT_MADE or _is_free_refusal(step, story.agent):
            continue
        key = known.paths.get(step.uid)
        asked = PendingCall(
            step,
            parse_fields(given.get(step.uid, "")),
            key.hex() if key else "",
            known.blind.get(step.uid),
            known.retries.get(step.uid),
        )
        fate = fates[step.uid]
        yield Attempt(
            signs=tuple(signs.of(asked)),
            wrong=fate in WRONG_FATES and not _is_probe(step),
            minutes=minutes.get(step.uid, 0.0),
            tool=f"{story.agent} {step.name}",
            failed=fate is Fate.FAILED,
        )
        signs.note_call(asked, after.get(step.uid, ()), shown.get(step.uid, ""))
        signs.hear(told.get(step.uid, ""))


def repository_of(folder: str) -> str:
    """Return the name of the folder that was worked in; for a worktree, the name of its main folder.

    Worktrees are recognised by the folder for worktrees that they lie in.

    >>> repository_of("/home/ann/shop/.worktrees/fix-1"), repository_of("/home/ann/shop/")
    ('shop', 'shop')
    """
    return _WORKTREES.split(folder, maxsplit=1)[0].rstrip("/").rpartition("/")[2]


def _is_free_refusal(step: Step, agent: str) -> bool:
    """Tell whether the agent's own tool refused an edit of an unread file, which costs only a line."""
    return (
        step.failure == "error"
        and step.action in EDITING
        and traits_of(agent).refuses_unread
        and message_has(step, UNREAD_WORDS)
    )


def _is_probe(step: Step) -> bool:
    """Tell whether a failure of the command is an answer and not a fault, as with a probe."""
    return step.action == "run" and first_word(step.text or "") in PROBES


def measure_costs(steps: Sequence[Step], fates: Mapping[bytes, Fate]) -> dict[bytes, float]:
    """Return the agent's minutes from each wrong call to the next try of the same thing, at most 30 a call.

    The next try counts whether it was right or wrong, so the tries of one thing add up to the time until it
    worked. The thing is a command's head, an edit's file, else the tool. A call that was never tried again ends
    with the next call of its sort. A person's time, which is the gap before a prompt, does not count.
    """
    times = _measure_working_times(steps)
    tries: dict[tuple[bytes | None, str, str], bytes] = {}
    given_up: dict[tuple[bytes | None, str], list[bytes]] = defaultdict(list)
    found: dict[bytes, float] = {}
    for step in steps:
        if step.kind != "call" or fates[step.uid] is Fate.NOT_MADE:
            continue
        action = "edit" if step.action in EDITING else step.action
        of = step.head if action == "run" else step.path if action == "edit" else None
        thing, sort, now = (step.run, action, of or step.name), (step.run, action), times[step.uid]
        if (before := tries.pop(thing, None)) is not None:
            found[before] = now - times[before]
        for uid in given_up.pop(sort, ()):
            found.setdefault(uid, now - times[uid])
        if fates[step.uid] in WRONG_FATES:
            tries[thing] = step.uid
            given_up[sort].append(step.uid)
    return {uid: min(seconds / 60, LONGEST_WASTE_M) for uid, seconds in found.items()}


def _measure_working_times(steps: Sequence[Step]) -> dict[bytes, float]:
    """Return for each step the seconds the agent had worked by then, without the gaps before prompts."""
    found: dict[bytes, float] = {}
    clock, last = 0.0, None
    for step in steps:
        if step.at is not None:
            if last is not None and step.kind != "prompt":
                clock += max(step.at - last, 0.0)
            last = step.at if last is None else max(last, step.at)
        found[step.uid] = clock
    return found


def replay_opportunity(config: Config) -> Opportunity:
    """Measure what warnings would have met in the second half of the sessions; the first half only teaches.

    Raises:
        NotFound: nothing was ever stored.
    """
    with Store.open(config.home, readonly=True) as store:
        found = read_pasts(store)
    later = frozenset(map(id, found[len(found) // 2 :]))
    return measure_opportunity(list(replay_sessions(found, reported=lambda past: id(past) in later)))
