"""The forms in which rows can be written. A further one is a module and a row here."""

from collections.abc import Callable, Sequence

from twiceshy.records.exports import RowColumn
from twiceshy_data.export import csv_table, jsonl, parquet_table
from twiceshy_data.export.row_writer import RowWriter, WriteBytes

FILE_FORMS: dict[str, Callable[[Sequence[RowColumn], WriteBytes], RowWriter]] = {
    "jsonl": jsonl.start,
    "csv": csv_table.start,
    "parquet": parquet_table.start,
}
"""Forms that are one file: from the columns and what takes bytes, what writes the rows."""
FOLDER_FORMS = ("hf", "atif")
"""Forms that are a folder of files."""
SPELLINGS = {"huggingface": "hf"}
"""Other names of forms."""
BINARY = frozenset({"parquet"})
"""Forms of one file that no terminal can show."""
