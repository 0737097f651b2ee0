"""What the second opinion is certain of, found while texts are scrubbed: so that ``audit`` finds no such thing later.

The second opinion reads three megabytes a second, a fifteenth of what redaction does. So one pass of the same engine
first says where its certain signs may stand, and only what is around such a place is read by it.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from operator import attrgetter
from pathlib import Path

from twiceshy.privacy.secrets import credential_words, nearby_values
from twiceshy.privacy.secrets.printed_secrets import PROMPTED, TRANSCRIPT_SIGNS, find_transcribed
from twiceshy.privacy.secrets.secret_detector import SEPARATOR, SecretSpan, group_by_text, widen_to_characters
from twiceshy.privacy.opinion.key_forms import BEGINNINGS, find_forms, find_key_blocks, find_logins
from twiceshy.privacy.opinion.keyed_values import find_keyed, find_schemes
from twiceshy.privacy.opinion.second_opinion import find_certain
from twiceshy.privacy.policy import build_finder
from twiceshy.privacy.value_spellings import find_spellings

_BEFORE, _BEHIND = 160, 400
"""Bytes around such a place that the second opinion reads (guess of 2026-11-24: a name and most values)."""
_MOST_BEHIND = 16 << 10
"""Bytes behind a place that it reads at most, for values that go on (guess of 2026-11-24: a private key)."""
RULE = "second-opinion"
"""What stands for a rule's id where no rule found a credential."""


def _split_beginnings() -> list[str]:
    """Return the known beginnings one by one: an engine finds each by its letters, all together ten times as slow."""
    pieces, depth = [""], 0
    for sign in BEGINNINGS:
        depth += (sign in "([") - (sign in ")]")
        if sign == "|" and not depth:
            pieces.append("")
        else:
            pieces[-1] += sign
    return pieces


_ANNOUNCED = tuple(
    rf"(?i){word}(?:\.[\w$-]{{1,20}})?[^\w\n]{{1,12}}(?:(?:is|was|are|as|to|value|[\w.]{{1,12}}[ \t]{{0,2}}=)"
    rf"[^\w\n]{{1,4}})?(?:\n{{1,2}}[ \t]{{0,24}}[\"'`]?)?{drawn}"
    for word in (
        *(
            r"pass[0-9_$-]{0,20}",
            r"pass(?:w[a-z]{1,3}d|phrase|code)[\w$-]{0,20}",
            r"pwd[\w$-]{0,20}",
            r"secret[\w$-]{0,20}",
        ),
        *(r"key[\w$-]{0,20}", r"\bpw", r"psk", r"kennwort", r"contrase\w{0,4}", r"senha", r"authtoken"),
    )
    for drawn in (
        r"[0-9_./+!@#$%^&*?~-]{0,8}[A-Za-z][A-Za-z_./+!@#$%^&*?~-]{0,14}[0-9][^\s\"'`,;<>|)\]}]{3}",
        r"[0-9]{1,8}[A-Za-z][^\s\"'`,;<>|)\]}]{5}",
    )
)
_SCHEMES = (
    r"(?i)\b(?:bearer|basic)[ \t]{1,4}[\w.~+/=-]{8}",
    *(
        rf"(?i){word}(?:[ _-]?(?:phrase|words))?[^\w\n]{{1,6}}(?:[a-z]{{3,8}} ){{8}}"
        for word in ("mnemonic", "seed", "recovery", "secret")
    ),
)
_FORMS = (
    *(rf"[^A-Za-z0-9](?:{one})[A-Za-z0-9_./+=~-]{{16}}" for one in _split_beginnings()),
    r"eyJ[\w-]{8,200}\.eyJ[\w-]{6}",
    r"[^\w][1-9][0-9]{7,9}:AA[\w-]{32}",
    r"[^\w][0-9a-f]{32}-us[0-9]",
    r"[^\w]\w{3}[78]Q~[\w.~-]{30}",
    r"\.atlasv1\.[\w-]{50}",
    r"\$(?:[0-9][a-z]?|y|apr1|argon2\w{0,2}|scrypt|pbkdf2[\w-]{0,12})\$[^\s:'\"]{20}",
    r"hooks\.slack\.com/(?:services|workflows)/[A-Z0-9]{1,20}/[A-Z0-9]{1,20}/\w{16}",
    r"discord(?:app)?\.com/api/webhooks/[0-9]{1,24}/[\w-]{40}",
    r"[?&](?:sig|X-Amz-Signature|token|key|api_?key|access_token)=[\w%.~+/-]{16}",
)
_LOGINS = (
    r":/{1,2}[^/\s:@\"'<>(){}]{0,64}:[^\s/@\"'<>]{3,120}@",
    r":/{1,2}[^/\s:@\"'<>(){}]{16,200}@[\w.\[%-]",
)
_BLOCKS = (r"-----(?:BEGIN|END) [A-Z0-9 ]{0,24}PRIVATE KEY",)
_FINDERS = tuple(
    (sign, finder)
    for signs, finder in (
        (_ANNOUNCED, find_keyed),
        (_SCHEMES, find_schemes),
        (_FORMS, find_forms),
        (_LOGINS, find_logins),
        (_BLOCKS, find_key_blocks),
    )
    for sign in signs
)
"""Where each finder of the second opinion may be certain: every such find holds one of its signs. Bots' tokens of
Discord are left to the rules, as their sign alone would cost a third of all others'."""
_SIGNS = tuple(sign for sign, _ in _FINDERS)
_NEARBY = len(_SIGNS) + len(credential_words.IN_VALUE)
_TRANSCRIBED = len(_SIGNS) + len(credential_words.SIGNS)
_PROMPT = 80
"""Bytes of a prompt (guess, 2026-11-24)."""
_MOST_PRINTED = 4096
"""Bytes of a command and what it printed that are read (guess, 2026-11-24)."""


