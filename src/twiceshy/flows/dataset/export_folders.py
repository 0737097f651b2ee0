"""Write rows out of the store into a folder of files, whole or not at all, audited on their way.

The same store and call give the same bytes, and a list of checksums says so.
"""

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from twiceshy import VERSION
from twiceshy.config import Config
from twiceshy.dataset.row_tally import RowTally
from twiceshy.errors import NotFound, SourceError, UsageError
from twiceshy.export.dataset_card import CardFacts, KindFacts, write_card
from twiceshy.flows.dataset.dataset_files import FolderFiles, SplitTable, is_export
from twiceshy.flows.dataset.outgoing_rows import ExportWish, RowGate, Watch, open_gate
from twiceshy.flows.rows.row_sources import ALL, SOURCES
from twiceshy.privacy.policy import RedactionLevel
from twiceshy.private_files import open_draft_folder
from twiceshy.records.exports import ExportSummary

_LICENSE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,60}")
"""As licences are named (SPDX), and safe in the head of a page."""
_Tallies = dict[str, RowTally]


def export_folder(config: Config, wish: ExportWish, path: Path, *, replace: bool, watch: Watch = id) -> ExportSummary:
    """Write the rows that are asked for into a folder; return what was written.

    Raises:
        NotFound: there is no such row.
        SourceError: the folder cannot be written.
        TwiceshyError: a text still looks like a secret after the audit; nothing is left of the folder.
        UsageError: something is there that is not to be replaced, or an option does not fit.
    """
    _check(wish, path, replace=replace)
    write = _WRITERS[wish.form]
    try:
        with (
            open_gate(config, wish, RedactionLevel.STRICT) as gate,
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


def _check(wish: ExportWish, path: Path, *, replace: bool) -> None:
    if wish.license and not _LICENSE.fullmatch(wish.license):
        raise UsageError(f"--license {wish.license!r:.80} is no name of a licence, for instance apache-2.0 or MIT.")
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
    tallies = {kind: tally for kind in _list_kinds(gate) if (tally := _write_kind(gate, kind, files, watch))}
    if not tallies:
        raise NotFound("nothing is stored yet. Next: twiceshy ingest")
    files.put("splits.json", (json.dumps({"splits": "none"}, indent=2) + "\n").encode())
    files.put("README.md", write_card(_state_facts(gate, tallies)).encode(errors="backslashreplace"))
    return tallies


def _list_kinds(gate: RowGate) -> tuple[str, ...]:
    return tuple(SOURCES) if gate.wish.kind == ALL else (gate.wish.kind,)


def _write_kind(gate: RowGate, kind: str, files: FolderFiles, watch: Watch) -> RowTally | None:
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
    return tally


def _state_facts(gate: RowGate, tallies: Mapping[str, RowTally]) -> CardFacts:
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
        level=gate.level,
        replaced=gate.replaced,
        left_out=gate.left_out,
        splitting=["The rows are not split: all stand in `train`. Whoever trains splits them by time and session."],
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
    )


_WRITERS: Final[Mapping[str, Callable[[RowGate, FolderFiles, Watch], _Tallies]]] = {"hf": _write_dataset}
