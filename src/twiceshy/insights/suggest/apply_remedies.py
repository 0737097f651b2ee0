"""Write remedies into files: first as a plan that can be shown, then each file whole, with all that undoing needs.

A remedy is noted before its file is written, without a time, and gets its time afterwards: whoever ends in between
leaves a note that claims nothing.
"""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive import applied_remedies
from twiceshy.archive.db import Store
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, UsageError
from twiceshy.insights.remedies.allowed_settings import is_allowed_setting
from twiceshy.insights.remedies.instruction_line import InstructionLine, seal_line
from twiceshy.insights.remedy.line_choice import is_told
from twiceshy.insights.remedy.marked_block import (
    MARKDOWN,
    SCRIPT,
    BrokenBlock,
    MarkStyle,
    PlacedLines,
    list_entries,
    put_entries,
    take_block,
    take_entries,
)
from twiceshy.insights.remedy.proposals import LINE_KINDS
from twiceshy.insights.remedy.setting_edit import GIT, SHELL, phrase_setting, put_setting, take_setting
from twiceshy.logs import settings_files
from twiceshy.logs.hook_changes import HostEnvironment
from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.records.insights import SettingChange
from twiceshy.records.suggestions import (
    AppliedRemedy,
    InstructionText,
    RemedyChange,
    RemedyPlan,
    Suggestion,
    SuggestionList,
    SuggestionPlace,
)
from twiceshy.records.upkeep import Refusal, SettingsChange
from twiceshy.stats.text import jsonc
from twiceshy.stats.text.jsonc import Insertion, NotJson

# Files of a person that a remedy may be written into: what is fit is read, and for what is not there are words.

_LARGEST = 1 << 20
"""Characters of a file of instructions or settings; such files have some KB (guess, 2026-11-22)."""


class UnfitFile(Exception):  # noqa: N818  # says what the file is
    """A file that nothing is written into; the message says why."""


def read_target(path: Path, inside: tuple[Path, ...]) -> str | None:
    """Return the text of a file that may be written; None where there is none yet.

    ``inside``: folders, a project's before the home folder. The file has to lie really in the first of them that its
    name stands in: a link in a project came with it, and must not lead to another file of its user.

    Raises:
        UnfitFile: it is not written, and why.
    """
    place = Path(os.path.abspath(path))  # noqa: PTH100  # the name, not where it leads
    named = next((folder for folder in inside if place.is_relative_to(Path(os.path.abspath(folder)))), None)  # noqa: PTH100
    if named is None:
        raise UnfitFile("it lies neither in the project nor in your home folder")
    if settings_files.leads_out(path, named):
        raise UnfitFile("a link leads it out of the project" if named == inside[0] else "a link leads it elsewhere")
    if reason := settings_files.find_obstacle(path):
        raise UnfitFile(reason)
    try:
        text = settings_files.read(path)
    except OSError as error:
        raise UnfitFile(f"it cannot be read: {error.strerror}") from error
    if text is None:
        return None
    if len(text) > _LARGEST:
        raise UnfitFile(f"it has more than {_LARGEST >> 20} MB")
    if any("\udc80" <= letter <= "\udcff" for letter in text) or "\0" in text:
        raise UnfitFile("it is not UTF-8")
    return text


def describe_link(path: Path) -> list[str]:
    """Return a note where a link leads to the file that is really written."""
    real = path.resolve()
    return [f"{path} is a link: {real} is written."] if path.is_symlink() else []


class _Target(NamedTuple):
    """A file, what is in it, and what is asked to go into it."""

    path: Path
    place: SuggestionPlace
    before: str | None
    chosen: list[Suggestion]


