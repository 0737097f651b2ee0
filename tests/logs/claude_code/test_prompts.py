"""The client's tags around text."""

import time

import pytest

from twiceshy.logs.claude_code.prompts import find_inside, remove_blocks, remove_last_blocks


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a", "a"), ("a <x>b", "a <x>b"), ("a </x>", "a </x>"), ("a \n<x>b</x>\nc <x>d</x>", "a\nc"), ("<x></x>", "")],
    ids=["none", "never closed", "never opened", "two", "nothing else"],
)
def test_blocks_are_taken_out(text: str, expected: str) -> None:
    """With the white space before them."""
    assert expected == remove_blocks(text, "x")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a\n", "a\n"), ("<x>a</x> b", "<x>a</x> b"), ("a </x>", "a </x>"), ("a\n\n<x>b</x>\n<x>c</x>\n", "a")],
    ids=["none", "not at the end", "never opened", "two at the end"],
)
def test_last_blocks_are_taken_off(text: str, expected: str) -> None:
    """Only those at the end: a file may hold the same words."""
    assert expected == remove_last_blocks(text, "x")


@pytest.mark.parametrize(("text", "expected"), [("a", None), ("<x>a", None), ("b <x> a </x> c", "a"), ("<x></x>", "")])
def test_the_inside_of_a_tag(text: str, expected: str | None) -> None:
    """Bare of white space."""
    assert expected == find_inside(text, "x")


@pytest.mark.parametrize("text", [" " * 500_000 + "<", "<x>" * 200_000, "</x>" * 200_000, "<x></x>" * 100_000])
def test_no_text_takes_long(text: str) -> None:
    """Linear, whatever the text holds."""
    start = time.process_time()
    remove_blocks(text, "x")
    remove_last_blocks(text, "x")
    find_inside(text, "x")

    assert time.process_time() - start < 1
