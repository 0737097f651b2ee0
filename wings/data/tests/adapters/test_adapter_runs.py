"""Training on a repository's messages from end to end, on a tiny random base: asked, timed, kept, and nothing leaks."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.judgement.outcomes.workbench import Repo
from wings.data.tests.finetune.tiny_base import MISSING, REASON, build_base
from wings.git.tests.message_recipes.message_repository import build_history

from twiceshy.base.config import Config, load
from twiceshy.base.errors import SourceError, SystemRefusal, ToolMissing, TwiceshyError, UsageError
from twiceshy.doors.cli.main import main
from twiceshy.records.adapter_cards import AdapterShape, AdapterWish
from twiceshy_data.adapters import adapter_runs
from twiceshy_data.adapters.adapter_runs import train_adapter
from twiceshy_data.finetune.base_models import choose_rows_a_step, hash_folder
from twiceshy_git.message_recipes.adapter_cards import CARD, WEIGHTS, read_card

needs_torch = pytest.mark.skipif(bool(MISSING), reason=REASON)
SHAPE = AdapterShape(rank=4, alpha=8, longest=96)
KEY = "AKIA" + "QYLPMN5HFIQR7XYA"


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    return build_history(tmp_path_factory.mktemp("runs") / "web")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch  # noqa: PLC0415

    torch.set_num_threads(1)
    made = build_base(tmp_path_factory.mktemp("base"))
    (made / "LICENSE.txt").write_text("MIT")
    return made


def settings(repo: Repo) -> Config:
    return load({}, os.environ, repo.path)


def wish(base: Path, out: Path, **given: Any) -> AdapterWish:
    facts: dict[str, Any] = {"base": base, "out": out, "steps": 12, "yes": True, "shape": SHAPE, "rate": 2e-2}
    return AdapterWish(**facts | given)


@needs_torch
def test_an_adapter_is_trained_and_its_card_says_on_what(repo: Repo, base: Path, tmp_path: Path) -> None:
    """Nothing of the base changes; what is to be tested on never reaches the trainer."""
    before = hash_folder(base)
    seen: list[str] = []
    card = train_adapter(settings(repo), repo.path, wish(base, tmp_path / "ad"), lambda one: seen.append(one.step))

    assert hash_folder(base) == before == card.base_hash
    assert read_card(tmp_path / "ad") == card
    assert {path.name for path in (tmp_path / "ad").iterdir()} == {CARD, WEIGHTS}
    assert (card.steps, card.rank, card.licences, card.bytes) == (
        12,
        4,
        ("LICENSE.txt",),
        (tmp_path / "ad" / WEIGHTS).stat().st_size,
    )
    assert card.last_loss < card.first_loss
    assert card.gain[1] <= card.gain[0] <= card.gain[2]
    assert card.gain[0] == pytest.approx(card.after - card.before)
    times = [int(one) for one in repo.git("log", "--format=%ct", "--reverse").split()]
    assert times[card.rows - 1] == card.learned_until < times[int(0.62 * len(times))]
    assert {"Training", "Judging"} <= set(seen)


@needs_torch
def test_rows_of_later_parts_never_reach_the_trainer(
    repo: Repo, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A marker is planted in the newest commits; no number of a learned row spells it, nor of one to judge by."""
    from twiceshy_data.finetune.adapted_model import AdaptedModel  # noqa: PLC0415

    learned: list[str] = []
    number = AdaptedModel.number_row

    def spy(self: Any, row: Any) -> Any:
        learned.append(f"{row.prompt}\n{row.completion}")
        return number(self, row)

    monkeypatch.setattr(AdaptedModel, "number_row", spy)
    judged: list[str] = []

    def hear(_: Any, asked: str) -> str:
        judged.append(asked)
        return "x"

    monkeypatch.setattr(AdaptedModel, "write_line", hear)
    marked = build_history(tmp_path / "marked")
    for at in range(20):
        marked.write(f"src/zebra{at}.py", [f"zebra_{at} = 1"])
        marked.commit(f"Plant the zebra number {at}x")
    card = train_adapter(settings(marked), marked.path, wish(base, tmp_path / "ad", steps=1))

    assert len(learned) == card.rows > 90
    assert not any("zebra" in one for one in [*learned, *judged])
    assert 0 < card.judged == len(judged) // 2 <= 50


