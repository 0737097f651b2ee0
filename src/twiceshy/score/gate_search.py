"""Which faults an edit brings in, as the scanner would find them: the part of the pattern layer that the gate has.

Copied beside the hook with what it imports, and imported only where an edit's text has a word of a rule that speaks.
The rules are ``gate_patterns``, written from ``pattern_rules`` by ``gate_subset``; places are found by the very lines
that the scanner runs.
"""

import json
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import islice
from pathlib import Path

from twiceshy.score.code_view import is_test_code, language_of, make_view, rate_line, rate_path
from twiceshy.score.gate_patterns import PATTERNS
from twiceshy.score.pattern_places import PatternForm, find_sure_places
from twiceshy.score.pattern_rules import PatternRule, PatternRules, load

_MOST = 100
"""Places of one rule in one text, beyond which it is generated or hostile (guess, 2026-11-21; as in the scanner)."""


def find_introduced(path: str, before: str, after: str, names: Collection[str]) -> list[str]:
    """Return which of these rules find a fault in the text after an edit that was not there before."""
    language = language_of(path)
    if language is None or "\0" in after or rate_path(path) < 1:
        return []
    tests = is_test_code(path)
    rules = [
        (name, PatternForm(*form))
        for name, languages, words, for_tests, form in PATTERNS
        if name in names and language in languages and (for_tests or not tests) and any(word in after for word in words)
    ]
    if not rules:
        return []
    new = _count_faults(after, language, rules)
    if not new:
        return []
    left = new - _count_faults(before, language, rules)
    return list(dict.fromkeys(name for name, _ in left))


def _count_faults(text: str, language: str, rules: Sequence[tuple[str, PatternForm]]) -> Counter[tuple[str, str]]:
    """Count faults by rule and what they say: once a line, and none in a line that asks linters to be silent."""
    view = make_view(text, language)
    lines = text.split("\n")
    found: dict[tuple[str, int], str] = {}
    for name, form in rules:
        for start, end in islice(find_sure_places(form, view), _MOST):
            line = text.count("\n", 0, start)
            if rate_line(lines[line]) == 1:
                found.setdefault((name, line), " ".join(view.plain[start:end].split()))
    return Counter((name, said) for (name, _), said in found.items())


# The rules of patterns written as a Python module, so that a hook need not read rule files.
#
# ``python -m twiceshy.score.gate_search`` writes ``gate_patterns.py``; a test holds that it is what the rules say.

TARGET = Path(__file__).with_name("gate_patterns.py")
_HEAD = '''"""Rules of the gate, written by ``gate_subset`` from ``pattern_rules``: change those, not this.

Each is its id, languages, words, whether it holds in tests, and the values of a ``PatternForm``.
"""
# ruff: noqa: E501, Q003, S104, S108
# fmt: off

Row = tuple[str, tuple[str, ...], tuple[str, ...], bool, tuple[tuple[str, ...], int, str, str, str, str, str, str, str]]

PATTERNS: tuple[Row, ...] = (
'''


def render_module(rules: PatternRules) -> str:
    """Return the module's text."""
    return _HEAD + "".join(f"    {_to_python(_row_of(rule))},\n" for rule in rules.rules) + ")\n"


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
    return rule.id, rule.languages, rule.words, rule.tests, tuple(rule.form)


if __name__ == "__main__":
    TARGET.write_text(render_module(load()), "utf-8")
