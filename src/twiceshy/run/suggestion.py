"""Suggest a command line to paste from what the command's past runs teach."""

from collections.abc import Sequence

from twiceshy.commands.shell import command_heads
from twiceshy.records.executions import PastRun
from twiceshy.run import pattern_mining, starting_patterns
from twiceshy.run.learned_limits import learn_usual, suggest_limits
from twiceshy.run.learned_patterns import build_match_options, suggest_patterns
from twiceshy.run.pattern_mining import MinedPatterns
from twiceshy.run.suggestion_records import RunSuggestion, SuggestedLimit
from twiceshy.stats.durations import format_option


def suggest_line(
    words: str,
    here: Sequence[PastRun],
    elsewhere: Sequence[PastRun],
    mined: MinedPatterns | None,
    *,
    starting: Sequence[str] = (),
    team: Sequence[SuggestedLimit] = (),
) -> RunSuggestion:
    """Suggest options for a command's words from its runs in this folder, and its mined patterns.

    Runs in other folders tell only how long such runs take. ``starting``: what ``--match auto`` watches for while
    nothing is learned. ``team``: limits that a team's runs teach, for options of which the runs here tell nothing.
    """
    found = suggest_limits(here, elsewhere)
    found += [one for one in team if one.option not in {own.option for own in found}]
    usual = learn_usual(elsewhere)
    patterns = suggest_patterns(mined)
    tool = starting_patterns.find_tool(command_heads.head(words))
    options = " ".join(
        [f"{one.option} {format_option(one.value_s)}" for one in found]
        + build_match_options(patterns, automatic=tool is not None)
    )
    return RunSuggestion(
        command=words,
        line=f"twiceshy run {options} -- {words}"
        if found or starting or (patterns is not None and patterns.confident)
        else "",
        limits=found,
        runs_here=len(here),
        runs_elsewhere=len(elsewhere),
        elsewhere=usual[0].reason if usual else "",
        patterns=patterns,
        starting=tool.name if tool is not None and starting else "",
        starting_patterns=list(starting),
        failed_needed=pattern_mining.FEWEST_FAILED,
        good_needed=pattern_mining.FEWEST_GOOD,
    )
