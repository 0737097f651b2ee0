"""What a report says and does before its first line: compute what is missing, and say where the logs are from."""

import argparse
import sys
from datetime import datetime
from shutil import which

from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound
from twiceshy.recipes import learn
from twiceshy.records.figures import EditsToScore
from twiceshy.screens.terminal.formats import number, percent, plural, rough_duration, short_date, size
from twiceshy.screens.terminal.page import print_text
from twiceshy.screens.terminal.progress_bar import watch_steps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.recipes.learn import NewestLogs


def prepare_report(args: argparse.Namespace, config: Config, now: datetime) -> Config:
    """Compute what the report lacks, with progress on stderr; return the settings of the store that it is about.

    Raises:
        NotFound: there is nothing to report, with what to do.
        StoreError: the store cannot be used.
    """
    with watch_steps(silent=args.json) as watch:

        def tell(newest: "NewestLogs") -> None:
            watch.say(describe_newest(newest, now))

        if getattr(args, "first_look", False):
            found = learn.take_first_look(config, now.date(), watch.show, tell)
        elif getattr(args, "section", None) == "cost":
            found = learn.fill_store(config, watch.show, tell)  # no figure of it hangs on what became of the work
        else:
            found = learn.complete_store(config, watch.show, tell)
    if learn.is_empty(found.config):
        raise NotFound(_describe_nothing(config))
    if found.said and not args.json:
        print_text(found.said)
        if which("twiceshy") is None:
            print_text(f"`twiceshy` is not on PATH: write {sys.argv[0]} in its place.")
        print_text()
    return found.config


def describe_newest(found: "NewestLogs", now: datetime) -> str:
    """Describe what the newest logs say, while all of them are read."""
    from twiceshy.screens.terminal.draw_spend import round_dollars  # noqa: PLC0415  # once a store

    which = "all" if found.files == found.files_found else f"the newest {number(found.files)} of"
    since = f" since {short_date(found.first_at, now, clock=False)}" if found.first_at else ""
    week = f", {round_dollars(found.week)} of it in the last 7 days" if found.week else ""
    least = " at least" if found.unpriced else ""
    return (
        f"A first look at {which} {plural(found.files_found, 'log')}: {plural(found.sessions, 'session')}{since},"
        f"{least} {round_dollars(found.dollars)}{week}, {rough_duration(found.seconds)} of work. "
        f"Now all {size(found.bytes_found)} are read, and stored without secrets."
    )


def complete_judging(args: argparse.Namespace, config: Config) -> None:
    """Judge what was never judged, with progress on stderr, so that no answer says that it is not judged yet."""
    with watch_steps(silent=args.json) as watch:
        said = learn.judge_stored(config, watch.show)
    if said and not args.json:
        print_text(said, aside=True)


def _describe_nothing(config: Config) -> str:
    """Describe why there is nothing to report, and what to do."""
    if not config.enabled:
        return f"nothing is stored, and collecting is switched off ({config.origins['enabled']})."
    return (
        "no agent's logs were found on this machine. Logs elsewhere: `twiceshy ingest PATH`. "
        "Folders that are searched: `twiceshy doctor`. A look at invented logs: `twiceshy report --first-look`."
    )


def describe_unscored(found: EditsToScore) -> str:
    """Describe how many edits wait for a score, and what goes on with them; empty where none does."""
    if not found.open:
        return ""
    share = percent(found.open / found.edits)
    return f"{number(found.open)} of {number(found.edits)} edits ({share}) have no score yet: `twiceshy learn` goes on."
