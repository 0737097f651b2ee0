"""Trees say which candidate is best, and how likely it is right."""

from dataclasses import replace

import orjson
import pytest
from wings.git.tests.predict.messages.invented_examples import a_file, an_example
from wings.git.tests.predict.messages.test_candidates import NONE, build

from twiceshy.base.errors import StoreCorrupt
from twiceshy_git.predict.messages.candidates import COLUMNS, list_candidates
from twiceshy_git.predict.messages.message_ranker import (
    MessageModel,
    decode_message_model,
    encode_message_model,
    load_general_messages,
    rank_candidates,
    tell_probability,
)
from twiceshy_git.predict.trees import Tree

PLAIN = Tree((COLUMNS.index("plain_files"),), (0.5,), (-1,), (-2,), (0.0, 1.0))
"""It wants the plain names of the files."""


def test_the_trees_decide() -> None:
    """Of equal ones the earlier; without a weight nothing is said of its probability."""
    candidates = list_candidates(build(), an_example("?", a_file("src/ssr/load.ts")), NONE)
    model = MessageModel(name="x", trees=(PLAIN,))
    ranked = rank_candidates(model, candidates)

    assert candidates[ranked[0][1]].subject == "Update load.ts"
    assert [at for _, at in ranked[1:]] == sorted(at for _, at in ranked[1:])
    assert tell_probability(model, candidates, ranked) is None
    told = tell_probability(replace(model, weights=(2.0, *[0.0] * 9)), candidates, ranked)
    assert told == pytest.approx(0.881, abs=0.001)
    assert rank_candidates(model, []) == []


def test_the_model_that_ships_ranks() -> None:
    """It has trees, a probability, and nothing of the histories but numbers."""
    model = load_general_messages()
    candidates = list_candidates(build(), an_example("?", a_file("src/ssr/fetch.ts")), NONE)
    ranked = rank_candidates(model, candidates)

    assert candidates[ranked[0][1]].subject == "fix(ssr): mend fetch.ts"
    assert 0 <= (tell_probability(model, candidates, ranked) or -1) <= 1
    texts = {word for word in orjson.loads(encode_message_model(model)) if isinstance(word, str)}
    assert texts == {"version", "columns", "name", "trees", "weights", "card"}
    assert decode_message_model(encode_message_model(model)) == model


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"version": 1, "columns": []}', b'{"version": 9}'])
def test_a_damaged_model_is_said_so(raw: bytes) -> None:
    """With what to do."""
    with pytest.raises(StoreCorrupt, match="twiceshy train messages"):
        decode_message_model(raw)
