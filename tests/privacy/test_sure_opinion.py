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


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("account birds\npassword " + '"dkzf vcxb rzsq vwpe"', "dkzf vcxb rzsq vwpe"),
        ('network={\n  psk="Otter 20lantern wDZ"\n}', "Otter 20lantern wDZ"),
        (f"echo -n {b'xK9!tQ2mZr7v'.hex()} | xxd -r -p > db_password", b"xK9!tQ2mZr7v".hex()),
        ("<Password>\n  <Value>j8ikpwNHl#72xd</Value>\n</Password>", "j8ikpwNHl#72xd"),
        (
            "$ kubectl -n birds --context=a get secret a -o jsonpath='{.data.p}' | base64 -d; echo\n35XxOTcgNmBMH3f\n",
            "35XxOTcg",
        ),
        ("Das Passwort lautet Kestrel2026.", "Kestrel2026"),
        ("logged in as root with Larksp!Maple51 and it worked", "Larksp!Maple51"),
    ],
)
def test_ways_of_writing_are_read_by_what_they_share(text: str, secret: str) -> None:
    """Phrases, values spelled in digits, elements, options before a verb, verbs between a word and its value."""
    assert secret not in SCRUBBER.text(text)


@pytest.mark.parametrize(
    "text",
    [
        'password: "Enter your new password"',
        'password = "must have at least 8 letters"',
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:birds/db-a1B2c3",
        "pk_live_51ADAm7UHPm9TRVya2XzQeV3vbhYa2A34Q is the publishable key",
        "[\n    ed25519.Ed25519PrivateKey,\n    mlkem.MLKEM768PrivateKey,\n    x448.X448PrivateKey,\n]",
        "echo SGVsbG8sIHdvcmxkIQ== | base64 -d",
        "key: k9Xw2mQ7vT4zB6nR",
    ],
)
def test_what_only_looks_so_stays(text: str) -> None:
    """Labels, names of resources, keys that are meant to be seen, classes, text in base64, keys of a cache."""
    assert SCRUBBER.text(text) == text
