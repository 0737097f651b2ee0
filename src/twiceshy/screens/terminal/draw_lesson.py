"""One lesson as text: what it says, why it is believed, and what was done about it."""

from typing import TYPE_CHECKING

from twiceshy.lessons import recipes as lessons
from twiceshy.records import ids
from twiceshy.screens.terminal.formats import duration, many_lines, one_line, percent, plural, short_date
from twiceshy.screens.terminal.page import Page

if TYPE_CHECKING:
    from twiceshy.lessons.recipes import LessonStory
    from twiceshy.records.lessons import Lesson


def render_lesson(found: "LessonStory", page: Page) -> str:
    """Render the whole lesson."""
    lesson = found.lesson
    lines = [f"{page.bold(lesson.id)} · {one_line(lesson.description)}", f"  {lesson.slug}"]
    if lesson.root_cause:
        lines.append(f"  cause: {one_line(lesson.root_cause)}")
    lines += [
        f"{lesson.state.value}, {lesson.severity.value}, confidence {percent(lesson.confidence)}, scope {lesson.scope}",
        *_describe_waiting(lesson),
        *_describe_sightings(lesson, page),
        *_describe_team(lesson),
    ]
    if found.gone_after_s is not None:
        lines.append(f"solved after {duration(found.gone_after_s)} (median of the times that it was solved)")
    lines += [_describe_rules(found), *_describe_briefs(found)]
    lines += [f"  {words}" for words in _describe_models(lesson)]
    for title, example in (("Bad", lesson.bad), ("Good", lesson.good)):
        if example:
            lines += [title, *(f"  {line}" for line in many_lines(example).splitlines())]
    if lesson.steps:
        lines.append("Instead")
        lines += [
            f"  {step.action.value.replace('_', ' ')}: {step.tool or step.parameter}; {step.reason}"
            for step in lesson.steps
        ]
    if found.occurrences:
        lines.append("Seen")
    for one in found.occurrences:
        place = f"{ids.shorten(ids.SESSION, one.session)}  {short_date(one.at, page.now)}, {one_line(one.project)}"
        lines.append(f"  {place}: {one_line(one.message)}")
    return "\n".join(lines)


def _describe_waiting(lesson: "Lesson") -> list[str]:
    """Describe what a lesson that nobody hears waits for; empty of any other."""
    waits = lessons.explain_waiting(lesson)
    return [f"not told yet: it waits for {waits}"] if waits else []


def _describe_sightings(lesson: "Lesson", page: Page) -> list[str]:
    """Describe how often it was seen here, and when; empty where nobody saw it here."""
    if lesson.team is not None and lesson.team.only:
        return []
    if not lesson.sessions:
        return ["not seen here: a file of lessons states it"]
    seen = f"first {short_date(lesson.first_seen, page.now)}, last {short_date(lesson.last_seen, page.now)}"
    places = f"{plural(lesson.sessions, 'session')} of {plural(lesson.projects, 'project')}"
    return [f"seen {plural(lesson.observations, 'time')} in {places}, {seen}"]


def _describe_team(lesson: "Lesson") -> list[str]:
    """Describe what the work of the team says of it, and how to keep it out here; empty where no team told of it."""
    team = lesson.team
    if team is None:
        return []
    words = (
        f"your team's: {team.people} people saw it {plural(team.seen, 'time')} in {plural(team.sessions, 'session')}"
    )
    said = [f"{count} {word} it" for count, word in ((team.kept, "kept"), (team.dismissed, "dismissed")) if count]
    lines = [", ".join([words, *said])]
    if team.only:
        lines.append(f"nobody learned it here; silence it here: twiceshy lessons mute {lesson.id}")
    if team.disputed:
        lines.append(
            "people of the team disagree about it: agents are not told"
            if team.only
            else "people of the team disagree about it"
        )
    return lines


def _describe_rules(found: "LessonStory") -> str:
    """Describe whether a hook can know what it warns of before it happens."""
    if found.rules:
        return f"{plural(found.rules, 'rule')} made of it: hooks warn before the call"
    if found.has_trigger:
        return "no rule is made of it yet: hooks do not warn of it"
    return "nothing shows it before the call or edit: hooks cannot warn of it, briefs and searches tell it"


def _describe_briefs(found: "LessonStory") -> list[str]:
    """Describe how often agents got it before a task, and made the mistake again; empty where they never got it."""
    briefs = found.told
    if not briefs.times:
        return []
    words = f"in {plural(briefs.times, 'brief')} before a task, made again after {briefs.again} of them"
    if briefs.times > briefs.known:
        words += f"; the end of {briefs.times - briefs.known} is unknown"
    if briefs.no_occasion:
        words += f"; {briefs.no_occasion} had no occasion for it"
    return [words]


def _describe_models(lesson: "Lesson") -> list[str]:
    """Describe which models made the mistake, and how often."""
    if not lesson.models:
        return []
    ordered = sorted(lesson.models.items(), key=lambda item: (-item[1], item[0]))
    return ["made by " + ", ".join(f"{one_line(model) or 'an unnamed model'} {count}" for model, count in ordered)]
