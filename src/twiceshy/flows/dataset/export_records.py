"""Write rows of one kind out of the store, whole, in the form that another program wants, audited on their way.

Rows come from a cursor and go in batches; what grows at first is the audit's own tables, to .4 GB on 66 MB of chats
(measured 2026-11-23). The same store and call give the same bytes.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from twiceshy.config import Config
from twiceshy.errors import NotFound, TwiceshyError
from twiceshy.export.export_forms import FORMS
from twiceshy.flows.rows.row_source import RowSource
from twiceshy.flows.rows.row_sources import SOURCES
from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.records.exports import ExportRow, ExportSummary, ExportValue
from twiceshy.records.values import Scope
from twiceshy.store.db import Store

_BATCH = 1 << 19
"""Characters of text that are audited at once (guess, 2026-11-23)."""
_MOST_ROWS = 500
"""Rows that are audited at once (guess, 2026-11-23)."""


def list_forms() -> tuple[str, ...]:
    """Return the forms in which they can be written."""
    return tuple(FORMS)


class ExportWish(NamedTuple):
    """What to write, and how."""

    kind: str
    form: str
    scope: Scope


def export_rows(config: Config, wish: ExportWish, write: Callable[[bytes], object]) -> ExportSummary:
    """Give the rows in scope to ``write``, piece by piece; return what was written.

    Raises:
        NotFound: there is no such row.
        TwiceshyError: a text still looks like a secret after the audit; it was not written.
    """
    source, form = SOURCES[wish.kind], FORMS[wish.form]
    digest, size, count = hashlib.sha256(), 0, 0
    with Store.open(config.home, readonly=True) as store:
        rows = source.rows(store, wish.scope)
        first = next(rows, None)
        if first is None:
            raise NotFound(_explain_nothing(wish, source))
        gate = OutgoingTexts(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
        head = form.begin(source.columns(store))
        for batch in _batch(chain([first], rows)):
            data = head + b"".join(form.encode(row) for row in _audit(batch, gate))
            write(data)
            digest.update(data)
            size, count, head = size + len(data), count + len(batch), b""
    return ExportSummary(
        kind=wish.kind,
        form=wish.form,
        path=None,
        rows=count,
        bytes=size,
        replaced=dict(sorted(gate.replaced.items())),
        sha256=digest.hexdigest(),
    )


def _explain_nothing(wish: ExportWish, source: RowSource) -> str:
    """Return why there is nothing to write, and what helps."""
    rows = "subagents" if wish.kind == "orchestration" else wish.kind
    if wish.scope == Scope():
        return f"no {rows} are stored yet. Next: {source.collect}"
    if wish.scope.project and wish.kind == "runs":
        return (
            f"no run was recorded in a folder with {wish.scope.project!r} in its name. "
            "At telemetry.level anonymous folders are not kept: leave --project out, or set the level to full."
        )
    if wish.scope.project:
        return f"no {rows} of {wish.scope.project!r} are there. `twiceshy sessions` shows which projects there are."
    return f"no {rows} are in that time. Leave --since and --until out to write all."


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
