"""How many lines does `blame` give to the right writer? Scripted repositories, whose truth is known line by line.

``python -m benchmarks attributed_lines [--histories 40] [--seed 1] [--show]``: two or three sessions and a person write
into the same files by turns: they add functions, change words of each other's lines, take lines out, move blocks within
a file and to another one, and formatters indent and wrap lines, run by the person or by an agent's shell. Some commits
have the work of several. A line is right when kind and session are; lines without a letter or digit are not counted. A
line that two agents wrote is left out: it has no one truth.
"""

import argparse
import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

from benchmarks.scripted_work import HUMAN, NOUNS, Line, Work, copies, function
from twiceshy.archive.db import Store
from twiceshy.base.config import load
from twiceshy.judgement.recipes.judge_sessions import link_stored
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.logs.projects import find_project
from twiceshy_git.authorship.blame_lines import blame_lines
from twiceshy_git.authorship.line_sources import LineSources

CALL = re.compile(r"(\s*)(\S.*\()([^()]+, [^()]+)(\).*)")


def add(work: Work, writer: str, path: str) -> bool:
    """Add a function between two others."""
    lines = copies(work.files.get(path, []))
    ends = [at + 1 for at in range(1, len(lines)) if not lines[at].text and not lines[at - 1].text]
    at = work.rng.choice([0, len(lines), *ends])
    work.change(writer, path, lines[:at] + function(work.rng, writer) + lines[at:])
    return True


def change_word(work: Work, writer: str, path: str) -> bool:
    """Change one of many words of a line."""
    lines = copies(work.files.get(path, []))
    fit = [one for one in lines if len(re.findall(r"\w+", one.text)) >= 4 and can_join(one, writer)]
    if not fit:
        return False
    line = work.rng.choice(fit)
    words = sorted({word for word in re.findall(r"[a-z]\w+", line.text) if word not in {"def", "for", "in", "if"}})
    if not words:
        return False
    line.text = re.sub(
        rf"\b{work.rng.choice(words)}\b", f"{work.rng.choice(NOUNS)}_{work.rng.randint(1, 99)}", line.text
    )
    line.writers.add(writer)
    work.change(writer, path, lines)
    return True


def can_join(line: Line, writer: str) -> bool:
    """Tell whether a line has one truth if this writer changes it, too."""
    return len({*line.writers, writer} - {HUMAN}) <= 1


def take_out(work: Work, writer: str, path: str) -> bool:
    """Take a few lines out."""
    lines = copies(work.files.get(path, []))
    if len(lines) < 20:
        return False
    at = work.rng.randrange(len(lines) - 4)
    del lines[at : at + work.rng.randint(1, 4)]
    work.change(writer, path, lines)
    return True


def take_function(work: Work, path: str) -> tuple[list[Line], list[Line], int] | None:
    """Return a function of a file, the rest, and where it stood; None where there are too few."""
    lines = copies(work.files.get(path, []))
    starts = [at for at, one in enumerate(lines) if one.text.startswith("def ")]
    if len(starts) < 3:
        return None
    number = work.rng.randrange(len(starts) - 1)
    start, end = starts[number], starts[number + 1]
    return lines[start:end], lines[:start] + lines[end:], start


def move(work: Work, writer: str, path: str) -> bool:
    """Move a block to another place of its file."""
    taken = take_function(work, path)
    if taken is None:
        return False
    block, rest, start = taken
    places = [0, *[at for at, one in enumerate(rest) if one.text.startswith("def ")], len(rest)]
    at = work.rng.choice([one for one in places if one != start] or [0])
    work.change(writer, path, rest[:at] + block + rest[at:])
    return True


def move_away(work: Work, writer: str, path: str) -> bool:
    """Move a function to another file."""
    taken = take_function(work, path)
    if taken is None:
        return False
    block, rest, _ = taken
    other = work.rng.choice([name for name in PATHS if name != path])
    work.change(writer, path, rest)
    work.change(writer, other, copies(work.files.get(other, [])) + block)
    return True


def reformat(work: Work, writer: str, path: str) -> bool:
    """Let a formatter indent and wrap; an agent runs it in its shell."""
    lines: list[Line] = []
    deeper = work.rng.random() < 0.3
    for one in copies(work.files.get(path, [])):
        if deeper and one.text.startswith("    "):
            one.text = f"{one.text[: len(one.text) - len(one.text.lstrip())]}{one.text}"
        match = CALL.fullmatch(one.text)
        if match and len(one.writers) == 1 and work.rng.random() < 0.4:
            indent, head, inner, tail = match.groups()
            rows = [
                f"{indent}{head}",
                *(f"{indent}    {part.strip()}," for part in inner.split(",")),
                f"{indent}{tail}",
            ]
            lines += [Line(row, set(one.writers)) for row in rows]
        else:
            lines.append(one)
    if not lines:
        return False
    work.files[path] = lines
    work.write(path)
    if writer == HUMAN:
        work.wait(5, 60)
    else:
        log = work.logs[writer]
        log.at = max(log.at, work.now)
        log.run(f"npx prettier --write {path}", f"{path} 12ms")
        work.now = log.at
    return True


