"""The page that tells a reader what is in a folder of data, as Hugging Face's libraries read it: all from counts.

There is no time of writing in it, so that the same data give the same page.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

_SPLITS: Final = ("train", "validation", "test")
_MOST_NAMES: Final = 12
"""Models or languages that are named (guess, 2026-11-23: a line or two)."""
_NOBODY: Final = "other"
"""Licence of a set about which nobody said anything, as readers spell it."""

_HISTORY: Final = "finetune-messages"
_GAPS: Final = (
    "- Output of tools is cut at 2 KB, and the logs of some agents hold only its beginning.",
    "- Hidden reasoning of models is left out of what is said.",
)
_HISTORY_GAPS: Final = (
    "- Merges, bots, releases, what a script wrote, and subjects that say nothing or had a secret have no row.",
    "- A change is cut at 400 tokens, numbers and hashes in it are marks, and numbers of issues are `#N`.",
    "- A body in which something was redacted is left away.",
)
_REMOVAL: Final = (
    "Ask whoever gave you this folder, and name the row by its id. They remove it from their store with "
    "`twiceshy forget` and write the folder again."
)
_HISTORY_REMOVAL: Final = (
    "Ask whoever gave you this folder, and name the row by its commit (`meta`). They name its files in "
    "`contribute.exclude` and write the folder again."
)


class KindFacts(NamedTuple):
    """What is known of the rows of one kind."""

    kind: str
    splits: Mapping[str, int]
    agents: Mapping[str, int]
    models: Mapping[str, int]
    languages: Mapping[str, int]
    labels: Mapping[str, Mapping[str, int]]
    """Rows by label and its value; ``None`` is not known."""
    projects: int
    sessions: int
    first: datetime | None
    last: datetime | None


class CardFacts(NamedTuple):
    """What is known of all of them."""

    kinds: Sequence[KindFacts]
    license: str
    """Empty: nobody said."""
    licences: Mapping[str, str]
    """What each project's own files say, by a name that does not tell which project it is."""
    level: str
    replaced: Mapping[str, int]
    left_out: Mapping[str, int]
    splitting: Sequence[str]
    """Sentences on how rows came into their splits."""
    program: str
    """Name and version of the program that wrote it."""


def write_card(facts: CardFacts) -> str:
    """Return the page."""
    parts = [
        _write_head(facts),
        "# Commit messages of a repository, as data" if _is_history(facts) else "# What coding agents did, as data",
        _describe_whole(facts),
        "## Rows",
        *map(_describe_kind, facts.kinds),
        "## Labels",
        _describe_labels(facts),
        "## Redaction",
        _describe_redaction(facts),
        "## Splits",
        "\n".join(facts.splitting),
        "## What is missing",
        _describe_gaps(facts),
        "## Licence",
        _describe_license(facts),
        "## How to load it",
        _show_loading(facts),
        "## How to have something removed",
        _HISTORY_REMOVAL if _is_history(facts) else _REMOVAL,
    ]
    return "\n\n".join(parts) + "\n"


def _write_head(facts: CardFacts) -> str:
    lines = ["---", f"license: {facts.license or _NOBODY}", "configs:"]
    for one in facts.kinds:
        lines += [f"- config_name: {one.kind}", "  data_files:"]
        lines += [f"  - {{split: {split}, path: data/{one.kind}/{split}-*.parquet}}" for split in _sort_splits(one)]
    return "\n".join([*lines, "tags: [coding-agents, twiceshy]", "---"])


def _sort_splits(one: KindFacts) -> list[str]:
    """Return the splits that have rows, in the order in which they are used."""
    return sorted(one.splits, key=lambda name: (_SPLITS.index(name) if name in _SPLITS else len(_SPLITS), name))


def _is_history(facts: CardFacts) -> bool:
    """Tell whether the rows are commits of a repository only, of which the store has nothing."""
    return {one.kind for one in facts.kinds} == {_HISTORY}


