"""What a text means, as 384 numbers: the sentence model all-MiniLM-L6-v2, evaluated with NumPy alone.

Six BERT layers of width 384 with twelve heads, the mean over all tokens, length 1 (Wang et al. 2020, MiniLM; Reimers
and Gurevych 2019, Sentence-BERT). Nearness is the cosine, here a plain dot product. Weights come from the model's own
``model.safetensors``, whose SHA-256 must be the published one. They are rounded to 8-bit numbers with a scale for each
32, as vectors stored earlier were made with. Our file has the words' table so, as a text needs few of its rows, and the
layers unfolded to 32 bits: 57 MB that a process maps and does not copy, where unfolding 23 MB took it 35 ms.

NumPy is imported here: import this module only where texts are to be compared by meaning. It is asked to work in one
thread: for matrices this small more threads cost several times the CPU and win nothing.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy is loaded; without effect if it was

import numpy as np
from numpy.typing import NDArray

from twiceshy.base.errors import ToolMissing
from twiceshy.records.lessons import EMBEDDING_MODEL
from twiceshy.stats.text import safetensors
from twiceshy.stats.text.wordpiece import WordPiece, read_vocabulary

Floats = NDArray[np.float32]
_Tables = Mapping[str, NDArray[Any]]
_HEAD_WIDTH = 32
"""Numbers of one attention head, defined by the model."""
_GROUP = 32
"""Neighbouring weights that share a scale (measured 2026-11-21: with one a row some cosines were off by over .001)."""
_MOST_TOKENS = 256
"""Tokens that are read: by definition of the model, which was trained so."""
_BATCH_SIZE = 16
"""Texts in one pass: more cost memory and save nothing (guess, 2026-11-21)."""
_BLOCK_ROWS = 512
"""Vectors that are compared at once: .8 MB of 32-bit numbers (guess, 2026-11-21)."""
_EPSILON = 1e-12
"""What is added to a variance before a root is taken; defined by the model."""
_WORD_TABLE = "embeddings.word_embeddings.weight"
_VOCABULARY = "vocabulary"
"""Our file's table with the bytes of ``vocab.txt``."""
_FILE_VERSION = 2
"""Of our file."""


class ModelHashes(NamedTuple):
    """SHA-256 of a model's two files."""

    weights: str
    vocabulary: str


_PUBLISHED = ModelHashes(
    "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
)
"""Of sentence-transformers/all-MiniLM-L6-v2."""


class Embedder(Protocol):
    """Whatever makes vectors of texts."""

    model: str

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Return a row of length 1 for each text, in their order."""
        ...


class MiniLM:
    """The model, loaded."""

    def __init__(self, tables: _Tables, pieces: WordPiece) -> None:
        """Take ``tables`` as in our file.

        Raises:
            KeyError: one is missing.
        """
        self.model = EMBEDDING_MODEL
        self._pieces = pieces
        self._rows, self._scales = tables[f"{_WORD_TABLE}.q"], tables[f"{_WORD_TABLE}.s"]
        self._places = tables["embeddings.position_embeddings.weight"] + tables[_TYPE_TABLE][0]
        self._norm = _norm_of(tables, "embeddings.LayerNorm")
        count = sum(name.endswith(".intermediate.dense.bias") for name in tables)
        self._layers = [_BertLayer(tables, f"encoder.layer.{number}") for number in range(count)]

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Return a row of length 1 for each text in order; an empty text has one too, which means nothing."""
        tokens = [self._pieces.encode_text(text, _MOST_TOKENS) for text in texts]
        found = np.empty((len(texts), self._rows.shape[1]), np.float32)  # all of it is filled below
        order = sorted(range(len(texts)), key=lambda number: len(tokens[number]))
        for start in range(0, len(order), _BATCH_SIZE):
            some = order[start : start + _BATCH_SIZE]
            found[some] = self._embed_batch([tokens[number] for number in some])
        return found

    def _embed_batch(self, tokens: Sequence[Sequence[int]]) -> Floats:
        longest = max(len(row) for row in tokens)
        numbers = np.zeros((len(tokens), longest), np.int64)
        there = np.zeros((len(tokens), longest), np.float32)
        for place, row in enumerate(tokens):
            numbers[place, : len(row)] = row
            there[place, : len(row)] = 1
        rows = _restore_weights(self._rows[numbers], self._scales[numbers])
        hidden = _normalise(rows + self._places[:longest], self._norm)
        filling = (there - 1)[:, None, None, :] * np.float32(1e9)
        for layer in self._layers:
            hidden = layer.apply(hidden, filling)
        mean: Floats = (hidden * there[:, :, None]).sum(axis=1) / there.sum(axis=1)[:, None]
        mean /= np.linalg.norm(mean, axis=1, keepdims=True)
        return mean


