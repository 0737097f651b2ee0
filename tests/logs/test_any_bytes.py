"""No reader minds what stands in a file."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logs.contract import SALT, WHOLE, adds_up

from twiceshy.base.errors import SourceError
from twiceshy.logs.readers import READERS
from twiceshy.records.ingest import Cursor

keys = st.sampled_from(
    (  # noqa: SIM905  # a list of thirty lines helps nobody
        "type message content role user assistant tool_use tool_result input id uuid name timestamp sessionId payload "
        "toolUseResult messages text command info parts usage"
    ).split()
)
leaves = st.one_of(st.none(), st.booleans(), st.integers(-5, 1 << 60), st.floats(), st.text(max_size=12), keys)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4), max_leaves=12
)
records = st.dictionaries(keys, values, max_size=6)


def as_json(value: object) -> bytes:
    """JSON as no strict writer would write it: NaN, lone surrogates."""
    return json.dumps(value).encode()


lines = st.one_of(st.binary(max_size=60), records.map(as_json), records.map(lambda one: as_json(one)[:-2]))


@pytest.mark.parametrize("agent", sorted(READERS))
@settings(max_examples=40, deadline=None)
@given(parts=st.lists(lines, max_size=6), limit=st.sampled_from([1, 50, WHOLE]))
def test_any_bytes_are_read_or_skipped(agent: str, parts: list[bytes], limit: int) -> None:
    """Nothing but a SourceError comes out, every line becomes one thing, and the reader gets to the end."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        path.write_bytes(b"\n".join(parts))
        cursor, done = Cursor(), False
        try:
            for _ in range(200):
                batch = READERS[agent].read(path, cursor, salt=SALT, limit_bytes=limit)
                assert adds_up(batch.tally, len(batch.skipped))
                cursor, done = batch.cursor, batch.done
                if done:
                    break
        except SourceError:
            return
    assert done
