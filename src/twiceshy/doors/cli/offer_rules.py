"""Ask a person, at the end of a report, about rules that they stated in corrections: should agents be told?

What somebody says yes to is a lesson of theirs from then on; a no holds for good. Each is asked about once: whoever
goes on without an answer finds it in `twiceshy lessons review`.
"""

import argparse
import sys
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from twiceshy.base.config import Config
from twiceshy.lessons import recipes as lessons
from twiceshy.records.lessons import LessonState
from twiceshy.screens.terminal.formats import one_line, plural, short_date
from twiceshy.screens.terminal.page import Page, ask, page_of, print_text, wrap

_MOST_ASKED = 3  # at once (guess, 2026-11-22: a person came to read a report)
_ANSWERS = {"y": LessonState.PROMOTED, "n": LessonState.MUTED}


def offer_rules(args: argparse.Namespace, config: Config, projects: Collection[str]) -> None:
    """Ask about the rules that a person stated in these projects; without a terminal say that they wait."""
    found = lessons.list_offers(config, projects)
    if not found or args.json:
        return
    page = page_of(args)
    print_text()
    if sys.stdin.isatty() and sys.stdout.isatty():
        print_text(_ask_about(found[:_MOST_ASKED], config, page))
    else:
        print_text("\n".join(wrap(_describe_waiting(found, page), page.width)))


def _describe_waiting(found: Sequence[lessons.StatedRule], page: Page) -> str:
    """Describe how many rules wait for an answer, with the first."""
    verb = "waits" if len(found) == 1 else "wait"
    first = _describe_rule(found[0], page)
    return f"{plural(len(found), 'rule')} of yours {verb} for a yes or no (twiceshy lessons review). {first}"


def _describe_rule(rule: lessons.StatedRule, page: Page) -> str:
    """Describe what was said, where and when."""
    often = f"{plural(rule.sessions, 'session')}, last " if rule.sessions > 1 else ""
    when = f" ({often}{short_date(rule.last_seen, page.now)})" if rule.last_seen else ""
    return f'You said in {one_line(rule.project)}: "{one_line(rule.words)}"{when}'


def _ask_about(chosen: Sequence[lessons.StatedRule], config: Config, page: Page) -> str:
    """Ask about each rule; each answer is stored at once, and so is that there was none."""
    count = 0
    for rule in chosen:
        print_text("\n".join(wrap(_describe_rule(rule, page), page.width)))
        answer = ask("Tell this to agents that work there? [y]es, [n]o, Enter: not now ")[:1]
        if answer in _ANSWERS:
            lessons.decide(config, rule.id, _ANSWERS[answer], datetime.now(UTC))
            count += 1
        else:
            lessons.put_off(config, [rule.id])
    return f"Decided about {count} of {plural(len(chosen), 'rule')}. More: twiceshy lessons review"
