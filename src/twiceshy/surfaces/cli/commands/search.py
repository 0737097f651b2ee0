"""Find words in prompts, commands, errors and the first lines of replies; best hits first.

All words must be there, in any order; what stands in one pair of quotes must stand together. `*` at the end of a word
stands for any ending. With --raw the whole is a query in the syntax of SQLite's FTS5 (AND, OR, NOT, NEAR).
"""

import argparse
import re
import sys
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from twiceshy.config import Config
from twiceshy.records.values import Scope
from twiceshy.records.views import SearchResult
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import Pen, cut, one_line, pen_for, short_date, terminal_width
from twiceshy.surfaces.cli.filters import add_filters, parse_since

EXAMPLE = 'twiceshy search --kind error "string not found"'
_KINDS = ("prompt", "command", "error", "reply")
_INDENT = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words and the filters."""
    parser.add_argument("words", metavar="WORD", nargs="+", help="a word, or a phrase in quotes")
    parser.add_argument("--kind", choices=_KINDS, help="only in these")
    parser.add_argument("--raw", action="store_true", help="the words are a query in FTS5's own syntax")
    add_filters(parser, agent=True, limit=10)


def run(args: argparse.Namespace, config: Config) -> int:
    """Find and show."""
    from twiceshy.flows.look import find_words  # noqa: PLC0415  # `--help` need not pay for it

    now = datetime.now().astimezone()
    scope = Scope(project=args.project, agent=args.agent, since=parse_since(args.since, now))
    found = find_words(config, args.words, scope, kind=args.kind, limit=args.limit, raw=args.raw)
    if args.json:
        print(to_json("search", found))
    else:
        print(_render_hits(found, now, terminal_width(), pen_for(sys.stdout, no_color=args.no_color)))
    return 0


def _render_hits(found: SearchResult, now: datetime, width: int, pen: Pen) -> str:
    """Render each hit with its session and a piece of its text around the first word that was found."""
    if not found.hits:
        return "Nothing stored has these words. Fewer words, or a * at the end of one, find more."
    lines = []
    for hit in found.hits:
        lines.append(
            f"{pen.bold(hit.session)}  {pen.dim(f'{hit.kind}, {one_line(hit.project)}, {short_date(hit.at, now)}')}"
        )
        lines.append(" " * _INDENT + _cut_snippet(hit.text, found.words, width - _INDENT, pen))
    if found.more:
        lines.append(pen.dim("There are more; --limit shows them."))
    return "\n".join(lines)


def _cut_snippet(text: str, words: Sequence[str], width: int, pen: Pen) -> str:
    """Return one line of at most ``width`` columns around the first of the words, each of them marked.

    Marked is bold on a terminal and ``«so»`` elsewhere. Words are found as the index finds them: whatever their case
    and their accents.
    """
    line = one_line(text)
    pattern = re.compile("|".join(rf"\b{re.escape(_fold_case(word))}" for word in words) or r"(?!)")
    bare = _fold_case(line)
    first = pattern.search(bare)
    room = width - 2 * len(words)  # for the marks
    start = max(0, first.start() - room // 3) if first and len(line) > room else 0
    piece = cut(("…" if start else "") + line[start:], room)
    bare = _fold_case(piece)
    if len(bare) != len(piece):
        return piece
    out, at, marked = [], 0, 0
    for match in pattern.finditer(bare):
        if marked == len(words) or match.end() == match.start():
            break
        word = piece[match.start() : match.end()]
        out += [piece[at : match.start()], pen.bold(word) if pen.on else f"«{word}»"]
        at, marked = match.end(), marked + 1
    return "".join([*out, piece[at:]])


def _fold_case(text: str) -> str:
    """Return lower case without accents; where each letter is one character, as long as the text."""
    if text.isascii():
        return text.lower()
    return "".join(unicodedata.normalize("NFD", char)[0].lower() for char in text)
