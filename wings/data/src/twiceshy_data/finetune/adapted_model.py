"""A base model with an adapter beside it: rows as it learns them, and texts as it writes them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import torch

from twiceshy.base.errors import SourceError
from twiceshy.records.adapter_cards import AdapterShape
from twiceshy_data.finetune.adapters import LowRankLinear, add_adapters, put_adapter_weights
from twiceshy_data.finetune.base_models import load_base, measure_base
from twiceshy_data.finetune.training_memory import read_free_memory
from twiceshy_data.finetune.training_rows import TokenRow, TrainingRow, number_row

_MOST_WRITTEN: Final = 64
"""Tokens of a first line (guess, 2026-11-24: a subject has about 20)."""


def has_graphics_card() -> bool:
    """Tell whether there is one that torch can use."""
    return bool(torch.cuda.is_available())


def find_free_memory() -> int | None:
    """Return the free bytes of where training would run: the graphics card's, else the system's; None: not known."""
    return int(torch.cuda.mem_get_info()[0]) if has_graphics_card() else read_free_memory()


class AdaptedModel:
    """Base and adapter, on the graphics card where there is one."""

    def __init__(self, base: Path, shape: AdapterShape, *, rows_a_step: int = 1, free: int | None = None) -> None:
        """Load the base, and put an adapter beside it that changes nothing yet.

        Raises:
            ToolMissing: what reads it is not installed.
            SourceError: it is no base model, or no adapter fits it.
            SystemRefusal: it does not fit into memory.
        """
        size = measure_base(base, rank=shape.rank, tokens=rows_a_step * shape.longest)
        self.model, self.tokenizer = load_base(base, size, find_free_memory() if free is None else free)
        self.shape = shape
        end = self.tokenizer.eos_token_id
        if end is None:
            raise SourceError(f"the tokenizer of {base} has no token that ends a text")
        self.end = int(end)
        torch.manual_seed(shape.seed)
        add_adapters(self.model, rank=shape.rank, alpha=shape.alpha, dropout=shape.dropout)
        if has_graphics_card():
            self.model.to("cuda")
        self.model.eval()

    def put_weights(self, weights: Mapping[str, torch.Tensor]) -> None:
        """Put what was learned beside the base.

        Raises:
            SourceError: it was learned for another.
        """
        put_adapter_weights(self.model, weights)

    def number_row(self, row: TrainingRow) -> TokenRow:
        """Return a row as numbers."""
        return number_row(row, self.tokenizer, end=self.end, longest=self.shape.longest)

    def write_line(self, request: str) -> str:
        """Return the first line that the model writes: the likeliest token each time."""
        room = self.shape.longest - _MOST_WRITTEN
        ids = self.tokenizer.encode(request + "\n", add_special_tokens=False)[-room:]
        place = next(self.model.parameters()).device
        given, known, written = torch.tensor([ids], device=place), None, list[int]()
        with torch.no_grad():
            while len(written) < _MOST_WRITTEN:
                answer = self.model(input_ids=given, past_key_values=known, use_cache=True)
                token = int(answer.logits[0, -1].argmax())
                if token == self.end:
                    break
                written.append(token)
                if "\n" in self._read(written).lstrip():
                    break
                given, known = torch.tensor([[token]], device=place), answer.past_key_values
        return self._read(written).strip().partition("\n")[0].strip()

    def _read(self, tokens: list[int]) -> str:
        return str(self.tokenizer.decode(tokens, skip_special_tokens=True))

    @contextmanager
    def without_adapter(self) -> Iterator[None]:
        """Let the base answer alone meanwhile."""
        layers: list[Any] = [one for one in self.model.modules() if isinstance(one, LowRankLinear)]
        scales = [one.scale for one in layers]
        try:
            for one in layers:
                one.scale = 0.0
            yield
        finally:
            for one, scale in zip(layers, scales, strict=True):
                one.scale = scale
