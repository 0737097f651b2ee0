"""The sample is believable to the reader that reads real logs, repeatable, and has every part."""

import hashlib
import time
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from twiceshy.logs.base import Batch
from twiceshy.logs.claude_code.reader import ClaudeCode
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.recipes.demo import sample_history, sample_project
from twiceshy.recipes.demo.sample_log import build_patch
from twiceshy.records.events import (
    Action,
    Edit,
    Failure,
    Mark,
    MarkKind,
    Prompt,
    PromptKind,
    RawEvent,
    Session,
    ToolCall,
    ToolResult,
    Usage,
)
from twiceshy.records.ingest import Cursor

TODAY = date(2026, 3, 30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_history.write_sample(tmp_path_factory.mktemp("sample"), seed=7, today=TODAY)


@pytest.fixture(scope="module")
def batches(folder: Path) -> list[Batch]:
    reader = ClaudeCode()
    return [
        reader.read(found.path, Cursor(), salt=b"s" * 32, limit_bytes=1 << 30)
        for found in reader.find(folder / "projects")
    ]


@pytest.fixture(scope="module")
def events(batches: list[Batch]) -> list[RawEvent]:
    return [event for batch in batches for event in batch.events]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.jsonl")}


def test_the_same_seed_and_day_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    """And another seed gives others."""
    again = contents(sample_history.write_sample(tmp_path / "again", seed=7, today=TODAY))

    assert again == contents(folder)
    assert again != contents(sample_history.write_sample(tmp_path / "other", seed=8, today=TODAY))


def test_the_bytes_are_those_that_the_pages_show(tmp_path: Path) -> None:
    """The pages show figures of this very sample; a change of it is a change of them."""
    made = contents(sample_history.write_sample(tmp_path, seed=1, today=date(2026, 11, 20)))
    digest = hashlib.sha256()
    for name in sorted(made):
        digest.update(name.encode() + b"\0" + made[name] + b"\0")

    assert digest.hexdigest() == "79c26b84315a7797982acc8d8b018a093d71c5dcb1c77b27038a6f93fe46ddeb"


def test_it_is_small_and_quickly_made(tmp_path: Path) -> None:
    """A stranger does not wait for it."""
    start = time.process_time()
    made = contents(sample_history.write_sample(tmp_path / "made", seed=7, today=TODAY))

    assert time.process_time() - start < 0.5
    assert 1_000_000 < sum(map(len, made.values())) < 2_600_000


@pytest.mark.parametrize("seed", [1, 7, 40])
def test_every_seed_can_be_written(tmp_path: Path, seed: int) -> None:
    """No draw leads into an edit of text that is not there."""
    assert len(contents(sample_history.write_sample(tmp_path, seed=seed, today=TODAY))) > 24


def test_every_line_is_understood(batches: list[Batch]) -> None:
    """But for the one record type that no version knows."""
    unknown = sum((Counter(batch.tally.unknown) for batch in batches), Counter[str]())

    assert [batch.skipped for batch in batches if batch.skipped] == []
    assert unknown == {"weather-note": 1}


def test_it_lies_in_the_three_weeks_before_the_day(events: list[RawEvent]) -> None:
    """The last session is of the day before, or was resumed on the day itself."""
    times = [event.stamp.at for event in events if not isinstance(event, Session) and event.stamp.at]

    assert {type(at) for at in times} == {datetime}
    assert min(times).date() == TODAY - timedelta(days=21)
    assert max(times).date() == TODAY - timedelta(days=1)


def test_it_has_every_part(events: list[RawEvent]) -> None:
    """Each kind of event that the report counts is there, in numbers that allow a rate."""
    prompts = Counter(event.kind for event in events if isinstance(event, Prompt))
    failures = Counter(event.failure for event in events if isinstance(event, ToolResult))
    actions = Counter(event.action for event in events if isinstance(event, ToolCall))
    marks = Counter(event.kind for event in events if isinstance(event, Mark))
    models = {event.model for event in events if isinstance(event, Usage)}

    assert {PromptKind.TYPED, PromptKind.QUEUED, PromptKind.REJECTION, PromptKind.SUBAGENT, PromptKind.SUMMARY} <= {
        *prompts
    }
    assert min(failures[kind] for kind in (Failure.ERROR, Failure.REJECTED, Failure.INTERRUPTED)) >= 5
    assert {Action.READ, Action.SEARCH, Action.EDIT, Action.RUN, Action.DELEGATE} <= {*actions}
    assert {MarkKind.INTERRUPT, MarkKind.COMPACTION, MarkKind.API_ERROR, MarkKind.UNKNOWN} <= {*marks}
    assert len(models) == 3
    assert any(event.words for event in events if isinstance(event, ToolResult))
    assert any(event.commit for event in events if isinstance(event, ToolResult))


def test_edits_can_be_rebuilt(events: list[RawEvent]) -> None:
    """Before and after are whole, and each edit begins where the last one of its file ended."""
    edits = [event for event in events if isinstance(event, Edit)]
    seen = {edit.after for edit in edits}

    assert len(edits) > 100
    assert not any(edit.partial for edit in edits)
    first = {
        sample_project.write_source(p, names) for files in sample_project.FILES.values() for p, names in files.items()
    }
    assert {edit.before for edit in edits} <= seen | first


def test_a_resumed_copy_repeats_events(events: list[RawEvent]) -> None:
    """The same events again in another file, which an ingest must count once."""
    uids = Counter(event.stamp.uid for event in events if isinstance(event, Prompt | ToolCall))

    assert 10 < sum(count - 1 for count in uids.values()) < 200


def test_planted_secrets_are_there_and_redaction_takes_them_out(folder: Path, events: list[RawEvent]) -> None:
    """Each of them stands in some log, and in nothing that a scrubber gives back."""
    planted = sample_project.make_secrets(7).values()
    logged = b"".join(contents(folder).values()).decode()
    texts = [event.text for event in events if isinstance(event, Prompt | ToolResult)]
    texts += [event.command or "" for event in events if isinstance(event, ToolCall)]
    clean = "\n".join(Scrubber(load_rules(), b"s" * 32, RedactionLevel.STANDARD).texts(texts))

    assert [secret for secret in planted if secret not in logged] == []
    assert [name for name, secret in sample_project.make_secrets(7).items() if secret in clean] == []


def test_a_patch_shows_three_lines_around() -> None:
    """As the agent's own."""
    text = "".join(f"{n}\n" for n in range(1, 10))

    assert build_patch(text, "5", "five\n5b") == {
        "oldStart": 2,
        "oldLines": 7,
        "newStart": 2,
        "newLines": 8,
        "lines": [" 2", " 3", " 4", "-5", "+five", "+5b", " 6", " 7", " 8"],
    }
