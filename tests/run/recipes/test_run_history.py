"""What is learned from runs and from agents' logs, what people say about runs, and how long runs are kept."""

import json
import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.doors.cli.conftest import Log

from twiceshy.archive import run_rows as writing
from twiceshy.archive.db import Store
from twiceshy.archive.reads import runs as reading
from twiceshy.archive.rows import pack_events
from twiceshy.archive.times import format_time
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound, UsageError
from twiceshy.base.values import Scrubbed
from twiceshy.commands.keys.team_keys import command_folder_key, command_key, folder_key
from twiceshy.records.events import Action, Failure, ToolCall, ToolResult
from twiceshy.records.executions import Execution, LearnedPattern, PastRun, PatternUse, RunLines, RunRecord
from twiceshy.records.ingest import Cursor, LineTally, SourceState
from twiceshy.run.learned_limits import find_alarms
from twiceshy.run.recipes import run_history
from twiceshy.run.recipes.run_limits import fold_logs, relearn

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
FOLDER = "/invented/web"
PATTERN = "FAIL"


@pytest.fixture
def config() -> Config:
    """Settings with an empty data folder."""
    return load({}, os.environ, Path.cwd())


def put(  # one argument for each thing that a test varies
    config: Config,
    number: int,
    *,
    words: str = "npm test",
    folder: str = FOLDER,
    reason: str = "match",
    runtime_s: float = 60.0,
    **more: Any,
) -> bytes:
    """One stored run, ``number`` hours before now; its id."""
    with Store.open(config.home) as store:
        salt = store.salt
        at = format_time(NOW - timedelta(hours=number)) or ""
        uid = number.to_bytes(4, "big") * 4
        execution = Execution(
            execution_id=uid,
            timestamp=at,
            command=Scrubbed(words),
            command_hash=command_key(words, salt),
            place_hash=command_folder_key(words, folder, salt),
            working_directory=Scrubbed("<path>"),
            environment_vars=Scrubbed("{}"),
            pattern=Scrubbed(PATTERN),
            pattern_type="re2",
            case_insensitive=False,
            invert_match=False,
            max_count=1,
            match_mode="both",
            fd_patterns=Scrubbed("{}"),
            overall_timeout=None,
            idle_timeout=None,
            first_output_timeout=None,
            delay_exit=2.0,
            exit_code=123,
            child_status=143,
            exit_reason=reason,
            total_runtime=runtime_s,
            time_to_first_output=0.1,
            time_to_first_match=1.0,
            time_from_match_to_exit=2.0,
            idle_periods_count=0,
            longest_idle_period=1.0,
            silence_quantiles="{}",
            match_count=1,
            match_line_numbers="[3]",
            total_lines_processed=100,
            stdout_lines=100,
            stderr_lines=0,
            bytes_processed=1000,
            output_rate=2.0,
            error_density=0.0,
            project_type="nodejs",
            command_category="test",
            anonymized=True,
            folder_hash=folder_key(folder, salt),
        )
        past = PastRun(
            uid=uid,
            origin="run",
            at=at,
            command_hash=execution.command_hash,
            place_hash=execution.place_hash,
            runtime_s=runtime_s,
            runtime_cut=False,
            silence_s=runtime_s / 10,
            first_output_s=0.1,
            lines=100,
            unbuffered="environment",
        )
        past = replace(past, **more)
        pattern = PatternUse(pattern_hash=pattern_hash(salt), pattern=Scrubbed(PATTERN), time_to_match=1.0)
        recorded = RunRecord(execution=execution, past=past, matches=[], samples=[], metrics=[], patterns=[pattern])
        with store.begin_writing() as connection:
            writing.add(connection, recorded, NOW)
    return uid


def pattern_hash(salt: bytes) -> bytes:
    import hashlib  # noqa: PLC0415  # only here

    return hashlib.blake2b(PATTERN.encode(), key=salt, digest_size=16, person=b"pattern").digest()


def history(config: Config, count: int, rng: Random) -> None:
    for number in range(count, 0, -1):
        put(config, number, runtime_s=60 * rng.lognormvariate(0, 0.15))


def test_too_little_data_is_said(config: Config) -> None:
    """With how much there is."""
    put(config, 1, words="frobnicate", runtime_cut=True, silence_s=None, first_output_s=None)
    found = run_history.suggest(config, ["frobnicate"], FOLDER)

    assert (found.line, found.limits, found.runs_here, found.starting_patterns) == ("", [], 1, [])


