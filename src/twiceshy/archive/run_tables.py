"""The columns of runs and of what is learned from them."""

from twiceshy.archive.table import Table
from twiceshy.records.executions import (
    ChoiceRow,
    Execution,
    LearnedPattern,
    MatchRow,
    Metric,
    OutputSample,
    PastRun,
    RunLine,
    RunLines,
)

EXECUTIONS = Table("executions", Execution)
MATCHES = Table("match_events", MatchRow, keys="execution_id")
SAMPLES = Table("output_samples", OutputSample, keys="execution_id")
METRICS = Table("performance_metrics", Metric, keys="execution_id")
CHOICES = Table("run_choice", ChoiceRow, keys="execution_id")
LINES = Table("run_lines", RunLines, keys="execution_id")
PAST_RUNS = Table("run_history", PastRun)
PATTERNS = Table("learned_pattern", LearnedPattern)
RUN_LINE = Table(
    "executions",
    RunLine,
    "uid at command reason status runtime_s longest_silence_s lines matches category rating false_positive",
    names={
        "uid": "execution_id",
        "at": "timestamp",
        "reason": "exit_reason",
        "status": "exit_code",
        "runtime_s": "total_runtime",
        "longest_silence_s": "longest_idle_period",
        "lines": "total_lines_processed",
        "matches": "match_count",
        "category": "command_category",
        "rating": "user_rating",
        "false_positive": "false_positive_flag",
    },
)
"""One run in a list: the same table, read only."""
