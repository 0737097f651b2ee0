"""What the second opinion is certain of, or a word near it announces, found while texts are scrubbed.

The rules' engine notes on its way where something of the kind may stand (``PLACES``): no text is read
twice for that. What is around a word for a credential is searched by a small engine (``credential_words.AROUND``),
and only what that points to is read. Until something is pointed to no reader is loaded and nothing of theirs compiled.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate
from operator import attrgetter
from pathlib import Path

from twiceshy.privacy.opinion.key_beginnings import BEGINNINGS
from twiceshy.privacy.opinion.sightings import Sighting
from twiceshy.privacy.policy import build_finder
from twiceshy.privacy.secrets import credential_words
from twiceshy.privacy.secrets.printing_commands import TRANSCRIPT_SIGNS
from twiceshy.privacy.secrets.secret_detector import SecretSpan, widen_to_characters
from twiceshy.privacy.secrets.secret_triggers import Finder, Trigger

_BEFORE, _BEHIND = 160, 400
"""Bytes around such a place that the second opinion reads (guess of 2026-11-24: a name and most values)."""
_MOST_BEHIND = 16 << 10
"""Bytes behind a place that it reads at most, for values that go on (guess of 2026-11-24: a private key)."""
_REACH = 240
"""Bytes of a line that are done with once a place on it was read: what a reader of lines reads (guess, 2026-11-24)."""
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


_SCHEMES = (
    r"[Bb]asic[ ][\w.~+/=-]{8}",
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
_KEYS = tuple(
    rb"(?i)key[\w$-]{0,20}(?:\.[\w$-]{1,20})?" + credential_words.GIVEN + start for start in credential_words.STARTS
)
_DIRECT = (
    *((sign, "keyed", True) for sign in _KEYS),
    *((sign.encode(), "schemes", False) for sign in _SCHEMES),
    *((sign.encode(), "forms", False) for sign in _FORMS),
    *((sign.encode(), "logins", False) for sign in _LOGINS),
    *((sign.encode(), "key-blocks", False) for sign in _BLOCKS),
    *((sign, "line", False) for sign in credential_words.ALONE),
    *((sign.encode(), "printed", False) for sign in TRANSCRIPT_SIGNS),
)
_SIGNS = (*_DIRECT, *credential_words.AROUND)
"""Signs of what may be a credential: where each is, who reads there, and whether the sign ends within the value, so
that this can be judged first. Every certain find of the second opinion holds one of its signs, but for bots' tokens of
Discord: these are left to the rules, as their sign alone would cost a third of all others'."""
_FIRST_WORD = len(_DIRECT)
PLACES = (*(sign for sign, _, _ in _DIRECT), *credential_words.WORDS)
"""What the rules' engine notes on its way."""
_OPINIONS = frozenset({"keyed", "schemes", "forms", "logins", "key-blocks"})
_LINES = ("line", "printed")
_PROMPT = 80
"""Bytes of a prompt (guess, 2026-11-24)."""
_MOST_PRINTED = 4096
"""Bytes of a command and what it printed that are read (guess, 2026-11-24)."""
_Places = list[tuple[int, int]]
"""Ends of signs in a text, with the sign's number in ``_SIGNS``."""


class SureOpinion:
    """Reads the few places where there may be more than the rules find. Not to be shared between threads."""

    def __init__(self, *, cache: Path | None = None, engine: str | None = None) -> None:
        self._cache, self._engine = cache, engine

    def add_certain(
        self, texts: Sequence[bytes], found: Mapping[int, list[SecretSpan]], noted: Mapping[int, Sequence[Trigger]]
    ) -> dict[int, list[SecretSpan]]:
        """Return the spans by text, with those that the rules did not see; ``noted``: hits of ``PLACES`` by text."""
        every = dict(found)
        direct: dict[int, _Places] = {}
        words = []
        for index, own in noted.items():
            for at, sign in own:
                if sign >= _FIRST_WORD:
                    words.append((index, at, sign - _FIRST_WORD))
                else:
                    direct.setdefault(index, []).append((at, sign))
        for index, place in self._look_around(texts, words) if words else ():
            direct.setdefault(index, []).append(place)
        for index, places in direct.items():
            known = found.get(index, [])
            spans = _read_places(texts[index], sorted(places), known)
            if spans is not known:
                every[index] = spans
        return every

    def _look_around(
        self, texts: Sequence[bytes], words: Sequence[tuple[int, int, int]]
    ) -> Iterator[tuple[int, tuple[int, int]]]:
        """Yield the signs of values around words, by text: all of them are searched at once."""
        pieces: list[bytes] = []
        add = pieces.extend
        ends = []
        for index, at, sort in words:
            text, end = texts[index], at - _PASSED[sort]
            behind = end + _REACHES[sort]
            if behind == end:
                behind = end + _LINE
                line = text.find(b"\n", end, behind)
                behind = behind if line < 0 else line
            ends.append(end)
            add((text[max(0, end - _BACK) : end], _MARKS[sort], text[end:behind], b"\n"))
        around = b"".join(pieces)
        hits = self._finder().hits(around)
        if hits:
            starts = list(accumulate(map(len, pieces), initial=0))
            for hit, sign in hits:
                number = (bisect_right(starts, hit - 1) - 1) // 4
                place = ends[number] + max(0, hit - starts[4 * number + 2])
                yield words[number][0], (place, _FIRST_WORD + sign)

    def compile(self) -> None:
        """Compile the signs around words now, not when the first text has one."""
        self._finder()

    def _finder(self) -> Finder:
        return build_finder(_AROUND, cache=self._cache, engine=self._engine)


