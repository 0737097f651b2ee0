"""Remedies as sentences: each passes the same net as a line of a file that an agent obeys, or it is not said.

So no step that is never a remedy, and no word of a log, gets into one, whichever kind of insight made it.
"""

from twiceshy.insights.remedies.instruction_line import explain_refusal
from twiceshy.records.insights import Remedy, RemedyKind


def make_text_remedy(text: str, evidence: str, kind: RemedyKind = RemedyKind.TEXT) -> tuple[Remedy, ...]:
    """Return the remedy alone in a tuple; empty where the sentence may not be written into a file of instructions."""
    return () if explain_refusal(text) else (Remedy(kind=kind, text=text, evidence=evidence),)


def count_words(many: int, word: str) -> str:
    """Return a number with its word.

    >>> count_words(1, "session"), count_words(1_200, "run")
    ('1 session', '1,200 runs')
    """
    return f"{many:,} {word}{'' if many == 1 else 's'}"


def count_times(many: int) -> str:
    """Return how often.

    >>> count_times(1), count_times(12)
    ('once', '12 times')
    """
    return "once" if many == 1 else f"{many:,} times"
