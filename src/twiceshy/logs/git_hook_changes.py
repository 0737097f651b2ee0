"""How the hooks of a repository change: ours come, and go again to the very bytes from before. Nothing is written here.

A foreign hook is never edited. In git's own folder it gets another name, under which ours calls it; in a folder that
others share it stays, and its user gets the line to put in.
"""

import os
import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path

from twiceshy.logs.git_hook_places import (
    LEGACY_SUFFIX,
    OLD_SUFFIX,
    HookPlace,
    asks_its_name,
    build_call,
    build_call_file,
    read_hook,
)
from twiceshy.logs.settings_files import leads_out
from twiceshy.records.git_hooks import GitHookChange, GitHookEntry, GitHookRefusal, GitHookWay
from twiceshy.records.git_notes import GitEvent

MOVED_SUFFIX = ".before-twiceshy"
_ID = re.compile(rb"ts_repository=([0-9a-f]{16})\b")


def digest_hook(data: bytes) -> str:
    """Return a hash that tells whether a file was changed since."""
    return blake2b(data, digest_size=16).hexdigest()


def find_installed_id(places: Iterable[HookPlace], spool_line: bytes) -> str | None:
    """Return the id in hooks that write into the given spool; so a repository is known again without the record."""
    for place in places:
        data = read_hook(place.path) or b""
        if spool_line in data and (found := _ID.search(data)):
            return found[1].decode()
    return None


def plan_hook(
    place: HookPlace, texts: Mapping[GitEvent, str], known: GitHookEntry | None, spool_line: bytes, top: Path
) -> GitHookChange | GitHookRefusal | None:
    """Return how one file comes; None where all is as it should be.

    Args:
        place: where it goes.
        texts: of our hook, by event.
        known: what is recorded of the file.
        spool_line: the line by which a hook of this data folder is known.
        top: the work tree; a link that came with it must not lead the file elsewhere.
    """
    if place.path.is_relative_to(top) and leads_out(place.path.parent / "x", top):
        return _refuse(place, "a link leads it out of the project")
    wanted = build_call_file(place) if place.way is GitHookWay.CALL or place.event is None else texts[place.event]
    there = read_hook(place.path)
    if _is_in_place(there, wanted, place, known):
        return None
    ours = _is_ours(there, wanted, known)
    theirs = None if ours else there
    moved = place.path.with_name(f"{place.event or place.path.name}{MOVED_SUFFIX}")
    reason = _find_obstacle(place.path, exists=there is not None) or _find_conflict(place, theirs, moved, spool_line)
    if reason:
        return _refuse(place, reason)
    entry = GitHookEntry(
        event=place.event,
        path=str(place.path),
        way=place.way,
        digest=digest_hook(wanted.encode()),
        moved=str(moved) if _calls_moved(place, theirs, moved) else "",
        folders=known.folders if known and ours else _list_missing(place.path.parent),
    )
    return GitHookChange(
        path=str(place.path),
        before=there.decode("utf-8", "replace") if there is not None and ours else None,
        after=wanted,
        moved="" if theirs is None else str(moved),
        entry=entry,
    )


def _is_ours(there: bytes | None, wanted: str, known: GitHookEntry | None) -> bool:
    """Tell whether a file is as we wrote it, or would write it."""
    if there is None or there == wanted.encode():
        return there is not None
    return known is not None and digest_hook(there) == known.digest


def _calls_moved(place: HookPlace, theirs: bytes | None, moved: Path) -> bool:
    """Tell whether a file of ours will call what was put aside, now or before."""
    return place.way is GitHookWay.FILE and (theirs is not None or os.path.lexists(moved))


def _is_in_place(there: bytes | None, wanted: str, place: HookPlace, known: GitHookEntry | None) -> bool:
    """Tell whether a file is as it should be; a line of ours may have been put into a file of others by hand."""
    if there == wanted.encode():
        return known is not None and (place.event is None or os.access(place.path, os.X_OK))
    return place.way is GitHookWay.CALL and there is not None and _calls_ours(there, place)


def _find_conflict(place: HookPlace, theirs: bytes | None, moved: Path, spool_line: bytes) -> str:
    """Return in words why a hook that is there may not be put aside; empty if it may be, or none is there."""
    if theirs is None:
        return ""
    if spool_line in theirs:
        return "it is ours, but was changed, or is of a version that nobody remembers: delete it, and call this again"
    if asks_its_name(theirs):
        return "it may look at its own name, and would not find it under another one"
    if place.way is not GitHookWay.FILE:
        return "it is not ours to change"
    return f"{moved.name} is there already, and may be needed" if os.path.lexists(moved) else ""


def _calls_ours(there: bytes, place: HookPlace) -> bool:
    """Tell whether a file already has the lines that call ours, put there by its user."""
    events = [place.event] if place.event else place.events
    return all(f"/twiceshy/hooks/{event}".encode() in there for event in events)


def _refuse(place: HookPlace, reason: str) -> GitHookRefusal:
    """Return the refusal of one file, with what to put in by hand."""
    paste = build_call_file(place) if place.event is None else build_call(place.event)
    return GitHookRefusal(path=str(place.path), reason=reason, paste=paste)


def _find_obstacle(path: Path, *, exists: bool) -> str:
    """Return in words why a file may not be put there; empty if it may be."""
    if exists and not path.is_file() and not path.is_symlink():
        return "it is no file"
    folder = next(place for place in path.parents if place.exists())
    if not folder.is_dir():
        return f"{folder} is no folder"
    return "" if os.access(folder, os.W_OK) else f"{folder} is read-only"


def _list_missing(folder: Path) -> list[str]:
    """List the folders that have to be made, the outermost first."""
    missing = []
    while not folder.exists():
        missing.append(str(folder))
        folder = folder.parent
    return missing[::-1]


def plan_hook_removal(entry: GitHookEntry, spool_line: bytes) -> GitHookChange | GitHookRefusal | None:
    """Return how one file goes; None where it is gone already, and nothing waits to be put back."""
    waits = bool(entry.moved) and os.path.lexists(entry.moved)
    moved = entry.moved if waits else ""
    for path in _list_names(entry):
        there = read_hook(Path(path))
        if there is not None and digest_hook(there) == entry.digest:
            return GitHookChange(path=path, before=there.decode("utf-8", "replace"), after=None, moved=moved)
    there = read_hook(Path(entry.path))
    if there is None:
        return GitHookChange(path=entry.path, before=None, after=None, moved=moved) if waits else None
    if entry.way is GitHookWay.FILE and not waits and spool_line not in there:
        return None  # somebody else's by now, and nothing of ours is left
    what = "take our lines out by hand" + (f"; what stood there before is {entry.moved}" if waits else "")
    return GitHookRefusal(path=entry.path, reason=f"it was changed since it was installed: {what}")


def _list_names(entry: GitHookEntry) -> list[str]:
    """List the names that a file of ours may have by now: pre-commit and lefthook rename hooks when they come."""
    if entry.way is not GitHookWay.FILE:
        return [entry.path]
    plain = entry.path.removesuffix(LEGACY_SUFFIX)
    return list(dict.fromkeys([entry.path, f"{plain}{LEGACY_SUFFIX}", plain, f"{plain}{OLD_SUFFIX}"]))
