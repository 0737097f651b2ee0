"""A tiny model of the same kind with invented weights, one layer of width 32 with one head.

Beside it its forward pass in plain Python, against which the one in NumPy is held.
"""

import hashlib
import json
import math
import random
import struct
from pathlib import Path

from twiceshy.stats.text.embedding import ModelHashes

WIDTH, WIDE = 32, 64
VOCABULARY = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nred\ngreen\n##er\nblue\n"
Matrix = list[list[float]]
SHAPES = {
    "embeddings.word_embeddings.weight": (8, WIDTH),
    "embeddings.position_embeddings.weight": (300, WIDTH),
    "embeddings.token_type_embeddings.weight": (2, WIDTH),
    "embeddings.LayerNorm.weight": (WIDTH,),
    "embeddings.LayerNorm.bias": (WIDTH,),
    "encoder.layer.0.attention.self.query.weight": (WIDTH, WIDTH),
    "encoder.layer.0.attention.self.query.bias": (WIDTH,),
    "encoder.layer.0.attention.self.key.weight": (WIDTH, WIDTH),
    "encoder.layer.0.attention.self.key.bias": (WIDTH,),
    "encoder.layer.0.attention.self.value.weight": (WIDTH, WIDTH),
    "encoder.layer.0.attention.self.value.bias": (WIDTH,),
    "encoder.layer.0.attention.output.dense.weight": (WIDTH, WIDTH),
    "encoder.layer.0.attention.output.dense.bias": (WIDTH,),
    "encoder.layer.0.attention.output.LayerNorm.weight": (WIDTH,),
    "encoder.layer.0.attention.output.LayerNorm.bias": (WIDTH,),
    "encoder.layer.0.intermediate.dense.weight": (WIDE, WIDTH),
    "encoder.layer.0.intermediate.dense.bias": (WIDE,),
    "encoder.layer.0.output.dense.weight": (WIDTH, WIDE),
    "encoder.layer.0.output.dense.bias": (WIDTH,),
    "encoder.layer.0.output.LayerNorm.weight": (WIDTH,),
    "encoder.layer.0.output.LayerNorm.bias": (WIDTH,),
    "pooler.dense.weight": (WIDTH, WIDTH),
}


def numbers() -> dict[str, list[float]]:
    """The weights, row after row; normalisations near 1 and 0, so that different texts come out different."""
    rnd = random.Random(5)

    def value(name: str) -> float:
        drawn = rnd.uniform(-0.5, 0.5)
        return drawn / 10 + name.endswith("Norm.weight") if "Norm" in name else drawn

    return {name: [value(name) for _ in range(math.prod(shape))] for name, shape in SHAPES.items()}


def written(folder: Path) -> tuple[Path, ModelHashes]:
    """The two files of the model, and their hashes."""
    header, body = {}, b""
    for name, values in numbers().items():
        data = struct.pack(f"<{len(values)}f", *values)
        header[name] = {"dtype": "F32", "shape": SHAPES[name], "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    words = json.dumps({"__metadata__": {"format": "pt"}} | header).encode()
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "model.safetensors"
    source.write_bytes(struct.pack("<Q", len(words)) + words + body)
    (folder / "vocab.txt").write_text(VOCABULARY, encoding="utf-8")
    return source, ModelHashes(
        *(hashlib.sha256(path.read_bytes()).hexdigest() for path in (source, folder / "vocab.txt"))
    )


def passed(tokens: list[int]) -> list[float]:
    """The vector of a text's numbers, step by step."""
    known = numbers()

    def rows(name: str) -> Matrix:
        width = SHAPES[name][-1]
        return [known[name][place : place + width] for place in range(0, len(known[name]), width)]

    def dense(row: list[float], name: str) -> list[float]:
        weights = rows(f"{name}.weight")
        return [
            sum(a * b for a, b in zip(row, weights[out], strict=True)) + known[f"{name}.bias"][out]
            for out in range(len(weights))
        ]

    def norm(row: list[float], name: str) -> list[float]:
        mean = sum(row) / len(row)
        spread = math.sqrt(sum((value - mean) ** 2 for value in row) / len(row) + 1e-12)
        scale, shift = known[f"{name}.weight"], known[f"{name}.bias"]
        return [(value - mean) / spread * scale[place] + shift[place] for place, value in enumerate(row)]

    def added(*parts: list[float]) -> list[float]:
        return [sum(values) for values in zip(*parts, strict=True)]

    names = [f"embeddings.{kind}_embeddings.weight" for kind in ("word", "position", "token_type")]
    words, places, types = (rows(name) for name in names)
    hidden = [
        norm(added(words[token], places[place], types[0]), "embeddings.LayerNorm") for place, token in enumerate(tokens)
    ]
    layer = "encoder.layer.0"
    query, key, value = (
        [dense(row, f"{layer}.attention.self.{part}") for row in hidden] for part in ("query", "key", "value")
    )
    after = []
    for place, row in enumerate(hidden):
        scores = [math.exp(sum(a * b for a, b in zip(query[place], k, strict=True)) / math.sqrt(32)) for k in key]
        seen = [sum(s * v[at] for s, v in zip(scores, value, strict=True)) / sum(scores) for at in range(WIDTH)]
        mixed = norm(added(row, dense(seen, f"{layer}.attention.output.dense")), f"{layer}.attention.output.LayerNorm")
        wide = [x * (1 + math.erf(x / math.sqrt(2))) / 2 for x in dense(mixed, f"{layer}.intermediate.dense")]
        after.append(norm(added(mixed, dense(wide, f"{layer}.output.dense")), f"{layer}.output.LayerNorm"))
    mean = [sum(column) / len(after) for column in zip(*after, strict=True)]
    length = math.sqrt(sum(x * x for x in mean))
    return [x / length for x in mean]
