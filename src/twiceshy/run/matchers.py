r"""Find the lines that patterns hit in a stream of blocks, at the price of one search a block.

Going line by line costs Python more than everything else in a run, so a block is searched as a whole and only what was
hit is looked at line by line. That is exact because a pattern without look-around that matches a line on its own also
matches at that place in the block: ``^`` and ``$`` are compiled to mean lines, and what could tell the two apart
(``\A``, ``\z``, an inline ``(?-m)``, carriage returns before ``$``) is taken out of the short cut below. Patterns that
ask for absence (``--invert``) or are foreign (``--perl``) go line by line; the manual says so.
"""

from __future__ import annotations

from twiceshy.records.runs import Watch
from twiceshy.run.exits import PatternError
from twiceshy.run.literals import Words, read_words

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Protocol

    from twiceshy.records.runs import RunPlan

    class _RegexMatch(Protocol):
        """What a search returns."""

        def start(self) -> int:
            """Return the first byte."""
            ...

        def end(self) -> int:
            """Return the byte after the last."""
            ...

        def group(self, group: int = 0, /) -> bytes | None:
            """Return the text."""
            ...

    class Regex(Protocol):
        """A compiled pattern of any of the engines."""

        def search(self, text: bytes, pos: int = 0, /) -> _RegexMatch | None:
            """Return the first match, or None."""
            ...


_EXCLUDABLE_KINDS = ("match", "failure", "success", "only")
"""Kinds that ``--exclude`` takes back and ``--invert`` turns round (the latter only ``match``)."""
_NEEDS_WHOLE_TEXT = ("\\A", "\\z", "\\Z", "\\C", "(?-", "(?i-", "(?s-", "(?U-")


class Matcher:
    """One pattern, compiled."""

    __slots__ = ("by_line", "inverted", "regex", "source", "watch")

    def __init__(self, watch: Watch, plan: RunPlan) -> None:
        """Compile the pattern with the plan's ``--word``, ``--line`` and ``--ignore-case`` in it.

        Raises:
            PatternError: the engine does not take it.
        """
        self.watch = watch
        self.source = _apply_options(watch.regex, plan)
        self.inverted = watch.kind == "only" or (plan.invert and watch.kind == "match")
        self.by_line = plan.perl or self.inverted or any(part in watch.regex for part in _NEEDS_WHOLE_TEXT)
        self.regex = _compile(watch.regex, self.source, plan)

    def find(self, line: bytes) -> tuple[int, int] | None:
        """Return where the line is hit; None where it is not.

        For an inverted pattern that is the whole line, unless the line matches. An empty line says nothing that
        ``--only`` could forbid.
        """
        found = self.regex.search(line)
        if self.inverted:
            return None if found or (self.watch.kind == "only" and not line.strip()) else (0, len(line))
        return (found.start(), found.end()) if found else None

    def progress(self, line: bytes) -> bytes | None:
        """Return what a ``--stuck`` pattern picks from the line: its first group, else all it matches."""
        found = self.regex.search(line)
        if found is None:
            return None
        try:
            return found.group(1)
        except (IndexError, KeyError):
            return found.group(0)


def join_alternatives(watches: Iterable[Watch]) -> str:
    """Return one pattern that hits what any of these hits."""
    regexes = [watch.regex for watch in watches]
    return regexes[0] if len(regexes) == 1 else "|".join(f"(?:{regex})" for regex in regexes)


def compile_watches(plan: RunPlan) -> list[Matcher]:
    """Compile the plan's patterns; several of ``--only`` are one, as a line has to match one of them, not each.

    Raises:
        PatternError: one is not understood.
    """
    matchers = [Matcher(watch, plan) for watch in plan.watches]
    allowed = [watch for watch in plan.watches if watch.kind == "only"]
    if len(allowed) < 2:
        return matchers
    others = [matcher for matcher in matchers if matcher.watch.kind != "only"]
    return [*others, Matcher(Watch("only", join_alternatives(allowed)), plan)]


def _apply_options(regex: str, plan: RunPlan) -> str:
    """Return the pattern's text as one group that may stand in an alternation."""
    source = f"(?i:{regex})" if plan.ignore_case else f"(?:{regex})"
    if plan.word:
        source = rf"\b{source}\b"
    return f"(?:^{source}$)" if plan.whole_line else source


def _compile(regex: str, source: str, plan: RunPlan) -> Regex:
    """Compile the pattern: as plain words where it is no more, else with RE2 or by ``--perl``.

    Raises:
        PatternError: the engine does not take it.
    """
    if plan.perl:
        return _compile_perl(f"(?m){source}", regex)
    words = [] if plan.ignore_case or plan.word or plan.whole_line else read_words(regex)
    return Words(words) if words else _compile_re2(f"(?m){source}", regex)


