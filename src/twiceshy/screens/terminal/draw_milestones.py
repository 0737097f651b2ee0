"""Milestones, drawn: what was measured first, the first collector's counts below it."""

from datetime import date

from twiceshy.records.milestones import (
    Amounts,
    Forthcoming,
    Gain,
    LearningCurve,
    Milestones,
    Pace,
    ReachedBy,
    TrainingRound,
)
from twiceshy.screens.terminal.formats import (
    day,
    decimal,
    number,
    one_line,
    percent,
    plural,
    signed,
    signed_range,
    size,
)
from twiceshy.screens.terminal.page import Page
from twiceshy.screens.terminal.tables import Column, draw_table

_DIGITS = 3
"""Of a score between 0 and 1 (convention)."""
_MEASURES = {
    "MRR": "MRR is 1 / place of the first right file among ten",
    "B-Norm": "B-Norm is how near an offered message is to the written one, from 0 to 1",
}
_LEARNED = {"files": "files of a task", "messages": "messages of commits"}
_RIVALS = {"files": "the best ranking without one", "messages": "the message of the nearest diff"}


def render_milestones(found: Milestones, page: Page) -> str:
    """Render the learning curves, what they mean, and the first collector's counts."""
    lines = [_render_head(found, page)]
    for curve in found.curves:
        lines += ["", *_render_curve(curve, found, page)]
    lines += ["", *_render_training(found), "", *_render_seed(found, page)]
    lines += [f"note: {one_line(note)}" for note in found.notes]
    return "\n".join(lines)


def render_estimate(found: Milestones, page: Page) -> str:
    """Render the pace, and when what is left will be there."""
    lines = [_render_head(found, page), ""]
    pace = found.pace
    if pace is None:
        lines.append("The pace is not known yet: it takes 3 whole weeks with work.")
    else:
        lines.append(
            f"In a week of work: {_render_pace(pace.commits, 'commits')}, {_render_pace(pace.sessions, 'sessions')},"
            f" {_render_pace(pace.chats, 'chats')}."
        )
        lines.append(page.dim(f"Median and middle half of {pace.active} weeks of work within the last {pace.weeks}."))
        lines += ["", *(_render_forthcoming(one, page) for one in found.forthcoming)]
    lines += _render_size(found)
    lines += ["", *_render_seed(found, page), *(f"note: {one_line(note)}" for note in found.notes)]
    return "\n".join(lines)


def _render_head(found: Milestones, page: Page) -> str:
    name = "All projects" if found.project is None else one_line(found.project)
    return page.bold(f"{name}: {_describe_amounts(found.have)}.")


def _render_curve(curve: LearningCurve, found: Milestones, page: Page) -> list[str]:
    """Render the table of shares, then what each line of it means."""
    columns = [Column("past learned"), Column("commits", right=True), Column(curve.measure, right=True)]
    rows = [
        [f"newest {percent(one.share)}" if one.share < 1 else "all", number(round(one.known)), decimal(one.score, 3)]
        for one in curve.points
    ]
    lines = [page.bold(f"What more commits have brought: {_LEARNED[curve.name]}"), draw_table(columns, rows, page)]
    lines.append(page.dim(f"{_MEASURES[curve.measure]}, on {number(curve.judged)} commits of the newest fifth."))
    lines.append(f"The last quarter of the past: {_describe_gain(curve.last_quarter)}.")
    if curve.doubling is None:
        lines.append(f"Twice the commits: {curve.why_no_forecast}.")
    else:
        lines.append(f"Twice the commits: {_describe_gain(curve.doubling)}{_describe_when(found)}.")
    verdict = "A model pays" if curve.is_ready else "A model does not surely pay yet"
    lead = f"{signed(curve.lead.estimate, _DIGITS)} ({signed_range(curve.lead.low, curve.lead.high, _DIGITS)})"
    lines.append(f"{verdict}: {lead} over {curve.best_baseline}, {_RIVALS[curve.name]}.")
    return lines


