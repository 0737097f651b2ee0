"""The only place where raw text becomes scrubbed text.

A secret becomes a placeholder ``[kind:ab12cd]``, whose six digits are a keyed hash: the same secret has the same
placeholder throughout one installation, so that correlation survives, and another installation's differ. A text without
secrets comes back as the same object. What was scrubbed before is remembered for a while, as successive edits repeat
whole files and most short texts repeat anyway.

A JSON text is scrubbed string by string, as its escapes would hide what rules look for, and then as it is written: the
other way round, the piece of a value that can be seen would go and take with it what shows the rest.

Scrubbing twice changes nothing: no rule takes a placeholder for a secret.

What rules recognise in the events of a session is handed out as values too, in memory only, so that whoever stores the
session can take them out of its other texts (``privacy.secrets.known_values``).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from typing import Any, cast

from twiceshy.base.values import Scrubbed
from twiceshy.privacy.json_strings import find_escaped_strings, replace_strings
from twiceshy.privacy.policy import RedactionLevel, RedactionRules, build_detector
from twiceshy.privacy.replace_spans import replace_spans
from twiceshy.privacy.secrets.known_values import SecretValue, make_placeholder
from twiceshy.privacy.secrets.secret_checks import SOFT
from twiceshy.privacy.secrets.secret_detector import Detector, SecretSpan, encode_utf8
from twiceshy.privacy.secrets.value_shapes import split_secret
from twiceshy.records.events import (
    Edit,
    Event,
    Mark,
    Prompt,
    RawEvent,
    Reply,
    Session,
    ToolCall,
    ToolResult,
    Usage,
)

TEXT_FIELDS: dict[type, tuple[str, ...]] = {
    Session: ("native_id", "cwd", "project", "branch", "version", "entrypoint", "title"),
    Prompt: ("text",),
    Reply: ("text", "model"),
    ToolCall: ("tool", "input", "path", "command", "query"),
    ToolResult: ("text", "words", "commit"),
    Edit: ("path", "before", "after"),
    Usage: ("model",),
    Mark: ("name", "text"),
}
"""Every field of the type ``Text``; a test compares it with the classes."""
BATCH = 1 << 20
"""Characters scanned at once by ``events``: measured on 2026-11-21: more is no faster and takes memory."""
REMEMBERED = 2 << 20
"""Bytes of text whose outcome is remembered in each of the two generations of the memory (guess, 2026-11-21)."""
_SHORT = 200
"""Characters of texts that are remembered even of a batch that is too big to be (guess, 2026-11-21)."""
_MOST_PLACEHOLDERS = 10_000
"""Placeholders that are remembered, as the same few names fill most paths (guess, 2026-11-21)."""
_PRINTED = "printed-secret"
"""The kind of what a command printed that prints credentials."""
_MOST_AWAITED = 1_000
"""Calls whose results are awaited (guess, 2026-11-24): agents run few side by side."""
_ROUNDS = 8
"""Times that a text is looked through again once credentials in it are gone (guess, 2026-11-24: one is enough)."""
_NO_VALUES = frozenset({"path"})
"""Kinds that are no credentials, beside those whose check is soft: elsewhere their words are words."""
FoundValues = dict[int, tuple[SecretValue, ...]]
"""Credentials that rules recognised, by the place of the text they stood in."""
_PER_ENTRY = 100  # bytes that an entry costs besides its characters (guess, 2026-11-21)


class Scrubber:
    """Rules at one level, with one installation's salt. One for each process; not for threads."""

    def __init__(
        self,
        rules: RedactionRules,
        salt: bytes,
        level: RedactionLevel,
        *,
        cache: Path | None = None,
        engine: str | None = None,
    ) -> None:
        """Compile the rules, or load them from the folder ``cache``.

        Args:
            rules: see ``policy.load_rules``.
            salt: at most 64 bytes; without it nobody can tell which secret a placeholder stands for.
            level: how much is replaced.
            cache: where compiled rules are kept; None compiles each time.
            engine: ``hyperscan`` or ``re2``; None takes the best there is.
        """
        from twiceshy.privacy.sure_opinion import PLACES, SureOpinion  # noqa: PLC0415  # most verbs scrub nothing

        self.detector: Detector = build_detector(rules, level, noted=PLACES, cache=cache, engine=engine)
        self._opinion = SureOpinion(cache=cache, engine=engine)
        self.counts: Counter[str] = Counter()
        """Replacements so far, by kind."""
        self._salt = salt
        self._personal = {one.rule.kind for one in rules.rules if one.rule.check in SOFT} | _NO_VALUES
        self._young: dict[str, _Outcome] = {}
        self._old: dict[str, _Outcome] = {}
        self._size = 0
        self._placeholders: dict[tuple[str, bytes], bytes] = {}
        self._printing: dict[bytes, str] = {}

    def compile_rest(self) -> None:
        """Compile now what is else compiled when the first text needs it."""
        self._opinion.compile()

    def text(self, text: str) -> Scrubbed:
        """Return the text with placeholders for secrets."""
        return self.texts([text])[0]

    def shortened(self, text: str, end: str) -> Scrubbed:
        """Return a text scrubbed, but for a folder's name that its ``end`` cuts: whole, it was no person's."""
        body = text.removesuffix(end)
        cut = _CUT_NAME.search(body)
        if cut is None:
            return self.text(text)
        return cast("Scrubbed", self.text(body[: cut.start(1)]) + body[cut.start(1) :] + end)

    def texts(self, texts: Sequence[str]) -> list[Scrubbed]:
        """Scrub many texts at once, as ``text`` does; a text without secrets is the same object."""
        return self.scrub_telling(texts)[0]

    def find_credentials(self, texts: Sequence[str]) -> dict[int, Scrubbed]:
        """Return, by place, those texts scrubbed that hold more than what is personal: a credential."""
        found = {}
        for place, clean in enumerate(self.texts(texts)):
            if clean is not texts[place]:
                before = self.counts.copy()
                self.text(texts[place])
                if not self._personal.issuperset(self.counts - before):
                    found[place] = clean
        return found

    def note_command(self, call: bytes, command: str) -> None:
        """Remember of a call that its command prints credentials, until its result comes."""
        from twiceshy.privacy.secrets.printed_secrets import match_printing  # noqa: PLC0415  # only where logs are read

        if (way := match_printing(command)) is not None:
            if len(self._printing) >= _MOST_AWAITED:
                self._printing.clear()
            self._printing[call] = way

    def scrub_printed(self, call: bytes, output: str) -> tuple[str, tuple[SecretValue, ...]]:
        """Return what a command printed without the credentials that it is for, and these; the same text if none."""
        way = self._printing.pop(call, None)
        return (output, ()) if way is None else self._replace_printed(way, output)

    def scrub_output_of(self, command: str, output: str) -> str:
        """Return what a command line printed without the credentials that it is for."""
        from twiceshy.privacy.secrets.printed_secrets import match_printing  # noqa: PLC0415  # as above

        way = match_printing(command)
        return output if way is None else self._replace_printed(way, output)[0]

    def _replace_printed(self, way: str, output: str) -> tuple[str, tuple[SecretValue, ...]]:
        from twiceshy.privacy.secrets.printed_secrets import find_printed  # noqa: PLC0415  # as above

        pieces: list[str] = []
        values: list[SecretValue] = []
        done = 0
        for start, end in find_printed(way, output):
            secret = output[start:end].encode("utf-8", "surrogatepass")
            values += (SecretValue(value, _PRINTED) for value in split_secret(secret))
            pieces += (output[done:start], self.placeholder(_PRINTED, secret).decode())
            self.counts[_PRINTED] += 1
            done = end
        return ("".join((*pieces, output[done:])), tuple(values)) if pieces else (output, ())

    def scrub_telling(self, texts: Sequence[str]) -> tuple[list[Scrubbed], FoundValues]:
        """Scrub texts, and return beside them the credentials that were recognised, by the place of the text."""
        values: FoundValues = {}
        clean = cast("list[str]", list(texts))
        inside = {
            place: found
            for place, text in enumerate(clean)
            if text.startswith(_JSON) and (found := find_escaped_strings(text))
        }
        if inside:
            self._scrub_inside(clean, inside, values)
        return cast("list[Scrubbed]", self._scrub_as_written(clean, values)), values

    def _scrub_inside(self, clean: list[str], inside: Mapping[int, Sequence[str]], values: FoundValues) -> None:
        """Scrub the strings inside of JSON texts, by place: each is shorter than its text, so that this ends."""
        every, deeper = self.scrub_telling([string for found in inside.values() for string in found])
        owners = [place for place, found in inside.items() for _ in found]
        decoded = iter(every)
        for place, found in inside.items():
            changed = {before: after for before, after in zip(found, decoded, strict=False) if after != before}
            if changed:
                clean[place] = replace_strings(clean[place], changed)
        # Gathered first: one text may hold tens of thousands, and each tuple made longer would copy all before it.
        gathered: dict[int, list[SecretValue]] = defaultdict(list)
        for number, some in deeper.items():
            gathered[owners[number]] += some
        for place, known in gathered.items():
            values[place] = (*values.get(place, ()), *known)

    def _scrub_as_written(self, texts: Sequence[str], values: FoundValues) -> list[str]:
        """Return the texts without the secrets that can be seen in them as they stand."""
        clean = list(texts)
        fresh: dict[str, int] = {}
        repeated: list[int] = []
        young, old = self._young, self._old
        find_young, find_old, add = young.get, old.get, fresh.setdefault
        for index, text in enumerate(texts):
            known = find_young(text) or find_old(text)
            if known is None:
                if add(text, index) != index:
                    repeated.append(index)
            elif known is not _UNCHANGED:
                clean[index] = self._take_outcome(index, known, values)
        if fresh:
            outcome = self._scrub_fresh(fresh, clean, values)
            for index in repeated:
                if (known := outcome[texts[index]]) is not _UNCHANGED:
                    clean[index] = self._take_outcome(index, known, values)
        return clean

    def _take_outcome(self, index: int, outcome: "_Outcome", values: FoundValues) -> str:
        """Count what was replaced in a text, note its values, and return it scrubbed."""
        text, kinds, found = outcome
        self.counts.update(kinds)
        if found:
            values[index] = (*values.get(index, ()), *found)
        return text

    def placeholder(self, kind: str, secret: bytes) -> bytes:
        """Return what stands in the secret's place."""
        known = self._placeholders.get((kind, secret))
        if known is None:
            known = make_placeholder(secret, kind, self._salt)
            if len(self._placeholders) < _MOST_PLACEHOLDERS and len(secret) <= _SHORT:
                self._placeholders[kind, secret] = known
        return known

    def _scrub_fresh(self, fresh: dict[str, int], clean: list[str], values: FoundValues) -> "dict[str, _Outcome]":
        """Scrub texts that are not remembered, put those that changed into ``clean``, remember all."""
        unknown = list(fresh)
        encoded = encode_utf8(unknown)
        outcome: dict[str, _Outcome] = dict.fromkeys(unknown, _UNCHANGED)
        size = sum(map(len, encoded)) + _PER_ENTRY * len(outcome)
        for number, spans in self._find_spans(encoded).items():
            known = self._settle(self._replace_spans(encoded[number], spans))
            index = fresh[unknown[number]]
            clean[index] = self._take_outcome(index, known, values)
            outcome[unknown[number]] = known
            size += len(known[0])
        self._remember(outcome, size)
        return outcome

    def _find_spans(self, encoded: Sequence[bytes]) -> Mapping[int, Sequence[SecretSpan]]:
        """Return what the rules find, and what else the second opinion is certain of."""
        found, noted = self.detector.find_noting(encoded)
        return self._opinion.add_certain(encoded, found, noted) if noted else found

    def _settle(self, known: "_Outcome") -> "_Outcome":
        """Return the outcome of a text with what shows only when its credentials are gone."""
        for _ in range(_ROUNDS):
            if self._personal.issuperset(known[1]):
                return known
            (encoded,) = encode_utf8([known[0]])
            if not (spans := self._find_spans([encoded])):
                return known
            text, kinds, values = self._replace_spans(encoded, spans[0])
            known = (text, known[1] + kinds, known[2] + values)
        return known

    def _replace_spans(self, encoded: bytes, spans: Sequence[SecretSpan]) -> "_Outcome":
        """Return the text with placeholders, their kinds, and the credentials among what they stand for."""
        values: dict[SecretValue, None] = {}

        def place(kind: str, secret: bytes) -> bytes:
            if kind not in self._personal:
                values.update(dict.fromkeys(SecretValue(value, kind) for value in split_secret(secret)))
            return self.placeholder(kind, secret)

        clean, kinds = replace_spans(encoded, spans, self.detector.find_encoded, place)
        return clean.decode("utf-8", "surrogatepass"), tuple(kinds), tuple(values)

    def _remember(self, outcome: "dict[str, _Outcome]", size: int) -> None:
        """Keep the outcome of a batch; the oldest half is forgotten when there is too much."""
        if size > REMEMBERED:
            outcome = {text: known for text, known in outcome.items() if len(text) <= _SHORT}
            size = sum(map(len, outcome)) + _PER_ENTRY * len(outcome)
        if self._size + size > REMEMBERED:
            self._old, self._young, self._size = self._young, {}, 0
        self._young.update(outcome)
        self._size += size


