"""One runner for every rule's own texts: what it must hit, what it must miss, and what a rule must have."""

from pathlib import Path

import pytest

from twiceshy.base.errors import ConfigError
from twiceshy.privacy import policy
from twiceshy.privacy.policy import RedactionLevel, RedactionRule, load_rules, parse_family
from twiceshy.privacy.samples import expand
from twiceshy.privacy.secrets.secret_detector import Detector
from twiceshy.privacy.secrets.secret_triggers import list_match_libraries

RULES = load_rules()
FAMILIES = {
    family: [one for one in RULES.rules if one.family == family] for family in {one.family: 0 for one in RULES.rules}
}
each_family = pytest.mark.parametrize("rules", FAMILIES.values(), ids=FAMILIES)


@pytest.fixture(scope="module")
def detectors() -> dict[RedactionLevel, Detector]:
    return {level: policy.build_detector(RULES, level) for level in RedactionLevel}


@pytest.fixture(scope="module")
def second() -> Detector:
    return policy.build_detector(RULES, RedactionLevel.STRICT, engine=list_match_libraries()[-1])


@each_family
def test_rule_misses(rules: list[RedactionRule], detectors: dict[RedactionLevel, Detector]) -> None:
    """What a rule is said to miss is hit by no rule of its level."""
    found = [
        (one.rule.id, template, spans)
        for one in rules
        for template in one.misses
        if (spans := detectors[one.level].find(expand(template).text))
    ]

    assert found == [], found


@pytest.mark.parametrize("seed", [0, 1])
@each_family
def test_rule_hits(rules: list[RedactionRule], seed: int, detectors: dict[RedactionLevel, Detector]) -> None:
    """What a rule is said to hit is found whole, named by its kind, and hardly more than that."""
    wrong = [
        (one.rule.id, template, why)
        for one in rules
        for template in one.hits
        if (why := compare_hit(one, template, seed, detectors[one.level]))
    ]

    assert wrong == [], wrong


def compare_hit(one: RedactionRule, template: str, seed: int, detector: Detector) -> str:
    """What is wrong with what was found in a sample; nothing, mostly."""
    sample = expand(template, seed)
    if sample.start is None or sample.end is None:
        return "the sample holds no secret"
    found = detector.find(sample.text)
    spans = [span for span in found if span.kind == one.rule.kind and span.start <= sample.start]
    if not [span for span in spans if span.end >= sample.end]:
        return f"it is not found whole: {found}"
    if max(span.end - span.start for span in spans) > len(sample.secret) + 12:
        return f"more than it is found: {found}"
    return ""


@each_family
def test_engines_agree(rules: list[RedactionRule], detectors: dict[RedactionLevel, Detector], second: Detector) -> None:
    """The second engine finds the same spans as the first."""
    texts = [
        expand(f"before {template}\nand after {template}, {template}").text for one in rules for template in one.hits
    ]

    differing = [text for text in texts if detectors[RedactionLevel.STRICT].find(text) != second.find(text)]
    assert differing == [], differing


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
