"""Measure what more commits have brought to the messages that are offered.

What ranks is the model that comes with twiceshy: what a repository adds is its past. The answer lies beside the
repository's messages in the cache and is measured again only when there are new commits.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from twiceshy.archive.atomic_files import keep_curve, read_salt
from twiceshy.base.config import Config
from twiceshy.logs.described_changes import list_newest_commits, read_described_changes
from twiceshy.logs.repository_place import RepositoryPlace
from twiceshy.records.ingest import StepProgress
from twiceshy.records.milestones import LearningCurve
from twiceshy_data.dataset.learning_curve import SHARES, MeasuredLeaf, ShareScores, draw_curve
from twiceshy_git.message_recipes.message_history import make_scrub, messages_path
from twiceshy_git.predict.messages.examples import MessageExample, choose_examples
from twiceshy_git.predict.messages.message_ranker import load_general_messages
from twiceshy_git.predict.messages.message_share_replay import (
    choose_asked,
    replay_message_share,
    replay_nearest_diff,
)

_HELD_OUT: Final = 0.2
"""Share of the commits that is held out, the newest, by definition of the curve."""
_MOST_ASKED: Final = 100
"""Held-out commits that are asked for each share, evenly spread (guess, 2026-11-24: 400 questions take some 20 CPU
seconds)."""
_NEWEST: Final = 2000
"""Commits that are read, as many as `train messages` learns from (guess, 2026-11-24)."""
_UNTRIED: Final = "no forecast, as nobody has measured how often one for messages holds"
"""What a doubling adds to file prediction was forecast on eleven histories; for messages it was not."""
_RIVAL: Final = "NNGen"
_VERSION: Final = 1
"""Of the rules that a stored curve was made by."""

Show = Callable[[StepProgress], None]


def measure_messages(config: Config, repo: Path, place: RepositoryPlace, show: Show) -> LearningCurve | None:
    """Return the learning curve of messages; None where there are too few commits to tell anything.

    Raises:
        ToolMissing: there is no git.
        SourceError: git could not read the repository.
    """
    head = place.head
    if head is None:
        return None
    salt = read_salt(config.salt)
    path = messages_path(config, place, salt).with_suffix(".curve-messages")

    def measure() -> LearningCurve | None:
        commits = list_newest_commits(repo, _NEWEST, head)
        changes = read_described_changes(repo, commits, salt=salt, scrub=make_scrub(config, salt))
        found = draw_curve(measure_message_shares(choose_examples(list(changes)).examples, show))
        return replace(found, doubling=None, why_no_forecast=_UNTRIED) if found is not None else None

    return keep_curve(path, f"{_VERSION} {head}", measure)


def measure_message_shares(examples: Sequence[MessageExample], show: Show = lambda _: None) -> MeasuredLeaf:
    """Return what each share of the history scores on its last fifth, by B-Norm."""
    first = round(len(examples) * (1 - _HELD_OUT))
    asked = choose_asked(len(examples), first, _MOST_ASKED)
    model, total, done = load_general_messages(), len(asked) * len(SHARES), 0

    def tell() -> None:
        nonlocal done
        done += 1
        show(StepProgress(step="Writing messages with less of the past", done=done, total=total, unit="commits"))

    marks = [replay_message_share(examples, first, share, asked, model, pause=tell) for share in SHARES]
    return MeasuredLeaf(
        name="messages",
        measure="B-Norm",
        shares=[ShareScores(one.share, max(1.0, one.known), one.scores) for one in marks],
        groups=[f"{examples[number].author} {examples[number].at // 86_400}" for number in asked],
        baselines={_RIVAL: replay_nearest_diff(examples, asked)},
    )
