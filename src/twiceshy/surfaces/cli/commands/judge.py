"""Judge what became of the agents' work: completed, corrected, rolled back, tests green, survived.

Only evidence counts: commits, pull requests, checks that ran, what people said about the work, changes that were rolled
back. What nothing proves is unknown, and the answer shows how much that is. Only new and changed sessions are judged.
The rows are in the table `session_executions`, where NULL means unknown.
"""

import argparse
from dataclasses import replace

from twiceshy.config import Config, override
from twiceshy.flows import judge, score
from twiceshy.records.outcomes import AnswerCounts, JudgeSummary
from twiceshy.surfaces.cli.formats import duration, number, percent, plural
from twiceshy.surfaces.cli.page import Page, print_answer
from twiceshy.surfaces.cli.tables import Column, draw_table

EXAMPLE = "twiceshy judge"
_QUESTIONS = ("completed", "corrected", "rolled_back", "tests_green", "survived")
_HEADINGS = ("completed", "corrected", "rolled back", "tests green", "survived")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare with how many processes to judge."""
    parser.add_argument("--processes", metavar="N", help="number of processes (0: one per core)")


def run(args: argparse.Namespace, config: Config) -> int:
    """Judge what changed, and say how much is known."""
    if args.processes is not None:
        config = override(config, "ingest.processes", args.processes, "--processes")
    found = judge.judge(config)
    scored = score.score_some(config)
    if scored and scored.sessions:
        found = _merge_judgements(found, judge.judge(config))  # the risk of an edit is one of the habits
    left = scored.left if scored else 0
    return print_answer(args, "judge", found, lambda page: render_judgement(found, page, left=left))


def _merge_judgements(first: JudgeSummary, second: JudgeSummary) -> JudgeSummary:
    """Merge both runs: the second judged sessions of the first again, with their scores."""
    return replace(second, judged=max(first.judged, second.judged), seconds=round(first.seconds + second.seconds, 2))


def render_judgement(found: JudgeSummary, page: Page, *, left: int = 0) -> str:
    """Render what was judged, how much is unknown by agent, and the next command; ``left``: sessions not scored."""
    if not found.sessions:
        return "There are no sessions to judge.\nNext: twiceshy ingest"
    unchanged = found.sessions - found.judged - found.failed
    kept = f" ({number(unchanged)} unchanged)" if unchanged else ""
    lines = [f"Judged {plural(found.judged, 'session')} in {duration(found.seconds)}{kept}."]
    if found.failed:
        lines.append(f"{plural(found.failed, 'session')} could not be judged; the next run tries again.")
    if any(agent.working for agent in found.agents):
        lines += ["", _render_agents(found, page)]
        lines += ["yes/no, and the share of sessions that nothing proves either way (?)", ""]
    if left:
        lines.append(f"The edits of {plural(left, 'session')} are not scored yet: twiceshy score")
    return "\n".join([*lines, "Next: twiceshy report"])


def _render_agents(found: JudgeSummary, page: Page) -> str:
    """Render yes / no for each agent and question, and the share of sessions for which it is unknown."""
    columns = (Column("sessions with changed files"), *(Column(title, right=True) for title in ("n", *_HEADINGS)))
    rows = [
        (agent.agent, number(agent.working), *(_format_cell(getattr(agent, question)) for question in _QUESTIONS))
        for agent in found.agents
        if agent.working
    ]
    return draw_table(columns, rows, page)


def _format_cell(known: AnswerCounts) -> str:
    """Format a cell: ``12/3 25 %?``."""
    n = known.yes + known.no + known.unknown
    return f"{known.yes}/{known.no} {percent(known.unknown / n)}?" if known.yes + known.no else "100 %?"