def _compile_re2(source: str, shown: str) -> Regex:
    """Compile the pattern with RE2: linear time whatever the pattern.

    A pattern in ASCII sees bytes, so that invalid UTF-8 beside it cannot hide a match; another sees UTF-8.

    Raises:
        PatternError: RE2 does not take it.
    """
    import re2  # noqa: PLC0415  # 5 ms that only runs with patterns pay

    options = re2.Options()
    options.log_errors = False
    if source.isascii():
        options.encoding = re2.Options.Encoding.LATIN1
    try:
        regex: Regex = re2.compile(source.encode("utf-8", "surrogateescape"), options)
    except re2.error as error:
        reason = error.args[0] if error.args else "not understood"
        said = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise PatternError(f"the pattern {shown!r} cannot be used: {said.partition(': ')[0]}") from error
    return regex


def _compile_perl(source: str, shown: str) -> Regex:
    """Compile the pattern with the ``regex`` library.

    It has look-around and back references, without RE2's promise on time.

    Raises:
        PatternError: the library is missing or does not take it.
    """
    try:
        import regex  # type: ignore[import-untyped, import-not-found, unused-ignore]  # noqa: PLC0415  # an optional extra
    except ImportError as error:
        raise PatternError("--perl needs the 'regex' library: pip install '.[perl]' in the checkout") from error
    try:
        found: Regex = regex.compile(source.encode("utf-8", "surrogateescape"))
    except regex.error as error:
        raise PatternError(f"the pattern {shown!r} cannot be used: {error}") from error
    return found


def _combine_patterns(matchers: Iterable[Matcher]) -> list[Regex]:
    """Return as few patterns as can be that hit every block in which one of the given ones hits a line."""
    searched = [matcher for matcher in matchers if not matcher.by_line]
    words = [word for matcher in searched if isinstance(matcher.regex, Words) for word in matcher.regex.words]
    compiled = [matcher for matcher in searched if not isinstance(matcher.regex, Words)]
    of_bytes = [matcher for matcher in compiled if matcher.source.isascii()]
    of_text = [matcher for matcher in compiled if matcher not in of_bytes]
    return [*([Words(words)] if words else []), *_combine_group(of_bytes), *_combine_group(of_text)]


def _combine_group(group: list[Matcher]) -> list[Regex]:
    """Return one pattern for those of one encoding, or each alone where they cannot be one."""
    if len(group) > 1:
        try:
            return [_compile_re2("(?m)" + "|".join(matcher.source for matcher in group), "")]
        except PatternError:  # each is fine alone: two groups of one name
            pass
    return [matcher.regex for matcher in group]


class LineHit:
    """A line that a pattern hit: its number from 1, its bytes, where it was hit, and what stands around it."""

    __slots__ = ("following", "line", "near", "number", "span")

    def __init__(self, number: int, line: bytes, span: tuple[int, int], near: bytes, following: bytes) -> None:
        """Keep the hit; ``near`` and ``following`` are some of the text around the line, whole lines or not."""
        self.number = number
        self.line = line
        self.span = span
        self.near = near
        self.following = following


