"""Each way out of this machine, or into a file of a repository, passes the same gate; who writes elsewhere is listed.

What is planted is a value that redaction does not know, and the second opinion does.
"""

import ast
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.archive.run_records import execution
from tests.house.graph import list_sources, name_of
from tests.judgement.outcomes.workbench import Repo
from tests.judgement.sessions.test_handoff import fill
from tests.lessons.builders import a_lesson
from wings.git.tests.memory_recipes.checkpoint_repository import (
    HEX,
    describe,
    dump,
    git,
    make_log,
    make_repository,
    put_checkpoint,
)
from wings.team.tests.remote.fake_server import FakeTeam, serving
from wings.team.tests.sync.sending import settings, terms

from twiceshy.archive import outbox
from twiceshy.archive.db import Store
from twiceshy.archive.outbox import WITNESS, put_notes
from twiceshy.archive.reads import lessons as lesson_reads
from twiceshy.base.config import Config, load
from twiceshy.base.values import Scrubbed
from twiceshy.insights.suggest import apply_remedies
from twiceshy.judgement.sessions.handoff import hand_over
from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.privacy.wire.outgoing_runs import make_run_rows
from twiceshy.privacy.wire.wire_rows import encode_row
from twiceshy.records.findings import Finding, Layer, Severity
from twiceshy.records.fleet import FleetFigures, FleetLesson, FleetReport
from twiceshy.records.ids import IdPrefix
from twiceshy.records.insights import RemedyKind
from twiceshy.records.memory import MemoryRecord
from twiceshy.records.suggestions import Suggestion
from twiceshy.run.recipes.vanishing_run import keep_apart
from twiceshy.score.recipes.score_overview import to_sarif
from twiceshy_fleet.recipes import fleet_report
from twiceshy_fleet.shards import merge_lessons
from twiceshy_git.githook.offer_message import offer_into
from twiceshy_git.memory_recipes import foreign_authorship
from twiceshy_git.memory_recipes.entire_sessions import read_checkpoints
from twiceshy_git.message_recipes.message_offers import suggest_message
from twiceshy_git.message_recipes.offered_repositories import learn_messages
from twiceshy_git.share.write_memory import clean_records
from twiceshy_team.remote.file_target import list_files, read_lines
from twiceshy_team.sync.send_outbox import send_outbox
from twiceshy_team.sync.server_settings import find_server, fingerprint
from twiceshy_team.sync.sync_status import list_lines

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
VALUE = "k9Xw2Lq8" + "Vz4Rt7YpQ1Zz"
PERSONAL = " in /srv/falcon-works/notes.txt, said Anna Kowalska <anna.kowalska@falcon-works.internal>"
"""What leaves at the usual level, and not at the strict one."""
WORDS = Scrubbed(f"signing-phrase: '{VALUE}'")
ENV = {"TWICESHY_SYNC_TOKEN": "tws_" + "A" * 43}


class Place(NamedTuple):
    """Where a way out is tried."""

    home: Path
    patch: pytest.MonkeyPatch
    level: RedactionLevel

    @property
    def folder(self) -> Path:
        """A folder of no repository."""
        return self.home / "out"

    @property
    def words(self) -> Scrubbed:
        """What is planted."""
        return Scrubbed(WORDS + PERSONAL) if self.level is RedactionLevel.STRICT else WORDS


def a_run(place: Place) -> bytes:
    """A row with the value in a command."""
    (row,) = make_run_rows(replace(execution(1), command=place.words), (), (), terms("full"))
    return encode_row(row)


def have_wait(place: Place, **more: Any) -> Config:
    config = replace(settings(place.home, level="full"), **{"sync_folder": place.folder} | more)
    (row,) = make_run_rows(replace(execution(1), command=place.words), (), (), terms("full"))
    with Store.open(config.home) as store, store.begin_writing() as connection:
        outbox.put_rows(connection, [row], NOW)
    return config


def send(place: Place) -> str:
    team = FakeTeam()
    with serving(team) as server:
        done = send_outbox(have_wait(place, sync_url=server.url), ENV, clock=lambda: NOW)
    assert (done.sent, len(team.lines)) == (1, 1)
    return repr(team.lines)


def send_witness(place: Place) -> str:
    """The row that asks a server whether it is still the same one."""
    team = FakeTeam()
    with serving(team) as server:
        config = replace(settings(place.home, level="full"), sync_url=server.url)
        found = find_server(config, ENV)
        assert found is not None
        with Store.open(config.home) as store, store.begin_writing() as connection:
            put_notes(connection, {WITNESS: a_run(place).decode(), "witness-of": fingerprint(found)})
        send_outbox(config, ENV, clock=lambda: NOW)
    assert len(team.lines) == 1
    return repr(team.lines)


