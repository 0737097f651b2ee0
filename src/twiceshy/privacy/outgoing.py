"""What leaves the store is looked at once more: by its own rules, as rows are put together anew, and by others.

The second opinion shares no rule with redaction, nor its engine. What either finds is replaced, whatever its spelling,
and the changed texts are looked at again. What is still found then must not leave; nor may a text in which there was a
key to somebody's machines, as whoever stored that has more to do than to replace it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from twiceshy.base.errors import TwiceshyError
from twiceshy.base.values import Scrubbed
from twiceshy.privacy.audit_opinion import Noticed, notice, notice_echoes
from twiceshy.privacy.opinion.seen_values import EchoFinder, PlaceholderDigests
from twiceshy.privacy.opinion.sightings import Certainty
from twiceshy.privacy.opinion.value_shape import ValueShape, judge_shape
from twiceshy.privacy.policy import RedactionLevel, RedactionRules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.privacy.scrub_record import Record, scrub_record
from twiceshy.privacy.value_rests import find_value_rests
from twiceshy.privacy.value_spellings import find_spellings

_ROUNDS = 4
"""Times that the second opinion looks again after a replacement (guess, 2026-11-23: of 830 sessions one needed two)."""
_STOPPING = frozenset(
    {"private-key", "age-key", "aws-key", "aws-secret", "aws-session-token", "aws-bedrock-key", "alibaba-key"}
    | {"azure-secret", "azure-storage-key", "google-oauth-secret", "google-refresh-token", "digitalocean-token"}
)
"""Kinds that stop an export: keys of people, and of accounts at clouds whose form leaves no doubt. Not Google's API
keys, which pages show to everybody."""
_CUT = re.compile(r"(?:\n… \(cut\)|…)\Z")
"""What stands behind a text that was shortened when it was read from the store."""
_LONGEST_CUT = 8
"""Characters of the longest such sign (our own format)."""
_CREDENTIAL = re.compile(rb"\[(?!(?:user|email|ip|host|path):)[a-z][a-z0-9-]{1,30}:[0-9a-f]{6}\]")
_NAMED = re.compile(
    r"(?:(?:Author|Committer|Commit|[A-Z][a-z]+(?:-[a-z]+)?-by): *)([^<>\n:\[\]]{2,60}?)(?= *(?:<|$))"
    r"|\b([A-Z][\w.'-]+(?: [A-Z][\w.'-]*){1,3})(?= <(?:\[email:|[\w.%+-]{1,64}@\[host:))"
    r"|(?<![\w.%+-])(?!git@)([\w.%+-]{2,64})(?=@\[host:)",
    re.MULTILINE,
)
"""Names of people where commits and mails put them, and logins before a host that was taken out."""
_WORD = re.compile(rb"[A-Za-z_$][\w$]*")
_PEOPLE = frozenset({"user", "email", "ip"})
_STAYS = "looks like a secret ({}) and cannot be taken out"
_MUST_STAY = "had a key ({}) that redaction had missed, of a kind that stops whatever leaves"


class SecretLeft(NamedTuple):
    """A text that may not leave."""

    text: int
    """Which of the texts, from 0."""
    sign: str
    """The rule, or what the second opinion saw."""
    why: str = _STAYS

    def describe(self) -> str:
        """Return what is wrong with the text, as the end of a sentence."""
        return self.why.format(self.sign)


class OutgoingTexts:
    """Looks at texts before they leave, and counts what it replaced."""

    def __init__(self, rules: RedactionRules, salt: bytes, level: RedactionLevel, *, cache: Path | None = None) -> None:
        """Compile the rules, or load them from the folder ``cache``; placeholders are those of the store."""
        self._scrubber = Scrubber(rules, salt, level, cache=cache)
        self._salt = salt
        self._level = level
        self.replaced: Counter[str] = Counter()
        """Secrets replaced so far, by kind."""
        self._before: OutgoingTexts | None = None
        """What looks at the texts first: a host that is taken out may have told that a login stands before it."""
        if level is RedactionLevel.STRICT:
            self._before = OutgoingTexts(rules, salt, RedactionLevel.STANDARD, cache=cache)
            self._before.replaced = self.replaced

    def clean(self, texts: Sequence[str]) -> tuple[list[Scrubbed], SecretLeft | None]:
        """Return the texts as they may leave, and what may not; None where all may."""
        if self._before is not None:
            cleaned, stays = self._before.clean(texts)
            if stays is not None:
                return cleaned, stays
            texts = cleaned
        found = self._scrub(texts)
        places: Sequence[int] = range(len(found))
        left: list[Noticed] = []
        for _ in range(_ROUNDS):  # what is near decides what is seen, so that a replaced text can show another
            seen = self._notice(found, places)
            seen += _find_repeated(seen, found)
            places = self._replace(found, seen)
            left += [one for one in seen if one.text not in places]
            if not places:
                break
        else:
            left += self._notice(found, places)
        return found, self._find_left(texts, found, left)

    def clean_groups(self, groups: Sequence[Sequence[str]]) -> list[list[Scrubbed] | SecretLeft]:
        """Return each group's texts as they may leave; in the place of a group that may not, what is wrong with it."""
        clean, left = self.clean([text for own in groups for text in own])
        if left is not None and len(groups) > 1:
            return [found for own in groups for found in self.clean_groups([own])]
        if left is not None:
            return [left]
        fresh = iter(clean)
        return [[next(fresh) for _ in own] for own in groups]

    def clean_record(self, record: Record, refusal: str) -> Record:
        """Return the record with all its texts as they may leave.

        Raises:
            TwiceshyError: one of them must not leave; it begins with ``refusal``.
        """

        def clean_texts(texts: Sequence[str]) -> Sequence[str]:
            clean, left = self.clean(texts)
            if left is not None:
                raise TwiceshyError(f"{refusal}: a text of it {left.describe()}. See `twiceshy audit`.")
            return clean

        return scrub_record(record, clean_texts, keeps_homes=True)

    def _scrub(self, texts: Sequence[str]) -> list[Scrubbed]:
        """Apply the rules of the store again, and take out the rests of what they replaced in part."""
        before = self._scrubber.counts.copy()
        cuts = [_find_cut(text) for text in texts]
        found = self._scrubber.texts(["" if cut else text for text, cut in zip(texts, cuts, strict=True)])
        for place, (text, cut) in enumerate(zip(texts, cuts, strict=True)):
            if cut:
                found[place] = self._scrubber.shortened(text, cut)
            found[place] = self._replace_rests(found[place])
            if self._level is RedactionLevel.STRICT:
                found[place] = self._replace_names(found[place])
        self.replaced += self._scrubber.counts - before
        return found

    def _notice(self, texts: Sequence[str], places: Sequence[int]) -> list[Noticed]:
        """Return what the second opinion is sure enough of in the texts at these places."""
        bodies = [texts[place].removesuffix(_find_cut(texts[place])) for place in places]
        contents = [body.encode("utf-8", "surrogatepass") for body in bodies]
        sure = (one for one in notice(contents) if one.certainty > Certainty.POSSIBLE)
        seen = [one._replace(text=places[one.text]) for one in sure]
        seen = [one for one in seen if not _is_cut_name(one, texts[one.text])]
        for place, content in zip(places, contents, strict=True):
            if _CREDENTIAL.search(content):
                seen += (one._replace(text=place) for one in self._notice_echoes(content))
        return seen

    def _notice_echoes(self, content: bytes) -> Iterator[Noticed]:
        """Yield what stands in a text and behind a placeholder of the same text too; a word of code only in quotes."""
        digests = PlaceholderDigests(self._salt)
        digests.collect(content)
        for one in notice_echoes([content], EchoFinder([digests])):
            if not _is_word(one.value) or content[one.around[1] - 1 : one.around[1]] in (b'"', b"'", b"`"):
                yield one

    def _replace(self, texts: list[Scrubbed], seen: Sequence[Noticed]) -> list[int]:
        """Put placeholders into the texts for what was seen; return which of them changed."""
        wanted: defaultdict[int, list[tuple[int, int, str]]] = defaultdict(list)
        for one in seen:
            places = _find_places(texts[one.text], one)
            wanted[one.text] += [(*place, one.kind) for place in places]
        for place, spans in wanted.items():
            if spans:
                texts[place] = self._replace_rests(self._put_placeholders(texts[place], _leave_overlaps(spans)))
        return [place for place, spans in wanted.items() if spans]

    def _replace_names(self, text: Scrubbed) -> Scrubbed:
        """Take out names of people beside their addresses and in the lines of commits that have them."""
        places = [found.span(found.lastindex or 0) for found in _NAMED.finditer(text)]
        return self._put_placeholders(text, [(*place, "user") for place in places]) if places else text

    def _replace_rests(self, text: Scrubbed) -> Scrubbed:
        """Take out what goes on behind a placeholder."""
        rests = find_value_rests(text) if "]" in text else []
        return self._put_placeholders(text, [(*place, "token-part") for place in rests]) if rests else text

    def _put_placeholders(self, text: str, places: Iterable[tuple[int, int, str]]) -> Scrubbed:
        """Return the text with placeholders of these kinds at the places, without what shows only then."""
        pieces, at = list[str](), 0
        for start, end, kind in places:
            self.replaced[kind] += 1
            secret = text[start:end].encode("utf-8", "surrogatepass")
            pieces += [text[at:start], self._scrubber.placeholder(kind, secret).decode()]
            at = end
        return self._scrubber.text("".join([*pieces, text[at:]]))

    def _settle(self, texts: list[Scrubbed], places: Sequence[int]) -> SecretLeft | None:
        """Apply the store's rules to changed texts until they find no more there; return what they cannot take out.

        Where a host or a name was taken out, the rest of a link can look like a path.
        """
        left: SecretLeft | None = None
        for _ in range(_ROUNDS):
            still = self._scrubber.detector.find_many([texts[place] for place in places])
            if not still:
                return None
            number, spans = next(iter(still.items()))
            left = SecretLeft(places[number], spans[0].rule)
            places = [places[number] for number in still]
            for place in places:
                texts[place] = self._scrubber.text(texts[place])
        return left

    def _find_left(self, before: Sequence[str], after: list[Scrubbed], left: Sequence[Noticed]) -> SecretLeft | None:
        """Return the first text that may not leave; ``left``: what was seen and could not be replaced."""
        changed = {place: new for place, (old, new) in enumerate(zip(before, after, strict=True)) if old != new}
        for place, new in changed.items():
            if kind := next((kind for kind in _STOPPING if _count(new, kind) > _count(before[place], kind)), None):
                return SecretLeft(place, kind, _MUST_STAY)
        if still := self._settle(after, [*changed]):
            return still
        return next((SecretLeft(one.text, one.sign) for one in left), None)


