"""What holds for scrubbing whatever the text: made texts, every kind of secret, every way it is wrapped."""

import itertools
import json
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twiceshy.privacy.policy import PREFIXED, RedactionLevel, load_rules
from twiceshy.privacy.samples import SecretSample, expand
from twiceshy.privacy.scrub import Scrubber

RULES = load_rules()
SCRUBBER = Scrubber(RULES, b"salt" * 8, RedactionLevel.STANDARD)
HITS = [template for one in RULES.rules if one.level is RedactionLevel.STANDARD for template in one.hits]
FORMATS = [
    template
    for one in RULES.rules
    if one.family in PREFIXED and one.rule.id not in {"base64-wrapped", "encoded-token", "jwk-private"}
    for template in one.hits
    if "\n" not in template and '"' not in template and "\\" not in template and "%" not in template
]
"""Keys that their own form gives away, on one line."""
LONGEST_PLACEHOLDER = 40

calm = st.text(st.sampled_from("abc deXYZ 01 .,;-_/(){}\n日é"), max_size=40).map(lambda text: f"{text} \n")
odd = st.sampled_from(
    (
        *(" ", "=", ":", '"', "'", "@", "/", "[", "]", "://", "password", "token=", "\x1b[31m", "\x1b[0m", "\\n", "\\"),
        *("%5F", "%2D", "%", "\\u005f", "\\u", "api_key: ", "Authorization: Basic ", "[32m", "&", "<<<", "\ud800", "é"),
    )
)
pieces = st.lists(
    st.one_of(st.text(max_size=20), odd, odd, st.sampled_from(HITS).map(lambda template: expand(template).text)),
    max_size=7,
).map("".join)


def coloured(sample: SecretSample) -> str:
    assert sample.start is not None
    at = sample.start + 1 + len(sample.secret) // 2
    return f"{sample.text[: sample.start]}\x1b[32m{sample.text[sample.start : at]}\x1b[0m{sample.text[at:]}\x1b[m"


WRAPPED: dict[str, Callable[[SecretSample], str]] = {
    "in colour": coloured,
    "in JSON": lambda sample: json.dumps({"content": f"line\n{sample.text}\n"}),
    "in JSON in JSON": lambda sample: json.dumps({"a": json.dumps({"content": f"line\n{sample.text}\n"})}),
    "in a diff": lambda sample: f"-x\n+{sample.text}\n",
    "behind a line number": lambda sample: f"    12\u2192{sample.text}",
    "behind an escape": lambda sample: f"printf 'x\\n{sample.text}'",
}


@settings(max_examples=150, deadline=None)
@given(before=calm, template=st.sampled_from(HITS), seed=st.integers(0, 50), after=calm)
def test_a_planted_secret_of_any_kind_is_gone(before: str, template: str, seed: int, after: str) -> None:
    """What a rule says it finds is found between any lines, too."""
    sample = expand(template, seed)

    assert sample.secret.strip() not in SCRUBBER.text(f"{before}{sample.text}\n{after}")


@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("way", list(WRAPPED))
@given(template=st.sampled_from(FORMATS), seed=st.integers(0, 50))
def test_a_wrapped_key_is_gone(way: str, template: str, seed: int) -> None:
    """Colours, escapes and quotes around a key or within hide none of its halves."""
    sample = expand(template, seed)
    wrapped = WRAPPED[way](sample)
    half = len(sample.secret) // 2

    scrubbed = SCRUBBER.text(wrapped)

    assert sample.secret[:half] not in scrubbed or sample.secret[half + 1 :] not in scrubbed
    assert sample.secret not in re.sub(r"\x1b\[[0-9;]*m", "", scrubbed)


@settings(max_examples=150, deadline=None)
@given(pieces)
def test_scrubbing_is_settled_and_bounded(text: str) -> None:
    """Twice is once; a text without finds is itself; a text grows by its placeholders at most."""
    count = SCRUBBER.counts.total()

    once = SCRUBBER.text(text)
    replaced = SCRUBBER.counts.total() - count

    assert once == SCRUBBER.text(once)
    assert (replaced == 0) == (once == text)
    assert len(once) <= len(text) + LONGEST_PLACEHOLDER * replaced


@settings(max_examples=150, deadline=None)
@given(pieces)
def test_spans_are_in_order_and_inside(text: str) -> None:
    """Spans never overlap, never are empty, and lie in the text."""
    spans = SCRUBBER.detector.find(text)

    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= two.start for one, two in itertools.pairwise(spans))


@pytest.mark.parametrize("depth", [1, 2])
def test_escapes_of_json_hide_no_secret(depth: int) -> None:
    """A secret on a line of its own is found in a tool's input, and in JSON within JSON."""
    scrubber = Scrubber(load_rules(), b"s" * 32, RedactionLevel.STANDARD)
    kept = []
    for rule in load_rules().rules:
        sample = expand(rule.hits[0], 5)
        if rule.level is not RedactionLevel.STANDARD or len(sample.secret) < 6:
            continue
        text = f"first line\n{sample.text}\nlast line"
        for _ in range(depth):
            text = json.dumps({"content": text})
        secret = max(sample.secret.split("\n"), key=len)
        if secret in scrubber.text(text):
            kept.append(rule.rule.id)

    assert kept == []