def carry(place: Place) -> str:
    send_outbox(have_wait(place, telemetry_backend="file"), ENV, clock=lambda: NOW)
    return repr([line for file in list_files([place.folder]) for line in read_lines(file)])


def show_lines(place: Place) -> str:
    return repr(list(list_lines(have_wait(place))))


def run_and_vanish(place: Place) -> str:
    """A machine without a store: first in a file, and there still where no server takes it."""
    config = replace(settings(place.home, "http", "full"), sync_folder=place.folder)
    (row,) = make_run_rows(replace(execution(1), command=place.words), (), (), terms("full"))
    keep_apart(config, [row], NOW)
    return repr([line for file in list_files([place.folder]) for line in read_lines(file)])


def attribute(place: Place) -> tuple[Config, Path]:
    """A repository with a commit of a recorded session, whose model has an odd name."""
    config = Config(home=place.home / "data", ingest_processes=1, privacy_level=place.level.value)
    repo = make_repository(place.home / "shop", HEX)
    log, where = make_log("one"), f"{HEX[:2]}/{HEX[2:]}/0"
    files = {f"{where}/metadata.json": describe(log), f"{where}/full.jsonl": dump(log)}
    put_checkpoint(repo, "refs/heads/entire/checkpoints/v1", files)
    read_checkpoints(config, repo)
    with Store.open(config.home) as store, store.begin_writing() as connection:
        for table in ("reply", "usage"):
            connection.execute(f"UPDATE {table} SET model = ?", (place.words,))
    return config, repo


def write_note(place: Place) -> str:
    config, repo = attribute(place)
    assert foreign_authorship.write_notes(config, repo).written == 1
    return git(repo, "notes", "--ref=ai", "show", "HEAD")


def write_trace(place: Place) -> str:
    lines: list[bytes] = []
    config, repo = attribute(place)
    assert foreign_authorship.write_traces(config, repo, "1.0", lines.append).written == 1
    return repr(lines)


def describe_commits(place: Place) -> Repo:
    """A repository in which somebody committed with such a message, and a change like that one."""
    repo = Repo(place.home / "web").started()
    for number, subject in enumerate(
        ("Mend the parser", "Mend the lexer", f"Mend it: {place.words}", f"Again: {place.words}")
    ):
        repo.write("src/parser.py", [f"def parse_{number}(): return value", "x = 1"])
        repo.commit(subject)
    repo.write("src/parser.py", ["def parse_9(): return value"])
    repo.git("add", "-A")
    return repo


def offer_in_a_file(place: Place) -> str:
    repo = describe_commits(place)
    learn_messages(load({}, os.environ, repo.path), repo.path)
    path = repo.path / ".git" / "COMMIT_EDITMSG"
    path.write_text("\n# Lines starting\n# with '#' will be ignored\n")
    place.patch.chdir(repo.path)
    assert offer_into(path)
    return path.read_text(encoding="utf-8")


def offer_in_words(place: Place) -> str:
    repo = describe_commits(place)
    found = suggest_message(load({}, os.environ, repo.path), repo.path, NOW.replace(year=2030))
    assert found is not None
    return repr(found)


def report_on_a_fleet(place: Place) -> str:
    lesson = FleetLesson("l-1", place.words, place.words, 2, 2, 2, 1, 1, (place.words,), 0.0, 0, None, None)
    whole = FleetFigures.__new__(FleetFigures)
    found = FleetReport(output="o", team="", by="team", whole=whole, groups=(), lessons=(lesson,), troubles=())
    return repr(fleet_report._clean_texts(load({}, os.environ, place.home), found).lessons)


def merge_a_fleet(place: Place) -> str:
    config = load({}, os.environ, place.home)
    lesson = a_lesson(description=place.words)
    place.patch.setattr(lesson_reads, "read_lessons", lambda _: [lesson])
    with Store.open(config.home) as store:
        store.connection.execute("CREATE TEMP TABLE session_owner (session, team, person)")
        return repr(list(merge_lessons.list_merged_lessons(config, store, NOW)))


def keep_in_a_memory(place: Place) -> str:
    with Store.open(load({}, os.environ, place.home).home) as store:
        gate = OutgoingTexts(load_rules(), store.salt, place.level)
    return repr(clean_records([MemoryRecord(type="prompt", at=NOW, fields={"text": place.words})], gate))


