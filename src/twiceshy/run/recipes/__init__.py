"""Run a command under watch, record it, and learn its limits and patterns."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.run.recipes.limit_suggestions import suggest_limits as suggest_limits
    from twiceshy.run.recipes.run_history import CommandPatterns as CommandPatterns
    from twiceshy.run.recipes.run_history import CommandTiming as CommandTiming
    from twiceshy.run.recipes.run_history import RunAnomaly as RunAnomaly
    from twiceshy.run.recipes.run_history import RunSuggestion as RunSuggestion
    from twiceshy.run.recipes.run_history import clear as clear
    from twiceshy.run.recipes.run_history import give_feedback as give_feedback
    from twiceshy.run.recipes.run_history import list_anomalies as list_anomalies
    from twiceshy.run.recipes.run_history import list_patterns as list_patterns
    from twiceshy.run.recipes.run_history import list_runs as list_runs
    from twiceshy.run.recipes.run_history import list_timings as list_timings
    from twiceshy.run.recipes.run_history import suggest as suggest
    from twiceshy.run.recipes.run_history import summarize_runs as summarize_runs
    from twiceshy.run.recipes.watched_run import RunRefusal as RunRefusal
    from twiceshy.run.recipes.watched_run import run as run

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
