"""Patterns from a command's own runs: kinds of lines that failed runs print and good ones do not; pure.

A pattern is judged by outcome: the lower bounds of its precision and recall, multiplied, and by the share of a failed
run's time that comes after its line. How often it hits counts nothing. Since hundreds of kinds of lines are tried on a
few runs, one that separates them by chance must be expected: what does not look like an error has to pass Fisher's test
at a level divided by the number of tries (Bonferroni).
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from twiceshy.facts.stats import fisher, quantile, wilson
from twiceshy.run.templates import Kind, regex_of, worded

FEWEST_FAILED, FEWEST_GOOD = 4, 4
"""Runs of each kind without which nothing is mined (guess)."""
NEWEST = 120
"""Runs looked at: old behaviour is forgotten."""
LEVEL = 0.01
WORDED_LEVEL = 0.05
"""Levels of Fisher's test for what does not, and what does, look like an error (guesses)."""
MOST_PATTERNS = 6
LEAST_GAIN = 0.01
"""Less is not worth a further pattern (guess)."""
LONGEST_START = 3
"""Words at a line's start that make a pattern."""
CHOSEN_FAILED = 5
CHOSEN_GOOD = 12
"""Hit failed runs, and good runs without a hit, that let a mined pattern be taken unasked (guesses)."""
CHOSEN_SCORE = 0.25
"""And the least score for that (guess): about 6 of 6 failed runs hit, or 9 of 10."""
DELAYS_FROM = 5
DELAY_MARGIN = 1.5
LEAST_DELAY_S, LONGEST_DELAY_S = 0.5, 30.0
"""The learned delay: at least so many failed runs, so many times their .95 quantile, within these bounds (guesses)."""


class Seen(NamedTuple):
    """One past run that ended by itself."""

    failed: bool
    runtime_s: float
    lines: Sequence[Kind]
    marks: Sequence[Kind]
    """Starting patterns that hit a line of it."""


class Found(NamedTuple):
    """One pattern with its evidence."""

    pattern: str
    origin: str
    """mined or starting."""
    failed_runs: int
    failed_hit: int
    good_runs: int
    good_hit: int
    saved_share: float
    score: float
    """Of it and those found before it, together."""


class Mined(NamedTuple):
    """What a command's runs tell."""

    patterns: list[Found]
    """In the order in which they were found to help."""
    chosen: bool
    """Together they are good enough to be taken unasked."""
    score: float
    failed_runs: int
    failed_hit: int
    good_runs: int
    saved_share: float
    delay_s: float | None
    """From a line that hits to the last that belongs to it; None for too little data."""


class Form(NamedTuple):
    """A pattern that might be made: its words and where they stand; or a starting pattern as it is."""

    tokens: tuple[str, ...]
    at_start: bool
    origin: str = "mined"

    def pattern(self) -> str:
        """Its text."""
        return regex_of(self.tokens, at_start=self.at_start) if self.origin == "mined" else self.tokens[0]


class Hits(NamedTuple):
    """The runs that one form hits: which, when first, and for how long its lines go on."""

    failed: dict[int, tuple[float, float]]
    good: set[int]


def mine(past: Sequence[Seen], refused: frozenset[str] = frozenset()) -> Mined | None:
    """The patterns for a command; None for too little data. ``past``: oldest first; ``refused``: not to be taken."""
    past = past[-NEWEST:]
    failed = [run for run in past if run.failed]
    good = [run for run in past if not run.failed]
    if len(failed) < FEWEST_FAILED or len(good) < FEWEST_GOOD:
        return None
    pool = counted(failed, good)
    tried = max(1, sum(form.origin == "mined" for form in pool))
    fit = {
        form: hits
        for form, hits in pool.items()
        if not hits.good
        and form.pattern() not in refused
        and telling(form, len(hits.failed), len(failed), len(good), tried)
    }
    chosen = covered(fit, failed, len(good))
    return concluded(chosen, pool, failed, len(good))


def counted(failed: Sequence[Seen], good: Sequence[Seen]) -> dict[Form, Hits]:
    """All forms that two failed runs or more have, with the runs that they hit."""
    pool: dict[Form, Hits] = {}
    for number, run in enumerate(failed):
        for form, kind in first_of(run).items():
            pool.setdefault(form, Hits({}, set())).failed[number] = (kind.first_s, kind.block_s)
    pool = {form: hits for form, hits in pool.items() if len(hits.failed) > 1}
    for number, run in enumerate(good):
        for form in first_of(run):
            if form in pool:
                pool[form].good.add(number)
    return pool


def first_of(run: Seen) -> dict[Form, Kind]:
    """The forms of a run, each with the first line that has it."""
    found: dict[Form, Kind] = {}
    for kind in run.lines:
        for form in forms(kind.text.split()):
            if form not in found or kind.first_s < found[form].first_s:
                found[form] = kind
    for kind in run.marks:
        found[Form((kind.text,), at_start=False, origin="starting")] = kind
    return found


def forms(tokens: Sequence[str]) -> Iterable[Form]:
    """The patterns that a kind of line could become."""
    for count in range(1, min(LONGEST_START, len(tokens)) + 1):
        if says_something(tokens[:count]):
            yield Form(tuple(tokens[:count]), at_start=True)
    for index in range(1, len(tokens)):
        if worded(tokens[index]) and says_something(tokens[index : index + 1]):
            yield Form((tokens[index],), at_start=False)
        pair = tokens[index - 1 : index + 1]
        if worded(" ".join(pair)) and says_something(pair):
            yield Form(tuple(pair), at_start=False)


