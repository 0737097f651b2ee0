"""Find which automatic choice ended a run, and what that saved.

On the path of every wrapped command's end: the standard library only, and of it nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from twiceshy.records.runs import Choice
    from twiceshy.run.wrapper import Run

_KIND_OF_REASON = {
    "timeout_overall": "timeout_s",
    "timeout_idle": "idle_timeout_s",
    "timeout_first_output": "first_output_timeout_s",
    "match": "match",
}
"""The kind of choice that may stand behind the reason of an outcome."""


def find_ending_choice(run: Run) -> Choice | None:
    """Return the choice that ended the run; None where none did."""
    kind = _KIND_OF_REASON.get(run.outcome.reason)
    for choice in run.plan.choices:
        if (
            choice.kind == kind
            and choice.value
            and (kind != "match" or _last_match_pattern(run) in choice.value.split("\n"))
        ):
            return choice
    return None


def _last_match_pattern(run: Run) -> str:
    """Return the ``match`` pattern that was hit last."""
    return next((event.regex for event in reversed(run.judge.events) if event.kind == "match"), "")


def compute_saved_s(usual_s: float | None, runtime_s: float) -> float | None:
    """Return the seconds that such a run usually takes beyond the time of this one; None where that is not known.

    >>> compute_saved_s(60.0, 12.5), compute_saved_s(60.0, 75.0), compute_saved_s(None, 3.0)
    (47.5, 0.0, None)
    """
    return None if usual_s is None else round(max(0.0, usual_s - runtime_s), 3)
