r"""Tell whether the values that an expression puts into a text are harmless: constants, numbers, or escaped.

A query or a page that is put together from constants only, or from values that pass through a function which escapes
them (its name or its body says so), is no fault. The reader knows no grammar: it takes an expression apart at its
strings, operators and calls, and follows names to what the same text assigns to them. What it does not understand is
not harmless, so that a fault is never lost to a guess.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from twiceshy.score.code_view import CodeView

_LONGEST = 4000
"""Characters of an expression; longer ones are data (guess, 2026-11-22)."""
_STEPS = 2000
"""Expressions in one text that are looked at, with those that they are made of (guess, 2026-11-22)."""
_EXPRESSIONS = 200
"""Expressions in one text that are asked for (guess, 2026-11-22)."""
_DEEPEST = 12
"""Brackets and strings within each other; no person writes more (guess, 2026-11-22)."""
_NAMES = 60
"""Names in one text that are followed (guess, 2026-11-22)."""
_BODY = 1500
"""Characters of a function in which it is looked for escaping (guess, 2026-11-22)."""
_ESCAPES = re.compile(
    r"(?i)(?<!un)escap|(?<!un)quote|sanit|purif|encodeuri|encodehtml|htmlencode|htmlspecialchars|htmlentit|bleach|cleanse"
    r"|striptags|strip_tags|parametri|\bidentifier$|\bliteral$|_esc$|^esc(?:html|attr)?$|slugify|hexdigest|basename"
)
_BODY_ESCAPES = re.compile(
    r"&(?:amp|lt|quot|#39);|\.replace(?:All)?\(\s*(?:/['\"<>&\[]|[\"']['\"<&]|\"'\"|'\"')|html\.escape|shlex\.(?:quote|join)"
    r"|encodeURIComponent|DOMPurify|(?i:escape\w*)\(|createTextNode|\.textContent\s*=|QuoteMeta|isalnum\(|fullmatch\("
)
_NUMBERS = re.compile(
    r"(?:^|\.)(?:int|float|len|round|abs|ord|bool|Number|parseInt|parseFloat|BigInt|Itoa|FormatInt|FormatFloat|Atoi|toFixed|Len"
    r"|count|getTime|now|time|floor|ceil|strftime|isoformat|toISOString|uuid4|randomUUID|hex)$"
)
_PASSES = re.compile(
    r"(?:^|\.)(?:str|String|string|format|Sprintf|join|trim|strip|lower|upper|toLowerCase|toUpperCase|toString|list|tuple|sorted|reversed|dedent)$"
)
"""Calls that give on what they are given."""
_COUNTS = re.compile(r"\.(?:length|size)$")
_CONSTANT = re.compile(r"(?:[\w$]+\.)*_*[A-Z][A-Z0-9_]+$")
_NUMBER = re.compile(r"[\d.][\w.]*$")
_WORD = re.compile(r"[\w$]+(?:\s*\??\.\s*[\w$]+)*")
_QUOTED = re.compile(r"(?P<prefix>[A-Za-z]{0,2})(?P<quote>\"\"\"|'''|\"|'|`)")
_KEYWORDS = frozenset(
    {"await", "yield", "not", "new", "return", "None", "null", "true", "false", "True", "False", "undefined", "nil"}
)
_EITHER = re.compile(r"([\s\S]{1,400}?)\sif\s[\s\S]{1,400}?\selse\s([\s\S]{1,400})")
_FORMAT = re.compile(r"!\w\Z|:[^:\[\]()\"']{0,20}\Z")
"""How a value in a string is to be shown."""
_ARGUMENT_NAME = re.compile(r"\A\s*\w+\s*=(?!=)")
_KEY = re.compile(r"\A\s*(?:[\"'][^\"'\n]*[\"']|\w+|\[\w+\])\s*:(?!=)")
"""Of an entry of a table."""
_LIBRARIES = frozenset({"", "fmt", "strings", "textwrap"})
_OPENED, _CLOSED = "([{", ")]}"


class _Token(NamedTuple):
    """A piece of an expression."""

    kind: str
    """``string``, ``word``, ``group``, ``index`` (a group in square brackets behind a word) or ``sign``."""
    text: str
    """Of a group what is between its brackets."""
    holes: tuple[str, ...] = ()
    """Expressions within a string."""


def are_values_harmless(view: CodeView, start: int) -> bool:
    """Tell whether all that the expression at ``start`` puts in is a constant, a number, or escaped.

    What lies too deep is not harmless, nor is anything once a text had its share of steps.
    """
    judge = _judge_of(view)
    judge.asked += 1
    if judge.asked > _EXPRESSIONS:
        return False
    expression = _cut_expression(view.plain, start)
    return bool(expression.strip()) and judge.is_harmless(expression)


def find_expression(text: str, start: int, end: int) -> int | None:
    """Return where the expression begins that a rule's match in ``text[start:end]`` is about; None for another form."""
    matched = text[start:end]
    if "Fprint" in matched:
        return None
    if re.match(r"[A-Za-z]{0,2}[\"'`]|Sprintf\(", matched):
        return start
    if begun := re.match(r"return\s+", matched):
        return start + begun.end()
    if re.search(r"[(=:,{]\s*\Z", matched):
        return end
    opened = matched.rfind(",") if "-c" in matched else matched.find("(")
    return None if opened < 0 else start + opened + 1


