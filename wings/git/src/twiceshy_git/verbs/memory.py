"""Share a repository's memory with its other clones, and exchange it with other tools.

A project's memory (what agents did, which commits came of it, what CI said) lies in `.git/twiceshy`, apart from your
branches. `learn` writes it where you asked for one, by `twiceshy init --git`, `memory push` or `memory pull`. `status`
shows what it holds, `push` sends this machine's part to the repository's remote (or to `memory.remote`), `pull` fetches
what others told. Nothing is sent or fetched by itself. What others told is shown as theirs; agents hear nothing of it
before you `accept` it: by the hash of a record (`show` names it), by --writer, or --all.

`read entire` reads the sessions of Entire's checkpoints: the branch `entire/checkpoints/v1` and the refs below
`refs/entire/checkpoints/`, as they lie in this clone; nothing is fetched. Transcripts are redacted before they are
stored, and the sessions are linked to the commits. Only checkpoints that you wrote (by `user.email`) are taken; with
--everyone all are, and count like your own logs: name it only where you trust everybody who can push there.

`read git-ai` and `read agent-trace` store who wrote which lines, as that tool says. `write git-ai` adds its notes to
linked commits that have none (`refs/notes/ai`), `write agent-trace` writes a record for each linked commit.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.records.memory import AcceptAnswer, MemoryState, PullAnswer, PushAnswer, WriterFacts
from twiceshy.screens.terminal.formats import number, one_line, plural, short_date, size
from twiceshy.screens.terminal.page import Page, confirm, print_answer, print_text
from twiceshy_git import share
from twiceshy_git.verbs import memory_formats

# Share a project's memory with other clones: what lies in it, what leaves, what comes, what agents may be told of.

_RISK = "this sends the memory to another repository (--dry-run shows what)"
_RISK_ACCEPT = "agents here may be told of these records from then on"
_NAMES = {"commit": "commit", "ci": "CI result", "attribution": "attribution", "orchestration": "orchestration"}


def show_state(args: argparse.Namespace, config: Config) -> int:
    """Show what the memory holds and what a push would carry, and return the exit code."""
    found = share.read_memory_state(config, args.repo)
    return print_answer(args, "memory-status", found, lambda page: _render_state(found, page))


def _render_state(found: MemoryState, page: Page) -> str:
    """Render what lies there, what others told, and what is next."""
    lines = [page.bold(f"Memory of {one_line(found.repository)}")]
    if not found.kept:
        return "\n".join([*lines, "None is kept here yet. Next: twiceshy init --git, or twiceshy memory pull"])
    lines.append(f"  this machine  {_list_counts(found.own) or 'nothing yet; `twiceshy learn` writes it'}")
    lines += [f"  {one.writer[:8]}…     {_list_counts(one.records)}{_describe_accepted(one)}" for one in found.others]
    lines.append(f"{size(found.bytes)} on disk.")
    if not found.remote:
        lines.append("No remote: it stays here. To share it: twiceshy config set memory.remote ADDRESS")
        return "\n".join(lines)
    when = f"last push {short_date(found.pushed_at, page.now)}" if found.pushed_at else "never pushed"
    lines.append(f"A push would carry {plural(found.waiting, 'record')} to {one_line(found.remote)} ({when}).")
    if found.waiting:
        lines.append("Next: twiceshy memory push --dry-run")
    return "\n".join(lines)


def _describe_accepted(one: WriterFacts) -> str:
    """Return how many records of a writer agents may be told of."""
    total = sum(one.records.values())
    if not one.accepted:
        return " (theirs: shown to you only)"
    return " (accepted)" if one.accepted == total else f" ({number(one.accepted)} of {number(total)} accepted)"


def _list_counts(records: Mapping[str, int]) -> str:
    """Return the counts by type: ``3 commits, 1 session``."""
    return ", ".join(plural(count, _NAMES.get(one_line(name), one_line(name))) for name, count in records.items())


def push(args: argparse.Namespace, config: Config) -> int:
    """Show what would leave, ask, push it, and return the exit code."""
    planned = share.push(config, args.repo, dry_run=True)
    if args.dry_run or not planned.months:
        return print_answer(args, "memory-push", planned, lambda _: _render_push(planned))
    if not args.yes and not confirm(f"{_render_push(planned)}\nPush it?", _RISK):
        print_text("Nothing was pushed.")
        return 0
    done = share.push(config, args.repo, dry_run=False)
    return print_answer(args, "memory-push", done, lambda _: _render_push(done))


def _render_push(found: PushAnswer) -> str:
    """Render what left or would leave."""
    place = one_line(found.remote)
    if not found.months:
        lines = [f"Nothing is new: {place} has all of this machine's memory."]
    else:
        verb = "Pushed" if found.pushed else "Would push"
        what = _list_counts(found.records) or "the memory without what was forgotten"
        lines = [f"{verb} to {place}: {what} ({size(found.bytes)} of text)."]
        if found.largest and not found.pushed:
            biggest = ", ".join(
                f"a {_NAMES.get(kind, kind)} of {day} ({size(count)})" for kind, day, count in found.largest
            )
            lines.append(f"Largest: {biggest}.")
    if found.cleaned:
        lines.append(f"The second engine took out {plural(found.cleaned, 'secret')} more.")
    lines += [f"Left out: {one_line(one)}." for one in found.refused]
    if found.pushed:
        lines.append("Looked there afterwards: all of it arrived.")
    elif found.months:
        lines.append("Audited by a second engine: no secret was left in it.")
    return "\n".join(lines)


def pull(args: argparse.Namespace, config: Config) -> int:
    """Fetch what others told and take it in, and return the exit code."""
    found = share.pull(config, args.repo)
    return print_answer(args, "memory-pull", found, lambda _: _render_pull(found))


def _render_pull(found: PullAnswer) -> str:
    """Render what came."""
    place = one_line(found.remote)
    if found.new:
        lines = [f"Pulled from {place}: {_list_counts(found.new)}."]
    elif found.writers:
        lines = [f"Nothing is new in {place}."]
    else:
        return f"Nobody has pushed a memory to {place} yet."
    if found.forgotten:
        lines.append(f"Removed {plural(found.forgotten, 'record')} that their writers forgot or said anew.")
    if found.unreadable:
        lines.append(f"Left out {plural(found.unreadable, 'record')} that cannot be read.")
    who = plural(len(found.writers), "other machine")
    lines.append(f"It is theirs ({who}): `report`, `search`, `show`, `blame` and `predict` show it marked so.")
    if found.waiting:
        lines.append(
            "Agents are told nothing of it until you accept it: twiceshy memory accept ID, --writer ID or --all"
        )
    return "\n".join(lines)


def accept(args: argparse.Namespace, config: Config) -> int:
    """Note what agents may be told of, and return the exit code."""
    wholesale = bool(args.writer or args.all)
    if wholesale and not args.yes and not confirm("Let agents here be told of these records?", _RISK_ACCEPT):
        print_text("Nothing was accepted.")
        return 0
    found = share.accept(config, args.repo, hashes=args.what, writer=args.writer, everything=args.all)
    return print_answer(args, "memory-accept", found, lambda _: _render_accepted(found))


def _render_accepted(found: AcceptAnswer) -> str:
    """Render what was accepted."""
    if not found.accepted:
        return "All of it was accepted before."
    return f"Accepted {_list_counts(found.records)}. Agents here may be told of it from now on."


EXAMPLE = "twiceshy memory status"
_SHARING = {
    "status": show_state,
    "push": push,
    "pull": pull,
    "accept": accept,
}
_FORMATS = {
    "read": (memory_formats.read_format, memory_formats.READ),
    "write": (memory_formats.write_format, memory_formats.WRITE),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do."""
    parser.add_argument("action", nargs="?", default="status", choices=(*_SHARING, *_FORMATS))
    parser.add_argument(
        "what",
        nargs="*",
        metavar="FORMAT|HASH",
        help=f"read, write: whose memory ({', '.join(memory_formats.READ)}); accept: beginnings of records' hashes",
    )
    parser.add_argument("--repo", type=Path, default=Path(), metavar="PATH", help="the repository (this folder)")
    parser.add_argument("--writer", default="", metavar="ID", help="accept: all records of this writer")
    parser.add_argument("--all", action="store_true", help="accept: all that was pulled")
    parser.add_argument("--dry-run", action="store_true", help="push: show what would leave, and send nothing")
    parser.add_argument("--yes", action="store_true", help="push, accept: do not ask")
    parser.add_argument("--everyone", action="store_true", help="read entire: take what others wrote too")
    parser.add_argument(
        "--file", type=Path, metavar="FILE", help="agent-trace: the file (.agent-trace/traces.jsonl; standard output)"
    )


def run(args: argparse.Namespace, config: Config) -> int:
    """Do what was asked, and print the answer."""
    if args.action in _SHARING:
        if args.what and args.action != "accept":
            raise UsageError(f"memory {args.action} takes no {args.what[0][:40]!r}.")
        args.repo = args.repo.resolve()
        return _SHARING[args.action](args, config)
    act, formats = _FORMATS[args.action]
    if len(args.what) != 1 or args.what[0] not in formats:
        raise UsageError(f"`memory {args.action}` knows {' and '.join(formats)}.")
    args.format = args.what[0]
    return act(args, config)
