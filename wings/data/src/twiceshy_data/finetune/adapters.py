"""Low-rank adapters (Hu et al. 2021): beside each chosen linear layer two thin ones, which alone are trained.

The second of the two begins at zero, so that an untrained adapter changes no answer. The base model's own weights are
never written: an adapter is a file of its own, and merging gives numbers to compare with, in memory.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import torch
from torch import nn

from twiceshy.base.errors import SourceError

CHOSEN: Final = ("q_proj", "k_proj", "v_proj", "o_proj")
"""Last parts of the names of the layers that get one: attention's four in Llama's family and Qwen's."""
_DOWN, _UP = "down", "up"


class LowRankLinear(nn.Module):
    """A linear layer whose own weights stay, and two thin ones."""

    def __init__(self, base: nn.Linear, rank: int, alpha: float, dropout: float) -> None:
        super().__init__()
        self.base = base.requires_grad_(requires_grad=False)
        self.drop = nn.Dropout(dropout)
        self.scale = alpha / rank
        kind = {"dtype": torch.float32, "device": base.weight.device}
        self.down = nn.Parameter(torch.empty(rank, base.in_features, **kind))
        self.up = nn.Parameter(torch.zeros(base.out_features, rank, **kind))
        nn.init.kaiming_uniform_(self.down, a=5**0.5)

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        """Answer as the layer does, and add what was learned."""
        learned = self.drop(given).to(self.down.dtype) @ self.down.T @ self.up.T
        return self.base(given) + (self.scale * learned).to(given.dtype)


def add_adapters(
    model: nn.Module, *, rank: int, alpha: float, dropout: float = 0.0, chosen: Iterable[str] = CHOSEN
) -> list[str]:
    """Put adapters beside the chosen layers, freeze everything else, and return the names of those layers.

    Raises:
        SourceError: the model has no layer of these names.
    """
    wanted = tuple(chosen)
    model.requires_grad_(requires_grad=False)
    found = [
        (name, layer)
        for name, layer in model.named_modules()
        if isinstance(layer, nn.Linear) and name.rpartition(".")[2] in wanted
    ]
    if not found:
        raise SourceError(f"the base model has no linear layer named {', '.join(wanted)}: no adapter fits it")
    for name, layer in found:
        _replace(model, name, LowRankLinear(layer, rank, alpha, dropout))
    return [name for name, _ in found]


def list_adapter_weights(model: nn.Module) -> dict[str, torch.Tensor]:
    """Return what was learned, by name: nothing of the base model is in it."""
    return {
        f"{name}.{part}": getattr(layer, part).detach().cpu().clone()
        for name, layer in model.named_modules()
        if isinstance(layer, LowRankLinear)
        for part in (_DOWN, _UP)
    }


def put_adapter_weights(model: nn.Module, weights: Mapping[str, torch.Tensor]) -> None:
    """Put what was learned into the adapters of a model of the same form.

    Raises:
        SourceError: they are those of another form.
    """
    own = {f"{name}.{part}": getattr(layer, part) for name, layer in _list_layers(model) for part in (_DOWN, _UP)}
    shapes = {name: tuple(one.shape) for name, one in own.items()}
    if shapes != {name: tuple(one.shape) for name, one in weights.items()}:
        raise SourceError("the adapter was made for another base model or rank: its weights have other names or sizes")
    with torch.no_grad():
        for name, one in weights.items():
            own[name].copy_(one)


def merge_adapters(model: nn.Module) -> None:
    """Turn each adapted layer into one plain layer with the same answers."""
    for name, layer in _list_layers(model):
        with torch.no_grad():
            layer.base.weight += (layer.scale * layer.up @ layer.down).to(layer.base.weight.dtype)
        _replace(model, name, layer.base)


def _list_layers(model: nn.Module) -> list[tuple[str, LowRankLinear]]:
    return [(name, layer) for name, layer in model.named_modules() if isinstance(layer, LowRankLinear)]


def _replace(model: nn.Module, name: str, layer: nn.Module) -> None:
    parent, _, last = name.rpartition(".")
    setattr(model.get_submodule(parent), last, layer)
