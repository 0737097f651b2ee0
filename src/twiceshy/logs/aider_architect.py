"""Aider's architect mode: the model's whole reply is handed to the editor as its prompt, and written as a user's words.

The client writes a second model's prompt just as it writes a person's. What tells them apart is that it repeats the
reply before it, word for word and whole, in a chat that had the mode on.
"""

from collections.abc import Sequence
from typing import Final

from twiceshy.logs.journal import Record

USER_SIGN: Final = "#### "
_MODE_WORDS: Final = " with architect edit format"
"""In what the client says of its model."""
_MODE_COMMANDS: Final = ("#### /architect", "#### /chat-mode architect")


def mark_repeats(stretches: Sequence[Record]) -> list[Record]:
    """Return the stretches of a page with what was handed to the editor as ``editor``, and the reply before it as one.

    A reply's headings and quotes look like a user's and the client's lines; where it is repeated, they are known as its
    own. ``count`` says how many stretches one was made of.
    """
    found: list[Record] = []
    has_mode = False
    for stretch in stretches:
        kind, lines = stretch["kind"], stretch["lines"]
        has_mode = kind != "start" and (has_mode or _turns_mode_on(kind, lines))
        found.append(stretch)
        if kind == "user" and has_mode:
            _mark_repeat(found)
    return found


def _turns_mode_on(kind: str, lines: Sequence[str]) -> bool:
    """Tell whether the chat has the mode from these lines on."""
    if kind == "user":
        return lines[0].startswith(_MODE_COMMANDS)
    return kind == "client" and any(_MODE_WORDS in line for line in lines)


def _mark_repeat(found: list[Record]) -> None:
    """Mark the last stretch if it repeats a whole reply, which is then one stretch."""
    end = len(found) - 1
    if end and found[end - 1]["kind"] == "client":
        end -= 1
    said = _bare_lines([line.removeprefix(USER_SIGN) for line in found[-1]["lines"]])
    begin, count = end, 0
    while begin and count < len(said) and found[begin - 1]["kind"] not in ("start", "editor"):
        begin -= 1
        count += len(_bare_lines(found[begin]["lines"]))
    lines = [line for stretch in found[begin:end] for line in stretch["lines"]]
    if found[begin]["kind"] != "model" or _bare_lines(lines) != said:
        return
    found[-1] = found[-1] | {"kind": "editor"}
    found[begin:end] = [{"kind": "model", "lines": lines, "count": end - begin}]


def _bare_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines that are not blank, without blanks behind them."""
    return [bare for line in lines if (bare := line.rstrip()) and bare != "####"]
