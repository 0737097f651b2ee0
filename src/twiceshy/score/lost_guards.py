"""Guards that a change took away: a check, a call that makes harmless, an entry of a list of what is refused.

No rule about one text sees these, as what is left looks like any other code. So both texts are compared. A guard counts
as lost only where all hold: its words were taken out of that place, and less of them are left in all changed files
together (else it moved); the function that it stood in is still there; and what it guarded is still used there.
Tests are left out. One finding a statement: the most certain.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cached_property
from typing import NamedTuple

from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import Finding, Layer, SourceText
from twiceshy.score.base import reason_to_skip
from twiceshy.score.code_view import find_enclosing, is_test_code, language_of, make_view
from twiceshy.score.generated_files import is_generated
from twiceshy.score.guard_rules import GuardRule, load
from twiceshy.stats.text.fingerprint import fingerprint_finding

# What a change took out of a text, line by line and word by word, without comments, blanks and indentation.

_BLANKS = re.compile(r"\s+")
_MASKED = re.compile(r"[~\s]*\Z")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_MOST_LINES = 3000
"""Lines that differ in a text before a change; one with more was written anew (guess, 2026-11-22)."""
_MOST_TOKENS = 3000
"""Words of one place whose order is compared; of more, only which are gone (guess, 2026-11-22)."""


class CodeLine(NamedTuple):
    """A line with code in it."""

    number: int
    """From 1."""
    indent: int
    plain: str
    """Without comments and the blanks around it."""
    code: str
    """The same with ``~`` for the insides of strings."""

    @property
    def key(self) -> str:
        """The line as it is compared."""
        return _BLANKS.sub(" ", self.plain)


class ChangedPlace(NamedTuple):
    """Lines that a change took out and those that it put there instead."""

    removed: tuple[CodeLine, ...]
    added: tuple[CodeLine, ...]
    line: int
    """In the text after: of the first added line, else of the one that follows."""


def list_code_lines(text: str, language: str) -> list[CodeLine]:
    """Return the lines that hold code; those inside of long strings are left out."""
    view = make_view(text, language)
    found = []
    for number, (plain, code) in enumerate(zip(view.plain.split("\n"), view.code.split("\n"), strict=True), 1):
        bare = plain.strip()
        if bare and not _MASKED.match(code):
            indent = len(plain) - len(plain.lstrip())
            found.append(CodeLine(number, indent, bare, code[indent : indent + len(bare)]))
    return found


def find_changed_places(before: Sequence[CodeLine], after: Sequence[CodeLine]) -> list[ChangedPlace]:
    """Return the places where lines were taken out, in order; none where a text was written anew."""
    old, new = [line.key for line in before], [line.key for line in after]
    start = _count_same(old, new)
    end = _count_same(old[start:][::-1], new[start:][::-1])
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    if len(old) > _MOST_LINES or len(new) > _MOST_LINES:
        return []
    found = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind in {"replace", "delete"}:
            removed, added = before[start + i1 : start + i2], after[start + j1 : start + j2]
            line = after[min(start + j1, len(after) - 1)].number if after else 1
            found.append(ChangedPlace(tuple(removed), tuple(added), line))
    return found


def _count_same(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many lines are the same at the beginning."""
    count = 0
    while count < min(len(old), len(new)) and old[count] == new[count]:
        count += 1
    return count


def find_lost_spans(removed: str, added: str) -> list[tuple[int, int]]:
    """Return the parts of the removed text whose words are not in the added one, in order.

    >>> find_lost_spans("if a or b:", "if a:")
    [(5, 9)]
    """
    old = list(_TOKEN.finditer(removed))
    new = _TOKEN.findall(added)
    if len(old) > _MOST_TOKENS or len(new) > _MOST_TOKENS:
        kept = set(new)
        return [token.span() for token in old if token[0] not in kept]
    pairs = SequenceMatcher(None, [token[0] for token in old], new, autojunk=False).get_opcodes()
    return [(old[i1].start(), old[i2 - 1].end()) for kind, i1, i2, _, _ in pairs if kind in {"replace", "delete"}]


