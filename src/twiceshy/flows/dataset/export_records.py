"""Write rows of one kind out of the store into one file, in the form that another program wants, audited on their way.

The same store and call give the same bytes.
"""

import hashlib

from twiceshy.config import Config
from twiceshy.export.export_forms import BINARY, FILE_FORMS, FOLDER_FORMS, SPELLINGS
from twiceshy.export.row_writer import WriteBytes
from twiceshy.flows.dataset.outgoing_rows import ExportWish, RowGate, Watch, open_gate
from twiceshy.privacy.policy import RedactionLevel
from twiceshy.records.exports import ExportSummary


def list_forms() -> tuple[str, ...]:
    """Return the names of the forms in which it can be written."""
    return (*FILE_FORMS, *FOLDER_FORMS, *SPELLINGS)


def find_form(name: str) -> str:
    """Return the form of that name."""
    return SPELLINGS.get(name, name)


def list_levels() -> list[str]:
    """Return the levels of redaction that an export can be held to."""
    return [level.value for level in RedactionLevel]


def is_folder(form: str) -> bool:
    """Tell whether a form is a folder of files."""
    return form in FOLDER_FORMS


def is_text(form: str) -> bool:
    """Tell whether a form is lines of text, which can stand on standard output."""
    return form in FILE_FORMS and form not in BINARY


class _Output:
    """Passes bytes on, counting and hashing them."""

    def __init__(self, write: WriteBytes) -> None:
        self._write = write
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        self._write(data)
        self._digest.update(data)
        self.size += len(data)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


def export_rows(config: Config, wish: ExportWish, write: WriteBytes, watch: Watch = id) -> ExportSummary:
    """Give the rows that are asked for to ``write``, piece by piece; return what was written.

    Raises:
        NotFound: there is no such row.
        TwiceshyError: a text still looks like a secret after the audit; it was not written.
        UsageError: an option says nothing about such rows.
    """
    output = _Output(write)
    with open_gate(config, wish) as gate:
        rows = gate.open_rows(wish.kind, watch)
        writer = FILE_FORMS[wish.form](rows.columns, output.write)
        count = 0
        for batch in rows.batches:
            writer.add(batch)
            count += len(batch)
        writer.end()
        return _sum_up(gate, count, output)


def _sum_up(gate: RowGate, count: int, output: _Output) -> ExportSummary:
    return ExportSummary(
        kind=gate.wish.kind,
        form=gate.wish.form,
        path=None,
        rows=count,
        bytes=output.size,
        replaced=gate.replaced,
        sha256=output.sha256,
        level=gate.level,
        kinds={gate.wish.kind: count},
        left_out=dict(gate.left_out),
    )
