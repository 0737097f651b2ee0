"""The rules of patterns written as a Python module, so that a hook need not read rule files.

``python -m twiceshy.score.gate_subset`` writes ``gate_patterns.py``; a test holds that it is what the rules say.
"""

import json
from pathlib import Path

from twiceshy.score.pattern_rules import PatternRule, PatternRules, load

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