class LineSearch:
    """Cuts one stream's blocks into lines and reports those that a pattern hit."""

    WINDOW = 65536
    """Bytes of an unfinished line that are kept; a longer line is searched in pieces of this size."""
    OVERLAP = 4096
    """Bytes that two pieces share: a match longer than this may be missed across their border."""

    def __init__(self, stream: str, matchers: list[Matcher], exclude: list[Matcher]) -> None:
        """Prepare the search."""
        self.stream = stream
        self.matchers = matchers
        self.exclude = exclude
        self.quick = _combine_patterns(matchers)
        self.slow = [matcher for matcher in matchers if matcher.by_line]
        single = matchers[0] if len(matchers) == 1 and matchers[0].inverted else None
        self.finds_usual = single.regex.search if single is not None else None
        """Finds the lines that one inverted pattern does not report: nearly all, at half a full look's price."""
        self.strip_returns = any("$" in matcher.source for matcher in matchers)
        self.complete = 0
        """Lines that ended so far."""
        self.rest = bytearray()
        """The unfinished line, its last WINDOW bytes."""
        self.in_long_line = False
        self.done: set[Matcher] = set()
        """Patterns that hit the unfinished line already: a line counts once."""
        self.previous = b""
        self.on_hit: Callable[[Matcher, LineSearch, LineHit], None] = lambda *_: None
        self.on_lines: Callable[[bytes], None] | None = None
        """Wants the complete lines that follow (context after a match)."""
        self.on_block: Callable[[bytes], None] | None = None
        """Wants each block as it came (to see whether anything moves)."""

    def feed(self, block: bytes) -> None:
        """Take in the next block."""
        self.search_block(block)
        if self.on_block is not None:
            self.on_block(block)

    def search_block(self, block: bytes) -> None:
        """Search the lines that end in the block."""
        end = block.rfind(b"\n") + 1
        if not end:
            self.extend_rest(block)
            return
        text = bytes(self.rest) + block[:end] if self.rest else block if end == len(block) else block[:end]
        self.rest = bytearray(block[end:]) if end < len(block) else bytearray()
        self.search_lines(text)
        self.in_long_line = False
        self.done.clear()
        if len(self.rest) > self.WINDOW:
            self.search_piece()

    def extend_rest(self, block: bytes) -> None:
        """Add to the unfinished line."""
        self.rest += block
        if len(self.rest) > self.WINDOW:
            self.search_piece()

    def search_piece(self) -> None:
        """Search a line that is longer than anybody reads, and keep only its end."""
        self.search_unfinished(inverted=False)
        self.in_long_line = True
        del self.rest[: -self.OVERLAP]

    def search_unfinished(self, *, inverted: bool = False) -> None:
        """Search the line that has not ended yet: a prompt has no newline."""
        if not self.rest or not self.matchers:
            return
        line = bytes(self.rest)
        for matcher in self.matchers:
            if matcher in self.done or (matcher.inverted and not inverted):
                continue
            if (span := matcher.find(line)) and not self.is_excluded(matcher, line):
                self.done.add(matcher)
                self.on_hit(matcher, self, LineHit(self.complete + 1, line, span, b"", b""))

    def close(self) -> None:
        """Search what is left at the end of the stream: it is a line too."""
        if self.rest:
            rest, self.rest = bytes(self.rest), bytearray()
            self.search_lines(rest)

    def search_lines(self, text: bytes) -> None:
        """Search complete lines. The last may lack its newline only when the stream is over."""
        if self.strip_returns and b"\r\n" in text:
            text = text.replace(b"\r\n", b"\n")
        if self.on_lines is not None:
            self.on_lines(text)
        if self.slow:
            self.walk(text)
        elif any(quick.search(text) for quick in self.quick):
            self.jump(text)
        self.complete += text.count(b"\n")
        self.previous = text if len(text) >= self.OVERLAP else (self.previous + text)[-self.OVERLAP :]

    def walk(self, text: bytes) -> None:
        """Go through every line."""
        place, number = 0, self.complete
        for line in text.split(b"\n"):
            number += 1
            if place >= len(text):
                break
            if self.finds_usual is None or self.finds_usual(line) is None:
                self.report_hits(text, place, line, number)
            place += len(line) + 1

    def jump(self, text: bytes) -> None:
        """Go from hit to hit."""
        place, counted, number = 0, 0, self.complete + 1
        while place < len(text):
            starts = [found.start() for quick in self.quick if (found := quick.search(text, place))]
            if not starts:
                return
            first = text.rfind(b"\n", place, min(starts)) + 1 or place
            if first >= len(text):  # after the last newline there is no line yet
                return
            last = text.find(b"\n", min(starts))
            last = len(text) if last < 0 else last
            number += text.count(b"\n", counted, first)
            counted = first
            self.report_hits(text, first, text[first:last], number)
            place = last + 1

    def report_hits(self, text: bytes, place: int, line: bytes, number: int) -> None:
        """Report each pattern that hits this line, once."""
        for matcher in self.matchers:
            if number == self.complete + 1 and matcher in self.done:
                continue
            if (span := matcher.find(line)) and not self.is_excluded(matcher, line):
                after = place + len(line) + 1
                before = text[max(0, place - self.OVERLAP) : place]
                self.on_hit(matcher, self, LineHit(number, line, span, before, text[after : after + self.OVERLAP]))

    def is_excluded(self, matcher: Matcher, line: bytes) -> bool:
        """Tell whether ``--exclude`` cancels the hit."""
        return matcher.watch.kind in _EXCLUDABLE_KINDS and any(other.regex.search(line) for other in self.exclude)

    def lines_before(self, near: bytes, count: int) -> list[bytes]:
        """Return the last ``count`` lines before a hit; ``near`` is what stood before it in its block."""
        lines = near.split(b"\n")[:-1]
        if len(lines) < count:
            earlier = self.previous[-self.OVERLAP :].split(b"\n")[:-1]
            lines = earlier + lines
        return lines[-count:] if count else []
