"""The gate's rules written as a Python module, so that a hook need not read rule files.

``python -m twiceshy.score.gate_subset`` writes ``gate_patterns.py``; a test holds that it is what the rules say.
"""

import json
import re
from pathlib import Path

from twiceshy.score.pattern_rules import Rule, RuleSet, load

TARGET = Path(__file__).with_name("gate_patterns.py")
FRAGMENTS = frozenset({"iv", "IV", "nonce", "vector", "ickle", "Cipher", "chmod", "chmodSync"})
"""Beginnings of words that are the ends of names: ``static_iv = ``, ``cPickle.``."""
HEAD = '''"""Rules of the gate, written by ``gate_subset`` from ``pattern_rules``: change those, not this.

Each is its id, languages, words, match, has, lacks, file_has, file_lacks, argument and what follows a word; with each
word stand the names that a text with it has as they are, and those that it has within a name.
"""
# ruff: noqa: E501, Q003, S108
# fmt: off

Row = tuple[str, str, tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...], str, str, str, str, str, str, str]

PATTERNS: tuple[Row, ...] = (
'''
MIDDLE = """)
TOLD: dict[str, tuple[int, str, str, str]] = {
"""


def module_text(rules: RuleSet) -> str:
    """The module for the rules that are meant for the gate."""
    chosen = [rule for rule in rules.rules if rule.gate]
    told = [(spelled(rule.id), spelled((rule.cwe, rule.severity.value, rule.why, rule.fix))) for rule in chosen]
    rows = "".join(f"    {spelled(row(rule))},\n" for rule in chosen)
    return HEAD + rows + MIDDLE + "".join(f"    {name}: {said},\n" for name, said in told) + TAIL


TAIL = '''}
"""CWE, severity, what is wrong and what to do, by rule."""
'''


def spelled(value: object) -> str:
    """A value as Python, with double quotes.

    >>> spelled(("a", 1, True))
    '("a", 1, True)'
    """
    if isinstance(value, tuple):
        return f"({', '.join(map(spelled, value))}{',' * (len(value) == 1)})"
    return json.dumps(value) if isinstance(value, str) else repr(value)


def row(rule: Rule) -> tuple[object, ...]:
    """What the gate needs of a rule."""
    first = (rule.id, " ".join(rule.languages), tuple((word, *names(word)) for word in rule.words))
    return (*first, rule.match, rule.has, rule.lacks, rule.file_has, rule.file_lacks, rule.argument, rule.then)


def names(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names in a word: those that a text with it has as they are, and those that it has within a name.

    >>> names("os.system("), names("passw"), names("iv ="), names("</")
    ((('os', 'system'), ()), ((), ('passw',)), ((), ('iv',)), ((), ()))
    """
    whole: list[str] = []
    within: list[str] = []
    for found in re.finditer(r"[A-Za-z0-9_]+", word):
        exact = found.end() < len(word) and (found.start() > 0 or found[0] not in FRAGMENTS)
        (whole if exact else within).append(found[0])
    return tuple(whole), tuple(within)


if __name__ == "__main__":
    TARGET.write_text(module_text(load()), "utf-8")
