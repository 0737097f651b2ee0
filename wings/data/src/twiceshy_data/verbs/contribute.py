"""Say whether figures of a project may be given away, and see every byte of them; nothing is ever sent.

Nothing is given away unless you agree, project by project: `enable` shows what you would agree to, and asks. `status`
shows where each project stands. `disable` stops at once, and writes a file that takes back what was given before.
The consent lies in your data folder, never in a repository.

`preview` prints the file, byte for byte as `export` writes it; what is said beside it goes to standard error. Before
you agreed to anything it shows what would be given away of this folder's project. `export --output FILE` writes it and
notes which weeks it counts: no week is ever given twice.
"""

import argparse
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, UsageError
from twiceshy.base.private_files import open_draft
from twiceshy.records.exports import (
    ConsentChange,
    ConsentState,
    ContributionState,
    ContributionSummary,
    ProjectConsent,
    SharedKind,
)
from twiceshy.screens.terminal.formats import one_line, plural, short_date
from twiceshy.screens.terminal.page import Page, confirm, print_answer, print_text
from twiceshy_data import contribute

EXAMPLE = "twiceshy contribute status"
_STATES = {
    ConsentState.GIVEN: "may be given away",
    ConsentState.REVOKED: "taken back",
    ConsentState.OUTDATED: "the text has changed: agree again with `twiceshy contribute enable`",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do, and for which project."""
    parser.add_argument(
        "action", nargs="?", default="status", choices=("status", "enable", "disable", "preview", "export")
    )
    parser.add_argument(
        "--project", metavar="NAME", help="which project (enable, disable: that of this folder; else all)"
    )
    parser.add_argument(
        "--what",
        metavar="KINDS",
        default="",
        help=f"enable: only these tables, with commas ({', '.join(SharedKind)}; all)",
    )
    parser.add_argument("--name", default="", help="enable: your name, for your own records; never given away")
    parser.add_argument("--email", default="", help="enable: your address, redacted like all that is stored")
    parser.add_argument("--notes", default="", help="enable: a note, in the same way")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="export: a file, readable by you only")
    parser.add_argument("--force", action="store_true", help="export: replace the file if there is one")
    parser.add_argument("--yes", action="store_true", help="enable: do not ask")


def run(args: argparse.Namespace, config: Config) -> int:
    """Do what was asked, and print the answer."""
    if args.action == "enable":
        return _enable(args, config)
    if args.action == "disable":
        done = contribute.disable_sharing(config, args.project, Path(), datetime.now(UTC))
        return print_answer(args, "contribute-disable", done, lambda _: _render_disabled(done))
    if args.action == "preview":
        return _preview(args, config)
    if args.action == "export":
        written = _export(args, config)
        _tell_left_out(written)
        return print_answer(args, "contribute-export", written, lambda _: _render_written(written))
    state = contribute.show_sharing(config)
    return print_answer(args, "contribute", state, lambda page: _render_state(state, page))


def _enable(args: argparse.Namespace, config: Config) -> int:
    """Show the text, ask, and note the answer."""
    wish = contribute.ConsentWish(_parse_kinds(args.what), args.name, args.email, args.notes)
    print_text(contribute.read_consent_text(), aside=True)
    if not args.yes and not confirm("Do you agree?", "figures of this project may be given away from then on"):
        print_text("Nothing was changed: no figures of it may be given away.")
        return 0
    done = contribute.enable_sharing(config, args.project, Path(), wish, datetime.now(UTC))
    return print_answer(args, "contribute-enable", done, lambda _: _render_enabled(done))


def _preview(args: argparse.Namespace, config: Config) -> int:
    """Print the bytes, and beside them what they are."""
    draft = contribute.preview_contribution(config, args.project, Path(), datetime.now(UTC))
    _tell_left_out(draft.summary)
    if args.json:
        return print_answer(args, "contribute-preview", draft.summary, lambda _: "")
    sys.stdout.buffer.write(draft.data)
    sys.stdout.flush()
    agreed = "" if draft.summary.agreed else " You agreed to nothing yet: this is what it would be."
    print_text(f"twiceshy: {_describe(draft.summary)}. Nothing was written or sent.{agreed}", aside=True)
    return 0


def _export(args: argparse.Namespace, config: Config) -> ContributionSummary:
    """Write the file whole, or not at all.

    Raises:
        UsageError: no file is named, it is there already, or its folder is not.
        SourceError: it cannot be written.
    """
    path = args.output
    if path is None:
        raise UsageError("contribute export needs --output FILE; `twiceshy contribute preview` prints the same bytes.")
    there = f"{path} is there already. Name another file, or replace it with --force."
    if os.path.lexists(path) and not args.force:
        raise UsageError(there)
    if not path.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {path.absolute().parent}: make it first, or name another file.")
    try:
        with open_draft(path, replace=args.force) as file:
            done = contribute.export_contribution(config, args.project, datetime.now(UTC), file.write)
    except FileExistsError as exc:
        raise UsageError(there) from exc
    except OSError as exc:
        raise SourceError(f"{path} cannot be written: {exc.strerror}. Name another file.") from exc
    return replace(done, path=str(path))


def _tell_left_out(summary: ContributionSummary) -> None:
    """Say on stderr which projects are not counted, and why."""
    for project, why in summary.left_out.items():
        print_text(f"twiceshy: {one_line(project)} is not counted: {why}.", aside=True)


def _describe(summary: ContributionSummary) -> str:
    """Return what a contribution holds."""
    figures = plural(sum(summary.cells.values()), "figure")
    sessions = plural(summary.sessions, "session")
    return f"{figures} of {summary.first_week} to {summary.last_week}, from at least {sessions}"


def _render_written(written: ContributionSummary) -> str:
    """Render what was written, and how to take it back."""
    return (
        f"Wrote {_describe(written)}, into {one_line(written.path or '')}. Nothing was sent.\n"
        f"It is {written.id}. To take it back: twiceshy contribute disable"
    )


def _parse_kinds(words: str) -> tuple[SharedKind, ...]:
    """Return the tables that are named; all where none is.

    Raises:
        UsageError: there is no such table.
    """
    try:
        named = {SharedKind(word.strip()) for word in words.split(",") if word.strip()}
    except ValueError as exc:
        raise UsageError(f"--what knows {', '.join(SharedKind)}; not all of {words[:60]!r}.") from exc
    return tuple(kind for kind in SharedKind if kind in named or not named)


def _render_enabled(done: ConsentChange) -> str:
    """Render what was agreed to, and what is next."""
    tables = ", ".join(done.kinds)
    noted = f"Noted: figures of {one_line(done.project)} may be given away ({tables})."
    return f"{noted}\nTo see every byte: twiceshy contribute preview"


def _render_disabled(done: ConsentChange) -> str:
    """Render what was stopped, and what takes back the rest."""
    lines = [f"Stopped: nothing of {one_line(done.project)} is given away any more."]
    if done.revocations:
        lines.append(f"To take back what was given, send {plural(len(done.revocations), 'file')} to whom you gave it:")
        lines += [f"  {one_line(path)}" for path in done.revocations]
    return "\n".join(lines)


def _render_state(state: ContributionState, page: Page) -> str:
    """Render a line for each project, what is never counted, and what is next."""
    if not state.projects:
        lines = [
            "You agreed to nothing: no figures may be given away.",
            "To read what you would agree to: twiceshy contribute enable",
        ]
    else:
        lines = [page.bold("Figures of these projects may be given away, where it says so")]
        lines += [_describe_project(one, page) for one in state.projects]
    if state.excluded:
        lines.append(f"Never counted (contribute.exclude): {', '.join(map(one_line, state.excluded))}")
    if state.contributions:
        lines.append(f"Written so far: {plural(len(state.contributions), 'contribution')}.")
    return "\n".join([*lines, "twiceshy sends nothing."])


def _describe_project(one: ProjectConsent, page: Page) -> str:
    """Return one project's line."""
    when = short_date(one.revoked_at or one.granted_at, page.now, clock=False)
    given = f"; given until {one.given_until}" if one.given_until else ""
    name = one_line(one.project) or "(no longer stored)"
    return f"  {name}  {_STATES[one.state]} ({when}): {', '.join(one.kinds)}{given}"
