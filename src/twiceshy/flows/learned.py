"""What is learned about a command that is about to start, limits and patterns: each a look-up on its start-up path."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from twiceshy.records.runs import Plan

SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})


def home_of(plan: Plan) -> str:
    """The data folder, found without loading settings where that is possible."""
    stated = plan.home or os.environ.get("TWICESHY_HOME", "")
    if stated:
        return os.path.abspath(os.path.expanduser(stated))  # noqa: PTH100, PTH111  # pathlib costs 5 ms
    from pathlib import Path  # noqa: PLC0415  # only where nobody says

    from twiceshy.config import load  # noqa: PLC0415
    from twiceshy.errors import ConfigError  # noqa: PLC0415

    try:
        return str(load({}, os.environ, Path.cwd()).home)
    except (ConfigError, OSError):
        return ""


def learned(plan: Plan, field: str) -> tuple[float, str] | None:
    """Seconds and the evidence for them; None while too little is known."""
    from twiceshy.facts.run_keys import command_key, place_key  # noqa: PLC0415  # only with `auto`
    from twiceshy.store.limits_lookup import look_up, salt_of  # noqa: PLC0415

    home = home_of(plan)
    salt = salt_of(home)
    if not plan.command or not salt:
        return None
    words = words_of(plan.command)
    return look_up(home, [place_key(words, os.getcwd(), salt), command_key(words, salt)], field)  # noqa: PTH109


def learned_patterns(plan: Plan) -> tuple[tuple[str, ...], str, str]:
    """Patterns, their origin (learned, starting or none), and the evidence for them or why there are none."""
    from twiceshy.facts import shell  # noqa: PLC0415  # only with `auto`
    from twiceshy.facts.run_keys import place_key  # noqa: PLC0415
    from twiceshy.run import starting  # noqa: PLC0415
    from twiceshy.store.limits_lookup import look_up_patterns, salt_of  # noqa: PLC0415

    if not plan.command:
        return (), "none", "what comes through a pipe has no past"
    home = home_of(plan)
    salt = salt_of(home)
    words = words_of(plan.command)
    known = look_up_patterns(home, place_key(words, os.getcwd(), salt)) if salt else []  # noqa: PTH109
    taken = [(pattern, reason) for pattern, chosen, against, reason in known if chosen and not against]
    if taken:
        texts = tuple(pattern for pattern, _ in taken)
        return texts, "learned", f"{' or '.join(map(repr, texts))}: {taken[0][1]}"
    tool = starting.of_head(shell.head(words))
    if tool is None:
        said = "your feedback speaks against what was learned" if any(row[2] for row in known) else ""
        return (), "none", said or "nothing is learned about this command yet, and it has no starting patterns"
    wrong = {pattern for pattern, _, against, _ in known if against}
    left = tuple(pattern for pattern in starting.patterns_of(tool) if pattern not in wrong)
    if not left:
        return (), "none", f"its runs or your feedback speak against the starting patterns for {tool.name}"
    dropped = f", without {len(wrong)} that its runs or your feedback speak against" if wrong else ""
    return left, "starting", f"{len(left)} starting patterns for {tool.name}{dropped}; nothing is learned here yet"


def words_of(command: tuple[str, ...]) -> str:
    """As ``run.shape.words_of``, which costs milliseconds to load and is needed for ``sh -c`` only."""
    if len(command) == 3 and command[0].rpartition("/")[2] in SHELLS:
        from twiceshy.run import shape  # noqa: PLC0415

        return shape.words_of(command)
    return " ".join(command)
