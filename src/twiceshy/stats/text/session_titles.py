"""What a session is called: the words by which a person knows it again in a list.

A title that a client or a person gave counts, if it tells sessions apart. Else it is the first words that a person
typed, else, or where these are one or two, the heading of the plan or task that began it. What a client, a harness or a
system instruction put before these words is taken off; a text that is nothing else has no title to give.
"""

import re
from collections.abc import Iterable
from typing import Final

_NO_TITLE: Final = re.compile(
    r"(?:new|untitled)(?: (?:session|chat|conversation|thread|task))?(?:\s*-?\s*\d{4}-\d\d-\d\d.*)?|\(?no prompt\)?",
    re.IGNORECASE,
)
"""What clients call each session that nobody named: ``New session - 2026-08-11T16:16:00Z``."""
_BLOCK: Final = re.compile(r"\s*<(?P<tag>[A-Za-z][\w-]*)(?:\s[^>]*)?>.*?</(?P=tag)>\s*", re.DOTALL)
_MARK: Final = re.compile(r"\s*\[\[ ## [\w ]+ ## \]\]\s*")
"""Before each part of what some harnesses send."""
_OPEN_TAG: Final = re.compile(r"\s*<[A-Za-z][\w-]*(?:\s[^>]*)?>")
_FOR_MODELS: Final = re.compile(
    r"you are (?:(?:an?|the|now|working|acting|running|tasked|operating|given|in)\b|(?-i:[A-Z]\w+(?: \w+)?),)"
    r"|@?\[system\]|caveat:|this session is being continued|\[request interrupted|# agents\.md instructions"
    r"|system(?: instruction)?:"
    r"|your (?:task|job|role|goal) is\b",
    re.IGNORECASE,
)
_HEADING: Final = re.compile(r"^\s{0,3}#{1,4}\s+(?P<words>\S.*?)\s*#*\s*$", re.MULTILINE)
_BEFORE_PLAN: Final = re.compile(
    r"\A\s*(?:please )?(?:implement|execute|follow) (?:the|this)[^\n]*plan:?\s*", re.IGNORECASE
)
_TELLING_WORDS: Final = 3
"""Words from which what a person typed tells more than the heading of the task before it; "commit" does not (guess,
2026-11-24: 45 of 469 sessions began so)."""
_TASK_KINDS: Final = ("plan", "sdk", "bare-command", "subagent")
"""Kinds of prompts that nobody typed and that begin work, the one that says most first."""


def choose_title(title: str | None, prompts: Iterable[tuple[str, bool, str]]) -> str:
    r"""Return a session's title; empty where nothing says what it was about.

    ``title``: what its log calls it. ``prompts``: kind, whether a person typed it, and text, in their order.

    >>> choose_title("New session - 2026-08-11T16:16:00.424Z", [("typed", True, "<env>x</env> mend the sum")])
    'mend the sum'
    >>> choose_title(None, [("plan", False, "Implement the following plan:\n\n# Mend the sum\n\n1. Look")])
    'Mend the sum'
    """
    if title and not _NO_TITLE.fullmatch(title.strip()) and (words := _strip_blocks(title)):
        return words
    known = list(prompts)
    typed = next((words for _, human, text in known if human and (words := _find_words(text))), "")
    if len(typed.split()) >= _TELLING_WORDS:
        return typed
    tasks = sorted((one for one in known if one[0] in _TASK_KINDS), key=lambda one: _TASK_KINDS.index(one[0]))
    return next((words for _, _, text in tasks if (words := _find_heading(text))), "") or typed


def _strip_blocks(text: str) -> str:
    """Return a text without the tagged blocks before it; empty where one does not end."""
    while match := _BLOCK.match(text) or _MARK.match(text):
        text = text[match.end() :]
    return "" if _OPEN_TAG.match(text) else text.strip()


def _find_words(text: str) -> str:
    """Return the first words that a person typed in a prompt; empty where it is a text for a model."""
    words = _strip_blocks(text)
    return "" if _FOR_MODELS.match(words) else words


def _find_heading(text: str) -> str:
    """Return the heading of a plan or task, else its first line that is not addressed to a model."""
    words = _BEFORE_PLAN.sub("", _strip_blocks(text) or text)
    heading = _HEADING.search(words)
    if heading is not None and not _FOR_MODELS.match(heading["words"]):
        return heading["words"]
    lines = (line.strip() for line in words.splitlines())
    return next((line for line in lines if line and not _FOR_MODELS.match(line) and not line.startswith("<")), "")
