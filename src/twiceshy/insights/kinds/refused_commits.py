"""A commit or push that the project's own hook refuses: how often, and by which check.

The check does its job; that it speaks first at the commit is what costs: the agent could have run it before.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from twiceshy.base.values import Quoted
from twiceshy.commands.shell.command_forms import read_forms
from twiceshy.insights.kinds.call_shapes import count_next_steps, list_calls
from twiceshy.insights.kinds.draft import CountedCase, InsightDraft, Trouble, count_words, make_text_remedy
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.insights.kinds.repeated_costs import SOON_CALLS, find_success
from twiceshy.insights.remedies.lint_rules import explain_rule, find_lint_rule
from twiceshy.records.attempts import AttemptEnd, CallAttempt
from twiceshy.records.insights import InsightKind, Remedy
from twiceshy.stats.text.foreign_names import quote_name, quote_words

HOOK = "hook"
_UNNAMED = "git hook"
"""The check of a hook that names no tool, as ``commands.testlog.run_failures`` calls it."""
_RULE = re.compile(r"\b(?!(?:SHA|UTF|ISO|HTTP|AES|MD5)\d)[A-Z]{1,6}\d{2,5}\b")
"""A rule as linters number theirs: ``MD040``, ``E501``, ``TS2345``; no encoding, hash or standard."""
_HEADS = frozenset({"git commit", "git push"})
_LEAST_CASES, _LEAST_SESSIONS = 4, 3
"""Guess of 2026-11-22: fewer are not worth a reader's minute."""
_LEAST_SHARE = 0.05
"""Share of all tries that are refused. Guess of 2026-11-22: below it the hook is no hindrance."""
_LEAST_OF_MOST = 0.3
"""Of the refusals by the commonest check, from which another check is named too. Guess of 2026-11-22."""
_LEAST_FORMS = 3
"""Green runs of a check by the same command, from which it is the project's own way. Guess of 2026-11-22."""


def find_refused_commits(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft for each of commit and push that a hook's checks refuse often."""
    tries = Counter(one.head for _, one in list_calls(history, lambda one: one.action == "run" and one.head in _HEADS))
    for head, refused in list_refused(history).items():
        sessions = len({place.session for place in refused})
        often = len(refused) >= max(_LEAST_CASES, _LEAST_SHARE * tries[head]) and sessions >= _LEAST_SESSIONS
        if often:
            yield _draft(history, head, refused, tries[head])


def list_refused(history: ProjectHistory) -> dict[str, list[Place]]:
    """Return by head the commits and pushes that a hook's check refused."""
    found: dict[str, list[Place]] = defaultdict(list)
    for place, one in list_calls(history, lambda one: one.action == "run" and one.head in _HEADS):
        if _is_refused(one):
            found[one.head].append(place)
    return found


def _is_refused(one: CallAttempt) -> bool:
    """Tell whether a check that ran within a commit or push was red."""
    ended = one.end in {AttemptEnd.FAILED, AttemptEnd.HIDDEN}
    return ended and any(not check.green for check in one.checks) and not _runs_check(one)


def _runs_check(one: CallAttempt) -> bool:
    """Tell whether the line itself runs a check beside the commit."""
    return bool(read_forms(one.command.partition("\n")[0], ""))


def _draft(history: ProjectHistory, head: str, refused: Sequence[Place], tries: int) -> InsightDraft:
    """Return the draft of one command."""
    sessions = len({place.session for place in refused})
    red = Counter(_find_red(history.at(place)) for place in refused)
    named = [(one, n) for one, n in red.most_common(4) if one != _UNNAMED][:3]
    tools = ", ".join(f"{_name_check(one)} {n}" for one, n in named)
    tool, most = red.most_common(1)[0]
    often = [one for one, n in named if n >= _LEAST_OF_MOST * most]
    ways = list(filter(None, (_find_way(history, one) for one in often)))
    evidence = f"refused {len(refused)} of {count_words(tries, 'time')}"
    last = next(history.at(place) for place in reversed(refused) if _find_red(history.at(place)) == tool)
    return InsightDraft(
        kind=InsightKind.RECURRING_CAUSE,
        key=f"hook:{head}",
        says=(
            f"{quote_name(head)} was refused by its hook {len(refused)} of {count_words(tries, 'time')}, in "
            f"{count_words(sessions, 'session')}" + (f": {tools}" if tools else "")
        ),
        cases=tuple(CountedCase(place=place, until=find_success(history, place, SOON_CALLS)) for place in refused),
        of=tries,
        place=quote_name(head),
        cause=quote_words(last.message) if last.message else Quoted(""),
        next_steps=count_next_steps(history, refused),
        remedies=_list_ways(head, ways, evidence) if ways else _list_rules(head, often, evidence),
        trouble=Trouble(HOOK, head, f"A hook refuses {quote_name(head)}") if ways else None,
    )


def _name_check(tool: str) -> str:
    """Return a check by its name; a rule that only has a number with what it wants."""
    rule = find_lint_rule(tool)
    return f"{quote_name(tool)} ({rule.wants})" if rule else quote_name(tool)


def _find_red(one: CallAttempt) -> str:
    """Return the last check that was red: a hook ends with it. Where only the hook speaks, the rule in its words."""
    tool = [check.tool for check in one.checks if not check.green][-1]
    rule = _RULE.search(one.message) if tool == _UNNAMED else None
    return rule.group() if rule else tool


def name_rule(one: CallAttempt) -> str:
    """Return the rule that a refusing hook names without its tool; empty where it names none."""
    red = _find_red(one)
    return red if _RULE.fullmatch(red) else ""


def _list_ways(head: str, ways: Sequence[str], evidence: str) -> tuple[Remedy, ...]:
    """Return that the checks of the hook come before it, each as the project calls it."""
    names = [quote_name(way) for way in dict.fromkeys(ways)]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    verb = "has" if len(names) == 1 else "have"
    return make_text_remedy(
        f"Never run {quote_name(head)} before {listed} {verb} passed: a hook runs the same.",
        evidence,
    )


def _list_rules(head: str, tools: Sequence[str], evidence: str) -> tuple[Remedy, ...]:
    """Return what the rules want that the hook holds to, where it names some."""
    return state_rules(head, [one for one in tools if _RULE.fullmatch(one)], evidence)


def state_rules(head: str, rules: Sequence[str], evidence: str) -> tuple[Remedy, ...]:
    """Return what the rules of a linter want that a hook holds to, and what mends them; of a bare number nothing."""
    told = [words for rule in rules if (words := explain_rule(rule))]
    if not told:
        return ()
    if all(find_lint_rule(rule) is None for rule in rules):
        return make_text_remedy(f"A hook checks {' and '.join(told)} at each {quote_name(head)}.", evidence)
    return make_text_remedy(f"A hook checks at each {quote_name(head)}: {'; '.join(told)}.", evidence)


def _find_way(history: ProjectHistory, tool: str) -> str:
    """Return the command by which this check is run on its own most often; empty where there is none."""
    ways: Counter[str] = Counter()
    for _, one in list_calls(history, lambda one: one.action == "run" and len(one.checks) == 1):
        if one.checks[0].tool == tool and one.head not in _HEADS:
            ways.update(form.text for form in read_forms(one.command, one.folder) if form.alone)
    best = ways.most_common(1)
    return best[0][0] if best and best[0][1] >= _LEAST_FORMS else ""
