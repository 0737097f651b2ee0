"""List, show and compare this repository's models, or go back to an earlier one.

`list` names those of all kinds: of the files that a task touches, of the risk that a change is fixed later, and of
commit messages.
`show` prints a model's card: its data, its protocol, its figures beside every baseline. `compare` puts the figures side
by side. `rollback` puts an earlier model in use. `add` takes in the card of an adapter that `train messages
--base-model` made, from its folder: with its figures, and not used, as `suggest-message` has .3 s, and loading a base
model takes longer.
"""

import argparse
import json
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.records.predictions import ModelLine
from twiceshy.screens.terminal.formats import decimal, number
from twiceshy.screens.terminal.page import Column, Page, draw_table, print_answer
from twiceshy_git import file_recipes as predict
from twiceshy_git import message_recipes as messages
from twiceshy_git import risk_recipes as risk

EXAMPLE = "twiceshy models rollback"


_KINDS = ("files", "risk", "messages")
_ADAPTER = "adapter"
_SHOWING = {
    "risk": risk.show_risk_model,
    "messages": messages.show_message_model,
    _ADAPTER: messages.show_message_model,
}
_GOING_BACK = {
    "risk": risk.roll_back_risk,
    "messages": messages.roll_back_messages,
    _ADAPTER: messages.roll_back_messages,
}
_ACTIONS = ("list", "show", "compare", "rollback", "add")


def _name_action(word: str) -> str:
    """Return our name of an action; ``stats`` is another tool's for ``show``."""
    return "show" if word == "stats" else word


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do with which model."""
    parser.add_argument("action", nargs="?", default="list", type=_name_action, choices=list(_ACTIONS))
    parser.add_argument("name", nargs="?", default="", metavar="NAME", help="a model from the list; add: a folder")
    parser.add_argument("--kind", choices=list(_KINDS), help="show or go back to a model of this kind (files)")
    parser.add_argument("--repo", type=Path, default=Path(), metavar="PATH", help="the repository (this folder)")


def run(args: argparse.Namespace, config: Config) -> int:
    """Do what was asked, and print the answer."""
    kind = args.kind or args.name.partition("-")[0]
    if args.action == "add":
        if not args.name or args.kind not in {None, "messages"}:
            raise UsageError("models add takes the folder of an adapter of messages: twiceshy models add FOLDER")
        added = messages.add_adapter(config, args.repo, Path(args.name))
        return print_answer(args, "models", {"added": added}, lambda _: f"{added.name}: not used. {added.why_not}.")
    if args.action == "show":
        show = _SHOWING.get(kind, predict.show_model)
        card = show(config, args.repo, args.name)
        return print_answer(args, "models", card, lambda _: json.dumps(card, indent=1))
    if args.action == "rollback":
        go_back = _GOING_BACK.get(kind, predict.roll_back)
        name = go_back(config, args.repo, args.name)
        return print_answer(args, "models", {"active": name}, lambda _: f"{name} is in use now.")
    lines = [*predict.list_models(config, args.repo), *risk.list_risk_models(config, args.repo)]
    lines += messages.list_message_models(config, args.repo)
    lines = [line for line in lines if args.kind in {None, line.kind}]
    return print_answer(args, "models", {"models": lines}, lambda page: render_models(lines, page))


def render_models(lines: list[ModelLine], page: Page) -> str:
    """Render a row for each model."""
    columns = [
        Column("model"),
        Column("kind"),
        Column("state"),
        Column("trees"),
        Column("commits", right=True),
        Column("measured on", right=True),
        Column("MRR", right=True),
        Column("recall@10", right=True),
        Column("AUC", right=True),
        Column("KB", right=True),
        Column("until"),
    ]
    rows = [
        [
            line.name,
            line.kind,
            "in use" if line.active else "kept" if line.used else "not used",
            _name_trees(line),
            number(line.commits),
            number(line.judged),
            decimal(line.mrr, 3),
            decimal(line.recall10, 3),
            decimal(line.auc, 3),
            number(line.bytes // 1024),
            line.made_until[:10],
        ]
        for line in lines
    ]
    why = [page.dim(f"{line.name}: {line.why_not}") for line in lines if line.why_not]
    return "\n".join([draw_table(columns, rows, page), *why])


def _name_trees(line: ModelLine) -> str:
    """Return whose trees answer; those of risk that do not beat the number of lines added do not."""
    if line.kind == "risk" and not line.used:
        return "none: size"
    if line.name.startswith(_ADAPTER):
        return "none: adapter"
    return "own" if line.own_trees else "general"
