"""The part of the pattern layer that looks at an edit before it is made: in milliseconds, with no library but ``re``.

The text's different words are collected first, which is far less to search for each rule. A rule's pattern is tried
only around its words, and compiled only when one of them is there. What is a string or a comment is guessed from the
line alone, so it reports some things that the whole layer would not, and misses some; how many stands in the
benchmarks. The rules are ``gate_patterns``, written from ``pattern_rules`` by ``gate_subset``.
"""

import re

from twiceshy.score.gate_patterns import PATTERNS, Row

_BEFORE, _BEHIND = 160, 700
"""Characters around a word in which a pattern is tried: calls begin some lines above what makes them harmful. Guess."""
_NEAR = 8
"""Characters behind a word in which a rule's ``then`` stands (guess, 2026-11-21)."""
_REACH = 1500
"""Characters of a call's arguments that are looked at (guess, 2026-11-21)."""
_MOST_WINDOWS = 200
"""Windows of one rule that are searched; a text with more is data (guess, 2026-11-21)."""
_SIGNS = bytes(code if chr(code).isalnum() or code == 0x5F else 0x20 for code in range(128)) + b" " * 128
_DEFINES = re.compile(r"\b(?:def|class|func|function)\s+\Z")
_TOKEN = re.compile(r"\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'|`[^`]*+`|[()\[\]{},]")
_STRING = r"(?:\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'|`[^`$]*+`)"
_LITERAL = re.compile(rf"(?:\s|\b[rRbBuU]{{0,2}}(?={_STRING}){_STRING}|{_STRING}|[\d.]+)++\Z")
_BUILT = re.compile(
    r"[\"'`]\s*(?:\+|%|\.format\b|\.replace\b)|\+\s*[A-Za-z]{0,2}[\"'`]|\$\{|Sprintf\s*\("
    r"|\b(?:[fF][rR]?|[rR][fF])[\"']{1,3}[^\n]{0,300}?\{|\.join\("
)
_COMMENT = {"python": re.compile(r"#"), "javascript": re.compile(r"//|^\s*\*"), "go": re.compile(r"//")}


def find_faults(text: str, language: str) -> list[tuple[str, int]]:
    """Return rule and line of every fault, by rule; ``language`` is ``python``, ``javascript`` or ``go``."""
    places = []
    names = set(text.encode("ascii", "replace").translate(_SIGNS).decode("ascii").split())
    vocabulary = " ".join(names)
    for rule in PATTERNS:
        if language in rule[1]:
            words = [
                word for word, whole, within in rule[2] if names.issuperset(whole) and _has_all(vocabulary, within)
            ]
            starts = _find_places(text, language, rule, words) if words else ()
            places += [(rule[0], text.count("\n", 0, start) + 1) for start in starts]
    return list(dict.fromkeys(places))


def _has_all(vocabulary: str, parts: tuple[str, ...]) -> bool:
    """Tell whether every part stands in some name."""
    return all(part in vocabulary for part in parts)


def _find_places(text: str, language: str, rule: Row, words: list[str]) -> list[int]:
    """Return the offsets where a rule's faults begin."""
    windows = _find_windows(text, words, rule[9])
    if not windows:
        return []
    _, _, _, match, has, lacks, file_has, file_lacks, argument, _ = rule
    starts: list[int] = []
    compiled = re.compile(match)
    for first, last in windows:
        starts += [
            hit.start()
            for hit in compiled.finditer(text, first, last)
            if _is_code(text, hit.start(), language) and _is_harmful(text, hit.end(), has, lacks, argument)
        ]
    if starts and ((file_has and not re.search(file_has, text)) or (file_lacks and re.search(file_lacks, text))):
        return []
    return starts


def _find_windows(text: str, words: list[str], then: str) -> list[tuple[int, int]]:
    """Return stretches around the words that ``then`` follows, from their line's start, that do not overlap."""
    spots: list[int] = []
    for word in words:
        at = text.find(word)
        while at >= 0 and len(spots) < _MOST_WINDOWS:
            if then and text.find(then, at, at + len(word) + _NEAR) < 0:
                at = text.find(word, at + 1)
                continue
            spots.append(at)
            end = text.find("\n", at)
            at = text.find(word, end) if end >= 0 else -1
    merged: list[tuple[int, int]] = []
    for at in sorted(spots):
        start = text.rfind("\n", 0, max(0, at - _BEFORE)) + 1
        start, end = max(start, at - 4 * _BEFORE), at + _BEHIND
        if merged and start <= merged[-1][1]:
            start, end = merged[-1][0], max(end, merged.pop()[1])
        merged.append((start, end))
    return merged


def _is_code(text: str, at: int, language: str) -> bool:
    """Tell whether a place is code, as far as its line and the quotes above show."""
    line = text[text.rfind("\n", 0, at) + 1 : at][-300:]
    if _COMMENT[language].search(line) or _DEFINES.search(line) or line.count('"') % 2 or line.count("'") % 2:
        return False
    if language == "python":
        return text.count('"""', 0, at) % 2 == 0 and text.count("'''", 0, at) % 2 == 0
    return text.rfind("/*", 0, at) <= text.rfind("*/", 0, at)


def _is_harmful(text: str, at: int, has: str, lacks: str, argument: str) -> bool:
    """Tell whether the statement that a match began is what the rule means; see ``pattern_rules``."""
    if not (has or lacks or argument):
        return True
    first, end = _find_arguments_end(text, at) if text[at - 1] == "(" else _find_line_end(text, at)
    said = text[at:end]
    if (has and not re.search(has, said)) or (lacks and re.search(lacks, said)):
        return False
    head = text[at:first]
    if argument == "variable":
        return bool(head.strip()) and not _LITERAL.match(head)
    return not argument or _BUILT.search(head) is not None


def _find_arguments_end(text: str, at: int) -> tuple[int, int]:
    """Return the ends of a call's first argument and of all of them."""
    depth, first = 0, -1
    last = min(len(text), at + _REACH)
    for token in _TOKEN.finditer(text, at, last):
        sign = token[0]
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        if depth < 0:
            return (first if first >= 0 else token.start()), token.start()
        if sign == "," and not depth and first < 0:
            first = token.start()
    return (first if first >= 0 else last), last


def _find_line_end(text: str, at: int) -> tuple[int, int]:
    """Return the same ends for what is no call: the rest of its line."""
    end = text.find("\n", at, at + _REACH)
    end = end if end >= 0 else min(len(text), at + _REACH)
    return end, end
