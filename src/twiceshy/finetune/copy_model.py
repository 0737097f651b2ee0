"""A small writer of messages: encoder and decoder of two layers, which may also copy pieces of what they read.

Each step mixes two shares: pieces of the vocabulary, and the pieces of the input by how much the last layer looks at
them (See et al. 2017). One table serves input, output and both sides.
"""

from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterSize:
    """How large it is."""

    vocabulary: int
    width: int = 192
    heads: int = 4
    layers: int = 2
    longest: int = 320


class Attention(nn.Module):
    """Heads that look from one row of vectors at another."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.ask = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)

    def forward(self, left: torch.Tensor, right: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        """Return what was seen; ``hidden`` is true where nothing may be looked at."""
        ask, key, value = (
            self._part(layer(one)) for layer, one in ((self.ask, left), (self.key, right), (self.value, right))
        )
        scores = ask @ key.transpose(-1, -2) / ask.shape[-1] ** 0.5
        shares = scores.masked_fill(hidden[:, None], -1e9).softmax(-1)
        return self.out((shares @ value).transpose(1, 2).flatten(2))

    def _part(self, one: torch.Tensor) -> torch.Tensor:
        return one.unflatten(-1, (self.heads, -1)).transpose(1, 2)


class WriterLayer(nn.Module):
    """One layer; that of a decoder looks at the input too."""

    def __init__(self, width: int, heads: int, *, reads: bool) -> None:
        super().__init__()
        self.own = Attention(width, heads)
        self.own_norm = nn.LayerNorm(width)
        self.other = Attention(width, heads) if reads else None
        self.other_norm = nn.LayerNorm(width) if reads else None
        self.wide = nn.Linear(width, 4 * width)
        self.narrow = nn.Linear(4 * width, width)
        self.wide_norm = nn.LayerNorm(width)

    def forward(
        self,
        row: torch.Tensor,
        hidden: torch.Tensor,
        read: torch.Tensor | None = None,
        read_hidden: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Return the row after this layer."""
        drop = nn.functional.dropout
        norm = self.own_norm(row)
        row = row + drop(self.own(norm, norm, hidden), 0.1, self.training)
        if self.other is not None and self.other_norm is not None and read is not None:
            row = row + drop(self.other(self.other_norm(row), read, read_hidden), 0.1, self.training)
        inner = torch.relu(self.wide(self.wide_norm(row)))
        return row + drop(self.narrow(inner), 0.1, self.training)


class CopyWriter(nn.Module):
    """The whole of it."""

    def __init__(self, size: WriterSize) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.randn(size.vocabulary, size.width) * size.width**-0.5)
        self.places = nn.Parameter(torch.randn(size.longest, size.width) * 0.02)
        self.encoder = nn.ModuleList(WriterLayer(size.width, size.heads, reads=False) for _ in range(size.layers))
        self.decoder = nn.ModuleList(WriterLayer(size.width, size.heads, reads=True) for _ in range(size.layers))
        self.encoder_norm = nn.LayerNorm(size.width)
        self.decoder_norm = nn.LayerNorm(size.width)
        self.look = nn.Linear(size.width, size.width)
        self.gate = nn.Linear(size.width, 1)

    def read(self, given: torch.Tensor) -> torch.Tensor:
        """Return the input's vectors."""
        row = self._place(given)
        hidden = (given == 0)[:, None, :]
        for layer in self.encoder:
            row = layer(row, hidden)
        return self.encoder_norm(row)

    def forward(self, given: torch.Tensor, read: torch.Tensor, written: torch.Tensor) -> torch.Tensor:
        """Return, for each piece that was written, the shares of the pieces that may come next."""
        row = self._place(written)
        length = written.shape[1]
        later = torch.ones(length, length, dtype=torch.bool).triu(1)[None]
        hidden = (given == 0)[:, None, :]
        for layer in self.decoder:
            row = layer(row, later, read, hidden)
        row = self.decoder_norm(row)
        own = (row @ self.table.T).softmax(-1)
        looks = (self.look(row) @ read.transpose(1, 2)) / row.shape[-1] ** 0.5
        looks = looks.masked_fill(hidden, -1e9).softmax(-1)
        gate = torch.sigmoid(self.gate(row))
        copied = torch.zeros_like(own).scatter_add(2, given[:, None, :].expand(-1, length, -1), looks)
        return gate * own + (1 - gate) * copied

    def _place(self, numbers: torch.Tensor) -> torch.Tensor:
        return self.table[numbers] * self.table.shape[1] ** 0.5 + self.places[: numbers.shape[1]]
