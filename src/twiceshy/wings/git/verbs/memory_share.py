"""Share a project's memory with other clones: what lies in it, what leaves, what comes, what agents may be told of."""

import argparse
from collections.abc import Mapping

from twiceshy.base.config import Config
from twiceshy.records.memory import AcceptAnswer, MemoryState, PullAnswer, PushAnswer, WriterFacts
from twiceshy.screens.terminal.formats import number, one_line, plural, short_date, size
from twiceshy.screens.terminal.page import Page, confirm, print_answer, print_text
from twiceshy.wings.git import share

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
