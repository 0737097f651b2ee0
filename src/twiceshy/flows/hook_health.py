"""Whether the hooks do what they should, and whether `learn` keeps up; and mending what broke."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

from twiceshy.capture import hooking, spool
from twiceshy.capture.hooking import AGENTS
from twiceshy.config import Config
from twiceshy.facts import jsonc
from twiceshy.facts.jsonc import NotJson
from twiceshy.flows import hook_folder, install, settings_files
from twiceshy.flows.hook_folder import SCRIPT, Folder, folder_of
from twiceshy.flows.learn import last
from twiceshy.records.health import Check, State
from twiceshy.records.hooks import Change, Entry, Plan, Refusal

REPAIR = "twiceshy doctor --repair"
MOST_LISTED = 3
LARGE_SPOOL = 50_000_000
"""Bytes; a hundred thousand events (guess: then `learn` has not run for long)."""


def hook_checks(config: Config, now: datetime) -> Iterator[Check]:
    """All about hooks and `learn`; ``now`` is aware."""
    folder = folder_of(config)
    known = hook_folder.entries(folder)
    if not folder.path.exists():
        yield note("hooks", "not installed: only what the agents' own logs hold is known", "twiceshy init")
    else:
        yield from (entry_check(config, entry) for entry in known)
        if not known:
            yield note("hooks", "in no agent's settings (a plugin may name them)", "twiceshy init")
        yield interpreter_check(folder)
        yield script_check(config, folder)
        yield from state_checks(folder)
    yield from learn_checks(config, folder, now)


def entry_check(config: Config, entry: Entry) -> Check:
    """Whether our entries stand in a settings file as they should."""
    title = AGENTS[entry.agent].title
    try:
        text = settings_files.read(entry.path)
        found = hooking.ours(jsonc.parsed(text).value, folder_of(config).path) if text else {}
        off = bool(text) and switched_off(text or "")
    except (OSError, NotJson) as exc:
        return problem("hooks", f"{title}: {entry.path} cannot be read: {exc}", "Mend that file, then `twiceshy init`.")
    folder = folder_of(config)
    python = hook_folder.settings_in(folder).get("interpreter", "")
    # Another environment's choice is as good as ours, as long as it is there.
    wanted = hooking.entries(entry.agent, python if alive(python) else hook_folder.interpreter(), folder.path)
    if not found:
        return note("hooks", f"{title}: the entries are gone from {entry.path}", "twiceshy init puts them in again")
    if found != {event: [one] for event, one in wanted.items()}:
        return problem("hooks", f"{title}: some entries in {entry.path} are missing or old", REPAIR)
    if off:
        return note("hooks", f"{title}: {entry.path} switches all hooks off", "Take disableAllHooks out of it.")
    return ok("hooks", f"{title}: {len(found)} events, in {entry.path}")


def switched_off(text: str) -> bool:
    """Whether the settings switch all hooks off."""
    value = jsonc.parsed(text).value
    return isinstance(value, dict) and value.get("disableAllHooks") is True


def interpreter_check(folder: Folder) -> Check:
    """Whether the Python that agents start is there."""
    python = hook_folder.settings_in(folder).get("interpreter", "")
    if not python:
        return problem("interpreter", f"{folder.settings} does not name it", REPAIR)
    if not alive(python):
        return problem("interpreter", f"{python} is gone: agents go on, and nothing is recorded", REPAIR)
    return ok("interpreter", python)


def alive(python: str) -> bool:
    """Whether there is such a program."""
    return bool(python) and os.access(python, os.X_OK)


def script_check(config: Config, folder: Folder) -> Check:
    """Whether the script and its settings are this version's; any Python will do that is there."""
    try:
        same = folder.script.read_bytes() == SCRIPT.read_bytes() and hook_folder.beside_is_same(folder)
    except OSError:
        return problem("hook script", f"{folder.script} is missing: nothing is recorded", REPAIR)
    if not same:
        return problem("hook script", f"{folder.script} is of another version", REPAIR)
    found = hook_folder.settings_in(folder)
    wanted = dict(row.split("=", 1) for row in hook_folder.settings_text(config).splitlines())
    if found != wanted | {key: found[key] for key in ("interpreter", "python") if alive(found.get(key, ""))}:
        return problem("hook script", f"{folder.settings} is not as this environment and your settings say", REPAIR)
    return ok("hook script", str(folder.script))


