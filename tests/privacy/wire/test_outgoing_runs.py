"""What leaves of a run says what the level allows, and the same again when it is made from the store."""

from dataclasses import replace

import pytest
from tests.archive.run_records import execution, match, record
from wings.team.tests.sync.sending import KEY, TEAM, terms

from twiceshy.base.values import Scrubbed
from twiceshy.privacy.wire.outgoing_runs import make_run_rows
from twiceshy.privacy.wire.row_kinds import LEVELS, Level
from twiceshy.privacy.wire.sending_terms import SendingTerms
from twiceshy.privacy.wire.wire_rows import decode_row, encode_row
from twiceshy.records.executions import Execution
from twiceshy.records.team import WireRow

SHOP = "remote:host/owner/shop"
WORDS = ("make test", "an error", "error", "samples say it")


def rows_of(run: Execution, how: SendingTerms, project: str | None = SHOP) -> list[WireRow]:
    whole = record(1)
    samples = [replace(whole.samples[0], content=Scrubbed("samples say it"))]
    return make_run_rows(run, [match(1), match(2)], samples, how, project)


def a_run(**more: object) -> Execution:
    """A run with the hash of its command under the team's key."""
    return execution(1, **{"team_hash": b"t" * 16, "team_epoch": TEAM.epoch, "match_mode": "both", **more})


def test_at_counts_no_word_of_a_run_leaves() -> None:
    """Neither its command nor its pattern, and no sample at all."""
    rows = rows_of(a_run(), terms())
    text = b"".join(map(encode_row, rows)).decode()

    assert [row.kind for row in rows] == ["execution", "match_event", "match_event"]
    assert not [word for word in ("make", "test", "error", "say") if word in text.replace("completed", "")]


@pytest.mark.parametrize("level", LEVELS)
def test_a_looser_level_adds_and_takes_nothing(level: Level) -> None:
    """Every line is one that a server takes."""
    rows = rows_of(a_run(), terms(level))
    strict = rows_of(a_run(), terms())

    assert [decode_row(encode_row(row)) for row in rows] == rows
    for one in strict:
        (same,) = [row for row in rows if row.id == one.id]
        assert one.data.items() <= same.data.items()


def test_full_says_what_is_stored_here() -> None:
    """And anonymous only the head of the command beside the counts."""
    text = b"".join(map(encode_row, rows_of(a_run(), terms("full")))).decode()
    (run, *_) = rows_of(a_run(), terms("anonymous"))

    assert [word for word in WORDS if word not in text] == []
    assert run.data["command_head"] == "make test"
    assert "command" not in run.data


def test_two_people_of_a_team_have_one_hash_and_two_ids() -> None:
    """Of command, project and pattern; only the run's own id and those of its matches differ."""
    (ann, her_match, *_) = rows_of(a_run(), terms())
    (ben, his_match, *_) = rows_of(a_run(), terms()._replace(salt=b"o" * 32))

    assert [ann.data[name] for name in ("team_hash", "project_hash", "pattern_hash", "team_epoch")] == [
        ben.data[name] for name in ("team_hash", "project_hash", "pattern_hash", "team_epoch")
    ]
    assert her_match.id != his_match.id


def test_without_the_key_nothing_is_grouped() -> None:
    """A run that was recorded before the key was set has no hash; one of another key keeps its own, and no more."""
    (run, first, *_) = rows_of(execution(1), terms(team=None))
    other = SendingTerms("counts", b"s" * 32, TEAM._replace(key=KEY[::-1], epoch="00000000"))
    (older, *_) = rows_of(a_run(), other)

    assert not {"team_hash", "project_hash", "pattern_hash", "team_epoch"} & {*run.data, *first.data}
    assert older.data["team_epoch"] == TEAM.epoch
    assert "project_hash" not in older.data


def test_a_value_of_no_form_is_left_out() -> None:
    """An odd word of an option hinders no row."""
    (run, *_) = rows_of(a_run(match_mode="fd\n3", total_runtime=2.5), terms())

    assert "match_mode" not in run.data
    assert run.data["total_runtime"] == 2.5


def test_what_an_argument_says_is_not_the_name_of_the_command() -> None:
    """A run that was recorded whole sends its command's name at `anonymous`, and no word of a message."""
    (run, *_) = rows_of(a_run(command=Scrubbed("true fix; acme\nacme"), anonymized=False), terms("anonymous"))

    assert run.data["command_head"] == "true"