@needs_torch
@pytest.mark.parametrize("moment", ["Training 5", "Judging 1"])
def test_interrupted_and_taken_up_again_it_is_the_same(
    repo: Repo, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """It ended in the middle, or behind its last step; other settings do not go on from there."""
    monkeypatch.setattr(adapter_runs, "_MEASURED", 2)
    whole = train_adapter(settings(repo), repo.path, wish(base, tmp_path / "whole"))
    monkeypatch.setattr(adapter_runs, "_KEPT_EACH", 1)

    def interrupt(one: Any) -> None:
        if f"{one.step} {one.done}" == moment:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_adapter(settings(repo), repo.path, wish(base, tmp_path / "half"), interrupt)
    assert not (tmp_path / "half" / CARD).exists()
    with pytest.raises(UsageError, match="begun on other rows"):
        train_adapter(settings(repo), repo.path, wish(base, tmp_path / "half", rate=1e-3))
    rest = train_adapter(settings(repo), repo.path, wish(base, tmp_path / "half"))

    assert rest.sha256 == whole.sha256
    assert replace(rest, seconds=0.0, made_at="") == replace(whole, seconds=0.0, made_at="")
    with pytest.raises(UsageError, match="is there already, with an adapter"):
        train_adapter(settings(repo), repo.path, wish(base, tmp_path / "half"))


@needs_torch
def test_without_a_graphics_card_it_says_how_long_and_stops(repo: Repo, base: Path, tmp_path: Path) -> None:
    """From ten measured steps; nothing is written."""
    with pytest.raises(UsageError, match=r"By 10 measured steps \(\d+\.\d s\) the 400 steps here.*add --yes"):
        train_adapter(settings(repo), repo.path, wish(base, tmp_path / "ad", steps=400, yes=False))
    assert not (tmp_path / "ad").exists()


@needs_torch
def test_a_key_that_redaction_missed_trains_nothing(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same gate as of an export."""
    leaky = build_history(tmp_path / "leaky")
    leaky.write("src/key.py", ["x"])
    leaky.commit(f"Add a key\n\nIt is {KEY}.")

    class Blind:
        def texts(self, texts: Sequence[str]) -> list[str]:
            return list(texts)

    monkeypatch.setattr("twiceshy_data.recipes.history_rows.make_scrubber", lambda *_: Blind())
    with pytest.raises(TwiceshyError, match="of a kind that stops whatever leaves"):
        train_adapter(settings(leaky), leaky.path, wish(base, tmp_path / "ad"))
    assert not (tmp_path / "ad").exists()


@needs_torch
def test_too_little_is_said_so(base: Path, tmp_path: Path) -> None:
    """A folder with something else in it stays."""
    small = build_history(tmp_path / "small", 20)
    with pytest.raises(UsageError, match="12 commits to learn from are too few"):
        train_adapter(settings(small), small.path, wish(base, tmp_path / "ad"))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes").write_text("")
    with pytest.raises(UsageError, match="is there already"):
        train_adapter(settings(small), small.path, wish(base, tmp_path / "mine"))


def test_memory_decides_how_many_rows_a_step_has(tmp_path: Path) -> None:
    """And with too little for one it is refused with the numbers, before anything is read."""
    (tmp_path / "config.json").write_text('{"num_hidden_layers": 24, "hidden_size": 896, "vocab_size": 151936}')
    (tmp_path / "model.safetensors").write_bytes(b"\0" * 4_000_000)
    shape = AdapterShape()
    found = [choose_rows_a_step(tmp_path, shape, free) for free in (1 << 38, 16 << 30, 8 << 30, 4 << 30)]
    assert found[0] == 8
    assert found == sorted(found, reverse=True)
    assert found[-1] < found[1] < 8
    with pytest.raises(SystemRefusal, match=r"needs about \d+\.\d GiB"):
        choose_rows_a_step(tmp_path, shape, 1 << 30)


def test_missing_packages_and_folders_are_named_first(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the history is read; without --base-model nothing of it is asked for."""
    monkeypatch.setattr(adapter_runs, "open_gate", lambda *_: pytest.fail("read"))
    if not MISSING:
        with pytest.raises(SourceError, match="is no base model"):
            train_adapter(settings(repo), repo.path, wish(tmp_path, tmp_path / "ad"))
    monkeypatch.setattr("twiceshy_data.finetune.base_models.find_spec", lambda _: None)
    with pytest.raises(ToolMissing, match=r"torch.*pip install './wings/data\[finetune\]'"):
        train_adapter(settings(repo), repo.path, wish(tmp_path, tmp_path / "ad"))


@needs_torch
def test_the_verb_trains_and_refuses_what_does_not_go_together(
    repo: Repo, base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what it adds, and what to call next."""
    out = str(tmp_path / "ad")
    where = ["--repo", str(repo.path), "--base-model", str(base), "--out", out]
    assert main(["train", "messages", *where, "--steps", "1", "--yes"]) == 0
    told = capsys.readouterr().out
    assert "over the base alone" in told
    assert "LICENSE.txt" in told
    assert f"--adapter {out}" in told
    assert json.loads((tmp_path / "ad" / CARD).read_text())["longest"] == 1024
    for words in (
        ["files", *where],
        ["messages", "--yes"],
        ["messages", "--steps", "3"],
        ["messages", *where, "--model", "tfidf"],
    ):
        assert main(["train", *words]) == 2
        assert "--base-model" in capsys.readouterr().err


def test_nothing_else_loads_torch() -> None:
    """Neither the verbs nor what stands behind them, before a base model is named."""
    flows = (
        "twiceshy_git.message_recipes.message_models",
        "twiceshy_git.message_recipes.writer_contests",
        "twiceshy_data.adapters.adapter_runs",
        "twiceshy_data.adapters.adapter_contests",
    )
    verbs = [f"twiceshy_git.verbs.{one}" for one in ("train", "evaluate", "models")]
    names = [*verbs, *flows]
    script = f"import importlib, sys; [importlib.import_module(one) for one in {names}]; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
