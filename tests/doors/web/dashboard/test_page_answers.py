"""doors.web.dashboard.page_answers: an answer is computed once for one state of the data folder."""

import os
from pathlib import Path
from threading import Barrier, Thread

from twiceshy.doors.web.dashboard.page_answers import PageAnswers


def test_an_answer_is_kept_until_somebody_writes(tmp_path: Path) -> None:
    """Another question is another answer; a write of any process ends all."""
    store = tmp_path / "twiceshy.db"
    store.write_bytes(b"1")
    kept, asked = PageAnswers(tmp_path), []

    def ask(question: str) -> int:
        return kept.ask(question, lambda: asked.append(question) or len(asked))  # type: ignore[func-returns-value]  # append's None

    assert [ask("a"), ask("a"), ask("b"), ask("a")] == [1, 1, 2, 1]
    os.utime(store, ns=(1, 1))
    assert [ask("a"), ask("b")] == [3, 4]


def test_two_that_ask_at_once_compute_once(tmp_path: Path) -> None:
    """The second waits for the first."""
    kept, asked, barrier = PageAnswers(tmp_path), [], Barrier(4)

    def ask() -> None:
        barrier.wait()
        kept.ask("a", lambda: asked.append(1))

    threads = [Thread(target=ask) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert asked == [1]


def test_few_answers_are_kept(tmp_path: Path) -> None:
    """The oldest goes first, so that memory has an end."""
    kept, asked = PageAnswers(tmp_path), []
    for number in range(40):
        kept.ask(number, lambda: asked.append(1))
    kept.ask(39, lambda: asked.append(1))
    kept.ask(0, lambda: asked.append(1))

    assert len(asked) == 41
