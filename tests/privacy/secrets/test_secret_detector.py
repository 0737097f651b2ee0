"""Detection: offsets, windows, colours, overlaps."""

import pytest
import re2

from twiceshy.privacy.secrets import secret_detector, secret_triggers
from twiceshy.privacy.secrets.secret_detector import DetectionRule, Detector, SecretSpan
from twiceshy.privacy.secrets.secret_triggers import list_match_libraries

KEY = DetectionRule(id="key", kind="key", regex=r"\bk_[a-z0-9]{8,}", trigger=r"k_[a-z0-9]{8}")
WIDE = DetectionRule(id="wide", kind="wide", regex=r"<<([^>]*)>>", trigger=r"<<", check="none")
USER = DetectionRule(id="user", kind="user", regex=r"[a-z0-9_]+@[a-z]+", trigger=r"[a-z0-9]@[a-z]", check="email")


@pytest.fixture(params=list_match_libraries())
def detector(request: pytest.FixtureRequest) -> Detector:
    return Detector([KEY, WIDE], engine=request.param)


def test_offsets_count_characters(detector: Detector) -> None:
    """Spans are in characters, whatever stands before them."""
    text = "é\U0001f600日 k_q7w2e9r41 ü k_x7w2e9r4u1"

    assert [SecretSpan(4, 15, "key", "key"), SecretSpan(18, 30, "key", "key")] == detector.find(text)
    assert text[4:15] == "k_q7w2e9r41"


def test_only_texts_with_hits_are_named(detector: Detector) -> None:
    """The answer has the index of each text with a hit, and no rule sees across texts."""
    assert {1: [SecretSpan(0, 10, "key", "key")]} == detector.find_many(["k_", "k_q7w2e9r4", "q7w2e9r4", ""])
    assert detector.find_many([]) == {}


def test_long_match_is_found_whole(detector: Detector) -> None:
    """A window grows until the match ends inside it."""
    text = "x" * 5000 + " k_" + "a1b2" * 1500 + " end"

    assert [SecretSpan(5001, 11003, "key", "key")] == detector.find(text)


