"""Which commands print credentials, and which part of what they printed is one.

A rule knows a secret by its name or its form; what a vault prints has neither. So the command is asked: a table of
those that only ever print credentials. What they printed is taken where it shows: not behind a redirection, not inside
of ``$(...)``, and not where another program made something else of it.
"""

import re
from collections.abc import Iterator

from twiceshy.privacy.secrets.drawn_letters import Shape, judge_letters
from twiceshy.privacy.secrets.printing_commands import LISTING, SPEAKS, VALUE, spell_command

_AT = r"(?:^|[\n;&|(]|&&|\|\|)\s*(?:sudo (?:-\S+ )*|[A-Z_]+=\S+ |env |npx |bundle exec |bin/)*"
_PRINTS = re.compile(
    rf"{_AT}(?:(?P<value>{'|'.join(map(spell_command, VALUE))})"
    rf"|(?P<listing>{'|'.join(map(spell_command, LISTING))}))(?P<rest>[^\n;]*)"
)
_ELSEWHERE = re.compile(
    r"(?<![0-9&])>{1,2}\s*[^&\s]"
    r"|\|\s*(?:wc|sha\d+sum|md5sum|cksum|docker|gh|kubectl|pbcopy|xclip|wl-copy|grep -[a-z]*[cq]|ssh|curl)\b"
)
"""What follows a command of which nothing of the kind is shown then."""
_WORDS = 6
"""Words of a line from which it is a sentence (guess, 2026-11-24)."""
_LEAST = 6
"""Characters of a value at least (guess, 2026-11-24)."""
_PAIR = re.compile(
    r"^[\s│|┃]*[\"']?(?P<name>[A-Za-z_][\w. /()-]{0,60}?)[\"']?(?:\s*[:=│|┃]\s*|\s{2,})"
    r"[\"']?(?P<text>[^\s\"'│|┃]+)[\"']?[\s,│|┃]*$"
)
_WHOLE = re.compile(r"^[\s\"'│|┃]*(?P<text>\w\S*(?: \S+)*|\S*\w\S*)[\s\"',│|┃]*$")
_PLAIN = re.compile(
    r"(?i)true|false|null|none|yes|no|[\d.,:TZ+-]+|v?\d+(?:\.\d+)+|https?://[^@]*|[{\[(].*|/.*|arn:.*|\*+|-+"
    r"|\[[a-z-]+:[0-9a-f]{6}\],?|[A-Za-z ]+:"
)
"""What is no credential wherever it stands."""
_HARMLESS = re.compile(
    r"(?i)api_?version|kind|type|namespace|name|login|user(?:name)?|host(?:name)?|url|region|version\w*|created\w*"
    r"|updated\w*|uid|id|arn|exit ?code|wall time|output|command|key_?id|token_?type|expire\w*|lease\w*|renewable|ttl"
    r"|env(?:ironment)?|config|project|resource_?version|length|engine|port|database|email|doppler_\w+|rack_env|node_env"
    r"|lang|title|vault|category|key|app_?id|client_?id|tenant\w*|subscription\w*|display_?name|account\w*|status\w*"
)
"""Names of what stands beside a credential and is none."""


_DUMPED = re.compile(r"(?:xxd|hexdump|od|base64)\s[^|]*(?:key|secret|\.env|token|passw|\.p12|\.jks)")
_DUMP_LINE = re.compile(r"(?:[0-9a-f]{6,8}:?\s+)?([A-Za-z0-9+/=]{16,}|(?:[0-9a-f]{2,4}\s){4,}[^\n]*)$")
_SPOKEN = re.compile(rf"(?i){'|'.join(SPEAKS)}")
_NO_SECRETS = re.compile(
    r"\bgit\b|sha\d+|md5|\bls\b|\bgrep\b|\brg\b|\bfind\b|\bwc\b|\btest\b|pytest|\bdiff\b|\bstat\b|\becho\b|\bdocker\b"
)
"""Commands that print no credential though a file or an argument is named like one."""
PROMPTED = re.compile(r"^[^\n$#%>]{0,60}?(?:[$#%>]|\u276f)\s+")
_MOST_LINES = 40
"""Lines of what a command printed that are looked at in a text that holds both (guess, 2026-11-24)."""


