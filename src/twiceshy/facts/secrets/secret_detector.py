"""Where secrets and personal data stand in texts: spans, in linear time, for many short texts or one long one.

All texts of a call are joined into one buffer and scanned once for the triggers of every rule (``secret_triggers``).
Only around a hit is the rule itself run, with re2 on a window of the text, and its value checked (``secrets_checks``).
So a text without hits costs about a nanosecond a byte, whatever the number of rules. Both engines give the same spans.

Rules are data and come in as arguments: this module knows none.
"""

import base64
import binascii
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, NamedTuple

import re2

from twiceshy.facts.secrets.secret_checks import CHECKS, PLACEHOLDER, SOFT, entropy
from twiceshy.facts.secrets.secret_triggers import (
    LATIN,
    Finder,
    HyperscanFinder,
    Trigger,
    list_match_libraries,
    make_finder,
)

SEPARATOR = b"\n\x00\n"
_MEMO_SIZE = 20_000
"""Surroundings of triggers whose answer is remembered (guess, 2026-11-21)."""
LONGEST = 64 << 10
"""Bytes after a hit that a match may reach at most (guess, 2026-11-21)."""
_HIDDEN_PLACE = (
    rb"(?:\x1b|\\u001[bB]|\\x1[bB]|\\033)\[[0-9;]{0,16}[mK]|[A-Za-z0-9](?:%(?:25){0,2}|\\{1,4}u00)(?:5[fF]|2[dDeE]|7[eE])[A-Za-z0-9]"
    rb"|(?:%(?:25){0,2}[2-7][0-9a-fA-F]){6}|(?:\\{1,4}(?:x|u00)[2-7][0-9a-fA-F]){6}|(?:&#x?[0-9a-fA-F]{2,3};){6}"
    rb"|(?i)(?:authorization|password|secret|token|key)(?:%(?:25){0,2}|\\{1,4}u00|\\{1,4}x)(?:3[ad]|22|27)"
    rb"|(?i)(?:authorization|password|passwd|secret|token|key)&(?:quot|apos|#0?3[49]|#x2[27]);"
)
"""Where colours, escapes or percent signs may hide a secret: inside a token, between a name and its value, or a whole
value written in them."""
_MARGIN = rb"[ \t]{0,8}\r?\n[ \t0-9+&>|#\xe2\x86\x92]{0,40}"
"""The end of a line and what a diff or a file view puts before the next one."""
_BREAK = rb"[ \t]{0,8}(?:\\?" + _MARGIN + rb")?"
_PUT_TOGETHER = (
    rb"[\"'`]" + _BREAK + rb"\+" + _BREAK + rb"[fbruLN@]?[\"'`]|[\"']" + _BREAK + rb"[.&]" + _BREAK + rb"[\"']"
)
_JOIN_PLACE = (
    rb"[\"'`] ?[+] ?[\"'`]|[\"'] ?[.&] ?[\"'][^\s\"',;)\]}]|[\"'] ?[+.&] ?\\?\r?\n|[\t \n][+.&] [\"']"
    rb"|[A-Za-z0-9][\"']{2}[A-Za-z0-9]"
    rb"|[A-Za-z0-9+/_.=-][\"'](?:"
    + _MARGIN
    + rb")[fbru]?[\"'][A-Za-z0-9+/_.=-]|[A-Za-z0-9_=/+.-]\\\r?\n[+>]?[A-Za-z0-9_=/+.-]"
)
"""Where pieces of one value may be put together: quoted ones with an operator or a line's end between them, and lines
that go on behind a backslash. Written so that an engine finds it by its letters: ``_JOIN`` itself is twice as slow."""
_JOIN = re.compile(
    rb"(?:" + _PUT_TOGETHER + rb")(?=[^\s\"'`,;)\]}])"
    rb"|(?<=[A-Za-z0-9+/_.=-])[\"'`](?:" + _MARGIN + rb")?[fbru]?[\"'`](?=[A-Za-z0-9+/_.=-])"
    rb"|(?<=[A-Za-z0-9_=/+.-])\\\r?\n[+>]?(?=[A-Za-z0-9_=/+.-])"
)
_NAMED_BEFORE = 160
"""Bytes before a join in which something must say that a secret may be joined (guess, 2026-11-22)."""
_WORTH_JOINING = re2.compile(
    rb"(?i)(?:passw(?:or)?d|passwd|pwd|pass|passphrase|secret|token|key|credentials?|auth(?:orization)?)[\w\]\"'`]{0,12}"
    rb"\s{0,3}(?:[:=,(]|\+=)|bearer|basic |://[^\s/@]*:|gh[pousr]_|github_pat|glpat|\bsk[-_]|akia|asia|aiza|xox|\beyj|npm_"
    rb"|pypi-|hf_|-----begin",
    LATIN,
)
"""What stands before a join on its line, where a joined value may be a secret."""
_COLOUR = rb"\[[0-9;?]{0,16}[A-Za-z]"
_ESCAPE = re.compile(  # every branch begins with a plain character, which `re` then looks for first: six times as fast
    rb"\x1b"
    + _COLOUR
    + rb"|\\u001[bB]"
    + _COLOUR
    + rb"|\\x1[bB]"
    + _COLOUR
    + rb"|\\033"
    + _COLOUR
    + rb"|\[[0-9;]{1,9}m"
    rb"|\\\\{0,3}([nrt])|%(?:25){0,2}([2-7][0-9a-fA-F])|\\\\{0,3}(?:u00|x)([2-7][0-9a-fA-F])"
    rb"|&(?:(quot|apos|amp)|#0?([0-9]{2,3})|#x([2-7][0-9a-fA-F]));"
)
_GLUED_ESCAPE = re2.compile(rb"(?:\\[nrt]|%[0-9A-Fa-f]{2}|\\u00[0-9a-fA-F]{2}|\[[0-9;]{1,9}m)[A-Za-z0-9_]", LATIN)
"""An escape whose last letter is no border of a word, but would be one if it were what it stands for."""
_NEAR_BEFORE = 512
"""Bytes before a hidden place that are looked through (guess, 2026-11-21)."""
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"quot": b'"', b"apos": b"'", b"amp": b"&"}
_DECIMAL = 5
"""The group of ``_ESCAPE`` that counts in tens (our own format); the others with digits are hexadecimal."""


