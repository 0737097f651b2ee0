"""Say which rows may leave, with which fields, and from which level on: what is not here cannot leave.

At ``counts`` a row holds keyed hashes, numbers and words of closed lists. ``anonymous`` adds words that were redacted
strictly, ``full`` what is stored at home, redacted. The server knows the same table and refuses any other field.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Form = Literal["hash", "count", "number", "flag", "word", "time", "text", "words", "counts"]
"""``hash``: 32 hexadecimal digits; ``count``: a whole number that may be negative only for statuses; ``word``: an
identifier; ``text``: anything, scanned again by the server; ``words``: a list of words; ``counts``: by word."""
Level = Literal["counts", "anonymous", "full"]
LEVELS: tuple[Level, ...] = ("counts", "anonymous", "full")
"""From strict to loose."""


class Field(NamedTuple):
    """One field of a kind of row."""

    name: str
    form: Form
    level: Level = "counts"
    """The strictest at which it leaves."""
    required: bool = False


class RowKind(NamedTuple):
    """One kind of row."""

    name: str
    fields: tuple[Field, ...]
    level: Level = "counts"
    """The strictest at which such a row leaves at all."""
    changes: bool = False
    """Whether a later revision takes the place of an earlier one; else there is one revision only."""


def _list_fields(form: Form, names: str, level: Level = "counts", *, required: bool = False) -> tuple[Field, ...]:
    return tuple(Field(name, form, level, required) for name in names.split())


_KEYS = (*_list_fields("hash", "team_hash project_hash"), Field("team_epoch", "word"))
"""Keyed with the team's key, and the fingerprint of that key; not there where a machine had none."""
# ``session_hash`` and ``call_hash`` are of ``random_ids``: in them what an agent exports by itself and what a member
# sends meet. ``person`` is the server's word for an account that an exporter named; members' own rows have none.
# A ``metric`` is one counter of an exporter: one row an interval where it sends what came since the last time, else
# one row that grows (``cumulative``).

_KINDS = (
    RowKind(
        "execution",
        (
            *_KEYS,
            *_list_fields("count", "exit_code", required=True),
            *_list_fields("word", "exit_reason", required=True),
            *_list_fields("number", "total_runtime", required=True),
            *_list_fields("count", "child_status idle_periods_count match_count total_lines_processed bytes_processed"),
            *_list_fields("number", "time_to_first_output time_to_first_match time_from_match_to_exit"),
            *_list_fields("number", "longest_idle_period overall_timeout idle_timeout first_output_timeout delay_exit"),
            Field("pattern_hash", "hash"),
            *_list_fields("word", "pattern_type match_mode project_type command_category platform client"),
            Field("command_head", "word", "anonymous"),
            *_list_fields("text", "command pattern", "full"),
        ),
    ),
    RowKind(
        "match_event",
        (
            Field("execution", "hash", required=True),
            *_list_fields("count", "match_number line_number"),
            Field("timestamp_offset", "number"),
            *_list_fields("word", "stream_source kind"),
            Field("pattern_hash", "hash"),
            *_list_fields("text", "line_content matched_substring context_before context_after", "full"),
        ),
    ),
    RowKind(
        "output_sample",
        (
            Field("execution", "hash", required=True),
            *_list_fields("word", "sample_type stream_source"),
            *_list_fields("number", "timestamp_offset confidence"),
            Field("is_error", "flag"),
            Field("content", "text", "full"),
        ),
        level="full",
    ),
    RowKind(
        "feedback",
        (
            Field("execution", "hash", required=True),
            Field("rating", "count"),
            *_list_fields("flag", "false_positive should_have_exited"),
            Field("delay_should_be_s", "number"),
            Field("comment", "text", "full"),
        ),
        changes=True,
    ),
    RowKind(
        "session",
        (
            *_KEYS,
            *_list_fields("word", "agent model", required=True),
            *_list_fields("hash", "session_hash person"),
            Field("source", "word"),
            Field("started_at", "time"),
            *_list_fields("number", "seconds cost_usd"),
            *_list_fields("count", "prompts calls failed_calls edits files corrections interruptions commits"),
            *_list_fields("count", "tokens_in tokens_out tokens_cached"),
            *_list_fields("counts", "tools failed_tools outcomes"),
        ),
        changes=True,
    ),
    RowKind(
        "lesson",
        (
            Field("lesson_hash", "hash", required=True),
            Field("team_epoch", "word", required=True),
            *_list_fields("word", "kind state review"),
            *_list_fields("word", "category subject", "anonymous"),
            *_list_fields("count", "seen sessions helped hurt"),
            Field("confidence", "number"),
            *_list_fields("time", "first_at last_at"),
            *_list_fields("text", "text trigger", "anonymous"),
        ),
        changes=True,
    ),
    RowKind(
        "trial",
        (
            Field("rule_hash", "hash", required=True),
            *_list_fields("word", "rule_kind arm outcome", required=True),
            *_list_fields("count", "bad n sessions", required=True),
            *_list_fields("number", "weight weight_squared weighted_bad"),
        ),
        changes=True,
    ),
    RowKind(
        "effect",
        (
            *_list_fields("word", "habit outcome", required=True),
            Field("stratum", "hash"),
            *_list_fields("count", "n_with bad_with n_without bad_without", required=True),
        ),
        changes=True,
    ),
    RowKind(
        "fact",
        (
            Field("project_hash", "hash", required=True),
            Field("team_epoch", "word", required=True),
            Field("fact_hash", "hash", required=True),
            Field("kind", "word", required=True),
            *_list_fields("count", "worked n", required=True),
            *_list_fields("count", "sessions"),
            Field("last_at", "time"),
            *_list_fields("text", "says command", "anonymous"),
        ),
        changes=True,
    ),
    RowKind(
        "event",
        (
            *_list_fields("hash", "session_hash call_hash person"),
            *_list_fields("count", "sequence status attempt"),
            *_list_fields("word", "agent name", required=True),
            *_list_fields("word", "tool model error_type decision decision_source"),
            Field("success", "flag"),
            *_list_fields("number", "duration_ms cost_usd"),
            *_list_fields("count", "tokens_in tokens_out tokens_cached size"),
            Field("commit_id", "word"),
            Field("body", "text", "full"),
        ),
    ),
    RowKind(
        "metric",
        (
            *_list_fields("hash", "session_hash person"),
            *_list_fields("word", "agent name", required=True),
            *_list_fields("word", "part tool model decision"),
            Field("since", "time"),
            Field("cumulative", "flag", required=True),
            Field("value", "number", required=True),
        ),
        changes=True,
    ),
    RowKind("tombstone", (Field("target", "hash", required=True), Field("reason", "word"))),
)
KINDS: Mapping[str, RowKind] = {kind.name: kind for kind in _KINDS}
