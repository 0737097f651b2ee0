"""A team's key is one text everywhere, and its fingerprint tells two keys apart."""

import pytest

from twiceshy.commands.keys.team_keys import make_epoch, parse_team_key, render_team_key

KEY = bytes(range(32))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("x" * 42, id="a character short"),
        pytest.param("x" * 44, id="a character long"),
        pytest.param("tws_" + "x" * 43, id="a token"),
        pytest.param("+" * 43, id="the other alphabet"),
        pytest.param("é" * 43, id="letters that are no digits"),
    ],
)
def test_what_is_no_key_is_refused_and_not_quoted(text: str) -> None:
    """Who pastes a wrong secret does not find it in an error."""
    with pytest.raises(ValueError, match="32 bytes as base64url") as refusal:
        parse_team_key(text)

    assert text == "" or text not in str(refusal.value)


def test_a_key_is_read_as_it_was_written() -> None:
    """With the white space and the padding that editors and other programs add."""
    text = render_team_key(KEY)

    assert parse_team_key(text) == parse_team_key(f" {text}=\n")
    assert parse_team_key(text).key == KEY


def test_two_keys_have_two_fingerprints() -> None:
    """By which nobody compares hashes of one with those of the other."""
    assert parse_team_key(render_team_key(KEY)).epoch == make_epoch(KEY) == "268700f0"
    assert make_epoch(KEY[::-1]) != make_epoch(KEY)