class SecretSpan(NamedTuple):
    """A stretch of a text that is to be replaced; offsets count what the text counts (characters or bytes)."""

    start: int
    end: int
    kind: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionRule:
    """How one sort of secret is found. Patterns are read as bytes (Latin-1)."""

    id: str
    kind: str
    regex: str
    """The last group that takes part is the secret; without groups the whole match."""
    trigger: str
    """Matches inside every match of ``regex``, and is short."""
    before: int = 256
    """Bytes before the end of the trigger where a match may begin."""
    after: int = 384
    """Bytes behind it that are searched at first; more where a match reaches further."""
    entropy: float = 0.0
    """Least bits a byte of the secret."""
    check: str = "token"
    """Key of ``secrets_checks.CHECKS``."""
    memo: tuple[int, int] = (0, 0)
    """Bytes before and behind the end of the trigger that usually decide: what they decided is remembered. For rules
    that hit the same few values all the time, as user names in paths."""


_RuleSpan = tuple[int, int, int]
"""Start, end, and the rule's index."""


class _CompiledRule(NamedTuple):
    rule: DetectionRule
    search: Any
    check: Any
    bordered: bool
    """Whether the pattern begins with a border of a word, which the edge of a window is not."""


class Detector:
    """Compiled rules. Not to be shared between threads; each process makes its own."""

    def __init__(
        self, rules: Sequence[DetectionRule], *, engine: str | None = None, compiled: bytes | None = None
    ) -> None:
        self.engine = engine or list_match_libraries()[0]
        self._rules = [
            _CompiledRule(
                rule,
                re2.compile(rule.regex.encode("latin-1"), LATIN).search,
                CHECKS[rule.check],
                rule.regex.startswith("\\b"),
            )
            for rule in rules
        ]
        self._names = [(rule.kind, rule.id) for rule in rules]
        self._soft = [rule.check in SOFT for rule in rules]
        self._memos = {index: rule.memo for index, rule in enumerate(rules) if rule.memo[0]}
        self._memo: dict[bytes, tuple[int, int, bool]] = {}
        self._hiding = len(rules)
        triggers = [*(rule.trigger.encode("latin-1") for rule in rules), _HIDDEN_PLACE, _JOIN_PLACE]
        self._finder: Finder = make_finder(triggers, self.engine, compiled)

    def dump_database(self) -> bytes | None:
        """Return the engine's database, to be given to ``__init__``; None where the engine has none."""
        return self._finder.dump_database() if isinstance(self._finder, HyperscanFinder) else None

    def find(self, text: str) -> list[SecretSpan]:
        """Return the spans of one text in characters: ordered, not overlapping."""
        return self.find_many([text]).get(0, [])

    def find_many(self, texts: Sequence[str]) -> dict[int, list[SecretSpan]]:
        """Return spans in characters, by the index of the text; only texts that have some."""
        encoded = encode_utf8(texts)
        found = self.find_encoded(encoded)
        for index, spans in found.items():
            if not texts[index].isascii():
                found[index] = _count_in_characters(encoded[index], spans)
        return found

    def find_encoded(self, texts: Sequence[bytes]) -> dict[int, list[SecretSpan]]:
        """Find as ``find_many`` in UTF-8 texts; the spans are in bytes and never cut a character."""
        return self._find_in_encoded(texts, plain=False)

    def _find_in_encoded(self, texts: Sequence[bytes], *, plain: bool) -> dict[int, list[SecretSpan]]:
        """Find as ``find_encoded``; ``plain``: escapes are gone already, and are not looked through again."""
        hits = self._finder.hits(SEPARATOR.join(texts))
        if not hits:
            return {}
        hits.sort()
        starts = list(accumulate([len(text) + 3 for text in texts], initial=0))
        found: dict[int, list[SecretSpan]] = {}
        for index, own in _group_by_text(hits, starts):
            spans = self._find_spans(texts[index], own, starts[index], plain=plain)
            if spans:
                found[index] = spans
        return found

    def _find_spans(self, text: bytes, hits: Sequence[Trigger], base: int, *, plain: bool) -> list[SecretSpan]:
        raw: list[_RuleSpan] = []
        done: dict[int, int] = {}
        hidden: list[int] = []
        joined: list[int] = []
        unread = (hidden, joined)
        for at, index in hits:
            end = at - base
            if index >= self._hiding:
                unread[index - self._hiding].append(end)
            elif index in self._memos and self._try_memo(text, index, end, done, raw):
                continue
            elif done.get(index, 0) < end <= len(text) and not self._confirm(text, index, end, done, raw):
                hidden.append(end)
        if not plain:
            raw += self._find_hidden(text, hidden, (_CLOSE, _APART))
            raw += self._find_hidden(text, _choose_joins(text, joined), (_JOINED,))
        if len(raw) > 1:
            raw = _merge_spans([one for one in raw if not self._soft[one[2]]], raw)
        return [SecretSpan(start, end, *self._names[index]) for start, end, index in raw]

    def _find_hidden(self, text: bytes, places: Sequence[int], readings: "Sequence[_Reading]") -> Iterator[_RuleSpan]:
        """Yield what is found around these places where what hides it is read as it is meant."""
        for start, end in _surround_places(text, places, readings[0].behind):
            for reading in readings:
                for first, last, index in self._find_behind(text[start:end], reading):
                    yield start + first, start + last, index

    def _confirm(self, text: bytes, index: int, end: int, done: dict[int, int], raw: list[_RuleSpan]) -> bool:
        """Add a rule's matches up to a trigger that ends at ``end``; ``done``: how far each rule has searched.

        False where nothing matched there (but perhaps behind the trigger) and an escape may be to blame.
        """
        rule, search, check, bordered = self._rules[index]
        glued = False
        while (start := max(done.get(index, 0), end - rule.before, 0)) < end:
            window, match = _search_widening(search, text, start, end, rule.after)
            if match is None:
                return not _has_glued_escape(window)
            first, last = match.span()
            low, high = match.span(match.lastindex or 0)
            glued = glued or (start + first >= end and _has_glued_escape(window[: end - start]))
            if bordered and first == 0 < start and _is_in_word(text, start):
                done[index] = start + 1
                continue
            done[index] = start + max(last, 1)
            if self._is_match_secret(rule, check, window, (low, high, first)):
                raw.append((*_widen_to_characters(text, start + low, start + high), index))
        return not glued

    def _is_match_secret(self, rule: DetectionRule, check: Any, window: bytes, place: tuple[int, int, int]) -> bool:
        """Tell whether the value of a match is what the rule is about."""
        low, high, first = place
        if window[high : high + 1] == b"]" and PLACEHOLDER.fullmatch(window[window.rfind(b"[", 0, low) : high + 1]):
            return False
        if rule.entropy and entropy(window[low:high]) < rule.entropy:
            return False
        if not check(window, low, high, first):
            return False
        return rule.check != "base64" or self._hides_secret(window[low:high])

    def _try_memo(self, text: bytes, index: int, end: int, done: dict[int, int], raw: list[_RuleSpan]) -> bool:
        """Tell whether a match was decided by few bytes around the trigger, now or before.

        Only a match that touches neither end of these bytes counts: what lies outside cannot change it.
        """
        before, behind = self._memos[index]
        start = end - before
        if start < done.get(index, 0):
            return False
        key = text[start : end + behind]
        known = self._memo.get(key)
        if known is None:
            _, search, check, _ = self._rules[index]
            match = search(key)
            if match is None or match.start() == 0 or match.end() >= len(key) - 1 or match.end() < before:
                return False
            low, high = match.span(match.lastindex or 0)
            known = (low, high, check(key, low, high, match.start()))
            if len(self._memo) >= _MEMO_SIZE:
                self._memo.clear()
            self._memo[key] = known
        low, high, holds = known
        done[index] = start + high
        if holds:
            raw.append((start + low, start + high, index))
        return True

    def _hides_secret(self, wrapped: bytes) -> bool:
        """Tell whether base64 text holds something that a rule finds.

        Bytes that are not text are of no interest.
        """
        plain = wrapped.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
        plain = plain[: len(plain) - (len(plain) % 4 == 1)]
        try:
            inside = base64.b64decode(plain + b"=" * (-len(plain) % 4))
        except (binascii.Error, ValueError):
            return False
        return inside != wrapped and bool(self.find_encoded([inside]))

    def _find_behind(self, text: bytes, reading: "_Reading") -> list[_RuleSpan]:
        """Return spans of what shows when what hides it is read."""
        pattern, mean = reading.pattern, reading.mean
        plain, hiding = pattern.subn(mean, text)
        spans = self._find_in_encoded([plain], plain=True).get(0, []) if hiding else []
        if not spans:
            return []
        places = _map_stretches(text, reading)
        index_of = {ready.rule.id: index for index, ready in enumerate(self._rules)}
        found = []
        for span in spans:
            first = places[bisect_right(places, (span.start, len(text))) - 1]
            final = places[bisect_right(places, (span.end - 1, len(text))) - 1]
            end = final[1] + span.end - final[0]
            if (escape := pattern.match(text, final[1])) is not None:
                end = escape.end()
            found.append((first[1] + span.start - first[0], end, index_of[span.rule]))
        return found


