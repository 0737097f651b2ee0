"""Take remedies out of files again: to the bytes from before where nobody touched the rest, else only what is ours."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from twiceshy.archive import applied_remedies
from twiceshy.archive.db import Store
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound
from twiceshy.insights.remedy.marked_block import (
    MARKDOWN,
    SCRIPT,
    BrokenBlock,
    MarkStyle,
    list_entries,
    take_block,
    take_entries,
)
from twiceshy.insights.remedy.proposals import LINE_KINDS
from twiceshy.insights.remedy.setting_edit import take_setting
from twiceshy.insights.suggest.target_files import UnfitFile, describe_link, read_target
from twiceshy.logs import settings_files
from twiceshy.logs.hook_changes import HostEnvironment
from twiceshy.records.insights import SettingChange
from twiceshy.records.suggestions import AppliedRemedy, RemedyChange, RemedyPlan
from twiceshy.records.upkeep import Refusal, SettingsChange
from twiceshy.stats.text import jsonc
from twiceshy.stats.text.jsonc import Insertion, NotJson


def plan_undo(config: Config, word: str, here: HostEnvironment) -> RemedyPlan:
    """Return how files would change without a remedy, by its id; without all of one file; or without all of ours.

    Raises:
        NotFound: nothing of ours stands there.
    """
    with Store.open(config.home, readonly=True) as store:
        known = applied_remedies.list_applied(store.connection)
    chosen = [one for one in known if not word or _is_meant(one, word, here)]
    if not chosen:
        about = f" for {word!r}" if word else ""
        raise NotFound(f"nothing was applied{about}. `twiceshy suggest` lists what was.")
    changes, refusals = list[RemedyChange](), list[Refusal]()
    for path, own in _group_by_file(chosen).items():
        try:
            changes.append(_plan_file(path, own, _group_by_file(known)[path], here))
        except (UnfitFile, BrokenBlock, NotJson) as error:
            refusals.append(Refusal(title=path.name, path=path, reason=str(error), paste=""))
    return RemedyPlan(changes=changes, refusals=refusals)


def _group_by_file(applied: Sequence[AppliedRemedy]) -> dict[Path, list[AppliedRemedy]]:
    """Return the remedies by their file, in order."""
    found: dict[Path, list[AppliedRemedy]] = {}
    for one in applied:
        found.setdefault(one.path, []).append(one)
    return found


def _is_meant(applied: AppliedRemedy, word: str, here: HostEnvironment) -> bool:
    """Tell whether an id, or a file's name, means a remedy."""
    if applied.id == word or (len(word) > len("i-") + 2 and applied.id.startswith(word)):
        return True
    return (here.cwd / Path(word).expanduser()).absolute() == applied.path


def _plan_file(
    path: Path, chosen: Sequence[AppliedRemedy], known: Sequence[AppliedRemedy], here: HostEnvironment
) -> RemedyChange:
    """Return how a file would change without the remedies chosen.

    Raises:
        BrokenBlock: our block in it is damaged.
        NotJson: its settings cannot be read.
        UnfitFile: it may not be written.
    """
    before = read_target(path, (_find_folder(path), here.home))
    after = before or ""
    kept: list[str] = []
    style = MARKDOWN if chosen[0].kind in LINE_KINDS else SCRIPT
    if any(one.digest for one in chosen):
        for one in reversed(chosen):
            after = _take_setting(after, one, known)
    else:
        after = _take_lines(after, chosen, known, style)
        there = set(list_entries(before or "", style))
        kept = [one.text for one in chosen if one.text not in there]
    gone = before is None or (chosen[0].created and len(chosen) == len(known) and after.strip("\ufeff \r\n{}") == "")
    change = SettingsChange(
        title=path.name,
        path=path,
        before=before,
        after=None if gone else after,
        folder_created=chosen[0].folder_created,
        notes=describe_link(path),
    )
    return RemedyChange(change=change, rows=list(chosen), kept=kept)


def _find_folder(path: Path) -> Path:
    """Return the work tree around a file, else its folder."""
    return next((one for one in path.parents if (one / ".git").exists()), path.parent)


def _take_lines(text: str, chosen: Sequence[AppliedRemedy], known: Sequence[AppliedRemedy], style: MarkStyle) -> str:
    """Return the text without lines; without the marks too where no other line of ours is remembered."""
    entries = {one.text for one in chosen}
    gap = next((one.gap for one in known if one.gap), "")
    if {one.id for one in chosen} == {one.id for one in known}:
        return take_block(text, entries, gap, style)
    return take_entries(text, entries, gap, style)


def _take_setting(text: str, applied: AppliedRemedy, known: Sequence[AppliedRemedy]) -> str:
    """Return settings without one; byte for byte where they are as we left them.

    Raises:
        NotJson: they were changed so that they cannot be read.
    """
    if settings_files.digest(text) == applied.digest:
        before = jsonc.undo_insertions(text, [Insertion(*one) for one in applied.insertions])
        if before is not None:
            return before
    program, _, rest = applied.text.partition(": ")
    key, _, value = rest.partition(" = ")
    made = {name for one in known for name in one.made}
    return take_setting(text, SettingChange(program, key, value), made)


def undo(config: Config, plan: RemedyPlan, now: datetime) -> None:
    """Change the files as planned, and note it.

    Raises:
        StoreError: the store or a file cannot be written.
        SourceChanged: a file was changed since it was looked at.
    """
    with Store.open(config.home) as store:
        for one in plan.changes:
            if one.change.before != one.change.after:
                settings_files.write(one.change.path, one.change.before, one.change.after)
            if one.change.after is None and one.change.folder_created:
                with suppress(OSError):  # something else is in it by now
                    one.change.path.parent.rmdir()
            with store.begin_writing() as connection:
                applied_remedies.note_undone(connection, one.rows, now)
