"""What is known of each change of a repository, with the labels that its later commits give."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from twiceshy.capture.change_history import read_change_history
from twiceshy.capture.commit_words import locate_repository
from twiceshy.capture.cut_history import read_cut_parents
from twiceshy.config import Config
from twiceshy.errors import NotFound
from twiceshy.flows.predict.predict_files import salt_of
from twiceshy.flows.risk.change_labels import find_labels
from twiceshy.flows.risk.measure_code import measure_changes
from twiceshy.flows.risk.measure_work import measure_work
from twiceshy.predict.risk.change_order import order_changes
from twiceshy.predict.risk.change_rows import describe_changes, list_risk_columns
from twiceshy.predict.risk.feature_groups import make_groups
from twiceshy.predict.risk.history_doubts import find_history_doubts
from twiceshy.records.change_risk import ChangeStory, RiskTable
from twiceshy.records.commits import RawCommit


def read_change_table(config: Config, repo: Path, pending: RawCommit | None = None) -> RiskTable:
    """Return the table of the changes behind HEAD, and of one that is yet to be committed.

    Where a shallow clone was cut off, git shows the whole tree as new: such commits are no changes.

    Raises:
        NotFound: the repository has no commit yet.
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    place = locate_repository(repo)
    if place.head is None:
        raise NotFound("this repository has no commit yet; risk is learned from what became of earlier ones")
    now = datetime.now(UTC).timestamp()
    cut = read_cut_parents(place.store)
    read = read_change_history(repo, place.head, salt=salt_of(config))
    history = order_changes((replace(one, files=()) if one.hash in cut else one for one in read), now)
    labels = find_labels(config, repo, place, history)
    changes = order_changes(chain((one.commit for one in history), () if pending is None else [pending]), now)
    groups = make_groups()
    code = measure_changes(config, repo, [one.commit.hash for one in history])
    work = measure_work(config, repo, changes)
    stories = (
        ChangeStory(change=one, measured={**code.get(one.commit.hash, {}), **work.get(one.commit.hash, {})})
        for one in changes
    )
    rows = list(describe_changes(stories, labels, groups))
    doubts = find_history_doubts(changes, now, cut=len(cut))
    return RiskTable(list_risk_columns(groups), rows, tuple(labels), doubts)
