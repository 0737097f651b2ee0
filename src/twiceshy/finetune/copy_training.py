"""Training the small writer on rows of numbers: one seed gives one curve, and old rows are learned again with new."""

from collections.abc import Iterator, Sequence
from random import Random

import torch
from torch import nn

from twiceshy.finetune.copy_model import CopyWriter

WriterRow = tuple[Sequence[int], Sequence[int]]
"""What is read, and what is to be written, from its start to its end."""


def train_writer(
    model: CopyWriter,
    rows: Sequence[WriterRow],
    *,
    steps: int,
    rows_a_step: int = 32,
    rate: float = 1e-3,
    seed: int = 1,
) -> list[float]:
    """Train in place, with a rate that falls to nothing, and return the loss of each step."""
    torch.manual_seed(seed)
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, betas=(0.9, 0.98))
    drawn = _draw_for_ever(rows, Random(seed))  # noqa: S311  # repeatable, no secret
    losses = []
    model.train()
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = rate * (1 - step / steps)
        loss = measure_writer_loss(model, [next(drawn) for _ in range(rows_a_step)])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        losses.append(loss.item())
    model.eval()
    return losses


def mix_old_rows(new: Sequence[WriterRow], old: Sequence[WriterRow], seed: int = 1) -> list[WriterRow]:
    """Return the new rows with as many old ones, so that going on with new commits does not lose what was learned."""
    kept = Random(seed).sample(old, min(len(old), len(new)))  # noqa: S311  # repeatable, no secret
    return [*new, *kept]


def measure_writer_loss(model: CopyWriter, rows: Sequence[WriterRow]) -> torch.Tensor:
    """Return the mean loss of the pieces that are to be written."""
    given, written = (_fill_up([row[side] for row in rows]) for side in (0, 1))
    shares = model(given, model.read(given), written[:, :-1])
    right = shares.gather(2, written[:, 1:, None])[..., 0]
    return -(right[written[:, 1:] != 0] + 1e-9).log().mean()


def _fill_up(rows: Sequence[Sequence[int]]) -> torch.Tensor:
    longest = max(map(len, rows))
    return torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows])


def _draw_for_ever(rows: Sequence[WriterRow], rng: Random) -> Iterator[WriterRow]:
    while True:
        yield from rng.sample(rows, len(rows))