def _describe_whole(facts: CardFacts) -> str:
    days = sorted(day for one in facts.kinds for day in (one.first, one.last) if day is not None)
    span = f", from {days[0]:%Y-%m-%d} to {days[-1]:%Y-%m-%d}" if days else ""
    origin = (
        "Rows made from the git history of one repository: a change with the three nearest older messages, and the "
        "message that was written"
        if _is_history(facts)
        else "Rows made from the logs of coding agents on one machine, from git history and from recorded command runs"
    )
    return f"{origin}{span}. {facts.program} wrote them."


def _describe_kind(one: KindFacts) -> str:
    rows = ", ".join(f"{one.splits[split]:,} in {split}" for split in _sort_splits(one))
    origin = [f"{count:,} {name}" for count, name in ((one.sessions, "sessions"), (one.projects, "projects")) if count]
    lines = [f"**{one.kind}**: {sum(one.splits.values()):,} rows ({rows}){' of ' * bool(origin)}{' in '.join(origin)}."]
    for title, names in (("Agents", one.agents), ("Models", one.models), ("Languages", one.languages)):
        if names:
            lines.append(f"{title}, by rows: {_list_names(names)}.")
    return "\n".join(lines)


def _list_names(names: Mapping[str, int]) -> str:
    ranked = sorted(names.items(), key=lambda one: (-one[1], one[0]))
    more = len(ranked) - _MOST_NAMES
    shown = ", ".join(f"`{_quote(name)}` {count:,}" for name, count in ranked[:_MOST_NAMES])
    return f"{shown}{f' and {more} more' if more > 0 else ''}"


def _quote(name: str) -> str:
    """Return a foreign name as it can stand between backticks on one line."""
    return "".join(one if one.isprintable() and one != "`" else " " for one in name)[:80]


def _describe_labels(facts: CardFacts) -> str:
    lines = [line for one in facts.kinds for line in _list_labels(one)]
    if not lines:
        return "These rows have no label."
    rule = (
        "Labels are found by rules in what the logs, git and checks show; nobody set them by hand. "
        "What is not known is null, and null is never counted as good."
    )
    return "\n".join([rule, "", *lines])


def _list_labels(one: KindFacts) -> Iterator[str]:
    for label, values in sorted(one.labels.items()):
        rows = sum(one.splits.values())
        known = sum(values.values()) - values.get("None", 0)
        told = ", ".join(f"`{_quote(value)}` {count:,}" for value, count in sorted(values.items()) if value != "None")
        yield f"- {one.kind}, `{label}`: known of {known:,} of {rows:,} rows{': ' * bool(told)}{told}"


def _describe_redaction(facts: CardFacts) -> str:
    total = sum(facts.replaced.values())
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in facts.replaced.items())
    found = f"It replaced {total:,} more: {kinds}." if total else "It found nothing more."
    return (
        "Credentials, e-mail addresses, user names in home paths and public IP addresses were replaced when the logs "
        "were read. Every text of every row, this page's "
        f"names too, was searched once more by a second engine at the level `{facts.level}`. {found} "
        "A program cannot know every secret: read a sample before you publish this."
    )


def _describe_gaps(facts: CardFacts) -> str:
    lines = [f"- {count:,} rows were left out: {why}." for why, count in sorted(facts.left_out.items())]
    return "\n".join(
        [*lines, *(_HISTORY_GAPS if _is_history(facts) else _GAPS), "- Columns of nested values are JSON texts."]
    )


def _describe_license(facts: CardFacts) -> str:
    whole = (
        f"The person who wrote this folder says that it may be used under `{facts.license}`."
        if facts.license
        else "Not stated: nobody said under which licence the whole may be used."
    )
    own = [f"- `{name}`: {licence}" for name, licence in facts.licences.items()]
    told = "The rows hold code and words of these projects, of which their own files say (`project_hash`, licence):"
    return "\n".join([whole, *(("", told, "", *own) if own else ())])


def _show_loading(facts: CardFacts) -> str:
    kind = facts.kinds[0].kind
    split = _sort_splits(facts.kinds[0])[0]
    return (
        "```python\n"
        "from datasets import load_dataset\n"
        f'rows = load_dataset("path/to/this/folder", "{kind}")\n'
        f'print(rows["{split}"][0])\n'
        "```"
    )
