"""Say which programs keep agents waiting for minutes: a kind of insight, and a verb that says from when on."""

import argparse
from collections import defaultdict
from collections.abc import Iterator

from twiceshy.base.config import Config
from twiceshy.doors.cli.verbs import Verb
from twiceshy.insights.kinds.draft import CountedCase, InsightDraft
from twiceshy.insights.kinds.project_history import ProjectHistory
from twiceshy.records.insights import InsightKind
from twiceshy.screens.terminal.page import print_answer
from twiceshy.stats.text.foreign_names import quote_name

LONG_S, LEAST_CASES = 300.0, 3  # seconds and calls (guesses of an example, 2026-11-25)

# The table of its verbs, and the leaf of the one that it has.
VERBS = (Verb("long-waits", "look", "say from when on a command is called a long wait", "long_waits"),)
EXAMPLE = "twiceshy long-waits"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no words: the verb has none."""


def run(args: argparse.Namespace, config: Config) -> int:
    """Say the threshold, and return the exit code."""
    return print_answer(args, "long-waits", {"seconds": LONG_S}, lambda _: f"A long wait takes {LONG_S:.0f} s or more.")


# The finder of insights. A name from a log is quoted; one that cannot be is left out.
def find_drafts(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft for each program that kept an agent waiting, with every such call."""
    waits = defaultdict(list)
    for place, attempt in history.walk():
        if attempt.action == "run" and (attempt.seconds or 0.0) >= LONG_S:
            waits[attempt.head].append(CountedCase(place=place))
    for program, cases in waits.items():
        name = quote_name(program)
        if name and len(cases) >= LEAST_CASES:
            says = f"{name} took five minutes or more {len(cases)} times."
            what = InsightDraft(
                kind=InsightKind.ADDED, key=program, says=says, cases=tuple(cases), place=name, cause=name
            )
            yield what
