"""Rows as they may leave: each text of each is looked at once more, in heaps of bounded size."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from twiceshy.base.errors import TwiceshyError
from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.records.exports import ExportRow, ExportValue

_BATCH = 1 << 19
"""Characters of text that are audited at once (guess, 2026-11-23)."""
_MOST_ROWS = 500
"""Rows that are audited at once (guess, 2026-11-23)."""


def audit_batches(rows: Iterable[ExportRow], gate: OutgoingTexts) -> Iterator[list[ExportRow]]:
    """Yield the rows as they may leave, heap by heap.

    Raises:
        TwiceshyError: a text still looks like a secret after the audit.
    """
    for batch in _batch(rows):
        yield list(_audit(batch, gate))


def hide_whereabouts(row: ExportRow) -> ExportRow:
    """Return a row whose ``meta`` does not say in which project, file and session it came to be."""
    meta = row.values.get("meta")
    if not isinstance(meta, Mapping):
        return row
    kept = {name: value for name, value in meta.items() if not any(word in name for word in _WHEREABOUTS)}
    return row._replace(values={**row.values, "meta": kept})


_WHEREABOUTS = ("project", "path", "session", "file", "folder")
"""Parts of the names under which ``meta`` says beside a row's own id what leads back to somebody's work."""


def _batch(rows: Iterable[ExportRow]) -> Iterator[list[ExportRow]]:
    """Yield the rows in heaps of bounded size."""
    heap: list[ExportRow] = []
    size = 0
    for row in rows:
        heap.append(row)
        size += sum(map(len, _list_texts(row)))
        if size >= _BATCH or len(heap) >= _MOST_ROWS:
            yield heap
            heap, size = [], 0
    if heap:
        yield heap


def _list_texts(row: ExportRow) -> list[str]:
    """Return every text of a row, in its order."""
    return [text for value in row.values.values() for text in _list_within(value)]


def _list_within(value: ExportValue) -> Iterator[str]:
    """Yield the texts within a value; names are texts, since some are foreign."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield name
            yield from _list_within(one)
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for one in value:
            yield from _list_within(one)


def _audit(batch: Sequence[ExportRow], gate: OutgoingTexts) -> Iterator[ExportRow]:
    """Yield the rows as they may leave.

    Raises:
        TwiceshyError: a text still looks like a secret.
    """
    texts = [_list_texts(row) for row in batch]
    clean, left = gate.clean([text for own in texts for text in own])
    if left is not None:
        owners = [row.id for row, own in zip(batch, texts, strict=True) for _ in own]
        raise TwiceshyError(
            f"{owners[left.text]} has a text that {left.describe()}. "
            "That row and those after it were not written. `twiceshy redact` applies today's rules to the store; "
            "`twiceshy audit` names the place, `twiceshy forget` and `twiceshy runs clear` remove it."
        )
    fresh = iter(clean)
    for row in batch:
        yield row._replace(values={name: _replace_texts(value, fresh) for name, value in row.values.items()})


def _replace_texts(value: ExportValue, fresh: Iterator[str]) -> ExportValue:
    """Return the value with each text replaced by the next one, in the order of ``_list_within``."""
    if isinstance(value, str):
        return next(fresh)
    if isinstance(value, Mapping):
        return {next(fresh): _replace_texts(one, fresh) for one in value.values()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_replace_texts(one, fresh) for one in value]
    return value
