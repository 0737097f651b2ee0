"""A session's context as areas by cause over its requests, with what each request cost below.

Drawn as a picture without a script: each step is a link to its message, and says its numbers.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from twiceshy.doors.web.dashboard.asked import Asked, Drawn, link_message
from twiceshy.recipes import pages
from twiceshy.records.spend import Cause, ContextPoint, Mechanism, SessionContext
from twiceshy.screens.number_words import NumberWords
from twiceshy.screens.spend_words import name_cause

_WIDTH, _AREA, _GAP, _BARS = 960, 200, 8, 44
"""Units of the picture: how wide, how high the areas and the bars are (guess, 2026-11-25)."""
_MOST_STEPS = 320
"""Of more requests several make one step: three units are the least that can be pointed at (guess, 2026-11-25)."""
_TINTS = 6  # of the page's colours; the last is for all that has none of its own (definition of page.css)
_KINDS: Final = {Mechanism.CUT: "cut", Mechanism.PAUSE: "pause", Mechanism.MODEL: "model"}
_TOLD: Final = (
    ("pause", "a pause", "pauses"),
    ("cut", "a part left out (a compaction, dropped thinking)", "parts left out (compactions, dropped thinking)"),
    ("model", "a change of model", "changes of model"),
    ("lost", "a loss without a reason", "losses without a reason"),
)


class _Step(NamedTuple):
    """One or several requests in a row."""

    last: ContextPoint
    moment: bytes
    usd: float
    kinds: frozenset[str]
    """How contexts were lost in it."""
    prompts: int


def read_context(asked: Asked) -> SessionContext:
    """Return how the context of the session grew."""
    name = asked.path["id"]
    return asked.kept.ask(("session context", name), lambda: pages.read_session_context(asked.config, name))


def draw_context(found: SessionContext, asked: Asked) -> Drawn:
    """Draw it."""
    return Drawn("session_context.html", draw_picture(found, asked.words))


def draw_picture(found: SessionContext, words: NumberWords) -> dict[str, Any]:
    """Return the areas, the bars and the marks; nothing of fewer than two requests."""
    steps = _join_steps(found)
    if len(steps) < 2:
        return {"areas": []}
    top = max(sum(one.last.tokens.values()) for one in steps)
    dearest = max(one.usd for one in steps)
    return {
        "width": _WIDTH,
        "height": _AREA + _GAP + _BARS,
        "says": f"Its context over {words.plural(len(found.points), 'request')}",
        "areas": _draw_areas(steps, top, words),
        "bars": _draw_bars(steps, dearest),
        "marks": _draw_marks(steps),
        "steps": _draw_steps(steps, found.session, words),
        "top": f"{words.amount(round(top))} tokens",
        "dearest": words.dollars(dearest),
        "told": _tell_losses(found.points, words),
    }


def _join_steps(found: SessionContext) -> list[_Step]:
    """Return as many steps as can be pointed at; of several requests the last one's context is drawn."""
    many = -(-len(found.points) // _MOST_STEPS) or 1
    steps = []
    for begin in range(0, len(found.points), many):
        some = found.points[begin : begin + many]
        steps.append(
            _Step(
                last=some[-1],
                moment=found.moments[begin + len(some) - 1],
                usd=sum(one.usd for one in some),
                kinds=frozenset(_KINDS.get(one.again, "lost") for one in some if one.again is not None),
                prompts=sum(one.prompts for one in some),
            )
        )
    return steps


def _find_x(place: int, steps: int) -> float:
    return round(_WIDTH * place / steps, 2)


def _draw_areas(steps: Sequence[_Step], top: float, words: NumberWords) -> list[dict[str, Any]]:
    """Return a stack of polygons: the fixed start lies below, then the causes that held most, then all others."""
    held: Counter[Cause] = Counter()
    for step in steps:
        held.update(step.last.tokens)
    causes = sorted(held, key=lambda one: (one is not Cause.FIXED_START, -held[one]))
    groups = [[cause] for cause in causes[: _TINTS - 1]] + ([causes[_TINTS - 1 :]] if causes[_TINTS - 1 :] else [])
    below = [0.0] * len(steps)
    areas = []
    for tint, group in enumerate(groups, 1):
        sizes = [sum(step.last.tokens.get(cause, 0.0) for cause in group) for step in steps]
        above = [low + size for low, size in zip(below, sizes, strict=True)]
        corners = [*_walk(above, top), *reversed(_walk(below, top))]
        areas.append(
            {
                "tint": tint,
                "name": name_cause(group[0].value) if len(group) == 1 else "others",
                "most": words.amount(round(max(sizes))),
                "points": " ".join(f"{x},{y}" for x, y in corners),
            }
        )
        below = above
    return areas


def _walk(heights: Sequence[float], top: float) -> list[tuple[float, float]]:
    """Return the corners of a line of steps, from left to right."""
    found = []
    for place, height in enumerate(heights):
        y = round(_AREA - _AREA * height / top, 2) if top else float(_AREA)
        found += [(_find_x(place, len(heights)), y), (_find_x(place + 1, len(heights)), y)]
    return found


def _draw_bars(steps: Sequence[_Step], dearest: float) -> list[dict[str, float]]:
    width = round(_WIDTH / len(steps), 2)
    bars = []
    for place, step in enumerate(steps):
        height = round(_BARS * step.usd / dearest, 2) if dearest else 0.0
        if height:
            y = round(_AREA + _GAP + _BARS - height, 2)
            bars.append({"x": _find_x(place, len(steps)), "y": y, "width": width, "height": height})
    return bars


def _draw_marks(steps: Sequence[_Step]) -> list[dict[str, Any]]:
    """Return a line for each loss of the cache, and a short one for each step in which somebody typed."""
    marks: list[dict[str, Any]] = []
    for place, step in enumerate(steps):
        x = _find_x(place, len(steps))
        marks += [{"kind": kind, "x": x, "end": _AREA} for kind in sorted(step.kinds)]
        if step.prompts and not step.kinds:
            marks.append({"kind": "prompt", "x": x, "end": _GAP})
    return marks


def _draw_steps(steps: Sequence[_Step], session: bytes, words: NumberWords) -> list[dict[str, Any]]:
    width = round(_WIDTH / len(steps), 2)
    return [
        {
            "x": _find_x(place, len(steps)),
            "width": width,
            "href": link_message(session, step.moment) if step.moment else "",
            "says": _say_step(step, words),
        }
        for place, step in enumerate(steps)
    ]


def _say_step(step: _Step, words: NumberWords) -> str:
    """Return a step's numbers: its size, what it cost, and the three causes that held most."""
    most = Counter(step.last.tokens).most_common(3)
    parts = ", ".join(f"{name_cause(cause.value)} {words.amount(round(tokens))}" for cause, tokens in most)
    whole = words.amount(round(sum(step.last.tokens.values())))
    return f"{whole} tokens, {words.dollars(step.usd)}: {parts}"


def _tell_losses(points: Sequence[ContextPoint], words: NumberWords) -> str:
    """Return a sentence on the lines that are drawn; empty where none is."""
    counts = Counter(_KINDS.get(one.again, "lost") for one in points if one.again is not None)
    told = [
        one if counts[kind] == 1 else f"{words.number(counts[kind])} {many}"
        for kind, one, many in _TOLD
        if counts[kind]
    ]
    return f"Lines: {', '.join(told)}, after which the context was written to the cache again." if told else ""
