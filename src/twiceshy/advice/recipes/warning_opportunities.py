"""Replay recorded sessions as calls with their signs, to measure what warnings would have met in them."""

from datetime import UTC, datetime

from twiceshy.advice.attempts import CallTexts, list_attempts, repository_of
from twiceshy.advice.opportunity import measure_opportunity, replay_sessions
from twiceshy.advice.recipes.rule_trials import collect_evidence
from twiceshy.archive.db import Store
from twiceshy.archive.reads import calls, stories
from twiceshy.archive.reads import rules as reads
from twiceshy.base.config import Config
from twiceshy.records.effects import Opportunity, PastSession
from twiceshy.records.stories import Story


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
    texts = CallTexts(
        calls.read_inputs(store, story.session),
        calls.read_texts_after(store, story.session),
        calls.read_texts_shown(store, story.session),
    )
    zero = datetime.fromtimestamp(0, UTC)
    return PastSession(
        at=story.first_at or zero,
        until=story.last_at or zero,
        project=repository_of(story.cwd or ""),
        attempts=tuple(list_attempts(story, steps, known, texts)),
    )


def replay_opportunity(config: Config) -> Opportunity:
    """Measure what warnings would have met in the second half of the sessions; the first half only teaches.

    Raises:
        NotFound: nothing was ever stored.
    """
    with Store.open(config.home, readonly=True) as store:
        found = read_pasts(store)
    later = frozenset(map(id, found[len(found) // 2 :]))
    return measure_opportunity(list(replay_sessions(found, reported=lambda past: id(past) in later)))