_CUT_NAME = re.compile(r"(?:home|Users)[/\\]+([\w.@-]*)\Z")
_JSON = ("{", "[")
"""What a JSON text begins with that holds strings (RFC 8259)."""
_Outcome = tuple[str, tuple[str, ...], tuple[SecretValue, ...]]
"""A text scrubbed, the kinds of what was replaced, and the credentials among it."""
_UNCHANGED: _Outcome = ("", (), ())


_PICKERS: dict[type, Callable[[Any], Any]] = {
    cls: attrgetter(*names) if len(names) > 1 else attrgetter(names[0], "stamp") for cls, names in TEXT_FIELDS.items()
}


_ALL_FIELDS: dict[Any, Callable[[Any], Any]] = {cls: attrgetter(*cls.__slots__) for cls in list[Any](TEXT_FIELDS)}


SessionValues = dict[bytes, set[SecretValue]]
"""Credentials that rules recognised, by the ``Session.uid`` of the session they stood in. Only ever in memory."""


def scrub_events(raw: Iterable[RawEvent], scrubber: Scrubber) -> list[Event]:
    """Return the same events, in order, with every text scrubbed.

    An event without secrets is the same object.
    """
    return scrub_events_telling(raw, scrubber)[0]


def scrub_events_telling(raw: Iterable[RawEvent], scrubber: Scrubber) -> tuple[list[Event], SessionValues]:
    """Scrub events as ``scrub_events``, and return beside them the credentials recognised in each session."""
    scrubbed: list[Event] = []
    values: SessionValues = {}
    waiting: list[tuple[RawEvent, int, int]] = []
    texts: list[str] = []
    size = 0
    for event in raw:
        cls = type(event)
        first = len(texts)
        if isinstance(event, ToolCall) and event.command:
            scrubber.note_command(event.call, event.command)
        elif isinstance(event, ToolResult) and event.failure is None:
            event = _take_printed(event, scrubber, values)  # noqa: PLW2901  # the same result, as it may be stored
        fields = _PICKERS[cls](event)
        for value in fields[: len(TEXT_FIELDS[cls])]:
            if value:
                texts.append(value)
                size += len(value)
        waiting.append((event, first, len(texts)))
        if size >= BATCH:
            _finish(waiting, texts, scrubber, scrubbed, values)
            waiting, texts, size = [], [], 0
    _finish(waiting, texts, scrubber, scrubbed, values)
    return scrubbed, values


