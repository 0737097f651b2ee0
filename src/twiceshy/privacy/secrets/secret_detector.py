"""Where secrets and personal data stand in texts: spans, in linear time, for many short texts or one long one.

All texts of a call are joined into one buffer and scanned once for the triggers of every rule (``secret_triggers``).
Only around a hit is the rule itself run, with re2 on a window of the text, and its value checked (``secrets_checks``).
So a text without hits costs about a nanosecond a byte, whatever the number of rules. Both engines give the same spans.

Rules are data and come in as arguments: this module knows none.
"""

import base64
import binascii
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter
from typing import Any, NamedTuple

from twiceshy.privacy.secrets.hidden_places import (
    APART,
    CLOSE,
    HIDDEN_PLACE,
    JOIN_PLACE,
    JOINED,
    NEAR_BEHIND,
    Reading,
    choose_joins,
    has_glued_escape,
    map_stretches,
    surround_places,
)
from twiceshy.privacy.secrets.placeholder_words import PLACEHOLDER
from twiceshy.privacy.secrets.secret_checks import CHECKS, SOFT
from twiceshy.privacy.secrets.secret_triggers import (
    Finder,
    HyperscanFinder,
    Search,
    Trigger,
    list_match_libraries,
    make_finder,
    make_search,
)
from twiceshy.privacy.secrets.value_shapes import entropy

SEPARATOR = b"\n\x00\n"
_MEMO_SIZE = 20_000
"""Surroundings of triggers whose answer is remembered (guess, 2026-11-21)."""
LONGEST = 64 << 10
"""Bytes after a hit that a match may reach at most (guess, 2026-11-21)."""
_MOST_UNWRAPPED = 16
"""Bytes of base64 that are looked into for each byte of a text: two wrappings full of escapes (guess, 2026-11-22)."""
_LONGEST_PLACEHOLDER = 48
"""Bytes of the longest placeholder of ours, with some to spare (our own format)."""
_MOST_CONTINUED = 3
"""Bytes of a UTF-8 character behind its first (RFC 3629); what base64 holds need not be text."""


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


_STANDARD_BASE64 = bytes.maketrans(b"-_", b"+/")
_RuleSpan = tuple[int, int, int]
"""Start, end, and the rule's index."""


class _CompiledRule(NamedTuple):
    rule: DetectionRule
    search: Search
    check: Any


