"""Find patterns in a command's own runs: kinds of lines that failed runs print and good ones do not.

A pattern is judged by outcome: the lower bounds of its precision and recall, multiplied, and by the share of a failed
run's time that comes after its line. How often it hits counts nothing. Since hundreds of kinds of lines are tried on a
few runs, one that separates them by chance must be expected: what does not look like an error has to pass Fisher's test
at a level divided by the number of tries (Bonferroni). The module is pure.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from twiceshy.stats.intervals import fisher, quantile, wilson

# Kinds of lines: what a command printed, with everything that changes from run to run replaced by what it is.
#
# ``src/pay.c:14:5: error: 'total' undeclared`` is ``<path>: error: <q> undeclared``. A number that is not zero is
# ``<n>``; a zero stays, since ``0 failed`` and ``3 failed`` are two things. Only used after a run, by the process that
# records it.

_LONGEST_LINE = 300
"""Characters of a line that are looked at (guess, 2026-11-21: the start of a line says what it is)."""
_MOST_TOKENS = 12  # words of a line that make its kind (guess, 2026-11-21)
MOST_KINDS = 200
"""Kinds of lines kept per run: like an error, then the last, then the first (guess, 2026-11-21)."""
_BLOCK_LINES = 200  # lines that an error's block may have (guess, 2026-11-21)
_STRANGE_LINES = 3
"""Lines in a row that do not look like part of an error and so end its block (guess, 2026-11-21)."""
_ERROR_WORDS = re.compile(
    r"(?i:\b(?:\w*error|errors|fail|fails|failed|failing|failures?|fatal|panic|panicked|\w*exception|traceback"
    r"|abort(?:ed|ing)?|cannot|could ?n[o']t|unable|undefined|unresolved|unknown|invalid|missing|mismatch(?:ed)?"
    r"|refused|denied|killed|broken|not (?:found|ok)|no such|problems?|offen[cs]es?|violations?|rejected|incorrect"
    r"|unexpected|conflicts?|would re\w+|segmentation|core dumped|timed out|timeout|stopped|terminated|crash\w*"
    r"|vulnerab\w+|unsatisfi\w+)\b)|[✗✘✕×✖❌●]|\*\*\*"  # noqa: RUF001  # what tools print
)
"""What makes a line, or a few words of it, look like an error. It orders lines; it decides nothing alone."""
_CONTINUES_ERROR = re.compile(
    r"^(?:\s|$|at |Caused by|Traceback|File |--> |\||E  |>|[-=~^*_]{3,}|\+|diff |[Ee]xpected|[Rr]eceived|actual|got"
    r"|note:|help:)"
)
"""Lines that go on with an error: indented, framed, or of a report's usual words (guess)."""
_MASKS = re.compile(
    r"""(?P<q>'[^'\n]{0,200}'(?!\w)|"[^"\n]{0,200}"|`[^`\n]{0,200}`)
      | (?P<t>\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?
        |\b\d\d?:\d\d:\d\d(?:[.,]\d+)?\b)
      | (?P<any>\[[a-z][\w-]*:[0-9a-f]{4,}\]|\b[a-z][a-z+]{1,10}://[^\s'"<>)]+
        |\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\b0x[0-9a-fA-F]+\b
        |\b(?=[a-f]*\d)[0-9a-f]{7,64}\b)
      | (?P<path>(?:<path>(?:\.\w{1,5})?|(?<![\w<>])(?:~|\.{1,2}|[\w.@+%-]+)?(?:/[\w.@+%$=-]+)+/?
        |\b[\w@+%-]+(?:\.[\w@+%-]+)*\.[A-Za-z]\w{0,4}(?=[:(]\d))(?:[:(]\d+(?:[:,]\d+)?\)?)?)
      | (?P<n>(?<![A-Za-z])\d[\d.,]*\d|(?<![A-Za-z])\d)
    """,
    re.VERBOSE,
)
_PLACEHOLDER = re.compile(r"<(?:q|t|any|path|n)>")
_REGEX_OF_PLACEHOLDER = {
    "<q>": r"""(?:'[^']*'|"[^"]*"|`[^`]*`)""",
    "<t>": r"\d[\dTZ:.,+ -]*",
    "<any>": r"\S+",
    "<path>": r"\S+",
    "<n>": r"[\d.,]*[1-9][\d.,]*",
}
_SPECIAL_CHARACTER = re.compile(r"[\\.+*?()|\[\]{}^$]")


class OutputLine(NamedTuple):
    """One line of output."""

    text: str
    at_s: float
    """Seconds from the start to its last byte."""


