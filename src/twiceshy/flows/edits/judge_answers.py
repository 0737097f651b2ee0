"""Ask about the edits of stored sessions, and mark what the baselines say."""

from collections import Counter
from typing import Final

from twiceshy.config import Config
from twiceshy.errors import UsageError
from twiceshy.flows.edits.hidden_edits import read_hidden_edits
from twiceshy.predict.next_edit.edit_evaluation import find_best, mark_edit, sum_up
from twiceshy.predict.next_edit.edit_replay import choose_asked, order_edits, replay_edits
from twiceshy.records.edit_figures import EditEvaluation
from twiceshy.records.values import Scope
from twiceshy.store.db import Store

_FEWEST: Final = 10
"""Questions below which nothing can be told (guess, 2026-11-24)."""


def evaluate_edits(config: Config, scope: Scope, *, most: int = 500) -> EditEvaluation:
    """Measure what the baselines say about edits of stored sessions, each asked before it is learned.

    Raises:
        UsageError: there are too few edits.
    """
    with Store.open(config.home, readonly=True) as store:
        hidden = list(read_hidden_edits(store, scope))
    streams = order_edits(hidden)
    chosen = choose_asked([one for stream in streams for one in stream], most)
    if len(chosen) < _FEWEST:
        raise UsageError(
            f"{len(chosen)} of {len(hidden)} stored edits can be asked about, which is too few ({_FEWEST} are needed);"
            " `twiceshy ingest` reads logs of agents"
        )
    answered = [one for stream in streams for one in replay_edits(stream, chosen)]
    marked = [mark_edit(one) for one in answered]
    names = list(marked[0].marks)
    best = find_best(marked, names)
    return EditEvaluation(
        asked=len(answered),
        sessions=len({one.session for one in marked}),
        projects=len({one.hidden.question.project for one in answered}),
        repeated=sum(one.repeated for one in marked),
        fit=sum(not one.left_out for one in hidden),
        left_out=dict(Counter(one.left_out for one in hidden if one.left_out).most_common()),
        best_baseline=best,
        answerers=tuple(sum_up(marked, name, best) for name in names),
        program=None,
    )
