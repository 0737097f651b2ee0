"""What `quality` costs, whether the seed's score is the seed's, and records to read by eye.

``python -m benchmarks quality HOME [--show N]``: five runs on a data folder, the median; of each kind of odd record and
of each sort of repeat N are drawn with a seed, to be looked at with `show`.

``python -m benchmarks quality --seed FOLDER [--collector SCRIPTS]``: the score of a collector's folder (`.git-ml`) by
our formula; with the folder of the collector's own scripts also by these, and 300 invented folders by both.
"""

import argparse
import hashlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import cost, twiceshy
from twiceshy.archive.db import Store
from twiceshy.archive.reads.quality_facts import read_outlines
from twiceshy.base.values import Scope
from twiceshy.judgement.chats.split_chats import STARTERS
from twiceshy.records import ids
from twiceshy.records.quality import SeedScore
from twiceshy_data.dataset.outlined_chats import list_chats
from twiceshy_data.dataset.quality_lines import LEAST_WORDS
from twiceshy_data.dataset.seed_score import SeedChat, SeedCommit, SeedHistory, score_as_seed

RUNS = 5
INVENTED = 300
REQUIRED: dict[str, Any] = {
    **dict.fromkeys(("id", "timestamp", "session_id", "query", "response"), str),
    **dict.fromkeys(("files_referenced", "files_modified", "tools_used"), list),
}
"""Of a chat, in the collector's own description."""
ITS_OWN = """
import importlib, json, sys, types
sys.path.insert(0, sys.argv[1])
package = types.ModuleType("ml_collector"); package.__path__ = [sys.argv[1] + "/ml_collector"]
rest = types.ModuleType("ml_collector.persistence"); rest.ensure_dirs = lambda: None
sys.modules |= {"ml_collector": package, "ml_collector.persistence": rest}
quality = importlib.import_module("ml_collector.quality")
from pathlib import Path
for line in sys.stdin:
    for name in ("COMMITS_DIR", "CHATS_DIR", "SESSIONS_DIR"):
        setattr(quality, name, Path(line.rstrip("\\n")) / name.split("_")[0].lower())
    print(quality.analyze_data_quality()["quality_score"], flush=True)
"""


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks quality", description=__doc__)
    parser.add_argument("home", nargs="?", type=Path)
    parser.add_argument("--show", type=int, default=0, metavar="N")
    parser.add_argument("--seed", type=Path, metavar="FOLDER")
    parser.add_argument("--collector", type=Path, metavar="SCRIPTS")
    args = parser.parse_args(argv)
    if args.home:
        measure(args.home)
        draw(args.home, args.show)
    if args.seed:
        compare(args.seed, args.collector)


def measure(home: Path) -> None:
    """Print the median cost of a run."""
    command = twiceshy("--home", str(home), "quality", "--json")
    runs = [cost(command, dict(os.environ)) for _ in range(RUNS)]
    found = json.loads(runs[0].stdout)
    middle = statistics.median(run.cpu_s for run in runs)
    peak = max(run.peak_bytes for run in runs)
    per_thousand = 1000 * middle / max(1, found["sessions"])
    print(f"{found['sessions']:,} sessions, {found['chats']:,} chats: {middle:.2f} CPU s, {peak / 1e6:.0f} MB")
    print(
        f"for 1,000 sessions: {per_thousand:.2f} CPU s; the same bytes each time: {len({r.stdout for r in runs}) == 1}"
    )


def draw(home: Path, count: int) -> None:
    """Print ids of what a person should look at."""
    with Store.open(home, readonly=True) as store:
        chats = [one for outline in read_outlines(store, Scope()) for one in list_chats(outline, STARTERS)]
    asked = [one for one in chats if one.words >= LEAST_WORDS]
    prompts, wordings = Counter(one.prompt for one in asked), Counter(one.wording for one in asked)
    heaps = {
        "without an answer": [one for one in chats if not one.answers and not one.calls],
        "the same prompt": [one for one in asked if prompts[one.prompt] > 1],
        "the same words": [one for one in asked if prompts[one.prompt] == 1 and wordings[one.wording] > 1],
        "redacted": [one for one in chats if one.redacted > 0],
    }
    lot = random.Random(1)
    for name, heap in heaps.items():
        drawn = lot.sample(heap, min(count, len(heap)))
        print(f"{name}: {len(heap)}", *(ids.shorten(ids.CHAT, one.uid) for one in drawn))


