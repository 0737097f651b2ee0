"""Suggesting commit messages: the lower rungs of the ladder on public histories, each beside NNGen.

``python -m benchmarks messages_ladder [--newest N] OWNER/NAME=FOLDER ...``: of each repository the newest N commits,
in time's order, by the rules of ``predict.messages``. Three fifths are learned, the fourth is for tuning, the
last is asked: *online* each commit is learned after it was asked, *frozen* none is. B-Norm and ROUGE-L are means over
commits, in per cent; "one word" is the share that is right but for one word at most. Intervals (95 %) draw one
author's days again. "Different" leaves out messages that are nearly equal to an older one.

Two repositories are held out: they are named here, refused, and opened once, when the ladder is whole.
"""

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from twiceshy.logs.described_changes import list_newest_commits, read_described_changes
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.stats.intervals import Interval, wilson
from twiceshy_git.predict.messages.examples import MessageExample, MessageHistory, choose_examples
from twiceshy_git.predict.messages.forms import USED, FormHabits, parse_form
from twiceshy_git.predict.messages.message_evaluation import AskedCommit, NearestDiff, climb, compare_suggesters
from twiceshy_git.predict.messages.retrieve import make_retrieving_suggesters
from twiceshy_git.predict.messages.suggesters import Suggester, make_plain_suggesters

HELD = {"caddyserver/caddy": "Go, areas, squashed requests", "iproute2/iproute2": "C, areas; GPL: figures only"}
"""Held out since 2026-11-23, before anything was measured; nothing may be tuned on them."""
SALT = b"messages-ladder"
PARTS = {"test": (0.8, 1.0), "tune": (0.6, 0.8)}


class Answered(NamedTuple):
    """One repository's commits as all were asked."""

    name: str
    history: MessageHistory
    online: Sequence[AskedCommit]
    frozen: Sequence[AskedCommit]


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks messages_ladder", description=__doc__)
    parser.add_argument("repositories", nargs="+", metavar="OWNER/NAME=FOLDER")
    parser.add_argument("--newest", type=int, default=2000)
    parser.add_argument("--part", choices=PARTS, default="test", help="tune: the fourth fifth; the last is not read")
    args = parser.parse_args(argv)
    done = []
    for one in args.repositories:
        name, _, folder = one.partition("=")
        if name in HELD:
            parser.error(f"{name} is held out ({HELD[name]})")
        done.append(ask(name, Path(folder), args.newest, PARTS[args.part]))
        show(done[-1])
    if len(done) > 1:
        show_mean(done)


def make_rungs() -> dict[str, Suggester]:
    return {**make_plain_suggesters(), "NNGen": NearestDiff(), **make_retrieving_suggesters()}


def ask(name: str, repo: Path, newest: int, part: tuple[float, float]) -> Answered:
    print(f"\n### {name}\n", flush=True)
    scrub = Scrubber(load_rules(), SALT, RedactionLevel.STANDARD).texts
    start = time.process_time()
    names = list_newest_commits(repo, newest)
    history = choose_examples(list(read_described_changes(repo, names, salt=SALT, scrub=scrub)))
    read_s = time.process_time() - start
    left = ", ".join(f"{reason} {count}" for reason, count in sorted(history.left_out.items()))
    print(f"{len(names)} commits, {len(history.examples)} examples; left out: {left}.")
    first, last = (round(share * len(history.examples)) for share in part)
    examples, near = history.examples[:last], history.near[:last]
    show_labels(examples, first)
    start = time.process_time()
    online = climb(examples, near, make_rungs(), first=first)
    ask_s = time.process_time() - start
    rungs = make_rungs()
    frozen = climb(
        examples, near, {one: rungs[one] for one in ("NNGen", "retrieved", "agreed")}, first=first, frozen=True
    )
    print(
        f"CPU: {read_s:.0f} s to read and scrub, {ask_s / len(online) * 1000:.0f} ms a commit for all rungs together.\n"
    )
    return Answered(name, history, online, frozen)


