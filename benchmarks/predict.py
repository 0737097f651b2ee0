"""File ranking on real histories: quality beside every baseline in both protocols, calibration, and what it costs.

``python -m benchmarks predict [--markdown] [--until 2025-12-16] REPOSITORY ...``. For each repository: a model is
trained on the first four fifths as ``twiceshy train files`` does it, and the last fifth is ranked commit by commit.
Rows whose subject starts with ``data: ML`` are left out, as in the protocol of the ``tfidf`` baseline. Without
arguments this project's own repository is taken.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.measure import cost, scratch_environment, twiceshy
from twiceshy.logs.commit_words import read_changes
from twiceshy.records.predictions import HistoryCommit
from twiceshy_git.predict.baselines import NAMES, Ranker, make_baselines
from twiceshy_git.predict.features import Candidates, find_candidates
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.model import BLEND, Model, load_general_model, sort_places
from twiceshy_git.predict.ranking_evaluation import compare_metrics, find_split, replay
from twiceshy_git.predict.ranking_task import RankingTask
from twiceshy_git.predict.training import find_grower, train

TASK = "Fix error handling when the configuration file is missing"
WARM = """
import sys, time
from pathlib import Path
from twiceshy.base.config import load
from twiceshy.archive.atomic_files import read_salt
from twiceshy_git.file_recipes import predict_files as flow
import os
config = load({}, os.environ, Path.cwd())
repo = Path(sys.argv[1])
place = flow.place_of(repo); salt = read_salt(config.salt); known = flow.load_index(config, repo, place, salt)
from twiceshy_git.predict.rank import rank_files
from twiceshy_git.predict.ranking_task import build_task
from twiceshy_git.predict.model import load_general_model
tries = []
for number in range(12):
    start = time.process_time()
    task = build_task(known.index, f"{sys.argv[2]} {number}", at=known.index.at[-1] + 60)
    rank_files(known.index, task, load_general_model())
    tries.append(time.process_time() - start)
print(sorted(tries[2:])[5])
"""


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks predict", description=__doc__)
    parser.add_argument("--until", help="leave out commits after this day (UTC)")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--json", type=Path, help="write every figure to this file too")
    parser.add_argument("repositories", nargs="*", type=Path, default=[Path()])
    args = parser.parse_args(argv)
    done = []
    for repo in args.repositories:
        done.append(measured(repo, args.until))
        show(done[-1], markdown=args.markdown)
        if args.json:
            args.json.write_text(json.dumps(done, indent=1))
    against = [one["online"]["model"]["mrr"] / one["online"]["tfidf"]["mrr"] for one in done]
    print(f"MRR over tfidf, same rows, online: median {statistics.median(against):.2f}, least {min(against):.2f}")
    macro = {name: statistics.fmean(one["online"][name]["mrr"] for one in done) for name in done[0]["online"]}
    print("macro MRR, online:", ", ".join(f"{name} {value:.3f}" for name, value in macro.items()))


class Seen:
    """The candidates of the last task, made once for all models."""

    def __init__(self) -> None:
        self.task: RankingTask | None = None
        self.found: Candidates | None = None

    def candidates(self, index: Index, task: RankingTask) -> Candidates:
        """Those of this task."""
        if self.found is None or self.task is not task:
            self.task, self.found = task, find_candidates(index, task)
        return self.found


class Shared:
    """A model that ranks shared candidates."""

    def __init__(self, model: Model, seen: Seen) -> None:
        self.model, self.seen = model, seen

    def rank(self, index: Index, task: RankingTask) -> list[str]:
        """Paths, best first."""
        found = self.seen.candidates(index, task)
        places = sort_places(found, self.model.scores(found))[:10]
        return [index.files.paths[found.files[place]] for place in places]

    def learn(self, change: HistoryCommit) -> None:
        """Nothing: the index has it."""


def changes_of(repo: Path, until: str | None) -> list[HistoryCommit]:
    """The rows of the protocol."""
    end = datetime.fromisoformat(until).replace(tzinfo=UTC) + timedelta(days=1) if until else None
    return [
        change
        for change in read_changes(repo, salt=b"")
        if change.files and not change.subject.startswith("data: ML") and (end is None or change.at < end.timestamp())
    ]


def measured(repo: Path, until: str | None) -> dict[str, Any]:
    """Every figure of one repository."""
    changes = changes_of(repo, until)
    first = find_split(changes, 0.2)
    start = time.process_time()
    model = train(changes, load_general_model(), "model", grow=find_grower())
    found: dict[str, Any] = {
        "repository": repo.resolve().name.removesuffix(".git"),
        "commits": len(changes),
        "train_cpu_s": time.process_time() - start,
        "own_trees": model.card["own_trees"],
        "used": model.used,
        "probability": model.card["probability"],
    }
    for frozen in (False, True):
        seen = Seen()
        rankers: dict[str, Ranker] = {
            "model": Shared(model, seen),
            "general": Shared(load_general_model(), seen),
            "blend": Shared(BLEND, seen),
        }
        rankers |= make_baselines()
        result = replay(changes, rankers, first=first, frozen=frozen)
        protocol = "frozen" if frozen else "online"
        found["judged"] = len(result.marks["model"])
        for name in rankers:
            for all_files, key in ((False, protocol), (True, f"{protocol} all")):
                found.setdefault(key, {})[name] = result.mean(name, all_files=all_files)._asdict()
        found[f"{protocol} lead"] = {name: compare_metrics(result.marks["model"], result.marks[name]) for name in NAMES}
    return found | costs(repo)


def costs(repo: Path) -> dict[str, float]:
    """CPU and wall seconds of a first, a second and a repeated prediction."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        environment = scratch_environment(Path(name))
        command = twiceshy("predict", TASK, "--repo", str(repo))
        cold = cost(command, environment)
        more = [cost(command, environment) for _ in range(3)]
        if any(run.returncode for run in (cold, *more)):
            raise SystemExit(f"the measured command failed\n{cold.stdout}")
        again = [run.cpu_s for run in more]
        warm = subprocess.run(
            [sys.executable, "-c", WARM, str(repo), TASK], env=environment, capture_output=True, text=True, check=True
        )
    return {
        "first_wall_s": cold.wall_s,
        "first_cpu_s": cold.cpu_s,
        "process_cpu_ms": statistics.median(again) * 1000,
        "warm_cpu_ms": float(warm.stdout) * 1000,
    }


