"""The tables that a shard writes for the merge of all shards, beside the store's own."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from twiceshy.archive.db import Store
from twiceshy.archive.observations import KIND as OBSERVED
from twiceshy.lessons.recipes.learn_from_sessions import KIND as LEARNED
from twiceshy.lessons.recipes.learn_from_sessions import NOTHING
from twiceshy.lessons.recipes.machine_lessons import see_troubles
from twiceshy.records.attempts import HookRefusal, RecurringTrouble, TroubleCase
from twiceshy.records.codec import Codec
from twiceshy.records.exports import ColumnType, list_columns
from twiceshy_fleet.lake import shard_rows
from twiceshy_fleet.lake.shard_rows import Row
from twiceshy_fleet.lake.tables import LakeTable

TROUBLE: Final = Codec(RecurringTrouble)
REFUSAL: Final = Codec(HookRefusal)
_TEXT, _INTEGER, _REAL = ColumnType.TEXT, ColumnType.INTEGER, ColumnType.REAL
_BYTES, _TRUTH = ColumnType.BYTES, ColumnType.BOOLEAN
_VALUES: Final = list_columns(session=_BYTES, value=_TEXT)
_TROUBLES: Final = list_columns(project=_TEXT, number=_INTEGER, kind=_TEXT, value=_TEXT)
TROUBLE_KIND: Final = "trouble"
_REFUSED: Final = "refusal"


def _read_troubles(store: Store) -> Iterator[Row]:
    """Yield what this shard's sessions say of troubles, by project; of the sessions only what lessons need."""
    seen = see_troubles(store)
    rows = [
        *((one.project, TROUBLE_KIND, TROUBLE.encode(_thin_trouble(one)).decode()) for one in seen.troubles),
        *((one.project, _REFUSED, REFUSAL.encode(_thin_refusal(one)).decode()) for one in seen.refusals),
    ]
    for number, (project, kind, value) in enumerate(rows):
        yield (project, number, kind, value)


def _thin_trouble(trouble: RecurringTrouble) -> RecurringTrouble:
    return replace(trouble, cases=tuple(_thin_case(one) for one in trouble.cases))


def _thin_refusal(refusal: HookRefusal) -> HookRefusal:
    return refusal._replace(case=_thin_case(refusal.case))


def _thin_case(case: TroubleCase) -> TroubleCase:
    return case._replace(session=case.session._replace(attempts=()))


MERGE_TABLES: Final[Mapping[str, LakeTable]] = {
    "merge_session": LakeTable(
        (
            *list_columns(session=_BYTES, team=_TEXT, person=_TEXT, agent=_TEXT, model=_TEXT, project=_TEXT),
            *list_columns(project_name=_TEXT, first_at=_TEXT, last_at=_TEXT, real=_TRUTH, prompts=_INTEGER),
            *list_columns(calls=_INTEGER, failed_calls=_INTEGER, edits=_INTEGER, added=_INTEGER, removed=_INTEGER),
            *list_columns(tasks=_INTEGER, corrections=_INTEGER, rollbacks=_INTEGER, input=_INTEGER, output=_INTEGER),
            *list_columns(cache_write=_INTEGER, cache_read=_INTEGER, cache_write_1h=_INTEGER, dollars=_REAL),
            *list_columns(unpriced=_INTEGER, number=_INTEGER),
        ),
        shard_rows.read_sessions,
    ),
    "merge_words": LakeTable(list_columns(words=_BYTES, value=_TEXT), shard_rows.read_words),
    "merge_case": LakeTable(
        list_columns(session=_BYTES, number=_INTEGER, words=_BYTES, value=_TEXT), shard_rows.read_cases
    ),
    "merge_proposal": LakeTable(_VALUES, partial(shard_rows.read_values, kind=LEARNED, nothing=NOTHING)),
    "merge_observation": LakeTable(_VALUES, partial(shard_rows.read_values, kind=OBSERVED)),
    "merge_trouble": LakeTable(_TROUBLES, _read_troubles),
    "merge_duration": LakeTable(
        list_columns(kind=_TEXT, name=_TEXT, times=_INTEGER, sketch=_BYTES), shard_rows.read_durations
    ),
}
"""By name; their rows mean something only beside those of the other shards."""
