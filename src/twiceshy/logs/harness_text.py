"""Who wrote a turn of the user's side, told by its form: a person, or the client in the person's place.

A client puts its own sentences, reminders and reports where a person's words stand. Taken for them, they become
corrections that nobody made. What clients are known to write stands in ``harness_text.toml``; beyond it a pair of tags
with a name that no person types, filling the whole turn, is a client's too. Where the form leaves a doubt the words
stay a person's: a pasted page must not vanish. Every reader's prompts pass through here, by ``Journal.prompt``.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from twiceshy.records.events import PromptKind

VERSION: Final = 3
"""Counts up whenever an answer changes; stored turns of other versions are judged again."""
_OPENING_TAG: Final = re.compile(r"<([A-Za-z][\w-]{0,60}|permissions instructions)((?:\s[^<>]{0,300})?)>")
_CLOSING_TAG: Final = re.compile(r"</([A-Za-z][\w -]{0,60})>\Z")
_MACHINE_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)+")
"""A tag as programs name them: words in small letters, joined by ``_`` or ``-``."""
_SYSTEM_LINE: Final = re.compile(r"\[(?:SYSTEM|HARNESS|AUTOMATED)\b[^\]\n]{0,120}\]")
"""A line in brackets and capitals that says of itself that a program wrote it."""
_PICTURES: Final = re.compile(r"(?:\[Image: source: [^\]\n]+\]\s*)+")
"""Where a client put pasted pictures, said once more and alone."""
_SLASH_COMMAND: Final = re.compile(r"/[A-Za-z][\w.-]*(?::[\w.-]+)*(?=(\s|\Z))")


_LONGEST_TAG = 70
"""Characters of a closing tag at the most (guess, 2026-11-22: the longest known has 37)."""
_MOST_BLOCKS = 100
"""Blocks taken off one end of a turn: each costs a look at the rest (guess, 2026-11-22: real turns have up to ten)."""


class _Opening(NamedTuple):
    """A sentence that only a client begins a turn with."""

    text: str
    kind: PromptKind
    alone: bool
    """It counts where the turn is one line."""


class _Table(NamedTuple):
    """What clients are known to write."""

    openings: tuple[_Opening, ...]
    starts: tuple[str, ...]
    tags: Mapping[str, PromptKind]
    person: frozenset[str]
    """Tags around a person's words."""
    beside: Mapping[str, PromptKind]
    """``tags``, and those that are a client's where a person's words have a tag."""
    frames: tuple[tuple[str, str], ...]
    """Words before and behind a person's."""


class SaidTurn(NamedTuple):
    """A turn of the user's side: what it is, and its words without what a client put around them."""

    kind: PromptKind
    text: str


class _Block(NamedTuple):
    """A pair of tags with what stands inside, at the beginning of a text."""

    tag: str
    inner: str
    end: int
    """Behind its closing tag."""


def judge_turn(kind: PromptKind, text: str) -> SaidTurn:
    r"""Return what a turn is that a reader took for a person's; one of any other kind as it is.

    >>> judge_turn(PromptKind.TYPED, "<system-reminder>\nThe date changed.\n</system-reminder>").kind.value
    'meta'
    >>> judge_turn(PromptKind.TYPED, "<user_query>\nfix the build\n</user_query>")
    SaidTurn(kind=<PromptKind.TYPED: 'typed'>, text='fix the build')
    >>> judge_turn(PromptKind.QUEUED, "/model").kind.value
    'bare-command'
    """
    if kind is not PromptKind.TYPED and kind is not PromptKind.QUEUED:
        return SaidTurn(kind, text)
    bare = text.strip()
    table = _load_table()
    if bare.startswith(table.starts) and (opening := _find_opening(table, bare)) is not None:
        return SaidTurn(opening.kind, text)
    if _SYSTEM_LINE.match(bare) or _PICTURES.fullmatch(bare):
        return SaidTurn(PromptKind.META, text)
    if bare.startswith("/") and (found := _SLASH_COMMAND.match(bare)):
        return SaidTurn(PromptKind.COMMAND if found[1] else PromptKind.BARE_COMMAND, bare)
    if bare.startswith("<") or bare.endswith(">"):
        return _judge_tagged(table, kind, text, bare)
    return SaidTurn(kind, _find_framed(table, bare) or text)


def _find_opening(table: _Table, bare: str) -> _Opening | None:
    """Return the client's sentence that the turn begins with; None where a person says more on it."""
    fitting = (one for one in table.openings if bare.startswith(one.text))
    return next((one for one in fitting if not (one.alone and "\n" in bare)), None)


