"""What leaves the store is looked at by the other engine; what it finds is replaced, and what stays must not leave."""

import pytest

from twiceshy.privacy.outgoing import OutgoingTexts, SecretLeft
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber

TOKEN = "ghp_" + "aB3dE5gH7jK9" * 3
RANDOM = "k9Xw2Lq8" + "Vz4Rt7YpQ1Zz"


@pytest.fixture
def gate() -> OutgoingTexts:
    """Looks at texts at the usual level."""
    return OutgoingTexts(load_rules(), b"s" * 32, RedactionLevel.STANDARD)


@pytest.mark.parametrize("text", ["", "npm test", "3 failed, 5 passed in 0.31s", "[github-token:c7d405]", "a\x1eb"])
def test_what_is_no_secret_stays(gate: OutgoingTexts, text: str) -> None:
    """As it is, and nothing is counted."""
    assert (gate.clean([text]), dict(gate.replaced)) == (([text], None), {})


@pytest.mark.parametrize(
    ("text", "kind"), [(f"token {TOKEN}", "github-token"), (f"signing-phrase: '{RANDOM}'", "random")]
)
def test_a_secret_is_replaced_and_counted(gate: OutgoingTexts, text: str, kind: str) -> None:
    """By a rule, or by the second opinion; another text keeps its place."""
    (before, found), left = gate.clean(["npm test", text])

    assert left is None
    assert (before, f"[{kind}:" in found, TOKEN in found, RANDOM in found) == ("npm test", True, False, False)
    assert dict(gate.replaced) == {kind: 1}


def test_what_is_seen_only_after_a_replacement_is_replaced_too(
    gate: OutgoingTexts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands near decides what is seen."""
    whole, looks = OutgoingTexts._notice, iter([1, 2, 2])
    monkeypatch.setattr(OutgoingTexts, "_notice", lambda self, texts: whole(self, texts)[: next(looks)])
    found, left = gate.clean([f"signing-phrase: '{RANDOM}'", f"signing-phrase: '{RANDOM[::-1]}'"])

    assert (left, RANDOM in found[0], RANDOM[::-1] in found[1]) == (None, False, False)


def test_what_cannot_be_replaced_is_told(gate: OutgoingTexts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it stands, and which rule knows it."""
    monkeypatch.setattr(Scrubber, "placeholder", lambda *_: RANDOM.encode())

    assert gate.clean(["npm test", f"signing-phrase: '{RANDOM}'"])[1] == SecretLeft(1, "random-run")