_TYPE_TABLE = "embeddings.token_type_embeddings.weight"
_QUERY_KEY_VALUE = "attention.self.three"
"""Query, key and value, one below the other."""


class _BertLayer:
    """One BERT layer: attention, then two dense steps; each with a residual connection, and normalised."""

    def __init__(self, tables: _Tables, name: str) -> None:
        self._three = _dense_of(tables, f"{name}.{_QUERY_KEY_VALUE}")
        self._out = _dense_of(tables, f"{name}.attention.output.dense")
        self._out_norm = _norm_of(tables, f"{name}.attention.output.LayerNorm")
        self._wide = _dense_of(tables, f"{name}.intermediate.dense")
        self._narrow = _dense_of(tables, f"{name}.output.dense")
        self._norm = _norm_of(tables, f"{name}.output.LayerNorm")

    def apply(self, hidden: Floats, filling: Floats) -> Floats:
        """Return the next hidden state: texts x tokens x width.

        ``filling``: 0 for tokens, -1e9 for what only fills up.
        """
        texts, longest, width = hidden.shape
        three = (hidden @ self._three[0] + self._three[1]).reshape(texts, longest, 3, -1, _HEAD_WIDTH)
        query, key, value = three.transpose(2, 0, 3, 1, 4)
        scores = query @ key.swapaxes(-1, -2) / np.float32(_HEAD_WIDTH**0.5) + filling
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        seen = (scores / scores.sum(axis=-1, keepdims=True)) @ value
        seen = seen.transpose(0, 2, 1, 3).reshape(texts, longest, width)
        hidden = _normalise(hidden + seen @ self._out[0] + self._out[1], self._out_norm)
        wide = _gelu(hidden @ self._wide[0] + self._wide[1])
        return _normalise(hidden + wide @ self._narrow[0] + self._narrow[1], self._norm)


def _normalise(values: Floats, norm: tuple[Floats, Floats]) -> Floats:
    """Normalise the values over the last axis."""
    centred = values - values.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(_EPSILON))
    found: Floats = centred / spread * norm[0] + norm[1]
    return found


def _gelu(values: Floats) -> Floats:
    """Return each number times the normal distribution's share below it.

    NumPy has no erf: this is Abramowitz and Stegun 7.1.26, off by at most 1.5e-7.
    """
    size = np.abs(values) * np.float32(0.5**0.5)
    t = 1 / (1 + np.float32(0.3275911) * size)
    sum_ = t * np.float32(1.061405429)
    for factor in (-1.453152027, 1.421413741, -0.284496736):
        sum_ = t * (sum_ + np.float32(factor))
    sum_ += np.float32(0.254829592)
    erf = np.copysign(1 - t * sum_ * np.exp(-size * size), values)
    found: Floats = values * (1 + erf) * np.float32(0.5)
    return found


def _norm_of(tables: _Tables, name: str) -> tuple[Floats, Floats]:
    """Return weight and bias of a normalisation."""
    return tables[f"{name}.weight"], tables[f"{name}.bias"]


def _dense_of(tables: _Tables, name: str) -> tuple[Floats, Floats]:
    """Return weight (inputs x outputs) and bias of a dense step."""
    return tables[f"{name}.weight"].T, tables[f"{name}.bias"]


def _restore_weights(small_ones: NDArray[np.int8], scales: Floats) -> Floats:
    """Restore the weights; the last axis of ``scales`` has one for each group."""
    groups = small_ones.reshape(*scales.shape, _GROUP)
    found: Floats = np.multiply(groups, scales[..., None], dtype=np.float32).reshape(small_ones.shape)
    return found


def load(source: Path, cache: Path, hashes: ModelHashes = _PUBLISHED) -> MiniLM:
    """Load the model from our file in ``cache``.

    That file is made from ``source``, the published weights, when it is not there.

    Where our file cannot be written the model is made anew each time. ``vocab.txt`` lies beside ``source``.

    Raises:
        ToolMissing: a file is missing, damaged or not the published one.
    """
    key = hashlib.sha256(repr((EMBEDDING_MODEL, hashes, _FILE_VERSION)).encode()).hexdigest()[:16]
    ours = cache / f"minilm-{key}.safetensors"
    if ours.is_file():
        try:
            return _build_model(safetensors.read_tables(ours))
        except (ToolMissing, KeyError):
            ours.unlink(missing_ok=True)  # cut off or overwritten: it is made again
    tables = _make_tables(source, hashes)
    try:
        safetensors.write_tables(ours, tables)
    except OSError:
        return _build_model(tables)
    for other in cache.glob("minilm-*.safetensors"):  # of an earlier form
        if other != ours:
            other.unlink(missing_ok=True)
    return _build_model(safetensors.read_tables(ours))


