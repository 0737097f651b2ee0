"""``preferences`` and the rows of trainers: pairs, answers and dialogues of a session, from its log on."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.logs.builders import a_session

from twiceshy.archive.db import Store
from twiceshy.archive.note_rows import put_rating
from twiceshy.base.config import Config, load
from twiceshy.base.values import Scope
from twiceshy.judgement.recipes.judge_sessions import judge
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.privacy.policy import RedactionLevel
from twiceshy.records import ids
from twiceshy.records.exports import ExportRow, RowOrigin
from twiceshy.records.outcomes import Rating
from twiceshy_data.recipes.export_records import export_rows
from twiceshy_data.recipes.outgoing_rows import EXCLUDED, UNLICENSED, ExportWish, open_gate
from twiceshy_data.rows.row_sources import SOURCES

OLD, WRONG, RIGHT = (f"def total(items):\n    {line}\n" for line in ("pass", "return max(items)", "return sum(items)"))
NOW = datetime(2026, 11, 23, tzinfo=UTC)
KINDS = ("preferences", "finetune-dpo", "finetune-sft", "finetune-chat")


@pytest.fixture(scope="module")
def mended(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A session in which tests failed, and passed after another edit."""
    folder = tmp_path_factory.mktemp("mended")
    log = a_session().prompt("return the sum of the prices of all items").reads("sum.py", OLD)
    log.edits("sum.py", "    pass", "    return max(items)", original=OLD)
    log.fails(
        "Bash", "Exit code 1\nFAILED test_sum.py::test_a - AssertionError\n==== 1 failed in 0.1s ====", command="pytest"
    )
    log.edits("sum.py", "    return max(items)", "    return sum(items)", original=WRONG)
    log.runs("pytest", "==== 1 passed in 0.1s ====").says("It adds them up now.")
    return fill(folder, log.lines())