def says_something(tokens: Sequence[str]) -> bool:
    """Whether there is more in them than numbers, paths and punctuation."""
    bare = [token for token in tokens if not token.startswith("<")]
    return any(sum(sign.isalpha() for sign in token) > 1 for token in bare) or worded(" ".join(bare))


def telling(form: Form, hit: int, failed: int, good: int, tried: int) -> bool:
    """Whether hitting so many failed runs and no good one is more than chance."""
    if form.origin == "starting":
        return True
    p = fisher(hit, failed, 0, good)
    return p <= WORDED_LEVEL if worded(" ".join(form.tokens)) else p * tried <= LEVEL


def covered(fit: dict[Form, Hits], failed: Sequence[Seen], good: int) -> list[tuple[Form, float]]:
    """The forms that together tell most, each with the score up to it: greedily the next best, while it helps."""
    chosen: list[tuple[Form, float]] = []
    firsts: dict[int, float] = {}
    value = 0.0
    while len(chosen) < MOST_PATTERNS:
        best: tuple[float, tuple[bool, int, str], Form] | None = None
        for form, hits in fit.items():
            together = joined(firsts, hits)
            rated = worth(together, failed)
            if best is None or (rated, preference(form)) > best[:2]:
                best = (rated, preference(form), form)
        if best is None or best[0] < value + LEAST_GAIN:
            break
        value = best[0]
        firsts = joined(firsts, fit[best[2]])
        chosen.append((best[2], score(len(firsts), len(failed), good)))
    return chosen


def joined(firsts: dict[int, float], hits: Hits) -> dict[int, float]:
    """For each failed run the first hit of the patterns so far and these."""
    found = dict(firsts)
    for number, (first_s, _) in hits.failed.items():
        found[number] = min(first_s, found.get(number, first_s))
    return found


def worth(firsts: dict[int, float], failed: Sequence[Seen]) -> float:
    """Lower bounds of precision and recall, multiplied, half of it by the share of time that is saved."""
    precision, recall = wilson(len(firsts), len(firsts)).low, wilson(len(firsts), len(failed)).low
    return precision * recall * (0.5 + 0.5 * saved_share(firsts, failed))


def saved_share(firsts: dict[int, float], failed: Sequence[Seen]) -> float:
    """Of the time of the failed runs that are hit, what comes after the hit."""
    whole = sum(failed[number].runtime_s for number in firsts)
    left = sum(max(0.0, failed[number].runtime_s - first_s) for number, first_s in firsts.items())
    return left / whole if whole > 0 else 0.0


def score(hit: int, failed: int, good: int) -> float:
    """Lower bounds of precision and recall, multiplied; no good run was hit.

    The precision's bound is that of its sum and that of ``good`` runs without a hit, whichever says less.
    """
    clean = 1 - wilson(0, good).high if good else 0.0
    return min(wilson(hit, hit).low, clean) * wilson(hit, failed).low if hit else 0.0


def preference(form: Form) -> tuple[bool, int, str]:
    """Of patterns that are equally good, the one that looks like an error, of about two words."""
    return worded(" ".join(form.tokens)), -abs(len(form.tokens) - 2), form.pattern()


def concluded(chosen: Sequence[tuple[Form, float]], pool: dict[Form, Hits], failed: Sequence[Seen], good: int) -> Mined:
    """The answer."""
    firsts: dict[int, float] = {}
    blocks: dict[int, float] = {}
    found = []
    for form, together in chosen:
        hits = pool[form]
        for number, (first_s, block_s) in hits.failed.items():
            if number not in firsts or first_s < firsts[number]:
                firsts[number], blocks[number] = first_s, block_s
        share = saved_share({number: first_s for number, (first_s, _) in hits.failed.items()}, failed)
        found.append(
            Found(form.pattern(), form.origin, len(failed), len(hits.failed), good, len(hits.good), share, together)
        )
    last = found[-1].score if found else 0.0
    enough = len(firsts) >= CHOSEN_FAILED and good >= CHOSEN_GOOD and last >= CHOSEN_SCORE
    return Mined(
        patterns=found,
        chosen=enough,
        score=last,
        failed_runs=len(failed),
        failed_hit=len(firsts),
        good_runs=good,
        saved_share=saved_share(firsts, failed),
        delay_s=delay(list(blocks.values())),
    )


def delay(blocks_s: Sequence[float]) -> float | None:
    """How long to go on after the match, from how long its lines went on in past runs; None for too little data.

    >>> delay([0.2, 0.4, 3.0, 2.5, 0.1])
    4.3
    >>> delay([0.2]) is None
    True
    """
    if len(blocks_s) < DELAYS_FROM:
        return None
    return round(min(max(quantile(sorted(blocks_s), 0.95) * DELAY_MARGIN, LEAST_DELAY_S), LONGEST_DELAY_S), 1)


def against(past: Sequence[Seen], patterns: Iterable[str]) -> list[Found]:
    """What a command's runs tell about starting patterns: all that hit one of them, good or failed."""
    past = past[-NEWEST:]
    failed = [run for run in past if run.failed]
    good = len(past) - len(failed)
    found = []
    for pattern in patterns:
        firsts = {
            number: mark.first_s for number, run in enumerate(failed) for mark in run.marks if mark.text == pattern
        }
        wrong = sum(mark.text == pattern for run in past if not run.failed for mark in run.marks)
        if firsts or wrong:
            precision = wilson(len(firsts), len(firsts) + wrong).low
            value = precision * wilson(len(firsts), len(failed)).low if failed else 0.0
            share = saved_share(firsts, failed)
            found.append(Found(pattern, "starting", len(failed), len(firsts), good, wrong, share, value))
    return found
