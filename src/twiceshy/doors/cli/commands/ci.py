"""Take down what a CI system said of a commit, and show what is known.

`set` stores a result: given in words, or with `--from-env` taken from the variables of GitHub Actions, GitLab CI,
CircleCI, Jenkins, Buildkite, Azure Pipelines, Travis CI and Bitbucket Pipelines; what is given in words wins. A commit
may have many results, one a job: its own is the worst of the newest. `get` shows them. Without `--commit` it is about
the commit that is checked out. Nothing is asked of a network.
"""

import argparse
import os
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.logs import history
from twiceshy.records.commits import CiAnswer, StoredCiResult
from twiceshy.screens.terminal.formats import duration, number, one_line, plural, short_date
from twiceshy.screens.terminal.page import Column, Page, draw_table, print_answer

EXAMPLE = "twiceshy ci set --result pass --tests-passed 120"
_COLUMNS = (
    Column("when"),
    Column("workflow"),
    Column("job", flexible=True),
    Column("result"),
    Column("tests"),
    Column("coverage", right=True),
    Column("took", right=True),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do, and what is said."""
    parser.add_argument("action", choices=("set", "get"), help="store a result, or show what is known")
    parser.add_argument("--commit", metavar="HASH", help="the commit, by any name of git's (the one checked out)")
    parser.add_argument("--from-env", action="store_true", help="set: take what the CI system's variables say")
    parser.add_argument("--result", metavar="WORD", help="set: pass, fail, error or pending")
    parser.add_argument("--tests-passed", metavar="N", type=int, help="set: how many tests passed")
    parser.add_argument("--tests-failed", metavar="N", type=int, help="set: how many did not")
    parser.add_argument("--coverage", metavar="PERCENT", type=float, help="set: how much of the code was covered")
    parser.add_argument("--duration", metavar="SECONDS", type=float, help="set: how long it took")
    parser.add_argument("--workflow", metavar="NAME", help="set: of which workflow")
    parser.add_argument("--job", metavar="NAME", help="set: of which job")
    parser.add_argument("--message", metavar="TEXT", help="set: your own words; redacted before they are stored")


def run(args: argparse.Namespace, config: Config) -> int:
    """Store or show it."""
    if args.action == "get":
        found = history.get_ci_result(config, Path.cwd(), args.commit)
    else:
        wish = history.CiWish(
            commit=args.commit,
            result=args.result,
            tests_passed=args.tests_passed,
            tests_failed=args.tests_failed,
            coverage=args.coverage,
            duration_s=args.duration,
            workflow=args.workflow,
            job=args.job,
            message=args.message,
        )
        found = history.set_ci_result(config, Path.cwd(), wish, os.environ if args.from_env else None)
    return print_answer(args, "ci", found, lambda page: _describe(found, page))


def _describe(found: CiAnswer, page: Page) -> str:
    """Return the commit's result, and a row for each job."""
    name = found.commit_hash[:12]
    if found.result is None:
        return f"Nothing is known of {name}. Next: twiceshy ci set --commit {name} --result pass"
    older = found.answers - len(found.jobs)
    more = f", {plural(older, 'older answer')} left out" if older else ""
    head = f"{name}: {found.result} ({plural(len(found.jobs), 'job')}{more})"
    return f"{head}\n\n{draw_table(_COLUMNS, [_draw_job(one, page) for one in found.jobs], page, empty='')}"


def _draw_job(one: StoredCiResult, page: Page) -> tuple[str, ...]:
    """Return a job's cells; empty where nothing is known."""
    counts = [
        f"{number(count)} {word}"
        for count, word in ((one.tests_passed, "passed"), (one.tests_failed, "failed"))
        if count is not None
    ]
    return (
        short_date(one.at, page.now),
        one_line(one.workflow or ""),
        one_line(one.job or ""),
        one.result,
        ", ".join(counts),
        "" if one.coverage is None else f"{one.coverage:g} %",
        "" if one.duration_s is None else duration(one.duration_s),
    )
