"""Invented secrets, made from the templates that stand in the rule files.

A template holds no secret itself, so that a scanner of repositories has nothing to complain about: ``<<A-Z2-7:16>>``
stands for sixteen characters of that class, ``<<base64:text{class:n}>>`` for the base64 of such a text, and ``⟦ ⟧``
enclose what must be found. The same template and seed give the same sample everywhere.
"""

import base64
import random
import re
from typing import NamedTuple

_OPEN, _CLOSE = "⟦", "⟧"
_RANDOM = re.compile(r"<<(?!base64:)([^:<>]{1,60}):(\d{1,4})>>")
_BASE64 = re.compile(r"<<base64:([^<>]{1,200})>>")
_INSIDE = re.compile(r"\{([^:{}]{1,60}):(\d{1,4})\}")


class SecretSample(NamedTuple):
    """A text, and where in it the secret stands; both None where the template marks none."""

    text: str
    start: int | None
    end: int | None

    @property
    def secret(self) -> str:
        """The text that must be found; empty where nothing is marked."""
        return self.text[self.start : self.end] if self.start is not None else ""


def expand(template: str, seed: int = 0) -> SecretSample:
    """Return the sample of a template."""
    rng = random.Random(f"{seed}:{template}")  # noqa: S311  # repeatable, not secret

    def draw(match: re.Match[str]) -> str:
        return "".join(rng.choices(_expand_class(match[1]), k=int(match[2])))

    def wrap(match: re.Match[str]) -> str:
        return base64.b64encode(_INSIDE.sub(draw, match[1]).encode()).decode().rstrip("=")

    text = _BASE64.sub(wrap, _RANDOM.sub(draw, template))
    if _OPEN not in text:
        return SecretSample(text, None, None)
    start = text.index(_OPEN)
    end = text.index(_CLOSE) - 1
    return SecretSample(text.replace(_OPEN, "").replace(_CLOSE, ""), start, end)


def _expand_class(description: str) -> str:
    """Return the characters of a class: ``a-f0-9`` gives ``abcdef0123456789``."""
    found = []
    rest = description
    while rest:
        if len(rest) > 2 and rest[1] == "-":
            found += [chr(code) for code in range(ord(rest[0]), ord(rest[2]) + 1)]
            rest = rest[3:]
        else:
            found.append(rest[0])
            rest = rest[1:]
    return "".join(found)
