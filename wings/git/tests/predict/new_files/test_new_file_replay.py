"""Asking commits before they are learned."""

from benchmarks.new_file_replay import replay_new_files
from wings.git.tests.predict.invented import a_change
from wings.git.tests.predict.new_files.growing_project import a_growing_project

from twiceshy_git.predict.new_files.place_candidates import MadePlace


def test_an_evaluation_asks_before_it_learns() -> None:
    past = a_growing_project(100)
    later = a_change("Add plugin zebra", "+zoo/zebra.py", number=100)
    asked = list(replay_new_files([*past, later], 100, lambda *_: {}))
    assert len(asked) == 1
    assert asked[0].made == {MadePlace("*", "*.py")}
    assert not any(place.folder.startswith("zoo") for place in (*asked[0].found.places, *asked[0].last))


def test_commits_that_import_much_or_nothing_are_not_asked() -> None:
    much = a_change("Vendor", *(f"+vendor/{n}.py" for n in range(31)), number=100)
    assert not list(replay_new_files([*a_growing_project(100), much, a_change("Empty")], 100, lambda *_: {}))