def _take_printed(event: ToolResult[str], scrubber: Scrubber, values: SessionValues) -> ToolResult[str]:
    """Return a result without the credentials that its command prints, and note these; mostly the same object."""
    text, found = scrubber.scrub_printed(event.call, event.text)
    if text is event.text:
        return event
    _note_values(event, [found], values)
    return replace(event, text=text)


def _finish(
    waiting: Sequence[tuple[RawEvent, int, int]],
    texts: list[str],
    scrubber: Scrubber,
    into: list[Event],
    values: SessionValues,
) -> None:
    """Scrub one batch, append its events, and note its credentials by session."""
    if not waiting:
        return
    clean, found = scrubber.scrub_telling(texts)
    changed = [before is not after for before, after in zip(texts, clean, strict=True)]
    anything = any(changed)
    for event, first, last in waiting:
        if anything and any(changed[first:last]):
            into.append(_rebuild(event, clean[first:last]))
            if found:
                _note_values(event, [found[place] for place in range(first, last) if place in found], values)
        else:
            into.append(cast("Event", event))


def _note_values(event: RawEvent, found: Sequence[tuple[SecretValue, ...]], values: SessionValues) -> None:
    """Note the credentials of an event's texts as its session's."""
    session = event.uid if isinstance(event, Session) else event.stamp.session
    if found:
        values.setdefault(session, set()).update(*found)


def _rebuild(event: RawEvent, clean: Sequence[str]) -> Event:
    """Return the event with its non-empty texts replaced, in the order of ``TEXT_FIELDS``."""
    cls: Any = type(event)
    values = dict(zip(cls.__slots__, _ALL_FIELDS[cls](event), strict=True))
    following = iter(clean)
    for name in TEXT_FIELDS[cls]:
        if values[name]:
            values[name] = next(following)
    return cast("Event", cls(**values))
