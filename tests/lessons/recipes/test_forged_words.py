"""What a tool prints never counts as a person's words: a tenth of the attempts, always the same."""

from pathlib import Path

from benchmarks.forged_words import count_read, find_speakers, learn, list_attempts
from tests.counts import draw_part


def test_no_tool_speaks_as_the_person(tmp_path: Path) -> None:
    """In the logs of seven agents, whatever voice it imitates, wherever it stands."""
    some = draw_part(list_attempts(), 124, "forged words")

    config = learn(tmp_path, some)

    assert find_speakers(config, some) == {}
    assert count_read(config) == 3 * len(some)
