"""Outcome errors: how often each outcome is told wrongly, as measured on labelled work.

Each row has counts of cases of projects that no rule came from, with their source: the tables of
``docs/benchmarks-corrections.md`` and ``docs/benchmarks-outcomes.md``. What a log says itself (a call failed, a person
refused it) is no judgement and has no row; what was never labelled by each answer has none either, and then no interval
can carry its error.
"""

from collections.abc import Mapping

from twiceshy.stats.misclassification import AnswerLabels, ErrorRates, estimate_error_rates

LABELS: Mapping[str, AnswerLabels] = {
    # Measured 2026-11-22, "Corrections", held and field: 465 turns, 69 told, 51 of these right, of 113 true ones.
    "corrected": AnswerLabels(right_yes=51, wrong_yes=18, missed_yes=62, right_no=334),
    # Measured 2026-11-22, "Each answer by itself", held back and came last together: yes 7 of 9, no 78 of 82.
    "rolled-back": AnswerLabels(right_yes=7, wrong_yes=2, missed_yes=4, right_no=78),
    # Measured 2026-11-22, as above: yes 46 of 48, no 1 of 2. Four sessions that were not completed say very little.
    "completed": AnswerLabels(right_yes=46, wrong_yes=2, missed_yes=1, right_no=1),
}
"""By the outcome's slug."""
LOGGED = frozenset({"failed", "rejected", "refused-unread", "engaged"})
"""Outcomes that the log itself says."""


def find_error_rates(outcome: str) -> ErrorRates | None:
    """Return the outcome's error rates; None where it has none, or where they were not measured."""
    labels = LABELS.get(outcome)
    return None if labels is None else estimate_error_rates(labels)