def _judge_tagged(table: _Table, kind: PromptKind, text: str, bare: str) -> SaidTurn:
    """Judge a turn that begins or ends with a tag."""
    has_person = any(f"<{tag}>" in bare for tag in table.person)
    tags = table.beside if has_person else table.tags
    rest, blocks = _take_blocks(bare, tags, table.person)
    if not blocks:
        return SaidTurn(kind, text)
    words = [block.inner for block in blocks if block.tag in table.person]
    if words:
        return SaidTurn(kind, "\n\n".join(filter(None, (*words, rest))))
    if not rest:
        return _judge_blocks(table, text, blocks)
    if all(block.tag in tags for block in blocks):
        return judge_turn(kind, rest)
    return SaidTurn(kind, text)  # perhaps a page that a person pasted, and asks about


def _judge_blocks(table: _Table, text: str, blocks: list[_Block]) -> SaidTurn:
    """Judge a turn of nothing but a client's blocks; one may deliver a person's words."""
    framed = next((said for block in blocks if (said := _find_framed(table, block.inner))), None)
    if framed:
        return SaidTurn(PromptKind.QUEUED, framed)
    if any(block.tag == "command-name" for block in blocks):
        inside = {block.tag: block.inner for block in blocks}
        title = "/" + inside["command-name"].lstrip("/")
        arguments = inside.get("command-args")
        kind = PromptKind.COMMAND if arguments else PromptKind.BARE_COMMAND
        return SaidTurn(kind, f"{title} {arguments}" if arguments else title)
    known = (table.tags[block.tag] for block in blocks if block.tag in table.tags)
    return SaidTurn(next(known, PromptKind.META), text)


def _take_blocks(text: str, tags: Mapping[str, PromptKind], person: frozenset[str]) -> tuple[str, list[_Block]]:
    """Return the text without a client's blocks at its beginning and end, and these blocks in order."""
    first: list[_Block] = []
    last: list[_Block] = []
    while len(first) < _MOST_BLOCKS and (block := _first_block(text, tags, person)) is not None:
        first.append(block)
        text = text[block.end :].lstrip()
    while len(last) < _MOST_BLOCKS and (start := _last_block_start(text, tags, person)) is not None:
        block = _first_block(text[start:], tags, person)
        if block is None:
            break
        last.append(block)
        text = text[:start].rstrip()
    return text, [*first, *reversed(last)]


def _first_block(text: str, tags: Mapping[str, PromptKind], person: frozenset[str]) -> _Block | None:
    """Return the client's block that the text begins with; None where there is none."""
    found = _OPENING_TAG.match(text)
    if found is None:
        return None
    tag = found[1]
    if tag not in tags and tag not in person and (found[2].strip() or not _MACHINE_NAME.fullmatch(tag)):
        return None
    ending = f"</{tag}>"
    at = text.find(ending, found.end())
    return None if at < 0 else _Block(tag, text[found.end() : at].strip(), at + len(ending))


def _last_block_start(text: str, tags: Mapping[str, PromptKind], person: frozenset[str]) -> int | None:
    """Return where the known client's block begins that the text ends with; None where there is none."""
    found = _CLOSING_TAG.search(text, max(len(text) - _LONGEST_TAG, 0))
    if found is None or (found[1] not in tags and found[1] not in person):
        return None
    at = max(text.rfind(f"<{found[1]}>"), text.rfind(f"<{found[1]} "))
    return at if at > 0 else None


def _find_framed(table: _Table, text: str) -> str | None:
    """Return the person's words that a client's sentences frame; None where they do not."""
    for before, behind in table.frames:
        if text.startswith(before):
            return text.removeprefix(before).rpartition(behind)[0].strip() or None
    return None


@cache
def _load_table() -> _Table:
    """Read what clients are known to write."""
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    openings = tuple(
        _Opening(text, PromptKind(one["kind"]), one.get("alone", False))
        for one in data["opening"]
        for text in one["texts"]
    )
    tags = {tag: PromptKind(kind) for tag, kind in data["tags"].items()}
    person = data["person"]
    return _Table(
        openings=openings,
        starts=tuple(one.text for one in openings),
        tags=tags,
        person=frozenset(person["tags"]),
        beside=tags | dict.fromkeys(person["beside"], PromptKind.META),
        frames=tuple((one["before"], one["behind"]) for one in data["frame"]),
    )