def _describe_gain(gain: Gain) -> str:
    """Return a gain with its interval; in words alone where nothing is shown."""
    span = f"{signed_range(gain.low, gain.high, _DIGITS)}"
    if gain.low > 0 or gain.high < 0:
        return f"{signed(gain.estimate, _DIGITS)} ({span})"
    return f"no gain shown ({span})"


def _describe_when(found: Milestones) -> str:
    """Return when twice the commits will be there; empty where no pace tells."""
    by = found.forthcoming[0].by if found.forthcoming else None
    return "" if by is None else f"; {_describe_date(by)}"


def _render_training(found: Milestones) -> list[str]:
    """Render what is trained already, and how more is trained."""
    lines = [_describe_model(found)]
    if found.automatic:
        lines.append(f"`learn` trains once a week{_describe_round(found.last_training)}.")
    else:
        lines.append("`learn` trains nothing by itself. To let it: twiceshy config set train.automatic true")
    return lines


def _describe_model(found: Milestones) -> str:
    """Return what became of the repository's own model; training is proposed only where there is enough to learn."""
    model = found.own_model
    if model is None:
        return "No model of files of its own is trained." + (" Next: twiceshy train files" if found.curves else "")
    if model.active:
        return f"Its own model {model.name} is in use, trained on {plural(model.commits, 'commit')}."
    why = f": {one_line(model.why_not)}" if model.why_not else ""
    return f"Its newest own model {model.name} is not in use{why}."


def _describe_round(done: TrainingRound | None) -> str:
    if done is None:
        return "; it has not yet"
    if done.why_not:
        return f"; not on {day(done.at)}: {done.why_not}"
    tried = plural(done.tried, "repository", "repositories")
    better = plural(done.adopted, "model")
    return f"; on {day(done.at)} for {tried}. Ranked better, and in use since: {better}"


def _render_seed(found: Milestones, page: Page) -> list[str]:
    """Render the first collector's milestones."""
    rows = [
        [
            one.name,
            f"{one.percent} %",
            *(f"{number(got)} of {number(need)}" for got, need in zip(found.have, one.needs, strict=True)),
        ]
        for one in found.seed
    ]
    columns = [
        Column("the first collector's milestones"),
        Column("reached", right=True),
        Column("commits", right=True),
        Column("sessions", right=True),
        Column("chats", right=True),
    ]
    return [draw_table(columns, rows, page), page.dim("Its counts are guesses: nothing here depends on them.")]


def _render_size(found: Milestones) -> list[str]:
    """Render what the most sessions that the first collector asks for would take, by what they take now."""
    if found.store is None or not found.store.sessions:
        return []
    each = found.store.bytes / found.store.sessions
    most = max((one.needs.sessions for one in found.seed), default=0)
    return ["", f"A session takes {size(each)} in the store on average; {number(most)} would take {size(each * most)}."]


def _render_pace(pace: Pace, noun: str) -> str:
    return f"{pace.median:.0f} {noun} ({pace.low:.0f}-{pace.high:.0f})"


def _render_forthcoming(one: Forthcoming, page: Page) -> str:
    """Render when a milestone is reached, and what is missing until then."""
    if one.by is None:
        return f"{one.name}: reached."
    return f"{one.name}: {_describe_date(one.by)} {page.dim(f'({_describe_amounts(one.left)} more)')}"


def _describe_date(by: ReachedBy) -> str:
    """Return the usual day with the range."""
    if by.median is None:
        return (
            "not within two years at this pace" if by.earliest is None else f"{_name_day(by.earliest)} at the earliest"
        )
    return f"about {_name_day(by.median)} ({_name_day(by.earliest)} to {_name_day(by.latest)})"


def _name_day(on: date | None) -> str:
    return "beyond two years" if on is None else day(on)


def _describe_amounts(count: Amounts) -> str:
    """Return what there is of each; kinds of which there is none are left out.

    >>> _describe_amounts(Amounts(2, 0, 1))
    '2 commits, 1 chat'
    """
    nouns = ((count.commits, "commit"), (count.sessions, "session"), (count.chats, "chat"))
    return ", ".join(plural(one, noun) for one, noun in nouns if one) or "nothing yet"