class SureOpinion:
    """Asks the second opinion about the few places where it may be certain. Not to be shared between threads."""

    def __init__(self, *, cache: Path | None = None, engine: str | None = None) -> None:
        """Compile where to look, or load it from the folder ``cache``."""
        signs = [sign.encode() for sign in _SIGNS]
        printing = [sign.encode() for sign in TRANSCRIPT_SIGNS]
        self._finder = build_finder((*signs, *credential_words.SIGNS, *printing), cache=cache, engine=engine)

    def add_certain(self, texts: Sequence[bytes], found: Mapping[int, list[SecretSpan]]) -> dict[int, list[SecretSpan]]:
        """Return the spans by text, with those that rules did not see and the second opinion is certain of."""
        every = dict(found)
        hits = self._finder.hits(SEPARATOR.join(texts))
        if not hits:
            return every
        hits.sort()
        starts = list(accumulate(map(len(SEPARATOR).__add__, map(len, texts)), initial=0))
        for index, own in group_by_text(hits, starts):
            base, known, text = starts[index], found.get(index, []), texts[index]
            more = _find_around(text, [(at - base, sign) for at, sign in own if sign < len(_SIGNS)], known)
            spans = _add_spans(known, more) if more else known
            for first, last, find in _READERS:
                places = [
                    at - base
                    for at, sign in own
                    if first <= sign < last and (sign >= _NEARBY or nearby_values.may_be_drawn(text, at - base))
                ]
                if places and (more := _find_on_lines(text, places, spans, find)):
                    spans = _add_spans(spans, more)
            if spans is not known:
                every[index] = spans
        return every


