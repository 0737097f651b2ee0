"""A key that a line's end breaks in two is seen; words that follow each other are none."""

import pytest

from twiceshy.privacy.opinion.broken_keys import find_broken_keys

AWS = b"ASI" + b"AQPKIZGHORSF\nNWSH5"
GITLAB = b"gld" + b"t-HoYsuwrWVqWLA\njP3HKz4"


@pytest.mark.parametrize("key", [AWS, GITLAB])
@pytest.mark.parametrize("frame", [b"%s", b"KEY=%s\nB=1", b"mcp_%s", b'"%s"'])
def test_a_broken_key_is_seen_whole(key: bytes, frame: bytes) -> None:
    """Both lines of it."""
    view = frame % key

    assert [view[one.start : one.end] for one in find_broken_keys(view)] == [key]


@pytest.mark.parametrize(
    "view", [b"secret_of_trees\nmain.py", b"key-binding\nsecond", b"sk-learn-model\nv1.2", b"re_\n"]
)
def test_words_are_no_broken_key(view: bytes) -> None:
    """Though the first begins as keys do."""
    assert list(find_broken_keys(view)) == []
