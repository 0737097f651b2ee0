"""Reasons: why a file was proposed, in a few words that a reader can check."""

from twiceshy.stats.text.foreign_names import quote_name, quote_words
from twiceshy.wings.git.predict.features import Candidates
from twiceshy.wings.git.predict.paths import TEST, parse_path
from twiceshy.wings.git.predict.signals import SIGNALS

MOST_REASONS = 3
"""Reasons of one file. Guess of 2026-11-21: what fits into a line."""
_MOST_NAMED = 3
"""Words or numbers in one reason. Guess of 2026-11-21: what fits into a line."""
_LEAST_SHARE = 0.15
"""Share of the best score of a signal below which it is no reason. Guess of 2026-11-21."""
_WORDY = frozenset({"path", "base", "stem", "content", "home", "scope"})
_COMMITS = frozenset({"message", "nearest", "told", "given"})
_HABIT = frozenset({"lately", "busy_day", "busy_month", "own", "last", "last_five", "own_last"})
_COCHANGE = frozenset({"with_likely", "jaccard_likely", "with_seeds", "jaccard_seeds", "with_last", "next"})
_PAIRS = frozenset({"pair", "pair_seeds"})


def find_reasons(found: Candidates, place: int) -> tuple[str, ...]:
    """Return at most ``MOST_REASONS`` reasons for one candidate, the strongest kind first."""
    file = found.files[place]
    strengths: dict[str, float] = {}
    for signal, scores in zip(SIGNALS, found.found, strict=True):
        if file in scores:
            share = scores[file] / max(scores.values())
            if share >= _LEAST_SHARE and (kind := _kind_of(signal.name)):
                strengths[kind] = max(strengths.get(kind, 0.0), share * signal.weight)
    made = (_phrase_reason(kind, found, file) for kind in sorted(strengths, key=lambda kind: -strengths[kind]))
    return tuple(dict.fromkeys(reason for reason in made if reason))[:MOST_REASONS]


def _kind_of(name: str) -> str:
    for kind, names in (
        ("words", _WORDY),
        ("commits", _COMMITS),
        ("habit", _HABIT),
        ("company", _COCHANGE),
        ("pair", _PAIRS),
    ):
        if name in names:
            return kind
    return name if name in {"named", "reference", "shape"} else ""


def _phrase_reason(kind: str, found: Candidates, file: int) -> str:
    if kind == "named":
        return "named in the task"
    if kind == "reference":
        return "changed for " + ", ".join(f"#{number}" for number in sorted(found.look.task.references)[:_MOST_NAMED])
    if kind == "shape":
        return "changed for the same subject before"
    return {
        "words": _explain_words,
        "commits": _explain_commits,
        "habit": _explain_habit,
        "company": _explain_cochange,
        "pair": _explain_pair,
    }[kind](found, file)


def _explain_words(found: Candidates, file: int) -> str:
    """Name the task's words that its path or content holds, the rarest first."""
    index, task = found.look.index, found.look.task
    holders = {word: index.content.get(word) or {} for word in task.words}
    own = set(parse_path(index.files.paths[file]).words)
    shared = [word for word in task.words if file in holders[word] or word in own]
    shared.sort(key=lambda word: (word not in own, len(holders[word])))
    return f"words: {quote_words(', '.join(shared[:_MOST_NAMED]))}" if shared else ""


def _explain_commits(found: Candidates, file: int) -> str:
    count = sum(file in found.look.index.commits[commit] for commit in found.look.nearest)
    return f"{count} past commit{'s' if count > 1 else ''} with such words" if count else ""


def _explain_habit(found: Candidates, file: int) -> str:
    index, task = found.look.index, found.look.task
    if file in index.commits[-1]:
        return "in the last commit"
    days = max(0, task.at - index.files.last_at[file]) // 86400
    if not index.files.last_at[file] or days > 60:
        return f"{index.files.changes[file]} changes"
    return "changed today" if days == 0 else "changed yesterday" if days == 1 else f"changed {days} days ago"


def _explain_cochange(found: Candidates, file: int) -> str:
    """Name the file among the seeds, the likely and the last ones with which it changed most surely."""
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
            name = quote_name(index.files.paths[friend].rpartition("/")[2]) or "another file"
            return f"changes with {name} in {times} of {index.files.changes[friend]} commits"
    return ""


def _explain_pair(found: Candidates, file: int) -> str:
    index = found.look.index
    here = parse_path(index.files.paths[file])
    for friend in (*found.look.seeds, *found.look.likely):
        there = parse_path(index.files.paths[friend])
        if friend != file and there.stem == here.stem and there.kind != here.kind:
            name = quote_name(index.files.paths[friend].rpartition("/")[2]) or "another file"
            return f"tests of {name}" if here.kind == TEST else f"{name} belongs to it"
    return ""
