"""The lines that offer a message inside the file that git's user writes it in."""

from twiceshy.records.message_advice import MessageAdvice

_MOST_NEAREST = 2
"""Older commits that are named where nothing is sure (guess, 2026-11-24: an editor's first screen is short)."""
_SHORT = 9
"""Digits of a commit that are shown (guess, 2026-11-24: as git in a repository of middle size)."""


def list_offered(advice: MessageAdvice) -> list[str]:
    """Return the lines, without a comment mark; none where nothing is known."""
    if advice.sure and advice.offers:
        best = advice.offers[0]
        return ["twiceshy offers:", f"  {best.subject}", *(f"  ({reason})" for reason in best.reasons[:1])]
    nearest = [f"  {one.commit[:_SHORT]} {one.subject}" for one in advice.nearest[:_MOST_NEAREST]]
    prefix = [f"  {advice.prefix.strip()} ... (may fit)"] if advice.prefix else []
    return ["twiceshy: commits like this one:", *prefix, *nearest] if nearest else []