class LineKind(NamedTuple):
    """A kind of line in one run; or a pattern, with the lines that it hit."""

    text: str
    first_s: float
    """Seconds from the run's start to the first of it."""
    block_s: float
    """Seconds from there to the last line that belongs to it."""


def lines_of(pieces: Iterable[tuple[float, bytes]]) -> list[OutputLine]:
    """Return the complete lines of a stream's first bytes, each with the time of the piece that ended it.

    An unfinished last line counts too. Lines with colours or progress bars are left out: no pattern would be found in
    them as it stands.
    """
    found: list[OutputLine] = []
    rest, at = b"", 0.0
    for at, data in pieces:
        *complete, rest = (rest + data).split(b"\n")
        found += [OutputLine(_decode_start(line), at) for line in complete]
    if rest:
        found.append(OutputLine(_decode_start(rest), at))
    return [line for line in found if "\x1b" not in line.text and "\r" not in line.text]


def _decode_start(line: bytes) -> str:
    """Return the line's start as text, without its end."""
    return line[: 4 * _LONGEST_LINE].decode("utf-8", "replace").rstrip()[:_LONGEST_LINE]


def to_template(line: str) -> str:
    """Return the kind of a line; at most twelve words of it.

    >>> to_template("src/pay.c:14:5: error: 'total' undeclared in 0x7f3a")
    '<path>: error: <q> undeclared in <any>'
    >>> to_template("Tests:  3 failed, 0 skipped, 1,203 total (0.31s)")
    'Tests: <n> failed, 0 skipped, <n> total (<n>s)'
    """

    def mask(found: re.Match[str]) -> str:
        kind = found.lastgroup or "any"
        if kind == "n" and not found.group().strip("0.,"):
            return "0"
        return f"<{kind}>"

    return " ".join(_MASKS.sub(mask, line).split()[:_MOST_TOKENS])


def has_error_words(text: str) -> bool:
    """Tell whether the text looks like part of an error."""
    return _ERROR_WORDS.search(text) is not None


def regex_of(tokens: Sequence[str], *, at_start: bool) -> str:
    r"""Return the RE2 pattern of words of a kind that stand side by side, at the line's start or anywhere.

    >>> regex_of(["<path>:", "error:"], at_start=True), regex_of(["<n>", "failed"], at_start=False)
    ('^\\s*\\S+:\\s+error:', '(?:^|\\s)[\\d.,]*[1-9][\\d.,]*\\s+failed(?:\\s|$)')
    """
    words = r"\s+".join(_regex_of_token(token) for token in tokens)
    return rf"^\s*{words}" if at_start else rf"(?:^|\s){words}(?:\s|$)"


def _regex_of_token(token: str) -> str:
    """Return one word of a kind as a pattern."""
    parts, place = [], 0
    for found in _PLACEHOLDER.finditer(token):
        parts += [
            _SPECIAL_CHARACTER.sub(r"\\\g<0>", token[place : found.start()]),
            _REGEX_OF_PLACEHOLDER[found.group()],
        ]
        place = found.end()
    return "".join([*parts, _SPECIAL_CHARACTER.sub(r"\\\g<0>", token[place:])])


def list_kinds(lines: Sequence[OutputLine], clean: Callable[[str], str]) -> list[LineKind]:
    """Return the kinds of lines of a run, in their order; ``clean`` gives a line's text as it may be stored."""
    first: dict[str, int] = {}
    for index, line in enumerate(lines):
        first.setdefault(to_template(line.text), index)
    first.pop("", None)
    kept = sorted(first.items(), key=lambda item: _rank(item[0], item[1], len(lines)))[:MOST_KINDS]
    found: dict[str, LineKind] = {}
    for _, index in sorted(kept, key=lambda item: item[1]):
        made = to_template(clean(lines[index].text))
        found.setdefault(made, kind_at(lines, made, index))
    return list(found.values())


def kind_at(lines: Sequence[OutputLine], text: str, index: int) -> LineKind:
    """Return the kind whose first line is that one."""
    at_s = lines[index].at_s
    return LineKind(text, round(at_s, 3), round(max(0.0, _find_block_end_s(lines, index) - at_s), 3))


def _rank(made: str, index: int, count: int) -> tuple[bool, int]:
    """Return the order in which kinds are kept: those that look like an error first, then by nearness to an end."""
    return not has_error_words(made), min(count - index, 2 * index + 1)


