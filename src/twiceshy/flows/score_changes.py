"""Scoring a change in a plain checkout, with no store: what is staged, a patch, or files as they are.

The past of the files is told where a store knows it.
"""

from collections.abc import Sequence
from pathlib import Path

from twiceshy.config import Config
from twiceshy.errors import StoreError
from twiceshy.facts.location import absolute, path_key
from twiceshy.flows import changed_texts, scored
from twiceshy.flows.changed_texts import Texts
from twiceshy.flows.left_behind import PARSED
from twiceshy.flows.scanning import Answer, Scanners
from twiceshy.records.scored import Judgement
from twiceshy.records.scores import Finding, Introduced, Layer, Source
from twiceshy.score import aggregate, refactor, risk
from twiceshy.score.compare import compare
from twiceshy.store.db import Store, begun
from twiceshy.store.reads import judged as kept_reads


def staged(config: Config, folder: Path) -> Judgement:
    """What would be committed now.

    Raises:
        SourceError: there is no repository.
        ToolMissing: there is no git.
    """
    return judged(config, changed_texts.staged(folder))


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
    return judged(config, changed_texts.files(folder, names))


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
    known = aggregate.Known(layers, past(config, texts))
    return Judgement(
        files=texts.paths,
        score=aggregate.aggregate(change, known, version=f"{aggregate.VERSION}+{scanners.version}"),
        unread=texts.unread,
    )


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


def past(config: Config, texts: Texts) -> float | None:
    """The worst past of the files; None where there is no store or it does not know them."""
    try:
        if not begun(config.home):
            return None
        salt = config.salt.read_bytes()[:64]
        with Store.open(config.home, readonly=True) as store:
            sessions = kept_reads.kept(store.connection, kept_reads.EVERYTHING, scored.KIND)
    except (OSError, StoreError):
        return None
    changes = [
        risk.Change(edit.path_key, one.project_name, edit.at or 0.0, edit.bad, edit.known_at)
        for one in sessions
        for edit in scored.unpacked(one.value)
    ]
    projects = {one.file: one.project for one in changes}
    keys = [path_key(absolute(path, str(texts.root)), salt) for path in texts.paths]
    found = [risk.now(changes, key, projects[key]) for key in keys if key in projects]
    return max((one for one in found if one is not None), default=None)
