"""In which words does a model meet a pair of texts: what was asked, where it goes, and the text itself?"""

from collections.abc import Mapping
from typing import Final

from twiceshy_data.dataset.preference_pairs import ChangedPart

_OPEN: Final = "<<<<<<<"
_CLOSE: Final = ">>>>>>>"
"""Marks around the lines that are to be replaced, as a conflict in git has them."""


def write_message(role: str, content: str) -> Mapping[str, str]:
    """Return one message of a dialogue."""
    return {"role": role, "content": content}


def write_task(task: str, path: str, language: str, part: ChangedPart) -> str:
    """Return the request with the code around the place; the answer to it is the lines that go there."""
    marked = "\n".join((_OPEN, *([part.old] if part.old else []), _CLOSE))
    code = "\n".join(filter(None, (part.above, marked, part.below)))
    fence = _choose_fence(code)
    where = "in the place of the marked lines" if part.old else "between the marks"
    return (
        f"{task}\n\nFile `{path}`. Write what stands {where}, and nothing else.\n\n{fence}{language}\n{code}\n{fence}"
    )


def _choose_fence(code: str) -> str:
    """Return a fence that is longer than any in the code."""
    fence = "```"
    while fence in code:
        fence += "`"
    return fence
