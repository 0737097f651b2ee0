"""A small writer of messages, answered by NumPy alone: ``finetune.copy_model`` trains it, and both give the same.

Each matrix is kept as 8-bit numbers with one scale a row. A figure, a slash, a hash sign or an at sign can only be
written if it stands in the input; an answer with a number, hash or address that the input does not have is withheld.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from twiceshy.predict.messages.byte_pairs import END, PADDING, PART, START, BytePairs

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

_MOST_PIECES: Final = 30
"""Of one message (guess, 2026-11-24: a long subject)."""
_GUARDED: Final = re.compile(r"[\d#/@]")
_CHECKED: Final = re.compile(r"\S*[\d@/#]\S*")
_SIGNS: Final = ".,;:()[]{}<>\"'`!?"
_TINY: Final = 1e-5
"""By definition of torch's LayerNorm."""


def pack_rows(matrix: "Floats") -> "tuple[npt.NDArray[np.int8], Floats]":
    """Return 8-bit numbers and the scale of each row."""
    import numpy as np  # noqa: PLC0415  # not always here

    rows = np.atleast_2d(matrix)
    scales = (np.abs(rows).max(axis=1) / 127 + np.float32(1e-12)).astype(np.float32)
    return np.round(rows / scales[:, None]).astype(np.int8), scales


def unpack_rows(numbers: "npt.NDArray[np.int8]", scales: "Floats") -> "Floats":
    """Return the matrix that was packed, each number within half of its row's scale."""
    return numbers.astype("float32") * scales[:, None]


class CopyAnswers:
    """A trained writer."""

    def __init__(self, weights: "Mapping[str, Floats]", pairs: BytePairs, *, heads: int) -> None:
        self._weights = weights
        self._pairs = pairs
        self._heads = heads
        self._guarded = [number for number, piece in enumerate(pairs.pieces) if _GUARDED.search(piece)]

    def write(self, given: Sequence[int], sources: Iterable[str]) -> str:
        """Return the likeliest message piece by piece; empty if it says what none of the sources says."""
        allowed = set(given)
        barred = [number for number in self._guarded if number not in allowed]
        read = self.read(given)
        written = [START]
        while len(written) <= _MOST_PIECES:
            shares = self.weigh_next(given, read, written)
            shares[[PADDING, START, PART, *barred]] = -1.0
            best = int(shares.argmax())
            if best == END:
                break
            written.append(best)
        text = self._pairs.decode(written)
        return "" if find_invented(text, sources) else text

    def read(self, given: Sequence[int]) -> "Floats":
        """Return the vectors of the input."""
        row = self._place(given)
        for name in self._list_layers("encoder"):
            norm = self._norm(row, f"{name}.own_norm")
            row = row + self._attend(norm, norm, f"{name}.own", later=False)
            row = row + self._widen(row, name)
        return self._norm(row, "encoder_norm")

    def weigh_next(self, given: Sequence[int], read: "Floats", written: Sequence[int]) -> "Floats":
        """Return the shares of the pieces that may come next."""
        import numpy as np  # noqa: PLC0415  # not always here

        row = self._place(written)
        for name in self._list_layers("decoder"):
            norm = self._norm(row, f"{name}.own_norm")
            row = row + self._attend(norm, norm, f"{name}.own", later=True)
            row = row + self._attend(self._norm(row, f"{name}.other_norm"), read, f"{name}.other", later=False)
            row = row + self._widen(row, name)
        last = self._norm(row, "decoder_norm")[-1:]
        own = _share(last @ self._weights["table"].T)[0]
        looks = _share(self._pass(last, "look") @ read.T / np.float32(last.shape[1] ** 0.5))[0]
        gate = 1 / (1 + np.exp(-self._pass(last, "gate")[0, 0]))
        shares: Floats = gate * own
        np.add.at(shares, np.array(given), (1 - gate) * looks)
        return shares

    def _list_layers(self, side: str) -> list[str]:
        found = {name.split(".")[1] for name in self._weights if name.startswith(f"{side}.")}
        return [f"{side}.{number}" for number in sorted(found)]

    def _place(self, numbers: Sequence[int]) -> "Floats":
        table = self._weights["table"]
        placed: Floats = table[list(numbers)] * table.shape[1] ** 0.5 + self._weights["places"][: len(numbers)]
        return placed

    def _pass(self, row: "Floats", name: str) -> "Floats":
        passed: Floats = row @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return passed

    def _norm(self, row: "Floats", name: str) -> "Floats":
        centred = row - row.mean(-1, keepdims=True)
        spread = (centred**2).mean(-1, keepdims=True) + _TINY
        normed: Floats = centred / spread**0.5 * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return normed

    def _widen(self, row: "Floats", name: str) -> "Floats":
        return self._pass(
            self._pass(self._norm(row, f"{name}.wide_norm"), f"{name}.wide").clip(min=0), f"{name}.narrow"
        )

    def _attend(self, left: "Floats", right: "Floats", name: str, *, later: bool) -> "Floats":
        import numpy as np  # noqa: PLC0415  # not always here

        parts = [self._pass(one, f"{name}.{part}") for one, part in ((left, "ask"), (right, "key"), (right, "value"))]
        ask, key, value = (one.reshape(len(one), self._heads, -1).transpose(1, 0, 2) for one in parts)
        scores = ask @ key.transpose(0, 2, 1) / np.float32(ask.shape[-1] ** 0.5)
        if later:
            scores = np.where(np.triu(np.ones(scores.shape[1:], dtype=bool), 1), np.float32(-1e9), scores)
        seen = (_share(scores) @ value).transpose(1, 0, 2).reshape(len(left), -1)
        return self._pass(seen, f"{name}.out")


def find_invented(text: str, sources: Iterable[str]) -> list[str]:
    """Return the words with a figure, slash, hash or at sign that no source has.

    >>> find_invented("fix #12 in v1.2 (a/b)", ["see v1.2", "a/b"])
    ['#12']
    """
    known = {word.strip(_SIGNS) for source in sources for word in _CHECKED.findall(source)}
    return [word for one in _CHECKED.findall(text) if (word := one.strip(_SIGNS)) not in known]


def _share(scores: "Floats") -> "Floats":
    import numpy as np  # noqa: PLC0415  # not always here

    raised = np.exp(scores - scores.max(-1, keepdims=True))
    shares: Floats = raised / raised.sum(-1, keepdims=True)
    return shares
