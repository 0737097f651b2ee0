"""Train this repository's own model: of the files that a task touches, of a change's risk, or of commit messages.

`files`: the model is measured on the last fifth of the history, in time order, and is used only if it beats every
baseline there. `risk`: models of earlier times are measured on the changes behind them; trees answer only where they
surely beat the number of lines added, else size alone does. `messages`: trees that rank commit messages go on from the
general ones, and are used where they are ahead on the newest fifth. All grow trees of their own with LightGBM
(`pip install './wings/git[train]'` in the checkout).

`messages --base-model PATH` trains a low-rank adapter instead, on a base model that lies in a folder of yours
(the data wing does it: `pip install './wings/data[finetune]'` in the checkout); nothing is fetched, and nothing is
written there. Without a graphics card it says how long it would take, and does it with --yes.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.base.plugins import ask_for
from twiceshy.doors.cli.filters import parse_count
from twiceshy.records.adapter_cards import AdapterCard, AdapterWish
from twiceshy.records.predictions import ModelLine
from twiceshy.records.questions import ADAPTERS
from twiceshy.screens.terminal.formats import duration, number, plural, signed, signed_range, size
from twiceshy.screens.terminal.page import print_answer
from twiceshy.screens.terminal.progress_bar import watch_steps
from twiceshy_git import file_recipes as predict
from twiceshy_git import message_recipes as messages
from twiceshy_git import risk_recipes as risk

EXAMPLE = "twiceshy train files"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to train."""
    parser.add_argument(
        "kind",
        nargs="?",
        default="files",
        choices=["files", "risk", "messages"],
        help="files: which files a task touches; risk: whether it is fixed later; messages: what to write (files)",
    )
    parser.add_argument("--model", choices=["tfidf"], help="write a baseline's file instead of a model to use")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="where to write it (with --model); --base-model: a folder"
    )
    parser.add_argument("--base-model", type=Path, metavar="PATH", help="messages: train an adapter of this model")
    parser.add_argument("--steps", type=parse_count, metavar="N", help="with --base-model: so many (each row twice)")
    parser.add_argument("--yes", action="store_true", help="with --base-model: train without a graphics card too")
    parser.add_argument("--repo", type=Path, default=Path(), metavar="PATH", help="the repository (this folder)")


def run(args: argparse.Namespace, config: Config) -> int:
    """Train, and say how good it is."""
    if args.base_model or args.steps or args.yes:
        return _train_adapter(args, config)
    if args.kind != "files" and (args.model or args.out):
        raise UsageError("--model and --out are for files: `twiceshy train files --model tfidf --out FILE`")
    if args.kind == "risk":
        trained = risk.train_own_risk(config, args.repo, datetime.now(UTC))
        return print_answer(args, "train", trained, lambda _: render_risk_training(trained))
    if args.kind == "messages":
        own = messages.train_messages(config, args.repo)
        return print_answer(args, "train", own, lambda _: render_message_training(own))
    if args.model or args.out:
        if not (args.model and args.out):
            raise UsageError("--model tfidf and --out FILE go together")
        commits = predict.write_tfidf(config, args.repo, args.out, datetime.now(UTC))
        done = {"file": str(args.out), "model": args.model, "commits": commits}
        said = f"{args.out}: {args.model}, from {plural(commits, 'commit')}."
        return print_answer(args, "train", done, lambda _: said)
    made = predict.train_files(config, args.repo)
    return print_answer(args, "train", made, lambda _: render_training(made))