def find_transcribed(text: str, at: int) -> Iterator[tuple[int, int]]:
    r"""Yield where credentials stand that a command printed, in a text that holds both; ``at``: in or behind it.

    >>> text = "$ op read op://a/b\ntundra-Kestrel-7\n$ ls"
    >>> [text[start:end] for start, end in find_transcribed(text, 5)]
    ['tundra-Kestrel-7']
    """
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    if end < 0:
        return
    command = PROMPTED.sub("", line := text[start:end])
    way = match_printing(command)
    dumped = _DUMPED.match(command) is not None
    speaks = line != command and _SPOKEN.search(command) is not None and _NO_SECRETS.search(command) is None
    if way is None and not dumped and not speaks:
        return
    first = end + 1
    lines = _read_output(text, first)
    if dumped:
        yield from _find_dumped(lines, first)
    elif way is not None:
        places = _find_by_way(way, lines, prompted=line != command)
        yield from ((first + low, first + high) for low, high in places)
    else:
        alone = [printed for printed in lines if printed.strip()]
        if len(alone) == 1 and judge_letters(value := alone[0].strip().encode("latin-1")) > Shape.NUMBERED:
            at = text.index(alone[0].strip(), first)
            yield at, at + len(value)


def _read_output(text: str, first: int) -> list[str]:
    """Return the lines behind a command: until the next prompt, or an empty one behind others."""
    lines: list[str] = []
    for printed in text[first:].split("\n", _MOST_LINES)[:_MOST_LINES]:
        if PROMPTED.match(printed) or (not printed and any(lines)):
            break
        lines.append(printed)
    return lines


def _find_by_way(way: str, lines: list[str], *, prompted: bool) -> Iterator[tuple[int, int]]:
    """Yield where credentials stand in lines that a command printed which is known to print some."""
    if way != "listing" and lines[:1] != [""]:
        lines = [*filter(None, lines)][:_FIRST]
    output = "\n".join(lines)
    named = {*find_printed(way, output)}
    listed = {word.span() for word in _BLANKLESS.finditer(output)} if way == "listing" else set()
    for low, high in sorted(named | listed):
        word = output[low:high]
        shape = judge_letters(word.encode("latin-1"))
        whole = way == "value" and prompted and output.strip() == word and _DIGIT.search(word) is not None
        if (shape is not Shape.PLAIN or whole) and ((low, high) in named or shape is Shape.DRAWN):
            yield low, high


_DIGIT = re.compile(r"[0-9]")
_BLANKLESS = re.compile(r"\S{20,}")
_FIRST = 3
"""Lines that a command prints of which one is the credential (guess, 2026-11-24)."""


def _find_dumped(lines: list[str], at: int) -> Iterator[tuple[int, int]]:
    """Yield the lines of a file with credentials that is shown in another spelling."""
    for line in lines:
        if (found := _DUMP_LINE.match(line)) is not None:
            yield at + found.start(1), at + found.end(1)
        at += len(line) + 1


def match_printing(command: str) -> str | None:
    r"""Return how a command prints credentials, ``value`` or ``listing``; None where it does not, or not to be seen.

    >>> match_printing("cd /srv && op read op://a/b"), match_printing("T=$(gh auth token); make"), match_printing("ls")
    ('value', None, None)
    >>> match_printing("kubectl get secret a -o yaml"), match_printing("kubectl get secrets"), match_printing("pass ls")
    ('listing', None, None)
    """
    for found in _PRINTS.finditer(command):
        before = command[: found.start()]
        inside = before.count("$(") > before.count(")") or before.endswith("$") or before.count("`") % 2
        if not inside and _ELSEWHERE.search(found[0]) is None:
            return "value" if found["value"] else "listing"
    return None


def find_printed(way: str, output: str) -> Iterator[tuple[int, int]]:
    r"""Yield where credentials stand in what such a command printed, in order.

    >>> text = "Key    Value\napi    k9Xw2mQ7\nhost   db"
    >>> [text[start:end] for start, end in find_printed("listing", text)]
    ['k9Xw2mQ7']
    >>> [list(find_printed("value", text)) for text in ("tundra-kestrel-7", "error: you are not signed in, sign in")]
    [[(0, 16)], []]
    """
    lines = output.split("\n")
    alone = way == "value" and sum(bool(line.strip()) for line in lines) == 1
    at = 0
    for line in lines:
        if (found := _choose_part(line, way, alone=alone)) is not None and _may_be_secret(found["text"]):
            yield at + found.start("text"), at + found.end("text")
        at += len(line) + 1


def _choose_part(line: str, way: str, *, alone: bool) -> re.Match[str] | None:
    """Return the part of a line that may be a credential."""
    if (pair := _PAIR.match(line)) is not None:
        return None if _HARMLESS.fullmatch(pair["name"].strip()) else pair
    whole = _WHOLE.match(line) if way == "value" else None
    if whole is None:
        return None
    words = len(whole["text"].split())
    return whole if words == 1 or (alone and words < _WORDS and ":" not in whole["text"]) else None


def _may_be_secret(text: str) -> bool:
    return len(text) >= _LEAST and _PLAIN.fullmatch(text) is None
