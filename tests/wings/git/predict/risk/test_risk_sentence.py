"""One sentence a change: with a model, by size alone, and where too little is known."""

from typing import Any

import pytest

from twiceshy.records.change_risk import RiskAnswer, RiskReason
from twiceshy.wings.git.predict.risk.risk_sentence import phrase_risk

REASONS = (
    RiskReason(words="412 lines added, 4.2x the usual", column="la", push=0.9),
    RiskReason(words="3 authors before", column="ndev", push=0.2),
)


def an_answer(**values: Any) -> RiskAnswer:
    """Return an answer; what is not given is ordinary."""
    plain: dict[str, Any] = {
        "id": "staged",
        "subject": "",
        "probability": 0.314,
        "base": 0.12,
        "like": (9, 31),
        "model": "own",
        "added": 412,
        "removed": 3,
        "larger_than": 0.94,
    }
    return RiskAnswer(**plain | values)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            {"reasons": REASONS},
            (
                "risk 0.31 (base 0.12; 9 of 31 like changes were fixed later): 412 lines added, 4.2x the usual; "
                "3 authors before"
            ),
        ),
        ({"base": None, "like": None}, "risk 0.31"),
        (
            {"model": "size"},
            (
                "large change: 412 lines added, more than in 94 % of this repository's changes; "
                "of 31 of like size 29 % (16-47) were fixed later"
            ),
        ),
        (
            {"model": "size", "larger_than": 0.2, "added": 1, "like": None},
            "small change: 1 line added, more than in 20 % of this repository's changes",
        ),
        (
            {"model": "size", "larger_than": 0.999, "like": None},
            "large change: 412 lines added, more than in 99 % of this repository's changes",
        ),
        (
            {"model": "size", "probability": None, "larger_than": None, "too_little": "3 changes are known"},
            "412 lines added; no risk can be told: 3 changes are known",
        ),
    ],
    ids=["a model", "without a past", "size alone", "small", "never all", "too little"],
)
def test_the_sentence_claims_no_more_than_is_known(values: dict[str, Any], words: str) -> None:
    """Where the model is not used the change is large or small, and no more."""
    assert phrase_risk(an_answer(**values)) == words
