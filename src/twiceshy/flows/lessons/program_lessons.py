"""Turn programs' notes into occurrences of usage lessons, as is done with failed calls in agents' logs.

A program's run stands for a session: its notes become a story of failed calls and of the retries that worked, and
the rules of ``lessons.usage`` treat that like any other. A fold may be killed and run again: each call has one
identity, and a file is deleted once its notes are stored.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from twiceshy.config import Config
from twiceshy.flows.lessons import learn_from_sessions as learning
from twiceshy.flows.lessons import program_notes, usage_lessons
from twiceshy.lessons import usage_mistakes as finding_usage
from twiceshy.lessons.pattern_file import read as read_patterns
from twiceshy.lessons.pattern_file import write as write_patterns
from twiceshy.lessons.seed_api import format_time
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.stories import Moment, Step, Story
from twiceshy.records.upkeep import Extent
from twiceshy.store import derived_values
from twiceshy.store import lesson_rows as writing
from twiceshy.store.db import Store
from twiceshy.store.derived_values import DerivedValue
from twiceshy.store.lock import hold_lock
from twiceshy.store.reads import program_calls as reads

_AGENT = writing.PROGRAM
_Note = dict[str, Any]


def fold(config: Config) -> int:
    """Store the programs' notes as occurrences of lessons; return the number of notes.

    Raises:
        StoreBusy: another run is learning lessons.
        StoreError: the store cannot be used; the notes are still there.
    """
    folder = program_notes.folder_of(config)
    if not config.lessons_enabled or not folder.is_dir():
        return 0
    total = 0
    with Store.open(config.home) as store, hold_lock(config.home, "lessons"):
        for path in program_notes.take_files(folder):
            notes = list(program_notes.read_notes(path))
            scrubber = Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
            for story in _group_into_stories(notes):
                _store_story(store, config, story, scrubber)
            path.unlink(missing_ok=True)
            total += len(notes)
        if total:
            usage_lessons.teach(store, learning.KIND)
    return total


def _store_story(store: Store, config: Config, story: Story, scrubber: Scrubber) -> None:
    """Store the run's occurrences and the steps that they propose."""
    found = list(finding_usage.find_usage_mistakes(story, store.body))
    kept = learning.scrub_occurrences(found, story, scrubber, learning.actor_of(store.salt))
    learning.store_occurrences(store, config, [], kept)
    known = store.get_derived(learning.KIND, story.session)
    value = usage_lessons.join_proposals(known.value if known else usage_lessons.NOTHING, kept, scrubber)
    with store.begin_writing() as connection:
        derived_values.put(connection, learning.KIND, [DerivedValue(story.session, b"", value)], learning.VERSION)


def _group_into_stories(notes: Sequence[_Note]) -> Iterator[Story]:
    """Yield one story for each run in the notes.

    Notes that the user had forgotten are never among them, because they were folded before.
    """
    by_run: dict[tuple[str, str], list[_Note]] = {}
    for note in notes:
        by_run.setdefault((str(note.get("s", "")), str(note.get("p", ""))), []).append(note)
    for (run, project), mine in by_run.items():
        session = _session_of(run, project)
        at = datetime.fromtimestamp(float(mine[0].get("t", 0)), UTC)
        yield Story(
            session=session,
            agent=_AGENT,
            project=derived_values.text_of(project),
            project_name=project,
            cwd=None,
            model="",
            first_at=at,
            last_at=at,
            real=True,
            moments=tuple(_list_moments(session, mine)),
        )


def _session_of(run: str, project: str) -> bytes:
    """Return the session id that stands for a program's run."""
    return blake2b(f"session\0{_AGENT}\0{run}\0{project}".encode(), digest_size=16).digest()


def _list_moments(session: bytes, notes: Sequence[_Note]) -> Iterator[Moment]:
    """Yield failed calls and retries in order; if a retry's failed call was folded before, yield that too."""
    told = {str(note.get("i")) for note in notes if "params" in note}
    for note in notes:
        if "params" in note:
            yield _to_moment(session, note, str(note.get("i")), note["params"], str(note.get("failed", "")))
        elif "worked" in note:
            if str(note.get("of")) not in told:
                yield _to_moment(session, note, str(note.get("of")), note.get("after"), str(note.get("failed", "")))
            yield _to_moment(session, note, str(note.get("i")), note["worked"], None)


def _to_moment(session: bytes, note: _Note, number: str, params: object, failed: str | None) -> Moment:
    """Return one call as a moment of a story."""
    at = float(note.get("t", 0))
    step = Step(
        kind="call",
        uid=blake2b(session + number.encode(), digest_size=16).digest(),
        run=None,
        at=at,
        done_at=at,
        name=str(note["tool"]),
        action="other",
        failure=None if failed is None else "error",
        message=failed,
    )
    return Moment(step, text=failed or "", input=json.dumps(params if isinstance(params, dict) else {}))


def forget(config: Config, store: Store, extent: Extent, *, dry_run: bool) -> int:
    """Forget the calls of programs in the extent; return how many were, or with ``dry_run`` would be, forgotten.

    Their lessons go as a whole, because any of their text may come from these calls. An extent of one session
    removes nothing: programs have no sessions.
    """
    if extent.session:
        return 0
    names = reads.read_project_names(store.connection, extent.project) if extent.project else None
    found = reads.count_program_calls(store.connection, names, extent.since, extent.until)
    if not dry_run:
        with store.begin_writing() as connection:
            writing.forget_lessons(connection, set(found))
        _drop_patterns(config, names, extent.since, extent.until)
    return sum(found.values())


def _drop_patterns(
    config: Config, names: Collection[str] | None, since: datetime | None, until: datetime | None
) -> None:
    """Remove the patterns seen in these projects (None: any) and times; delete a damaged file of patterns.

    Raises:
        StoreBusy: another program holds the patterns for too long.
    """
    path = program_notes.folder_of(config) / program_notes.PATTERNS
    if not path.exists():
        return
    with program_notes.lock_patterns(config.home):
        try:
            there = read_patterns(path)
        except ValueError:
            path.unlink(missing_ok=True)
            return
        kept = [one for one in there if not _is_concerned(one, names, since, until)]
        if len(kept) < len(there):
            write_patterns(path, kept)


def _is_concerned(
    pattern: dict[str, Any], names: Collection[str] | None, since: datetime | None, until: datetime | None
) -> bool:
    """Tell whether a pattern may have been seen there and then; one that does not record it counts as seen."""
    places = pattern.get("projects")
    if names is not None and isinstance(places, list) and not set(map(str, places)) & set(names):
        return False
    first, last = str(pattern.get("first_seen", "")), str(pattern.get("last_seen", ""))
    before = until is not None and first >= format_time(until)
    return not (before or (since is not None and last < format_time(since)))
