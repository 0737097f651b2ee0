"""Say whether figures of a project may be given away, and see every byte of them; nothing is ever sent.

Nothing is given away unless you agree, project by project: `enable` shows what you would agree to, and asks. `status`
shows where each project stands. `disable` stops at once, and writes a file that takes back what was given before.
The consent lies in your data folder, never in a repository.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.config import Config
from twiceshy.errors import UsageError
from twiceshy.flows import contribute
from twiceshy.records.contributions import (
    ConsentChange,
    ConsentState,
    ContributionState,
    ProjectConsent,
    SharedKind,
)
from twiceshy.surfaces.cli.formats import one_line, plural, short_date
from twiceshy.surfaces.cli.page import Page, confirm, print_answer, print_text

EXAMPLE = "twiceshy contribute status"
_STATES = {
    ConsentState.GIVEN: "may be given away",
    ConsentState.REVOKED: "taken back",
    ConsentState.OUTDATED: "the text has changed: agree again with `twiceshy contribute enable`",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do, and for which project."""
    parser.add_argument("action", nargs="?", default="status", choices=("status", "enable", "disable"))
    parser.add_argument("--project", metavar="NAME", help="which project (that of this folder)")
    parser.add_argument(
        "--what",
        metavar="KINDS",
        default="",
        help=f"enable: only these tables, with commas ({', '.join(SharedKind)}; all)",
    )
    parser.add_argument("--name", default="", help="enable: your name, for your own records; it is never given away")
    parser.add_argument("--email", default="", help="enable: your address, in the same way")
    parser.add_argument("--notes", default="", help="enable: a note, in the same way")
    parser.add_argument("--yes", action="store_true", help="enable: do not ask")


def run(args: argparse.Namespace, config: Config) -> int:
    """Do what was asked, and print the answer."""
    if args.action == "enable":
        return _enable(args, config)
    if args.action == "disable":
        done = contribute.disable_sharing(config, args.project, Path(), datetime.now(UTC))
        return print_answer(args, "contribute-disable", done, lambda _: _render_disabled(done))
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
    return f"Noted: figures of {one_line(done.project)} may be given away ({tables}). Nothing was written or sent."


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
