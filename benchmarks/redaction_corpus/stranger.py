"""A corpus by somebody who had not read the rules: texts from agents' logs that hold a secret, or only look like one.

It was written from the promise of PRIVACY.md alone. A template names what is drawn into it: ``⟦kind⟧`` must go,
``⟦?kind⟧`` is a secret that PRIVACY.md does not promise to see (an echo, a password without a word that announces it),
``⟨kind⟩`` must stay. ``kind:2`` is a second value of a kind, the same number the same value; ``kind|form`` is written
in that form. What must go is labelled letter by letter, without line numbers, colours and line ends between.
Templates are halved: rules may be tuned on half ``a``; half ``b`` is for figures.
"""

import base64
import json
import random
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from benchmarks.redaction_corpus.stranger_values import draw_value

STRANGER_HALVES = ("stranger_a", "stranger_b")
DRAWS = 3
"""Values drawn into each template (guess of 2026-11-22)."""
_MARK = re.compile(r"⟦(\?)?([a-z0-9_]+)(?::(\d))?(?:\|(\w+))?⟧|⟨([a-z0-9_]+)⟩")
_SPELLED = str.maketrans({"␛": "\x1b", "␇": "\x07", "␀": "\x00"})


class StrangerTemplate(NamedTuple):
    """One text before values are drawn into it."""

    name: str
    place: str
    body: str


class StrangerCase(NamedTuple):
    """One text with at most one secret that is asked for."""

    template: str
    group: str
    kind: str
    text: str
    pieces: tuple[tuple[int, int], ...]
    """Where the secret's own letters stand; none in a text that only looks like one."""
    promised: bool

    @property
    def start(self) -> int | None:
        """Where the secret begins."""
        return self.pieces[0][0] if self.pieces else None

    @property
    def end(self) -> int | None:
        """Where the secret ends."""
        return self.pieces[-1][1] if self.pieces else None


def list_templates(half: str) -> list[StrangerTemplate]:
    """Return the templates of one half."""
    content = tomllib.loads(Path(__file__).with_name(f"{half}.toml").read_text("utf-8"))
    return [
        StrangerTemplate(f"{place}/{number}", place, body)
        for place, bodies in content.items()
        for number, body in enumerate(bodies)
    ]


def cases(half: str, draws: int = DRAWS) -> list[StrangerCase]:
    """Return the texts of a half, one for each secret in each."""
    return [case for one in list_templates(half) for draw in range(draws) for case in _fill(one, draw)]


def _fill(template: StrangerTemplate, draw: int) -> Iterator[StrangerCase]:
    """Yield a case for each secret of the template, or one if it has none."""
    values: dict[tuple[str, str], str] = {}
    rng = random.Random(f"{template.name} {draw}")
    text, at, secrets = "", 0, []
    body = template.body.translate(_SPELLED)
    for mark in _MARK.finditer(body):
        text += body[at : mark.start()]
        at = mark.end()
        if mark[5]:
            text += draw_value(mark[5], rng)
            continue
        key = (mark[2], mark[3] or str(mark.start()))
        value = values.setdefault(key, "") or draw_value(mark[2], rng)
        values[key] = value
        pieces = []
        for letters, asked in FORMS[mark[4] or "plain"](value):
            if asked:
                pieces.append((len(text), len(text) + len(letters)))
            text += letters
        secrets.append((mark[2], tuple(pieces), not mark[1]))
    text += body[at:]
    for kind, pieces_of, promised in secrets or [("none", (), True)]:
        yield StrangerCase(template.name, template.place, kind, text, pieces_of, promised)


Parts = list[tuple[str, bool]]
"""Letters, and whether they are the secret's own."""


def _whole(spell: Callable[[str], str]) -> Callable[[str], Parts]:
    """Make a form that spells all of a value in another way."""
    return lambda value: [(spell(value), True)]


def _between(gap: str, *, after: int = 0) -> Callable[[str], Parts]:
    """Make a form with something in the middle of the value."""

    def cut(value: str) -> Parts:
        middle = after if 0 < after < len(value) else len(value) // 2
        return [(value[:middle], True), (gap, False), (value[middle:], True)]

    return cut


def _lines(start: Callable[[int], str], *, first: int = 0, last: int | None = None) -> Callable[[str], Parts]:
    """Make a form that puts something before each line; of a block only the lines between BEGIN and END are secret."""

    def put(value: str) -> Parts:
        parts: Parts = []
        for number, row in enumerate(value.split("\n")[first:last]):
            parts += [("\n" if parts else "", False), (start(number), False), (row, not row.startswith("-----"))]
        return [part for part in parts if part[0]]

    return put


def _escape_json(value: str) -> str:
    return json.dumps(value)[1:-1]


def _spell_lines(spell: Callable[[str], str]) -> Callable[[str], Parts]:
    """Make a form that spells a block of lines; its borders and its line ends are no secret."""
    frame = re.compile(r"(-----[A-Z ]+-----|\\\\+n)")
    return lambda value: [(part, frame.fullmatch(part) is None) for part in frame.split(spell(value)) if part]


FORMS: dict[str, Callable[[str], Parts]] = {
    "plain": _lines(lambda _: ""),
    "pct": _whole(lambda value: quote(value, safe="")),
    "pctat": _whole(lambda value: value.replace("@", "%40")),
    "b64": _whole(lambda value: base64.b64encode(value.encode()).decode()),
    "hexesc": _whole(lambda value: "".join(f"\\x{ord(letter):02x}" for letter in value)),
    "jsonesc": _spell_lines(_escape_json),
    "jsonesc2": _spell_lines(lambda value: _escape_json(_escape_json(value))),
    "ansi": _between("\x1b[0m\x1b[1;31m"),
    "concat": _between('" + "'),
    "concat1": _between("' + '"),
    "wrap24": _between("\n", after=24),
    "wrap60": _between("\n", after=60),
    "wrap80": _between("\n", after=80),
    "lineno": _lines(lambda number: f"{number + 1:>6}\u2192"),
    "diffplus": _lines(lambda _: "+"),
    "indent4": _lines(lambda _: "    "),
    "head6": _lines(lambda _: "", last=5),
    "tail4": _lines(lambda _: "", first=-4),
}
