"""Cards of adapters: read from a folder, taken in with their figures, and never used."""

import json
import os
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from tests.judgement.outcomes.workbench import Repo

from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound, SourceError, StoreUnwritable, UsageError
from twiceshy.doors.cli.main import main
from twiceshy.records.adapter_cards import AdapterCard
from twiceshy_git.message_recipes import message_models
from twiceshy_git.message_recipes.adapter_cards import CARD, add_adapter, explain_unused, read_card, write_card

FACTS: dict[str, object] = {
    "base": "tiny",
    "base_hash": "ab" * 32,
    "licences": ("LICENSE",),
    "made_at": "2026-11-24T00:00:00+00:00",
    "sha256": "cd" * 32,
    "gain": (0.01, -0.02, 0.03),
}
CONTEST: dict[str, object] = {"rival": "general", "lead": [-0.1, -0.2, -0.05], "verdict": "worse", "asked": 36}


def make_card() -> AdapterCard:
    """Every number is 7."""
    numbers = {name: kind(7) for name, kind in AdapterCard.__annotations__.items() if kind in {int, float}}
    return AdapterCard(**numbers | FACTS)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "web").started()


def settings(repo: Repo) -> Config:
    return load({}, os.environ, repo.path)


def test_a_card_is_read_as_it_was_written(tmp_path: Path) -> None:
    """With or without a contest."""
    for card in (make_card(), replace(make_card(), contest=CONTEST)):
        write_card(tmp_path / "ad", card)
        assert read_card(tmp_path / "ad") == card


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "[]",
        "{}",
        '"x"',
        json.dumps(asdict(make_card()) | {"rows": "7"}),
        json.dumps(asdict(make_card()) | {"gain": [1]}),
        json.dumps(asdict(make_card()) | {"more": 1}),
        "{" * 9999,
    ],
)
def test_what_is_no_card_is_refused(tmp_path: Path, raw: str) -> None:
    """With the folder's name."""
    (tmp_path / CARD).write_text(raw)
    with pytest.raises(SourceError, match="is no adapter of"):
        read_card(tmp_path)


def test_no_folder_and_one_that_cannot_be_written_are_said_so(tmp_path: Path) -> None:
    """No trace of the machinery."""
    with pytest.raises(SourceError, match="is no adapter of"):
        read_card(tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnwritable, match="cannot be written"):
        write_card(tmp_path / "file" / "x", make_card())


def test_an_added_one_is_listed_with_its_figures_and_not_used(repo: Repo, tmp_path: Path) -> None:
    """Whatever its figures are; going back to it is refused."""
    config = settings(repo)
    write_card(tmp_path / "ad", make_card())
    first = add_adapter(config, repo.path, tmp_path / "ad")
    write_card(tmp_path / "ad", replace(make_card(), contest=CONTEST))
    second = add_adapter(config, repo.path, tmp_path / "ad")

    listed = message_models.list_message_models(config, repo.path)
    assert [one.name for one in listed] == ["messages-general", "adapter-0001", "adapter-0002"]
    assert listed[1:] == [first, second]
    assert not any(one.used or one.active for one in listed[1:])
    assert "nobody measured it yet" in first.why_not
    assert "worse than general (-10.0, -20.0 to -5.0 B-Norm)" in second.why_not
    assert (second.lead, second.judged) == ((-0.1, -0.2, -0.05), 36)
    shown = message_models.show_message_model(config, repo.path, "adapter-0002")
    assert (shown["used"], shown["base"], shown["contest"]["rival"]) == (False, "tiny", "general")
    with pytest.raises(UsageError, match="an adapter cannot be used"):
        message_models.roll_back_messages(config, repo.path, "adapter-0002")
    with pytest.raises(NotFound, match="no adapter 'adapter-0009'"):
        message_models.show_message_model(config, repo.path, "adapter-0009")
    assert message_models.show_message_model(config, repo.path, "")["name"] == "messages-general"


def test_one_that_is_better_is_not_used_either() -> None:
    """And both is said."""
    better = replace(make_card(), contest=CONTEST | {"verdict": "better"})
    assert "better than general" in explain_unused(better)
    assert ".3 s" in explain_unused(better)
    odd = replace(make_card(), contest={"verdict": 5, "lead": "x"})
    assert "not shown to be better than None" in explain_unused(odd)


def test_the_verb_adds(repo: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And says that it is not used, and why."""
    write_card(tmp_path / "ad", make_card())
    where = ["--repo", str(repo.path)]
    assert main(["models", "add", str(tmp_path / "ad"), "--kind", "messages", *where]) == 0
    assert capsys.readouterr().out.startswith("adapter-0001: not used. suggest-message has .3 s")
    assert main(["models", "list", *where]) == 0
    assert "none: adapter" in capsys.readouterr().out
    assert main(["models", "show", "adapter-0001", *where]) == 0
    assert json.loads(capsys.readouterr().out)["base"] == "tiny"
    assert main(["models", "rollback", "adapter-0001", *where]) == 2
    assert main(["models", "add", *where]) == 2
    assert main(["models", "add", str(tmp_path / "ad"), "--kind", "files", *where]) == 2