class _Reading(NamedTuple):
    """How a text is read that hides something: what is replaced, and by what."""

    pattern: re.Pattern[bytes]
    mean: Callable[[re.Match[bytes]], bytes]
    behind: int
    """Bytes behind such a place that are looked through (guesses, 2026-11-22; joins are many and follow each other)."""


def _decode_escape(escape: re.Match[bytes]) -> bytes:
    """Return the character that an escape stands for; a colour stands for nothing."""
    if escape.lastindex is None:
        return b""
    written = escape[escape.lastindex]
    if written in _LETTERS:
        return _LETTERS[written]
    return bytes([int(written, 10 if escape.lastindex == _DECIMAL else 16) & 0xFF])


def _decode_apart(escape: re.Match[bytes]) -> bytes:
    """Return what ``_decode_escape`` does, but a blank for a colour."""
    return b" " if escape.lastindex is None else _decode_escape(escape)


_CLOSE = _Reading(_ESCAPE, _decode_escape, 4096)
"""Colours within a token."""
_APART = _Reading(_ESCAPE, _decode_apart, 4096)
"""Colours between two tokens."""
_JOINED = _Reading(_JOIN, lambda _join: b"", 512)


def _map_stretches(text: bytes, reading: _Reading) -> list[tuple[int, int]]:
    """Return where each stretch that an escape ends or makes begins: in the text as it is read, and in the text."""
    places: list[tuple[int, int]] = []
    last = size = 0
    for match in reading.pattern.finditer(text):
        start, end = match.span()
        letter = reading.mean(match)
        for length, place in ((start - last, last), (len(letter), start)):
            if length:
                places.append((size, place))
                size += length
        last = end
    if last < len(text):
        places.append((size, last))
    return places


