"""screens.terminal.progress_bar: a line that moves on a terminal, a line a step elsewhere, nothing for programs."""

import io

import pytest

from twiceshy.records.ingest import Progress, StepProgress
from twiceshy.screens.terminal.progress_bar import StepWatch, render_bar, step_of, watch_steps


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def sessions(done: int, total: int, step: str = "Judging sessions") -> StepProgress:
    return StepProgress(step=step, done=done, total=total, unit="sessions")


def test_a_program_gets_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Beside JSON stderr stays empty."""
    with watch_steps(silent=True) as watch:
        watch.show(sessions(1, 2))

    assert capsys.readouterr() == ("", "")


def test_elsewhere_each_step_is_one_line() -> None:
    """In a pipe or a file each step is named once, as it begins."""
    stream = io.StringIO()

    with StepWatch(stream) as watch:
        for step in (sessions(0, 9), sessions(5, 9), sessions(0, 9, "Learning")):
            watch.show(step)

    assert stream.getvalue() == "Judging sessions ...\nLearning ...\n"


def test_a_sentence_stays_where_the_line_goes() -> None:
    """The moving line is taken away before it and after it."""
    screen = Screen()

    with StepWatch(screen, lambda: 0.0) as watch:
        watch.show(sessions(0, 0))
        watch.say("A first look.")

    assert screen.getvalue() == "\r\x1b[KJudging sessions ...\r\x1b[KA first look.\n"


def test_on_a_terminal_the_line_moves_and_goes() -> None:
    """It is drawn at most ten times a second, and taken away at the end."""
    screen, now = Screen(), iter([0.0, 10.0, 10.05, 12.0])

    with StepWatch(screen, lambda: next(now)) as watch:
        for done in (0, 1, 5):
            watch.show(sessions(done, 10))

    drawn = screen.getvalue().split("\r\x1b[K")
    assert drawn == [
        "",
        "[..............................] Judging sessions: 0 of 10 sessions",
        "[###############...............] Judging sessions: 5 of 10 sessions, 2.0 s left",
        "",
    ]


BARS = [
    pytest.param(sessions(0, 0), "Judging sessions ...", id="nobody knows how many"),
    pytest.param(
        step_of(Progress(bytes_done=250, bytes_total=1000, files_done=1, files_total=4)),
        "[########......................] Reading logs: 250 B of 1.0 kB, 30 s left",
        id="bytes",
    ),
    pytest.param(
        sessions(12, 10), "[##############################] Judging sessions: 12 of 10 sessions, 0.0 s left", id="over"
    ),
]


@pytest.mark.parametrize(("step", "expected"), BARS)
def test_a_bar_says_what_how_far_and_how_long(step: StepProgress, expected: str) -> None:
    """The step, its amount in its unit, and the time left at this pace."""
    assert render_bar(step, 10.0) == expected
