"""What a server's store promises, over SQLite and over PostgreSQL."""

from datetime import timedelta

import pytest
from wings.team.tests.store.team_rows import NOW, a_caller, a_full_row, a_key, a_row, a_token, a_tombstone

from twiceshy.base.errors import NotFound
from twiceshy.privacy.wire.row_kinds import KINDS
from twiceshy.records.team import Caller, WireRow
from twiceshy_team.store.base import TeamStore
from twiceshy_team.store.row_statements import ROW_KINDS

CHANGING = [name for name in ROW_KINDS if KINDS[name].changes]
LASTING = [name for name in ROW_KINDS if not KINDS[name].changes]


def verdicts(store: TeamStore, caller: Caller, *rows: WireRow) -> list[str]:
    return [answer.verdict for answer in store.accept(caller, rows, NOW)]


def count(store: TeamStore, caller: Caller, kind: str) -> int:
    ((found,),) = store.fetch(caller.team, f"SELECT count(*) FROM {kind} WHERE team_id = :team", {})
    return int(found)


def sums(store: TeamStore, caller: Caller, table: str, names: str) -> list[tuple[object, ...]]:
    return store.fetch(caller.team, f"SELECT {names} FROM {table} WHERE team_id = :team ORDER BY 1", {})


@pytest.mark.parametrize("kind", ROW_KINDS)
def test_each_row_is_stored_once(store: TeamStore, kind: str) -> None:
    """Sent again, and twice in one batch, it is known."""
    caller, row = a_caller(store), a_full_row(kind)

    assert verdicts(store, caller, row, row) == ["stored", "known"]
    assert verdicts(store, caller, row) == ["known"]
    assert count(store, caller, kind) == 1


@pytest.mark.parametrize("kind", CHANGING)
def test_the_newest_revision_counts_whatever_the_order(store: TeamStore, kind: str) -> None:
    """An older one that comes later is known, also within one batch."""
    caller = a_caller(store)
    old, new, newest = (a_full_row(kind, rev=rev) for rev in (0, 1, 2))

    assert verdicts(store, caller, new, old) == ["stored", "known"]
    assert verdicts(store, caller, old) == ["known"]
    assert verdicts(store, caller, newest) == ["stored"]
    assert store.fetch(caller.team, f"SELECT rev FROM {kind} WHERE team_id = :team", {}) == [(2,)]


def test_answers_come_in_the_order_of_the_rows(store: TeamStore) -> None:
    """Each says whose it is."""
    caller = a_caller(store)
    rows = [a_full_row(kind, str(number)) for number in range(3) for kind in ("event", "session", "execution")]
    answers = store.accept(caller, rows, NOW)

    assert [(answer.id, answer.rev) for answer in answers] == [(row.id, row.rev) for row in rows]


def test_nothing_of_a_row_is_lost(store: TeamStore) -> None:
    """Texts with tabs, backslashes, ends of lines and letters of any language."""
    caller = a_caller(store)
    store.accept(caller, [a_full_row("execution")], NOW)
    ((command, team_hash, runtime),) = store.fetch(
        caller.team, "SELECT command, team_hash, total_runtime FROM execution WHERE team_id = :team", {}
    )

    assert (command, bytes(team_hash), runtime) == ("text with \t, \\ and \n and é", bytes.fromhex("ab" * 16), 1.5)


def test_half_a_character_is_stored_as_a_question_mark(store: TeamStore) -> None:
    """JSON can hold it, a database cannot: the row must not be refused for ever."""
    caller = a_caller(store)

    assert verdicts(store, caller, a_row("execution", command="a\ud800b")) == ["stored"]
    assert sums(store, caller, "execution", "command") == [("a?b",)]


def test_a_number_that_no_sum_can_hold_is_refused_alone(store: TeamStore) -> None:
    """The field is named, its value is not."""
    caller = a_caller(store)
    rows = [a_row("execution", "huge", total_runtime=1e300), a_row("execution", "sane")]
    answers = store.accept(caller, rows, NOW)

    assert [(answer.verdict, answer.why) for answer in answers] == [
        ("refused", "execution.total_runtime is too large"),
        ("stored", ""),
    ]


def test_the_largest_counts_add_up(store: TeamStore) -> None:
    """Nobody can make an addition fail for the team."""
    caller = a_caller(store)
    rows = [a_row("event", str(number), tokens_in=2**53, tokens_out=-(2**53)) for number in range(2000)]

    assert set(verdicts(store, caller, *rows)) == {"stored"}
    assert sums(store, caller, "event_day", "events, tokens_in") == [(2000, 2000.0 * 2**53)]


