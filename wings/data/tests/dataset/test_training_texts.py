"""The words in which a model meets a pair."""

from twiceshy_data.dataset.preference_pairs import ChangedPart
from twiceshy_data.dataset.training_texts import write_message, write_task


def test_a_task_shows_the_place_with_what_stood_there() -> None:
    """Between marks, with the lines around it."""
    part = ChangedPart("above", "old", "wrong", "right", "below")

    assert write_task("add it up", "a.py", "python", part) == (
        "add it up\n\nFile `a.py`. Write what stands in the place of the marked lines, and nothing else.\n\n"
        "```python\nabove\n<<<<<<<\nold\n>>>>>>>\nbelow\n```"
    )


def test_a_place_where_nothing_stood_has_empty_marks() -> None:
    """And a file that was not there has nothing around them."""
    part = ChangedPart("", "", "wrong", "right", "")

    assert write_task("add it up", "a.txt", "", part).endswith(
        "between the marks, and nothing else.\n\n```\n<<<<<<<\n>>>>>>>\n```"
    )


def test_a_fence_is_longer_than_those_in_the_code() -> None:
    """A document may have fences of its own."""
    part = ChangedPart("```", "", "wrong", "right", "````")

    assert write_task("write it", "a.md", "markdown", part).count("`````") == 2


def test_a_message_has_a_role_and_words() -> None:
    """As every trainer takes it."""
    assert write_message("user", "hi") == {"role": "user", "content": "hi"}
