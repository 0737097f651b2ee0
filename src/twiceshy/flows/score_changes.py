"""Scoring a change in a plain checkout, with no store: what is staged, a patch, or files as they are.

The past of the files is told where a store knows it.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from twiceshy.config import Config
from twiceshy.errors import StoreError, TwiceshyError
from twiceshy.facts.location import absolute, path_key
from twiceshy.flows import changed_texts, score_summary
from twiceshy.flows.changed_texts import Texts
from twiceshy.flows.companions import partners_of
from twiceshy.flows.left_behind import PARSED
from twiceshy.flows.reported import reported
from twiceshy.flows.scanning import Answer, Scanners
from twiceshy.flows.score_summary import Summary
from twiceshy.records.predictions import Partner
from twiceshy.records.scored import Judgement
from twiceshy.records.scores import Finding, Introduced, Layer, Source
from twiceshy.score import aggregate, refactor
from twiceshy.score.compare import compare
from twiceshy.store.db import Store, begun

MOST_PARTNERS = 3


def staged(config: Config, folder: Path) -> Judgement:
    """What would be committed now.

    Raises:
        SourceError: there is no repository.
        ToolMissing: there is no git.
    """
    texts = changed_texts.staged(folder)
    return replace(judged(config, texts), left_out=left_out(config, texts.root, texts.paths))


def patch(config: Config, folder: Path, text: str) -> Judgement:
    """What a patch does to the files here.

    Raises:
        SourceError: it holds no change.
    """
    return judged(config, changed_texts.patch(folder, text))


def files(config: Config, folder: Path, names: Sequence[str]) -> Judgement:
    """Files as they are.

    Raises:
        SourceError: one is not there.
    """
    texts = changed_texts.files(folder, names)
    return replace(judged(config, texts), reported=reported(config, texts.root, texts.paths))


def judged(config: Config, texts: Texts) -> Judgement:
    """A change, judged."""
    scanners = Scanners(config, raw=True)
    answers = scanners.answers([*texts.before, *texts.after])
    before = dict(zip((one.path for one in texts.before), answers, strict=False))
    after = dict(zip((one.path for one in texts.after), answers[len(texts.before) :], strict=True))
    old, new = said(before, after), said(after, before)
    unknown = [f"{path}: {why}" for side in (before, after) for path, one in side.items() for why in one.unknown()]
    layers = {layer for one in after.values() for layer in one.layers()}
    missed = left_behind(texts, scanners)
    change = compare(old, new, [*unknown, *missed.unknown])
    if missed.looked:
        layers.add(Layer.REFACTOR)
        change = Introduced(
            introduced=(*change.introduced, *missed.findings), fixed=change.fixed, preserved=change.preserved,
            unknown=change.unknown,
        )  # fmt: skip
    before_now = past(config, texts)
    score = aggregate.aggregate(
        change, aggregate.Known(layers, before_now.risk), version=f"{aggregate.VERSION}+{scanners.version}",
        weights=before_now.summary.weights if before_now.summary else aggregate.WEIGHTS,
    )  # fmt: skip
    return Judgement(
        files=texts.paths, score=score, unread=texts.unread,
        meant=before_now.summary.meant(score.value) if before_now.summary else None,
    )  # fmt: skip


def said(mine: dict[str, Answer], other: dict[str, Answer]) -> list[Finding]:
    """The findings of one side, but for those of scanners that could not read the other one."""
    return [
        one
        for path, answer in mine.items()
        for name, scan in answer.scans.items()
        if path not in other or not other[path].scans[name].unknown
        for one in scan.findings
    ]


class Left:
    """What a change left behind, as far as it was looked for."""

    def __init__(self, *, looked: bool = False, found: refactor.Missed | None = None) -> None:
        """Nothing, unless it was looked for."""
        self.looked = looked
        self.findings = found.findings if found else ()
        self.unknown = tuple(f"refactor: {why}" for why in found.unknown) if found else ()


def left_behind(texts: Texts, scanners: Scanners) -> Left:
    """Users of changed definitions; nothing where files are judged as they are or no file can be read so."""
    others = texts.others
    if others is None or not any(one.path.endswith(PARSED) for one in (*texts.before, *texts.after)):
        return Left()

    def readable(words: frozenset[str]) -> list[Source]:
        return [one for one in others(words) if one.path.endswith(PARSED)]

    return Left(looked=True, found=refactor.missed(texts.before, texts.after, readable, scanners.scrubber.text))


class Past(NamedTuple):
    """What past edits say of a change."""

    risk: float | None = None
    """The worst past of its files; None where none is known."""
    summary: Summary | None = None
    """None where no store is."""


def past(config: Config, texts: Texts) -> Past:
    """What the store knows, where there is one."""
    try:
        if not begun(config.home):
            return Past()
        with Store.open(config.home, readonly=True) as store:
            keys = [path_key(absolute(path, str(texts.root)), store.salt) for path in texts.paths]
            summary = score_summary.kept(store)
    except (OSError, StoreError):
        return Past()
    if summary is None:
        return Past()
    return Past(max((one for key in keys if (one := summary.past(key)) is not None), default=None), summary)


def left_out(config: Config, root: Path, paths: Sequence[str]) -> tuple[Partner, ...]:
    """Files that mostly change with these; nothing without a store, or where no history could be read.

    The index of the history is kept beside the store: who has none gets no folder made, and does not wait for it.
    """
    try:
        if not begun(config.home):
            return ()
        return tuple(partners_of(config, root, [str(root / path) for path in paths], MOST_PARTNERS))
    except (TwiceshyError, OSError):
        return ()
