"""What advice did, from the archive of what was shown and what was held back by lot. Reads only."""

from collections.abc import Iterable, Iterator, Sequence

from twiceshy.advice import effect
from twiceshy.advice.effect import Judged
from twiceshy.config import Config
from twiceshy.flows.told_lessons import WORTH
from twiceshy.records.advice_effects import AdviceEffects, SessionEffect
from twiceshy.records.rules import RuleKind
from twiceshy.store.db import Store
from twiceshy.store.reads import given as reads
from twiceshy.store.reads.given import SessionRow

HELD_BACK, BEFORE = "held-back", "before"


def advice_effects(config: Config) -> AdviceEffects:
    """By category, by rule, and by whole sessions.

    Raises:
        NotFound: nothing was ever stored.
    """
    with Store.open(config.home, readonly=True) as store:
        given = list(reads.given(store.connection))
        sessions = reads.sessions(store.connection)
    return AdviceEffects(
        given=len(given),
        unknown=sum(one.bad is None for one in given),
        categories=tuple(effect.categories(given)),
        rules=(
            *effect.rules(one for one in given if one.category != RuleKind.TOLD),
            *effect.rules((one for one in given if one.category == RuleKind.TOLD), worth=WORTH),
        ),
        sessions=tuple(of_sessions(sessions)),
    )


def retired(store: Store) -> dict[bytes, str]:
    """Rules that the evidence speaks against, with why: they are not to be shown any more.

    What is not shown gets no new evidence, so it stays so unless its category's other rules change the picture.
    """
    found = effect.rules(one for one in reads.given(store.connection) if one.category != RuleKind.TOLD)
    return {bytes.fromhex(one.rule.removeprefix("w-")): one.why for one in found if one.retired}


def of_sessions(sessions: Sequence[SessionRow]) -> Iterator[SessionEffect]:
    """Each outcome of sessions drawn by lot, and of those since advice began beside earlier ones of the project."""
    drawn = [(one, one.drawn) for one in sessions if one.drawn is not None]
    if any(treated for _, treated in drawn) and not all(treated for _, treated in drawn):
        yield from compared(HELD_BACK, drawn)
    began: dict[str, float] = {}
    for one in sessions:
        if one.advised:
            began[one.project] = min(began.get(one.project, one.at), one.at)
    since = [(one, one.at >= began[one.project]) for one in sessions if one.project in began]
    if any(not treated for _, treated in since):
        yield from compared(BEFORE, since)


def compared(how: str, rows: Iterable[tuple[SessionRow, bool]]) -> Iterator[SessionEffect]:
    """The four outcomes; what is unknown of a session counts on neither side."""
    known = list(rows)
    yield effect.of_sessions(
        "first-pass", how,
        [Judged(one.project, so, one.first_pass, one.tasks) for one, so in known if one.first_pass is not None],
    )  # fmt: skip
    yield effect.of_sessions(
        "corrected", how, [Judged(one.project, so, one.corrected, 1) for one, so in known if one.corrected is not None]
    )
    yield effect.of_sessions(
        "regeneration-cycles", how, [Judged(one.project, so, one.cycles, one.tasks) for one, so in known]
    )
    yield effect.of_sessions(
        "engagement", how,
        [Judged(one.project, so, one.engagement, 1) for one, so in known if one.engagement is not None],
    )  # fmt: skip
