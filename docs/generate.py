# ruff: noqa: INP001  # a script, not a package
"""The reference pages, made from the code: commands, settings, exit codes, the schema, the redaction rules.

``python docs/generate.py`` writes them (``make docs``); a test fails while a page on the disk is not what this makes.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from twiceshy.base import errors
from twiceshy.base.config import DEFAULTS, SETTINGS, variable_of
from twiceshy.base.setting_values import describe_allowed, render_value
from twiceshy.doors.cli.main import COMMON, parser_of
from twiceshy.doors.cli.verbs import SPELLINGS, Verb, list_verbs, load_leaf
from twiceshy.privacy import rule_page
from twiceshy.privacy.policy import load_rules

sys.path.insert(0, str(Path(__file__).parent))
import json_page
import run_pages
import sync_page

DOCS = Path(__file__).parent
SCHEMAS = DOCS.parent / "src" / "twiceshy" / "archive" / "migrations"
NOTE = "<!-- Made by docs/generate.py from the code: change that, then run `make docs`. -->\n\n"
COMMON_OPTIONS = {"--json", "--home", "--no-color", "--help"}
README = DOCS.parent / "README.md"
PROJECT_MAY = {"no": "no", "yes": "yes", "stricter": "only stricter", "off": "only the last"}


def commands() -> str:
    """Every verb with its help, by group."""
    verbs = list_verbs().verbs
    parts = ["# Commands\n\n`twiceshy VERB [OPTION ...]`. Every verb knows these options:\n"]
    parts.append(table(("option", "meaning"), [(f"`{option}`", words) for option, words in COMMON]))
    other_names = [(f"`{name}`", f"`{verb.name}`") for verb in verbs for name in verb.aliases]
    parts.append("\nOther names, kept for people who know them from elsewhere:\n")
    parts.append(table(("name", "verb"), other_names))
    for group in dict.fromkeys(verb.group for verb in verbs):
        parts.append(f"\n## {group.capitalize()}\n")
        parts += [verb_section(verb) for verb in verbs if verb.group == group]
    return "\n".join(parts)


def verb_section(verb: Verb) -> str:
    """One verb: its docstring, its call, its arguments, an example."""
    try:
        command = load_leaf(verb)
    except ModuleNotFoundError:  # a row whose leaf is being written
        return f"### {verb.name}\n\n{verb.summary}\n"
    actions = [
        action
        for action in parser_of(verb)._actions  # noqa: SLF001  # argparse has no public list of its arguments
        if action.help != argparse.SUPPRESS
        and not {"--json", "--home", "--no-color", "--help"} & set(action.option_strings)
    ]
    rows = [(f"`{spelled(action)}`", (action.help or choices_of(action)).replace("%%", "%")) for action in actions]
    listed = "\n" + table(("argument", "meaning"), rows) if rows else ""
    return f"### {verb.name}\n\n{(command.__doc__ or '').strip()}\n{listed}\n```\n{command.EXAMPLE}\n```\n"


def spelled(action: argparse.Action) -> str:
    """How an argument is written in a call."""
    if action.option_strings:
        value = (
            "" if action.nargs == 0 else f" {action.metavar or '|'.join(map(str, action.choices or (action.dest,)))}"
        )
        return ", ".join(action.option_strings) + value
    name = str(action.metavar or action.dest)
    return f"[{name} ...]" if action.nargs == "*" else f"{name} ..." if action.nargs == "+" else name


def choices_of(action: argparse.Action) -> str:
    """The words an argument without help accepts."""
    return " or ".join(f"`{choice}`" for choice in action.choices or ())


def configuration() -> str:
    """Every setting with what it accepts."""
    rows = [
        (
            f"`{key}`",
            setting.doc,
            describe_allowed(setting),
            f"`{render_value(DEFAULTS[key])}`",
            PROJECT_MAY[setting.project],
        )
        for key, setting in SETTINGS.items()
    ]
    rows[0] = (*rows[0][:3], "the platform's place for a user's data", rows[0][4])
    variables = [(f"`{variable_of(key)}`", f"`{key}`") for key in SETTINGS]
    return f"""# Configuration

A value comes from the first of these that has it:

