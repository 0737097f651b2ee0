"""Replace ``auto`` in a plan with the limits and patterns that are learned, and say which were taken."""

from __future__ import annotations

from twiceshy.commands.shell import command_heads
from twiceshy.records.runs import Choice, Watch
from twiceshy.run import starting_patterns
from twiceshy.stats.durations import AUTO, format_duration, format_option

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from twiceshy.records.runs import RunPlan

    LimitFinder = Callable[[RunPlan, str], tuple[float, str] | None]
    """Gives seconds and their evidence by a field's name; None while too little is known."""
    PatternFinder = Callable[[RunPlan], tuple[tuple[str, ...], str, str]]
    """Gives patterns, their origin (learned, starting or none), and why."""
    KnownPattern = tuple[str, bool, bool, str]
    """A pattern: its text, whether to use it, whether never to use it, and why."""

_AUTOMATIC = (
    ("--timeout", "timeout_s", None),
    ("--idle-timeout", "idle_timeout_s", None),
    ("--first-output-timeout", "first_output_timeout_s", None),
    ("--delay-exit", "delay_exit_s", 2.0),
)
"""Options that take ``auto``, their field, and what holds while nothing is learned."""


def resolve_auto(plan: RunPlan, find_limit: LimitFinder, find_patterns: PatternFinder) -> Iterator[str]:
    """Replace ``auto`` with learned values; yield a sentence for each that was or was not taken."""
    if plan.auto_match:
        yield _resolve_auto_match(plan, find_limit, find_patterns)
    for option, field, otherwise in _AUTOMATIC:
        if getattr(plan, field) != AUTO:
            continue
        found = find_limit(plan, field)
        if found is None:
            yield _describe_missing(option, otherwise, find_limit(plan, "usual_s"))
            choice = Choice(field, "", "none", "")
        else:
            yield f"{option} {format_option(found[0])}: {found[1]}"
            choice = Choice(field, f"{found[0]:g}", "learned", found[1])
        setattr(plan, field, otherwise if found is None else found[0])
        plan.choices += (choice,)
    if plan.choices:
        usual = find_limit(plan, "usual_s")
        plan.usual_s = None if usual is None else usual[0]


def _describe_missing(option: str, otherwise: float | None, usual: tuple[float, str] | None) -> str:
    """Say that nothing is learned for an option, what holds, and what is known of such runs elsewhere."""
    default = "without it" if otherwise is None else f"with {format_duration(otherwise)}"
    hint = "" if usual is None else f"; {usual[1]}, which is no limit for here"
    return f"{option} auto: no run of this command is known here yet; running {default}{hint}"


def _resolve_auto_match(plan: RunPlan, find_limit: LimitFinder, find_patterns: PatternFinder) -> str:
    """Watch for the patterns known for this command, set the learned delay after a match, and say so."""
    found, origin, why = find_patterns(plan)
    plan.watches += tuple(Watch("match", pattern) for pattern in found)
    plan.choices += (Choice("match", "\n".join(found), origin, why),)
    if found and "delay_exit_s" not in vars(plan):  # nobody said how long
        delay = find_limit(plan, "delay_exit_s")
        if delay is not None:
            plan.delay_exit_s = delay[0]
            plan.choices += (Choice("delay_exit_s", f"{delay[0]:g}", "learned", delay[1]),)
    return f"--match auto: {why}" + ("" if found else "; running without it")


def choose_patterns(words: str, known: list[KnownPattern]) -> tuple[tuple[str, ...], str, str]:
    """Return the patterns for a command's words: learned ones, else the starting patterns of its tool.

    Their origin (learned, starting or none) comes with them, and the evidence, or why there are none.
    """
    taken = [(pattern, reason) for pattern, chosen, against, reason in known if chosen and not against]
    if taken:
        texts = tuple(pattern for pattern, _ in taken)
        return texts, "learned", f"{' or '.join(map(repr, texts))}: {taken[0][1]}"
    return _choose_starting(words, {pattern for pattern, _, against, _ in known if against})


def _choose_starting(words: str, wrong: set[str]) -> tuple[tuple[str, ...], str, str]:
    """Return the starting patterns of the command's tool, without those that evidence speaks against."""
    tool = starting_patterns.find_tool(command_heads.head(words))
    if tool is None:
        said = "your feedback speaks against what was learned" if wrong else ""
        return (), "none", said or "nothing is learned about this command yet, and it has no starting patterns"
    left = tuple(pattern for pattern in starting_patterns.patterns_of(tool) if pattern not in wrong)
    if not left:
        return (), "none", f"its runs or your feedback speak against the starting patterns for {tool.name}"
    dropped = f", without {len(wrong)} that its runs or your feedback speak against" if wrong else ""
    return left, "starting", f"{len(left)} starting patterns for {tool.name}{dropped}; nothing is learned here yet"
