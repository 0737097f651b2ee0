"""Write rows out of the store into a folder of files, whole or not at all, audited on their way.

The same store and call give the same bytes, and a list of checksums says so.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from twiceshy import VERSION
from twiceshy.archive.reads.session_logs import read_whole_sessions
from twiceshy.archive.reads.sessions import read_outcomes
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, SourceError, TwiceshyError, UsageError
from twiceshy.base.private_files import open_draft_folder
from twiceshy.privacy.policy import RedactionLevel
from twiceshy.records import ids
from twiceshy.records.exports import ExportRow, ExportSummary, RowOrigin, Split, SplitRecord, SplitWay
from twiceshy_data.dataset.row_filters import RowTally
from twiceshy_data.dataset.splits import encode_record
from twiceshy_data.export.dataset_card import CardFacts, KindFacts, write_card
from twiceshy_data.export.session_trajectory import build_trajectory, list_faults
from twiceshy_data.recipes.dataset_files import FolderFiles, SplitTable, is_export
from twiceshy_data.recipes.outgoing_rows import MESSAGES, ExportWish, RowGate, Watch, explain_left_out, open_gate
from twiceshy_data.recipes.split_rows import RowSplits, SplitWish
from twiceshy_data.rows.row_sources import ALL, SOURCES

_SESSIONS: Final = "sessions"
_ENDING: Final = ".atif.json"
_SHARED: Final = frozenset({"hf"})
"""Forms that are made to be given away."""
_Tallies = dict[str, RowTally]


def export_folder(config: Config, wish: ExportWish, path: Path, *, replace: bool, watch: Watch = id) -> ExportSummary:
    """Write the rows that are asked for into a folder; return what was written.

    Raises:
        NotFound: there is no such row.
        SourceError: the folder cannot be written.
        TwiceshyError: a text still looks like a secret after the audit; nothing is left of the folder.
        UsageError: something is there that is not to be replaced, or an option does not fit.
    """
    _check(path, replace=replace)
    write = _WRITERS[wish.form]
    try:
        with (
            open_gate(config, wish, RedactionLevel.STRICT if wish.form in _SHARED else None) as gate,
            open_draft_folder(path, replace=replace) as draft,
            FolderFiles(draft) as files,
        ):
            tallies = write(gate, files, watch)
            return _sum_up(gate, tallies, files, path)
    except FileExistsError as exc:
        raise UsageError(_THERE.format(path)) from exc
    except OSError as exc:
        raise SourceError(f"{path} cannot be written: {exc.strerror}. Name another folder.") from exc


_THERE: Final = "{} is there already. Name another folder, or replace it with --force."


def _check(path: Path, *, replace: bool) -> None:
    if not path.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {path.absolute().parent}: make it first, or name another.")
    if os.path.lexists(path) and not replace:
        raise UsageError(_THERE.format(path))
    if os.path.lexists(path) and not is_export(path):
        raise UsageError(
            f"{path} holds more than an export, or none: --force replaces only what an export wrote. "
            "Name another folder, or remove this one yourself."
        )


def _write_dataset(gate: RowGate, files: FolderFiles, watch: Watch) -> _Tallies:
    """Write tables by kind and split, and the page that tells what they are."""
    if gate.split is None:
        gate.split = SplitWish()
    written = {kind: found for kind in _list_kinds(gate) if (found := _write_kind(gate, kind, files, watch))}
    if not written and gate.left_out:
        raise NotFound(explain_left_out(gate.left_out))
    if not written:
        raise NotFound("nothing is stored yet. Next: twiceshy ingest")
    tallies = {kind: tally for kind, (tally, _) in written.items()}
    splits = {kind: one for kind, (_, one) in written.items() if one is not None}
    records = [one.record for kind, one in splits.items() if not gate.find_source(kind).of_commits]
    records += [one.record for one in splits.values()]
    if (record := next(filter(None, records), None)) is not None:
        files.put("splits.json", encode_record(record).encode())
    facts = _state_facts(gate, tallies, _describe_splits(record, splits))
    files.put("README.md", write_card(facts).encode(errors="backslashreplace"))
    return tallies


def _describe_splits(record: SplitRecord | None, splits: Mapping[str, RowSplits]) -> list[str]:
    """Return sentences on how the rows came into their parts."""
    if record is None:
        return ["The rows are not split: all stand in `train`. Part them by time and by whole sessions, not at random."]
    days = [f"`{name}` begins on {at:%Y-%m-%d}" for name, at in record.cuts._asdict().items() if at is not None]
    of_time = "Commits are" if set(splits) == {MESSAGES} else "Whole sessions are"
    by = "Whole projects are kept apart." if record.way is SplitWay.PROJECT else f"{of_time} parted by time."
    lines = [f"{by} {' and '.join(days)}{'.' * bool(days)} What belongs together stands in the later part.".strip()]
    for kind, one in splits.items():
        told = one.summarize()
        later = {split: part for split, part in told.parts.items() if split is not Split.TRAIN}
        lines += [
            f"- {kind}, `{split.value}`: {part.rows:,} rows, {part.repeated:,} of which say nearly the same as a row "
            f"to learn from (`dup_of_train`)."
            for split, part in later.items()
        ]
        if told.hidden_labels:
            lines.append(f"- {kind}: {told.hidden_labels:,} labels came after the cut and are null in `train`.")
    return lines


def _list_kinds(gate: RowGate) -> tuple[str, ...]:
    return tuple(SOURCES) if gate.wish.kind == ALL else (gate.wish.kind,)


def _write_kind(gate: RowGate, kind: str, files: FolderFiles, watch: Watch) -> tuple[RowTally, RowSplits | None] | None:
    """Write the table of a kind; return what is in it, or None where all kinds were asked for and this one is empty."""
    try:
        rows = gate.open_rows(kind, watch)
    except (NotFound, UsageError):
        if gate.wish.kind != ALL:
            raise
        return None
    tally, table = RowTally(), SplitTable(files, kind, rows.columns)
    for batch in rows.batches:
        table.add(batch)
        tally.add(batch)
    table.end()
    return tally, rows.splits


def _state_facts(gate: RowGate, tallies: Mapping[str, RowTally], splitting: list[str]) -> CardFacts:
    return CardFacts(
        kinds=[
            KindFacts(
                kind=kind,
                splits=one.splits,
                agents=one.agents,
                models=one.models,
                languages=one.languages,
                labels=one.labels,
                projects=len(one.projects),
                sessions=len(one.sessions),
                first=one.first,
                last=one.last,
            )
            for kind, one in tallies.items()
        ],
        license=gate.wish.license,
        licences=gate.list_licences({one for tally in tallies.values() for one in tally.projects}),
        level=gate.level,
        replaced=gate.replaced,
        left_out=gate.left_out,
        splitting=splitting,
        program=f"twiceshy {VERSION}",
    )


def _sum_up(gate: RowGate, tallies: Mapping[str, RowTally], files: FolderFiles, path: Path) -> ExportSummary:
    splits = sum((one.splits for one in tallies.values()), start=RowTally().splits)
    checksum = files.seal()
    return ExportSummary(
        kind=gate.wish.kind,
        form=gate.wish.form,
        path=str(path),
        rows=splits.total(),
        bytes=files.size,
        replaced=gate.replaced,
        sha256=checksum,
        level=gate.level,
        files=len(files.sums),
        kinds={kind: one.rows for kind, one in tallies.items()},
        splits=dict(splits),
        left_out=dict(gate.left_out),
        too_few=gate.judge_amount(splits.total()),
        without_diff=gate.without_diff,
    )


def _write_trajectories(gate: RowGate, files: FolderFiles, watch: Watch) -> _Tallies:
    """Write each session that is asked for into a file; return how many.

    Raises:
        NotFound: there is no such session.
        TwiceshyError: a text still looks like a secret, or a trajectory would break the format's rules.
        UsageError: other rows than sessions are asked for.
    """
    if gate.wish.kind != _SESSIONS:
        raise UsageError(f"--format atif is for sessions: not for {gate.wish.kind}.")
    sessions = [row.origin.session for row in gate.read_rows(_SESSIONS) if row.origin.session]
    tally = RowTally()
    for batch in gate.audit(_build_rows(gate, sessions), _SESSIONS, watch):
        for row in batch:
            if faults := list_faults(row.values):
                raise TwiceshyError(f"{row.id} breaks a rule of the format: {faults[0]}. Please report it.")
            text = json.dumps(row.values, ensure_ascii=False, indent=1)
            files.put(f"{row.values['session_id']!s}{_ENDING}", f"{text}\n".encode(errors="backslashreplace"))
        tally.add(batch)
    if not tally.rows:
        raise NotFound("no session of these said or did anything. Leave options out to write others.")
    return {_SESSIONS: tally}


def _build_rows(gate: RowGate, sessions: list[bytes]) -> Iterator[ExportRow]:
    for log in read_whole_sessions(gate.store, sessions):
        outcomes = read_outcomes(gate.store.connection, log.uid)
        if (values := build_trajectory(log, outcomes)) is not None:
            origin = RowOrigin(log.project, log.uid, log.first_at or log.last_at)
            yield ExportRow(ids.shorten(ids.SESSION, log.uid), values, origin)


_WRITERS: Final[Mapping[str, Callable[[RowGate, FolderFiles, Watch], _Tallies]]] = {
    "hf": _write_dataset,
    "atif": _write_trajectories,
}
