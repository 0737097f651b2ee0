"""What the second opinion is certain of goes while texts are scrubbed, and part d of the fresh forms with it."""

import pytest

from benchmarks.fresh_secrets import list_pieces
from benchmarks.redaction_corpus import fresh_texts_d
from benchmarks.redaction_corpus.fresh import list_forms
from twiceshy.privacy.audit_opinion import notice
from twiceshy.privacy.opinion.sightings import Certainty
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber

SCRUBBER = Scrubber(load_rules(), b"s" * 32, RedactionLevel.STANDARD)


def test_nothing_of_part_d_stays() -> None:
    """Rules and signs were made on this part, so that all of it is known."""
    left = [form.name for form in list_forms("d") if any(map(SCRUBBER.text(form.text).count, list_pieces(form)))]

    assert left == []


def test_texts_that_look_alike_stay() -> None:
    """Of those that part d's writer added, one names a secret by its own address."""
    touched = [what for what, text in fresh_texts_d.NEGATIVES if SCRUBBER.text(text) != text]

    assert touched == ["aws-arns"]


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
