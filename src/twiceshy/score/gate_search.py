"""Which faults an edit brings in, as the scanner would find them: the part of the pattern layer that the gate has.

Copied beside the hook with what it imports, and imported only where an edit's text has a word of a rule that speaks.
The rules are ``gate_patterns``, written from ``pattern_rules`` by ``gate_subset``; places are found by the very lines
that the scanner runs.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import islice

from twiceshy.score.code_view import is_test_code, language_of, make_view, rate_line, rate_path
from twiceshy.score.gate_patterns import PATTERNS
from twiceshy.score.pattern_places import PatternForm, find_sure_places

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
