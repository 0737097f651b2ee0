"""Write remedies into files: first as a plan that can be shown, then each file whole, with all that undoing needs.

A remedy is noted before its file is written, without a time, and gets its time afterwards: whoever ends in between
leaves a note that claims nothing.
"""

from collections.abc import Mapping, Sequence
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
from twiceshy.insights.remedy.marked_block import MARKDOWN, SCRIPT, BrokenBlock, PlacedLines, list_entries, put_entries
from twiceshy.insights.remedy.proposals import LINE_KINDS
from twiceshy.insights.remedy.setting_edit import put_setting
from twiceshy.insights.remedy.setting_lines import GIT, SHELL, phrase_setting
from twiceshy.insights.suggest.target_files import UnfitFile, describe_link, read_target
from twiceshy.logs import settings_files
from twiceshy.logs.hook_changes import HostEnvironment
from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.privacy.policy import RedactionLevel, load_rules
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
from twiceshy.stats.text.jsonc import NotJson


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
