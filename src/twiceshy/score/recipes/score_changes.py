"""Score a change in a plain checkout, with no store: what is staged, a patch, or files as they are.

If a store knows the past of the files, that counts too.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive.db import Store, has_store
from twiceshy.base.config import Config
from twiceshy.base.errors import StoreError, TwiceshyError
from twiceshy.commands.keys.gate_keys import make_absolute, path_key
from twiceshy.logs import changed_texts
from twiceshy.logs.changed_texts import ChangedTexts
from twiceshy.records.findings import FindingDelta, Layer, SourceText, TaskScan
from twiceshy.records.predictions import Partner
from twiceshy.records.views import Judgement
from twiceshy.score import aggregate, refactor
from twiceshy.score.edit_findings import compare, find_comparable
from twiceshy.score.lost_guards import find_lost_guards
from twiceshy.score.recipes import stored_summary
from twiceshy.score.recipes.reported_findings import find_reported
from twiceshy.score.recipes.run_scanners import Scanners
from twiceshy.score.refactor import CODE_ENDINGS
from twiceshy.score.risk import PastRisk
from twiceshy.score.score_summary import ScoreSummary
from twiceshy.stats.text.document_files import is_document

_MOST_PARTNERS = 3
"""Files named that were left out (guess, 2026-11-21)."""
_PartnerFinder = Callable[[Config, Path, Sequence[str], int], Sequence[Partner]]


def score_staged(config: Config, folder: Path, find_partners: _PartnerFinder) -> Judgement:
    """Score what would be committed now.

    ``find_partners`` returns at most so many files that mostly change with the given ones.

    Raises:
        SourceError: there is no repository.
        ToolMissing: there is no git.
    """
    texts = changed_texts.read_staged(folder)
    return replace(_score_texts(config, texts), left_out=_find_left_out(config, texts, find_partners))


def score_patch(config: Config, folder: Path, text: str) -> Judgement:
    """Score what a patch does to the files here.

    Raises:
        SourceError: it holds no change.
    """
    return _score_texts(config, changed_texts.read_patch(folder, text))


def score_files(config: Config, folder: Path, names: Sequence[str]) -> Judgement:
    """Score files as they are.

    Raises:
        SourceError: one is not there.
    """
    texts = changed_texts.read_files(folder, names)
    return replace(_score_texts(config, texts), reported=find_reported(config, texts.root, texts.paths))


def _score_texts(config: Config, texts: ChangedTexts) -> Judgement:
    """Score the change between these texts."""
    scanners = Scanners(config, raw=True)
    answers = scanners.answers([*texts.before, *texts.after])
    before = dict(zip((one.path for one in texts.before), answers, strict=False))
    after = dict(zip((one.path for one in texts.after), answers[len(texts.before) :], strict=True))
    old, new = find_comparable(before, after), find_comparable(after, before)
    unknown = [f"{path}: {why}" for side in (before, after) for path, one in side.items() for why in one.unknown(path)]
    layers = {layer for one in after.values() for layer in one.layers()}
    missed = _find_missed_users(texts, scanners)
    change = compare(old, new, [*unknown, *missed.unknown])
    lost = find_lost_guards(texts.before, texts.after, scanners.scrubber.text)
    change = replace(change, introduced=(*change.introduced, *lost))
    if missed.looked:
        layers.add(Layer.REFACTOR)
        change = FindingDelta(
            introduced=(*change.introduced, *missed.findings),
            fixed=change.fixed,
            preserved=change.preserved,
            unknown=change.unknown,
        )
    before_now = _read_past(config, texts)
    score = aggregate.aggregate(
        change,
        aggregate.ChangeContext(layers, before_now.risk),
        version=f"{aggregate.VERSION}+{scanners.version}",
    )
    return Judgement(
        files=texts.paths,
        score=score,
        unread=texts.unread,
        meant=before_now.summary.find_meaning(score.value) if before_now.summary else None,
    )


class _MissedUsers:
    """What a change missed: the users of changed definitions, as far as they were looked for."""

    def __init__(self, found: TaskScan | None = None, *, unread: str = "") -> None:
        """Hold what was found, or why nothing was looked for; neither where there is no code."""
        self.looked = found is not None
        self.findings = found.findings if found else ()
        reasons = found.unknown if found else filter(None, [unread])
        self.unknown = tuple(f"refactor: {why}" for why in reasons)


def _find_missed_users(texts: ChangedTexts, scanners: Scanners) -> _MissedUsers:
    """Return the users of changed definitions that the change missed.

    Nothing if files are scored as they are, or no file is in a language that can be parsed.
    """
    others = texts.others
    code = [one.path for one in (*texts.before, *texts.after) if not is_document(one.path)]
    if not any(path.endswith(CODE_ENDINGS) for path in code):
        return _MissedUsers(unread="language" if code else "")
    if others is None:
        return _MissedUsers(unread="no-before")

    def read_parsed(words: frozenset[str]) -> list[SourceText]:
        return [one for one in others(words) if one.path.endswith(CODE_ENDINGS)]

    return _MissedUsers(refactor.find_missed_uses(texts.before, texts.after, read_parsed, scanners.scrubber.text))


class _PastEdits(NamedTuple):
    """What past edits say of a change."""

    risk: PastRisk | None = None
    """The worst past of its files; None where none is known."""
    summary: ScoreSummary | None = None
    """None where no store is."""


def _read_past(config: Config, texts: ChangedTexts) -> _PastEdits:
    """Return what the store knows of the files' past; nothing without a store."""
    try:
        if not has_store(config.home):
            return _PastEdits()
        with Store.open(config.home, readonly=True) as store:
            keys = [path_key(make_absolute(path, str(texts.root)), store.salt) for path in texts.paths]
            summary = stored_summary.read_summary(store)
    except (OSError, StoreError):
        return _PastEdits()
    if summary is None:
        return _PastEdits()
    pasts = [one for key in keys if (one := summary.past(key)) is not None]
    return _PastEdits(max(pasts, key=aggregate.rate_past, default=None), summary)


def _find_left_out(config: Config, texts: ChangedTexts, find_partners: _PartnerFinder) -> tuple[Partner, ...]:
    """Return files that mostly change with these; nothing without a store, or if no history could be read.

    The index of the history is stored beside the store: without a store no folder is made, and nobody waits for
    it.
    """
    try:
        if not has_store(config.home):
            return ()
        paths = [str(texts.root / path) for path in texts.paths]
        return tuple(find_partners(config, texts.root, paths, _MOST_PARTNERS))
    except (TwiceshyError, OSError):
        return ()
