"""Draw how good a history is to learn from."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

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
from twiceshy.records.quality import LengthTenths, QualityAnomaly, QualityLevel, QualityReport, QualityStep, QualityTime
from twiceshy.screens.terminal.formats import (
    day,
    decimal,
    interval,
    number,
    one_line,
    pad,
    percent,
    plural,
    rate,
    signed,
    signed_range,
    size,
)
from twiceshy.screens.terminal.page import Column, Page, draw_table, keep_whole, wrap

_TOPICS = {
    "rows": "Rows to learn from",
    "labels": "Labels, of tasks that changed files",
    "repeats": "Repeats",
    "splits": "Splits by time, 80 / 10 / 10",
    "text": "Texts",
    "links": "Links",
    "coverage": "Coverage",
    "time": "Drift",
}
_MARKS = {QualityLevel.PROBLEM: "PROBLEM", QualityLevel.WARNING: "warning", QualityLevel.NOTE: "note"}
_MEDIAN = 5  # of the eleven ends of tenths, by definition
_MOST_GAPS = 3  # gaps that are named (guess, 2026-11-23)


def render_quality(found: QualityReport, page: Page) -> str:
    """Render what to do first, then every line by topic, what is odd, and the first collector's score."""
    counted = [plural(found.sessions, "session"), plural(found.chats, "chat"), plural(found.edits, "edit")]
    counted.append(plural(found.commits, "commit"))
    lines = [page.bold(", ".join(counted)), *_tell_range(found.time)]
    lines += _list_steps(found.steps, page)
    for topic, some in groupby(found.lines, key=lambda line: line.topic):
        columns = (
            Column(_TOPICS[topic]),
            Column("", right=True),
            Column("of", right=True),
            Column("share", right=True),
            Column("95 %", right=True),
            Column("", flexible=True, rank=1),
        )
        rows = [
            (one.name, number(one.rate.hits), number(one.rate.n), rate(one.rate), interval(one.rate), one.note)
            for one in some
        ]
        lines += ["", draw_table(columns, rows, page)]
    lines += [*_list_gaps(found.time, page), *_list_lengths(found.lengths), *_list_anomalies(found.anomalies, page)]
    seed = found.seed_score
    parts = f"complete {seed.completeness:.0f}, no anomalies {seed.low_anomaly:.0f}, diverse {seed.diversity:.0f}"
    said = f"Seed score: {seed.score} of 100 ({parts}). It counts files and tools, not what can be learned."
    return "\n".join([*lines, "", *wrap(said, page.width)])


def _tell_range(time: QualityTime) -> Iterator[str]:
    if time.first is not None and time.last is not None:
        weeks = f"sessions in {number(time.active_weeks)} of {plural(time.weeks, 'week')}"
        yield f"{day(time.first)} to {day(time.last)}, {weeks}"


def _list_steps(steps: Sequence[QualityStep], page: Page) -> Iterator[str]:
    if not steps:
        yield "Nothing stands out that a command would help against."
    for one in steps:
        mark = pad(_MARKS[one.level], 9)
        words = f"{mark}{one.words} {page.dim('->')} {keep_whole(one.command)}"
        yield from wrap(words, page.width, hang=9)


def _list_gaps(time: QualityTime, page: Page) -> Iterator[str]:
    if time.gaps:
        shown = [f"{day(one.after)} to {day(one.before)} ({one.days} days)" for one in time.gaps[:_MOST_GAPS]]
        more = len(time.gaps) - len(shown)
        yield ""
        words = f"No session: {'; '.join(shown)}" + (f"; {plural(more, 'shorter gap')}" if more else "")
        yield from wrap(words, page.width, hang=2)


def _list_lengths(lengths: Sequence[LengthTenths]) -> Iterator[str]:
    known = [one for one in lengths if one.tenths]
    if known:
        yield ""
    for one in known:
        half, tenth, most = one.tenths[_MEDIAN], one.tenths[-2], one.tenths[-1]
        yield f"Half of the {one.name}s have up to {size(half)}, a tenth over {size(tenth)}, the longest {size(most)}."


def _list_anomalies(anomalies: Sequence[QualityAnomaly], page: Page) -> Iterator[str]:
    if anomalies:
        yield ""
        yield page.bold("Odd records")
    for one in anomalies:
        shown = ", ".join(map(one_line, one.ids)) + (" …" if one.count > len(one.ids) else "")
        yield from wrap(
            f"{pad(_MARKS[one.level], 9)}{number(one.count)} {one.kind}: {one.words}: {shown}", page.width, hang=9
        )


# Milestones, drawn: what was measured first, the first collector's counts below it.

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
