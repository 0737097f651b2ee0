"""The measures of messages, against numbers from elsewhere.

B-Norm: ``sacrebleu`` 2.6.0 with ``add-k`` smoothing of 1 and the study's brevity penalty; ROUGE-L: ``rouge-score``
0.1.2 with the same tokens (2026-11-23).
"""

import pytest

from twiceshy_git.predict.messages.wording import (
    count_edited_words,
    measure_b_norm,
    measure_plain_bleu,
    measure_rouge_l,
    split_tokens,
)

FEATURE = "feat(ssr): add `foo_bar` option to config", "feat(ssr): support option `foo_bar`"
CRASH = "netdev-dpdk: Fix crash on vhost reconnect.", "netdev-dpdk: Fix a memory leak on vhost_user reconnect."
VERSION = "bump version to 1.2.3", "Release version 1.2.4 (fixes #12)"


@pytest.mark.parametrize(
    ("offered", "real", "b_norm", "rouge"),
    [
        pytest.param("", "Fix typo", 0.0, 0.0, id="nothing offered"),
        pytest.param("Fix typo", "", 0.0, 0.0, id="nothing written"),
        pytest.param("x", "y", 0.0, 0.0, id="nothing in common"),
        pytest.param("fix TYPO", "Fix typo", 1.0, 1.0, id="the same"),
        pytest.param("add", "add", 1.0, 1.0, id="one word"),
        pytest.param("Update a.py", "Update b.py", 0.5, 0.75, id="another file"),
        pytest.param("fix the parser of headers", "Fix the header parser", 0.37606, 0.666667, id="other order"),
        pytest.param(*CRASH, 0.395705, 0.75, id="too short"),
        pytest.param(*FEATURE, 0.580204, 0.769231, id="a conventional one"),
        pytest.param(*VERSION, 0.294726, 0.5, id="numbers"),
    ],
)
def test_numbers_are_those_of_others(offered: str, real: str, b_norm: float, rouge: float) -> None:
    """To six digits."""
    assert measure_b_norm(offered, real) == pytest.approx(b_norm, abs=1e-6)
    assert measure_rouge_l(offered, real) == pytest.approx(rouge, abs=1e-6)


def test_a_script_without_blanks_is_compared_by_characters() -> None:
    """Half of a Chinese sentence is not nothing."""
    assert split_tokens("升级依赖 v2") == ["升", "级", "依", "赖", "v2"]
    assert 0 < measure_b_norm("升级依赖", "升级测试") < 1


def test_plain_bleu_needs_four_words_in_a_row() -> None:
    """As NNGen compares diffs; a short offer is punished."""
    assert measure_plain_bleu(list("abcd"), list("abcxd")) == 0.0
    assert measure_plain_bleu(list("abcd"), list("abcd")) == 1.0
    assert measure_plain_bleu(list("abcd"), list("abcdef")) == pytest.approx(0.606531, abs=1e-6)


@pytest.mark.parametrize(
    ("offered", "real", "expected"),
    [
        pytest.param("Fix it", "fix  it", 0, id="blanks and case"),
        pytest.param("升级依赖.", "升级 spi.", 3, id="a script without blanks"),
        pytest.param("", "fix it", 2, id="nothing offered"),
        pytest.param("Fix the old parser", "Fix the parser again", 2, id="one out, one in"),
    ],
)
def test_words_that_a_person_changes_are_counted(offered: str, real: str, expected: int) -> None:
    """Of two ways the shorter."""
    assert count_edited_words(offered, real) == expected