def test_teams_do_not_meet(store: TeamStore) -> None:
    """The same id in two teams is two rows, and each sees its own."""
    one, two = a_caller(store), a_caller(store)
    row = a_full_row("session")

    assert verdicts(store, one, row) == ["stored"]
    assert verdicts(store, two, row) == ["stored"]
    assert verdicts(store, two, a_tombstone(row)) == ["stored"]
    assert (count(store, one, "session"), count(store, two, "session")) == (1, 0)


def test_a_member_changes_own_rows_only(store: TeamStore) -> None:
    """Another one's row is refused with the reason, and a tombstone for it takes nothing away."""
    ada = a_caller(store)
    bob = a_caller(store, ada.team, "Bob")
    row = a_full_row("session")
    store.accept(ada, [row], NOW)
    (answer,) = store.accept(bob, [a_full_row("session", rev=5)], NOW)
    store.accept(bob, [a_tombstone(row)], NOW)

    assert (answer.verdict, answer.why) == ("refused", "id: another member of the team has a row of this id")
    assert sums(store, ada, "session", "rev") == [(0,)]


def test_an_administrator_erases_anybodys_rows(store: TeamStore) -> None:
    """And what its owner sends again under that id is not stored."""
    ada = a_caller(store)
    admin = a_caller(store, ada.team, "Root", "admin", "write")
    row = a_full_row("session")
    store.accept(ada, [row], NOW)

    assert verdicts(store, admin, a_tombstone(row)) == ["stored"]
    assert verdicts(store, ada, row) == ["known"]
    assert count(store, ada, "session") == 0


@pytest.mark.parametrize("kind", ROW_KINDS)
def test_what_is_erased_stays_away(store: TeamStore, kind: str) -> None:
    """Whether its tombstone comes after it, before it, or in the same batch."""
    caller = a_caller(store)
    later, before, beside = (a_full_row(kind, name) for name in ("later", "before", "beside"))

    assert verdicts(store, caller, later) == ["stored"]
    assert verdicts(store, caller, a_tombstone(later)) == ["stored"]
    assert verdicts(store, caller, a_tombstone(before), a_tombstone(beside), beside)[:2] == ["stored", "stored"]
    assert verdicts(store, caller, later, before, beside) == ["known", "known", "known"]
    assert verdicts(store, caller, a_tombstone(later)) == ["known"]
    assert count(store, caller, kind) == 0


@pytest.mark.parametrize("kind", ["match_event", "output_sample", "feedback"])
def test_what_belongs_to_an_erased_run_goes_with_it(store: TeamStore, kind: str) -> None:
    """What comes of it later is not stored either."""
    caller, run = a_caller(store), a_full_row("execution")
    store.accept(caller, [run, a_row(kind, "early", execution=run.id.hex())], NOW)
    store.accept(caller, [a_tombstone(run)], NOW)

    assert verdicts(store, caller, a_row(kind, "late", execution=run.id.hex())) == ["known"]
    assert count(store, caller, kind) == 0


def test_sums_follow_the_rows(store: TeamStore) -> None:
    """Added once however often a row comes, taken away when it is erased."""
    caller = a_caller(store)
    good = a_row("event", "good", agent="claude", tool="Bash", success=True, duration_ms=5.0, cost_usd=0.5)
    bad = a_row("event", "bad", agent="claude", tool="Bash", success=False, duration_ms=7.0, tokens_in=10)
    names = "sum(events), sum(failures), sum(cost_usd), sum(tokens_in)"
    for _ in range(2):
        store.accept(caller, [good, bad, good], NOW)
    both = [tuple(map(float, row)) for row in sums(store, caller, "event_day", names)]  # type: ignore[arg-type]  # numbers
    store.accept(caller, [a_tombstone(bad)], NOW)
    one = [tuple(map(float, row)) for row in sums(store, caller, "event_day", names)]  # type: ignore[arg-type]  # numbers

    assert both == [(2, 1, 0.5, 10)]
    assert one == [(1, 0, 0.5, 0)]


