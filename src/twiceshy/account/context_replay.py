"""What a thread's requests would have cost with a smaller context: replay them with cuts that were not made.

A cut replaces what stood in the context above the fixed start by a summary. Then every later request, until the context
was really cut, is sent without what is gone: it saves a read of it, or another writing where the cache was lost. It
costs one more request for the summary, and the files that were used again are read again. The likely figure has each
such file come back whole after a summary of usual length; the most has none come back after a short one.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from twiceshy.records.spend import EarlierCut, HourCache, LostCache, Mechanism

LIMITS: Final = (100_000, 150_000, 200_000)
"""Tokens of a context at which it is cut: below the windows of 200,000 and 1,000,000 tokens that models have (guess,
2026-11-25)."""
SUMMARY: Final = 11_000
"""Tokens above the fixed start after a cut: the summary with what a client attaches to it again (measured, 2026-11-25:
the median of 74 real cuts; a quarter has 5,500, three quarters have 17,500)."""
SHORT_SUMMARY: Final = 5_500
"""The same for the most that can be saved: a quarter of those cuts had so few or fewer (measured, 2026-11-25)."""
_ALONE = frozenset({Mechanism.PAUSE, Mechanism.UNKNOWN, Mechanism.MODEL})


BREAK_S: Final = 3600.0
"""Seconds of a pause that a person knows of beforehand, such as a lunch or a night (guess, 2026-11-25)."""
WORTH_A_SUMMARY: Final = 80_000
"""Tokens of a context from which it is handed off before a break (measured, 2026-11-25: over 362 sessions of 27
projects the saving is largest at 80,000, and within a tenth of it from 60,000 to 100,000)."""


class ReplayStep(NamedTuple):
    """One request of a thread, as far as a smaller context would have changed its cost."""

    place: int
    """As ``ThreadRequest.place``."""
    at: float | None
    """POSIX seconds."""
    prompt: int
    """Tokens."""
    lost: float
    """Tokens of the context before that the cache no longer held."""
    why: Mechanism
    """Why it did not; says nothing where ``lost`` is 0."""
    cut: bool
    """The context was cut before it, or begins with it."""
    read_usd: float
    """Dollars for a token read from the cache."""
    write_usd: float
    """Dollars for a token written to it, or sent without it."""
    output_usd: float
    """Dollars for a token that the model writes."""
    written_usd: float = 0.0
    """Dollars of all that it wrote to the cache."""
    hour: bool = False
    """It wrote to a cache that is kept for an hour."""
    reads: tuple[tuple[str, float], ...] = ()
    """Files that came into the context before it, with their tokens."""
    touched: tuple[str, ...] = ()
    """Files that were read or changed before it, since the request before."""


class _Replay:
    """A thread with what each cut needs, computed once: then a cut at any request costs one look."""

    def __init__(self, steps: Sequence[ReplayStep], fixed: float) -> None:
        self.steps = steps
        self.fixed = fixed
        self._ends = _list_ends(steps)
        priced = (_price_token(step, steps[max(number - 1, 0)]) for number, step in enumerate(steps))
        self._sums = list(accumulate(priced, initial=0.0))
        """Dollars for a token of the context before in all requests before that one."""
        self._back = _sum_read_again(steps, self._ends)

    def cut(self, number: int, gone: float, *, again: bool) -> "_Replayed":
        """Replay a cut before a request.

        Args:
            number: of the request.
            gone: tokens that earlier cuts took away.
            again: the files that are used later are read again, whole; the summary is of usual length, else short.
        """
        before, step = self.steps[number - 1], self.steps[number]
        size = before.prompt - gone
        back = self._back[number] if again else 0.0
        left = SUMMARY if again else SHORT_SUMMARY
        less = max(size - self.fixed - left - back, 0.0)
        saved = less * (self._sums[self._ends[number]] - self._sums[number])
        summary = size * before.read_usd + left * (before.output_usd + step.write_usd)
        return _Replayed(less, saved - summary - back * step.write_usd)


class _Replayed(NamedTuple):
    """What one more cut would have done."""

    gone: float
    """Tokens that later requests are sent without."""
    saved_usd: float


def _list_ends(steps: Sequence[ReplayStep]) -> list[int]:
    """Return for each request the next one before which the context was really cut, or how many there are."""
    ends, end = [], len(steps)
    for number in range(len(steps) - 1, -1, -1):
        ends.append(end)
        if steps[number].cut:
            end = number
    return ends[::-1]


def _sum_read_again(steps: Sequence[ReplayStep], ends: Sequence[int]) -> list[float]:
    """Return for each request the tokens of the files in the context before it that were used from it on."""
    last = {(ends[number], path): number for number, step in enumerate(steps) for path in step.touched}
    done: dict[int, list[str]] = defaultdict(list)
    for (_, path), number in last.items():
        done[number + 1].append(path)
    sizes: dict[str, float] = {}
    found, whole = [], 0.0
    for number, step in enumerate(steps):
        if step.cut:
            sizes, whole = {}, 0.0
        whole -= sum(sizes.pop(path, 0.0) for path in done[number])
        found.append(max(whole, 0.0))
        for path, tokens in step.reads:
            if last.get((ends[number], path), 0) > number:
                whole += max(tokens - sizes.get(path, 0.0), 0.0)
                sizes[path] = max(sizes.get(path, 0.0), tokens)
    return found


def list_losses(steps: Sequence[ReplayStep], fixed: float) -> list[LostCache]:
    """Return each time that the cache was lost in the middle of a context, with what a summary before would have saved.

    Each pause is replayed with what the summaries before it took away.

    Args:
        steps: of a thread.
        fixed: tokens of its fixed start.
    """
    found = []
    replay = _Replay(steps, fixed)
    gone = dict.fromkeys(_AGAIN, 0.0)
    for number, step in enumerate(steps):
        if step.cut:
            gone = dict.fromkeys(_AGAIN, 0.0)
        before = steps[number - 1] if number else step
        if not _is_loss(step, before):
            continue
        gap_s = _count_gap(before, step)
        is_break = step.why is Mechanism.PAUSE and gap_s >= BREAK_S
        saved = {again: _sum_up(replay, number, gone, again=again) if is_break else 0.0 for again in _AGAIN}
        found.append(
            LostCache(
                place=step.place,
                why=step.why,
                gap_s=gap_s,
                tokens=round(step.lost),
                usd=step.lost * (step.write_usd - step.read_usd),
                likely_usd=saved[True],
                most_usd=saved[False],
            )
        )
    return found


_AGAIN = (True, False)
"""Whether files are read again: the likely figure, then the most."""
_LEAST = 0.5
"""Share of the context before that was written again, below which the cache was not lost (guess, 2026-11-25)."""


def _count_gap(before: ReplayStep, step: ReplayStep) -> float:
    """Return the seconds between two requests; 0 where a log has no times."""
    return step.at - before.at if step.at is not None and before.at is not None else 0.0


def _is_loss(step: ReplayStep, before: ReplayStep) -> bool:
    """Tell whether a context that goes on was written to the cache again."""
    return not step.cut and step.why in _ALONE and step.lost >= _LEAST * before.prompt


def _sum_up(replay: _Replay, number: int, gone: dict[bool, float], *, again: bool) -> float:
    """Return what a summary before a request would have saved, and note what it took away; a small context has none."""
    if replay.steps[number - 1].prompt - gone[again] < WORTH_A_SUMMARY:
        return 0.0
    made = replay.cut(number, gone[again], again=again)
    gone[again] += made.gone
    return made.saved_usd


def list_earlier_cuts(steps: Sequence[ReplayStep], fixed: float) -> list[EarlierCut]:
    """Return what cutting the context at each limit would have saved; nothing for a limit that it never passed."""
    found = []
    replay = _Replay(steps, fixed)
    for limit in LIMITS:
        if fixed + SUMMARY >= limit:
            continue
        likely = _cut_at(replay, limit, again=True)
        if likely.cuts:
            # With files that come back the context passes the limit at other requests, which seldom saves more.
            most = max(_cut_at(replay, limit, again=False).saved_usd, likely.saved_usd)
            found.append(EarlierCut(limit=limit, place=likely.place, likely_usd=likely.saved_usd, most_usd=most))
    return found


class _Cuts(NamedTuple):
    """What cuts would have saved."""

    cuts: int
    place: int
    """Of the first one."""
    saved_usd: float


def _cut_at(replay: _Replay, limit: int, *, again: bool) -> _Cuts:
    """Replay a thread that is cut whenever its context, as small as it is then, passes a limit."""
    gone, cuts, place, saved = 0.0, 0, 0, 0.0
    for number, step in enumerate(replay.steps):
        if step.cut:
            gone = 0.0
        if number and not step.cut and step.prompt - gone > limit:
            made = replay.cut(number, gone, again=again)
            gone += made.gone
            saved += made.saved_usd
            place = place or step.place
            cuts += 1
    return _Cuts(cuts, place, saved)


def _price_token(step: ReplayStep, before: ReplayStep) -> float:
    """Return what a token of the context before cost in a request: a read, or its share of another writing."""
    lost = min(step.lost / before.prompt, 1.0) if before.prompt else 0.0
    return lost * step.write_usd + (1.0 - lost) * step.read_usd


def fill_read_rates(steps: Sequence[ReplayStep]) -> list[ReplayStep]:
    """Return the steps; one that read nothing from the cache gets the price of a read in a request beside it."""
    known = next((step.read_usd for step in steps if step.read_usd), 0.0)
    found = []
    for step in steps:
        known = step.read_usd or known
        found.append(step._replace(read_usd=known or step.write_usd * _USUAL_READ))
    return found


_USUAL_READ: Final = 0.08
"""A read's price beside a writing's: .1 and 1.25 of fresh tokens, as most models of the list have it (measured,
2026-11-25)."""


_DEARER: Final = 2.0 / 1.25 - 1.0
"""What a writing to a cache of an hour costs more than one to a cache of five minutes: 2 and 1.25 times fresh tokens
(https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching)."""


def replay_hour_cache(steps: Sequence[ReplayStep]) -> HourCache | None:
    """Return what a cache kept for an hour would have saved a dialogue; None where it wrote to none.

    Each writing costs more, and what was written again after a pause that the cache outlives is read.
    """
    if not any(step.written_usd for step in steps):
        return None
    if any(step.hour for step in steps):
        return HourCache(steps[0].place, True, 0, 0, 0.0)
    place, pauses, tokens, saved = 0, 0, 0.0, 0.0
    for number, step in enumerate(steps):
        saved -= step.written_usd * _DEARER
        gap_s = _count_gap(steps[number - 1], step) if number else 0.0
        if step.why is Mechanism.PAUSE and step.lost and not step.cut and gap_s <= BREAK_S:
            place = place or step.place
            pauses, tokens = pauses + 1, tokens + step.lost
            saved += step.lost * (step.write_usd * (1.0 + _DEARER) - step.read_usd)
    return HourCache(place or steps[0].place, False, pauses, round(tokens), saved)
