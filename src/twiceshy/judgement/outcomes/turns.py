"""Turns: a session cut into turns, each a prompt with all that was done until the next one.

Outcomes are judged a turn at a time: a correction is about the turn before it, a test that is red about the turn that
it ran in. A turn starts with a human's words (also those given while refusing a call, or typed while the agent
worked), a program's prompt or an approved plan. Notifications, slash commands alone, recaps and a subagent's prompt
start none: what follows them is still about what was asked before. Subagents' calls stand where they ran.
"""

import math
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from twiceshy.records.events import PromptKind
from twiceshy.records.stories import ChangedFile, Moment, Story

_STARTING_KINDS = frozenset({PromptKind.SDK, PromptKind.PLAN})
"""Kinds of prompt that start a turn though no person wrote them here."""
_WORK_ACTIONS = frozenset({"edit", "write", "run"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One prompt and all that followed it, up to the next."""

    prompt: Moment | None
    """None for what was done before anybody said anything that is in the log."""
    start: int
    """Index of its first moment in ``Story.moments``."""
    end: int
    """Index behind its last."""
    calls: tuple[Moment, ...] = field(repr=False)
    """In order, with those of subagents and those that failed or were refused."""
    replies: tuple[Moment, ...] = field(repr=False)
    interrupts: tuple[Moment, ...] = field(repr=False)

    @property
    def human(self) -> bool:
        """Whether a person's words started it."""
        return self.prompt is not None and self.prompt.human

    @property
    def words(self) -> str:
        """What the prompt says; empty where nothing was said."""
        return "" if self.prompt is None else self.prompt.text

    @property
    def edits(self) -> tuple[Moment, ...]:
        """The calls that changed at least one file."""
        return tuple(call for call in self.calls if call.changed and call.step.failure is None)

    @property
    def refusals(self) -> tuple[Moment, ...]:
        """The calls that the user (or a rule) refused."""
        return tuple(call for call in self.calls if call.step.failure == "rejected")

    @property
    def has_acted(self) -> bool:
        """Whether it edited, wrote or ran something, or wanted to and was refused or stopped."""
        return any(call.changed or call.step.action in _WORK_ACTIONS for call in self.calls)

    @property
    def last_reply(self) -> str:
        """The agent's last words in it; empty where there are none."""
        return self.replies[-1].text if self.replies else ""

    @property
    def changes(self) -> Iterator[tuple[Moment, ChangedFile]]:
        """Each changed file with the call that changed it, in order."""
        return ((call, changed) for call in self.edits for changed in call.changed)


def is_turn_start(moment: Moment) -> bool:
    """Tell whether a turn begins with the moment."""
    step = moment.step
    return step.kind == "prompt" and step.run is None and (moment.human or step.name in _STARTING_KINDS)


def split_turns(story: Story) -> tuple[Turn, ...]:
    """Return the story's turns in order; every moment is in exactly one, so an empty story has none."""
    moments = story.moments
    begins = [index for index, moment in enumerate(moments) if is_turn_start(moment)]
    if moments and (not begins or begins[0] > 0):
        begins.insert(0, 0)
    ends = [*begins[1:], len(moments)]
    return tuple(_build_turn(moments, start, end) for start, end in zip(begins, ends, strict=False) if start < end)


def _build_turn(moments: tuple[Moment, ...], start: int, end: int) -> Turn:
    inside = moments[start:end]
    return Turn(
        prompt=inside[0] if is_turn_start(inside[0]) else None,
        start=start,
        end=end,
        calls=tuple(moment for moment in inside if moment.step.kind == "call"),
        replies=tuple(moment for moment in inside if moment.step.kind == "reply"),
        interrupts=tuple(moment for moment in inside if moment.step.kind == "mark" and moment.step.name == "interrupt"),
    )


# Turn signs: what each sign of a correction weighs, and the words by which it is known, from ``turn_signs.toml``.
#
# They are data with the fit that they came from, so that whoever fits them again changes no code. The file is read when
# the first turn is judged, never on import: compiling the patterns takes longer than a hook may. From the sum of the
# points comes a probability, by a logistic curve that was fitted to labelled turns and stands in the same file.

_NEVER = r"(?!)"
_LINE_BREAK = re.compile(r"\n\s*")
_MOST_POINTS = 60.0
"""Points beyond which the curve is flat; by definition, as the exponential of more may overflow."""
_LONGEST_CLAUSE = 60
"""Characters kept of the words that show a sign. Guess of 2026-11-22: a clause, read at a glance."""
_CLAUSE_END = re.compile(r"[!?;\n\u3002\uff01\uff1f]|\.(?=\s|$)")


class SeenSign(NamedTuple):
    """One sign that a turn has."""

    slug: str
    points: float
    words: str = ""
    """The person's words that show it, from its first one on to the end of the clause; empty where none do."""


class TurnSign(NamedTuple):
    """One sign."""

    slug: str
    points: float
    """Log-odds that it adds, before the curve."""
    pattern: re.Pattern[str]
    """Matches nothing where the sign is not seen in words."""
    fit: str
    """Where the points are from: a key of ``[fit]`` in the file."""

    def is_in(self, text: str) -> bool:
        """Tell whether the text has the sign."""
        return self.pattern.search(text) is not None

    def find(self, text: str) -> SeenSign | None:
        """Return the sign with the words that show it; None where the text has it not."""
        found = self.pattern.search(text)
        return None if found is None else SeenSign(self.slug, self.points, _cut_clause(text, found.start()))

    def see(self) -> SeenSign:
        """Return the sign as seen by something that is not said."""
        return SeenSign(self.slug, self.points)


class TurnSigns(NamedTuple):
    """All signs, and what is decided by their sum."""

    by_slug: Mapping[str, TurnSign]
    groups: Mapping[str, tuple[TurnSign, ...]]
    slope: float
    """Log-odds a point, of the fitted curve."""
    intercept: float
    """Log-odds at no points."""
    counting: float
    """Probability from which on a turn counts as a correction, everywhere."""
    doubt: float
    """Probability from which on it is unknown whether a turn is one; below, it is none."""
    most_alone: float
    """What is stated at most of a turn that rests on words alone."""

    def compute_probability(self, points: float) -> float:
        """Return how likely a turn with these points is a correction."""
        odds = self.slope * points + self.intercept
        return 1.0 / (1.0 + math.exp(-max(-_MOST_POINTS, min(_MOST_POINTS, odds))))

    def find_all(self, group: str, text: str) -> Iterator[SeenSign]:
        """Yield the group's signs that the text has."""
        return (seen for sign in self.groups[group] if (seen := sign.find(text)) is not None)


@cache
def load_signs() -> TurnSigns:
    """Return the signs of the packaged file."""
    text = resources.files("twiceshy.judgement.outcomes").joinpath("turn_signs.toml").read_text("utf-8")
    tree = tomllib.loads(text)
    groups = {name: tuple(_read_group(table)) for name, table in tree["sign"].items()}
    decision = tree["decision"]
    return TurnSigns(
        by_slug={sign.slug: sign for signs in groups.values() for sign in signs},
        groups=groups,
        slope=tree["curve"]["slope"],
        intercept=tree["curve"]["intercept"],
        counting=decision["counting"],
        doubt=decision["doubt"],
        most_alone=decision["most-alone"],
    )


def sum_points(seen: Iterable[SeenSign]) -> float:
    """Return the points of all these signs."""
    return sum(one.points for one in seen)


def _read_group(table: Mapping[str, Any]) -> Iterator[TurnSign]:
    for slug, row in table.items():
        if slug != "fit":
            pattern = _LINE_BREAK.sub("", row.get("pattern", _NEVER))
            flags = 0 if row.get("case_sensitive") else re.IGNORECASE
            yield TurnSign(slug, row.get("points", 0.0), re.compile(pattern, flags), row.get("fit", table["fit"]))


def _cut_clause(text: str, start: int) -> str:
    """Return the words from ``start`` on to the end of the clause, on one line."""
    words = text[start : start + 4 * _LONGEST_CLAUSE].lstrip(" \t\n,;:-")
    end = _CLAUSE_END.search(words, 1)
    clause = " ".join(words[: end.start() if end else None].split())
    return clause if len(clause) <= _LONGEST_CLAUSE else clause[: _LONGEST_CLAUSE - 1].rsplit(" ", 1)[0] + "…"


# Task groups: turns put together into tasks: a request with all that only corrects it or goes on with it.
#
# A turn belongs to the task before it when its words correct that work, accept or deliver it ("commit this"), or say
# no more than to go on; so do words queued while the agent worked, words of a refusal, and a turn that changed
# nothing after a task that did. Any other turn starts a task: two things requested one after the other are two
# tasks.

_LONGEST_GO_ON = 80
"""Characters of words that only say to go on. Guess of 2026-11-21: longer ones say something of their own."""
_LONGEST_ACCEPTANCE = 160
"""Characters in which an acceptance has no "but". Guess of 2026-11-21."""
_LONGEST_DELIVERY = 240
"""Characters of words that ask for a delivery. Guess of 2026-11-21: longer ones ask for more."""
_DELIVERY_WITHIN = 40
"""Characters in which a delivery is asked for first. Guess of 2026-11-21."""
_BRIEF_DELIVERY = 80
"""Characters of words that ask for nothing else. Guess of 2026-11-21."""


_INTERPOSED = frozenset({"queued", "rejection", "feedback"})


class TurnRole(StrEnum):
    """What a turn's words do to the work before them."""

    NEW = "new"
    GO_ON = "go-on"
    ACCEPTS = "accepts"
    DELIVERS = "delivers"
    CORRECTS = "corrects"


@dataclass(slots=True)
class TaskGroup:
    """The turns of one task."""

    turns: list[Turn] = field(default_factory=list)
    roles: list[TurnRole] = field(default_factory=list)

    @property
    def start(self) -> int:
        """The index of its first moment."""
        return self.turns[0].start

    @property
    def end(self) -> int:
        """The index behind its last moment."""
        return self.turns[-1].end


def _classify_turn(turn: Turn, correcting: Collection[bytes], interposed: frozenset[str]) -> TurnRole:
    """Return what the turn's words do to the work before it; ``correcting`` are the prompts known to correct.

    ``interposed`` are the kinds of prompts that are words into the work.
    """
    if turn.prompt is None or not turn.human:
        return TurnRole.NEW
    if turn.prompt.step.uid in correcting:
        return TurnRole.CORRECTS
    words, signs = turn.words.strip(), load_signs().by_slug
    if len(words) <= _LONGEST_DELIVERY and _asks_for_delivery(words):
        return TurnRole.DELIVERS
    if signs["accepts"].is_in(words) and not signs["but"].is_in(words[:_LONGEST_ACCEPTANCE]):
        return TurnRole.ACCEPTS
    if turn.prompt.step.name in interposed:
        return TurnRole.GO_ON
    return TurnRole.GO_ON if len(words) <= _LONGEST_GO_ON and signs["goes-on"].is_in(words) else TurnRole.NEW


def _asks_for_delivery(words: str) -> bool:
    """Tell whether the delivery is what is asked for: not ruled out, and not the end of another wish."""
    signs = load_signs().by_slug
    found = signs["delivers"].pattern.search(words)
    if found is None or signs["not-delivers"].is_in(words):
        return False
    return found.start() <= _DELIVERY_WITHIN or len(words) <= _BRIEF_DELIVERY


def group_turns(turns: Sequence[Turn], correcting: Collection[bytes] = ()) -> list[TaskGroup]:
    """Return the turns in groups, in order; every turn is in one."""
    groups: list[TaskGroup] = []
    typed = any(turn.prompt is not None and turn.prompt.step.name == "typed" for turn in turns)
    interposed = _INTERPOSED if typed else _INTERPOSED - {"queued"}  # some clients log every prompt as queued
    for turn in turns:
        role = _classify_turn(turn, correcting, interposed)
        if groups and (role is not TurnRole.NEW or _is_idle(groups[-1], turn)):
            groups[-1].turns.append(turn)
            groups[-1].roles.append(role)
        else:
            groups.append(TaskGroup([turn], [role if groups else TurnRole.NEW]))
    return groups


def _is_idle(group: TaskGroup, turn: Turn) -> bool:
    """Tell whether a turn without work of its own follows one with work: a question about it."""
    return not turn.has_acted and any(before.edits for before in group.turns)
