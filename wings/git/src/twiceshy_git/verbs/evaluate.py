"""Measure models on this repository's own past, in time order, beside their baselines.

`files`: each held-out commit is ranked by its subject, and learned afterwards; with --frozen it is never learned. The
targets are files that existed before the commit and that it changed; --all-files counts new files too. `risk`: models
of earlier times, each with what was known then, score the changes behind them, beside named baselines: lines added,
regression on Kamei's fourteen numbers, words of patches, the files' own past, and smallest first for who reads by the
line. `messages`: what would have been offered as the message of each commit, beside NNGen; with --adapter, --program or
--endpoint a writer of yours is asked about the same commits, and said to be better, worse or not shown to be either. An
endpoint speaks as OpenAI's chat does and is one of this machine: any other address is refused.
"""

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime
from math import nan
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.base.plugins import ask_for
from twiceshy.doors.cli.filters import parse_count
from twiceshy.records.change_risk import RiskEvaluation
from twiceshy.records.message_advice import MessageEvaluation, SuggesterFigures, WriterContest
from twiceshy.records.predictions import Evaluation
from twiceshy.records.questions import ADAPTERS
from twiceshy.screens.terminal.draw_risk import TIERS
from twiceshy.screens.terminal.formats import decimal, number, plural, signed, signed_range
from twiceshy.screens.terminal.page import Column, Page, draw_table, print_answer, wrap
from twiceshy.screens.terminal.progress_bar import watch_steps
from twiceshy_git import file_recipes as predict
from twiceshy_git import message_recipes as messages
from twiceshy_git import risk_recipes as risk

EXAMPLE = "twiceshy evaluate files --split .2"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to measure and how."""
    parser.add_argument(
        "kind",
        nargs="?",
        default="files",
        choices=["files", "risk", "messages"],
        help="files: which files a task touches; risk: whether it is fixed later; messages: what to write (files)",
    )
    parser.add_argument("--split", type=share, default=0.2, metavar="SHARE", help="share of commits to hold out (.2)")
    parser.add_argument("--frozen", action="store_true", help="learn no held-out commit")
    parser.add_argument("--all-files", action="store_true", help="count files that the commit creates as targets too")
    parser.add_argument("--repo", type=Path, default=Path(), metavar="PATH", help="the repository (this folder)")
    parser.add_argument("--model", default="", metavar="NAME", help="measure this model; see `twiceshy models list`")
    parser.add_argument("--program", metavar="CMD", help="messages: ask this program too, by its standard input")
    parser.add_argument("--endpoint", metavar="URL", help="messages: ask a chat endpoint of this machine too")
    parser.add_argument("--adapter", type=Path, metavar="FOLDER", help="messages: ask this adapter too")
    parser.add_argument("--base-model", type=Path, metavar="PATH", help="with --adapter: the model it was made for")
    parser.add_argument("--newest", type=parse_count, metavar="N", help="messages: ask about the newest N commits only")


def share(text: str) -> float:
    """Parse a number between 0 and 1."""
    value = float(text)
    if not 0 < value < 1:
        raise UsageError(f"--split takes a share between 0 and 1, such as .2, and not {text!r}")
    return value


def run(args: argparse.Namespace, config: Config) -> int:
    """Measure, and show the table."""
    _check_options(args)
    if args.kind == "risk":
        judged = risk.evaluate_own_risk(config, args.repo, datetime.now(UTC))
        return print_answer(args, "evaluate-risk", judged, lambda page: render_risk_evaluation(judged, page))
    if args.kind == "messages":
        told = _evaluate_messages(args, config)
        return print_answer(args, "evaluate-messages", told, lambda page: render_message_evaluation(told, page))
    found = predict.evaluate_files(
        config, args.repo, split=args.split, frozen=args.frozen, all_files=args.all_files, model_name=args.model
    )
    return print_answer(args, "evaluate", found, lambda page: render_evaluation(found, page))


def _check_options(args: argparse.Namespace) -> None:
    """Refuse options of another kind.

    Raises:
        UsageError: one is there, and would do nothing.
    """
    if args.kind != "messages" and any((args.endpoint, args.newest, args.adapter, args.base_model, args.program)):
        raise UsageError("--adapter, --base-model, --endpoint, --newest and --program are for `evaluate messages`.")


def _evaluate_messages(args: argparse.Namespace, config: Config) -> MessageEvaluation:
    """Measure our own ways, or somebody else's writer beside them.

    Raises:
        UsageError: two writers are named, or too little is there to judge by.
    """
    if sum(map(bool, (args.program, args.endpoint, args.adapter))) > 1:
        raise UsageError("--adapter, --program and --endpoint are writers of their own: ask one after the other.")
    if bool(args.adapter) != bool(args.base_model):
        raise UsageError("--adapter FOLDER and --base-model PATH go together.")
    with watch_steps(silent=args.json) as steps:
        asked = {"split": args.split, "newest": args.newest, "watch": steps.show}
        if args.program:
            return messages.evaluate_program(config, args.repo, args.program, **asked)
        if args.endpoint:
            return messages.evaluate_endpoint(config, args.repo, args.endpoint, model=args.model, **asked)
        if args.adapter:
            adapters = ask_for(ADAPTERS, "evaluate messages --adapter")
            return adapters.evaluate_adapter(config, args.repo, args.adapter, args.base_model, **asked)
    if args.newest:
        raise UsageError("--newest is for a writer of yours: add --adapter, --program or --endpoint.")
    return messages.evaluate_messages(config, args.repo, split=args.split)


def render_evaluation(found: Evaluation, page: Page) -> str:
    """Render a row for each ranking, with the lead of the first one over it."""
    columns = [
        Column("ranking"),
        *(Column(title, right=True) for title in _TITLES),
        Column("MRR lead (95 %)", right=True),
    ]
    rows = []
    for one in found.rankings:
        marks = [decimal(value, 3) for value in (one.mrr, one.recall5, one.recall10, one.precision1, one.map)]
        lead, low, high = one.behind.get("mrr", (nan, nan, nan))
        rows.append([one.name, *marks, f"{signed(lead, 3)} ({signed_range(low, high, 3)})" if one.behind else ""])
    ground = (
        f"{plural(found.commits, 'commit')}, {found.protocol}, after {number(found.learned)};"
        f" targets: {'all files' if found.targets == 'all' else 'files that existed'}"
    )
    return "\n".join([draw_table(columns, rows, page), page.dim(ground), *(f"note: {note}" for note in found.notes)])


def render_risk_evaluation(found: RiskEvaluation, page: Page) -> str:
    """Render a row for each score, with its lead over the number of lines added; then what columns are worth."""
    rows = []
    for one in found.scores:
        told = (one.least, one.ece, one.brier_skill, one.effort_recall, one.popt)
        rows.append([one.name, _known(one.auc), _range(one.lead), *map(_known, told)])
    ground = (
        f"{plural(found.changes, 'change')}, {number(found.bad)} of them fixed later; "
        f"{plural(found.periods, 'model')} of earlier times; changes of the last "
        f"{number(round(found.found_within_days))} days are too young to judge by. Least: the smallest true lead that"
        " four trials of five would show. Found in 20 %: of those fixed later, by who reads the most risk for each"
        " line first, until a fifth of all changed lines is read"
    )
    lines = [draw_table(_RISK_COLUMNS, rows, page), *map(page.dim, wrap(ground, page.width))]
    if found.importance:
        shares = [
            [_name_part(one.name), number(one.columns), _range(one.loss), _known(one.least)] for one in found.importance
        ]
        on = f"the newest {plural(found.importance_changes, 'change')}"
        lines += [
            "",
            *wrap(f"What own trees lose on {on} where columns are mixed up:", page.width),
            draw_table(_LOSS_COLUMNS, shares, page),
        ]
    return "\n".join([*lines, *(f"note: {note}" for note in found.notes)])


def render_message_evaluation(found: MessageEvaluation, page: Page) -> str:
    """Render a row for each way of suggesting messages, with its lead over NNGen."""
    rows = [
        [one.name, *(decimal(100 * value, 1) for value in (one.b_norm, one.rouge_l, one.one_word)), _lead(one)]
        for one in found.suggesters
    ]
    ground = (
        f"{plural(found.asked, 'commit')}, each asked before it was learned, in per cent. NNGen copies the message of "
        "the nearest diff; agreed is what the nearest messages agree on; general are the trees that ship"
    )
    lines = [draw_table(_MESSAGE_COLUMNS, rows, page), *map(page.dim, wrap(ground, page.width))]
    lines += wrap(_tell_offers(found.offers), page.width) if found.offers else ()
    return "\n".join([*lines, *(wrap(_tell_contest(found.contest), page.width) if found.contest else ())])


def _tell_offers(offers: Mapping[str, int]) -> str:
    """Return what people here made of the messages that were offered."""
    made = plural(sum(offers.values()), "offered message")
    told = f"{number(offers['accepted'])} committed as offered, {number(offers['edited'])} with other words"
    return f"{made} here: {told}, {number(offers['rejected'])} not taken."


def _tell_contest(one: WriterContest) -> str:
    """Return whether somebody else's writer is better, with the interval."""
    lead, low, high = (100 * value for value in one.lead)
    said = {"better": "is better than", "worse": "is worse than", "not shown": "is not shown to be better than"}
    aside = f" It wrote nothing for {plural(one.silent, 'commit')}." if one.silent else ""
    if one.invented:
        aside += f" {number(one.invented)} of its messages name an issue, a commit or an address that nobody named."
    return (
        f"The {one.writer} {said[one.verdict]} {one.rival}: {signed(lead, 1)} ({signed_range(low, high, 1)}) B-Norm. "
        f"It took {decimal(one.seconds, 2)} s a message.{aside}"
    )


