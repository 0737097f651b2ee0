"""score.gate_search and gate_subset: what a hook says about an edit, from rules written into a module."""

import ast
import sys
from pathlib import Path

import pytest

from twiceshy.score import gate_patterns, gate_search
from twiceshy.score.gate_subset import TARGET, render_module
from twiceshy.score.pattern_rules import PatternRule, load

GATED = [rule for rule in load().rules if rule.gate]


def test_the_module_is_what_the_rules_say() -> None:
    """``python -m twiceshy.score.gate_subset`` was run after the last change of a rule."""
    assert TARGET.read_text("utf-8") == render_module(load())
    assert set(gate_patterns.EXPLANATIONS) == {rule.id for rule in GATED}


def test_nothing_but_re_is_imported() -> None:
    """A hook pays for no more."""
    names = []
    for module in (gate_patterns, gate_search):
        tree = ast.parse(Path(module.__file__ or "").read_text("utf-8"))
        names += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert set(names) <= {"re", "twiceshy.score.gate_patterns"}
    assert "re" in sys.modules


@pytest.mark.parametrize("rule", GATED, ids=lambda rule: rule.id)
def test_a_gated_rule_hits_and_misses_as_the_layer_does(rule: PatternRule) -> None:
    """On its own samples, alone and deep within a larger text."""
    language = rule.languages[0]
    for text in rule.hits:
        languages = [other for other in rule.languages if rule.id in dict(gate_search.find_faults(text, other))]
        assert languages, text
        padded = "x = 1\n" * 500 + text
        lines = [line for name, line in gate_search.find_faults(padded, languages[0]) if name == rule.id]
        assert lines
        assert min(lines) > 500
    assert [text for text in rule.misses if rule.id in dict(gate_search.find_faults(text, language))] == []


def test_an_odd_text_is_no_trouble() -> None:
    """Empty, not ASCII, one long line, a bracket that is never closed."""
    assert gate_search.find_faults("", "python") == []
    assert gate_search.find_faults("größe = 'ü' * 3", "python") == []
    assert gate_search.find_faults("subprocess.run(" + "(" * 100_000 + "shell=True", "python") in (
        [],
        [("shell-true", 1)],
    )
    assert gate_search.find_faults("x" * 200_000, "go") == []
