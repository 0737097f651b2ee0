"""What programs noted becomes occurrences of usage lessons, as failed calls in agents' logs do.

A program's run stands for a session: its notes are told as a story of failed calls and of the retries that worked, and
the rules of ``lessons.usage`` make of it what they make of any. A fold may be killed and run again: a call has one
identity, and a file goes once its notes are stored.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from twiceshy.config import Config
from twiceshy.flows import lessons as learning
from twiceshy.flows import program_notes, usage_lessons
from twiceshy.lessons import usage as finding_usage
from twiceshy.lessons.pattern_file import read as read_patterns
from twiceshy.lessons.pattern_file import write as write_patterns
from twiceshy.lessons.seed_api import stamp
from twiceshy.privacy.policy import Level, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.behaviour import Step
from twiceshy.records.removal import Extent
from twiceshy.records.story import Moment, Story
from twiceshy.store import derived
from twiceshy.store import lessons as writing
from twiceshy.store.db import Store
from twiceshy.store.derived import Derived
from twiceshy.store.lock import held
from twiceshy.store.reads import program_calls as reads

AGENT = writing.PROGRAM
Note = dict[str, Any]


def fold(config: Config) -> int:
    """How many notes were folded in.

    Raises:
        StoreBusy: another run is learning lessons.
        StoreError: the store cannot be used; the notes are still there.
    """
    folder = program_notes.folder_of(config)
    if not config.lessons_enabled or not folder.is_dir():
        return 0
    total = 0
    with Store.open(config.home) as store, held(config.home, "lessons"):
        for path in program_notes.taken(folder):
            notes = list(program_notes.read(path))
            scrubber = Scrubber(load_rules(), store.salt, Level(config.privacy_level), cache=config.cache)
            for story in stories(notes):
                keep(store, config, story, scrubber)
            path.unlink(missing_ok=True)
            total += len(notes)
        if total:
            usage_lessons.teach(store, learning.KIND)
    return total


def keep(store: Store, config: Config, story: Story, scrubber: Scrubber) -> None:
    """Nothing; the run's occurrences and the steps that they propose are stored."""
    found = list(finding_usage.usage(story, store.body))
    kept = learning.kept_of(found, story, scrubber, learning.actor_of(store.salt))
    learning.put(store, config, [], kept)
    known = store.derived(learning.KIND, story.session)
    value = usage_lessons.joined(known.value if known else usage_lessons.NOTHING, kept, scrubber)
    with store.writing() as connection:
        derived.put(connection, learning.KIND, [Derived(story.session, b"", value)], learning.VERSION)


def stories(notes: Sequence[Note]) -> Iterator[Story]:
    """The notes of each run, as a story; what the user had forgotten never is among them, as it was folded before."""
    by_run: dict[tuple[str, str], list[Note]] = {}
    for note in notes:
        by_run.setdefault((str(note.get("s", "")), str(note.get("p", ""))), []).append(note)
    for (run, project), mine in by_run.items():
        session = session_of(run, project)
        at = datetime.fromtimestamp(float(mine[0].get("t", 0)), UTC)
        yield Story(
            session=session,
            agent=AGENT,
            project=derived.text_of(project),
            project_name=project,
            cwd=None,
            model="",
            first_at=at,
            last_at=at,
            real=True,
            moments=tuple(moments(session, mine)),
        )


def session_of(run: str, project: str) -> bytes:
    """As which a program's run counts."""
    return blake2b(f"session\0{AGENT}\0{run}\0{project}".encode(), digest_size=16).digest()


def moments(session: bytes, notes: Sequence[Note]) -> Iterator[Moment]:
    """Failed calls and retries in order; a retry whose failed call was folded before brings that with it."""
    told = {str(note.get("i")) for note in notes if "params" in note}
    for note in notes:
        if "params" in note:
            yield moment(session, note, str(note.get("i")), note["params"], str(note.get("failed", "")))
        elif "worked" in note:
            if str(note.get("of")) not in told:
                yield moment(session, note, str(note.get("of")), note.get("after"), str(note.get("failed", "")))
            yield moment(session, note, str(note.get("i")), note["worked"], None)


def moment(session: bytes, note: Note, number: str, params: object, failed: str | None) -> Moment:
    """One call."""
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
    """How many programs' calls were, or would be, forgotten. Their lessons go whole, as any text may be of these calls.

    Of a session nothing: programs have none.
    """
    if extent.session:
        return 0
    names = reads.names_of(store.connection, extent.project) if extent.project else None
    found = reads.of_programs(store.connection, names, extent.since, extent.until)
    if not dry_run:
        with store.writing() as connection:
            writing.forget_whole(connection, set(found))
        drop_patterns(config, names, extent.since, extent.until)
    return sum(found.values())


def drop_patterns(
    config: Config, names: Collection[str] | None, since: datetime | None, until: datetime | None
) -> None:
    """Nothing; no pattern seen in these projects (None: any) and times is left; a file that is damaged goes whole."""
    path = program_notes.folder_of(config) / program_notes.PATTERNS
    if not path.exists():
        return
    with program_notes.patient(config.home):
        try:
            there = read_patterns(path)
        except ValueError:
            path.unlink(missing_ok=True)
            return
        kept = [one for one in there if not concerned(one, names, since, until)]
        if len(kept) < len(there):
            write_patterns(path, kept)


def concerned(
    pattern: dict[str, Any], names: Collection[str] | None, since: datetime | None, until: datetime | None
) -> bool:
    """Whether a pattern may have been seen there and then; one that does not tell was."""
    places = pattern.get("projects")
    if names is not None and isinstance(places, list) and not set(map(str, places)) & set(names):
        return False
    first, last = str(pattern.get("first_seen", "")), str(pattern.get("last_seen", ""))
    before = until is not None and first >= stamp(until)
    return not (before or (since is not None and last < stamp(since)))