def _find_block_end_s(lines: Sequence[OutputLine], start: int) -> float:
    """Return when the last line came that belongs to that one, were it the first of an error."""
    strange, end_s = 0, lines[start].at_s
    for line in lines[start + 1 : start + _BLOCK_LINES]:
        if _CONTINUES_ERROR.search(line.text) is None and not has_error_words(line.text):
            strange += 1
            if strange == _STRANGE_LINES:
                break
        elif line.text.strip():
            strange, end_s = 0, line.at_s
    return end_s


FEWEST_FAILED, FEWEST_GOOD = 4, 4
"""Runs of each kind needed before anything is mined (guess, 2026-11-21)."""
_NEWEST = 120
"""Runs that are looked at; older behaviour is forgotten (guess, 2026-11-21)."""
_LEVEL = 0.01  # level of Fisher's test for lines without an error word (guess, 2026-11-21)
_ERROR_WORD_LEVEL = 0.05
"""Level of Fisher's test for lines with an error word (guess, 2026-11-21)."""
_MOST_PATTERNS = 6  # patterns for one command (guess, 2026-11-21)
_LEAST_GAIN = 0.01
"""Score that a further pattern has to add (guess, 2026-11-21)."""
_LONGEST_START = 3
"""Words at a line's start that make a pattern (guess, 2026-11-21)."""
_FEWEST_FAILED_FOR_AUTO = 5  # failed runs with a hit before ``auto`` takes the pattern (guess, 2026-11-21)
_FEWEST_GOOD_FOR_AUTO = 12
"""Good runs without a hit before ``auto`` takes the pattern (guess, 2026-11-21)."""
_LEAST_SCORE_FOR_AUTO = 0.25
"""Score before ``auto`` takes the pattern: about 6 of 6 failed runs hit, or 9 of 10 (guess, 2026-11-21)."""
_FEWEST_DELAYS = 5  # failed runs needed before a delay is learned (guess, 2026-11-21)
_DELAY_MARGIN = 1.5  # the delay is this many times the .95 quantile (guess, 2026-11-21)
_LEAST_DELAY_S, _LONGEST_DELAY_S = 0.5, 30.0
"""Bounds of a learned delay (guesses, 2026-11-21)."""


class FinishedRun(NamedTuple):
    """One past run that ended by itself."""

    failed: bool
    runtime_s: float
    lines: Sequence[LineKind]
    marks: Sequence[LineKind]
    """Starting patterns that hit a line of it."""


class PatternEvidence(NamedTuple):
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


class MinedPatterns(NamedTuple):
    """What a command's runs tell."""

    patterns: list[PatternEvidence]
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


class _PatternCandidate(NamedTuple):
    """A pattern that might be made: its words and where they stand; or a starting pattern as it is."""

    tokens: tuple[str, ...]
    at_start: bool
    origin: str = "mined"

    def pattern(self) -> str:
        """Return the pattern's text."""
        return regex_of(self.tokens, at_start=self.at_start) if self.origin == "mined" else self.tokens[0]


class _CandidateHits(NamedTuple):
    """The runs that one candidate hits: which, when first, and for how long its lines go on."""

    failed: dict[int, tuple[float, float]]
    good: set[int]


def mine_patterns(past: Sequence[FinishedRun], refused: frozenset[str] = frozenset()) -> MinedPatterns | None:
    """Return the patterns for a command; None for too little data.

    ``past``: oldest first; ``refused``: patterns that must not be taken.
    """
    past = past[-_NEWEST:]
    failed = [run for run in past if run.failed]
    good = [run for run in past if not run.failed]
    if len(failed) < FEWEST_FAILED or len(good) < FEWEST_GOOD:
        return None
    pool = _count_candidates(failed, good)
    tried = max(1, sum(form.origin == "mined" for form in pool))
    fit = {
        form: hits
        for form, hits in pool.items()
        if not hits.good
        and form.pattern() not in refused
        and _is_significant(form, len(hits.failed), len(failed), len(good), tried)
    }
    chosen = _choose_patterns(fit, failed, len(good))
    return _summarize(chosen, pool, failed, len(good))


def trust_named(mined: MinedPatterns, is_named: Callable[[str], bool]) -> MinedPatterns:
    """Return the patterns as ones to take unasked, where somebody whom the user trusts names each of them too.

    They were mined of ``FEWEST_FAILED`` failed and ``FEWEST_GOOD`` good runs here, hit only failed ones, and their
    score must be high enough all the same.
    """
    named = bool(mined.patterns) and all(is_named(one.pattern) for one in mined.patterns)
    return mined._replace(chosen=mined.chosen or (named and mined.score >= _LEAST_SCORE_FOR_AUTO))


