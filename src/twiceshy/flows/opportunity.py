"""Opportunity: recorded sessions told as calls with their signs, and what warnings would have met in them."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from twiceshy.advice.opportunity import opportunity, rows
from twiceshy.advice.signs import Asked, Signs
from twiceshy.advice.trials import EDITING, PROBES, REFUSES_UNREAD, UNREAD, Seen, fate_of, says
from twiceshy.config import Config
from twiceshy.facts.first_word import first_word
from twiceshy.flows.trials import seen
from twiceshy.lessons.calls import fields
from twiceshy.records.behaviour import Step
from twiceshy.records.opportunity import Attempt, Opportunity, Past
from twiceshy.records.rules import WRONG, Fate
from twiceshy.records.story import Story
from twiceshy.store.db import Store
from twiceshy.store.reads import rules as reads
from twiceshy.store.reads import stories, whole_calls

WORKTREES = re.compile(r"/\.?(?:claude/)?worktrees?/")
LONGEST_WASTE_M = 30.0
"""Minutes, as ``outcomes.behaviour``: what takes longer was not waiting for this one thing."""


def pasts(store: Store) -> list[Past]:
    """Every real session with a time, the first first."""
    wanted = [stored.session for stored in reads.in_order(store.connection)]
    found = [past_of(store, story) for story in stories.stories(store, wanted) if story.first_at and story.last_at]
    return sorted(found, key=lambda past: (past.at, past.until))


def past_of(store: Store, story: Story) -> Past:
    """A session's calls with their signs and what became of them."""
    steps, known = seen(store, story)
    zero = datetime.fromtimestamp(0, UTC)
    return Past(
        at=story.first_at or zero,
        until=story.last_at or zero,
        project=repository(story.cwd or ""),
        attempts=tuple(attempts(store, story, steps, known)),
    )


def attempts(store: Store, story: Story, steps: Sequence[Step], known: Seen) -> Iterator[Attempt]:
    """The calls in order; those that were refused by a person, or by the agent at no cost, are left out."""
    given = whole_calls.inputs(store, story.session)
    after = whole_calls.texts_after(store, story.session)
    shown = whole_calls.texts_shown(store, story.session)
    fates = {step.uid: fate_of(step, known) for step in steps if step.kind == "call"}
    minutes = costs(steps, fates)
    signs = Signs(story.agent, repository(story.cwd or ""), story.cwd or "")
    told = {moment.step.uid: moment.text for moment in story.moments}
    for step in steps:
        if step.kind == "prompt":
            signs.prompt(told.get(step.uid, ""))
        if step.kind != "call" or fates[step.uid] is Fate.NOT_MADE or refused(step, story.agent):
            continue
        key = known.paths.get(step.uid)
        asked = Asked(
            step,
            fields(given.get(step.uid, "")),
            key.hex() if key else "",
            known.blind.get(step.uid),
            known.retries.get(step.uid),
        )
        fate = fates[step.uid]
        yield Attempt(
            signs=tuple(signs.of(asked)),
            wrong=fate in WRONG and not answers(step),
            minutes=minutes.get(step.uid, 0.0),
            tool=f"{story.agent} {step.name}",
            failed=fate is Fate.FAILED,
        )
        signs.made(asked, after.get(step.uid, ()), shown.get(step.uid, ""))
        signs.hear(told.get(step.uid, ""))


def repository(folder: str) -> str:
    """The name of the folder that was worked in; of a worktree in a folder for worktrees that of its main folder.

    >>> repository("/home/ann/shop/.worktrees/fix-1"), repository("/home/ann/shop/")
    ('shop', 'shop')
    """
    return WORKTREES.split(folder, maxsplit=1)[0].rstrip("/").rpartition("/")[2]


def refused(step: Step, agent: str) -> bool:
    """Whether the agent's own tool refused an edit of an unread file, which costs a line."""
    return step.failure == "error" and step.action in EDITING and agent in REFUSES_UNREAD and says(step, UNREAD)


def answers(step: Step) -> bool:
    """Whether the failure of a command is an answer."""
    return step.action == "run" and first_word(step.text or "") in PROBES


def costs(steps: Sequence[Step], fates: Mapping[bytes, Fate]) -> dict[bytes, float]:
    """For each wrong call the agent's minutes to the next try of the same thing, right or wrong, 30 at most.

    So the tries of one thing add up to the time until it worked. The thing is a command's head, an edit's file, else
    the tool. What was never tried again ends with the next call of its sort. A person's time, the gap before a prompt,
    does not count.
    """
    times = working_times(steps)
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
        if fates[step.uid] in WRONG:
            tries[thing] = step.uid
            given_up[sort].append(step.uid)
    return {uid: min(seconds / 60, LONGEST_WASTE_M) for uid, seconds in found.items()}


def working_times(steps: Sequence[Step]) -> dict[bytes, float]:
    """For each step the seconds that the agent had worked when it began; gaps before prompts are a person's."""
    found: dict[bytes, float] = {}
    clock, last = 0.0, None
    for step in steps:
        if step.at is not None:
            if last is not None and step.kind != "prompt":
                clock += max(step.at - last, 0.0)
            last = step.at if last is None else max(last, step.at)
        found[step.uid] = clock
    return found


def opportunities(config: Config) -> Opportunity:
    """What warnings would have met in the second half of the sessions; the first half only teaches.

    Raises:
        NotFound: nothing was ever stored.
    """
    with Store.open(config.home, readonly=True) as store:
        found = pasts(store)
    later = frozenset(map(id, found[len(found) // 2 :]))
    return opportunity(list(rows(found, reported=lambda past: id(past) in later)))