PATHS = ("shop/orders.py", "shop/stock.py", "shop/routes.py")
STEPS: tuple[tuple[Callable[[Work, str, str], bool], int], ...] = (
    (add, 6),
    (change_word, 5),
    (take_out, 1),
    (move, 2),
    (move_away, 1),
    (reformat, 2),
)


def play(root: Path, rng: Random) -> Work:
    """Return a repository in which two or three sessions and a person worked."""
    work = Work(root, rng)
    first = work.open_session("begin the shop")
    for path in PATHS:
        work.change(first, path, function(rng, first))
    work.commit(first, "Begin")
    sessions = [first]
    for number in range(rng.randint(8, 14)):
        if len(sessions) < 3 and rng.random() < 0.2:
            sessions.append(work.open_session(f"part {len(sessions)} of the shop"))
        writers = [rng.choice([*sessions, HUMAN, HUMAN]) for _ in range(rng.randint(1, 3))]
        for writer in writers:
            for _ in range(rng.randint(1, 3)):
                (step,) = rng.choices([one for one, _ in STEPS], [weight for _, weight in STEPS])
                step(work, writer, rng.choice(PATHS))
        if work.git("status", "--porcelain"):
            work.commit(rng.choice([*writers, HUMAN]), f"Step {number}")
    return work


def judge(work: Work, store: Store, *, show: bool) -> Counter[tuple[str, str]]:
    """Return how often each truth met each answer."""
    sources = LineSources(store, find_project(work.repo).identity)
    head = work.head()
    found: Counter[tuple[str, str]] = Counter()
    for path, lines in work.files.items():
        blamed = blame_lines(work.repo / ".git", sources, head, path)
        for number, (line, one) in enumerate(zip(lines, blamed, strict=True), 1):
            if not any(map(str.isalnum, line.text)) or len(line.writers - {HUMAN}) > 1:
                continue
            kind, session = line.truth
            said = one.writer.kind.value
            if said == kind and (one.writer.native_id or "") != session:
                said = "other session"
            found[kind, said] += 1
            if show and said != kind:
                print(work.root.name, path, number, f"{kind} -> {said}", one.commit[:8], line.text.strip()[:70])
    return found


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks attributed_lines")
    parser.add_argument("--histories", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="name each line that is not right")
    parser.add_argument("--keep", help="a new folder to work in, which is kept")
    args = parser.parse_args(argv)
    folder = Path(args.keep) if args.keep else Path(tempfile.mkdtemp(prefix="twiceshy-lines-"))
    folder.mkdir(exist_ok=True)
    try:
        report(folder, args.histories, args.seed, show=args.show)
    finally:
        if not args.keep:
            shutil.rmtree(folder, ignore_errors=True)


def report(folder: Path, count: int, seed: int, *, show: bool = False) -> float:
    """Play the histories, learn from them, print how lines were attributed, and return the share that is right."""
    rng = Random(seed)
    works = [play(folder / f"h{number:03}", Random(rng.random())) for number in range(count)]
    for work in works:
        work.save_logs(folder / "claude")
    config = load({"home": str(folder / "home"), "ingest.processes": "1"}, {}, folder)
    ingest([folder / "claude"], config)
    link_stored(config)
    found: Counter[tuple[str, str]] = Counter()
    before = time.process_time()
    with Store.open(config.home, readonly=True) as store:
        for work in works:
            found += judge(work, store, show=show)
    total = sum(found.values())
    right = sum(size for (kind, said), size in found.items() if kind == said)
    gaps = sum(size for (_, said), size in found.items() if said == "unknown")
    for kind in ("agent", "human", "mixed"):
        row = {said: size for (truth, said), size in found.items() if truth == kind}
        told = ", ".join(f"{size} {said}" for said, size in sorted(row.items(), key=lambda pair: -pair[1]))
        print(f"{kind:6} {sum(row.values()):6} lines: {told}")
    print(
        f"{right} of {total} lines right ({right / max(1, total):.4f}), {gaps} unknown, {total - right - gaps} wrong "
        f"({(total - right - gaps) / max(1, total):.4f}); {time.process_time() - before:.1f} s CPU"
    )
    return right / max(1, total)