def plan_write(
    config: Config, found: SuggestionList, word: str, here: HostEnvironment, targets: Mapping[str, Path]
) -> RemedyPlan:
    """Return how files would change by one suggestion of a list, or without a ``word`` by all of its lines.

    ``targets``: by a project's identity the file for its lines, where that is not the one that was proposed.

    Raises:
        NotFound: no suggestion of the list has that id.
        UsageError: it is nothing that can be written.
    """
    changes, refusals = list[RemedyChange](), list[Refusal]()
    for place, asked in choose(found, word):
        is_line = asked[0].kind in LINE_KINDS
        path = targets.get(place.project_identity, place.path) if is_line else place.path
        if path is None:
            raise UsageError(
                f"Cannot write {asked[0].id}: there is no file here for it. Do it yourself: {asked[0].text}"
            )
        path = path if path.is_absolute() else here.cwd / path
        if _has_secret(config, asked):
            reason = "a line of it holds what looks like a secret, which a file of a repository must not have"
            refusals.append(Refusal(title=place.title, path=path, reason=reason, paste=""))
            continue
        try:
            before = read_target(path, (_find_folder(place, here), here.home))
            chosen = _leave_out_said(asked, before or "", path.name)
            changes += _plan_change(_Target(path, place, before, chosen), _read_known(config, path))
        except (UnfitFile, BrokenBlock, NotJson) as error:
            paste = "\n".join(one.text for one in asked)
            refusals.append(Refusal(title=place.title, path=path, reason=str(error), paste=paste))
    return RemedyPlan(changes=changes, refusals=refusals)


def _has_secret(config: Config, chosen: Sequence[Suggestion]) -> bool:
    """Tell whether the gate of exports would change a line, or hold it back."""
    gate = OutgoingTexts(load_rules(), b"", RedactionLevel(config.privacy_level), cache=config.cache)
    texts = [one.text for one in chosen]
    clean, left = gate.clean(texts)
    return left is not None or clean != texts


def choose(found: SuggestionList, word: str) -> list[tuple[SuggestionPlace, list[Suggestion]]]:
    """Return what is to be written, by place.

    Raises:
        NotFound: no suggestion has that id.
        UsageError: several ids begin so.
    """
    if not word:
        return [(place, lines) for place in found.places if place.path is not None and (lines := _keep_lines(place))]
    place, one = _find_suggestion(found, word)
    return [(place, [one])]


def has_suggestion(found: SuggestionList, word: str) -> bool:
    """Tell whether a suggestion of the list has an id that begins so."""
    return any(one.id.startswith(word) for place in found.places for one in place.suggestions)


def _find_suggestion(found: SuggestionList, word: str) -> tuple[SuggestionPlace, Suggestion]:
    """Return the one suggestion that an id, or its beginning, means.

    Raises:
        NotFound: none has it.
        UsageError: several begin so.
    """
    known = {one.id: (place, one) for place in found.places for one in place.suggestions}
    meant = [word] if word in known else [id_ for id_ in known if len(word) > len("i-") and id_.startswith(word)]
    if not meant:
        raise NotFound(f"no suggestion {word!r} is open. `twiceshy suggest --all` lists those that are.")
    if len(meant) > 1:
        raise UsageError(f"several suggestions begin with {word!r}: {', '.join(meant)}.")
    return known[meant[0]]


def _keep_lines(place: SuggestionPlace) -> list[Suggestion]:
    """Return the suggestions of a place that are lines."""
    return [one for one in place.suggestions if one.kind in LINE_KINDS]


def _find_folder(place: SuggestionPlace, here: HostEnvironment) -> Path:
    """Return the folder of a project in which a file may be written: that of the file that was proposed."""
    if place.path is None or not place.project_identity:
        return here.home
    return next((one for one in place.path.parents if (one / ".git").exists()), place.path.parent)


def _read_known(config: Config, path: Path) -> list[AppliedRemedy]:
    """Return what stands, or stood, in a file by our hand."""
    with Store.open(config.home, readonly=True) as store:
        return [one for one in applied_remedies.list_applied(store.connection) if one.path == path]


def _plan_change(target: _Target, known: Sequence[AppliedRemedy]) -> list[RemedyChange]:
    """Return how one file would change, as a list of one; empty where it would not."""
    change = _plan_file(target, known) if target.chosen else None
    return [change] if change is not None and change.change.before != change.change.after else []