VERSION = "2"
_MOST_STATEMENT = 14
"""Lines of a check with what follows it (guess, 2026-11-22)."""
_AROUND = 60
"""Lines around the place in which what was guarded is looked for (guess, 2026-11-22)."""
_MOST_REMOVED = 120
"""Lines taken out in one place, beyond which code was taken away and not a guard (guess, 2026-11-22)."""
_SHOWN = 120
"""Characters of a lost guard that a finding shows (guess, 2026-11-22)."""
_MOST = 10
"""Findings of one change: one with more was made to simplify (guess, 2026-11-22)."""
_IF = re.compile(r"(?:\}\s*)?(?:else\s+)?(?:if|elif|elsif|unless|assert|guard)\b|case\s|switch\s")
_LEAVES = re.compile(
    r"\b(?:raise|throw|return|abort|panic|continue|break|reject|exit|die|next|assert|callback|cb|done|fail|redirect)\b"
    r"|\b(?:http\.Error|status(?:Code)?|send\w*Error|Errorf?|Fatal\w*|Abort\w*|WriteHeader|deny|forbid\w*)\s*[(=]"
)
_ASSIGNED = re.compile(r"(?:(?:var|let|const)\s+)?([A-Za-z_$][\w$]*)\s*:?=[^=]")
_SETS = re.compile(r"\n.*[\w\])]\s*:?=[^=>~]")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_COMMON = frozenset(
    [
        "if",
        "elif",
        "else",
        "not",
        "and",
        "or",
        "in",
        "is",
        "none",
        "null",
        "nil",
        "true",
        "false",
        "undefined",
        "return",
        "raise",
        "throw",
        "self",
        "this",
        "len",
        "typeof",
        "instanceof",
        "err",
        "error",
        "ok",
        "str",
        "int",
        "bool",
        "string",
        "strings",
        "new",
        "const",
        "let",
        "var",
        "def",
        "func",
        "function",
        "for",
        "of",
        "while",
        "try",
        "except",
        "catch",
        "with",
        "as",
        "from",
        "import",
        "async",
        "await",
        "case",
        "switch",
        "assert",
        "unless",
        "isinstance",
        "any",
        "all",
        "re",
        "os",
        "path",
        "match",
        "test",
        "get",
        "http",
    ]
)
"""Words that say nothing about what a statement is about."""
_DECLARES = ("import ", "from ", "def ", "async def ", "func ", "function ", "class ", "export function ")
_MakeMessage = Callable[[str], Scrubbed]


class _Text(NamedTuple):
    """A text with its lines of code."""

    path: str
    language: str
    lines: list[str]
    code: list[CodeLine]

    def words(self) -> str:
        """Return all code in one text."""
        return "\n".join(line.plain for line in self.code)


class _Place:
    """A changed place in one text, with what is asked about it again and again."""

    def __init__(self, before: _Text, after: _Text, changed: ChangedPlace) -> None:
        self.before = before
        self.after = after
        self.changed = changed
        self.removed = "\n".join(line.plain for line in changed.removed)
        self.added = "\n".join(line.plain for line in changed.added)
        self.starts = [0]
        for line in changed.removed:
            self.starts.append(self.starts[-1] + len(line.plain) + 1)
        self.lost = find_lost_spans(self.removed, self.added)

    def is_lost(self, start: int, end: int) -> bool:
        """Tell whether words in a part of the removed text are gone."""
        return any(first < end and start < last for first, last in self.lost)

    def line_at(self, offset: int) -> CodeLine:
        """Return the line of an offset in the removed text."""
        return self.changed.removed[max(0, bisect_left(self.starts, offset + 1) - 1)]

    @cached_property
    def near(self) -> frozenset[str]:
        """Words of the code around the place in the text after."""
        first, last = self.changed.line - _AROUND, self.changed.line + _AROUND
        return frozenset(
            word for line in self.after.code if first <= line.number <= last for word in _NAME.findall(line.plain)
        )

    def is_function_kept(self, line: CodeLine) -> bool:
        """Tell whether the function that a line stood in is still there, and was not taken out with it."""
        names = find_enclosing(self.before.lines, line.number, self.before.language)
        own = names.rpartition(".")[2]
        return not own or re.search(rf"\b{re.escape(own)}\b", "\n".join(self.after.lines)) is not None


def version() -> str:
    """Return the version of the code here and of the rules."""
    return f"{VERSION}+{load().digest}"