1. the command line (`--home`, and a verb's own options),
2. the environment (`{variable_of("privacy.level")}=strict`; an empty variable counts as not set),
3. `.twiceshy/config.toml` in the working folder or the nearest folder above it,
4. your own `config.toml` (Linux: `~/.config/twiceshy/`, or below `XDG_CONFIG_HOME`),
5. the default.

`twiceshy config list` shows every value and where it came from; `twiceshy config set KEY VALUE` writes your own file
and keeps its comments. A key that is not known, or a value that is not allowed, is an error. A project's file comes
with a repository that somebody else may have written, so it can only do what the last column says.

{table(("key", "what it does", "allowed", "default", "a project may set it"), rows)}
A dotted key is a table and a name in TOML: `privacy.level` is `level` below `[privacy]`.

{table(("variable", "sets"), variables)}
`TWICESHY_DEBUG=1` prints the whole error when twiceshy meets a bug of its own.
"""


def exit_codes() -> str:
    """Every exit code with the error behind it."""
    rows = [
        ("0", "", "done", ""),
        ("1", "", "`doctor` found a problem, or `chunks` something damaged", ""),
        ("1", "", "`quality --check` found a problem", ""),
        ("60", "", "`quality --check` found a warning, and nothing worse", ""),
        ("20", "", "`ingest` was given paths and could read nothing there; its answer says what it found", ""),
        ("3", "", "a bug of ours; the traceback (without any message) is in the data folder's `logs`", ""),
        ("130", "", "interrupted; what was acknowledged is stored", "yes"),
        ("141", "", "whoever read the output left", ""),
    ]
    for kind in every_error(errors.TwiceshyError):
        if kind.__module__ != errors.__name__:
            continue  # a finer kind that one room tells apart: outside it is the one above
        words = (kind.__doc__ or "").split("\n")[0]
        rows.append((str(kind.exit_code), f"`{kind.slug}`", words, "" if kind.permanent else "yes"))
    rows.sort(key=lambda row: int(row[0]))
    return f"""# Exit codes

An error is one sentence on stderr that begins with `twiceshy:`; stdout has answers only.

{table(("code", "kind", "meaning", "may trying again help?"), rows)}
"""


def every_error(kind: type[errors.TwiceshyError]) -> Iterator[type[errors.TwiceshyError]]:
    """The kind and all below it in its module: what a room adds is one of these to whoever reads its code."""
    yield kind
    for below in kind.__subclasses__():
        if below.__module__ == kind.__module__:
            yield from every_error(below)


def schema() -> str:
    """The tables of the store with the comments that stand in the schema."""
    parts = ["# Schema\n\nQuery it with `twiceshy sql`. Times are ISO 8601 in UTC with `Z`; ids of events are bytes.\n"]
    for path in sorted(SCHEMAS.rglob("*.sql")):
        parts.append(f"\n## {path.relative_to(SCHEMAS).as_posix()}\n")
        text = path.read_text(encoding="utf-8").strip()
        parts.append(f"```sql\n{text}\n```")
    return "\n".join(parts) + "\n"


def redaction() -> str:
    """Every redaction rule, by family."""
    return rule_page.render_page(load_rules())


def table(heading: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [heading, tuple("---" for _ in heading), *rows]
    drawn = ("| " + " | ".join(re.sub(r"\s+", " ", cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
    return "\n".join(drawn) + "\n"


def aliases() -> str:
    """Other tools' words that work here."""
    rows = [(f"`twiceshy {one.words}`", f"`twiceshy {one.means}`") for one in SPELLINGS]
    return (
        "# Words from other tools\n\n"
        "These words are kept for people who know them from elsewhere; each does what stands beside it. "
        "`twiceshy cleanup --days N` and `twiceshy predict TASK --seed FILE ... --top N` are spelled as there. "
        "Options of `twiceshy run` for those of earlyexit: [coming from earlyexit](../howto/earlyexit.md).\n\n"
        + table(("you type", "it does"), rows)
    )


PAGES: dict[str, Callable[[], str]] = {
    "reference/commands.md": commands,
    "reference/aliases.md": aliases,
    "reference/configuration.md": configuration,
    "reference/exit-codes.md": exit_codes,
    "reference/schema.md": schema,
    "reference/redaction.md": redaction,
    "reference/run.md": run_pages.reference,
    "reference/sync-rows.md": sync_page.render_page,
    "reference/json.md": json_page.render_page,
}


def page(name: str) -> str:
    """What a page should hold."""
    return NOTE + PAGES[name]().rstrip("\n") + "\n"


def cog(option: str) -> int:
    """Exit code of cog on the README: ``-r`` pastes help and output into it, ``--check`` only compares."""
    if "[[[cog" not in README.read_text(encoding="utf-8"):
        return 0
    from cogapp import Cog  # type: ignore[import-untyped]  # noqa: PLC0415  # ships no types; rarely needed

    code: int = Cog().main(["cog", option, str(README)])
    return code


def main() -> int:
    """Exit code; the pages and the pasted parts of the README are written."""
    for name in PAGES:
        path = DOCS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(name), encoding="utf-8")
        sys.stdout.write(f"docs/{name}\n")
    for name, made in run_pages.FILES.items():
        (DOCS / name).write_text(made(), encoding="utf-8")
        sys.stdout.write(f"docs/{name}\n")
    return cog("-r")


if __name__ == "__main__":
    sys.exit(main())
