"""The gate's rules written as a Python module, so that a hook need not read rule files.

``python -m twiceshy.score.gate_subset`` writes ``gate_patterns.py``; a test holds that it is what the rules say.
"""

import json
import re
from pathlib import Path

from twiceshy.score.pattern_rules import PatternRule, PatternRules, load

TARGET = Path(__file__).with_name("gate_patterns.py")
_FRAGMENTS = frozenset({"iv", "IV", "nonce", "vector", "ickle", "Cipher", "chmod", "chmodSync"})
"""Beginnings of words that are the ends of names: ``static_iv = ``, ``cPickle.``."""
_HEAD = '''"""Rules of the gate, written by ``gate_subset`` from ``pattern_rules``: change those, not this.

Each is its id, languages, words, match, has, lacks, file_has, file_lacks, argument and what follows a word; with each
word stand the names that a text with it has as they are, and those that it has within a name.
"""
# ruff: noqa: E501, Q003, S108
# fmt: off

Row = tuple[str, str, tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...], str, str, str, str, str, str, str]

PATTERNS: tuple[Row, ...] = (
'''
_MIDDLE = """)
EXPLANATIONS: dict[str, tuple[int, str, str, str]] = {
"""


def render_module(rules: PatternRules) -> str:
    """Return the module's text for the rules that are meant for the gate."""
    chosen = [rule for rule in rules.rules if rule.gate]
    told = [(_to_python(rule.id), _to_python((rule.cwe, rule.severity.value, rule.why, rule.fix))) for rule in chosen]
    rows = "".join(f"    {_to_python(_row_of(rule))},\n" for rule in chosen)
    return _HEAD + rows + _MIDDLE + "".join(f"    {name}: {said},\n" for name, said in told) + _TAIL


_TAIL = '''}
"""CWE, severity, what is wrong and what to do, by rule."""
'''


def _to_python(value: object) -> str:
    """Return a value as Python source, with double quotes.

    >>> _to_python(("a", 1, True))
    '("a", 1, True)'
    """
    if isinstance(value, tuple):
        return f"({', '.join(map(_to_python, value))}{',' * (len(value) == 1)})"
    return json.dumps(value) if isinstance(value, str) else repr(value)


def _row_of(rule: PatternRule) -> tuple[object, ...]:
    """Return what the gate needs of a rule."""
    first = (rule.id, " ".join(rule.languages), tuple((word, *_split_names(word)) for word in rule.words))
    return (*first, rule.match, rule.has, rule.lacks, rule.file_has, rule.file_lacks, rule.argument, rule.then)


def _split_names(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split a word into names: those that a text with it has as they are, and those that it has within a name.

    >>> _split_names("os.system("), _split_names("passw"), _split_names("iv ="), _split_names("</")
    ((('os', 'system'), ()), ((), ('passw',)), ((), ('iv',)), ((), ()))
    """
    whole: list[str] = []
    within: list[str] = []
    for found in re.finditer(r"[A-Za-z0-9_]+", word):
        exact = found.end() < len(word) and (found.start() > 0 or found[0] not in _FRAGMENTS)
        (whole if exact else within).append(found[0])
    return tuple(whole), tuple(within)


if __name__ == "__main__":
    TARGET.write_text(render_module(load()), "utf-8")