def fill(folder: Path, lines: Sequence[bytes]) -> Config:
    config = load({"home": str(folder / "data")}, {}, folder)
    (folder / "logs").mkdir()
    (folder / "logs" / "one.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    ingest([folder / "logs"], config)
    judge(config, processes=1)
    return config


def rows(config: Config, kind: str) -> list[ExportRow]:
    with Store.open(config.home, readonly=True) as store:
        return list(SOURCES[kind].rows(store, Scope()))


def one(config: Config, kind: str) -> dict[str, Any]:
    (row,) = rows(config, kind)
    assert list(row.values) == [column.name for column in SOURCES[kind].columns(None)]  # type: ignore[arg-type]
    return row.values


def test_a_pair_has_both_texts_and_what_shows_which_is_better(mended: Config) -> None:
    """With the language, and the request around the place."""
    row = one(mended, "preferences")

    assert (row["rejected"], row["chosen"]) == ("    return max(items)", "    return sum(items)")
    assert (row["source"], row["evidence"], row["language"], row["path"]) == (
        "red-to-green",
        "checks-green",
        "python",
        "sum.py",
    )
    assert "sum of the prices" in row["prompt"]
    assert "<<<<<<<\n    pass\n>>>>>>>" in row["prompt"]
    assert row["confidence"] >= 0.85


def test_trainers_get_the_pair_as_dialogues(mended: Config) -> None:
    """Under the names that they know; what is known of it stands aside."""
    row = one(mended, "finetune-dpo")

    assert [row[name][0]["role"] for name in ("prompt", "chosen", "rejected")] == ["user", "assistant", "assistant"]
    assert row["chosen"][0]["content"] == "    return sum(items)"
    assert row["meta"]["source"] == "red-to-green"


def test_trainers_get_the_request_with_its_answer(mended: Config) -> None:
    """All changes as one patch: the detour is not in it."""
    row = one(mended, "finetune-sft")

    assert row["prompt"] == [{"role": "user", "content": "return the sum of the prices of all items"}]
    assert "+    return sum(items)" in row["completion"][0]["content"]
    assert "max" not in row["completion"][0]["content"]
    assert row["meta"]["language"] == "python"


def test_trainers_get_the_session_as_a_dialogue(mended: Config) -> None:
    """With each call and what it gave."""
    row = one(mended, "finetune-chat")

    assert [message["role"] for message in row["messages"]] == ["user", *["assistant", "tool"] * 5, "assistant"]
    assert row["meta"]["from_the_beginning"] is True


@pytest.mark.parametrize("kind", KINDS)
def test_each_row_tells_its_session(mended: Config, kind: str) -> None:
    """Splits and exclusions go by it."""
    (row,) = rows(mended, kind)

    assert isinstance(row.origin, RowOrigin)
    assert row.origin.session is not None
    assert row.id == f"s-{row.origin.session.hex()[:8]}"


@pytest.fixture
def unrated(mended: Config) -> Iterator[Config]:
    """The same session, of which nothing is said afterwards."""
    yield mended
    with Store.open(mended.home) as store, store.begin_writing() as connection:
        connection.execute("DELETE FROM rating")


@pytest.mark.parametrize("kind", KINDS[1:])
@pytest.mark.parametrize(("rated", "table"), [(ids.CHAT, "prompt"), (ids.SESSION, "session")])
def test_what_a_person_says_weighs_rows(unrated: Config, kind: str, rated: str, table: str) -> None:
    """What was called good is worth two; what was called bad is learned by nobody, judged anew or not."""
    assert one(unrated, kind)["weight"] == 1.0
    for value, weights in ((5, [2.0]), (3, [1.0]), (1, [])):
        with Store.open(unrated.home) as store, store.begin_writing() as connection:
            ((session,),) = connection.execute("SELECT uid FROM session")
            ((uid,),) = connection.execute(f"SELECT uid FROM {table}")
            put_rating(connection, Rating(kind=rated, uid=uid, value=value, at=NOW, session=session))

        assert [row.values["weight"] for row in rows(unrated, kind)] == weights


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_store_and_a_session_without_work_give_nothing(tmp_path: Path, kind: str) -> None:
    """Nothing is good that nothing shows."""
    config = fill(tmp_path, a_session().prompt("hello").says("hi").lines())

    assert rows(config, kind) == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_excluded_or_without_a_licence_is_not_trained_on(mended: Config, kind: str) -> None:
    """A local file of trainers too; a licence that the user names is enough, an exclusion holds all the same."""
    (row,) = rows(mended, kind)
    excluded = replace(mended, contribute_exclude=(row.origin.project,))
    left: list[dict[str, int]] = []
    for config, license_ in ((mended, ""), (excluded, "MIT"), (mended, "MIT")):
        with open_gate(config, ExportWish(kind, "jsonl", Scope(), license=license_)) as gate:
            found = list(gate.read_rows(kind))
            left.append(dict(gate.left_out))

    assert left == [{UNLICENSED: 1}, {EXCLUDED: 1}, {}]
    assert len(found) == 1


@pytest.mark.parametrize("kind", KINDS[:2])
def test_few_pairs_are_said_to_be_few(mended: Config, kind: str) -> None:
    """With what helps without them."""
    written = export_rows(mended, ExportWish(kind, "jsonl", Scope(), license="MIT"), len)

    assert written.too_few.startswith("1 of 200 pairs, from 1 of 5 weeks: too few to train on; lessons reach")


@pytest.mark.parametrize(
    ("kind", "level"), [("preferences", RedactionLevel.STANDARD), ("finetune-dpo", RedactionLevel.STRICT)]
)
def test_rows_for_trainers_are_held_to_the_strict_level(mended: Config, kind: str, level: RedactionLevel) -> None:
    """Unless the call says otherwise: a model tells what it learned to anybody."""
    wish = ExportWish(kind, "jsonl", Scope())

    with open_gate(mended, wish) as gate, open_gate(mended, wish._replace(level=RedactionLevel.STANDARD)) as asked:
        assert (gate.level, asked.level) == (level, RedactionLevel.STANDARD)