def state_checks(folder: Folder) -> Iterator[Check]:
    """What the script noted of itself."""
    failures = hook_folder.notes(folder)
    listed = [told(line) for line in failures[-MOST_LISTED:]]
    if (folder.path / "disabled").exists():
        words = "\n".join(["disabled itself: three times within a day it took longer than a second", *listed])
        yield problem("hook", words, f"{REPAIR} switches it on again")
    elif failures:
        count = f"{len(failures)} faults noted, at most 4 KB are kept; the last:"
        yield note("hook", "\n".join([count, *listed]), f"{REPAIR} forgets them; twiceshy doctor --simulate PreToolUse")
    else:
        yield ok("hook", "no faults")


def told(line: str) -> str:
    """A note of the script in words."""
    moment, _, rest = line.partition(" ")
    try:
        at = datetime.fromtimestamp(int(moment) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return rest
    return f"{at:%Y-%m-%d %H:%M} UTC {rest}"


def learn_checks(config: Config, folder: Folder, now: datetime) -> Iterator[Check]:
    """When `learn` last ran, how it ended, and what waits for it."""
    if folder.path.exists():
        python = hook_folder.settings_in(folder).get("python", "")
        if python and not alive(python):
            yield problem("learn", f"hooks start it with {python}, which is gone", REPAIR)
    found = last(config)
    waiting = spool.size(config.home)
    if found is None:
        if folder.path.exists():
            yield note("learn", "has not run yet; hooks start it when a session ends", "twiceshy learn")
    else:
        ago = max((now - found.started_at).total_seconds() / 3600, 0.0)
        words = f"last run {ago:.1f} h ago, {found.seconds:.1f} s, {found.cpu_s:.1f} CPU s"
        if found.done:
            yield ok("learn", words)
        elif not found.failure:
            words += f"\nthe budget of {config.learn_cpu_budget_s} CPU s was spent; the next run goes on"
            yield note("learn", words, "twiceshy learn")
        else:
            since = f"\nlast whole run: {found.last_done_at:%Y-%m-%d %H:%M} UTC" if found.last_done_at else ""
            yield problem("learn", f"{words}\n{found.failure}{since}", "Mend that, then `twiceshy learn`.")
    if waiting > LARGE_SPOOL:
        yield note("spool", f"{waiting / 1e6:,.0f} MB wait to be read", "twiceshy learn")
    elif waiting:
        yield ok("spool", f"{waiting / 1e3:,.1f} KB wait to be read")


def repair(config: Config) -> Plan:
    """What was mended: the hook folder, and entries of ours that are old or not complete.

    Entries that a user has taken out of a file stay out.

    Raises:
        StoreError: something cannot be written.
    """
    folder = folder_of(config)
    known = hook_folder.entries(folder)
    changes: list[Change] = []
    refusals: list[Refusal] = []
    unchanged = []
    for entry in known:
        if entry_check(config, entry).state is State.PROBLEM:
            found = install.change_of(config, entry.agent, entry.path)
            if isinstance(found, Refusal):
                refusals.append(found)
            elif found.before != found.after:
                changes.append(found)
        else:
            unchanged.append(entry.path)
    plan = Plan(changes=changes, unchanged=unchanged, refusals=refusals)
    install.install(config, plan)
    return plan


def ok(name: str, words: str) -> Check:
    """A check that came out well."""
    return Check(name=name, state=State.OK, words=words)


def note(name: str, words: str, advice: str) -> Check:
    """Something worth knowing."""
    return Check(name=name, state=State.NOTE, words=words, advice=advice)


def problem(name: str, words: str, advice: str) -> Check:
    """Something to mend."""
    return Check(name=name, state=State.PROBLEM, words=words, advice=advice)