def _plan_file(target: _Target, known: Sequence[AppliedRemedy]) -> RemedyChange:
    """Return how one file would change.

    Raises:
        BrokenBlock: our block in it is damaged.
        NotJson: its settings cannot be edited.
        UnfitFile: a line or setting is none that may be written.
    """
    first = target.chosen[0]
    if first.kind in LINE_KINDS:
        return _plan_lines(target, known)
    if first.setting is None or not is_allowed_setting(first.setting):
        raise UnfitFile("the setting is none of the closed list")
    if first.setting.program in {GIT, SHELL}:
        put = put_entries(target.before or "", [phrase_setting(first.setting)], SCRIPT)
        return _make_change(target, put, [phrase_setting(first.setting)], known)
    edited = put_setting(target.before or "", first.setting)
    row = replace(
        _make_row(target, first, f"{first.setting.program}: {first.setting.key} = {first.setting.value}", "", known),
        insertions=tuple((one.offset, one.text) for one in edited.insertions),
        made=tuple(edited.made),
        digest=settings_files.digest(edited.text),
    )
    return RemedyChange(change=_make_settings_change(target, edited.text), rows=[row])


def _leave_out_said(asked: Sequence[Suggestion], text: str, name: str) -> list[Suggestion]:
    """Return what is to be written without lines that the file says, or says the opposite of, in words not ours."""
    own, file = set(list_entries(text, MARKDOWN)), InstructionText(name, text)
    return [one for one in asked if one.kind not in LINE_KINDS or one.text in own or not is_told(one.text, [file])]


def _plan_lines(target: _Target, known: Sequence[AppliedRemedy]) -> RemedyChange:
    """Return how a file of instructions would change: each line is checked once more, here at the rim."""
    lines: list[InstructionLine] = []
    for one in target.chosen:
        line = seal_line(one.text)
        if line is None:
            raise UnfitFile(f"the line of {one.id} is none that may be written")
        lines.append(line)
    there = set(list_entries(target.before or "", MARKDOWN))
    new = [line for line in lines if line not in there]
    put = put_entries(target.before or "", new, MARKDOWN) if new else PlacedLines(target.before or "", "")
    return _make_change(target, put, lines, known)


def _make_change(
    target: _Target, put: PlacedLines, texts: Sequence[str], known: Sequence[AppliedRemedy]
) -> RemedyChange:
    """Return the change of a file with marks."""
    rows = [_make_row(target, one, text, put.gap, known) for one, text in zip(target.chosen, texts, strict=True)]
    return RemedyChange(change=_make_settings_change(target, put.text), rows=rows)


def _make_settings_change(target: _Target, after: str) -> SettingsChange:
    return SettingsChange(
        title=target.place.title,
        path=target.path,
        before=target.before,
        after=after,
        notes=describe_link(target.path),
    )


def _make_row(target: _Target, one: Suggestion, text: str, gap: str, known: Sequence[AppliedRemedy]) -> AppliedRemedy:
    """Return what is remembered; a block that was there keeps what was remembered of its gap and its file."""
    first = next((row for row in known if row.applied_at is not None), None)
    return AppliedRemedy(
        id=one.id,
        path=target.path,
        kind=one.kind,
        project=target.place.project,
        project_identity=target.place.project_identity,
        text=text,
        applied_at=None,
        gap=gap or (first.gap if first else ""),
        created=first.created if first else target.before is None,
        folder_created=first.folder_created if first else not target.path.parent.exists(),
    )


def write(config: Config, plan: RemedyPlan, now: datetime) -> None:
    """Change the files as planned.

    Raises:
        StoreError: the store or a file cannot be written; files before it are changed and remembered.
        SourceChanged: a file was changed since it was looked at.
    """
    with Store.open(config.home) as store:
        for one in plan.changes:
            with store.begin_writing() as connection:
                applied_remedies.put(connection, one.rows)
            settings_files.write(one.change.path, one.change.before, one.change.after)
            with store.begin_writing() as connection:
                applied_remedies.put(connection, [replace(row, applied_at=now) for row in one.rows])


# Take remedies out of files again: to the bytes from before where nobody touched the rest, else only what is ours.


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
            changes.append(_plan_undo(path, own, _group_by_file(known)[path], here))
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


def _plan_undo(
    path: Path, chosen: Sequence[AppliedRemedy], known: Sequence[AppliedRemedy], here: HostEnvironment
) -> RemedyChange:
    """Return how a file would change without the remedies chosen.

    Raises:
        BrokenBlock: our block in it is damaged.
        NotJson: its settings cannot be read.
        UnfitFile: it may not be written.
    """
    before = read_target(path, (_find_undo_folder(path), here.home))
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


def _find_undo_folder(path: Path) -> Path:
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
