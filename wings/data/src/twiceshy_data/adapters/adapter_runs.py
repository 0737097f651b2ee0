"""Train an adapter on a repository's messages: asked for memory first, timed before it begins, kept while it goes on.

It learns from the first three fifths of the rows that ``export finetune --task messages`` writes, through the same
gate: what must not leave the store is not learned from either. What it is worth is said by commits of the fourth fifth.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Final, NamedTuple

from twiceshy.base.config import Config
from twiceshy.base.errors import StoreUnwritable, UsageError
from twiceshy.base.values import Scope
from twiceshy.records.adapter_cards import AdapterCard, AdapterShape, AdapterWish
from twiceshy.records.exports import ExportRow, Split
from twiceshy.records.ingest import StepProgress
from twiceshy.stats.durations import format_duration
from twiceshy_data.finetune.base_models import (
    check_packages,
    choose_rows_a_step,
    hash_folder,
    list_licences,
    write_adapter,
)
from twiceshy_data.finetune.training_rows import TrainingRow
from twiceshy_data.recipes.outgoing_rows import MESSAGES, ExportWish, open_gate
from twiceshy_git.message_recipes.adapter_cards import CARD, WEIGHTS, write_card
from twiceshy_git.message_recipes.writer_contests import take_subject
from twiceshy_git.predict.messages.message_evaluation import bound_lead
from twiceshy_git.predict.messages.wording import measure_b_norm

if TYPE_CHECKING:
    from twiceshy_data.finetune.adapted_model import AdaptedModel
    from twiceshy_data.finetune.adapter_training import AdapterProgress, AdapterSettings
    from twiceshy_data.finetune.training_rows import TokenRow

_FEWEST: Final = 90
"""Commits to learn from below which nothing is trained (guess, 2026-11-24: three fifths of those that trees need)."""
_TURNS: Final = 2
"""Times that each row is learned (guess, 2026-11-24)."""
_MEASURED: Final = 10
"""Steps by which the time of the others is told (guess, 2026-11-24)."""
_KEPT_EACH: Final = 25
"""Steps after which is written how far it is, unless they take longer than the next (guess, 2026-11-24)."""
_KEPT_S: Final = 60.0
"""Seconds of training that an interruption may cost, about (guess, 2026-11-24)."""
_MOST_JUDGED: Final = 50
"""Commits by which base and adapter are compared (guess, 2026-11-24: each is written twice)."""
_PROGRESS: Final = "progress.pt"
Watch = Callable[[StepProgress], object]


class _MessageParts(NamedTuple):
    """Rows to learn from, and rows to judge by."""

    learned: Sequence[ExportRow]
    judged: Sequence[ExportRow]


class _JudgedPair(NamedTuple):
    """What base and adapter made of one commit."""

    day: object
    before: float
    after: float


class _AdapterRun(NamedTuple):
    """What is trained on what."""

    model: "AdaptedModel"
    rows: Sequence["TokenRow"]
    settings: "AdapterSettings"
    parts: _MessageParts
    base_hash: str

    def describe(self, shape: AdapterShape) -> str:
        """Return what a run must have in common with the one that it goes on from."""
        learned = sha256(repr(self.rows).encode()).hexdigest()
        return f"{self.base_hash} {learned} {replace(self.settings, steps=0)} {shape}"


def train_adapter(config: Config, repo: Path, wish: AdapterWish, watch: Watch = id) -> AdapterCard:
    """Train an adapter and write its folder; nothing of the base is written.

    Raises:
        ToolMissing: what trains is not installed.
        SourceError: the base is none, or no adapter fits it.
        SystemRefusal: it does not fit into memory.
        TwiceshyError: a commit has a secret that redaction missed; nothing was trained.
        UsageError: there is too little to learn from, no graphics card and no ``yes``, or the folder is there.
    """
    check_packages()
    base_hash = hash_folder(wish.base)
    from twiceshy_data.finetune.adapted_model import AdaptedModel, find_free_memory  # noqa: PLC0415  # loads torch
    from twiceshy_data.finetune.adapter_training import AdapterSettings  # noqa: PLC0415  # as above

    rows_a_step = choose_rows_a_step(wish.base, wish.shape, find_free_memory())
    _check_out(wish.out)
    parts = _read_parts(config, repo, watch)
    model = AdaptedModel(wish.base, wish.shape, rows_a_step=rows_a_step)
    rows = [model.number_row(_to_training(row)) for row in parts.learned]
    steps = wish.steps or math.ceil(_TURNS * len(rows) / rows_a_step)
    settings = AdapterSettings(steps=steps, rows_a_step=rows_a_step, rate=wish.rate, seed=wish.shape.seed)
    run = _AdapterRun(model, rows, settings, parts, base_hash)
    begun = time.monotonic()
    done = _train(run, wish, watch)
    seconds = time.monotonic() - begun
    marks = [_judge(model, row) for row in _watch_rows(parts.judged, watch)]
    facts = {"base": base_hash, "rank": f"{wish.shape.rank}", "alpha": f"{wish.shape.alpha:g}"}
    raw = write_adapter(wish.out / WEIGHTS, done.weights, facts)
    card = replace(_fill_card(run, wish, done, marks, seconds), bytes=len(raw), sha256=sha256(raw).hexdigest())
    write_card(wish.out, card)
    (wish.out / _PROGRESS).unlink(missing_ok=True)
    return card


def _fill_card(
    run: _AdapterRun, wish: AdapterWish, done: "AdapterProgress", marks: Sequence[_JudgedPair], seconds: float
) -> AdapterCard:
    """Return the card, without what the weights' file says."""
    shape = wish.shape
    gain = bound_lead((one.day, one.after - one.before) for one in marks)
    return AdapterCard(
        base=wish.base.resolve().name,
        base_hash=run.base_hash,
        licences=tuple(list_licences(wish.base)),
        rows=len(run.rows),
        cut=sum(row.cut for row in run.rows),
        steps=run.settings.steps,
        rows_a_step=run.settings.rows_a_step,
        rank=shape.rank,
        alpha=shape.alpha,
        dropout=shape.dropout,
        longest=shape.longest,
        seed=shape.seed,
        seconds=seconds,
        first_loss=done.losses[0],
        last_loss=fmean(done.losses[-_MEASURED:]),
        judged=len(marks),
        before=fmean(one.before for one in marks) if marks else 0.0,
        after=fmean(one.after for one in marks) if marks else 0.0,
        gain=(gain.estimate, gain.low, gain.high),
        learned_until=max(int(row.origin.at.timestamp()) for row in run.parts.learned if row.origin.at is not None),
        bytes=0,
        sha256="",
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _check_out(out: Path) -> None:
    """Refuse a folder that holds something else than a run that was begun.

    Raises:
        UsageError: it does.
    """
    names = {path.name for path in out.iterdir()} if out.is_dir() else set[str]()
    if (out.exists() and not out.is_dir()) or names - {_PROGRESS}:
        there = f"{out} is there already"
        raise UsageError(f"{there}, with an adapter: name another folder with --out" if CARD in names else there)


def _read_parts(config: Config, repo: Path, watch: Watch) -> _MessageParts:
    """Return the rows to learn from and some to judge by; those to test on are never read on.

    Raises:
        TwiceshyError: a text still looks like a secret.
        UsageError: there are too few.
    """
    wish = ExportWish(kind=MESSAGES, form="jsonl", scope=Scope(), repo=repo, stays=True)
    parts: dict[object, list[ExportRow]] = {Split.TRAIN.value: [], Split.VALIDATION.value: []}
    with open_gate(config, wish) as gate:
        for batch in gate.open_rows(MESSAGES, watch).batches:
            for row in batch:
                parts.get(row.values["split"], []).append(row)
    learned, later = parts.values()
    if len(learned) < _FEWEST:
        raise UsageError(
            f"{len(learned)} commits to learn from are too few ({_FEWEST} are needed, in the first three fifths of the "
            "history); `twiceshy suggest-message` works without"
        )
    each = max(1, math.ceil(len(later) / _MOST_JUDGED))
    return _MessageParts(learned, later[::each])


def _to_training(row: ExportRow) -> TrainingRow:
    return TrainingRow(_join(row, "prompt"), _join(row, "completion"))


def _join(row: ExportRow, column: str) -> str:
    messages = row.values[column]
    assert isinstance(messages, Sequence)  # noqa: S101  # by the column's type
    return "\n".join(str(one["content"]) for one in messages if isinstance(one, dict))


def _train(run: _AdapterRun, wish: AdapterWish, watch: Watch) -> "AdapterProgress":
    """Train, from where an earlier run ended; the first steps tell how long it takes.

    Raises:
        UsageError: there is no graphics card, and nobody said ``yes``.
        StoreUnwritable: the folder cannot be written.
    """
    from twiceshy_data.finetune.adapter_training import train_adapter as train_steps  # noqa: PLC0415  # loads torch
    from twiceshy_data.finetune.kept_progress import keep_progress, read_progress  # noqa: PLC0415  # as above

    model, rows, settings = run.model.model, run.rows, run.settings
    path, told = wish.out / _PROGRESS, run.describe(wish.shape)
    progress, heap = read_progress(path, told), 1
    if progress is None:
        begun = time.monotonic()
        progress = train_steps(model, rows, replace(settings, steps=min(_MEASURED, settings.steps)))
        _check_time(time.monotonic() - begun, run, yes=wish.yes)
    try:
        while len(progress.losses) < settings.steps:
            watch(StepProgress(step="Training", done=len(progress.losses), total=settings.steps, unit="steps"))
            keep_progress(path, progress, told)
            begun, more = time.monotonic(), min(settings.steps - len(progress.losses), heap)
            wanted = replace(settings, steps=len(progress.losses) + more)
            progress = train_steps(model, rows, wanted, progress)
            heap = max(1, min(_KEPT_EACH, int(_KEPT_S * more / max(time.monotonic() - begun, 1e-3))))
        keep_progress(path, progress, told)
        run.model.put_weights(progress.weights)  # an earlier run may have ended behind its last step
    except OSError as exc:
        raise StoreUnwritable(f"{path} cannot be written: {exc.strerror}") from exc
    return progress


def _check_time(measured: float, run: _AdapterRun, *, yes: bool) -> None:
    """Do nothing where there is a graphics card, or somebody wants it nevertheless.

    Raises:
        UsageError: it would run on the processor.
    """
    from twiceshy_data.finetune.adapted_model import has_graphics_card  # noqa: PLC0415  # loads torch

    if yes or has_graphics_card():
        return
    judged, steps = run.parts.judged, run.settings.steps
    taken = min(_MEASURED, steps)
    begun = time.monotonic()
    for row in judged[:1]:
        run.model.write_line(_join(row, "prompt"))
    writing = 2 * len(judged) * (time.monotonic() - begun)
    whole = measured / taken * steps + writing
    raise UsageError(
        f"there is no graphics card. By {taken} measured steps ({measured:.1f} s) the {steps:,} steps here, and "
        f"{2 * len(judged)} messages to judge by, would take {format_duration(whole)}: add --yes to do it. "
        "Nothing was written."
    )


def _judge(model: "AdaptedModel", row: ExportRow) -> _JudgedPair:
    asked, right = _join(row, "prompt"), take_subject(_join(row, "completion"))
    with model.without_adapter():
        before = measure_b_norm(take_subject(model.write_line(asked)), right)
    after = measure_b_norm(take_subject(model.write_line(asked)), right)
    return _JudgedPair(row.origin.at.date() if row.origin.at else None, before, after)


def _watch_rows(rows: Sequence[ExportRow], watch: Watch) -> Iterator[ExportRow]:
    """Yield the rows, telling how many there were."""
    for number, row in enumerate(rows):
        watch(StepProgress(step="Judging", done=number, total=len(rows), unit="rows"))
        yield row