def _lead(one: SuggesterFigures) -> str:
    if one.lead is None:
        return ""
    lead, low, high = (100 * value for value in one.lead)
    return f"{signed(lead, 1)} ({signed_range(low, high, 1)})"


def _name_part(name: str) -> str:
    """Return what a tier's columns tell of, beside its number."""
    kind, _, place = name.partition(" ")
    return f"{name}: {TIERS[int(place)].lower()}" if kind == "tier" else name


def _known(value: float | None) -> str:
    return "" if value is None else decimal(value, 3)


def _range(values: tuple[float, float, float] | None) -> str:
    return f"{signed(values[0], 3)} ({signed_range(values[1], values[2], 3)})" if values else ""


_MESSAGE_COLUMNS = (
    Column("way", flexible=True),
    Column("B-Norm", right=True),
    Column("ROUGE-L", right=True),
    Column("right but for a word", right=True),
    Column("B-Norm over NNGen (95 %)", right=True),
)
_RISK_COLUMNS = (
    Column("score", flexible=True),
    Column("AUC", right=True),
    Column("lead (95 %)", right=True),
    Column("least", right=True, rank=3),
    Column("ECE", right=True, rank=1),
    Column("Brier skill", right=True, rank=2),
    Column("found in 20 %", right=True),
    Column("Popt", right=True, rank=4),
)
_LOSS_COLUMNS = (
    Column("columns", flexible=True),
    Column("number", right=True),
    Column("AUC lost (95 %)", right=True),
    Column("least", right=True),
)
_TITLES = ("MRR", "recall@5", "recall@10", "prec@1", "MAP")
