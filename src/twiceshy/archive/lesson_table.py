"""The columns of a lesson and of an occurrence, and the forms of what they hold."""

from twiceshy.archive.table import ColumnForm, Table, in_json
from twiceshy.base.values import Scrubbed
from twiceshy.records.codec import Codec, Layout
from twiceshy.records.lessons import Lesson, Occurrence, PreventionStep, Trigger, Validation

KEYED = tuple(Layout(record, keyed=True) for record in (Trigger, PreventionStep, Validation))
"""People read them with `twiceshy sql`."""
TRIGGER, STEPS = Codec(Trigger, *KEYED), Codec(tuple[PreventionStep, ...], *KEYED)
_ID = ColumnForm(lambda name: bytes.fromhex(name.partition("-")[2]), lambda key: f"l-{key.hex()}")
_EXAMPLE = ColumnForm(lambda text: text or None, lambda text: Scrubbed(text) if text else None)

LESSON = Table(
    "lesson",
    Lesson,
    "id slug kind subject category severity description root_cause trigger steps bad good contexts scope scope_of "
    "actor quoted observations sessions projects warnings successes failures first_seen last_seen state",
    keys="imported",
    forms={
        "id": _ID,
        "trigger": in_json(TRIGGER),
        "steps": in_json(STEPS),
        "bad": _EXAMPLE,
        "good": _EXAMPLE,
        "contexts": in_json(Codec(tuple[str, ...])),
    },
)
OCCURRENCE = Table(
    "mistake_occurrences",
    Occurrence,
    "session event agent project file code message at source cost_s fix",
    keys="pattern_id key fixed",
    names={
        "project": "project_path",
        "file": "file_path",
        "code": "generated_code",
        "message": "error_message",
        "at": "timestamp",
    },
    forms={
        "file": _EXAMPLE,
        "code": _EXAMPLE,
        "cost_s": ColumnForm(lambda seconds: seconds or None, lambda seconds: seconds or 0.0),
        "fix": _EXAMPLE,
    },
)
