"""Why a file was proposed, in a few words that a reader can check."""

from twiceshy.facts.paths import TEST, taken_apart
from twiceshy.predict.features import Candidates
from twiceshy.predict.signals import SIGNALS

MOST = 3
MOST_NAMED = 3
LEAST = 0.15  # of the best score of a signal, below which it is no reason (guess)
WORDY = frozenset({"path", "base", "stem", "content", "home", "scope"})
COMMITS = frozenset({"message", "nearest", "told", "given"})
HABIT = frozenset({"lately", "busy_day", "busy_month", "own", "last", "last_five", "own_last"})
COMPANY = frozenset({"with_likely", "jaccard_likely", "with_seeds", "jaccard_seeds", "with_last", "next"})
PAIRS = frozenset({"pair", "pair_seeds"})


def reasons(found: Candidates, place: int) -> tuple[str, ...]:
    """At most ``MOST`` reasons for one candidate, the strongest kind first."""
    file = found.files[place]
    strengths: dict[str, float] = {}
    for signal, scores in zip(SIGNALS, found.found, strict=True):
        if file in scores:
            share = scores[file] / max(scores.values())
            if share >= LEAST and (kind := _kind(signal.name)):
                strengths[kind] = max(strengths.get(kind, 0.0), share * signal.weight)
    made = (_said(kind, found, file) for kind in sorted(strengths, key=lambda kind: -strengths[kind]))
    return tuple(dict.fromkeys(reason for reason in made if reason))[:MOST]


def _kind(name: str) -> str:
    for kind, names in (
        ("words", WORDY),
        ("commits", COMMITS),
        ("habit", HABIT),
        ("company", COMPANY),
        ("pair", PAIRS),
    ):
        if name in names:
            return kind
    return name if name in {"named", "reference", "shape"} else ""


def _said(kind: str, found: Candidates, file: int) -> str:
    if kind == "named":
        return "named in the task"
    if kind == "reference":
        return "changed for " + ", ".join(f"#{number}" for number in sorted(found.look.task.references)[:MOST_NAMED])
    if kind == "shape":
        return "changed for the same subject before"
    return {"words": _words, "commits": _commits, "habit": _habit, "company": _company, "pair": _pair}[kind](
        found, file
    )


def _words(found: Candidates, file: int) -> str:
    """The task's words that its path or content holds, the rarest first."""
    index, task = found.look.index, found.look.task
    holders = {word: index.content.get(word) or {} for word in task.words}
    own = set(taken_apart(index.files.paths[file]).words)
    shared = [word for word in task.words if file in holders[word] or word in own]
    shared.sort(key=lambda word: (word not in own, len(holders[word])))
    return "words: " + ", ".join(shared[:MOST_NAMED]) if shared else ""


def _commits(found: Candidates, file: int) -> str:
    count = sum(file in found.look.index.commits[commit] for commit in found.look.nearest)
    return f"{count} past commit{'s' if count > 1 else ''} with such words" if count else ""


def _habit(found: Candidates, file: int) -> str:
    index, task = found.look.index, found.look.task
    if file in index.commits[-1]:
        return "in the last commit"
    days = max(0, task.at - index.files.last_at[file]) // 86400
    if not index.files.last_at[file] or days > 60:
        return f"{index.files.changes[file]} changes"
    return "changed today" if days == 0 else "changed yesterday" if days == 1 else f"changed {days} days ago"


def _company(found: Candidates, file: int) -> str:
    """The file among the seeds, the likely and the last ones with which it changed most surely."""
    index = found.look.index
    for friends in (found.look.seeds, found.look.likely, found.look.last):
        shares = {
            friend: weight * times / (index.files.changes[friend] + 1)
            for friend, weight in friends.items()
            if friend != file and (times := (index.together.get(friend) or {}).get(file, 0)) > 1
        }
        if shares:
            friend = max(shares, key=shares.__getitem__)
            times = int((index.together.get(friend) or {})[file])
            name = index.files.paths[friend].rpartition("/")[2]
            return f"changes with {name} in {times} of {index.files.changes[friend]} commits"
    return ""


def _pair(found: Candidates, file: int) -> str:
    index = found.look.index
    here = taken_apart(index.files.paths[file])
    for friend in (*found.look.seeds, *found.look.likely):
        there = taken_apart(index.files.paths[friend])
        if friend != file and there.stem == here.stem and there.kind != here.kind:
            name = index.files.paths[friend].rpartition("/")[2]
            return f"tests of {name}" if here.kind == TEST else f"{name} belongs to it"
    return ""