def show(one: dict[str, Any], *, markdown: bool) -> None:
    """The table of one repository."""
    edge = "|" if markdown else " "
    print(f"\n{'### ' if markdown else ''}{one['repository']}: {one['commits']} commits, {one['judged']} judged")
    head = [
        "ranking",
        "MRR",
        "R@5",
        "R@10",
        "P@1",
        "MAP",
        "frozen MRR",
        "frozen R@10",
        "all files MRR",
        "MRR lead (95 %)",
    ]
    print(edge.join(["", *head, ""]) if markdown else "  ".join(head))
    if markdown:
        print("|" + "---|" * len(head))
    for name, marks in one["online"].items():
        lead = one["online lead"].get(name, {}).get("mrr")
        cells = [name, *(f"{value:.3f}" for value in marks.values())]
        cells += [f"{one['frozen'][name]['mrr']:.3f}", f"{one['frozen'][name]['recall10']:.3f}"]
        cells += [f"{one['online all'][name]['mrr']:.3f}"]
        cells += ["" if lead is None else "{:+.3f} ({:+.3f} to {:+.3f})".format(*lead)]
        print(edge.join(["", *cells, ""]) if markdown else "  ".join(f"{cell:<10}" for cell in cells))
    behind = [
        f"{mark} of {name} ({protocol})"
        for protocol in ("online", "frozen")
        for name in NAMES
        for mark, value in one[protocol][name].items()
        if value >= one[protocol]["model"][mark]
    ]
    print(
        f"\nown trees: {one['own_trees']}; used: {one['used']}; not ahead on: {', '.join(behind) or 'nothing'}.\n"
        f"ECE {one['probability'].get('ece')}, Brier skill {one['probability'].get('brier_skill')};"
        f" training {one['train_cpu_s']:.0f} CPU s; first prediction {one['first_wall_s']:.1f} s"
        f" ({one['first_cpu_s']:.1f} CPU s), then {one['process_cpu_ms']:.0f} ms CPU a process,"
        f" {one['warm_cpu_ms']:.0f} ms in a running one.",
        flush=True,
    )
