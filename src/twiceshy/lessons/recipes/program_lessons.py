"""Turn programs' notes into occurrences of usage lessons, as is done with failed calls in agents' logs.

A program's run stands for a session: its notes become a story of failed calls and of the retries that worked, and
the rules of ``lessons.usage`` treat that like any other. A fold may be killed and run again: each call has one
identity, and a file is deleted once its notes are stored.
"""

from collections.abc import Collection
from datetime import datetime

from twiceshy.archive import derived_values, program_notes
from twiceshy.archive import lesson_rows as writing
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.reads import calls as reads
from twiceshy.base.config import Config
from twiceshy.lessons import usage_mistakes as finding_usage
from twiceshy.lessons.occurrences import actor_of, scrub_occurrences
from twiceshy.lessons.patterns import MUTED, Pattern, matches_error
from twiceshy.lessons.patterns import read as read_patterns
from twiceshy.lessons.patterns import write as write_patterns
from twiceshy.lessons.program_calls import group_into_stories, may_be_seen_in
from twiceshy.lessons.recipes import learn_from_sessions
from twiceshy.lessons.recipes import learn_from_sessions as learning
from twiceshy.logs.collect.step_faults import StepFaults
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.stories import Story
from twiceshy.records.upkeep import Extent


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
        faults = StepFaults(store, "programs", learning.VERSION)
        for path in program_notes.take_files(folder):
            notes = list(program_notes.read_notes(path))
            scrubber = Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
            for story in group_into_stories(notes, derived_values.text_of):
                with faults.guard(story.session):
                    _store_story(store, config, story, scrubber)
            path.unlink(missing_ok=True)
            total += len(notes)
        if total:
            learn_from_sessions.teach(store, learning.KIND)
    return total


def _store_story(store: Store, config: Config, story: Story, scrubber: Scrubber) -> None:
    """Store the run's occurrences and the steps that they propose."""
    found = list(finding_usage.find_usage_mistakes(story, store.body))
    kept = scrub_occurrences(found, story, scrubber.texts, actor_of(store.salt))
    learning.store_occurrences(store, config, [], kept)
    known = store.get_derived(learning.KIND, story.session)
    value = learn_from_sessions.join_proposals(known.value if known else learn_from_sessions.NOTHING, kept, scrubber)
    with store.begin_writing() as connection:
        derived_values.put(connection, learning.KIND, [DerivedValue(story.session, b"", value)], learning.VERSION)


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
        kept = [one for one in there if not may_be_seen_in(one, names, since, until)]
        if len(kept) < len(there):
            write_patterns(path, kept)


def mute_patterns(config: Config, tool: str, messages: Collection[str], *, muted: bool) -> int:
    """Mute the patterns of a lesson about a tool, or let them warn again; return how many changed.

    What `@learned` says has no id of the lesson's: a pattern is of it where it is about the tool, and its regex is in
    what one of the failures said.

    Raises:
        StoreBusy: another program holds the patterns for too long.
        ValueError: the file of patterns is damaged; it is left as it is.
    """
    path = program_notes.folder_of(config) / program_notes.PATTERNS
    if not path.exists():
        return 0
    with program_notes.lock_patterns(config.home):
        known = read_patterns(path)
        changed = [one for one in known if bool(one.get(MUTED)) != muted and _is_of(one, tool, messages)]
        for one in changed:
            one[MUTED] = muted
        if changed:
            write_patterns(path, known)
    return len(changed)


def _is_of(one: Pattern, tool: str, messages: Collection[str]) -> bool:
    """Tell whether a pattern is about the tool and these failures."""
    return str(one["tool"]).lower() == tool and any(matches_error(one, message) for message in messages)