def find_lost_guards(
    before: Sequence[SourceText], after: Sequence[SourceText], say: _MakeMessage
) -> tuple[Finding, ...]:
    """Return the guards that changing ``before`` into ``after``, all texts of a change, took away."""
    if not _may_lose(before, after):
        return ()
    old, new = _read(before), _read(after)
    pairs = [(old[path], new[path]) for path in old.keys() & new.keys() if not is_test_code(path)]
    counts = _GuardCounts(old, new)
    found = [
        finding
        for one, other in sorted(pairs)
        if one.lines != other.lines
        for changed in find_changed_places(one.code, other.code)
        if len(changed.removed) <= _MOST_REMOVED
        for finding in _find_at(_Place(one, other, changed), counts, say)
    ]
    return tuple(found) if len(found) <= _MOST else ()


def _may_lose(before: Sequence[SourceText], after: Sequence[SourceText]) -> bool:
    """Tell whether any line that is gone, wherever it was, has a rule's words: a cheap first look."""
    gone = Counter(line.strip() for one in before for line in one.text.split("\n"))
    gone -= Counter(line.strip() for one in after for line in one.text.split("\n"))
    text = "\n".join(gone)
    return any(rule.match.search(text) for rule in load().rules)


def _read(sources: Sequence[SourceText]) -> dict[str, _Text]:
    """Return the texts that can be read, by path."""
    found = {}
    for source in sources:
        language = language_of(source.path)
        if language and not reason_to_skip(source) and not is_generated(source.path, source.text):
            lines = source.text.split("\n")
            found[source.path] = _Text(source.path, language, lines, list_code_lines(source.text, language))
    return found


class _GuardCounts:
    """How often a rule's words stand in all texts, before and after."""

    def __init__(self, before: Mapping[str, _Text], after: Mapping[str, _Text]) -> None:
        self.texts = [[one.words() for one in side.values()] for side in (before, after)]
        self.known: dict[str, bool] = {}

    def is_less(self, rule: GuardRule) -> bool:
        """Tell whether there is less of it after."""
        if rule.id not in self.known:
            old, new = (sum(len(rule.match.findall(text)) for text in side) for side in self.texts)
            self.known[rule.id] = new < old
        return self.known[rule.id]


def _find_at(place: _Place, counts: _GuardCounts, say: _MakeMessage) -> Iterator[Finding]:
    """Yield what was lost at one place, one finding a statement."""
    told: set[int] = set()
    for rule in load().rules:
        if rule.languages and place.before.language not in rule.languages:
            continue
        for match in rule.match.finditer(place.removed):
            if not place.is_lost(*match.span()) or not _is_fewer(rule, place) or not counts.is_less(rule):
                continue
            line = place.line_at(match.start())
            own = _SHAPES[rule.shape](rule, place, match, line)
            if own is not None and own.number not in told and place.is_function_kept(own):
                told.add(own.number)
                yield _make_finding(rule, place, own, say)


def _is_fewer(rule: GuardRule, place: _Place) -> bool:
    """Tell whether there is less of a rule's words at the place itself."""
    if rule.kept is not None and rule.kept.search(place.added):
        return False
    return len(rule.match.findall(place.added)) < len(rule.match.findall(place.removed))


def _make_finding(rule: GuardRule, place: _Place, line: CodeLine, say: _MakeMessage) -> Finding:
    """Return the finding about a line that is gone."""
    name = f"guard/{rule.id}"
    function = find_enclosing(place.after.lines, place.changed.line, place.after.language)
    return Finding(
        rule=name,
        layer=Layer.PATTERN,
        severity=rule.severity,
        confidence=rule.confidence,
        path=place.after.path,
        line=place.changed.line,
        cwe=rule.cwe,
        message=say(f"{rule.why} It was: `{line.plain[:_SHOWN]}`."),
        fix=say(rule.fix),
        function=function,
        fingerprint=fingerprint_finding(name, function, line.plain),
        tokens=fingerprint_finding(name, "", line.plain),
    )


def _find_check(rule: GuardRule, place: _Place, _match: re.Match[str], line: CodeLine) -> CodeLine | None:
    """Return the first line of the check that a line is part of; None where it is none or nothing is left to guard."""
    body = _read_check(place.before.code, line)
    if not body or body[0] not in place.changed.removed or not _fits(rule, _join(one.plain for one in body)):
        return None
    code = _join(one.code for one in body)
    if not (_LEAVES.search(code) or (rule.soft and _SETS.search(code)) or _is_unwrapped(body, place)):
        return None
    return body[0] if rule.alone or _names(body[0].code) & place.near else None


