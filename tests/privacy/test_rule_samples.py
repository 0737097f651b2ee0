"""Templates of invented secrets."""

import base64

from twiceshy.privacy.samples import expand


def test_sample_is_the_same_each_time() -> None:
    """A template and a seed give one sample; another seed gives another."""
    assert expand("<<a-f0-9:20>>") == expand("<<a-f0-9:20>>")
    assert expand("<<a-f0-9:20>>") != expand("<<a-f0-9:20>>", 1)


def test_sample_marks_the_secret() -> None:
    """The brackets vanish and their place is told."""
    sample = expand("key = ⟦AB<<x:3>>⟧;")

    assert (sample.text, sample.secret) == ("key = ABxxx;", "ABxxx")
    assert expand("nothing").start is None
    assert expand("nothing").secret == ""


def test_sample_wraps_in_base64() -> None:
    """A base64 template holds the expanded text."""
    text = expand("<<base64:pw {0:3}>>").text

    assert base64.b64decode(text + "=" * (-len(text) % 4)) == b"pw 000"
