"""Train this repository's own model of a kind; the only kind so far is `files`.

The model is measured on the last fifth of the history, in time order, and is used only if it beats every baseline
there. With LightGBM (`pip install '.[train]'` in the checkout) it gets trees of its own; without, it uses the general
trees with a calibration of its own.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.config import Config
from twiceshy.errors import UsageError
from twiceshy.flows import predict
from twiceshy.records.predictions import ModelLine
from twiceshy.surfaces.cli.formats import number, plural
from twiceshy.surfaces.cli.page import print_answer

EXAMPLE = "twiceshy train files"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to train."""
    parser.add_argument(
        "kind", nargs="?", default="files", choices=["files"], help="files: which files a task touches (files)"
    )
    parser.add_argument("--model", choices=["tfidf"], help="write a baseline's file instead of a model to use")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write it (with --model)")
    parser.add_argument("--repo", type=Path, default=Path(), metavar="PATH", help="the repository (this folder)")


def run(args: argparse.Namespace, config: Config) -> int:
    """Train, and say how good it is."""
    if args.model or args.out:
        if not (args.model and args.out):
            raise UsageError("--model tfidf and --out FILE go together")
        commits = predict.write_tfidf(config, args.repo, args.out, datetime.now(UTC))
        done = {"file": str(args.out), "model": args.model, "commits": commits}
        said = f"{args.out}: {args.model}, from {plural(commits, 'commit')}."
        return print_answer(args, "train", done, lambda _: said)
    made = predict.train_files(config, args.repo)
    return print_answer(args, "train", made, lambda _: render_training(made))


def render_training(made: ModelLine) -> str:
    """Render what was made and whether it is used."""
    trees = "its own trees on top of the general ones" if made.own_trees else "the general trees"
    lines = [f"{made.name}: {trees}, from {number(made.commits)} commits, {number(made.bytes // 1024)} KB."]
    if made.mrr is not None and made.recall10 is not None:
        lines.append(f"On the last {number(made.judged)} commits: MRR {made.mrr:.3f}, recall@10 {made.recall10:.3f}.")
    lines.append("It is in use." if made.used else f"It is not used: {made.why_not}.")
    lines.append("Next: twiceshy models show (its card); twiceshy models rollback goes back.")
    return "\n".join(lines)
