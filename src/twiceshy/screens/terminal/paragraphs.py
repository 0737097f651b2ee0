"""Sentences wrapped to the page. A word is never broken at a hyphen, so that a command in a sentence can be pasted."""

import textwrap

_KEPT = "\0"
"""Stands for a blank at which no line ends; no text that is drawn has one."""


def keep_whole(command: str) -> str:
    """Return a command that ``wrap`` does not break, so that it can be pasted.

    >>> wrap("Next: " + keep_whole("twiceshy report --all"), 24)
    ['Next:', 'twiceshy report --all']
    """
    return command.replace(" ", _KEPT)


def wrap(text: str, width: int, *, indent: int = 0, hang: int = 0) -> list[str]:
    """Return the text's lines, each indented; all but the first by ``hang`` more.

    >>> wrap("see twiceshy report --all for more", 18, hang=2)
    ['see twiceshy', '  report --all for', '  more']
    """
    lines = textwrap.wrap(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_on_hyphens=False,
    )
    return [line.replace(_KEPT, " ") for line in lines]


def fill(text: str, width: int) -> str:
    """Return the wrapped text as one string."""
    return "\n".join(wrap(text, width))