def _find_places(text: str, one: Noticed) -> list[tuple[int, int]]:
    """Return the places where what was seen is to be replaced.

    Letters in no order mean the same wherever they stand. A word may stand again as a name of the code: it is replaced
    where it was seen, and everywhere only where that place cannot be found.
    """
    value = one.value.decode("utf-8", "replace")
    if not _is_word(one.value) or one.kind in _PEOPLE:
        return find_spellings(text, value, one.kind)
    view, start, end = one.around
    first = view.rfind(b"\x1e", 0, start) + 1
    last = view.find(b"\x1e", end)
    own = view[first : last if last >= 0 else len(view)]
    plain = [found.span() for found in re.finditer(re.escape(value), text)]
    if len(plain) != own.count(one.value):
        return find_spellings(text, value, one.kind)
    return [plain[view.count(one.value, first, start)]]


def _find_repeated(seen: Sequence[Noticed], texts: Sequence[str]) -> list[Noticed]:
    """Return what was seen once more for each other text that has it.

    Of many texts together the second opinion tells a token once. A word may be a name elsewhere, as above.
    """
    values = {one.value: one for one in seen if not _is_word(one.value) and one.kind not in _PEOPLE}
    known = {(one.text, one.value) for one in seen}
    return [
        one._replace(text=place)
        for value, one in values.items()
        for place, text in enumerate(texts)
        if (place, value) not in known and value.decode("utf-8", "replace") in text
    ]