def show_labels(examples: Sequence[MessageExample], first: int) -> None:
    habits = FormHabits()
    truth: dict[str, list[tuple[bool, bool]]] = {"type": [], "scope": []}
    counts: dict[str, Counter[str]] = {"type": Counter(), "scope": Counter()}
    for number, example in enumerate(examples):
        form = parse_form(example.subject)
        real = {"type": form.kind, "scope": form.scope}
        if number >= first:
            told = habits.predict(example)
            said = {"type": told.kind, "scope": told.scope}
            for label, value in real.items():
                if value:
                    most = next((one for one, _ in counts[label].most_common() if one), "")
                    truth[label].append((said[label] == value, most == value))
        habits.learn(example)
        for label, value in real.items():
            counts[label][value] += 1
    for label, rows in truth.items():
        share = 1 - counts[label][""] / len(examples)
        if share >= USED and rows:
            right, usual = (sum(row[at] for row in rows) for at in (0, 1))
            found = wilson(right, len(rows))
            print(
                f"Messages with a {label}: {share:.2f}. Of {len(rows)} asked its {label} is right for "
                f"{found.estimate:.3f} ({found.low:.3f} to {found.high:.3f}), "
                f"the most frequent one for {usual / len(rows):.3f}."
            )


def show(found: Answered) -> None:
    print("| rung | B-Norm | over NNGen | different | over NNGen | frozen | ROUGE-L | over NNGen | one word |")
    print("|---|---|---|---|---|---|---|---|---|")
    different = [one for one in found.online if not one.near]
    for name in found.online[0].marks:
        print("| " + " | ".join(cells(name, found.online, different, found.frozen)) + " |", flush=True)
    print(f"\n{len(found.online)} commits asked, {len(different)} of them with a different message.")


def cells(
    name: str, online: Sequence[AskedCommit], different: Sequence[AskedCommit], frozen: Sequence[AskedCommit]
) -> list[str]:
    return [
        name,
        percent(mean(online, name, "b_norm")),
        lead([online], name, "b_norm"),
        percent(mean(different, name, "b_norm")),
        lead([different], name, "b_norm"),
        percent(mean(frozen, name, "b_norm")) if name in frozen[0].marks else "",
        percent(mean(online, name, "rouge_l")),
        lead([online], name, "rouge_l"),
        f"{mean(online, name, 'nearly_right'):.3f}",
    ]


def mean(asked: Sequence[AskedCommit], name: str, measure: str) -> float:
    return fmean(float(getattr(one.marks[name], measure)) for one in asked) if asked else 0.0


def lead(histories: Sequence[Sequence[AskedCommit]], name: str, measure: str) -> str:
    return "" if name == "NNGen" else bounds(compare_suggesters(histories, name, "NNGen", measure))


def bounds(found: Interval) -> str:
    return f"{100 * found.estimate:+.2f} ({100 * found.low:+.2f} to {100 * found.high:+.2f})"


def percent(value: float) -> str:
    return f"{100 * value:.2f}"


def show_mean(done: Sequence[Answered]) -> None:
    print(f"\n### Mean of {len(done)} repositories\n")
    print("| rung | B-Norm | over NNGen | ahead, interval above 0 | different | over NNGen | ROUGE-L | over NNGen |")
    print("|---|---|---|---|---|---|---|---|")
    all_ = [one.online for one in done]
    different = [[row for row in asked if not row.near] for asked in all_]
    for name in all_[0][0].marks:
        ahead = sum(compare_suggesters([asked], name, "NNGen").low > 0 for asked in all_)
        figures = [
            name,
            percent(fmean(mean(asked, name, "b_norm") for asked in all_)),
            lead(all_, name, "b_norm"),
            f"{ahead} of {len(done)}" if name != "NNGen" else "",
            percent(fmean(mean(asked, name, "b_norm") for asked in different)),
            lead(different, name, "b_norm"),
            percent(fmean(mean(asked, name, "rouge_l") for asked in all_)),
            lead(all_, name, "rouge_l"),
        ]
        print("| " + " | ".join(figures) + " |")
