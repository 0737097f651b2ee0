"""The blind set of redaction: the texts are as they say they are."""

import re
from collections import Counter

import pytest
from benchmarks.redaction_corpus import blind

POSITIVES, NEGATIVES = 227, 117


def test_names_are_unique() -> None:
    """A miss told by name is one text."""
    names = Counter(text.name for text in blind.texts())
    assert [name for name, count in names.items() if count > 1] == []


def test_counts_are_as_planned() -> None:
    """At least 150 texts with a secret and 70 without, and not more than 15 % of the former wrapped or cut."""
    texts = blind.texts()
    secret = [text for text in texts if text.secret]
    unusual = re.compile(r"truncated|<ESC>|⟪(checkout|basic)⟫|⟪[a-z_]+\|")
    wrapped = [text for text in secret if text.group == "wrapped" or unusual.search(text.body)]
    assert (len(secret), len(texts) - len(secret)) == (POSITIVES, NEGATIVES)
    assert len(wrapped) <= 0.15 * len(secret)


@pytest.mark.parametrize("text", blind.texts(), ids=lambda text: text.name)
def test_marks_are_as_the_half_says(text: blind.Text) -> None:
    """A text with a secret has one mark of what must go, a text without has none."""
    assert text.body.count("⟪") == text.body.count("⟫") == int(text.secret)


def test_spans_lie_in_their_texts() -> None:
    """The span is the value between what stands before and after it, and no mark is left over."""
    for case in blind.cases():
        assert not re.search("[⟪⟫⟨⟩]|<ESC>|<TAB>", case.text), case.kind
        if case.start is None:
            assert case.end is None
            continue
        assert case.end is not None
        assert 0 <= case.start < case.end <= len(case.text), case.kind
        before, after = re.split("⟪[^⟫]*⟫", case.template)
        literal = re.compile(r"[^⟨⟩⟪⟫<>]*")
        tail = before[max(before.rfind("⟩"), before.rfind(">")) + 1 :]
        head = literal.match(after)
        assert head is not None
        assert case.text[: case.start].endswith(tail), case.kind
        assert case.text[case.end :].startswith(head[0]), case.kind
        assert case.end - case.start >= 5, case.kind


def test_cases_are_the_same_each_time() -> None:
    """The values come from seeds."""
    assert blind.cases() == blind.cases()


def test_values_differ_by_seed() -> None:
    """A text with a secret is not the same text three times."""
    texts = {case.text for case in blind.cases() if case.start is not None}
    assert len(texts) > 0.95 * blind.PER_TEXT * POSITIVES
