"""What does a session leave to the next one? Each line stands on evidence of its log, of git, or of a judgement."""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from posixpath import basename
from typing import Final

from twiceshy.archive import derived_values
from twiceshy.archive.ambiguous_ids import make_id_error
from twiceshy.archive.db import Store, has_store
from twiceshy.archive.reads import handed_sessions, sessions
from twiceshy.archive.reads.stories import hash_inputs, read_stories
from twiceshy.archive.times import format_time
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, SourceError, ToolMissing
from twiceshy.base.plugins import find_answer
from twiceshy.judgement.chats.handoff_words import list_left_open, write_handoff
from twiceshy.judgement.chats.left_open import (
    commits,
    is_request,
    list_after_commit,
    list_decisions,
    list_open_todos,
    list_refusals,
)
from twiceshy.judgement.outcomes.check_runs import CheckRun, find_check_runs, judge_checks
from twiceshy.judgement.outcomes.open_ends import find_open_end
from twiceshy.logs.git_lines import read_dirty_files
from twiceshy.logs.git_program import ask_git
from twiceshy.logs.history.project_here import find_stored_project
from twiceshy.logs.local_paths import spell_path, to_local_path
from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.records import ids
from twiceshy.records.chats import Handoff, LastChecks, NextFile
from twiceshy.records.codec import read_value
from twiceshy.records.findings import Problem
from twiceshy.records.outcomes import Answer
from twiceshy.records.questions import FILES
from twiceshy.records.stories import Moment
from twiceshy.stats.text.foreign_names import quote_name

_MOST_NAMED = 10
"""Things that a message names where an id could mean several (guess, 2026-11-21)."""
_MOST_NEXT = 5
"""Files to look at first (guess, 2026-11-23)."""


def hand_over(config: Config, folder: Path, session: ids.IdPrefix | None) -> Handoff:
    """Return what the session that an id names leaves, or else the newest one of the folder.

    Raises:
        NotFound: nothing, or more than one thing, has that id; no session of this folder is stored.
    """
    with Store.open(config.home, readonly=True) as store:
        uid = _choose_session(store, folder, session)
        cwd = handed_sessions.read_whereabouts(store.connection, uid).cwd
        found = describe_handoff(store, uid, read_dirty_files(Path(to_local_path(cwd))) if cwd else None)
    found = replace(found, next_files=(*found.next_files, *_find_missed(config, found)))
    found = _clean_texts(config, found)
    return replace(found, words=write_handoff(found))


