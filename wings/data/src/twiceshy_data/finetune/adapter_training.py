"""Training an adapter, step by step: one seed gives one curve, and a run that ended early goes on as if it had not.

Rows are drawn by the number of the step, not by a generator that lives on, and dropout is seeded by step too: what is
kept between runs is the adapter's weights, Adam's means and how many steps were done.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import torch
from torch import nn

from twiceshy.base.errors import UsageError
from twiceshy_data.finetune.adapters import list_adapter_weights, put_adapter_weights
from twiceshy_data.finetune.training_rows import UNLEARNED, TokenRow


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterSettings:
    """How it is trained."""

    steps: int
    rows_a_step: int = 8
    rate: float = 2e-4
    seed: int = 1
    filler: int = 0
    """The token that fills rows up; nothing looks at it."""


@dataclass(slots=True)
class AdapterProgress:
    """How far training is: all that is needed to go on."""

    losses: list[float] = field(default_factory=list)
    weights: dict[str, torch.Tensor] = field(default_factory=dict)
    optimiser: dict[str, Any] = field(default_factory=dict)


def train_adapter(
    model: nn.Module, rows: Sequence[TokenRow], settings: AdapterSettings, before: AdapterProgress | None = None
) -> AdapterProgress:
    """Train until ``settings.steps`` are done, with those of ``before``, and return how far it is then.

    Raises:
        UsageError: there is nothing to learn from.
    """
    if not any(label != UNLEARNED for row in rows for label in row.labels):
        raise UsageError("there are no rows with an answer to learn from: export more, or longer ones")
    learned = [one for one in model.parameters() if one.requires_grad]
    optimiser = torch.optim.AdamW(learned, lr=settings.rate, weight_decay=0.0)
    losses: list[float] = []
    if before is not None:
        put_adapter_weights(model, before.weights)
        optimiser.load_state_dict(before.optimiser)
        losses += before.losses
    model.train()
    for step in range(len(losses), settings.steps):
        torch.manual_seed(make_seed(settings.seed, step))
        loss = measure_loss(model, draw_rows(rows, settings, step), settings.filler)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learned, 1.0)
        optimiser.step()
        losses.append(loss.item())
    model.eval()
    return AdapterProgress(losses, list_adapter_weights(model), optimiser.state_dict())


def make_seed(seed: int, step: int) -> int:
    """Return the seed of one step."""
    return Random(f"{seed}.{step}").getrandbits(32)  # noqa: S311  # repeatable, no secret


def draw_rows(rows: Sequence[TokenRow], settings: AdapterSettings, step: int) -> list[TokenRow]:
    """Return the rows of one step: each row once before any comes twice."""
    drawn = []
    for number in range(step * settings.rows_a_step, (step + 1) * settings.rows_a_step):
        turn, at = divmod(number, len(rows))
        order = list(range(len(rows)))
        Random(f"{settings.seed}.turn.{turn}").shuffle(order)  # noqa: S311  # repeatable, no secret
        drawn.append(rows[order[at]])
    return drawn


def measure_loss(model: nn.Module, rows: Sequence[TokenRow], filler: int) -> torch.Tensor:
    """Return the mean loss of the tokens that are to be learned."""
    longest = max(len(row.ids) for row in rows)
    place = next(model.parameters()).device
    ids = torch.tensor([[*row.ids, *[filler] * (longest - len(row.ids))] for row in rows], device=place)
    labels = torch.tensor([[*row.labels, *[UNLEARNED] * (longest - len(row.labels))] for row in rows], device=place)
    seen = torch.tensor([[1] * len(row.ids) + [0] * (longest - len(row.ids)) for row in rows], device=place)
    logits = model(input_ids=ids, attention_mask=seen).logits
    return nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1).float(), labels[:, 1:].flatten())
