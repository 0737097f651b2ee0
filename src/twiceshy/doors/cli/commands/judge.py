"""Judge what became of the agents' work: completed, corrected, rolled back, tests green, survived.

Only evidence counts: commits, pull requests, checks that ran, what people said about the work, changes that were rolled
back. What nothing proves is unknown, and the answer shows how much that is. Only new and changed sessions are judged.
The rows are in the table `session_executions`, where NULL means unknown.
"""

import argparse
from dataclasses import replace

from twiceshy.base.config import Config, override
from twiceshy.judgement import recipes as judge
from twiceshy.records.outcomes import AnswerCounts, JudgeSummary
from twiceshy.score import recipes as score
from twiceshy.screens.terminal.formats import duration, number, plural
from twiceshy.screens.terminal.page import Column, Page, draw_table, print_answer, wrap

EXAMPLE = "twiceshy judge"
_QUESTIONS = ("completed", "corrected", "rolled_back", "tests_green", "survived")
_HEADINGS = ("completed", "corrected", "rolled back", "tests green", "survived")

_SENTENCES = {
    "completed": "the work was completed",
    "corrected": "a person corrected it",
    "rolled_back": "some of it was rolled back",
    "tests_green": "the last tests passed",
}


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
    """Render what was judged, what became of the work, and the next command; ``left``: sessions not scored."""
    if not found.sessions:
        return "There are no sessions to judge.\nNext: twiceshy ingest"
    unchanged = found.sessions - found.judged - found.failed
    kept = f" ({number(unchanged)} unchanged)" if unchanged else ""
    lines = [f"Judged {plural(found.judged, 'session')} in {duration(found.seconds)}{kept}."]
    if found.failed:
        lines.append(f"{plural(found.failed, 'session')} could not be judged; the next run tries again.")
    if any(agent.working for agent in found.agents):
        lines += [
            *(line for sentence in _describe_sums(found) for line in wrap(sentence, page.width)),
            "",
            _render_agents(found, page),
            "",
        ]
    if left:
        lines.append(f"The edits of {plural(left, 'session')} are not scored yet: twiceshy score")
    return "\n".join([*lines, "Next: twiceshy report"])


def _describe_sums(found: JudgeSummary) -> list[str]:
    """Describe what became of the work of all agents, in sentences; only what is known of some session."""
    sums = [(words, [getattr(agent, question) for agent in found.agents]) for question, words in _SENTENCES.items()]
    known = [
        f"{words} in {_count_answers(sum(one.yes for one in some), sum(one.no for one in some))}"
        for words, some in sums
        if any(one.yes + one.no for one in some)
    ]
    working = sum(agent.working for agent in found.agents)
    if not known:
        return [f"Of {plural(working, 'session')} with changed files no log proves what became of the work."]
    return [
        f"{plural(working, 'session')} changed files. Where something proves it, {', '.join(known)}.",
        "The logs of the other sessions do not tell; they count neither as good nor as bad.",
    ]


def _count_answers(yes: int, no: int) -> str:
    """Count the sessions of which the answer is known: ``12 of 15``."""
    return f"{number(yes)} of {number(yes + no)}"


def _render_agents(found: JudgeSummary, page: Page) -> str:
    """Render for each agent and question in how many of the sessions that tell it was so."""
    columns = (Column("agent"), *(Column(title, right=True) for title in ("sessions", *_HEADINGS)))
    rows = [
        (agent.agent, number(agent.working), *(_format_cell(getattr(agent, question)) for question in _QUESTIONS))
        for agent in found.agents
        if agent.working
    ]
    return draw_table(columns, rows, page)


def _format_cell(known: AnswerCounts) -> str:
    """Format a cell: ``12 of 15``, or that nothing tells."""
    return _count_answers(known.yes, known.no) if known.yes + known.no else "not known"
