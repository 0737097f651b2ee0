"""What was stored by older rules is redacted by today's, also where its logs are gone."""

import os
from pathlib import Path

from benchmarks.planted_secrets import read_folder
from tests.logs.builders import a_session

from twiceshy.archive.db import Store
from twiceshy.archive.health_rows import check_redaction
from twiceshy.archive.restated_store import RULES
from twiceshy.base.config import Config, load
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.privacy import policy
from twiceshy.privacy.policy import RedactionRules, load_rules
from twiceshy.recipes.learn.redact_again import redact_again
from twiceshy.records.upkeep import CheckState

TOKEN = "ghp_" + "k9Xw2mQ7tR" * 3 + "aB3dE6"


def read_by_older_rules(home: Path, folder: Path, monkeypatch: object) -> Config:
    """A store of a day on which nobody knew such tokens; the log is gone."""
    older = tuple(one for one in load_rules().rules if one.family == "keys")
    with monkeypatch.context() as patch:  # type: ignore[attr-defined]
        patch.setattr("twiceshy.privacy.policy.load_rules", lambda: RedactionRules(rules=older))
        patch.setattr("twiceshy.logs.collect.ingest_worker.load_rules", lambda: RedactionRules(rules=older))
        patch.setattr("twiceshy.privacy.sure_opinion.SureOpinion.add_certain", lambda _, __, found, ___: found)
        log = a_session("old", cwd="/home/dev/shop").prompt(f"deploy with {TOKEN}")
        log.runs(f"deploy {TOKEN}", f"{TOKEN} {'long ' * 900}{TOKEN}").fails("Bash", f"bad token {TOKEN}", command="x")
        path = log.write(folder / f"{log.session_id}.jsonl")
        config = load({}, os.environ, home)
        ingest([path], config)
        path.unlink()
    return config


def holds_token(config: Config) -> bool:
    return any(TOKEN.encode() in content for content in read_folder(config.home))


def test_a_store_of_older_rules_is_redacted(scratch_home: Path, tmp_path: Path, monkeypatch: object) -> None:
    """Rows, long texts, words to find them by, and free pages; the second time nothing is done."""
    config = read_by_older_rules(scratch_home, tmp_path, monkeypatch)
    assert holds_token(config)

    assert redact_again(config) > 0
    assert not holds_token(config)
    assert redact_again(config) == 0
    with Store.open(config.home, readonly=True) as store:
        assert store.note(RULES) == load_rules().digest(policy.RedactionLevel.STANDARD)


def test_the_doctor_says_that_older_rules_redacted_it() -> None:
    """And nothing of a store that today's did."""
    assert list(check_redaction("a", "a")) == []
    assert [one.state for one in check_redaction(None, "a")] == [CheckState.PROBLEM]


def test_a_new_store_is_not_gone_through(scratch_home: Path, tmp_path: Path) -> None:
    """It was made by the rules that hold."""
    log = a_session("new", cwd="/home/dev/shop").prompt("go on")
    config = load({}, os.environ, scratch_home)
    ingest([log.write(tmp_path / f"{log.session_id}.jsonl")], config)

    assert redact_again(config) == 0