_AROUND = tuple(sign for sign, _, _ in credential_words.AROUND)
_PASSED, _MARKS, _REACHES = credential_words.PASSED, credential_words.MARKS, credential_words.REACHES
_LINE, _BACK = credential_words.LINE, credential_words.BEFORE


def _read_places(text: bytes, places: _Places, known: list[SecretSpan]) -> list[SecretSpan]:
    """Return the spans of a text with what stands at these places; the same list where there is nothing more."""
    from twiceshy.privacy.secrets.nearby_values import may_be_drawn  # noqa: PLC0415  # only where there is a place

    asked: _Places = []
    lines: dict[str, list[int]] = {}
    for at, sign in places:
        _, reader, judged = _SIGNS[sign]
        if not _is_known(known, at - 1, at) and (not judged or may_be_drawn(text, at)):
            if reader in _OPINIONS:
                asked.append((at, sign))
            else:
                lines.setdefault(reader, []).append(at)
    spans = known
    if asked and (more := _find_around(text, asked, known)):
        spans = _add_spans(spans, more)
    for reader in _LINES:
        if reader in lines and (more := _find_on_lines(text, lines[reader], spans, _READERS[reader]())):
            spans = _add_spans(spans, more)
    return spans


def _find_around(text: bytes, places: _Places, known: Sequence[SecretSpan]) -> list[SecretSpan]:
    """Return what the second opinion is certain of around the places, and touches no known span."""
    found: dict[tuple[int, int], SecretSpan] = {}
    done: set[tuple[int, str]] = set()
    for place, sign in places:
        reader = _SIGNS[sign][1]
        stretch = (place // _BEHIND, reader)
        if stretch in done:
            continue
        done.add(stretch)
        low, high = max(0, place // _BEHIND * _BEHIND - _BEFORE), (place // _BEHIND + 2) * _BEHIND
        for start, end, kind in _ask(text, low, high, _get_finder(reader)):
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
    from twiceshy.privacy.secrets.printed_secrets import PROMPTED, find_transcribed  # noqa: PLC0415  # as above

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
        done = place + _REACH // 2 if end_of_line < 0 else min(end_of_line, place + _REACH // 2)
        for start, end, kind in find(text, place):
            start, end = widen_to_characters(text, start, end)  # noqa: PLW2901  # as above
            if not _is_known(known, start, end):
                found[start, end] = SecretSpan(start, end, kind, RULE)
    return list(found.values())


def _load_nearby() -> "_LineReader":
    from twiceshy.privacy.secrets.nearby_values import find_nearby  # noqa: PLC0415  # as above

    return find_nearby


_LineReader = Callable[[bytes, int], Iterator[tuple[int, int, str]]]
_READERS: Mapping[str, Callable[[], _LineReader]] = {"line": _load_nearby, "printed": lambda: _find_transcribed}
"""What reads the lines that signs point to."""


@cache
def _get_finder(name: str) -> Callable[[bytes], Iterable[Sighting]]:
    """Return a finder of the second opinion by our name for it."""
    from twiceshy.privacy.opinion import key_forms, keyed_values  # noqa: PLC0415  # as above

    return {
        "keyed": keyed_values.find_keyed,
        "schemes": keyed_values.find_schemes,
        "forms": key_forms.find_forms,
        "logins": key_forms.find_logins,
        "key-blocks": key_forms.find_key_blocks,
    }[name]


def _ask(text: bytes, low: int, high: int, finder: Callable[[bytes], Iterable[Sighting]]) -> list[tuple[int, int, str]]:
    """Return where certain finds stand in a stretch of the text; more of it is read where one touches its end."""
    from twiceshy.privacy.opinion.second_opinion import find_certain  # noqa: PLC0415  # as above
    from twiceshy.privacy.value_spellings import find_spellings  # noqa: PLC0415  # as above

    while True:
        window = text[low:high]
        view, sightings = find_certain(window, finder)
        if high < len(text) and high - low < _MOST_BEHIND and any(one.end >= len(view) - 1 for one in sightings):
            high += 3 * (high - low)
            continue
        letters = window.decode("latin-1")
        return [
            (low + start, low + end, one.kind)
            for one in sightings
            for start, end in find_spellings(letters, view[one.start : one.end].decode("latin-1"), one.kind)
        ]