def test_runs_are_summed_by_command_and_pattern(store: TeamStore) -> None:
    """A run without a hash counts among the runs alone."""
    caller = a_caller(store)
    rows = [
        a_row("execution", "one", team_hash="aa" * 16, exit_code=0, total_runtime=2.0),
        a_row("execution", "two", team_hash="aa" * 16, exit_code=1, total_runtime=3.0),
        a_row("execution", "three", pattern_hash="bb" * 16, match_count=4, exit_code=1, total_runtime=1.0),
    ]
    store.accept(caller, rows, NOW)

    assert sums(store, caller, "command_day", "runs, failures, seconds") == [(2, 1, 5.0)]
    assert sums(store, caller, "pattern_day", "runs, matched, match_count") == [(1, 1, 4.0)]
    assert sums(store, caller, "run_day", "sum(runs), sum(seconds)") == [(3, 6.0)]


def test_a_clock_that_is_ahead_counts_to_today(store: TeamStore) -> None:
    """And how late or early rows came is counted."""
    caller = a_caller(store)
    rows = [a_row("event", str(hours), 0, NOW + timedelta(hours=hours)) for hours in (26, 0, -0.5, -5, -50)]
    store.accept(caller, rows, NOW)
    days = [str(day) for (day,) in sums(store, caller, "event_day", "day")]

    assert days == ["2026-11-21", "2026-11-23"]
    assert sums(store, caller, "intake_day", "rows, in_minute, in_hour, in_day, later, ahead") == [(5, 1, 1, 1, 1, 1)]


def test_a_token_says_who_asks(store: TeamStore) -> None:
    """Until it is revoked or has run out."""
    caller = a_caller(store)
    token = a_token(caller, caller.team, expires_at=NOW + timedelta(days=1))
    store.make_token(caller.team, token)
    found = store.find_token(token.digest, NOW)
    store.find_token(token.digest, NOW)

    assert found is not None
    assert (found.team, found.member, found.scopes) == (caller.team, caller.member, caller.scopes)
    assert store.find_token(token.digest, NOW + timedelta(days=1)) is None
    assert store.find_token(bytes(32), NOW) is None
    assert [str(line.last_used_on)[:10] for line in store.list_tokens(caller.team)] == ["2026-11-23"]
    assert (store.revoke_token(caller.team, token.digest, NOW), store.revoke_token(caller.team, token.digest, NOW)) == (
        True,
        False,
    )
    assert store.find_token(token.digest, NOW) is None


def test_a_token_of_another_team_is_not_revoked(store: TeamStore) -> None:
    """Nor listed."""
    one, two = a_caller(store), a_caller(store)
    store.make_token(one.team, a_token(one, one.team))

    assert not store.revoke_token(two.team, a_token(one, one.team).digest, NOW)
    assert store.list_tokens(two.team) == []
    assert store.find_token(a_token(one, one.team).digest, NOW) is not None


def test_teams_and_members_are_listed(store: TeamStore) -> None:
    """With how many rows came of each."""
    caller = a_caller(store)
    store.accept(caller, [a_row("event"), a_row("session")], NOW)
    store.set_level(caller.team, "full")

    assert (caller.team, "a team", "full") in [(line.team, line.name, line.level) for line in store.list_teams()]
    assert [(line.member, line.name, line.rows) for line in store.list_members(caller.team)] == [
        (caller.member, "Ada", 2)
    ]


def test_nobody_joins_a_team_that_is_not_there(store: TeamStore) -> None:
    """What to do is said."""
    caller = a_caller(store)
    with pytest.raises(NotFound, match="twiceshy serve team"):
        store.make_member("00000000-0000-0000-0000-000000000000", "Eve", NOW)
    with pytest.raises(NotFound, match="twiceshy serve member"):
        store.make_token(caller.team, a_token(Caller(team=caller.team, member=bytes(16), scopes=frozenset({"read"}))))
    assert not store.set_level("00000000-0000-0000-0000-000000000000", "full")


def test_erasures_are_told_after_a_cursor(store: TeamStore) -> None:
    """Each once, in the order in which they were obeyed; an odd cursor starts at the beginning."""
    caller = a_caller(store)
    first, cursor = store.list_erasures(caller, "")
    store.accept(caller, [a_tombstone(a_row("event", "one"))], NOW)
    store.accept(caller, [a_tombstone(a_row("event", "two"))], NOW)
    both, last = store.list_erasures(caller, cursor)

    assert first == []
    assert both == [a_key("event one"), a_key("event two")]
    assert store.list_erasures(caller, last) == ([], last)
    assert store.list_erasures(caller, "x" * 40)[0] == both


def test_no_row_is_no_work(store: TeamStore) -> None:
    """An empty batch asks whether all is well."""
    assert store.accept(a_caller(store), [], NOW) == []
