"""The gate's rules written as a Python module, so that a hook need not read rule files.

``python -m twiceshy.score.gate_subset`` writes ``gate_patterns.py``; a test holds that it is what the rules say.
"""

import json
import re
from pathlib import Path

from twiceshy.score.pattern_rules import Rule, RuleSet, load

TARGET = Path(__file__).with_name("gate_patterns.py")
HEAD = '''"""Rules of the gate, written by ``gate_subset`` from ``pattern_rules``: change those, not this.

Each is its id, languages, words, match, has, lacks, file_has, file_lacks and argument; with each word stand the longest
name in it and whether a text's name has to be just that.
"""
# ruff: noqa: E501, Q003, S108
# fmt: off

Row = tuple[str, str, tuple[tuple[str, str, bool], ...], str, str, str, str, str, str]

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
    first = (rule.id, " ".join(rule.languages), tuple((word, *core(word)) for word in rule.words))
    return (*first, rule.match, rule.has, rule.lacks, rule.file_has, rule.file_lacks, rule.argument)


def core(word: str) -> tuple[str, bool]:
    """The longest name in a word, and whether it is whole there; a text without it need not be looked through.

    >>> core("os.system("), core("passw"), core("</")
    (('system', True), ('passw', False), ('', False))
    """
    found = max(re.finditer(r"[A-Za-z0-9_]+", word), key=lambda match: len(match[0]), default=None)
    if found is None:
        return "", False
    return found[0], bool(found.start()) and found.end() < len(word)


if __name__ == "__main__":
    TARGET.write_text(module_text(load()), "utf-8")