def _count_candidates(
    failed: Sequence[FinishedRun], good: Sequence[FinishedRun]
) -> dict[_PatternCandidate, _CandidateHits]:
    """Return all candidates that two failed runs or more have, with the runs that they hit."""
    pool: dict[_PatternCandidate, _CandidateHits] = {}
    for number, run in enumerate(failed):
        for form, kind in _find_candidates(run).items():
            pool.setdefault(form, _CandidateHits({}, set())).failed[number] = (kind.first_s, kind.block_s)
    pool = {form: hits for form, hits in pool.items() if len(hits.failed) > 1}
    for number, run in enumerate(good):
        for form in _find_candidates(run):
            if form in pool:
                pool[form].good.add(number)
    return pool


def _find_candidates(run: FinishedRun) -> dict[_PatternCandidate, LineKind]:
    """Return the candidates of a run, each with the first line that has it."""
    found: dict[_PatternCandidate, LineKind] = {}
    for kind in run.lines:
        for form in _list_candidates(kind.text.split()):
            if form not in found or kind.first_s < found[form].first_s:
                found[form] = kind
    for kind in run.marks:
        found[_PatternCandidate((kind.text,), at_start=False, origin="starting")] = kind
    return found


def list_patterns_of_good(past: Iterable[FinishedRun]) -> frozenset[str]:
    """Return each pattern that could be made of a good run's lines, or that hit one."""
    return frozenset(form.pattern() for run in past if not run.failed for form in _find_candidates(run))


def _list_candidates(tokens: Sequence[str]) -> Iterable[_PatternCandidate]:
    """Yield the patterns that a kind of line could become."""
    for count in range(1, min(_LONGEST_START, len(tokens)) + 1):
        if _has_words(tokens[:count]):
            yield _PatternCandidate(tuple(tokens[:count]), at_start=True)
    for index in range(1, len(tokens)):
        if has_error_words(tokens[index]) and _has_words(tokens[index : index + 1]):
            yield _PatternCandidate((tokens[index],), at_start=False)
        pair = tokens[index - 1 : index + 1]
        if has_error_words(" ".join(pair)) and _has_words(pair):
            yield _PatternCandidate(tuple(pair), at_start=False)


def _has_words(tokens: Sequence[str]) -> bool:
    """Tell whether there is more in the words than numbers, paths and punctuation."""
    bare = [token for token in tokens if not token.startswith("<")]
    return any(sum(sign.isalpha() for sign in token) > 1 for token in bare) or has_error_words(" ".join(bare))


def _is_significant(form: _PatternCandidate, hit: int, failed: int, good: int, tried: int) -> bool:
    """Tell whether hitting so many failed runs and no good one is more than chance."""
    if form.origin == "starting":
        return True
    p = fisher(hit, failed, 0, good)
    return p <= _ERROR_WORD_LEVEL if has_error_words(" ".join(form.tokens)) else p * tried <= _LEVEL


def _choose_patterns(
    fit: dict[_PatternCandidate, _CandidateHits], failed: Sequence[FinishedRun], good: int
) -> list[tuple[_PatternCandidate, float]]:
    """Choose the candidates that together tell most, each with the score up to it.

    Greedy: the next best one is added while it helps.
    """
    chosen: list[tuple[_PatternCandidate, float]] = []
    firsts: dict[int, float] = {}
    value = 0.0
    while len(chosen) < _MOST_PATTERNS:
        best: tuple[float, tuple[bool, int, str], _PatternCandidate] | None = None
        for form, hits in fit.items():
            together = _merge_first_hits(firsts, hits)
            rated = _rate_cover(together, failed)
            if best is None or (rated, _preference_of(form)) > best[:2]:
                best = (rated, _preference_of(form), form)
        if best is None or best[0] < value + _LEAST_GAIN:
            break
        value = best[0]
        firsts = _merge_first_hits(firsts, fit[best[2]])
        chosen.append((best[2], _compute_score(len(firsts), len(failed), good)))
    return chosen


def _merge_first_hits(firsts: dict[int, float], hits: _CandidateHits) -> dict[int, float]:
    """Return for each failed run the first hit of the patterns so far and these."""
    found = dict(firsts)
    for number, (first_s, _) in hits.failed.items():
        found[number] = min(first_s, found.get(number, first_s))
    return found


def _rate_cover(firsts: dict[int, float], failed: Sequence[FinishedRun]) -> float:
    """Return the lower bounds of precision and recall, multiplied; half of it goes by the share of saved time."""
    precision, recall = wilson(len(firsts), len(firsts)).low, wilson(len(firsts), len(failed)).low
    return precision * recall * (0.5 + 0.5 * _compute_saved_share(firsts, failed))


