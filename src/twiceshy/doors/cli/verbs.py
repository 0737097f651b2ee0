"""List the verbs: one literal row each. A verb's module is imported only when the verb is called.

Plugins are asked for where a word is none of ours, and where all verbs are shown.
"""

import argparse
import importlib
from dataclasses import dataclass
from typing import NamedTuple, Protocol, cast

from twiceshy.base.config import Config
from twiceshy.base.plugins import Group, load_plugins


class VerbLeaf(Protocol):
    """A verb's module in ``commands/``: its docstring is the long help, ``EXAMPLE`` one real call."""

    EXAMPLE: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the verb's own options; ``--json`` and the common ones are there already."""
        ...

    def run(self, args: argparse.Namespace, config: Config) -> int:
        """Call one flow, draw its answer on stdout, and return the exit code."""
        ...


@dataclass(frozen=True, slots=True)
class Verb:
    """One row of the table."""

    name: str
    group: str
    summary: str
    module: str
    """The name of its leaf: of ours a file of ``commands/``, of a plugin's the whole name of a module."""
    aliases: tuple[str, ...] = ()
    collects: bool = False
    """Reads logs into the store: does nothing while ``enabled`` is false."""
    raw: bool = False
    """Reads its own words with ``main(words)``: some of them are another program's."""


VERBS: tuple[Verb, ...] = (
    Verb("report", "look", "show what your agents did, where they failed and what it cost", "report"),
    Verb("sessions", "look", "list recorded sessions", "sessions"),
    Verb("show", "look", "show one record: a session, an error, a run, a lesson, a file", "show"),
    Verb("search", "look", "find words in prompts, commands, errors and replies", "search"),
    Verb("history", "look", "show what became of a file's edits, or of one way of working", "history"),
    Verb("handoff", "look", "show what a session leaves to the next one: open, decided, done", "handoff"),
    Verb("suggest", "look", "show what would help, as lines and settings, and write them", "suggest"),
    Verb("effects", "look", "show which habits go with which outcomes, and what is significant", "effects"),
    Verb("sql", "look", "run a read-only query on the store", "sql"),
    Verb("init", "set up", "install the hooks that record from now on, and read the existing logs", "init"),
    Verb("remove", "set up", "remove the hooks, byte for byte", "remove"),
    Verb("doctor", "set up", "check the installation, the store and the logs", "doctor"),
    Verb("config", "set up", "list, read and change settings", "config"),
    Verb("tools", "set up", "list outside tools (a scanner, a model), and install one", "tools"),
    Verb("ingest", "collect and learn", "read agent logs into the store", "ingest", collects=True),
    Verb("backfill", "collect and learn", "read the commits made before recording began", "backfill", collects=True),
    Verb("ci", "collect and learn", "take down what CI said of a commit, or show it", "ci", collects=True),
    Verb("revert", "collect and learn", "say that a commit was taken back, or list those", "revert", collects=True),
    Verb(
        "run",
        "commands",
        "run a command, and end it early on a line, on silence or on time",
        "run",
        raw=True,
    ),
    Verb("runs", "commands", "list recorded runs, sum them up, find anomalies, get limits to paste", "runs"),
    Verb(
        "feedback",
        "commands",
        "say how good a chat, a session, a run, a warning or a lesson was, or list what to rate",
        "feedback",
    ),
    Verb(
        "learn",
        "collect and learn",
        "read what is new and learn from it, as hooks do when it is due",
        "learn",
        collects=True,
    ),
    Verb(
        "judge",
        "collect and learn",
        "judge what became of the work: completed, corrected, rolled back",
        "judge",
        collects=True,
    ),
    Verb(
        "replay",
        "collect and learn",
        "show the warnings that stored sessions would have got, and how many were right",
        "replay",
    ),
    Verb("score", "judge", "score changes by the faults that they bring in: what, where, why", "score"),
    Verb("lessons", "lessons", "list what was learned; review, mute, edit, delete or promote it", "lessons"),
    Verb("mute", "lessons", "never show a warning or a lesson again", "mute"),
    Verb("demo", "lessons", "show how three mistakes become lessons and warnings, in a temporary folder", "demo"),
    Verb("workflow", "judge", "show whether the declared workflow was kept, and which steps pay", "workflow"),
    Verb("brief", "predict", "show the brief that an agent gets for a task", "brief"),
    Verb("dashboard", "serve", "show the same answers in a browser, on this machine only", "dashboard"),
    Verb("mcp", "serve", "serve lessons, checks and limits to agents (Model Context Protocol)", "mcp"),
    Verb("redact", "privacy", "show what redaction does to a text", "redact", aliases=("redact-test",)),
    Verb("audit", "privacy", "scan the data folder for secrets with a second engine", "audit"),
    Verb("forget", "privacy", "remove a session, a project or a time range for good", "forget"),
    Verb("cleanup", "privacy", "remove what is past its retention, and free disk space", "cleanup"),
)


