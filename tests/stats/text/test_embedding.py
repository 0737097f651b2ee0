"""The sentence model: a tiny one of invented weights, and the real one where it is here."""

import os
from pathlib import Path

import numpy as np
import pytest
from tests.stats.text import minilm

from twiceshy.base import toolbox
from twiceshy.base.config import load as load_config
from twiceshy.base.errors import ToolMissing
from twiceshy.stats.text.embedding import EncodedVectors, decode_vector, encode_vectors, load

TOKENS = {"red": [2, 4, 3], "greener blue": [2, 5, 6, 7, 3], "": [2, 3], "green red": [2, 5, 4, 3]}


def test_the_pass_is_that_of_plain_python(tmp_path: Path) -> None:
    """Texts of unlike lengths in one batch, in their order; 8-bit weights cost less than .001 of a cosine."""
    source, hashes = minilm.written(tmp_path / "model")
    vectors = load(source, tmp_path / "cache", hashes).vectors(list(TOKENS))

    for vector, tokens in zip(vectors, TOKENS.values(), strict=True):
        expected = np.array(minilm.passed(tokens))
        assert float(vector @ expected) > 0.999
        assert float(vector @ vector) == pytest.approx(1.0, abs=1e-5)
    others = vectors @ vectors.T - np.eye(len(vectors), dtype=np.float32)
    assert others.max() < 0.999  # else the first assertion would hold for any of them


def test_a_text_means_the_same_in_any_company(tmp_path: Path) -> None:
    """What fills up a batch is not seen; 100 KB are read as far as the model reads."""
    source, hashes = minilm.written(tmp_path / "model")
    model = load(source, tmp_path / "cache", hashes)
    long = "green red " * 10_000

    together = model.vectors(["red", long])
    assert np.allclose(together[0], model.vectors(["red"])[0], atol=1e-5)
    assert np.allclose(together[1], model.vectors([long[:2000]])[0], atol=1e-5)
    assert model.vectors([]).shape == (0, minilm.WIDTH)


def test_our_file_is_made_once_and_again_when_it_is_damaged(tmp_path: Path) -> None:
    """With it the published files are not read; cut off or overwritten it is made anew."""
    source, hashes = minilm.written(tmp_path / "model")
    first = load(source, tmp_path / "cache", hashes).vectors(["red"])
    (ours,) = (tmp_path / "cache").iterdir()
    assert ours.stat().st_mode & 0o077 == 0

    whole = ours.read_bytes()
    for damage in (whole[: len(whole) // 2], b"", b"nonsense" * 100, whole[:8] + b"[]" + whole[10:]):
        ours.write_bytes(damage)
        assert np.array_equal(load(source, tmp_path / "cache", hashes).vectors(["red"]), first)
        assert ours.read_bytes() == whole
    source.unlink()
    assert np.array_equal(load(source, tmp_path / "cache", hashes).vectors(["red"]), first)


def test_files_of_earlier_forms_are_taken_away(tmp_path: Path) -> None:
    """They are some 23 MB each and nobody reads them any more."""
    source, hashes = minilm.written(tmp_path / "model")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "minilm-0123.safetensors").touch()
    load(source, tmp_path / "cache", hashes)

    assert len(list((tmp_path / "cache").glob("minilm-*"))) == 1


def test_without_a_place_for_our_file_it_still_works(tmp_path: Path) -> None:
    """It is made in memory each time."""
    source, hashes = minilm.written(tmp_path / "model")
    (tmp_path / "cache").write_text("no folder")

    assert load(source, tmp_path / "cache", hashes).vectors(["red"]).shape == (1, minilm.WIDTH)


@pytest.mark.parametrize("name", ["model.safetensors", "vocab.txt"])
def test_what_is_not_the_published_model_is_refused(tmp_path: Path, name: str) -> None:
    """One bit off, or missing: the message says which file and what to do."""
    source, hashes = minilm.written(tmp_path / "model")
    path = tmp_path / "model" / name
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    with pytest.raises(ToolMissing, match=rf"{name} is damaged or not the published model.*tools install minilm"):
        load(source, tmp_path / "cache", hashes)

    path.unlink()
    with pytest.raises(ToolMissing, match=rf"{name} cannot be read"):
        load(source, tmp_path / "cache", hashes)
    assert not (tmp_path / "cache").exists()


def test_packed_vectors_are_nearly_the_same() -> None:
    """Cosines by 8-bit numbers differ by less than .002; the order of the nearest is by them."""
    rnd = np.random.default_rng(3)
    vectors = rnd.normal(size=(50, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = encode_vectors(vectors)
    found = EncodedVectors(b"".join(rows), len(rows))

    assert np.abs(found.compare_with(vectors[7]) - vectors @ vectors[7]).max() < 0.002
    place, cosine = found.nearest(vectors[7], 3)[0]
    assert (place, round(cosine, 2)) == (7, 1.0)
    assert np.allclose(decode_vector(rows[7]), vectors[7], atol=0.002)
    assert EncodedVectors(b"", 0).nearest(vectors[7], 3) == []


COSINES = {
    ("The cat sits outside", "A man is playing guitar"): 0.0363,
    ("a coroutine was never awaited", "async call without await"): 0.3741,
    ("permission denied", "not allowed to open the file"): 0.6008,
}
"""Of the published model, evaluated with sentence-transformers on torch 2.13 in 32-bit numbers (2026-11-21)."""


def test_the_real_model_answers_as_the_published_one() -> None:
    """Where it is installed: cosines within .01 of those by another program."""
    found = toolbox.find("minilm", load_config({}, os.environ, Path.cwd()))
    if found is None:
        pytest.skip("the model is not here: twiceshy tools install minilm")
    cache = Path(os.environ["TWICESHY_HOME"]) / "cache" if "TWICESHY_HOME" in os.environ else Path.cwd() / "none"
    model = load(found.path, cache)

    for (one, other), cosine in COSINES.items():
        left, right = model.vectors([one, other])
        assert float(left @ right) == pytest.approx(cosine, abs=0.01)
