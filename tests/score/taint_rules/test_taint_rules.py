"""score.taint_rules: every rule is whole, and hits and misses what its file says, when the engine is here."""

import os
from pathlib import Path

import pytest

from twiceshy.base.config import load as load_config
from twiceshy.base.errors import SourceError
from twiceshy.base.toolbox import find
from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import SourceText
from twiceshy.score.scanners.taint import TaintScanner
from twiceshy.score.taint_rules import ANALYZERS, TaintRule, load, parse_rule

RULES = load()
ENDS = {"python": ".py", "javascript": ".tsx", "go": ".go"}
RULE = """message = "Bad."
cwe = 89
severity = "major"
confidence = 0.5
sinks = ["f($SINK)"]
hits = ["a"]
misses = ["b"]
"""
BROKEN = [
    ("no sinks", RULE.replace('sinks = ["f($SINK)"]\n', "")),
    ("no case that misses", RULE.replace('misses = ["b"]\n', "")),
    ("an unknown word", RULE + 'colour = "red"\n'),
    ("an unknown severity", RULE.replace("major", "awful")),
    ("no TOML", "- a\n"),
]


@pytest.mark.parametrize("rule", RULES.rules.values(), ids=lambda rule: rule.id)
def test_a_rule_is_whole(rule: TaintRule) -> None:
    """It has cases of both kinds, a number, and a message of two sentences: what is wrong, and what to do."""
    assert rule.hits
    assert rule.misses
    assert rule.cwe > 0
    assert 0 < rule.confidence <= 1
    assert rule.message.count(". ") >= 1
    assert rule.message.endswith(".")
    assert rule.formula["pattern-sources"]
    assert rule.formula["pattern-sinks"]


@pytest.mark.parametrize("text", [row[1] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_a_broken_rule_is_refused(text: str) -> None:
    """With its file's name."""
    with pytest.raises(SourceError, match=r"python/x\.toml"):
        parse_rule(text, "x", "python", (), {"values": [], "checks": [], "propagators": []})


def test_plain_patterns_with_one_focus_are_one_formula() -> None:
    """Each pass of the engine costs."""
    rule = parse_rule(
        RULE.replace('"f($SINK)"', '"f($SINK)", "g($SINK)", "h()"'),
        "x",
        "python",
        (),
        {"values": [], "checks": [], "propagators": []},
    )

    either = {"pattern-either": [{"pattern": "f($SINK)"}, {"pattern": "g($SINK)"}]}

    assert rule.formula["pattern-sinks"] == [
        {"patterns": [either, {"focus-metavariable": "$SINK"}]},
        {"pattern-either": [{"pattern": "h()"}]},
    ]


def test_other_rules_have_another_digest(tmp_path: Path) -> None:
    """Answers are kept by it."""
    for language in ANALYZERS:
        (tmp_path / language).mkdir()
    before = load(tmp_path).digest
    load.cache_clear()
    (tmp_path / "python" / "x.toml").write_text(RULE)

    assert load(tmp_path).digest != before
    assert "x" in {rule.name for rule in load(tmp_path).rules.values()}


def test_a_broken_group_of_sources_is_refused(tmp_path: Path) -> None:
    """With its file's name."""
    for language in ANALYZERS:
        (tmp_path / language).mkdir()
    (tmp_path / "go" / "sources.toml").write_text("[web]\ntrust = 1.0\n")

    with pytest.raises(SourceError, match=r"go/sources\.toml"):
        load(tmp_path)


def test_local_sources_are_known_by_their_text() -> None:
    """Everything else is data of a request."""
    assert RULES.trust("python", "sys.argv") < 1
    assert RULES.trust("python", "request.args") == 1
    assert RULES.trust("go", "os.Args") < 1


@pytest.mark.parametrize("language", ANALYZERS)
def test_rules_hit_and_miss_what_they_say(language: str) -> None:
    """With the real engine. Where it is missing this is skipped, and the reason is shown."""
    engine = find("semgrep", load_config({}, os.environ, Path()))
    if engine is None:
        pytest.skip("the engine is not here, so no rule was tried; TWICESHY_TOOLS_SEMGREP names its program")
    cases = [
        (rule, kind, text)
        for rule in RULES.rules.values()
        if rule.language == language
        for kind, texts in (("hit", rule.hits), ("miss", rule.misses))
        for text in texts
    ]
    scanner = TaintScanner(engine.path, engine.version, Scrubbed)
    scans = scanner.scan([SourceText(path=f"{rule.name}{ENDS[language]}", text=text) for rule, _, text in cases])
    wrong = [
        f"{rule.id}: {kind}: {scan.unknown or [one.rule for one in scan.findings]}\n{text}"
        for (rule, kind, text), scan in zip(cases, scans, strict=True)
        if scan.unknown or (kind == "hit") != (f"taint/{rule.name}" in {one.rule for one in scan.findings})
    ]

    assert wrong == []