def _cut_expression(text: str, start: int) -> str:
    """Return the expression that begins there, up to a comma, a bracket that closes more, or its line's end."""
    at = start
    while at < min(len(text), start + _LONGEST):
        one = text[at]
        if one in ",;)]}" or (one == "\n" and not _goes_on(text, start, at)):
            break
        at = _find_piece_end(text, at)
    return text[start:at]


def _goes_on(text: str, start: int, at: int) -> bool:
    """Tell whether an expression goes on behind a line break."""
    before, behind = text[start:at].rstrip(), text[at : at + _LONGEST].lstrip()
    if before[-1:] in {'"', "'"} and _QUOTED.match(behind):
        return True
    return not before or before[-1] in "+%=(?:|&." or behind[:1] in {"+", "%", ".", "?", ":"}


def _find_piece_end(text: str, at: int, depth: int = 0) -> int:
    """Return where the string, the bracket or the character that begins there ends."""
    quoted = _QUOTED.match(text, at) if at == 0 or not (text[at - 1].isalnum() or text[at - 1] == "_") else None
    if quoted:
        return _read_string(text, quoted, depth).end
    if text[at] in _OPENED:
        return _find_group_end(text, at, depth)
    return at + 1


def _find_group_end(text: str, at: int, depth: int = 0) -> int:
    """Return where the bracket closes that opens there; the end of what is looked at where it does not."""
    last = min(len(text), at + _LONGEST)
    place = at + 1
    while place < last and depth < _DEEPEST:
        if text[place] in _CLOSED:
            return place + 1
        place = _find_piece_end(text, place, depth + 1)
    return last


class _ReadString(NamedTuple):
    """A string, where it ends, and what it has in its holes."""

    end: int
    holes: tuple[str, ...]


def _read_string(text: str, quoted: re.Match[str], depth: int = 0) -> _ReadString:
    """Read the string that begins there."""
    quote, at, holes = quoted["quote"], quoted.end(), []
    opening = "${" if quote == "`" else "{" if "f" in quoted["prefix"].lower() else ""
    last = min(len(text), quoted.start() + _LONGEST)
    while found := _find_signs(quote, opening).search(text, at, last):
        at = found.end()
        if found[0] == opening:
            at = _find_group_end(text, at - 1, depth + 1)
            hole = text[found.end() : at - 1]
            holes.append(_FORMAT.sub("", hole) if opening == "{" else hole)
        elif found[0] in {quote, "\n"}:
            return _ReadString(at, tuple(holes))
    return _ReadString(last, tuple(holes))


@cache
def _find_signs(quote: str, opening: str) -> re.Pattern[str]:
    """Return the pattern of what means something in a string: its end, what is escaped, and its holes."""
    signs = [r"\\[\s\S]", r"\{\{" if opening == "{" else "", re.escape(opening), re.escape(quote)]
    return re.compile("|".join(one for one in [*signs, "" if len(quote) == 3 or quote == "`" else r"\n"] if one))


def _split_tokens(text: str) -> Iterator[_Token]:
    """Yield the pieces of an expression."""
    at = 0
    while at < len(text):
        quoted, word = _QUOTED.match(text, at), _WORD.match(text, at)
        if quoted:
            string = _read_string(text, quoted)
            yield _Token("string", text[at : string.end], string.holes)
            at = string.end
        elif word:
            yield _Token("word", re.sub(r"[\s?]", "", word[0]))
            at = word.end()
        elif text[at] in _OPENED:
            end = _find_group_end(text, at)
            indexes = text[at] == "[" and at > 0 and (text[at - 1].isalnum() or text[at - 1] in "_?.")
            yield _Token("index" if indexes else "group", text[at + 1 : end - 1])
            at = end
        else:
            if not text[at].isspace():
                yield _Token("sign", text[at])
            at += 1