def _read_check(code: Sequence[CodeLine], line: CodeLine) -> list[CodeLine]:
    """Return a condition with what stands behind it, of which a line is part; nothing where there is none."""
    at = code.index(line)
    heads = [start for start in range(at, max(-1, at - 4), -1) if _IF.match(code[start].plain)]
    head = next((one for one in heads if one >= at - 2 or code[one].indent < line.indent), None)
    if head is None:
        return []
    body = [code[head]]
    for one in code[head + 1 : head + _MOST_STATEMENT]:
        if one.indent <= code[head].indent and not one.plain.startswith((")", "{", "or ", "and ", "||", "&&")):
            break
        body.append(one)
    return body if line in body else []


def _is_unwrapped(body: Sequence[CodeLine], place: _Place) -> bool:
    """Tell whether what stood behind a condition is still there, without it."""
    return len(body) > 1 and body[1] not in place.changed.removed


def _find_call(rule: GuardRule, place: _Place, match: re.Match[str], line: CodeLine) -> CodeLine | None:
    """Return the line of a call whose value is still used; None where it is not, or the call is no code."""
    start = match.start() - place.starts[place.changed.removed.index(line)]
    if "~" in line.code[start : start + 1] or not _fits(rule, line.plain):
        return None
    if line.code.startswith(_DECLARES):
        return None
    if line.code.startswith("@"):
        guarded = next((_names(one.code) for one in place.before.code if one.number > line.number), frozenset[str]())
        return line if guarded & place.near else None
    inside = line.code[start + len(match[0]) :].partition(")")[0]
    guarded = _names(line.code[:start] if match[0].startswith(".") else inside) or _names(match[0].rpartition(".")[0])
    left = frozenset(_NAME.findall(place.added)) if place.added else place.near
    if guarded & left:
        return line
    made = _ASSIGNED.match(line.code)
    if not made or made[1] not in place.near or re.search(rf"\b{re.escape(made[1])}\s*:?=", place.added):
        return None
    return line


def _find_member(rule: GuardRule, place: _Place, match: re.Match[str], line: CodeLine) -> CodeLine | None:
    """Return the line of a list's entry; None where the list is no list of what is refused, or is gone."""
    name = _name_list(rule, place.before.code, line)
    if not name or not any(name in other.plain for other in place.after.code):
        return None
    return line if re.search(r"[\"'`]", match[0] + line.code) else None


def _name_list(rule: GuardRule, code: Sequence[CodeLine], line: CodeLine) -> str:
    """Return the name of the list that a line stands in, if it is one of what is refused; else an empty text."""
    at = code.index(line)
    for one in reversed(code[max(0, at - _MOST_STATEMENT) : at + 1]):
        found = rule.has.search(one.code) if rule.has else None
        if found:
            name = _NAME.search(found[0])
            return name[0] if name else ""
        if one.indent < line.indent and not one.plain.endswith(("(", "[", "{", ",")):
            return ""
    return ""


def _find_option(rule: GuardRule, place: _Place, match: re.Match[str], line: CodeLine) -> CodeLine | None:
    """Return the line of a setting; None where what it was a setting of is gone."""
    if not _fits(rule, line.plain):
        return None
    names = _names(line.code) - _names(match[0])
    return line if not names or names & place.near else None


def _join(parts: Iterable[str]) -> str:
    """Return lines as one text."""
    return "\n".join(parts)


def _fits(rule: GuardRule, said: str) -> bool:
    """Tell whether a statement has what a rule wants and lacks what it does not."""
    return (rule.has is None or rule.has.search(said) is not None) and not (rule.lacks and rule.lacks.search(said))


def _names(code: str) -> frozenset[str]:
    """Return the words of code that say what it is about."""
    return frozenset(word for word in _NAME.findall(code) if word.lower() not in _COMMON)


_SHAPES: Mapping[str, Callable[[GuardRule, _Place, re.Match[str], CodeLine], CodeLine | None]] = {
    "check": _find_check,
    "call": _find_call,
    "member": _find_member,
    "option": _find_option,
}