def test_a_command_that_never_ran_has_the_starting_patterns_of_its_tool(config: Config) -> None:
    """Without a limit; what feedback refused in this folder is not among them."""
    found = run_history.suggest(config, ["cargo", "build"], FOLDER)
    refused = found.starting_patterns[0]
    with Store.open(config.home) as store, store.begin_writing() as connection:
        place = command_folder_key("cargo build", FOLDER, store.salt)
        row = LearnedPattern(
            place_hash=place,
            pattern=refused,
            origin="starting",
            chosen=False,
            refused=True,
            failed_runs=0,
            failed_hit=0,
            good_runs=0,
            good_hit=0,
            saved_share=None,
            score=None,
            reason="",
        )
        writing.put_patterns(connection, place, [row])
    again = run_history.suggest(config, ["cargo", "build"], FOLDER)

    assert (found.line, found.limits, found.starting) == ("twiceshy run --match auto -- cargo build", [], "cargo")
    assert again.starting_patterns == found.starting_patterns[1:]


def test_a_suggestion_can_be_pasted_and_has_its_evidence(config: Config) -> None:
    """One word or several; runs elsewhere are told and teach no limit."""
    history(config, 12, Random(1))
    here = run_history.suggest(config, ["npm", "test"], FOLDER)
    below = run_history.suggest(config, [f"cd {FOLDER} && npm test"], "/other")
    elsewhere = run_history.suggest(config, ["npm test"], "/other")

    assert here.line.startswith("twiceshy run --timeout ")
    assert here.line.endswith(" -- npm test")
    assert here.limits[0].option == "--timeout"
    assert here.limits[0].reason.startswith("longest of 12 runs here ")
    assert below == here
    assert (elsewhere.limits, elsewhere.runs_elsewhere) == ([], 12)
    assert elsewhere.line == "twiceshy run --match auto -- npm test"
    assert re.fullmatch(r"elsewhere such runs took up to [\d.]+ (s|min.*) \(12 runs\)", elsewhere.elsewhere)


def log_of(command: str, seconds: list[float], *, failure: Failure | None = None) -> Log:
    """An agent's session in the parent folder that ran a command again and again."""
    log = Log("ab12", "web")
    log.session = replace(log.session, cwd=Scrubbed("/invented"))
    for number, took in enumerate(seconds):
        asked = log.stamp()
        given = log.stamp()
        call = asked.uid
        at = NOW - timedelta(hours=len(seconds) - number)
        log.events += [
            ToolCall(
                stamp=replace(asked, at=at),
                call=call,
                tool=Scrubbed("Bash"),
                action=Action.RUN,
                input=Scrubbed("{}"),
                command=Scrubbed(command),
            ),
            ToolResult(
                stamp=replace(given, at=at + timedelta(seconds=took)), call=call, text=Scrubbed("done"), failure=failure
            ),
        ]
    return log


def ingest(config: Config, log: Log) -> None:
    """The log is in the store."""
    state = SourceState(
        key=log.uid,
        agent="claude-code",
        name=Scrubbed("log"),
        size=1,
        mtime_ns=1,
        cursor=Cursor(),
        tally=LineTally(),
        read_at=NOW,
    )
    with Store.open(config.home) as store:
        store.add(pack_events([log.session, *log.events]), state)


def test_learning_starts_from_agents_logs(config: Config) -> None:
    """The duration is from call to result; the same words are the same command; nothing is counted twice."""
    ingest(config, log_of("cd web && npm test 2>&1 | tail -5", [50.0, 55.0, 60.0, 65.0, 70.0, 61.0]))
    found = run_history.suggest(config, ["npm", "test"], FOLDER)
    again = run_history.suggest(config, ["npm", "test"], FOLDER)

    assert found == again
    assert (found.runs_here, found.runs_elsewhere) == (6, 0)
    (limit,) = found.limits
    assert (limit.option, limit.median_s, limit.longest_s) == ("--timeout", 61.0, 70.0)
    assert 105 <= limit.value_s <= 210


def test_what_was_interrupted_was_not_short(config: Config) -> None:
    """It is known to have taken longer, and alone it teaches nothing."""
    ingest(config, log_of("npm test", [5.0] * 8, failure=Failure.INTERRUPTED))

    assert run_history.suggest(config, ["npm", "test"], FOLDER).limits == []


def test_what_was_refused_never_ran(config: Config) -> None:
    """Nor did a command cancelled beside another."""
    ingest(config, log_of("npm test", [5.0] * 8, failure=Failure.REJECTED))

    assert run_history.suggest(config, ["npm", "test"], FOLDER).runs_here == 0


def test_folding_goes_on_where_it_stopped(config: Config) -> None:
    """In steps of any size, to the same end."""
    ingest(config, log_of("npm test", [50.0] * 7))
    with Store.open(config.home) as store:
        steps = []
        while (folded := fold_logs(store, 3)) is not None:
            steps.append(folded.new)

    assert steps == [3, 3, 1]