def _split_list(text: str) -> list[str]:
    """Return the parts of a text between its commas."""
    parts, at = [], 0
    while at < len(text):
        end = at + len(_cut_part(text[at:]))
        parts.append(text[at:end])
        at = end + 1
    return [part for part in parts if part.strip()]


def _cut_part(text: str) -> str:
    """Return what stands before the first comma outside of strings and brackets."""
    at = 0
    while at < len(text) and text[at] != ",":
        at = _find_piece_end(text, at)
    return text[:at]


@lru_cache(maxsize=1)
def _judge_of(view: CodeView) -> "_Judge":
    """Return the one judge of a text, as rules look at one text after the other."""
    return _Judge(view)


class _Judge:
    """A text, in which names are followed to what is assigned to them."""

    def __init__(self, view: CodeView) -> None:
        self.text = view.plain
        self.code = view.code
        self.asked = 0
        self.steps = 0
        self.names: dict[str, bool] = {}
        """Those that were followed; one that is being followed is not harmless by itself."""

    def is_harmless(self, expression: str) -> bool:
        """Tell whether an expression holds nothing from elsewhere."""
        self.steps += 1
        if self.steps > _STEPS:
            return False
        expression = expression.strip().partition(" for ")[0]
        if choice := _EITHER.fullmatch(expression):
            return self.is_harmless(choice[1]) and self.is_harmless(choice[2])
        tokens = _drop_condition(list(_split_tokens(expression)))
        return all(self.is_operand_harmless(part) for part in _split_operands(tokens))

    def is_operand_harmless(self, tokens: Sequence[_Token]) -> bool:
        """Tell the same of what stands between two operators."""
        tokens = [one for one in tokens if one.text not in _KEYWORDS or one.kind != "word"]
        if all(one.kind == "string" for one in tokens):
            return self.are_all_harmless(hole for one in tokens for hole in one.holes)
        if len(tokens) > 1:
            return self.is_chain_harmless(tokens)
        if tokens[0].kind == "group":
            return self.are_all_harmless(_KEY.sub("", part) for part in _split_list(tokens[0].text))
        return self.is_name_harmless(tokens[0].text)

    def are_all_harmless(self, expressions: Iterable[str]) -> bool:
        """Tell the same of several."""
        return all(map(self.is_harmless, expressions))

    def is_chain_harmless(self, tokens: Sequence[_Token]) -> bool:
        """Tell the same of calls: of one that escapes or counts, or that only gives on what is harmless."""
        if [one.kind for one in tokens] == ["word", "index"]:
            return self.is_name_harmless(tokens[0].text)  # a part of a table that is harmless throughout
        calls = [one for one in pairwise(tokens) if (one[0].kind, one[1].kind) == ("word", "group")]
        if not calls:
            return False
        if any(self.is_escaping(name.text) for name, _ in calls) or _NUMBERS.search(calls[-1][0].text):
            return True
        closures = [group.text for _, group in calls if "=>" in group.text]
        if closures:
            return all(map(self.is_closure_harmless, closures))
        return all(_PASSES.search(name.text) for name, _ in calls) and self.are_given_harmless(tokens, calls)

    def are_given_harmless(self, tokens: Sequence[_Token], calls: Iterable[tuple[_Token, _Token]]) -> bool:
        """Tell the same of all that is given to calls, and of what they are called on."""
        given = [_ARGUMENT_NAME.sub("", part) for _, group in calls for part in _split_list(group.text)]
        strings = [hole for one in tokens for hole in one.holes]
        owner = tokens[0].text.rpartition(".")[0] if tokens[0].kind == "word" else ""
        return self.are_all_harmless([*given, *strings]) and (owner in _LIBRARIES or self.is_name_harmless(owner))

    def is_closure_harmless(self, text: str) -> bool:
        """Tell whether a function that is given to ``map`` and the like returns what is harmless, in every way."""
        body = text.partition("=>")[2].strip()
        returned = re.findall(r"\breturn\b([^;}]+)", body) if body.startswith("{") else [body]
        return bool(returned) and all(self.is_harmless(one) for one in returned)

    def is_escaping(self, name: str) -> bool:
        """Tell whether a function escapes: its name says so, or its body in the same text."""
        last = name.rpartition(".")[2]
        if _ESCAPES.search(last) or _ESCAPES.search(name):
            return True
        if "." in name.removeprefix("this.").removeprefix("self.") or not re.fullmatch(r"\w+", last):
            return False
        begun = re.search(
            rf"\b(?:def|function|func)\s+(?:\([^)]*\)\s*)?{last}\s*\(|\b(?:const|let|var)\s+{last}\s*=[^=;\n]*(?:=>|function)",
            self.text,
        )
        if begun is None:
            return False
        body = re.split(
            r"\n(?:\S|\s*(?:def|function|func|const|export)\s)", self.text[begun.end() : begun.end() + _BODY]
        )[0]
        return _BODY_ESCAPES.search(body) is not None

    def is_name_harmless(self, name: str) -> bool:
        """Tell whether a name is one of a constant, or all that the text assigns to it is harmless."""
        if _NUMBER.match(name) or _CONSTANT.match(name) or _COUNTS.search(name):
            return True
        if name not in self.names:
            self.names[name] = False
            self.names[name] = "." not in name and len(self.names) <= _NAMES and self.is_assigned_harmless(name)
        return self.names[name]

    def is_assigned_harmless(self, name: str) -> bool:
        """Tell the same of all that the text assigns to a name, at least once."""
        if self.is_parameter(name):
            return False
        values = [_cut_expression(self.text, found.end()) for found in _find_assignments(name).finditer(self.code)]
        loops = [self.text[slice(*found.span("of"))] for found in _find_loops(name).finditer(self.code)]
        return bool(values or loops) and all(map(_is_constant_list, loops)) and self.are_all_harmless(values)

    def is_parameter(self, name: str) -> bool:
        """Tell whether a function takes something under this name, or it is unpacked from something."""
        return _find_parameters(name).search(self.code) is not None