def _train_adapter(args: argparse.Namespace, config: Config) -> int:
    """Train an adapter on messages.

    Raises:
        UsageError: it is asked for something else, or there is too little to learn from.
    """
    if args.kind != "messages" or args.model or not args.base_model:
        raise UsageError(
            "--base-model, --steps and --yes are for messages: `twiceshy train messages --base-model PATH --out FOLDER`"
        )
    adapters = ask_for(ADAPTERS, "train messages --base-model")
    out = args.out or Path("adapter")
    wish = AdapterWish(base=args.base_model, out=out, steps=args.steps or None, yes=args.yes)
    with watch_steps(silent=args.json) as steps:
        card = adapters.train_adapter(config, args.repo, wish, steps.show)
    return print_answer(args, "train-adapter", card, lambda _: render_adapter(card, out, args.base_model))


def render_adapter(card: AdapterCard, out: Path, base: Path) -> str:
    """Render what was made, and what it adds to the base."""
    gain, low, high = (100 * value for value in card.gain)
    cut_off = f" {plural(card.cut, 'answer')} did not fit." if card.cut else ""
    loss = f"loss {card.first_loss:.2f} -> {card.last_loss:.2f}"
    steps = f"{plural(card.steps, 'step')} of {card.rows_a_step} rows, {duration(card.seconds)}"
    judged = f"B-Norm {100 * card.before:.1f} -> {100 * card.after:.1f}, that is {signed(gain, 1)}"
    lines = (
        f"{out}: an adapter of {card.base} ({card.base_hash[:12]}), rank {card.rank}, {size(card.bytes)}.",
        f"It learned from {plural(card.rows, 'commit')} in {steps}; {loss}.{cut_off}",
        f"On {plural(card.judged, 'later commit')}: {judged} ({signed_range(low, high, 1)}) over the base alone.",
        f"Licence of the base: {', '.join(card.licences) or 'no file says it'}. Nothing was written there.",
        f"Next: twiceshy evaluate messages --adapter {out} --base-model {base}",
    )
    return "\n".join(lines)


def render_training(made: ModelLine) -> str:
    """Render what was made and whether it is used."""
    trees = "its own trees on top of the general ones" if made.own_trees else "the general trees"
    lines = [f"{made.name}: {trees}, from {number(made.commits)} commits, {number(made.bytes // 1024)} KB."]
    if made.mrr is not None and made.recall10 is not None:
        lines.append(f"On the last {number(made.judged)} commits: MRR {made.mrr:.3f}, recall@10 {made.recall10:.3f}.")
    lines.append("It is in use." if made.used else f"It is not used: {made.why_not}.")
    lines.append("Next: twiceshy models show (its card); twiceshy models rollback goes back.")
    return "\n".join(lines)


def render_risk_training(made: ModelLine) -> str:
    """Render what was made, what answers now, and why."""
    lines = [f"{made.name}: from {number(made.commits)} changes, {number(made.bytes // 1024)} KB. It is in use."]
    if made.auc is not None and made.lead is not None:
        lead, low, high = made.lead
        lines.append(
            f"On {number(made.judged)} changes it had not seen: AUC {made.auc:.3f}, that is {signed(lead, 3)}"
            f" ({signed_range(low, high, 3)}) over the number of lines added."
        )
    instead = "The trees of the general model answer" if made.used else "The number of lines added answers"
    lines.append("Its trees answer." if made.own_trees else f"{instead}: {made.why_not}.")
    lines.append("Next: twiceshy models show --kind risk (its card); twiceshy evaluate risk.")
    return "\n".join(lines)


def render_message_training(made: ModelLine) -> str:
    """Render what was made, and whether it is ahead."""
    lines = [f"{made.name}: from {number(made.commits)} commits, {number(made.bytes // 1024)} KB."]
    if made.lead is not None:
        lead, low, high = (100 * value for value in made.lead)
        lines.append(
            f"On the newest {number(made.judged)}, which no tree was grown on: {signed(lead, 2)}"
            f" ({signed_range(low, high, 2)}) B-Norm over the general model."
        )
    lines.append("It is in use." if made.used else f"It is not used: {made.why_not}.")
    lines.append("Next: twiceshy suggest-message; twiceshy models rollback --kind messages goes back.")
    return "\n".join(lines)