def _clean_texts(config: Config, found: Handoff) -> Handoff:
    """Return what is handed over without secrets: it is pasted elsewhere, as an export is.

    Raises:
        TwiceshyError: one of its texts must not leave.
    """
    with Store.open(config.home, readonly=True) as store:
        gate = OutgoingTexts(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
    cleaned = gate.clean_record(found, "this handoff is not given")
    return replace(cleaned, session=found.session, native_id=found.native_id)


def describe_handoff(store: Store, uid: bytes, dirty: Collection[str] | None) -> Handoff:
    """Return what a stored session leaves, without words; ``dirty``: the files that git says are changed now."""
    (story,) = read_stories(store, [uid])
    where = handed_sessions.read_whereabouts(store.connection, uid)
    moments = story.moments
    prompts = [place for place, one in enumerate(moments) if is_request(one)]
    asked = [_cut(moments[place].text) for place in prompts]
    checks, problems = _read_checks(moments)
    changed = list(dict.fromkeys(file.path for one in moments for file in one.changed))
    return Handoff(
        session=ids.shorten(ids.SESSION, uid),
        agent=story.agent,
        native_id=where.native_id,
        project=story.project_name,
        cwd=where.cwd or "",
        branch=where.branch or "",
        ended_at=story.last_at,
        began_with="".join(asked[:1]),
        last_asked=asked[-1] if len(asked) > 1 else "",
        outcomes=_read_known_outcomes(store, uid),
        commits=handed_sessions.read_handed_commits(store, uid, [one.commit for one in moments if one.commit]),
        files=len(changed),
        checks=checks,
        todos=list_open_todos(moments),
        uncommitted=tuple(list_after_commit(moments) if dirty is None else filter(dirty.__contains__, changed)),
        uncommitted_seen=dirty is not None,
        refused=list_refusals(moments),
        stopped=_find_stop(moments, prompts),
        unanswered=_find_unanswered(moments, prompts, handed_sessions.read_last_correction(store.connection, uid)),
        decided=list_decisions(moments),
        next_files=_choose_next(problems),
    )


def _choose_session(store: Store, folder: Path, start: ids.IdPrefix | None) -> bytes:
    """Return the session that is meant.

    Raises:
        NotFound: there is none, or several.
    """
    if start is not None:
        found = sessions.find_sessions(store.connection, start, _MOST_NAMED + 1)
        if len(found) != 1:
            named = [f"{ids.SESSION}-{line.uid.hex()}  {line.project}" for line in found]
            raise make_id_error(start, named, "twiceshy sessions")
        return found[0].uid
    worked = list(handed_sessions.list_worked(store.connection))
    here = [one for one in worked if to_local_path(one.cwd) == spell_path(folder)]
    project = find_stored_project(store, folder).identity
    here += [one for one in worked if one.project == project]
    if not here:
        raise NotFound("no session of this folder is stored. Next: `twiceshy learn`, or --session with an id.")
    return here[0].uid


def _read_checks(moments: Sequence[Moment]) -> tuple[LastChecks, list[Problem]]:
    """Return what the last checks said, and the problems of red ones."""
    runs = find_check_runs(moments)
    last_edit = max((place for place, one in enumerate(moments) if one.changed), default=-1)
    after = judge_checks(runs, last_edit, len(moments))
    fresh = after.answer is not Answer.UNKNOWN
    outcome = after if fresh else judge_checks(runs, -1, len(moments))
    if outcome.answer is not Answer.NO:
        return LastChecks("green" if outcome.answer is Answer.YES else "none", fresh, ()), []
    red = [run for run in runs if run.call.hex() in outcome.proof]
    problems = _list_problems(red)
    names = dict.fromkeys(name for one in problems if (name := one.test or one.file or one.code))
    rest = moments[red[-1].place :] if red else ()
    command = rest[0].line if rest else ""
    return LastChecks("red", fresh, tuple(names), command, any(map(commits, rest))), problems


def _list_problems(red: Sequence[CheckRun]) -> list[Problem]:
    return [one for run in red for verdict in run.verdicts if not verdict.green for one in verdict.problems]


def _choose_next(problems: Sequence[Problem]) -> tuple[NextFile, ...]:
    """Return the files that red checks name, each once; a package, as Go's tests name it, is none."""
    named = dict.fromkeys(one.file for one in problems if one.file and "." in basename(one.file))
    return tuple(NextFile(path, "a red check names it") for path in named)[:_MOST_NEXT]


def _read_known_outcomes(store: Store, uid: bytes) -> dict[str, str]:
    found = sessions.read_outcomes(store.connection, uid)
    return {name: answer for name, answer in found.items() if answer in {"yes", "no"}}


def _find_stop(moments: Sequence[Moment], prompts: Sequence[int]) -> str:
    """Return why the log's end is no end of the work; empty where nothing shows that."""
    last = next((one for one in reversed(moments) if one.step.kind != "mark" or one.step.name == "interrupt"), None)
    if last is not None and last.step.kind == "mark":
        return "interrupted"
    return find_open_end(moments, prompts[-1] if prompts else 0, len(moments), ())[0]


def _find_unanswered(moments: Sequence[Moment], requests: Sequence[int], correction: bytes | None) -> str:
    """Return the words of a correction that the log ends with, where no edit followed it."""
    place = next((at for at in reversed(requests) if moments[at].human), None)
    if place is None or moments[place].step.uid != correction or any(one.changed for one in moments[place:]):
        return ""
    return _cut(moments[place].text)


def _find_missed(config: Config, found: Handoff) -> list[NextFile]:
    """Return files that mostly change with those that are not committed; none where the repository was not indexed."""
    folder = Path(found.cwd)
    if not found.uncommitted_seen or not found.uncommitted or not any((config.cache / "files").glob("*.index")):
        return []
    files = find_answer(FILES)
    if files is None:
        return []
    missed = files.hints_for(config, folder, found.last_asked or found.began_with, in_hand=found.uncommitted).missed
    return [
        NextFile(one.path, f"changed in {one.times} of {one.changes} commits of {quote_name(one.of)}")
        for one in missed
        if quote_name(one.of)
    ]


def _cut(text: str) -> str:
    return " ".join(text[:2000].split())[:400]


# What did the last session of each folder leave open? `learn` keeps it, and the next session's brief looks it up.

_KIND: Final = "handoff"
_VERSION: Final = 2
_YOUNG: Final = timedelta(days=14)
"""Older work is another story (guess, 2026-11-23)."""


def keep_handoffs(config: Config, now: datetime, *, pause: Callable[[], None] = lambda: None) -> int:
    """Keep what the newest session of each folder left open; return how many are new."""
    with Store.open(config.home) as store:
        newest = {one.cwd: one.uid for one in reversed(_list_young(store, now)) if one.cwd}
        wanted = list(newest.values())
        known = hash_inputs(store.connection) if wanted else {}
        inputs = {
            uid: blake2b(
                known.get(uid, b"") + repr(sessions.read_outcomes(store.connection, uid)).encode(), digest_size=8
            ).digest()
            for uid in wanted
        }
        stale = derived_values.find_stale(store.connection, _KIND, inputs, _VERSION)
        for uid in stale:
            pause()
            lines = list_left_open(describe_handoff(store, uid, None))
            kept = derived_values.DerivedValue(uid, inputs[uid], json.dumps(lines).encode())
            with store.begin_writing() as connection:
                derived_values.put(connection, _KIND, [kept], _VERSION)
        return len(stale)


def read_left_open(config: Config, folder: Path, now: datetime) -> list[str]:
    """Return what the newest session of a folder left open, where its branch is checked out; mostly nothing.

    Raises:
        StoreError: the store cannot be used.
    """
    if not has_store(config.home):
        return []
    with Store.open(config.home, readonly=True) as store:
        here = spell_path(folder)
        uid = next((one.uid for one in _list_young(store, now) if to_local_path(one.cwd) == here), None)
        kept = derived_values.get(store.connection, _KIND, uid) if uid is not None else None
        if uid is None or kept is None:
            return []
        branch = handed_sessions.read_whereabouts(store.connection, uid).branch
    with read_value("handoff"):
        lines = [str(line) for line in json.loads(kept.value)]
    return lines if lines and _is_checked_out(folder, branch) else []


def _list_young(store: Store, now: datetime) -> list[handed_sessions.WorkedSession]:
    return list(handed_sessions.list_worked(store.connection, format_time(now - _YOUNG) or ""))


def _is_checked_out(folder: Path, branch: str | None) -> bool:
    """Tell whether a branch is the one that is checked out; so is one that the log does not name."""
    if not branch:
        return True
    try:
        return ask_git(folder, "rev-parse", "--abbrev-ref", "HEAD").strip() == branch
    except (SourceError, ToolMissing, OSError):
        return False