def _find_around(text: bytes, places: Sequence[tuple[int, int]], known: Sequence[SecretSpan]) -> list[SecretSpan]:
    """Return certain finds around the places that touch no known span."""
    found: dict[tuple[int, int], SecretSpan] = {}
    done: set[tuple[int, object]] = set()
    for place, sign in places:
        stretch = (place // _BEHIND, _FINDERS[sign][1])
        if stretch in done or _is_known(known, place - 1, place):
            continue
        if sign < len(_ANNOUNCED) and not nearby_values.may_be_drawn(text, place):
            continue
        low, high = max(0, place // _BEHIND * _BEHIND - _BEFORE), (place // _BEHIND + 2) * _BEHIND
        done.add(stretch)
        for start, end, kind in _ask(text, low, high, sign):
            start, end = widen_to_characters(text, start, end)  # noqa: PLW2901  # the same place, in whole letters
            if not _is_known(known, start, end):
                found[start, end] = SecretSpan(start, end, kind, RULE)
    return list(found.values())


_START = attrgetter("start")


def _is_known(known: Sequence[SecretSpan], start: int, end: int) -> bool:
    """Tell whether a place touches one of the spans, which are in order and do not overlap."""
    before = bisect_left(known, end, key=_START)
    return before > 0 and known[before - 1].end > start


def _add_spans(known: Sequence[SecretSpan], more: Iterable[SecretSpan]) -> list[SecretSpan]:
    """Return the spans in order with those of ``more`` that touch none before them."""
    every = list(known)
    last = 0
    fresh = []
    for one in sorted(more):
        if one.start >= last:
            fresh.append(one)
            last = one.end
    return sorted([*every, *fresh])


def _find_transcribed(text: bytes, place: int) -> Iterator[tuple[int, int, str]]:
    """Yield what commands printed that a text holds with their commands."""
    low = text.rfind(b"\n", 0, place - 1) + 1
    if low > 0 and not PROMPTED.match(text[low : low + _PROMPT].decode("latin-1")):
        above = text.rfind(b"\n", 0, low - 1) + 1
        if PROMPTED.match(text[above : above + _PROMPT].decode("latin-1")):  # the sign ends in what was printed
            low, place = above, low
    part = text[low : low + _MOST_PRINTED].decode("latin-1")
    for start, end in find_transcribed(part, place - 1 - low):
        yield low + start, low + end, "printed-secret"


def _find_on_lines(
    text: bytes,
    places: Sequence[int],
    known: Sequence[SecretSpan],
    find: Callable[[bytes, int], Iterator[tuple[int, int, str]]],
) -> list[SecretSpan]:
    """Return what is found on the lines of these places, and touches no known span."""
    found: dict[tuple[int, int], SecretSpan] = {}
    done = 0
    for place in places:
        if place <= done or _is_known(known, place - 1, place):
            continue
        end_of_line = text.find(b"\n", place - 1)
        done = (
            place + nearby_values.REACH // 2 if end_of_line < 0 else min(end_of_line, place + nearby_values.REACH // 2)
        )
        for start, end, kind in find(text, place):
            start, end = widen_to_characters(text, start, end)  # noqa: PLW2901  # as above
            if not _is_known(known, start, end):
                found[start, end] = SecretSpan(start, end, kind, RULE)
    return list(found.values())


_READERS = (
    (len(_SIGNS), _TRANSCRIBED, nearby_values.find_nearby),
    (_TRANSCRIBED, _TRANSCRIBED + len(TRANSCRIPT_SIGNS), _find_transcribed),
)
"""What reads the lines that signs point to, by the numbers of these signs."""


def _ask(text: bytes, low: int, high: int, sign: int) -> list[tuple[int, int, str]]:
    """Return where certain finds stand in a stretch of the text; more of it is read where one touches its end."""
    while True:
        window = text[low:high]
        view, sightings = find_certain(window, _FINDERS[sign][1])
        if high < len(text) and high - low < _MOST_BEHIND and any(one.end >= len(view) - 1 for one in sightings):
            high += 3 * (high - low)
            continue
        letters = window.decode("latin-1")
        return [
            (low + start, low + end, one.kind)
            for one in sightings
            for start, end in find_spellings(letters, view[one.start : one.end].decode("latin-1"), one.kind)
        ]
