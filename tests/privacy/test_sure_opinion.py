"""What the second opinion is certain of goes while texts are scrubbed, and parts d and e of the fresh forms with it."""

import pytest

from benchmarks.fresh_secrets import list_pieces
from benchmarks.redaction_corpus import fresh_texts_d, fresh_texts_e
from benchmarks.redaction_corpus.fresh import list_forms
from twiceshy.privacy.audit_opinion import notice
from twiceshy.privacy.opinion.sightings import Certainty
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber

SCRUBBER = Scrubber(load_rules(), b"s" * 32, RedactionLevel.STANDARD)


@pytest.mark.parametrize("part", ["d", "e"])
def test_nothing_of_these_parts_stays(part: str) -> None:
    """Rules and signs were made on these parts, so that all of them is known."""
    left = [form.name for form in list_forms(part) if any(map(SCRUBBER.text(form.text).count, list_pieces(form)))]

    assert left == []


@pytest.mark.parametrize("texts", [fresh_texts_d.NEGATIVES, fresh_texts_e.NEGATIVES])
def test_texts_that_look_alike_stay(texts: list[tuple[str, str]]) -> None:
    """Nothing of what the writers added that only looks like credentials is taken."""
    assert [what for what, text in texts if SCRUBBER.text(text) != text] == []


@pytest.mark.parametrize("part", ["c", "d"])
def test_audit_is_certain_of_nothing_more(part: str) -> None:
    """What it would be certain of in scrubbed texts was taken out."""
    texts = [SCRUBBER.text(form.text).encode() for form in list_forms(part)]

    assert [one.sign for one in notice(texts) if one.certainty is Certainty.CERTAIN] == []


def test_a_command_and_its_output_in_one_text() -> None:
    """A shell's transcript is read as the command and its result are."""
    text = "$ op read op://shop/db/login\ntundra-Kestrel-7Xq2\n$ ls\nREADME.md\n"

    assert "tundra-Kestrel-7Xq2" not in SCRUBBER.text(text)
    assert "README.md" in SCRUBBER.text(text)
