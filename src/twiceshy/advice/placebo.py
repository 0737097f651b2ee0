"""What does a placebo say in place of a warning? True sentences about twiceshy of the same length, that advise nothing.

So that what a warning's content does can be told from what any interruption does. No sentence names the call, a
failure, or anything to do; the number of calls that the rule has seen is the only thing in it that is the rule's.
"""

from twiceshy.records.rules import TrialSummary

TRIAL = "placebo"
"""Value of ``advice.trial``."""
TOLERANCE = 0.1
"""Share by which its length may differ from the warning's (asked for, 2026-11-22)."""
_LOTS = 65_536
"""Lots of a draw, same as in ``doors.gate.decide``."""
_SENTENCES = (
    "Times are kept in UTC.",
    "Its data stay on this machine.",
    "It reads the logs that agents write.",
    "A session that was resumed counts once.",
    "Long texts are stored once, by their content, and compressed.",
    "Secrets that it finds are replaced before anything is stored.",
    "Commits are linked to the sessions in which their lines were written.",
    "Its store is one file of SQLite, and another one for long texts.",
    "An edit is kept with the lines before and after it, where they are known.",
    "Each event has an id that is made of its content, so reading a log twice adds nothing.",
    "What is computed of the store has a hash of its input and is computed again where that changed.",
    "Numbers in its reports have an interval, with sessions as witnesses and not single calls.",
    "Logs of several agents are read into the same tables, each by a reader of its own.",
    "Prices of models are those of a dated list, and tokens without a price are named as such.",
    "A person may ask the store with SQL, which is opened for reading only.",
)
"""True of the product, and of no use to the call."""


def phrase_placebo(words: str, tried: TrialSummary) -> str:
    """Return a neutral text as long as ``words``, within ``TOLERANCE`` where sentences allow it."""
    first = f"twiceshy has {tried.n:,} calls of this kind in its store." if tried.n else "Such calls are recorded."
    target = len(words)
    found = {len(first): first}
    for sentence in _SENTENCES:
        for text in list(found.values()):
            longer = f"{text} {sentence}"
            if len(longer) <= target * (1 + TOLERANCE):
                found.setdefault(len(longer), longer)
    return found[min(found, key=lambda length: abs(length - target))]


def share_lots(held_percent: int, trial: str) -> str:
    """Return the gate's settings of the draw: lots in the holdout, and with a placebo as many for it, if there are."""
    held, placebo = draw_shares(held_percent, trial)
    return f";held={round(held * _LOTS)}" + (f";placebo={round(placebo * _LOTS)}" if trial == TRIAL else "")


def draw_shares(held_percent: int, trial: str) -> tuple[float, float]:
    """Return the shares of sessions in the holdout and with a placebo: as many, as far as there are any left."""
    held = held_percent / 100
    return held, min(held, 1 - held) if trial == TRIAL else 0.0
