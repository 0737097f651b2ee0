"""Ranking what may be offered as a commit message: trees on public histories, beside NNGen and the agreed message.

``python -m benchmarks message_ranker [--held] [--out FILE] OWNER/NAME=FOLDER ...``: of each repository the newest
2,000 commits in time's order, each asked before it is learned. Trees are grown on the commits between three tenths and
four fifths of each history; the last fifth is asked once. *general* are the trees of the other histories alone, *own*
go on from them with the history's own. With --held the two histories of ``messages_ladder.HELD`` are asked too, by
trees of all the others; --out writes these as the model that ships, its probabilities fitted on the last fifths.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from statistics import fmean

from benchmarks.messages_ladder import HELD, SALT, bounds, percent
from twiceshy.logs.described_changes import list_newest_commits, read_described_changes
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy_git.predict.calibration import brier_skill, calibration_error
from twiceshy_git.predict.messages.examples import choose_examples
from twiceshy_git.predict.messages.message_evaluation import (
    FROM,
    AskedCommit,
    ReplayedCommit,
    choose_message,
    compare_suggesters,
    judge,
    replay_messages,
)
from twiceshy_git.predict.messages.message_ranker import (
    MessageModel,
    encode_message_model,
    rank_candidates,
    tell_probability,
)
from twiceshy_git.predict.messages.ranker_growing import (
    OWN_ROUNDS,
    AnsweredChange,
    fit_probability,
    grow_message_trees,
)
from twiceshy_git.predict.messages.wording import count_edited_words

NEWEST = 2000
UNTIL = 0.8
PROCESSES = 2


History = Sequence[ReplayedCommit]


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks message_ranker", description=__doc__)
    parser.add_argument("repositories", nargs="+", metavar="OWNER/NAME=FOLDER")
    parser.add_argument("--held", action="store_true", help="ask the histories that are held out, too")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the model of all open histories")
    args = parser.parse_args(argv)
    named = [one.partition("=")[::2] for one in args.repositories]
    if not args.held and any(name in HELD for name, _ in named):
        parser.error("a history is held out; --held asks it, once")
    with get_context("spawn").Pool(PROCESSES) as pool:
        histories = dict(pool.starmap(read_history, named))
    open_ = {name: rows for name, rows in histories.items() if name not in HELD}
    done = {
        name: measure(name, rows, [other for key, other in open_.items() if key != name])
        for name, rows in open_.items()
    }
    show_mean("open", done)
    model = make_model(list(open_.values()))
    held = {name: measure(name, rows, [], model) for name, rows in histories.items() if name in HELD}
    if held:
        show_mean("held out", held)
    show_mean("all", done | held)
    if args.out:
        args.out.write_bytes(encode_message_model(model))
        print(f"\n{args.out}: {args.out.stat().st_size} bytes")


def read_history(name: str, folder: str) -> tuple[str, History]:
    """Ask about every commit from three tenths on, each before it is learned."""
    scrub = Scrubber(load_rules(), SALT, RedactionLevel.STANDARD).texts
    names = list_newest_commits(Path(folder), NEWEST)
    history = choose_examples(list(read_described_changes(Path(folder), names, salt=SALT, scrub=scrub)))
    return name, replay_messages(history, rivals_from=UNTIL)


def part(rows: History, first: float, last: float) -> list[ReplayedCommit]:
    return [one for one in rows if first <= one.place < last]


def changes(rows: History, first: float = FROM, last: float = UNTIL) -> list[AnsweredChange]:
    return [one.change for one in part(rows, first, last)]


def make_model(histories: Sequence[History]) -> MessageModel:
    """Return the trees of some histories, with the probability as their last fifths have it."""
    trees = grow_message_trees([changes(rows) for rows in histories])
    model = MessageModel(name="general", trees=trees, card={"histories": len(histories)})
    weights = fit_probability(model, [one for rows in histories for one in changes(rows, UNTIL, 1.1)])
    return replace(model, weights=weights)


def measure(
    name: str, rows: History, others: Sequence[History], model: MessageModel | None = None
) -> list[AskedCommit]:
    """Show and return the last fifth as it was answered."""
    general = model or MessageModel(name="general", trees=grow_message_trees([changes(one) for one in others]))
    own = grow_message_trees([changes(rows)], upon=general.trees, rounds=OWN_ROUNDS)
    models = {"general": general, "own": replace(general, trees=general.trees + own)}
    asked = []
    sure: list[tuple[float, bool]] = []
    for one in part(rows, UNTIL, 1.1):
        marks = dict(one.marked.marks)
        for key, each in models.items():
            subject = choose_message(each, one.change)
            marks[key] = judge(subject, one.change.written)
            if key == "general" and one.change.candidates:
                ranked = rank_candidates(each, one.change.candidates)
                told = tell_probability(each, one.change.candidates, ranked)
                if told is not None:
                    sure.append((told, count_edited_words(subject, one.change.written) <= 2))
        asked.append(one.marked._replace(marks=marks))
    print(f"\n### {name}: {len(asked)} commits asked\n")
    show([asked])
    if sure:
        show_probability(sure)
    return asked


def show_probability(sure: Sequence[tuple[float, bool]]) -> None:
    told, hits = [one for one, _ in sure], [hit for _, hit in sure]
    above = [hit for one, hit in sure if one >= 0.5]
    right = f"{fmean(above):.3f} of them right but for two words" if above else "so none is sure"
    print(
        f"Probability of being right but for two words: ECE {calibration_error(told, hits):.3f}, Brier skill "
        f"{brier_skill(told, hits):.3f}; at .5 or more {len(above)} of {len(sure)}, {right}."
    )


def show(histories: Sequence[Sequence[AskedCommit]]) -> None:
    print("| | B-Norm | over NNGen | of it | different | over NNGen | ROUGE-L | over NNGen | of it |")
    print("|---|---|---|---|---|---|---|---|---|")
    different = [[one for one in asked if not one.near] for asked in histories]
    for name in ("NNGen", "agreed", "general", "own"):
        cells = [name]
        for some, measure_ in ((histories, "b_norm"), (different, "b_norm"), (histories, "rouge_l")):
            found, base = (mean(some, key, measure_) for key in (name, "NNGen"))
            cells += [
                percent(found),
                bounds(compare_suggesters(some, name, "NNGen", measure_)) if name != "NNGen" else "",
            ]
            if some is histories:
                cells.append(f"{found / base - 1:+.0%}" if name != "NNGen" else "")
        print("| " + " | ".join(cells) + " |")


def mean(histories: Sequence[Sequence[AskedCommit]], name: str, measure_: str) -> float:
    return fmean(fmean(float(getattr(one.marks[name], measure_)) for one in asked) for asked in histories)


def show_mean(title: str, done: Mapping[str, Sequence[AskedCommit]]) -> None:
    if not done:
        return
    print(f"\n### Mean of {len(done)}: {title}\n")
    show(list(done.values()))
    for measure_ in ("b_norm", "rouge_l"):
        for name in ("agreed", "general", "own"):
            ahead = sum(compare_suggesters([asked], name, "NNGen", measure_).low > 0 for asked in done.values())
            print(f"{name}, {measure_}: interval above 0 on {ahead} of {len(done)}.")
