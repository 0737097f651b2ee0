"""Credentials as sessions of 2026 hold them, by families that lie in one half whole.

``fresh.toml`` was written from the public lists of scanners before the rules were read. A text begins with its place
(``@output``, ``@command`` with the output after ``→``, ``@file``, ...; without one it is a line of a file that was
read). ``⟦format⟧`` must go, ``⟨format⟩`` must not be asked for; ``⟦=kind⟧`` is drawn by a kind of its own, and
``⟦format|form⟧`` is written in that form. Rules may be made on the families of half ``a``; half ``b`` is for figures.
"""

import base64
import hashlib
import random
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.redaction_corpus import fresh_texts, fresh_texts_d, fresh_texts_e, fresh_texts_f, fresh_texts_g
from benchmarks.redaction_corpus.stranger import FORMS, Parts
from benchmarks.redaction_corpus.stranger_values import draw_format, draw_value

HALVES = ("a", "b")
PARTS = (*HALVES, "c", "d", "e", "f", "g")
"""The halves, and parts that others wrote, who had not seen the rules. On ``d`` and ``e`` rules were made since;
``f`` and ``g`` were opened once, on 25 November 2026."""
_TEXTS = {
    "c": fresh_texts.FORMS,
    "d": fresh_texts_d.FORMS,
    "e": fresh_texts_e.FORMS,
    "f": fresh_texts_f.FORMS,
    "g": fresh_texts_g.FORMS,
}
_SEED = "24 November 2026"
_MARK = re.compile(r"⟦([^⟦⟧]+?)(?:\|(\w+))?⟧|⟨([^⟨⟩]+)⟩")
_SPELLED = str.maketrans({"␛": "\x1b", "␤": "\n"})
_SEED_WORDS = (
    "abandon blossom canyon dolphin elegant fabric garlic hazard immune jaguar kidney laptop magnet nephew obvious"
    " paddle quantum rabbit salute tackle umbrella vacant walnut yellow zebra anchor basket cement damage engine ginger"
    " hybrid insect jungle ladder meadow napkin orphan pepper ribbon saddle talent unveil velvet whisper"
)


class FreshForm(NamedTuple):
    """One text with the credentials that must not be seen in it."""

    name: str
    """The family and its row, as ``stripe/2``."""
    place: str
    """Where the text stands in a session: ``output``, ``prompt``, ``command``, ``file`` ..."""
    text: str
    """The text; of a command, the command line alone."""
    output: str
    """What the command printed."""
    pieces: tuple[str, ...]
    """The secret's own letters, as they are spelled in the text."""


def list_forms(half: str) -> list[FreshForm]:
    """Return the forms of one part, in the order of the file."""
    if half in _TEXTS:
        return [
            FreshForm(f"{family}/{number}", "read", text, "", (secret,))
            for number, (family, text, secret) in enumerate(_TEXTS[half])
        ]
    content = tomllib.loads(Path(__file__).with_name("fresh.toml").read_text("utf-8"))
    return [
        _fill(f"{family}/{number}", body)
        for family, bodies in content.items()
        if _name_half(family) == half
        for number, body in enumerate(bodies)
    ]


def _name_half(family: str) -> str:
    """Return the half that a family lies in."""
    return HALVES[hashlib.sha256(f"{_SEED} {family}".encode()).digest()[0] % 2]


def _fill(name: str, body: str) -> FreshForm:
    """Draw the values of one text."""
    rng = random.Random(name)
    place, body = _cut_place(body.translate(_SPELLED).strip("\n"))
    text, at, pieces = "", 0, []
    for mark in _MARK.finditer(body):
        text += body[at : mark.start()]
        at = mark.end()
        if mark[3]:
            text += draw_format(mark[3], rng)
            continue
        for letters, asked in _FORMS[mark[2] or "plain"](_draw(mark[1], rng)):
            text += letters
            pieces += [letters] if asked else []
    text += body[at:]
    command, _, output = text.partition("\n→")
    return FreshForm(name, place, command, output, tuple(pieces))


def _cut_place(body: str) -> tuple[str, str]:
    """Return where a text stands, and the text."""
    if not body.startswith("@"):
        return "read", body
    place, _, rest = body[1:].partition(" ")
    return place, rest


def _draw(form: str, rng: random.Random) -> str:
    """Return a value of a kind or of a format."""
    if not form.startswith("="):
        return draw_format(form, rng)
    made = _KINDS.get(form[1:])
    return made(rng) if made else draw_value(form[1:], rng)


def _wrap_base64(value: str) -> Parts:
    """Spell a text in base64 as the program does, 76 characters a line."""
    spelled = base64.b64encode(value.encode()).decode()
    rows = [spelled[at : at + 76] for at in range(0, len(spelled), 76)]
    return [part for row in rows for part in ((row, True), ("\n", False))][:-1]


_FORMS: Mapping[str, Callable[[str], Parts]] = {**FORMS, "b64wrap": _wrap_base64}
_KINDS: Mapping[str, Callable[[random.Random], str]] = {
    "mnemonic": lambda rng: " ".join(rng.choices(_SEED_WORDS.split(), k=12)),
    "solana": lambda rng: "[" + ",".join(str(rng.randint(0, 255)) for _ in range(64)) + "]",
}
"""Kinds that a format cannot say: words of a wallet, a key as a list of bytes."""