def hand_over_a_session(place: Place) -> str:
    config = replace(fill(place.home, place.home / "gone"), privacy_level=place.level.value)
    with Store.open(config.home) as store, store.begin_writing() as connection:
        connection.execute("UPDATE prompt SET text = ?", (place.words,))
    return hand_over(config, place.home, IdPrefix("s", "aa")).words


def write_a_line(place: Place) -> str:
    """Such a line is not written at all."""
    line = Suggestion(number=1, id="i-1", kind=RemedyKind.TEXT, text=place.words, evidence="", tokens=1)
    return "written: " + place.words * (not apply_remedies._has_secret(load({}, os.environ, place.home), [line]))


def print_sarif(place: Place) -> str:
    finding = Finding(
        rule="pattern/x",
        layer=Layer.PATTERN,
        severity=Severity.MINOR,
        confidence=0.5,
        path="a.py",
        line=1,
        message=place.words,
    )
    return repr(to_sarif(load({}, os.environ, place.home), [finding], [place.words]))


WAYS: dict[str, Callable[[Place], str]] = {
    "sync: rows to a server": send,
    "sync: the witness": send_witness,
    "sync: rows in a file": carry,
    "sync --dry-run": show_lines,
    "run, on a machine that vanishes": run_and_vanish,
    "memory write --format git-ai": write_note,
    "memory write --format agent-trace": write_trace,
    "the hook that offers a message": offer_in_a_file,
    "suggest-message": offer_in_words,
    "report --fleet": report_on_a_fleet,
    "fleet: merged lessons": merge_a_fleet,
    "score --sarif": print_sarif,
    "memory": keep_in_a_memory,
    "handoff": hand_over_a_session,
    "suggest --write": write_a_line,
}
ELSEWHERE = {
    "export, runs and rows": (
        "wings/data/tests/recipes/test_export_records.py",
        "test_a_secret_that_redaction_missed_does_not_leave",
    ),
    "export, folders": (
        "wings/data/tests/recipes/test_history_rows.py",
        "test_a_planted_key_leaves_neither_in_a_file_nor_in_a_folder",
    ),
    "lessons export": (
        "tests/lessons/recipes/test_lessons_file.py",
        "test_a_secret_of_a_lesson_stays_out_of_the_repository",
    ),
    "memory, push": (
        "wings/git/tests/share/test_push_memory.py",
        "test_a_planted_secret_is_taken_out_by_the_second_engine",
    ),
    "handoff": ("tests/judgement/sessions/test_handoff.py", "test_a_handoff_passes_the_gate_of_exports"),
    "suggest --write": ("tests/insights/suggest/test_apply_remedies.py", "test_a_line_with_a_secret_is_not_written"),
    "report --html": ("tests/recipes/pages/test_report_page.py", "test_a_text_that_may_not_leave_stops_the_page"),
    "contribute": (
        "wings/data/tests/contribute/test_write_contribution.py",
        "test_bytes_that_look_like_a_secret_are_not_shown",
    ),
    "rows for an adapter": ("wings/data/tests/adapters/test_trainer_takes_rows.py", ""),
}
"""Ways out with a test in their own room."""


def test_redaction_does_not_know_what_is_planted() -> None:
    """Else nothing here would show anything."""
    assert Scrubber(load_rules(), b"s" * 32, RedactionLevel.STANDARD).text(WORDS) == WORDS


