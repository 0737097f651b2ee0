"""score.pattern_rules: every rule does what it says, and no more."""

import time
from itertools import islice
from pathlib import Path

import pytest
from tests.counts import draw_part

from twiceshy.base.errors import SourceError
from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import SourceText
from twiceshy.score.code_view import make_view
from twiceshy.score.pattern_places import find_places, is_sure
from twiceshy.score.pattern_rules import PatternRule, load
from twiceshy.score.scanners.patterns import PatternScanner

RULES = load().rules
END = {
    "python": ".py",
    "javascript": ".ts",
    "go": ".go",
    "rust": ".rs",
    "java": ".java",
    "csharp": ".cs",
    "php": ".php",
    "ruby": ".rb",
    "shell": ".sh",
    "sql": ".sql",
}
MARKS = {"python": "#", "ruby": "#", "shell": "#", "sql": "--"}
SCANNER = PatternScanner(Scrubbed)


def found(rule: PatternRule, text: str) -> list[bool]:
    """Whether a rule finds something, in each of its languages."""
    sources = [SourceText(path=f"a{END[language]}", text=text) for language in rule.languages]
    return [any(one.rule == f"pattern/{rule.id}" for one in scan.findings) for scan in SCANNER.scan(sources)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_hits_and_misses_what_it_says(rule: PatternRule) -> None:
    """Each of its samples."""
    assert [text for text in rule.hits if not any(found(rule, text))] == []
    assert [text for text in rule.misses if any(found(rule, text))] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_rule_looks_into_strings_and_comments(rule: PatternRule) -> None:
    """Its hits, as text of a program that speaks about them, are no faults."""
    for index, language in enumerate(rule.languages):
        mark = MARKS.get(language, "//")
        for hit in rule.hits:
            assert not found(rule, "\n".join(f"{mark} {line}" for line in hit.split("\n")))[index]
            if language == "python" and '"""' not in hit:
                assert not found(rule, f'"""\n{hit}\n"""\n')[index]


def seconds(rule: PatternRule, text: str, language: str) -> float:
    """CPU time of one look at a text."""
    seen = make_view(text, language)
    start = time.process_time()
    for start_at, end in islice(find_places(rule.form, seen), 100):
        is_sure(rule.form, seen, start_at, end)
    return time.process_time() - start


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_takes_linear_time_on_hostile_text(rule: PatternRule) -> None:
    """Beginnings of its hits again and again, blanks and brackets: eight times the text is not 40 times the work.

    The smaller text is as long as the stretch that is looked at: below that, the work does grow as the square.
    """
    language = rule.languages[0]
    seconds(rule, rule.hits[0], language)  # its expressions are compiled now
    pieces = [
        piece for hit in rule.hits[:2] for piece in (hit[: len(hit) // 2], hit[:-2] + " ", hit.replace("\n", "") + "\n")
    ]
    for piece in draw_part(pieces, 2, rule.id):
        small, large = (piece * (size // len(piece)) for size in (4_000, 32_000))
        if (slow := seconds(rule, large, language)) > 0.05:
            assert slow < 40 * seconds(rule, small, language), piece


def test_damaged_rules_are_refused(tmp_path: Path) -> None:
    """With the file and what is wrong: no TOML, something missing, a pattern that is none, the same id twice."""
    good = (Path(load.__wrapped__.__code__.co_filename).parent / "tls.toml").read_text("utf-8").split("[[rule]]")[1]
    for text, why in (
        ("[[rule", "no TOML"),
        ('[[rule]]\nid = "a"', "lacks"),
        (f"[[rule]]{good}" * 2, "same id"),
        (f"[[rule]]{good}colour = 1\n", "colour"),
        (f"[[rule]]{good}".replace("match = '''", "match = '''("), "no rule"),
        (f"[[rule]]{good}".replace('["python"]', '["cobol"]'), "language"),
    ):
        folder = tmp_path / str(abs(hash(text)))
        folder.mkdir()
        (folder / "a.toml").write_text(text)
        with pytest.raises(SourceError, match=why):
            load(folder)