def _build_model(tables: _Tables) -> MiniLM:
    """Build the model from our tables.

    Raises:
        KeyError: one is missing.
        ToolMissing: the vocabulary is none.
    """
    return MiniLM(tables, WordPiece(read_vocabulary(tables[_VOCABULARY].tobytes().decode("utf-8", "replace"))))


def _make_tables(source: Path, hashes: ModelHashes) -> dict[str, NDArray[Any]]:
    """Make our tables from the published files.

    Raises:
        ToolMissing: a file is missing, damaged or not the published one.
    """
    vocabulary = source.with_name("vocab.txt")
    for path, wanted in ((source, hashes.weights), (vocabulary, hashes.vocabulary)):
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as exc:
            raise ToolMissing(f"{path} cannot be read: {exc}. Get it: twiceshy tools install minilm") from exc
        if digest != wanted:
            raise ToolMissing(
                f"{path} is damaged or not the published model (its SHA-256 is {digest}). Remove the folder, then: "
                "twiceshy tools install minilm"
            )
    tables = {_VOCABULARY: np.frombuffer(vocabulary.read_bytes(), np.int8)}
    return tables | _join_attention(dict(_select_tables(safetensors.read_tables(source))))


def _select_tables(tables: _Tables) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield the tables that are used, rounded; that of words as 8-bit numbers (``.q``) with scales (``.s``)."""
    for name, values in tables.items():
        if name.startswith("pooler.") or values.dtype != np.float32:
            continue
        if values.ndim == 1 or name == _TYPE_TABLE or "position" in name:
            yield name, np.array(values)
        elif name == _WORD_TABLE:
            yield f"{name}.q", _quantise(values)[0]
            yield f"{name}.s", _quantise(values)[1]
        else:
            yield name, _restore_weights(*_quantise(values))


def _quantise(values: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return a matrix as 8-bit numbers, and the scale of each group."""
    groups = values.reshape(len(values), -1, _GROUP)
    scales = np.maximum(np.abs(groups).max(axis=2) / np.float32(127), np.float32(1e-12))
    return np.rint(groups / scales[:, :, None]).astype(np.int8).reshape(values.shape), scales


def _join_attention(tables: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Join each layer's query, key and value into one table, and return all tables."""
    for name in [name for name in tables if name.endswith(".attention.self.query.weight")]:
        layer = name.removesuffix(".attention.self.query.weight")
        for part in ("weight", "bias"):
            three = [tables.pop(f"{layer}.attention.self.{one}.{part}") for one in ("query", "key", "value")]
            tables[f"{layer}.{_QUERY_KEY_VALUE}.{part}"] = np.concatenate(three)
    return tables


def encode_vectors(vectors: Floats) -> list[bytes]:
    """Encode each vector: a scale (4 bytes, little-endian) and 8-bit numbers; cosines change by less than .002."""
    scales = np.maximum(np.abs(vectors).max(axis=1, keepdims=True) / np.float32(127), np.float32(1e-12)).astype("<f4")
    numbers = np.rint(vectors / scales).astype(np.int8)
    return [scale.tobytes() + row.tobytes() for scale, row in zip(scales, numbers, strict=True)]


def decode_vector(vector: bytes) -> list[float]:
    """Return the numbers of an encoded vector."""
    scale = np.frombuffer(vector[:4], "<f4")[0]
    found: list[float] = (np.frombuffer(vector[4:], np.int8) * scale).tolist()
    return found


def to_vector(values: Sequence[float]) -> Floats:
    """Return the numbers as a vector."""
    return np.asarray(values, np.float32)


class EncodedVectors:
    """Vectors made by ``encode_vectors``, ready to be compared."""

    def __init__(self, joined: bytes, count: int) -> None:
        """Take ``joined``, the bytes of ``count`` vectors, one after the other."""
        rows = np.frombuffer(joined, np.int8).reshape(count, len(joined) // max(count, 1))
        self._rows = rows[:, 4:]
        self._scales: Floats = rows[:, :4].copy().view("<f4")[:, 0] if count else np.zeros(0, np.float32)

    def compare_with(self, vector: Floats) -> Floats:
        """Return the cosine with each vector.

        It works in blocks that stay in the processor's cache: 2 ms for 10,000, not 30.
        """
        found = np.empty(len(self._rows), np.float32)  # all of it is filled below
        for start in range(0, len(found), _BLOCK_ROWS):
            found[start : start + _BLOCK_ROWS] = self._rows[start : start + _BLOCK_ROWS].astype(np.float32) @ vector
        found *= self._scales
        return found

    def nearest(self, vector: Floats, count: int) -> list[tuple[int, float]]:
        """Return the places of the ``count`` nearest and their cosines, the nearest first."""
        if not len(self._rows):
            return []
        found = self.compare_with(vector)
        best = np.argpartition(-found, count - 1)[:count] if count < len(found) else np.arange(len(found))
        best = best[np.lexsort((best, -found[best]))]
        return [(int(place), float(found[place])) for place in best]
