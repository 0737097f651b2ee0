"""One runner for every rule's own texts: what it must hit, what it must miss, and what a rule must have."""

from pathlib import Path

import pytest

from twiceshy.errors import ConfigError
from twiceshy.facts.secrets.secret_detector import Detector
from twiceshy.facts.secrets.secret_triggers import list_match_libraries
from twiceshy.privacy import policy
from twiceshy.privacy.policy import RedactionLevel, RedactionRule, load_rules, parse_family
from twiceshy.privacy.samples import expand

RULES = load_rules()
CASES_THAT_HIT = [
    pytest.param(one, template, id=f"{one.rule.id}-{number}")
    for one in RULES.rules
    for number, template in enumerate(one.hits)
]
CASES_THAT_MISS = [
    pytest.param(one, template, id=f"{one.rule.id}-{number}")
    for one in RULES.rules
    for number, template in enumerate(one.misses)
]


@pytest.fixture(scope="module")
def detectors() -> dict[RedactionLevel, Detector]:
    return {level: policy.build_detector(RULES, level) for level in RedactionLevel}


@pytest.fixture(scope="module")
def second() -> Detector:
    return policy.build_detector(RULES, RedactionLevel.STRICT, engine=list_match_libraries()[-1])


@pytest.mark.parametrize(("one", "template"), CASES_THAT_MISS)
def test_rule_misses(one: RedactionRule, template: str, detectors: dict[RedactionLevel, Detector]) -> None:
    """What a rule is said to miss is hit by no rule of its level."""
    text = expand(template).text

    assert detectors[one.level].find(text) == []


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("one", "template"), CASES_THAT_HIT)
def test_rule_hits(one: RedactionRule, template: str, seed: int, detectors: dict[RedactionLevel, Detector]) -> None:
    """What a rule is said to hit is found whole, named by its kind, and hardly more than that."""
    sample = expand(template, seed)
    assert sample.start is not None
    assert sample.end is not None

    found = detectors[one.level].find(sample.text)

    spans = [span for span in found if span.kind == one.rule.kind and span.start <= sample.start]
    assert [span for span in spans if span.end >= sample.end]
    assert max(span.end - span.start for span in spans) <= len(sample.secret) + 12


@pytest.mark.parametrize(("one", "template"), CASES_THAT_HIT)
def test_engines_agree(
    one: RedactionRule, template: str, detectors: dict[RedactionLevel, Detector], second: Detector
) -> None:
    """The second engine finds the same spans as the first."""
    text = f"before {template}\nand after {template}, {template}"

    assert detectors[RedactionLevel.STRICT].find(expand(text).text) == second.find(expand(text).text)


def test_there_are_kinds_enough() -> None:
    """At least sixty kinds are known, and every rule's id is its own."""
    ids = [one.rule.id for one in RULES.rules]

    assert len(RULES.kinds()) >= 60
    assert len(ids) == len(set(ids))


def test_strict_holds_all_of_standard() -> None:
    """Whatever standard replaces, strict replaces too."""
    assert set(RULES.at(RedactionLevel.STANDARD)) < set(RULES.at(RedactionLevel.STRICT))


WHOLE = {"id": '"a"', "kind": '"b"', "regex": '"c{2}"', "source": '"d"', "hits": '["⟦cc⟧"]', "misses": '["c"]'}


@pytest.mark.parametrize("field", list(WHOLE))
def test_rule_without_a_field_does_not_load(field: str) -> None:
    """A rule without hits, misses, source or a pattern is an error that names what is missing."""
    rows = [f"{key} = {value}" for key, value in WHOLE.items() if key != field]

    with pytest.raises(ConfigError, match=f"lacks {field}"):
        parse_family("[[rule]]\n" + "\n".join(rows), "x")


@pytest.mark.parametrize("row", ['kinds = "b"', 'check = "nonsense"'])
def test_rule_with_a_misspelt_field_does_not_load(row: str) -> None:
    """A field or check that is not known is an error, not a shrug."""
    rows = [f"{key} = {value}" for key, value in WHOLE.items()]

    with pytest.raises(ConfigError, match=r"unknown|no check"):
        parse_family("[[rule]]\n" + "\n".join([*rows, row]), "x")


def test_fragments_stand_in_patterns() -> None:
    """``{{name}}`` in a pattern is the fragment of that name, fragments in fragments too."""
    text = "[fragments]\na = 'x{{b}}'\nb = 'y'\n[[rule]]\n" + "\n".join(f"{k} = {v}" for k, v in WHOLE.items())

    assert parse_family(text.replace('"c{2}"', "'{{a}}z'"), "x")[0].rule.regex == "xyz"


def test_no_rule_was_lost() -> None:
    """Nobody would miss a rule that goes with its own cases: every id stands here too, and so does a new one's."""
    known = (Path(__file__).parent / "rule_ids.txt").read_text().split()

    assert known == sorted(one.rule.id for one in RULES.rules)
