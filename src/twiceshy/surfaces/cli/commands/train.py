"""Train this repository's own model of a kind; so far there is one kind, `files`.

The model is measured on the last fifth of the history, in time order, and is used only if it beats every baseline
there. With LightGBM (`pip install 'twiceshy[train]'`) it has trees of its own; without, the general trees with a
calibration of its own.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.config import Config
from twiceshy.errors import UsageError
from twiceshy.records.predictions import ModelLine
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import number

EXAMPLE = "twiceshy train files"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to train."""
    parser.add_argument("kind", choices=["files"], help="files: which files a task touches")
    parser.add_argument("--model", choices=["tfidf"], help="make a baseline's file instead of a model to use")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write it (with --model)")
    parser.add_argument("--repo", type=Path, default=Path(), metavar="PATH", help="the repository (this folder)")


def run(args: argparse.Namespace, config: Config) -> int:
    """Train, and say how good it is."""
    from twiceshy.flows.predict import train_files, write_tfidf  # noqa: PLC0415  # `--help` need not pay for it

    if args.model or args.out:
        if not (args.model and args.out):
            raise UsageError("--model tfidf and --out FILE belong together")
        commits = write_tfidf(config, args.repo, args.out, datetime.now(UTC))
        done = {"file": str(args.out), "model": args.model, "commits": commits}
        print(to_json("train", done) if args.json else f"{args.out}: {args.model}, from {number(commits)} commits.")
        return 0
    made = train_files(config, args.repo)
    print(to_json("train", made) if args.json else render_training(made))
    return 0


def render_training(made: ModelLine) -> str:
    """Render what was made and whether it is used."""
    trees = "trees of its own upon the general ones" if made.own_trees else "the general trees"
    lines = [f"{made.name}: {trees}, from {number(made.commits)} commits, {number(made.bytes // 1024)} KB."]
    if made.mrr is not None and made.recall10 is not None:
        lines.append(f"On the last {number(made.judged)} commits: MRR {made.mrr:.3f}, recall@10 {made.recall10:.3f}.")
    lines.append("It is in use." if made.used else f"It is not used: {made.why_not}.")
    lines.append("`twiceshy models show` has its card, `twiceshy models rollback` goes back.")
    return "\n".join(lines)
