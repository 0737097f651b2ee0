"""How a context grew between two requests: the tokens that the provider counted, parted among what came in.

What an item has in tokens is measured together with what came in beside it, and parted by length. An item never gets
more tokens than its text can have: what is left over is something that the log does not hold.
"""

from collections import defaultdict
from collections.abc import Sequence
from math import inf

from twiceshy.account.thread_context import Part
from twiceshy.records.spend import Cause, ContextItem

CHARACTERS_A_TOKEN = 4.0
"""Where nothing is measured: of a first request or a cut context, whose rest has no text in the log (a rule of thumb
of tokenizers' makers for English: https://help.openai.com/en/articles/4936856)."""
_DENSEST = 1.0
"""Tokens a character of the densest text, such as base64 or Chinese (guess, 2026-11-25)."""
_FRAME = 64
"""Tokens of an item besides its text: its tags and names (guess, 2026-11-25)."""
FIXED = "system prompt, tools, servers, settings (no text in the log)"
_EARLIER = "before this log begins"
_GOES_ON = 1.5
"""Times the usual first request, from which one that the cache knew goes on with an earlier dialogue (guess,
2026-11-25)."""
_SURELY_GOES_ON = 2.5
"""The same of one that the cache did not know: servers and memory files may be new too (guess, 2026-11-25)."""
_MOST_NAMES = 100
"""Named items of a context that shrinks; the account of a session has fewer than that dear ones (guess, 2026-11-25)."""
_SMALL = "small ones"
_KNOWN = 0.9
"""Share of a first request that the cache has of an earlier one of the same dialogue (guess, 2026-11-25)."""
_ATTACHED = "reminders and attachments of the client"
_CUT = "what stayed after the context was cut"
_OWN = "words"
_THOUGHT = "hidden thinking"
_DENSEST_OUTPUT = 0.5
"""Tokens a character of what a model writes; beyond it, it is thinking that the log hides (guess, 2026-11-25: code in
English has .25 to .35)."""


def part_by_size(items: Sequence[ContextItem], tokens: float, densest: float = _DENSEST) -> tuple[list[Part], float]:
    """Return the items with their parts of the tokens, and how many tokens are left over."""
    whole = sum(item.size for item in items)
    if tokens <= 0 or not items:
        return [], max(tokens, 0.0)
    found = []
    for item in items:
        most = item.size * densest + _FRAME
        found.append((item.cause, item.name, min(tokens * item.size / whole if whole else 0.0, most)))
    return found, max(tokens - sum(part[2] for part in found), 0.0)


def part_output(items: Sequence[ContextItem], tokens: float, cause: Cause) -> list[Part]:
    """Part what the model wrote in one message among its words, edits and calls; the rest is thinking."""
    parts, rest = part_by_size(items, tokens, _DENSEST_OUTPUT)
    named = [(cause, name, count) for _, name, count in parts]
    return [*named, (cause, _THOUGHT if rest and items else _OWN, rest)] if rest > 0 else named


def begin_context(items: Sequence[ContextItem], tokens: float, most: float = inf) -> list[Part]:
    """Part the first request of a thread: what the log has of it by length, all the rest is the fixed start.

    Args:
        items: what came in before it.
        tokens: of the whole prompt.
        most: of the fixed start; more is an earlier dialogue that goes on.
    """
    known = _estimate(items, tokens)
    rest = tokens - sum(part[2] for part in known)
    return [(Cause.FIXED_START, FIXED, min(rest, most)), (Cause.EARLIER, _EARLIER, max(rest - most, 0.0)), *known]


def limit_start(prompt: int, read: int, usual: float) -> float:
    """Return the most tokens that the fixed start of a thread can have; infinite where nothing speaks against all.

    Args:
        prompt: tokens of its first request.
        read: those that the cache had already.
        usual: tokens of the first requests of such threads; 0 where that is not known.
    """
    known = read >= _KNOWN * prompt
    return usual if usual and prompt > (_GOES_ON if known else _SURELY_GOES_ON) * usual else inf


def begin_again(items: Sequence[ContextItem], tokens: float, fixed: float) -> list[Part]:
    """Part the request after a compaction: the fixed start stays, what came in is known by length, the rest a summary.

    Args:
        items: what came in between.
        tokens: of the whole prompt.
        fixed: of the fixed start before.
    """
    fixed = min(fixed, tokens)
    summaries = [item for item in items if item.cause is Cause.SUMMARIES]
    others = _estimate([item for item in items if item.cause is not Cause.SUMMARIES], tokens - fixed)
    rest = tokens - fixed - sum(part[2] for part in others)
    name = summaries[0].name if summaries else _CUT
    return [(Cause.FIXED_START, FIXED, fixed), (Cause.SUMMARIES, name, rest), *others]


def grow_context(own: Sequence[ContextItem], output: float, items: Sequence[ContextItem], growth: float) -> list[Part]:
    """Part what a context grew by: first the model's own last output, then what came in by length.

    Where the log counts only a part of the output, its text says how much there was.
    """
    written = sum(item.size for item in own)
    kept = min(max(output, written / CHARACTERS_A_TOKEN), growth)
    parts, rest = part_by_size(items, growth - kept)
    more = min(rest, max(written * _DENSEST_OUTPUT - kept, 0.0))
    kept, rest = kept + more, rest - more
    return [*part_output(own, kept, Cause.OWN_OUTPUT), *parts, (Cause.UNLOGGED, _ATTACHED, rest)]


def shrink_context(before: Sequence[Part], items: Sequence[ContextItem], tokens: float) -> list[Part]:
    """Part a prompt that is smaller than the one before: something was left out, and nobody says what.

    The fixed start stays as it was; of all else the same share went.
    """
    fixed = min(sum(part[2] for part in before if part[0] is Cause.FIXED_START), tokens)
    new = _estimate(items, tokens - fixed)
    room = max(tokens - fixed - sum(part[2] for part in new), 0.0)
    others = _merge(before)
    whole = sum(others.values())
    kept = [(cause, name, count * room / whole) for (cause, name), count in others.items()] if whole else []
    rest = room if not whole else 0.0
    return [(Cause.FIXED_START, FIXED, fixed), *kept, (Cause.UNLOGGED, _ATTACHED, rest), *new]


def _merge(parts: Sequence[Part]) -> dict[tuple[Cause, str], float]:
    """Return all but the fixed start by name; of very many the small ones lose theirs: each request may shrink."""
    found: dict[tuple[Cause, str], float] = defaultdict(float)
    for cause, name, count in parts:
        if cause is not Cause.FIXED_START:
            found[cause, name] += count
    if len(found) <= _MOST_NAMES:
        return found
    least = sorted(found.values(), reverse=True)[_MOST_NAMES - 1]
    merged: dict[tuple[Cause, str], float] = defaultdict(float)
    for (cause, name), count in found.items():
        merged[cause, name if count > least else _SMALL] += count
    return merged


def _estimate(items: Sequence[ContextItem], most: float) -> list[Part]:
    """Return the items with tokens by their length alone, together at most so many."""
    whole = sum(item.size for item in items) / CHARACTERS_A_TOKEN
    share = min(1.0, most / whole) if whole > 0 and most > 0 else 0.0
    return [(item.cause, item.name, item.size / CHARACTERS_A_TOKEN * share) for item in items if share]
