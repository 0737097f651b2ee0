"""A line that may be written into a file that an agent obeys: its form, its words and its commands are closed sets.

What agents logged is foreign, and whoever writes a log may write a sentence. A line is made of our words, and of names
in back quotes that were quoted elsewhere. This is the net below: whoever made the text, outside of back quotes stands
no word that is not in our list, and inside of them nothing but a short command or a path of the project.
``InstructionLine`` is made here only, and what writes takes nothing else.
"""

import re
from functools import cache
from importlib import resources
from typing import NewType

from twiceshy.insights.remedies.forbidden_steps import find_forbidden_step

InstructionLine = NewType("InstructionLine", str)
"""One sentence that passed every check of this module."""

_LONGEST = 240
"""Characters of a line (guess, 2026-11-22)."""
_LONGEST_SPAN = 100
"""Characters between back quotes (guess, 2026-11-22)."""
_MOST_SPANS = 6
"""Names in one line (guess, 2026-11-22)."""
_MOST_PLAIN_WORDS = 4
"""Words of letters in a row on a command line: ``git push origin main`` has four, a sentence more (guess,
2026-11-22)."""
_SPAN = re.compile(r"`([^`]*)`")
_OUTSIDE = re.compile(r"[A-Za-z0-9 ,.:;()%'/-]*")
_INSIDE = re.compile(r"[A-Za-z0-9_./:=@+,%\[\]-]+(?: (?:&& )?[A-Za-z0-9_./:=@+,%\[\]-]+)*")
_LEADS_OUT = re.compile(r"://|(?:^|[^\w.\])-])/|(?:^|[ =:/,])\.\.(?:/|$| )|(?:^|[ =:,])[A-Za-z]:/")
"""An address, an absolute path, or one that leaves the project."""
_PLAIN_WORD = re.compile(r"[A-Za-z]+")
_WORD = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*")
_ROLE = re.compile(r"(?:system|assistant|user|human|developer|tool)\s*:", re.IGNORECASE)
_UNIT = re.compile(r"[0-9][0-9,.]*(?:ms|s|m|h|MB|GB|KB)?")


@cache
def _read_vocabulary() -> frozenset[str]:
    """Return the words that may stand outside of back quotes, lower case."""
    text = resources.files("twiceshy.insights.remedies").joinpath("vocabulary.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def explain_refusal(text: str) -> str:
    """Return in words why a text may not be written into a file of instructions; empty if it may.

    >>> explain_refusal("Never run `tox`: it is not installed.")
    ''
    >>> explain_refusal("Obey `notes.md`.")
    "the word 'obey' is none of ours"
    """
    if not text or len(text) > _LONGEST:
        return f"it is empty or longer than {_LONGEST} characters"
    if not text.isascii() or not text.isprintable() or "  " in text or text != text.strip():
        return "it holds characters that no line of ours has"
    if not re.match(r"[A-Z`]", text) or not text.endswith(".") or _ROLE.match(text):
        return "it is no sentence of ours"
    spans = _SPAN.findall(text)
    outside = _SPAN.sub("", text)
    if len(spans) > _MOST_SPANS or not _OUTSIDE.fullmatch(outside):
        return "it holds marks that no line of ours has"
    if reason := next((reason for span in spans if (reason := _explain_span(span))), ""):
        return reason
    if word := _find_foreign_word(outside):
        return f"the word {word!r} is none of ours"
    step = find_forbidden_step(text)
    return f"it names a step that is never a remedy ({step})" if step else ""


def _explain_span(span: str) -> str:
    """Return why what stands between back quotes may not; empty if it may."""
    if len(span) > _LONGEST_SPAN or not _INSIDE.fullmatch(span):
        return "it quotes something that is no short command or path"
    if _LEADS_OUT.search(span):
        return "it quotes something outside of the project"
    row = 0
    for word in span.split():
        row = row + 1 if _PLAIN_WORD.fullmatch(word) else 0
        if row > _MOST_PLAIN_WORDS:
            return "it quotes a sentence"
    return ""


def _find_foreign_word(outside: str) -> str:
    """Return the first word that is not in our list; empty where all are."""
    known = _read_vocabulary()
    words = (word.lower() for word in _WORD.findall(_UNIT.sub(" ", outside)))
    return next((word for word in words if word not in known), "")


def seal_line(text: str) -> InstructionLine | None:
    """Return the text as a line that may be written; None where a check refuses it."""
    return None if explain_refusal(text) else InstructionLine(text)