def _is_word(value: bytes) -> bool:
    """Tell whether a value may be a name in code too."""
    return _WORD.fullmatch(value) is not None and judge_shape(value) < ValueShape.DIGEST


def _leave_overlaps(spans: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Yield the spans in order, of those that overlap the first and longest."""
    last = 0
    for start, end, kind in sorted(set(spans), key=lambda one: (one[0], -one[1], one[2])):
        if start >= last:
            yield start, end, kind
            last = end


def _count(text: str, kind: str) -> int:
    """Return how many placeholders of a kind a text has."""
    return text.count(f"[{kind}:")


def holds_credential(text: str) -> bool:
    """Tell whether a credential was replaced in a text: in code the placeholder is no longer the code."""
    return _CREDENTIAL.search(text.encode("utf-8", "surrogatepass")) is not None


def _find_cut(text: str) -> str:
    """Return what says at the end of a text that it was shortened, or nothing."""
    found = _CUT.search(text, max(0, len(text) - _LONGEST_CUT))
    return found[0] if found else ""


def _is_cut_name(one: Noticed, text: str) -> bool:
    """Tell whether what was seen is a name that the end of a shortened text cuts."""
    cut = _find_cut(text)
    return bool(cut) and one.kind == "user" and text.removesuffix(cut).encode("utf-8", "ignore").endswith(one.value)