def test_long_text_is_scanned_in_pieces(detector: Detector, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret on the border of two pieces is found once."""
    monkeypatch.setattr(secret_triggers, "SLICE", 1000)
    monkeypatch.setattr(secret_triggers, "OVERLAP", 100)
    text = "".join(("." * 890 + f" k_q7w2e9r4{n} ")[-900:] for n in range(9))

    assert len(detector.find(text)) == 9


def test_colours_inside_a_token_do_not_hide_it(detector: Detector) -> None:
    """A token that a terminal's colour codes cut in two is found with the codes in it."""
    text = "see k_q7w\x1b[01;31m2e9r4\x1b[m end, \x1b[1mplain\x1b[0m"

    (span,) = detector.find(text)

    assert text[span.start : span.end] == "k_q7w\x1b[01;31m2e9r4"


def test_rule_that_knows_more_gives_the_name() -> None:
    """Overlapping credentials become one span with the earlier rule's name; a soft rule gives way."""
    both = Detector([KEY, WIDE, USER])

    assert [SecretSpan(2, 15, "key", "key")] == both.find("<<xx k_q7w2e9r5>>")
    assert [SecretSpan(0, 10, "key", "key")] == both.find("k_q7w2e9r4@home")


def test_compiled_database_is_used() -> None:
    """A detector made from another's database finds the same."""
    first = Detector([KEY])
    again = Detector([KEY], compiled=first.dump_database())

    assert first.find("k_q7w2e9r4") == again.find("k_q7w2e9r4") != []


def test_re2_takes_over_where_hyperscan_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a hyperscan wheel the other engine is used unasked."""
    monkeypatch.setattr(secret_triggers, "hyperscan", None)

    assert list_match_libraries() == ("re2",)
    assert Detector([KEY], engine=list_match_libraries()[0]).engine == "re2"
    assert Detector([KEY], engine="re2").dump_database() is None


def test_window_does_not_grow_without_end(detector: Detector) -> None:
    """A match that never ends is cut at the longest window."""
    (span,) = detector.find("k_" + "a1b2" * 100_000)[:1]

    assert span.end - span.start <= 4 * secret_detector.LONGEST + 1024


def test_a_plain_find_behind_an_escaped_one_does_not_hide_it(detector: Detector) -> None:
    r"""In `"a\nk_..." ... "k_..."` the first is only seen with its escape read; the second must not stand for it."""
    text = r'"path":"k_q7w2e9r4","old":"a = 1\nk_q7w2e9r4","new":"k_q7w2e9r4"'

    assert [text[span.start : span.end] for span in detector.find(text)] == ["k_q7w2e9r4"] * 3


NO_JOIN = {
    "two arguments": 'curl -H "x: k_q7w2e9" "r4u1"',
    "two values": '"key": "k_q7w2e9", "r4u1"',
    "a list of lines": 'key:\n  - "k_q7w2e9"\n  - "r4u1"',
    "nothing says that a secret comes": 'x = "k_q7w2e9" "r4u1"',
    "an empty value": 'key = "" "k_q7w2e9"',
}
JOINED = {
    "plus": ('key = "k_q7w2" + "e9r4"', 'k_q7w2" + "e9r4'),
    "dot": ("$key = 'k_q7w2' . 'e9r4';", "k_q7w2' . 'e9r4"),
    "in a diff": ('+  key = "k_q7w2" +\n+    "e9r4"', 'k_q7w2" +\n+    "e9r4'),
    "in a numbered view": (' 8→key = "k_q7w2"\n 9→   + "e9r4"', 'k_q7w2"\n 9→   + "e9r4'),
    "side by side": ("key='k_q7w2''e9r4'", "k_q7w2''e9r4"),
    "line by line": ('key = ("k_q7w2"\n       "e9"\n       "r4")', 'k_q7w2"\n       "e9"\n       "r4'),
    "behind a backslash": ("export KEY=k_q7w2\\\ne9r4", "k_q7w2\\\ne9r4"),
    "all in percent signs": ("?x=%6B%5F%71%37%77%32%65%39%72%34", "%6B%5F%71%37%77%32%65%39%72%34"),
    "all in bytes": (r"x = '\x6b\x5f\x71\x37\x77\x32\x65\x39\x72\x34'", r"\x6b\x5f\x71\x37\x77\x32\x65\x39\x72\x34"),
    "in HTML": (
        "&#107;&#95;&#113;&#55;&#119;&#50;&#101;&#57;&#114;&#52;",
        "&#107;&#95;&#113;&#55;&#119;&#50;&#101;&#57;&#114;&#52;",
    ),
}


@pytest.mark.parametrize("name", list(NO_JOIN))
def test_pieces_of_different_values_are_not_put_together(name: str, detector: Detector) -> None:
    """Arguments, items of a list and values beside each other stay what they are."""
    assert detector.find(NO_JOIN[name]) == []


@pytest.mark.parametrize("name", list(JOINED))
def test_a_value_in_pieces_is_found_whole(name: str, detector: Detector) -> None:
    """A token that is put together, wrapped or spelled with escapes is found with all that stands between."""
    text, value = JOINED[name]

    (span,) = detector.find(text)

    assert text[span.start : span.end] == value


PATTERN = rb"\bfoo(b)?(a)?\b"


@pytest.mark.parametrize(
    "search",
    [
        pytest.param(secret_triggers.make_search(PATTERN), id="the version we know"),
        pytest.param(secret_triggers.wrap_search(re2.compile(PATTERN, secret_triggers.LATIN)), id="another one"),
    ],
)
def test_a_search_sees_the_borders_of_the_whole_text(search: secret_triggers.Search) -> None:
    """Where it begins and ends is no border; both ways into re2 say so and give the same places."""
    assert search(b"xfoo", 1, 4) is None
    assert search(b"foox", 0, 3) is None
    assert list(search(b"a foob", 0, 99) or ()) == [(2, 6), (5, 6), (-1, -1)]