def _compute_saved_share(firsts: dict[int, float], failed: Sequence[FinishedRun]) -> float:
    """Return which share of the time of the failed runs that are hit comes after the hit."""
    whole = sum(failed[number].runtime_s for number in firsts)
    left = sum(max(0.0, failed[number].runtime_s - first_s) for number, first_s in firsts.items())
    return left / whole if whole > 0 else 0.0


def _compute_score(hit: int, failed: int, good: int) -> float:
    """Return the lower bounds of precision and recall, multiplied; no good run was hit.

    The precision's bound is that of its sum and that of ``good`` runs without a hit, whichever says less.
    """
    clean = 1 - wilson(0, good).high if good else 0.0
    return min(wilson(hit, hit).low, clean) * wilson(hit, failed).low if hit else 0.0


def _preference_of(form: _PatternCandidate) -> tuple[bool, int, str]:
    """Return the order of equally good patterns: first those that look like an error, of about two words."""
    return has_error_words(" ".join(form.tokens)), -abs(len(form.tokens) - 2), form.pattern()


def _summarize(
    chosen: Sequence[tuple[_PatternCandidate, float]],
    pool: dict[_PatternCandidate, _CandidateHits],
    failed: Sequence[FinishedRun],
    good: int,
) -> MinedPatterns:
    """Return the chosen patterns with their evidence, and whether they are good enough to be taken unasked."""
    firsts: dict[int, float] = {}
    blocks: dict[int, float] = {}
    found = []
    for form, together in chosen:
        hits = pool[form]
        for number, (first_s, block_s) in hits.failed.items():
            if number not in firsts or first_s < firsts[number]:
                firsts[number], blocks[number] = first_s, block_s
        share = _compute_saved_share({number: first_s for number, (first_s, _) in hits.failed.items()}, failed)
        found.append(
            PatternEvidence(
                form.pattern(), form.origin, len(failed), len(hits.failed), good, len(hits.good), share, together
            )
        )
    last = found[-1].score if found else 0.0
    enough = len(firsts) >= _FEWEST_FAILED_FOR_AUTO and good >= _FEWEST_GOOD_FOR_AUTO and last >= _LEAST_SCORE_FOR_AUTO
    return MinedPatterns(
        patterns=found,
        chosen=enough,
        score=last,
        failed_runs=len(failed),
        failed_hit=len(firsts),
        good_runs=good,
        saved_share=_compute_saved_share(firsts, failed),
        delay_s=compute_delay(list(blocks.values())),
    )


def compute_delay(blocks_s: Sequence[float]) -> float | None:
    """Return how long to go on after the match; None for too little data.

    ``blocks_s``: how long the lines went on after the match in past runs.

    >>> compute_delay([0.2, 0.4, 3.0, 2.5, 0.1])
    4.3
    >>> compute_delay([0.2]) is None
    True
    """
    if len(blocks_s) < _FEWEST_DELAYS:
        return None
    return round(min(max(quantile(sorted(blocks_s), 0.95) * _DELAY_MARGIN, _LEAST_DELAY_S), _LONGEST_DELAY_S), 1)


def check_starting_patterns(past: Sequence[FinishedRun], patterns: Iterable[str]) -> list[PatternEvidence]:
    """Return what a command's runs tell about starting patterns: all that hit a run, good or failed."""
    past = past[-_NEWEST:]
    failed = [run for run in past if run.failed]
    good = [run for run in past if not run.failed]
    firsts: dict[str, dict[int, float]] = {pattern: {} for pattern in patterns}
    for number, run in enumerate(failed):
        for mark in run.marks:
            firsts.get(mark.text, {})[number] = mark.first_s
    wrong = Counter(mark.text for run in good for mark in run.marks)
    return [
        _rate_starting_pattern(pattern, hits, wrong[pattern], failed, len(good))
        for pattern, hits in firsts.items()
        if hits or wrong[pattern]
    ]


def _rate_starting_pattern(
    pattern: str, firsts: dict[int, float], wrong: int, failed: Sequence[FinishedRun], good: int
) -> PatternEvidence:
    """Return the evidence for a pattern that hit these failed runs, and so many good ones."""
    precision = wilson(len(firsts), len(firsts) + wrong).low
    score = precision * wilson(len(firsts), len(failed)).low if failed else 0.0
    share = _compute_saved_share(firsts, failed)
    return PatternEvidence(pattern, "starting", len(failed), len(firsts), good, wrong, share, score)
