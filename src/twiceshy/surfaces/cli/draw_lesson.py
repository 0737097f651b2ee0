"""One lesson as text: what it says, why it is believed, and what was done about it."""

from datetime import datetime
from typing import TYPE_CHECKING

from twiceshy.facts.durations import shown
from twiceshy.records import ids
from twiceshy.surfaces.cli.draw import Pen, many_lines, one_line, plural, when

if TYPE_CHECKING:
    from twiceshy.flows.lesson_reviews import LessonStory
    from twiceshy.records.lessons import Lesson


def drawn_lesson(found: "LessonStory", now: datetime, pen: Pen) -> str:
    """The whole of it."""
    lesson = found.lesson
    lines = [f"{pen.bold(lesson.id)} · {one_line(lesson.description)}", f"  {lesson.slug}"]
    if lesson.root_cause:
        lines.append(f"  because {one_line(lesson.root_cause)}")
    seen = f"first {when(lesson.first_seen, now)}, last {when(lesson.last_seen, now)}"
    places = f"{plural(lesson.sessions, 'session')} of {plural(lesson.projects, 'project')}"
    lines += [
        f"{lesson.state.value}, {lesson.severity.value}, {lesson.confidence:.0%} sure, holds for the {lesson.scope}",
        f"seen {plural(lesson.observations, 'time')} in {places}, {seen}",
    ]
    if found.gone_after_s is not None:
        lines.append(f"gone after {shown(found.gone_after_s)} (median of the times that it was seen to go)")
    lines += told_words(found)
    lines += [f"  {words}" for words in made_by(lesson)]
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
        place = f"{ids.short(ids.SESSION, one.session)}  {when(one.at, now)}, {one_line(one.project)}"
        lines.append(f"  {place}: {one_line(one.message)}")
    return "\n".join(lines)


def told_words(found: "LessonStory") -> list[str]:
    """How often it was told before a task, and how often it came again; nothing where it never was."""
    told = found.told
    if not told.times:
        return []
    words = f"told before a task {plural(told.times, 'time')}, came again {plural(told.again, 'time')}"
    if told.times > told.known:
        words += f"; of {told.times - told.known} the end is not known"
    if told.no_occasion:
        words += f"; {told.no_occasion} had no occasion for it"
    return [words]


def made_by(lesson: "Lesson") -> list[str]:
    """Which models made it, how often."""
    if not lesson.models:
        return []
    ordered = sorted(lesson.models.items(), key=lambda item: (-item[1], item[0]))
    return ["by " + ", ".join(f"{one_line(model) or 'an unnamed model'} {count}" for model, count in ordered)]
