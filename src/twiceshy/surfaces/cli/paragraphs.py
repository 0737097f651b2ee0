"""Sentences wrapped to the page. A word is never broken at a hyphen, so that a command in a sentence can be pasted."""

import textwrap


def wrap(text: str, width: int, *, indent: int = 0, hang: int = 0) -> list[str]:
    """Return the text's lines, each indented; all but the first by ``hang`` more.

    >>> wrap("see twiceshy report --all for more", 18, hang=2)
    ['see twiceshy', '  report --all for', '  more']
    """
    return textwrap.wrap(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_on_hyphens=False,
    )


def fill(text: str, width: int) -> str:
    """Return the wrapped text as one string."""
    return "\n".join(wrap(text, width))