def encode_utf8(texts: Sequence[str]) -> list[bytes]:
    """Return each text in UTF-8, lone surrogates too."""
    try:
        return [text.encode() for text in texts]
    except UnicodeEncodeError:
        return [text.encode("utf-8", "surrogatepass") for text in texts]


def _choose_joins(text: bytes, places: Sequence[int]) -> list[int]:
    """Return those of the places (in order) where a secret may be put together.

    Its name or the beginning of a token stands right before it, or before the piece that it goes on from.
    """
    chosen: list[int] = []
    for end in places:
        start = max(0, end - _NAMED_BEFORE)
        if (chosen and start < chosen[-1]) or _WORTH_JOINING.search(text[start:end]) is not None:
            chosen.append(end)
    return chosen


def _surround_places(text: bytes, places: Sequence[int], behind: int) -> list[tuple[int, int]]:
    """Return stretches of the text around places (in order), each beginning behind a blank where one is near."""
    stretches: list[tuple[int, int]] = []
    for place in places:
        start = max(0, place - _NEAR_BEFORE)
        start = text.rfind(b" ", max(0, start - _NEAR_BEFORE), start) + 1 or start
        end = min(len(text), place + behind)
        if stretches and start <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], max(end, stretches[-1][1]))
        else:
            stretches.append((start, end))
    return stretches


