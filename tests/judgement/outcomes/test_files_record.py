"""What agents did to files is told as of a time, and a few events say little."""

import pytest

from twiceshy.judgement.outcomes.files_record import FilesRecord
from twiceshy.records.stories import FileEvent

EVENTS = [
    FileEvent(1, "a.py", "edited", b"one"),
    FileEvent(2, "a.py", "failed", b"one"),
    FileEvent(3, "src/b.py", "edited", b"two"),
    FileEvent(4, "a.py", "bad", b"one"),
    FileEvent(5, "/home/dev/web/src/b.py", "edited", b"three"),
]


@pytest.mark.parametrize(
    ("at", "files", "said"),
    [
        (1, ["a.py"], {}),
        (9, [], {}),
        (1.5, ["a.py"], {"touches": 1, "failures": 0, "rca_fails": 0, "session_correction_rate": 0}),
        (3.5, ["a.py"], {"touches": 1, "failures": (1 + 10 / 3) / 12, "rca_fails": 0, "session_correction_rate": 0}),
        (
            9,
            ["a.py", "new.py"],
            {
                "touches": 0.5,
                "failures": (1 + 10 / 4) / 12,
                "rca_fails": (1 + 10 / 3) / 11,
                "session_correction_rate": 1 / 3,
            },
        ),
        (9, ["src/b.py"], {"touches": 2}),
        (9, ["b.py"], {"touches": 0}),
    ],
    ids=["before-all", "no-files", "first-edit", "a-failure", "all", "absolute-path", "a-name-says-little"],
)
def test_files_are_told_as_of_a_time(at: float, files: list[str], said: dict[str, float]) -> None:
    """Nothing of later events; nothing up to the first; rates lean to the project's own."""
    found = FilesRecord(EVENTS).describe(files, at)

    assert {name: found[name] for name in said} == {name: pytest.approx(value) for name, value in said.items()}
    assert bool(found) == bool(said)
    assert found == FilesRecord([one for one in EVENTS if one.at < at]).describe(files, at)
