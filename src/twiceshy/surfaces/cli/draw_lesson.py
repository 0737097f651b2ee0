"""One lesson as text: what it says, why it is believed, and what was done about it."""

from datetime import datetime
from typing import TYPE_CHECKING

from twiceshy.facts.stats.durations import format_duration
from twiceshy.records import ids
from twiceshy.surfaces.cli.draw import Pen, many_lines, one_line, plural, short_date

if TYPE_CHECKING:
    from twiceshy.flows.lessons import LessonStory
    from twiceshy.records.lessons import Lesson


def render_lesson(found: "LessonStory", now: datetime, pen: Pen) -> str:
    """Render the whole lesson."""
    lesson = found.lesson
    lines = [f"{pen.bold(lesson.id)} · {one_line(lesson.description)}", f"  {lesson.slug}"]
    if lesson.root_cause:
        lines.append(f"  because {one_line(lesson.root_cause)}")
    seen = f"first {short_date(lesson.first_seen, now)}, last {short_date(lesson.last_seen, now)}"
    places = f"{plural(lesson.sessions, 'session')} of {plural(lesson.projects, 'project')}"
    lines += [
        f"{lesson.state.value}, {lesson.severity.value}, {lesson.confidence:.0%} sure, holds for the {lesson.scope}",
        f"seen {plural(lesson.observations, 'time')} in {places}, {seen}",
    ]
    if found.gone_after_s is not None:
        lines.append(f"gone after {format_duration(found.gone_after_s)} (median of the times that it was seen to go)")
    lines += _describe_tellings(found)
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
        place = f"{ids.shorten(ids.SESSION, one.session)}  {short_date(one.at, now)}, {one_line(one.project)}"
        lines.append(f"  {place}: {one_line(one.message)}")
    return "\n".join(lines)


def _describe_tellings(found: "LessonStory") -> list[str]:
    """Describe how often agents got it before a task and it came again; empty where they never got it."""
    told = found.told
    if not told.times:
        return []
    words = f"told before a task {plural(told.times, 'time')}, came again {plural(told.again, 'time')}"
    if told.times > told.known:
        words += f"; of {told.times - told.known} the end is not known"
    if told.no_occasion:
        words += f"; {told.no_occasion} had no occasion for it"
    return [words]


def _describe_models(lesson: "Lesson") -> list[str]:
    """Describe which models made the mistake, and how often."""
    if not lesson.models:
        return []
    ordered = sorted(lesson.models.items(), key=lambda item: (-item[1], item[0]))
    return ["by " + ", ".join(f"{one_line(model) or 'an unnamed model'} {count}" for model, count in ordered)]
