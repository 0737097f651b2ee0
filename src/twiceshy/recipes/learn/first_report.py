"""Compute what a report needs and the store lacks: read the logs, score the newest edits, judge, learn lessons.

A person who asks for a report gets it whole: what hooks would have computed in the background is computed now, with
progress. Edits are scored first and only for a while, as judging takes their scores: in the other order each session
would be judged twice. Where nothing is missing it costs one look-up.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from twiceshy.archive.db import Store, has_store
from twiceshy.archive.reads import judgements as reads
from twiceshy.base.config import Config
from twiceshy.base.errors import StoreBusy, TwiceshyError
from twiceshy.records.figures import EditsToScore
from twiceshy.records.ingest import Progress, StepProgress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.recipes.learn.newest_logs import NewestLogs

SCORE_S = 5.0
"""Seconds in which the newest edits are scored; the rest is left to ``learn`` (guess, 2026-11-22: what one waits)."""
_SAMPLE_SEED = 1
"""Everybody's sample project is the same (no unit)."""

Show = Callable[[StepProgress], None]
"""Gets how far a step is, each time that it got further."""
Tell = Callable[["NewestLogs"], None]
"""Gets what the newest logs say, before all of them are read."""


class FirstLook(NamedTuple):
    """Which data folder a report is about, and where its logs come from, in words."""

    config: Config
    said: str


def complete_store(config: Config, show: Show = lambda _: None, tell: Tell = lambda _: None) -> FirstLook:
    """Compute what a report of the store needs and nobody has computed; read the agents' logs where it is empty.

    Nothing is read or computed while collecting is switched off.

    Raises:
        StoreError: the store cannot be used.
    """
    found = fill_store(config, show, tell)
    return FirstLook(config, "\n".join(filter(None, [found.said, judge_stored(config, show)])))


def fill_store(config: Config, show: Show = lambda _: None, tell: Tell = lambda _: None) -> FirstLook:
    """Read the agents' logs where the store is empty, and keep the account of what is stored; judge nothing.

    Raises:
        StoreError: the store cannot be used.
    """
    if not config.enabled:
        return FirstLook(config, "")
    said = ""
    if is_empty(config):
        from twiceshy.logs.collect.ingest_logs import ingest  # noqa: PLC0415  # a filled store need not pay for it
        from twiceshy.recipes.learn.newest_logs import look_at_newest  # noqa: PLC0415  # as above

        if newest := look_at_newest(config, datetime.now(UTC)):
            tell(newest)
        summary = ingest([], config, progress=lambda found: show(_convert_progress(found)))
        if is_empty(config):
            return FirstLook(config, "")
        said = f"Read {summary.bytes_read / 1e6:.0f} MB of logs found on this machine into {config.home}."
        show(StepProgress(step="Adding up the account", done=0, total=0, unit="sessions"))
    _keep_accounts(config)
    return FirstLook(config, said)


def judge_stored(config: Config, show: Show = lambda _: None) -> str:
    """Judge what is stored and was never judged; return what to say where another run is at work on the same.

    Raises:
        StoreError: the store cannot be used.
    """
    if not config.enabled or is_empty(config):
        return ""
    try:
        _judge_open(config, show)
    except StoreBusy:
        return "Another run is judging these sessions now: this answer has what is known so far."
    return ""


def take_first_look(config: Config, today: date, show: Show = lambda _: None, tell: Tell = lambda _: None) -> FirstLook:
    """Return the data folder that the first report is about, completed.

    Where no agent's logs are on this machine it is the sample project that comes with twiceshy, in a data folder of its
    own: invented sessions never stand among real ones.
    """
    own = complete_store(config, show, tell)
    if not is_empty(config):
        return own
    sample = replace(config, home=config.home / "sample")
    if is_empty(sample):
        _fill_sample(sample, today)
    said = (
        "No agent's logs were found on this machine: this is the sample project that comes with twiceshy.\n"
        f"To look further into it: twiceshy --home {sample.home} ..."
    )
    return FirstLook(sample, said)


def _fill_sample(sample: Config, today: date) -> None:
    """Write the sample project's logs, read them, and judge them."""
    from twiceshy.logs.collect.ingest_logs import ingest  # noqa: PLC0415  # as above
    from twiceshy.recipes.demo.sample_history import write_sample  # noqa: PLC0415  # only where nothing is stored

    with TemporaryDirectory() as folder:
        write_sample(Path(folder), seed=_SAMPLE_SEED, today=today)
        ingest([Path(folder)], sample)
    _judge_open(replace(sample, ingest_processes=1), lambda _: None)


def is_empty(config: Config) -> bool:
    """Tell whether no session was stored yet."""
    if not has_store(config.home):
        return True
    with Store.open(config.home, readonly=True) as store:
        return not reads.has_session(store.connection)


def count_unscored(config: Config) -> EditsToScore:
    """Return how many edits are stored, and how many of them are of sessions that were not scored."""
    with Store.open(config.home, readonly=True) as store:
        return reads.count_unscored(store.connection)


def _judge_open(config: Config, show: Show) -> None:
    """Score, judge and learn from the sessions that were never judged, if there are any."""
    with Store.open(config.home, readonly=True) as store:
        missing = reads.count_unjudged(store.connection)
    if not missing:
        return
    from twiceshy.judgement.recipes.judge_sessions import judge, link_stored  # noqa: PLC0415  # only where something is missing
    from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons  # noqa: PLC0415  # as above
    from twiceshy.score.recipes.score_sessions import score_stored  # noqa: PLC0415  # as above

    # One process for all three: each goes over the same sessions, and what one read of an output the next remembers.
    show(StepProgress(step="Scoring the newest edits", done=0, total=0, unit="sessions"))
    link_stored(config)
    score_stored(config, budget_s=SCORE_S, processes=1)
    judge(config, processes=1, progress=partial(_show_sessions, show, "Judging sessions"))
    learn_lessons(config, progress=partial(_show_sessions, show, "Learning from mistakes"))


def _keep_accounts(config: Config) -> None:
    """Keep the account of each session; where that cannot be, each answer computes it for itself."""
    from twiceshy.account.kept_spends import refresh_spends  # noqa: PLC0415  # other verbs judge too, and need none
    from twiceshy.account.kept_times import refresh_times  # noqa: PLC0415  # as above

    with suppress(TwiceshyError):
        refresh_spends(config, lambda: None)
        refresh_times(config, lambda: None)


def _show_sessions(show: Show, step: str, done: int, total: int) -> None:
    show(StepProgress(step=step, done=done, total=total, unit="sessions"))


def _convert_progress(found: Progress) -> StepProgress:
    return StepProgress(step="Reading logs", done=found.bytes_done, total=found.bytes_total, unit="bytes")
