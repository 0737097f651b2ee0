"""Find words in prompts, commands, errors and the first lines of replies; best hits first.

All words must be there, in any order; words in one pair of quotes must stand together. `*` at the end of a word stands
for any ending. With --raw the words are one query in the syntax of SQLite's FTS5 (AND, OR, NOT, NEAR).
"""

import argparse
import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from twiceshy.base.config import Config
from twiceshy.doors.cli.filters import add_filters, find_scope
from twiceshy.recipes import look, pages
from twiceshy.screens.terminal.formats import cut, one_line, short_date
from twiceshy.screens.terminal.page import Page, Pen, print_answer

if TYPE_CHECKING:
    from twiceshy.records.views import SearchResult

EXAMPLE = 'twiceshy search --kind error "not found"'
_KINDS = ("prompt", "command", "error", "reply")
_INDENT = 2  # columns (convention)
_ID = 10  # characters of an id (convention)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words and the filters."""
    parser.add_argument("words", metavar="WORD", nargs="+", help="a word, or a phrase in quotes")
    parser.add_argument("--kind", choices=_KINDS, help="search only these")
    parser.add_argument("--raw", action="store_true", help="the words are a query in FTS5's own syntax")
    add_filters(parser, agent=True, limit=10)


def run(args: argparse.Namespace, config: Config) -> int:
    """Find and show."""
    scope = find_scope(args, config)
    if args.raw:
        found = look.find_words(config, args.words, scope, kind=args.kind, limit=args.limit, raw=True)
    else:
        found = pages.search_everything(config, args.words, scope, kind=args.kind, limit=args.limit)
    return print_answer(args, "search", found, lambda page: _render_hits(found, page))


def _render_hits(found: "SearchResult", page: Page) -> str:
    """Render each hit with its session and a piece of its text around the first word that was found."""
    if not found.hits and not found.told:
        return "Nothing stored has these words. Use fewer words, or a * at the end of one."
    lines = []
    for hit in found.hits:
        place = f"{hit.kind}, {one_line(hit.project)}, {short_date(hit.at, page.now)}"
        lines.append(f"{page.bold(hit.session)}  {page.dim(place)}")
        lines.append(" " * _INDENT + _cut_snippet(hit.text, found.words, page.width - _INDENT, page.pen))
    if found.more:
        lines.append(page.dim("There are more; --limit shows them."))
    if found.told:
        lines.append(page.bold("Told by other machines (memory pull):"))
    for told in found.told:
        place = f"{told.kind} of {told.writer[:8]}…, {short_date(told.at, page.now)}"
        lines.append(f"{page.bold(told.id[:_ID])}  {page.dim(place)}")
        lines.append(" " * _INDENT + _cut_snippet(told.text, found.words, page.width - _INDENT, page.pen))
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
