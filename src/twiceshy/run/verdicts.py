"""Decide what the lines that were hit mean for the run: nothing yet, or its end and why."""

from __future__ import annotations

import time

from twiceshy.records.runs import MatchEvent

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from twiceshy.records.runs import RunPlan, Watch
    from twiceshy.run.matchers import LineHit, LineSearch, Matcher
    from twiceshy.run.progress import ProgressSearch

_MOST_EVENTS = 100
"""Matches kept with their text; all are counted (guess, 2026-11-21: nobody reads more)."""
_LONGEST_LINE = 2000
"""Bytes of a matched line that are kept around the match (guess, 2026-11-21)."""
_LONGEST_SHOWN = 60
"""Characters of a line in the sentence that says why a run ended (guess, 2026-11-21)."""
_DEFAULT_REPEATS = 10
"""Equal values in a row that are a standstill, without ``--max-repeat`` (guess, 2026-11-21)."""


class Judge:
    """Collects what was hit, and decides when that ends the run."""

    def __init__(self, plan: RunPlan) -> None:
        """Compile all patterns.

        Raises:
            PatternError: one is not understood.
        """
        self.plan = plan
        self.matchers = _compile_watches(plan) if plan.watches else []
        self.exclude = [matcher for matcher in self.matchers if matcher.watch.kind == "exclude"]
        self.verdict = ""
        """Why the run must end: one of the reasons of an ``Outcome``; empty: it goes on."""
        self.verdict_text = ""
        self.events: list[MatchEvent] = []
        self.count = 0
        """Lines hit by a ``match`` pattern."""
        self.missing = {matcher for matcher in self.matchers if matcher.watch.kind == "expect"}
        self.states: dict[int, int] = {}
        """How many states of each chain were seen, in order."""
        self.progress: bytes | None = None
        self.repeats = 0
        self.waiting: list[tuple[MatchEvent, str]] = []
        """Events whose context is not complete, with their stream."""
        self.start = time.monotonic()

    def lines_of(self, stream: str) -> LineSearch | None:
        """Return what cuts and searches that stream; None when no pattern looks at it."""
        on = self.plan.on
        mine = [
            matcher
            for matcher in self.matchers
            if matcher.watch.kind != "exclude"
            and (
                matcher.watch.stream == stream
                or (not matcher.watch.stream and (stream == on or _is_in_both(on, stream)))
            )
        ]
        stuck = [matcher for matcher in mine if matcher.watch.kind == "stuck"]
        every_line = bool(self.plan.max_repeat) and not self.has("stuck") and _is_in_both("both", stream)
        if not mine and not every_line:
            return None
        from twiceshy.run.matchers import LineSearch  # noqa: PLC0415  # only where a pattern looks

        lines = LineSearch(stream, [matcher for matcher in mine if matcher not in stuck], self.exclude)
        lines.on_hit = self.take_hit
        if stuck or every_line:
            lines.on_block = self.follow_progress(stuck).feed
        return lines

    def follow_progress(self, patterns: list[Matcher]) -> ProgressSearch:
        """Return what tells us what these patterns pick, or what each line says, from now on."""
        from twiceshy.run import progress  # noqa: PLC0415  # only where a standstill ends the run

        strip = progress.keep if self.plan.exact_repeat else progress.make_strip(time.time())
        return progress.ProgressSearch(
            patterns, progress.strip_picked(strip) if patterns else strip, self.count_repeats
        )

    def has(self, kind: str) -> bool:
        """Tell whether there is a pattern of that kind."""
        return any(matcher.watch.kind == kind for matcher in self.matchers)

    def take_hit(self, matcher: Matcher, lines: LineSearch, hit: LineHit) -> None:
        """Take in that a pattern hit a line."""
        kind = matcher.watch.kind
        if kind == "expect":
            self.missing.discard(matcher)
        elif matcher.watch.pair >= 0 and not self.follow_states(matcher.watch):
            return
        self.note(matcher, lines, hit)
        if kind == "match":
            self.count += 1
            if self.count < self.plan.max_count:
                return
        if kind != "expect":
            self.decide("state" if kind == "to" else kind, _phrase_hit(kind, lines.stream, hit))

    def follow_states(self, state: Watch) -> bool:
        """Count a state that came when it was its turn; tell whether it was the last of its chain."""
        if self.states.get(state.pair, 0) != state.step:
            return False
        if state.kind == "from":
            self.states[state.pair] = state.step + 1
        return state.kind == "to"

    def count_repeats(self, value: bytes, shown: bytes) -> None:
        """Count how often in a row the same was seen; ``shown``: with what only ticks in it."""
        self.repeats = self.repeats + 1 if value == self.progress else 1
        self.progress = value
        limit = self.plan.max_repeat or _DEFAULT_REPEATS
        if self.repeats >= limit:
            reason = "stuck" if self.has("stuck") else "repeat"
            self.decide(reason, f"{quote_line(shown)} came {limit} times in a row")

    def decide(self, reason: str, shown: str) -> None:
        """End the run for that reason; the first reason stands."""
        if not self.verdict:
            self.verdict, self.verdict_text = reason, shown

    def note(self, matcher: Matcher, lines: LineSearch, hit: LineHit) -> None:
        """Keep the hit with its context, as long as there are few."""
        if len(self.events) >= _MOST_EVENTS:
            return
        (start, end), count = hit.span, self.plan.context
        cut = max(0, start - _LONGEST_LINE // 2)
        line = hit.line[cut : cut + _LONGEST_LINE]
        event = MatchEvent(matcher.watch, lines.stream, hit.number, line, (start - cut, min(end - cut, len(line))))
        event.offset_s = time.monotonic() - self.start
        event.before = [near[:_LONGEST_LINE] for near in lines.lines_before(hit.near, count)]
        event.after = [later[:_LONGEST_LINE] for later in hit.following.split(b"\n")[:-1][:count]]
        self.events.append(event)
        if len(event.after) < count:
            self.waiting.append((event, lines.stream))
            lines.on_lines = lambda later: self.follow(lines, later)

    def follow(self, lines: LineSearch, later: bytes) -> None:
        """Add lines that came after a block with hits, to the hits that still lack their context."""
        following = later[: _LONGEST_LINE * (self.plan.context + 1)].split(b"\n")[:-1]
        for event, stream in self.waiting:
            if stream == lines.stream:
                event.after += following[: self.plan.context - len(event.after)]
        self.waiting = [(event, stream) for event, stream in self.waiting if len(event.after) < self.plan.context]
        if not any(stream == lines.stream for _, stream in self.waiting):
            lines.on_lines = None


def _compile_watches(plan: RunPlan) -> list[Matcher]:
    """Compile the plan's patterns.

    Raises:
        PatternError: one is not understood.
    """
    from twiceshy.run.matchers import compile_watches  # noqa: PLC0415  # only where there are patterns

    return compile_watches(plan)


def _phrase_hit(kind: str, stream: str, hit: LineHit) -> str:
    """Return the line that ended the run and its place, in words."""
    why = ", which no --only matches" if kind == "only" else ""
    return f"{quote_line(hit.line)} (line {hit.number:,} of {stream}{why})"


def _is_in_both(on: str, stream: str) -> bool:
    """Tell whether ``both`` means this stream: every ordinary one, not the numbered ones."""
    return on == "both" and not stream.startswith("fd")


def quote_line(line: bytes) -> str:
    """Return a line for one sentence, as a quotation that it cannot leave: at most 60 characters."""
    from twiceshy.stats.text.foreign_names import quote_words  # noqa: PLC0415  # not in a start-up's time

    return quote_words(line.decode("utf-8", "replace"), _LONGEST_SHOWN) or '""'