def test_feedback_said_twice_counts_once(config: Config) -> None:
    """In the run and in the sums of its pattern."""
    uid = put(config, 1)
    for _ in range(2):
        run = run_history.give_feedback(config, f"r-{uid.hex()}", false_positive=True, rating=2, delay_should_be_s=10.0)
    (pattern,) = run_history.summarize_runs(config, 5).patterns

    assert (run.false_positive, run.rating) == (True, 2)
    assert (pattern.right, pattern.false_positives, pattern.uses) == (0, 1, 1)

    run_history.give_feedback(config, f"r-{uid.hex()}", false_positive=False)
    (pattern,) = run_history.summarize_runs(config, 5).patterns
    assert (pattern.right, pattern.false_positives) == (1, 0)


def test_feedback_without_an_id_is_about_the_newest_run_of_the_folder(config: Config) -> None:
    """Not the newest anywhere; where none ran, that is said."""
    put(config, 3)
    newest = put(config, 2)
    elsewhere = put(config, 1, folder="/invented/api")

    assert run_history.give_feedback(config, "last", folder=FOLDER, rating=2).uid == newest
    assert run_history.give_feedback(config, "last", folder="/invented/api", rating=2).uid == elsewhere
    with pytest.raises(NotFound, match="no run of this folder"):
        run_history.give_feedback(config, "last", folder="/invented", rating=2)


def test_feedback_without_an_id_is_about_the_run_that_ended_last(config: Config) -> None:
    """One that began earlier and took longer ended after a short one."""
    long = put(config, 3, runtime_s=2.5 * 3600)
    put(config, 1, runtime_s=60.0)

    assert run_history.give_feedback(config, "last", folder=FOLDER, rating=2).uid == long


def test_a_comment_is_scrubbed(config: Config) -> None:
    """As every text."""
    uid = put(config, 1)
    run_history.give_feedback(config, f"r-{uid.hex()}", comment="ask jo.doe@corp-mail.io about password=hunter2secret9")
    with Store.open(config.home, readonly=True) as store:
        ((comment,),) = store.connection.execute("SELECT user_feedback FROM executions").fetchall()

    assert "hunter2" not in comment
    assert "jo.doe" not in comment


def test_feedback_that_makes_no_sense_is_refused(config: Config) -> None:
    """Nothing said, a rating out of range, a run that is not there."""
    uid = put(config, 1)
    with pytest.raises(UsageError):
        run_history.give_feedback(config, f"r-{uid.hex()}")
    with pytest.raises(UsageError):
        run_history.give_feedback(config, f"r-{uid.hex()}", rating=6)
    with pytest.raises(NotFound):
        run_history.give_feedback(config, "r-ffff", rating=1)


def test_old_runs_go_and_what_was_learned_stays(config: Config) -> None:
    """By age, then by size; the limit is as before."""
    history(config, 12, Random(1))
    before = run_history.suggest(config, ["npm", "test"], FOLDER)
    with Store.open(config.home) as store:
        assert run_history.retire(store, config, NOW) == 0
        assert run_history.retire(store, replace(config, telemetry_max_db_size_mb=0), NOW) == 12
        assert run_history.retire(store, config, NOW + timedelta(days=100)) == 0
    assert run_history.suggest(config, ["npm", "test"], FOLDER) == before

    put(config, 50)
    with Store.open(config.home) as store:
        assert run_history.retire(store, config, NOW + timedelta(days=100)) == 1


def put_lines(config: Config, number: int, *, failed: bool) -> None:
    """One stored run with the kinds of lines that it printed."""
    uid = put(config, number)
    kinds = [["building", 0.1, 0.0], *([["boom in <path>", 1.0, 3.0]] if failed else [])]
    with Store.open(config.home) as store, store.begin_writing() as connection:
        place = command_folder_key("npm test", FOLDER, store.salt)
        at = format_time(NOW - timedelta(hours=number)) or ""
        writing.add_lines(
            connection,
            uid,
            RunLines(place_hash=place, at=at, failed=int(failed), runtime_s=60.0, lines=json.dumps(kinds), marks="[]"),
        )
        relearn(store, "place", place)


def test_patterns_outlive_the_runs_that_taught_them(config: Config) -> None:
    """With the delay after a match, until a good run prints such a line."""
    for number in range(40, 10, -1):
        put_lines(config, number, failed=number % 2 == 0)
    before = run_history.suggest(config, ["npm", "test"], FOLDER)
    with Store.open(config.home) as store:
        assert run_history.retire(store, replace(config, telemetry_max_db_size_mb=0), NOW) == 30
    put_lines(config, 3, failed=True)
    put_lines(config, 2, failed=False)
    after = run_history.suggest(config, ["npm", "test"], FOLDER)

    assert before.patterns is not None
    assert after.patterns is not None
    assert (after.patterns.patterns, after.patterns.confident) == (before.patterns.patterns, True)
    with Store.open(config.home, readonly=True) as store:
        place = command_folder_key("npm test", FOLDER, store.salt)
        assert reading.read_learned_delay(store.connection, place) is not None

    with Store.open(config.home) as store, store.begin_writing() as connection:
        connection.execute("UPDATE run_lines SET failed = 0")
        relearn(store, "place", place)
    assert run_history.suggest(config, ["npm", "test"], FOLDER).patterns is None


