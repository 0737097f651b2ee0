"""Which of the candidates is nearest to what people here would write? Trees say how much better each is than the rest.

They are grown on older commits whose messages are known: what is learned is how much nearer a candidate is than the
mean of its commit's candidates, by B-Norm and ROUGE-L (``wording``). A model that ships was grown on public histories;
it knows numbers only.
A repository's own trees go on from its sums. How likely the best one is right but for two words at most is learned
apart, on commits that no tree was grown on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Final

import orjson

from twiceshy.base.errors import StoreCorrupt
from twiceshy_git.predict.calibration import dot, sigmoid
from twiceshy_git.predict.messages.candidates import COLUMNS, MessageCandidate
from twiceshy_git.predict.trees import Tree, from_plain, round_to_float32, score, to_plain

VERSION: Final = 1
_GENERAL: Final = "general.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageModel:
    """What ranks candidates."""

    name: str
    trees: tuple[Tree, ...]
    weights: tuple[float, ...] = ()
    """Of ``describe_best``, for the probability; empty where it is not known."""
    card: dict[str, Any] = field(default_factory=dict)


def rank_candidates(model: MessageModel, candidates: Sequence[MessageCandidate]) -> list[tuple[float, int]]:
    """Return the score and the place of each candidate, the best first; of equal ones the earlier."""
    columns = [round_to_float32([one.row[at] for one in candidates]) for at in range(len(COLUMNS))]
    scores = score(model.trees, columns, len(candidates))
    return sorted(((value, at) for at, value in enumerate(scores)), key=lambda pair: (-pair[0], pair[1]))


def describe_best(candidates: Sequence[MessageCandidate], ranked: Sequence[tuple[float, int]]) -> tuple[float, ...]:
    """Return what the probability of the best candidate depends on."""
    row = dict(zip(COLUMNS, candidates[ranked[0][1]].row, strict=True))
    second = ranked[1][0] if len(ranked) > 1 else ranked[0][0]
    named = ("agreement", "grounded", "foreign", "nearness", "times", "same_files", "replaced")
    return (1.0, ranked[0][0], ranked[0][0] - second, *(row[name] for name in named))


def tell_probability(
    model: MessageModel, candidates: Sequence[MessageCandidate], ranked: Sequence[tuple[float, int]]
) -> float | None:
    """Return how likely the best candidate is right but for two words at most; None where that is not known."""
    return sigmoid(dot(model.weights, describe_best(candidates, ranked))) if model.weights and ranked else None


def encode_message_model(model: MessageModel) -> bytes:
    """Return a model as bytes."""
    plain = {
        "version": VERSION,
        "columns": COLUMNS,
        "name": model.name,
        "trees": to_plain(model.trees),
        "weights": model.weights,
        "card": model.card,
    }
    return orjson.dumps(plain)


def decode_message_model(raw: bytes) -> MessageModel:
    """Return a model.

    Raises:
        StoreCorrupt: the bytes are none, or one of other columns.
    """
    try:
        plain = orjson.loads(raw)
        if plain["version"] != VERSION or tuple(plain["columns"]) != COLUMNS:
            raise StoreCorrupt("a model of messages is of another version; train it again: `twiceshy train messages`")
        return MessageModel(
            name=str(plain["name"]),
            trees=from_plain(plain["trees"], len(COLUMNS)),
            weights=tuple(float(one) for one in plain["weights"]),
            card=dict(plain["card"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StoreCorrupt(f"a model of messages cannot be read ({error}); `twiceshy train messages`") from error


def load_general_messages() -> MessageModel:
    """Return the model that ships with the program."""
    return decode_message_model(files("twiceshy_git.predict.messages").joinpath(_GENERAL).read_bytes())
