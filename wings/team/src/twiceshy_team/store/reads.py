"""The reads of a server's database, each by its name: every one has one text of SQL for both databases.

Each takes a store, who asks, the days, and what else it says; who asks sees the own team only.
"""

from collections.abc import Callable, Mapping
from typing import Any

from twiceshy_team.store.event_reads import (
    read_agents,
    read_event_days,
    read_event_names,
    read_tool_failures,
    read_tools,
)
from twiceshy_team.store.people_reads import read_activity, read_erasure_days, read_intake, read_totals
from twiceshy_team.store.run_reads import (
    read_commands,
    read_feedback,
    read_patterns,
    read_run_days,
    read_run_ends,
    read_runs,
)
from twiceshy_team.store.session_reads import (
    read_models,
    read_own_sessions,
    read_session_days,
    read_session_words,
)

READS: Mapping[str, Callable[..., Any]] = {
    "events per day": read_event_days,
    "agents and models": read_agents,
    "tools": read_tools,
    "failures of tools": read_tool_failures,
    "names of events": read_event_names,
    "sessions per day": read_session_days,
    "models": read_models,
    "words of sessions": read_session_words,
    "own sessions": read_own_sessions,
    "runs per day": read_run_days,
    "ends of runs": read_run_ends,
    "commands": read_commands,
    "single runs": read_runs,
    "patterns": read_patterns,
    "feedback on runs": read_feedback,
    "activity of members": read_activity,
    "rows that came": read_intake,
    "erasures": read_erasure_days,
    "totals": read_totals,
}