class Detector:
    """Compiled rules. Not to be shared between threads; each process makes its own."""

    def __init__(
        self,
        rules: Sequence[DetectionRule],
        *,
        noted: Sequence[bytes] = (),
        engine: str | None = None,
        compiled: bytes | None = None,
    ) -> None:
        """Compile the rules, and ``noted``: expressions that ``find_noting`` tells the places of."""
        self.engine = engine or list_match_libraries()[0]
        self._rules = [
            _CompiledRule(
                rule,
                make_search(rule.regex.encode("latin-1")),
                CHECKS[rule.check],
            )
            for rule in rules
        ]
        self._names = [(rule.kind, rule.id) for rule in rules]
        self._soft = [rule.check in SOFT for rule in rules]
        self._memos = {index: rule.memo for index, rule in enumerate(rules) if rule.memo[0]}
        self._memo: dict[bytes, tuple[int, int, bool]] = {}
        self._unwrappable = 0
        self._hiding = len(rules)
        triggers = [*(rule.trigger.encode("latin-1") for rule in rules), HIDDEN_PLACE, JOIN_PLACE, *noted]
        self._last = len(triggers) - len(noted)
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
        return self._find_in_encoded(texts, plain=False, whole=True)

    def find_noting(self, texts: Sequence[bytes]) -> tuple[dict[int, list[SecretSpan]], dict[int, list[Trigger]]]:
        """Find as ``find_encoded``, and return beside it the ends of what is noted in each text, with its number."""
        places: list[Trigger] = []
        found = self._find_in_encoded(texts, plain=False, whole=True, places=places)
        if not places:
            return found, {}
        starts = self._count_starts(texts)
        return found, {
            index: [(at - starts[index], sign) for at, sign in own] for index, own in group_by_text(places, starts)
        }

    def _find_in_encoded(
        self, texts: Sequence[bytes], *, plain: bool, whole: bool = False, places: list[Trigger] | None = None
    ) -> dict[int, list[SecretSpan]]:
        """Find as ``find_encoded``; ``plain``: escapes are gone already, and are not looked through again.

        ``whole``: the texts are no parts of one that is being looked through. ``places`` gets what is noted.
        """
        hits = self._finder.hits(SEPARATOR.join(texts))
        if not hits:
            return {}
        hits.sort()
        last = self._last
        if places is not None:
            places += [(at, index - last) for at, index in hits if index >= last]
        hits = [hit for hit in hits if hit[1] < last]
        starts = self._count_starts(texts)
        found: dict[int, list[SecretSpan]] = {}
        for index, own in group_by_text(hits, starts):
            if whole:
                self._unwrappable = _MOST_UNWRAPPED * (len(texts[index]) + NEAR_BEHIND)
            spans = self._find_spans(texts[index], own, starts[index], plain=plain)
            if spans:
                found[index] = spans
        return found

    @staticmethod
    def _count_starts(texts: Sequence[bytes]) -> list[int]:
        """Return where each text begins among all of them."""
        return list(accumulate(map(len(SEPARATOR).__add__, map(len, texts)), initial=0))

    def _find_spans(self, text: bytes, hits: Sequence[Trigger], base: int, *, plain: bool) -> list[SecretSpan]:
        raw: list[_RuleSpan] = []
        done: dict[int, int] = {}
        hidden: list[int] = []
        joined: list[int] = []
        unread = (hidden, joined)
        memos, try_memo, size = self._memos, self._try_memo, len(text)
        for at, index in hits:
            end = at - base
            if index in memos:
                if try_memo(text, index, end, done, raw):
                    continue
            elif index >= self._hiding:
                unread[index - self._hiding].append(end)
                continue
            if done.get(index, 0) < end <= size and not self._confirm(text, index, end, done, raw):
                hidden.append(end)
        if (hidden or joined) and not plain:
            raw += self._find_hidden(text, hidden, (CLOSE, APART))
            raw += self._find_hidden(text, choose_joins(text, joined), (JOINED,))
        if len(raw) > 1:
            raw = self._merge(raw)
        names = self._names
        return [SecretSpan(start, end, *names[index]) for start, end, index in raw]

    def _merge(self, raw: list[_RuleSpan]) -> list[_RuleSpan]:
        """Return spans that do not overlap, in order: mostly they are so already."""
        end = -1
        for first, last, _ in raw:
            if first < end or last == first:
                return _merge_spans([one for one in raw if not self._soft[one[2]]], raw)
            end = last
        return raw

    def _find_hidden(self, text: bytes, places: Sequence[int], readings: "Sequence[Reading]") -> Iterator[_RuleSpan]:
        """Yield what is found around these places where what hides it is read as it is meant."""
        for start, end in surround_places(text, places, readings[0].behind):
            written = text[start:end]
            shown = {written}  # two readings often show the same
            for reading in readings:
                plain = reading.pattern.sub(reading.mean, written)
                if plain not in shown:
                    shown.add(plain)
                    for first, last, index in self._find_behind(written, plain, reading):
                        yield start + first, start + last, index

    def _confirm(self, text: bytes, index: int, end: int, done: dict[int, int], raw: list[_RuleSpan]) -> bool:
        """Add a rule's matches up to a trigger that ends at ``end``; ``done``: how far each rule has searched.

        False where nothing matched there (but perhaps behind the trigger) and an escape may be to blame.
        """
        rule, search, check = self._rules[index]
        glued = False
        while (start := max(done.get(index, 0), end - rule.before, 0)) < end:
            match = _search_widening(search, text, start, end, rule.after)
            if match is None:
                return not has_glued_escape(text[start : end + rule.after])
            first, last = match[0]
            low, high = _choose_group(match)
            glued = glued or (first >= end and has_glued_escape(text[start:end]))
            done[index] = max(last, start + 1)
            if self._is_match_secret(rule, check, text, (low, high, first)):
                raw.append((*widen_to_characters(text, low, high), index))
        return not glued

    def _is_match_secret(self, rule: DetectionRule, check: Any, text: bytes, place: tuple[int, int, int]) -> bool:
        """Tell whether the value of a match is what the rule is about."""
        low, high, first = place
        if text[high : high + 1] == b"]" and _ends_placeholder(text, low, high):
            return False
        if rule.entropy and entropy(text[low:high]) < rule.entropy:
            return False
        if not check(text, low, high, first):
            return False
        return rule.check != "base64" or self._hides_secret(text[low:high])

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
            _, search, check = self._rules[index]
            match = search(key, 0, len(key))
            if match is None or match[0][0] == 0 or match[0][1] >= len(key) - 1 or match[0][1] < before:
                return False
            low, high = _choose_group(match)
            known = (low, high, check(key, low, high, match[0][0]))
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

        Bytes that are not text are of no interest. Each wrapping is looked through up to three times, with escapes read
        and not, so wrappings in wrappings are costly: beyond what a text may cost they count as holding something.
        """
        self._unwrappable -= len(wrapped)
        if self._unwrappable < 0:
            return True
        plain = wrapped.rstrip(b"=").translate(_STANDARD_BASE64, b"\r\n")
        plain = plain[: len(plain) - (len(plain) % 4 == 1)]
        try:
            inside = base64.b64decode(plain + b"=" * (-len(plain) % 4))
        except (binascii.Error, ValueError):
            return False
        return inside != wrapped and bool(self._find_in_encoded([inside], plain=False))

    def _find_behind(self, text: bytes, plain: bytes, reading: Reading) -> list[_RuleSpan]:
        """Return spans of what shows when what hides it is read: in ``plain``, as places in the text."""
        spans = self._find_in_encoded([plain], plain=True).get(0, [])
        if not spans:
            return []
        places = map_stretches(text, reading)
        index_of = {ready.rule.id: index for index, ready in enumerate(self._rules)}
        found = []
        for span in spans:
            first = places[bisect_right(places, (span.start, len(text))) - 1]
            final = places[bisect_right(places, (span.end - 1, len(text))) - 1]
            end = final[1] + span.end - final[0]
            if (escape := reading.pattern.match(text, final[1])) is not None:
                end = escape.end()
            found.append((first[1] + span.start - first[0], end, index_of[span.rule]))
        return found


def encode_utf8(texts: Sequence[str]) -> list[bytes]:
    """Return each text in UTF-8, lone surrogates too."""
    try:
        return [text.encode() for text in texts]
    except UnicodeEncodeError:
        return [text.encode("utf-8", "surrogatepass") for text in texts]


def _search_widening(search: Search, text: bytes, start: int, end: int, after: int) -> Sequence[tuple[int, int]] | None:
    """Return the first match behind ``start`` that ends at most ``after`` bytes behind ``end``.

    It may go on while it touches that limit. Only the limit is cut, not the text: a border is one of the text.
    """
    while True:
        match = search(text, start, end + after)
        if match is None or match[0][1] < end + after or end + after >= len(text) or after >= LONGEST:
            return match
        after *= 4


def _choose_group(match: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the span of the group that ends last, the outer one of two; of the match where no group took part."""
    if len(match) == 1:
        return match[0]
    chosen = max(match[1:], key=_END)
    return chosen if chosen[1] >= 0 else match[0]


_END = itemgetter(1)


def _ends_placeholder(text: bytes, low: int, high: int) -> bool:
    """Tell whether a value is the end of a placeholder, without its bracket."""
    start = text.rfind(b"[", max(0, high - _LONGEST_PLACEHOLDER), low)
    return start >= 0 and PLACEHOLDER.fullmatch(text, start, high + 1) is not None


def group_by_text(hits: Sequence[Trigger], starts: Sequence[int]) -> Iterator[tuple[int, list[Trigger]]]:
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


def widen_to_characters(text: bytes, start: int, end: int) -> tuple[int, int]:
    """Return the span, widened so that it cuts no UTF-8 character."""
    for _ in range(_MOST_CONTINUED):
        if start > 0 and text[start] & 0xC0 == 0x80:
            start -= 1
        if end < len(text) and text[end] & 0xC0 == 0x80:
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
