"""Make ``general.json``, the file ranking that comes with twiceshy, from histories given on the command line.

``python -m benchmarks general_model --write general.json REPOSITORY ...``. Only numbers leave a
history: columns of signals, never a name or a word. The calibration comes from predictions for repositories that the
trees behind them were not grown on (three folds), on each one's last fifth.
"""

import argparse
import hashlib
import time
from pathlib import Path
from random import Random

from twiceshy.logs.commit_words import read_changes
from twiceshy_git.predict.calibration import fit
from twiceshy_git.predict.lightgbm_trees import grow
from twiceshy_git.predict.model import Model, encode
from twiceshy_git.predict.training_samples import TrainingSample, build_samples
from twiceshy_git.predict.trees import Tree, score

ROUNDS, RATE, FOLDS, SEED, MOST = 200, 0.08, 3, 1, 2500


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks general_model", description=__doc__)
    parser.add_argument("--write", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("repositories", nargs="+", type=Path)
    args = parser.parse_args(argv)
    parts = [history(repo) for repo in args.repositories]
    rankings = []
    for fold in range(FOLDS):
        others = [grown for at, (grown, _) in enumerate(parts) if at % FOLDS != fold]
        trees = grow(others, rounds=ROUNDS, rate=RATE, threads=args.threads)
        for _, held in parts[fold::FOLDS]:
            rankings += [ranked(trees, sample) for sample in held[-300:]]
    trees = grow([grown for grown, _ in parts], rounds=ROUNDS, rate=RATE, threads=args.threads)
    print("outcomes for the calibration:", len(rankings), flush=True)
    names = sorted(repo.name.removesuffix(".git") for repo in args.repositories)
    commits = sum(len(grown) for grown, _ in parts)
    digest = hashlib.sha256(b"".join(bytes(one.rows) for grown, _ in parts for one in grown)).hexdigest()[:16]
    card = {
        "trained_on": names,
        "commits": commits,
        "data_hash": digest,
        "seed": SEED,
        "rounds": ROUNDS,
        "rate": RATE,
        "made_at": time.strftime("%Y-%m-%d", time.gmtime()),
        "protocol": "the commits from one fifth to four fifths of each history, in time order",
    }
    model = Model(name="general", trees=trees, calibration=fit(rankings), card=card)
    args.write.write_bytes(encode(model))
    print(args.write, args.write.stat().st_size, "bytes,", commits, "commits of", ", ".join(names))


def history(repo: Path) -> tuple[list[TrainingSample], list[TrainingSample]]:
    """Samples to grow on, and those of the last fifth."""
    changes = [change for change in read_changes(repo, salt=b"") if change.files]
    cut = round(len(changes) * 0.8)
    first = max(len(changes) // 5, cut - MOST)
    made = build_samples(changes, first, len(changes), Random(SEED), thin_before=cut)
    print(repo.name, len(changes), "commits", flush=True)
    return [one for one in made if one.number < cut], [one for one in made if one.number >= cut]


def ranked(trees: tuple[Tree, ...], sample: TrainingSample) -> tuple[list[float], list[bool]]:
    """Falling scores and hits of one held-out commit."""
    scores = score(trees, sample.columns(), len(sample.hits))
    order = sorted(range(len(scores)), key=lambda place: (-scores[place], place))
    return [scores[place] for place in order], [sample.hits[place] for place in order]