def test_clear_takes_all_of_it_or_what_is_old(config: Config) -> None:
    """All: also what was learned."""
    history(config, 12, Random(1))
    assert run_history.clear(config, NOW - timedelta(hours=6)) == 6
    assert run_history.suggest(config, ["npm", "test"], FOLDER).runs_here == 12
    assert run_history.clear(config, None) == 6
    assert run_history.suggest(config, ["npm", "test"], FOLDER).runs_here == 0


def test_planted_anomalies_are_found_and_little_else(config: Config) -> None:
    """Slow, silent, loud and failing anew, each against the command's own past."""
    rng = Random(9)
    past = [PastRun(**ordinary(rng, number)) for number in range(60)]
    alarms = [alarm for at in range(20, 60) for alarm in find_alarms(past[:at], past[at])]
    planted: dict[str, dict[str, Any]] = {
        "runtime": {"runtime_s": 200.0},
        "silence": {"silence_s": 40.0},
        "lines": {"lines": 1000},
        "error": {"failed": True, "error_key": b"anewkind"},
    }

    assert len(alarms) <= 1
    for what, change in planted.items():
        (alarm,) = find_alarms(past, PastRun(**ordinary(rng, 60) | change))
        assert alarm.what == what


def test_what_good_runs_printed_is_no_new_error() -> None:
    """Only a failed run has an error, and a line that earlier runs ended well with is none of it."""
    rng = Random(9)
    past = [PastRun(**ordinary(rng, number), error_key=b"a warning") for number in range(20)]

    def raised(**change: Any) -> list[str]:
        return [alarm.what for alarm in find_alarms(past, PastRun(**ordinary(rng, 20) | change))]

    assert raised(failed=True, error_key=b"a warning") == []
    assert raised(failed=False, error_key=b"good news") == []
    assert raised(failed=True, error_key=b"an error") == ["error"]


@pytest.mark.parametrize(("good", "told"), [("0 error: lamp is off", []), ("all is well", ["error"])])
def test_an_error_that_good_runs_print_too_is_no_alarm(config: Config, good: str, told: list[str]) -> None:
    """Whichever of their lines told most about them."""
    for number in range(12, 0, -1):
        put(config, number, runtime_s=60.0 + number % 3, error_key=b"warnings")
    failed = put(config, 0, runtime_s=60.0, failed=True, error_key=b"the lamp")
    with Store.open(config.home) as store, store.begin_writing() as connection:
        rows = connection.execute("SELECT execution_id, place_hash, timestamp FROM executions").fetchall()
        for uid, place, at in rows:
            line = "0 error: lamp is off" if uid == failed else good
            lines = RunLines(
                place_hash=place,
                at=at,
                failed=int(uid == failed),
                runtime_s=60.0,
                lines=f'[["{line}", 1, 1]]',
                marks="[]",
            )
            writing.add_lines(connection, uid, lines)

    assert [alarm.what for alarm in run_history.list_anomalies(config, 9)] == told


def test_a_run_that_a_person_called_a_false_alarm_is_listed_no_more(config: Config) -> None:
    """The others are."""
    for number in range(1, 40):
        put(config, number + 5, runtime_s=60.0 + number % 3)
    late, later = put(config, 2, runtime_s=900.0), put(config, 1, runtime_s=950.0)
    before = {alarm.id for alarm in run_history.list_anomalies(config, 9)}

    run_history.give_feedback(config, f"r-{late.hex()}", false_positive=True)

    after = {alarm.id for alarm in run_history.list_anomalies(config, 9)}
    (gone,) = before - after
    assert late.hex().startswith(gone[2:])
    assert any(later.hex().startswith(one[2:]) for one in after)


def ordinary(rng: Random, number: int) -> dict[str, Any]:
    return {
        "uid": number.to_bytes(16, "big"),
        "origin": "run",
        "at": format_time(NOW + timedelta(hours=number)),
        "command_hash": b"c",
        "place_hash": None,
        "runtime_s": 60 * rng.lognormvariate(0, 0.15),
        "runtime_cut": False,
        "silence_s": 8 * rng.lognormvariate(0, 0.15),
        "lines": round(200 * rng.lognormvariate(0, 0.1)),
    }