def _has_glued_escape(window: bytes) -> bool:
    """Tell whether ``_GLUED_ESCAPE`` matches; its branches need one of three bytes, which most windows have not."""
    return (b"\\" in window or b"%" in window or b"[" in window) and _GLUED_ESCAPE.search(window) is not None


def _search_widening(search: Any, text: bytes, start: int, end: int, after: int) -> tuple[bytes, Any]:
    """Return the first match in a window behind ``start``, with the window.

    The window grows while the match touches its end.
    """
    while True:
        window = text[start : end + after]
        match = search(window)
        if match is None or match.end() < len(window) or end + after >= len(text) or after >= LONGEST:
            return window, match
        after *= 4


def _group_by_text(hits: Sequence[Trigger], starts: Sequence[int]) -> Iterator[tuple[int, list[Trigger]]]:
    """Yield hits (sorted) grouped by the text they end in."""
    own: list[Trigger] = []
    index, limit = -1, 0
    for hit in hits:
        if hit[0] > limit:
            if own:
                yield index, own
            index = bisect_right(starts, hit[0] - 1) - 1
            limit = starts[index + 1]
            own = []
        own.append(hit)
    if own:
        yield index, own


def _merge_spans(hard: list[_RuleSpan], every: list[_RuleSpan]) -> list[_RuleSpan]:
    """Return spans that do not overlap, in order.

    Overlapping credentials become one span, named by the earliest rule: rules stand in order of how much they know. A
    soft span that overlaps a credential gives way, as the "address" in ``scheme://user:password@host`` is none.
    """
    credentials = _unite_spans(hard)
    ends = [end for _, end, _ in credentials]
    known = set(hard)
    soft = []
    for span in every:
        after = bisect_right(ends, span[0])
        if span not in known and (after == len(credentials) or credentials[after][0] >= span[1]):
            soft.append(span)
    return sorted([*credentials, *_unite_spans(soft)])


def _unite_spans(spans: list[_RuleSpan]) -> list[_RuleSpan]:
    united: list[_RuleSpan] = []
    for start, end, index in sorted(spans):
        if united and start < united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]), min(index, united[-1][2]))
        elif end > start:
            united.append((start, end, index))
    return united


def _is_in_word(text: bytes, place: int) -> bool:
    """Tell whether the place is between two characters of one word."""
    return all(byte == 95 or bytes([byte]).isalnum() for byte in text[place - 1 : place + 1])


def _widen_to_characters(text: bytes, start: int, end: int) -> tuple[int, int]:
    """Return the span, widened so that it cuts no UTF-8 character."""
    while start > 0 and text[start] & 0xC0 == 0x80:
        start -= 1
    while end < len(text) and text[end] & 0xC0 == 0x80:
        end += 1
    return start, end


def _count_in_characters(encoded: bytes, spans: list[SecretSpan]) -> list[SecretSpan]:
    """Return the same spans, counted in characters."""
    counted, at, characters = [], 0, 0
    for span in spans:
        characters += len(encoded[at : span.start].decode("utf-8", "surrogatepass"))
        inside = len(encoded[span.start : span.end].decode("utf-8", "surrogatepass"))
        counted.append(SecretSpan(characters, characters + inside, span.kind, span.rule))
        characters += inside
        at = span.end
    return counted