class VerbTable(Protocol):
    """A plugin with verbs of its own, in the same rows as ours."""

    VERBS: tuple[Verb, ...]


VERB_TABLES = Group[VerbTable](
    "twiceshy.verbs",
    VerbTable,
    keys=lambda table: [name for verb in table.VERBS for name in (verb.name, *verb.aliases)],
    taken=lambda: [name for verb in VERBS for name in (verb.name, *verb.aliases)],
)
WING_VERBS: dict[str, tuple[str, ...]] = {
    "git": (
        "blame",
        "memory",
        "risk",
        "predict",
        "suggest-message",
        "train",
        "evaluate",
        "models",
        "chunks",
    ),
    "team": ("sync", "serve"),
    "data": ("bundle", "milestones", "export", "contribute", "quality", "features"),
    "fleet": ("fleet",),
}
"""Whose verbs are not there without a wing of ours: only so much is known of them, to say how to get them."""


class AllVerbs(NamedTuple):
    """Our verbs and those of plugins."""

    verbs: tuple[Verb, ...]
    clashes: tuple[str, ...]
    """Plugins that are left out as two have one name, in sentences."""


def list_verbs() -> AllVerbs:
    """Return all verbs: ours first, then those of plugins."""
    loaded = load_plugins(VERB_TABLES)
    added = [verb for table in loaded.found.values() for verb in table.VERBS]
    return AllVerbs((*VERBS, *added), loaded.list_clashes())


FIRST_SCREEN: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("look", ("report", "show", "search")),
    ("act", ("suggest", "lessons", "score", "predict", "run")),
    ("set up", ("init", "doctor", "forget")),
)
"""The verbs of a week, by task: the first screen of ``twiceshy --help``. The rest stands under ``--help --all``."""


class Spelling(NamedTuple):
    """Words that people know from elsewhere, and what they mean here."""

    words: str
    means: str
    whole: bool = True
    """The words stand for a verb of that name; else a verb's own parser reads them."""


SPELLINGS: tuple[Spelling, ...] = (
    Spelling("stats", "runs stats"),
    Spelling("analyze patterns", "runs analyze patterns"),
    Spelling("clear-data --older-than 30d", "runs clear --older-than 30d"),
    Spelling("install-hooks", "init --git"),
    Spelling("redact-test", "redact", whole=False),
    Spelling("backfill-lite", "backfill"),
    Spelling("ci-autocapture", "ci set --from-env"),
    Spelling("models stats", "models show", whole=False),
    Spelling("evaluate --split .2", "evaluate files --split .2", whole=False),
    Spelling("train", "train files", whole=False),
    Spelling("workflow suggest", "workflow worth", whole=False),
    Spelling("chunked stats", "chunks stats", whole=False),
    Spelling("estimate", "milestones --estimate"),
    Spelling("runs export", "export runs", whole=False),
    Spelling("orchestration extract", "export orchestration"),
    Spelling("session status", "sessions"),
    Spelling("export features", "features --all", whole=False),
    Spelling("learn --session-dir", "ingest", whole=False),
    Spelling("learn --session-analysis", "features", whole=False),
    Spelling("learn --show-correlations", "effects", whole=False),
)
"""Other spellings; the first word of a whole one is no verb. `docs/reference/aliases.md` shows them."""


def translate_word(word: str) -> tuple[str, ...]:
    """Return the verb, and the action, that a word from elsewhere means; empty for a word that is none."""
    for one in SPELLINGS:
        if one.whole and one.words.split()[0] == word:
            rest = one.words.split()[1:]
            means = one.means.split()
            return tuple(means[: len(means) - len(rest)])
    return ()


def move_action(words: list[str]) -> list[str]:
    """Return the words of a call, its action with the verb that we have it in: ``runs export`` is ``export runs``."""
    for one in SPELLINGS:
        known, means = one.words.split(), one.means.split()
        if known[0] != means[0] and words[: len(known)] == known:
            return [*means, *words[len(known) :]]
    return words


class RawVerbLeaf(VerbLeaf, Protocol):
    """A verb's module that reads its own words: some of them are another program's."""

    def main(self, words: list[str]) -> int:
        """Run the verb with these words, and return the exit code."""
        ...


def place_of(verb: Verb) -> str:
    """Return the full name of the verb's module."""
    return f"twiceshy.doors.cli.commands.{verb.module}" if verb in VERBS else verb.module


def load_leaf(verb: Verb) -> VerbLeaf:
    """Import the verb's module."""
    return cast("VerbLeaf", importlib.import_module(place_of(verb)))


def load_raw_leaf(verb: Verb) -> RawVerbLeaf:
    """Import the module of a verb that reads its own words."""
    return cast("RawVerbLeaf", load_leaf(verb))