def compare(folder: Path, collector: Path | None) -> None:
    """Print the score of a collector's folder, and how often ours and its own are the same."""
    found = score_folder(folder)
    print(f"{folder.name}: {found.score} ({found.completeness:.1f}, {found.low_anomaly:.1f}, {found.diversity:.1f})")
    if collector is None:
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folders = [folder, *(invent_folder(Path(name) / str(at), random.Random(at)) for at in range(INVENTED))]
        done = subprocess.run(
            [sys.executable, "-c", ITS_OWN, str(collector.resolve())],
            input="".join(f"{one.resolve()}\n" for one in folders),
            capture_output=True,
            text=True,
            check=True,
        )
        theirs = list(map(int, done.stdout.split()))
        ours = [score_folder(one).score for one in folders]
    same = sum(one == other for one, other in zip(ours, theirs, strict=True))
    print(f"its own score: {theirs[0]}; equal on {same} of {len(folders)} folders, from {min(theirs)} to {max(theirs)}")


def score_folder(folder: Path) -> SeedScore:
    """The score of a collector's folder by our formula."""
    chats, commits = list(read(folder / "chats", "**/*.json")), list(read(folder / "commits", "*.json"))
    sessions = list(read(folder / "sessions", "*.json"))
    files = {name for one in commits for name in one.get("files_changed", [])}
    files |= {name for one in chats for key in ("files_referenced", "files_modified") for name in one.get(key, [])}
    return score_as_seed(
        SeedHistory(
            chats=[look_at_chat(one) for one in chats],
            commits=[
                SeedCommit(
                    entry_of(one, "message"),
                    bool(one.get("ci_result")),
                    len(one.get("files_changed") or ()),
                    one.get("session_id"),
                )
                for one in commits
            ],
            sessions=len(sessions),
            empty_sessions=sum(not one.get("chat_ids") for one in sessions),
            files=len(files),
        )
    )


def read(folder: Path, pattern: str) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob(pattern)):
        yield json.loads(path.read_text(encoding="utf-8"))


def look_at_chat(one: dict[str, Any]) -> SeedChat:
    kinds = REQUIRED | {"query_tokens": int, "response_tokens": int, "user_feedback": (dict, str)}
    typed = all(isinstance(one[key], kind) for key, kind in kinds.items() if one.get(key) is not None)
    query, response = one.get("query", ""), one.get("response", "")
    return SeedChat(
        entry=entry_of(one, "query"),
        complete=typed and all(key in one for key in REQUIRED),
        rated=bool(one.get("user_feedback")),
        query_length=len(query),
        response_length=len(response),
        empty=not response.strip(),
        tools=one.get("tools_used", []),
    )


def entry_of(one: dict[str, Any], key: str) -> tuple[str, str]:
    return one.get("timestamp", ""), hashlib.md5(one.get(key, "").encode()).hexdigest()[:8]


def invent_folder(folder: Path, lot: random.Random) -> Path:
    """A collector's folder with what its own may have and lack."""
    for kind in ("chats", "commits", "sessions"):
        (folder / kind).mkdir(parents=True)
        for at in range(lot.choice((0, 1, 5, 40))):
            one = invent_record(kind, lot)
            (folder / kind / f"{at}.json").write_text(json.dumps(one), encoding="utf-8")
    return folder


def invent_record(kind: str, lot: random.Random) -> dict[str, Any]:
    paths = [f"src/{lot.randrange(60)}.py" for _ in range(lot.randrange(4))]
    timestamp = f"2025-12-{lot.randrange(1, 29):02}T10:00:00"
    if kind == "sessions":
        return {"id": "s", "chat_ids": ["c"] * lot.randrange(2)}
    if kind == "commits":
        session = lot.choice((None, "", "a", "b", "c"))
        ci_result = lot.choice((None, "pass", "fail", ""))
        message = lot.choice(("fix", "add", "mend"))
        return {
            "timestamp": timestamp,
            "message": message,
            "files_changed": paths,
            "session_id": session,
            "ci_result": ci_result,
        }
    chat: dict[str, Any] = {
        "id": "c",
        "timestamp": timestamp,
        "session_id": lot.choice(("s", "s", "s", 5)),
        "query": lot.choice(("fix it", "go on", "", "Grüße")),
        "response": lot.choice(("done", "done", "  ", "")),
        "files_referenced": paths,
        "files_modified": paths[:1],
        "tools_used": lot.sample(["Read", "Edit", "Bash", "Grep", "Task", "Glob"], lot.randrange(5)),
        "user_feedback": lot.choice((None, "good", {"rating": "bad"}, "")),
    }
    for key in ("id", "user_feedback", "session_id"):
        if lot.random() < 0.1:
            del chat[key]
    return chat
