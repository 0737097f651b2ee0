"""Run a command under watch, record it, and learn its limits and patterns."""

from twiceshy.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.flows.command.limit_suggestions import suggest_limits as suggest_limits
    from twiceshy.flows.command.run_history import CommandPatterns as CommandPatterns
    from twiceshy.flows.command.run_history import CommandTiming as CommandTiming
    from twiceshy.flows.command.run_history import RunAnomaly as RunAnomaly
    from twiceshy.flows.command.run_history import RunSuggestion as RunSuggestion
    from twiceshy.flows.command.run_history import clear as clear
    from twiceshy.flows.command.run_history import give_feedback as give_feedback
    from twiceshy.flows.command.run_history import list_anomalies as list_anomalies
    from twiceshy.flows.command.run_history import list_patterns as list_patterns
    from twiceshy.flows.command.run_history import list_runs as list_runs
    from twiceshy.flows.command.run_history import list_timings as list_timings
    from twiceshy.flows.command.run_history import suggest as suggest
    from twiceshy.flows.command.run_history import summarize_runs as summarize_runs
    from twiceshy.flows.command.watched_run import RunRefusal as RunRefusal
    from twiceshy.flows.command.watched_run import run as run

__getattr__, __dir__ = open_face(
    __name__,
    {
        "suggest_limits": "limit_suggestions",
        "CommandPatterns": "run_history",
        "CommandTiming": "run_history",
        "RunAnomaly": "run_history",
        "RunSuggestion": "run_history",
        "clear": "run_history",
        "give_feedback": "run_history",
        "list_anomalies": "run_history",
        "list_patterns": "run_history",
        "list_runs": "run_history",
        "list_timings": "run_history",
        "suggest": "run_history",
        "summarize_runs": "run_history",
        "RunRefusal": "watched_run",
        "run": "watched_run",
    },
)