def _drop_condition(tokens: list[_Token]) -> list[_Token]:
    """Return a choice by ``?`` and ``:`` as the sum of its two ways."""
    asked = next((place for place, one in enumerate(tokens) if one == _Token("sign", "?")), None)
    if asked is None:
        return tokens
    return [one._replace(text="+") if one == _Token("sign", ":") else one for one in tokens[asked + 1 :]]


def _split_operands(tokens: Sequence[_Token]) -> Iterator[list[_Token]]:
    """Yield what stands between operators."""
    part: list[_Token] = []
    for one in tokens:
        if one.kind == "sign" and one.text in "+%|&*-/?:<>=!":
            yield part
            part = []
        else:
            part.append(one if one.kind != "sign" else _Token("word", one.text))
    yield part


def _is_constant_list(text: str) -> bool:
    """Tell whether what a loop goes over is a list of strings and numbers as they stand."""
    inner = [one for one in _split_tokens(text) if one.kind == "group"]
    parts = [part for one in inner[-1:] for part in _split_list(one.text)]
    return bool(parts) and all(re.fullmatch(r"\s*(?:[\"'][^\"']*[\"']|[\d.]+)\s*", part) for part in parts)


@cache
def _find_assignments(name: str) -> re.Pattern[str]:
    """Return the pattern of all that gives a name its value."""
    return re.compile(rf"(?<![\w.$]){re.escape(name)}\s*(?::\s*[\w\[\]<>|, ]+)?(?::=|\+=|=(?![=>]))\s*+(?!range\b)")


@cache
def _find_loops(name: str) -> re.Pattern[str]:
    """Return the pattern of loops over a list that is written out."""
    return re.compile(
        rf"\bfor\s*\(?\s*(?:const\s+|let\s+|var\s+)?(?:\w+\s*,\s*)?{re.escape(name)}\s+(?:in|of|:=\s*range)\s+(?P<of>(?:\[\]string\s*)?[(\[{{][^)\]}}]{{0,400}}[)\]}}])"
    )


@cache
def _find_parameters(name: str) -> re.Pattern[str]:
    """Return the pattern of a function that takes a name, of a loop over something unknown, or of an unpacking."""
    word = rf"(?<![\w.$\"']){re.escape(name)}(?![\w$\"'])"
    return re.compile(
        rf"\b(?:def|function|func|lambda)\b[^(){{}}\n]{{0,80}}\([^()]{{0,400}}{word}|\([^()]{{0,300}}{word}[^()]{{0,300}}\)\s*(?::[^=>\n]{{0,80}})?=>"
        rf"|{word}\s*=>|\blambda\b[^:\n]{{0,80}}{word}|[{{\[][^{{}}\[\]=\n]{{0,200}}{word}[^{{}}\[\]=\n]{{0,200}}[}}\]]\s*=(?!=)"
        rf"|\b(?:for|with|except)\b[^\n]{{0,120}}\bas\s+{word}|{word}\s*,[^=\n(]{{0,80}}(?<!:)=(?!=)"
        rf"|\bfor\s*\(?\s*(?:const\s+|let\s+|var\s+)?(?:\w+\s*,\s*)?{word}\s+(?:in|of|:=\s*range)\s+(?![(\[])(?!\[\]string)"
    )
