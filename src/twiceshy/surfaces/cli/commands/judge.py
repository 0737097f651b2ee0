"""Judge what became of the agents' work: completed, corrected, rolled back, tests green, survived.

Only evidence counts: commits, pull requests, checks that ran, what people said about the work, changes that were rolled
back. What nothing proves is unknown, and how much that is stands in the answer. Only sessions that are new or have
changed are judged. The rows are in the table `session_executions`; NULL there means unknown.
"""

import argparse
from dataclasses import replace

from twiceshy.config import Config, override
from twiceshy.records.outcomes import AnswerCounts, JudgeSummary
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import duration, number, plural

EXAMPLE = "twiceshy judge"
_QUESTIONS = ("completed", "corrected", "rolled_back", "tests_green", "survived")
_HEADINGS = ("completed", "corrected", "rolled back", "tests green", "survived")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare with how many processes to judge."""
    parser.add_argument("--processes", metavar="N", help="judge with so many processes (0: one for each core)")


def run(args: argparse.Namespace, config: Config) -> int:
    """Judge what changed, and say how much is known."""
    from twiceshy.flows.judge import judge  # noqa: PLC0415  # `--help` need not pay for it
    from twiceshy.flows.score import score_some  # noqa: PLC0415

    if args.processes is not None:
        config = override(config, "ingest.processes", args.processes, "--processes")
    found = judge(config)
    scored = score_some(config)
    if scored and scored.sessions:
        found = _merge_judgements(found, judge(config))  # what was done at which risk is one of the things observed
    print(to_json("judge", found) if args.json else render_judgement(found))
    if scored and scored.left and not args.json:
        print(f"Edits of {plural(scored.left, 'session')} are yet to score: twiceshy score")
    return 0


def _merge_judgements(first: JudgeSummary, second: JudgeSummary) -> JudgeSummary:
    """Merge both runs: the second judged sessions of the first again, as they are scored by now."""
    return replace(second, judged=max(first.judged, second.judged), seconds=round(first.seconds + second.seconds, 2))


def render_judgement(found: JudgeSummary) -> str:
    """Render what was judged, how much is unknown by agent, and the next command."""
    if not found.sessions:
        return "There are no sessions to judge.\nNext: twiceshy ingest"
    unchanged = found.sessions - found.judged - found.failed
    kept = f" ({number(unchanged)} unchanged)" if unchanged else ""
    lines = [f"Judged {plural(found.judged, 'session')} in {duration(found.seconds)}{kept}."]
    if found.failed:
        lines.append(f"{plural(found.failed, 'session')} could not be judged; the next run tries again.")
    if any(agent.working for agent in found.agents):
        lines += ["", *_table_lines(found)]
    lines.append("Next: twiceshy report")
    return "\n".join(lines)


def _table_lines(found: JudgeSummary) -> list[str]:
    """Return yes / no for each agent and question, and the share of sessions of which it is unknown."""
    rows: list[tuple[str, ...]] = [("sessions that changed files", "n", *_HEADINGS)]
    rows += [
        (agent.agent, number(agent.working), *(_format_cell(getattr(agent, question)) for question in _QUESTIONS))
        for agent in found.agents
        if agent.working
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(text.ljust(width) if place == 0 else text.rjust(width) for place, (text, width) in enumerate(pairs))
        for pairs in (list(zip(row, widths, strict=True)) for row in rows)
    ]
    return [*lines, "yes/no, and of how many sessions nothing proves it either way (?)", ""]


def _format_cell(known: AnswerCounts) -> str:
    """Format a cell: ``12/3 25 %?``."""
    n = known.yes + known.no + known.unknown
    return f"{known.yes}/{known.no} {round(100 * known.unknown / n)} %?" if known.yes + known.no else "100 %?"
