"""What leaves the store is looked at by the other engine; what it finds is replaced, and what stays must not leave."""

import re
from random import Random
from string import ascii_letters

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
    monkeypatch.setattr(OutgoingTexts, "_notice", lambda *given: whole(*given)[: next(looks)])
    (found,), left = gate.clean([f"signing-phrase: '{RANDOM}' and signing-phrase: '{RANDOM[::-1]}'"])

    assert (left, RANDOM in found, RANDOM[::-1] in found) == (None, False, False)


def test_what_cannot_be_replaced_is_told(gate: OutgoingTexts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it stands, and which rule knows it."""
    monkeypatch.setattr(Scrubber, "placeholder", lambda *_: RANDOM.encode())

    assert gate.clean(["npm test", f"signing-phrase: '{RANDOM}'"])[1] == SecretLeft(1, "random-run")


WRAPPED = "ASI" + "AQPKIZGHORSF\nNWSH5"


@pytest.mark.parametrize(
    "text",
    [
        f"mcp_{TOKEN}",
        "CI_DEPLOY_TOKEN=gld" + "t-HoYsuwrWVqWLA\njP3HKz4",
        "token=[token:0a1b2c]\n420ad7bb9ee0ed84d",
        'smtpPassword = ("kestrel-tun"\n        "dra-mspcr-98")',
        f"signing-phrase: '{RANDOM[:8]}' + '{RANDOM[8:]}'",
    ],
)
def test_a_glued_broken_or_spelled_secret_is_replaced(gate: OutgoingTexts, text: str) -> None:
    """Glued to a word, broken by a line's end, put together by code, or written in codes."""
    (found,), left = gate.clean([text])

    pieces = (TOKEN[8:], "jP3HKz4", "420ad7bb9ee0ed84d", "dra-mspcr", RANDOM[8:])
    assert (left, [piece for piece in pieces if piece in found]) == (None, [])


def test_an_echo_of_a_replaced_value_is_replaced(gate: OutgoingTexts) -> None:
    """The same text names the value's placeholder."""
    said = gate.clean([f"login --password '{RANDOM}'"])[0][0]
    (found,), left = gate.clean([f"{said}\nno such argument: {RANDOM}"])

    assert (left, RANDOM in found) == (None, False)


@pytest.mark.parametrize(("text", "sign"), [("AWS_ACCESS_KEY_ID=AKI" + "AQPKIZGHORSFNWSH5", "aws-key")])
def test_a_key_to_somebodys_machines_stops(gate: OutgoingTexts, text: str, sign: str) -> None:
    """Replaced or not: redaction had missed it."""
    left = gate.clean(["npm test", text])[1]

    assert left is not None
    assert (left.text, left.sign, "redaction had missed" in left.describe()) == (1, sign, True)


@pytest.mark.parametrize(
    "text", ["File /home/d\n… (cut)", "File /home/djan\n… (cut)", "in /home/djan…", "a\nFile /Users/k\n… (cut)"]
)
def test_the_beginning_of_a_name_at_a_cut_stays(gate: OutgoingTexts, text: str) -> None:
    """Redaction saw the whole name and left it."""
    assert (gate.clean([text]), gate.replaced.total()) == (([text], None), 0)


def test_a_name_of_a_folder_is_replaced_in_paths_only(gate: OutgoingTexts) -> None:
    """It may be a word."""
    (found,), left = gate.clean(["1. **/Users/kestr/src** kestr"])

    assert (left, found.startswith("1. **/Users/[user:"), found.endswith("/src** kestr")) == (None, True, True)


@pytest.mark.parametrize(
    "text",
    [
        "Author: Kes Trel <kes.trel@birds.org>",
        "Set it\n\nCo-authored-by: Kes Trel <kes.trel@birds.org>",
        "Signed-off-by: Kes Trel",
        "thanks to Kes Trel <kes.trel@birds.org>, done",
    ],
)
def test_strict_takes_out_names_beside_addresses(text: str) -> None:
    """Of authors and of mails; at the usual level they stay."""
    for level, stays in ((RedactionLevel.STRICT, False), (RedactionLevel.STANDARD, True)):
        (found,), left = OutgoingTexts(load_rules(), b"s" * 32, level).clean([text])

        assert (left, "Kes Trel" in found, "kes.trel" in found) == (None, stays, False)


def test_strict_takes_out_logins_before_hosts_of_a_house() -> None:
    """An address there is no e-mail address by its form; git's own login is nobody's."""
    gate = OutgoingTexts(load_rules(), b"s" * 32, RedactionLevel.STRICT)
    (mail, remote), left = gate.clean(["by Kes Trel <kes.trel@birds.internal>", "push to git@birds.internal:nest"])

    assert left is None
    assert [word for word in ("Trel", "trel", "birds") if word in mail + remote] == []
    assert "git@[host:" in remote


def test_a_secret_is_replaced_in_each_text_that_has_it(gate: OutgoingTexts) -> None:
    """In one heap the second opinion tells a token once."""
    value = "k9Xw2Lq8" + "Vz4Rt7YpQ1Zz"
    found, left = gate.clean([f"{place} signing-phrase: '{value}'" for place in ("here", "there", "anywhere")])

    assert left is None
    assert [text for text in found if value in text] == []


def test_a_link_to_an_unknown_host_does_not_stop_what_leaves() -> None:
    """Behind the host that was taken out its path looks like one of a machine, and is taken out too."""
    gate = OutgoingTexts(load_rules(), b"s" * 32, RedactionLevel.STRICT)
    (found,), left = gate.clean(["see https://arena.colosseum.org/projects/explore/one"])

    assert left is None
    assert re.fullmatch(r"see https://\[host:[0-9a-f]{6}\]\[path:[0-9a-f]{6}\]", found)


def test_what_strict_takes_out_hides_no_secret() -> None:
    """A login too long for the store's rules, before a host that is taken out."""
    chance = Random(3)  # no secret
    token = "IQoJb3JpZ2luX2Vj" + "".join(chance.choice(ascii_letters) for _ in range(287))
    for level in RedactionLevel:
        (found,), left = OutgoingTexts(load_rules(), b"s" * 32, level).clean(
            [f"https://kes:{token}@git.birds.org/r.git"]
        )

        assert (left, token[:40] in found, token[-40:] in found) == (None, False, False)


@pytest.mark.parametrize(
    "code",
    [
        "function sign(privateKey: Uint8Array, msg: Uint8Array): Uint8Array { return new Uint8Array(64) }",
        "const secret: Base58String = read(); const other: Base58String = secret;",
        "keyAlgo: v1.Ed25519KeyAlgorithm,\nkeySize: 100,",
        "should('pass rfc8032 vectors', () => VECTORS_rfc8032)",
        "const owner = 'FnHyam9w4NZoWR6mKN1CuGBritdsEWZQa4Z4oawLZGxa' as Address;",
        "Transfer(from: 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266)",
    ],
)
def test_typed_code_stays_as_it_is(gate: OutgoingTexts, code: str) -> None:
    """Neither redaction nor the gate breaks it."""
    stored = Scrubber(load_rules(), b"s" * 32, RedactionLevel.STANDARD).text(code)

    assert (stored, gate.clean([code])) == (code, ([code], None))


def test_a_word_is_replaced_where_it_was_seen_and_not_where_the_code_has_it_again(gate: OutgoingTexts) -> None:
    """A password may be called as something else is."""
    code = 'type Rover12 = string\nlet one: Rover12\nadmin_password = "Rover12Dog"\nlet Rover12Dog: Rover12\n'
    (found,), left = gate.clean([code])

    assert left is None
    assert re.sub(r"\[[a-z-]+:\w+\]", "[x]", found) == code.replace('"Rover12Dog"', '"[x]"')
