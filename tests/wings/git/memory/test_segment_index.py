"""An index says what is in a segment, and is never believed where it contradicts itself."""

import pytest

from twiceshy.records.codec import DamagedValue
from twiceshy.wings.git.memory import segment_index
from twiceshy.wings.git.memory.segment_index import SegmentIndex

INDEX = SegmentIndex(17, {"chat": 1, "ci": 1}, [b"aaaa", b"bbbb"], [10, 5])


def test_it_comes_back() -> None:
    """With the place at which the lines begin."""
    packed = segment_index.pack_index(INDEX)

    assert segment_index.read_index(packed + b"lines") == (INDEX, len(packed))


@pytest.mark.parametrize(
    "index",
    [
        pytest.param(INDEX._replace(raw_size=18), id="bytes"),
        pytest.param(INDEX._replace(types={"chat": 1}), id="counts"),
        pytest.param(INDEX._replace(marks=[b"aaaa"]), id="marks"),
        pytest.param(INDEX._replace(lengths=[10]), id="lengths"),
    ],
)
def test_one_that_contradicts_itself_is_refused(index: SegmentIndex) -> None:
    """Else a count would be wrong without a word."""
    with pytest.raises(DamagedValue):
        segment_index.read_index(segment_index.pack_index(index))