@pytest.mark.parametrize("level", [RedactionLevel.STANDARD, RedactionLevel.STRICT])
@pytest.mark.parametrize("way", WAYS)
def test_what_leaves_passes_the_gate(
    way: str, level: RedactionLevel, scratch_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest of it leaves. At the strict level nothing of a person, a host or a place leaves either."""
    monkeypatch.setenv("TWICESHY_PRIVACY_LEVEL", level.value)
    found = WAYS[way](Place(scratch_home, monkeypatch, level))

    assert found
    assert VALUE not in found
    if level is RedactionLevel.STRICT:
        assert [word for word in ("falcon", "Kowalska", "kowalska") if word in found] == []


@pytest.mark.parametrize("way", WAYS)
def test_without_the_gate_it_would_leave(way: str, scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a row above would hold whatever is changed."""
    monkeypatch.setattr(OutgoingTexts, "clean", lambda _, texts: (list(texts), None))

    assert VALUE in WAYS[way](Place(scratch_home, monkeypatch, RedactionLevel.STANDARD))


def test_the_other_ways_have_their_test() -> None:
    """Under this name."""
    for file, name in ELSEWHERE.values():
        assert f"def {name}" in (ROOT / file).read_text(encoding="utf-8"), name


_WRITING = frozenset(
    {"write_whole", "write_new", "open_draft", "open_draft_folder", "write_draft", "write_named_file", "write_text"}
    | {"write_bytes", "add_notes", "push_refs", "send_request", "post_batch"}
)
STAYS, OURS, GATED, FIGURES = "in our folders, or a temporary one", "our own words", "WAYS or ELSEWHERE", "no text"
WRITERS = {
    "logs/settings_files.py": OURS,  # agents' settings by `init`; lines of `suggest` pass the gate before
    "twiceshy_fleet/cluster/spark_session.py": STAYS,
    "base/config_file.py": "the words of the person who sets it",
    "recipes/demo/lesson_story.py": STAYS,
    "recipes/demo/sample_history.py": STAYS,
    "stats/text/safetensors.py": FIGURES,
    "twiceshy_data/finetune/base_models.py": FIGURES,
    "twiceshy_data/finetune/kept_progress.py": FIGURES,
    "twiceshy_git/chunks/chunk_actions.py": "records of a memory, which passed the gate when they were written",
    "logs/collect/read_commits.py": STAYS,
    "twiceshy_data/contribute/bundles.py": "hashes, and the name that a person gives",
    "twiceshy_data/contribute/ssh_signatures.py": STAYS,
    "twiceshy_data/recipes/dataset_files.py": GATED,
    "twiceshy_data/recipes/export_folders.py": GATED,
    "twiceshy_fleet/recipes/fleet_plan.py": STAYS,
    "judgement/recipes/workflow_compliance.py": OURS,
    "twiceshy_git/memory_recipes/entire_sessions.py": STAYS,
    "twiceshy_git/memory_recipes/foreign_authorship.py": GATED,
    "twiceshy_git/message_recipes/adapter_cards.py": FIGURES,
    "twiceshy_git/message_recipes/writer_contests.py": "a program of this machine",
    "recipes/setup/git_hooks.py": OURS,
    "recipes/setup/hook_install.py": STAYS,
    "twiceshy_fleet/shards/shard_work.py": STAYS,
    "twiceshy_git/share/push_memory.py": GATED,
    "twiceshy_team/sync/batch_sender.py": GATED,
    "twiceshy_team/sync/sync_status.py": "an empty batch",
    "twiceshy_team/sync/team_recipe.py": "a question without words",
    "lessons/lessons_yaml.py": GATED,
    "lessons/patterns.py": STAYS,
    "privacy/policy.py": OURS,
    "base/private_files.py": "what the others write with",
    "twiceshy_team/remote/batch_answers.py": GATED,
    "twiceshy_team/remote/file_target.py": GATED,
    "run/leave.py": STAYS,
    "run/hand_over.py": STAYS,
    "run/output_log.py": STAYS,
    "score/gate_subset.py": OURS,
    "score/scanners/ruff.py": STAYS,
    "score/scanners/taint.py": STAYS,
    "archive/atomic_files.py": STAYS,
    "archive/git_hook_record.py": STAYS,
    "archive/guard.py": STAYS,
    "archive/hook_files.py": STAYS,
    "twiceshy_fleet/lake/places.py": "a fleet's output: a store of one's own, whose merged words pass the gate",
    "twiceshy_fleet/lake/shard_files.py": "as above",
    "twiceshy_git/memory_repository/tail_file.py": GATED,
    "twiceshy_data/verbs/contribute.py": GATED,
    "twiceshy_data/verbs/export.py": GATED,
    "twiceshy_data/verbs/features.py": FIGURES,
    "twiceshy_git/verbs/memory_formats.py": GATED,
    "doors/cli/main.py": OURS,  # frames of an error, without its words
    "doors/cli/named_file.py": "what the others write with",
    "doors/cli/write_page.py": GATED,
    "twiceshy_git/githook/offer_message.py": GATED,
    "base/toolbox.py": STAYS,
    "base/worker_process.py": STAYS,
}
"""Who writes a file, a ref or a request, and why that needs no further gate."""


def test_who_writes_is_listed() -> None:
    """A new writer says here what it writes; if it leaves, it gets a row in ``WAYS``."""
    found = {name_of(path) for path in list_sources() if _writes(path)}

    assert found == set(WRITERS)


def _writes(path: Path) -> bool:
    calls = [node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call)]
    names = {(one.func.attr if isinstance(one.func, ast.Attribute) else getattr(one.func, "id", "")) for one in calls}
    return bool(names & _WRITING) or any(_opens_to_write(one) for one in calls)


def _opens_to_write(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    modes = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return name in {"open", "fdopen"} and any(mode in {"w", "wb", "a", "ab", "x", "xb"} for mode in modes)
