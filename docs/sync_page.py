# ruff: noqa: INP001  # a script, not a package
"""The page of all that may leave for a team's server, made from the table that the client and the server obey."""

from twiceshy.privacy.wire.row_kinds import KINDS, LEVELS, Level, RowKind

_FORMS = {
    "hash": "hash",
    "count": "whole number",
    "number": "number",
    "flag": "yes or no",
    "word": "one word of a closed list, or a name",
    "time": "time",
    "text": "text",
    "words": "words",
    "counts": "number for each word",
}


_HEAD = """# Rows that may leave

Everything that can leave for a team's server stands here; [sync](sync.md) says when it does. A row has a kind, an id (a
keyed hash, or a random number), a revision, a time, and the fields below. The client leaves out what the level does not
allow when it records, and again when it sends. The server refuses any other field.

A hash is keyed with your team's key or with the salt of your store. Only `session_hash` and `call_hash` have no key:
they are of ids that agents draw at random, which nobody can guess, so that what an agent exports by itself meets your
rows.

`sync.level` is one of:

- `counts` (the default): {counts} fields: keyed hashes, numbers, times, and words such as a model's name.
- `anonymous`: {anonymous} fields more: words and sentences that were redacted strictly.
- `full`: {full} fields more: commands, matched lines and samples of output as they are stored here, redacted.
"""


def render_page() -> str:
    """The whole page."""
    head = _HEAD.format_map({level: _count_fields(level) for level in LEVELS})
    return "\n".join([head, *map(_render_kind, KINDS.values())])


def _count_fields(level: Level) -> int:
    """How many fields leave from a level on."""
    return sum(_find_level(kind, field.level) == level for kind in KINDS.values() for field in kind.fields)


def _find_level(kind: RowKind, level: Level) -> Level:
    """The level from which a field really leaves: that of its row, where it is looser."""
    return max(kind.level, level, key=LEVELS.index)


def _render_kind(kind: RowKind) -> str:
    """One kind of row."""
    heading = f"## {kind.name}\n\n"
    if kind.changes:
        heading += "It may change: a later revision takes the place of an earlier one.\n\n"
    rows = []
    for level in LEVELS:
        for form, words in _FORMS.items():
            names = [f"`{field.name}`" for field in kind.fields if field.form == form and field.level == level]
            if names:
                rows.append(f"| {_find_level(kind, level)} | {words} | {', '.join(names)} |")
    return heading + "\n".join(["| from the level | form | fields |", "| --- | --- | --- |", *rows]) + "\n"
