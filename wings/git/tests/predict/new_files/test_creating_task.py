"""Whether a task makes files."""

from wings.git.tests.predict.new_files.growing_project import a_growing_project, a_task, learned

from twiceshy_git.predict.new_files.creating_task import describe_creating, list_missing
from twiceshy_git.predict.new_files.place_candidates import PLACE_COLUMNS, MadePlace, count_names, weigh_places
from twiceshy_git.predict.signals.messages import find_similar_commits


def test_a_named_file_that_is_not_there_is_seen() -> None:
    index = learned(a_growing_project(60))
    task = a_task(index, "Write tests/plugins/test_mail.py beside src/core.py, as of v1.2")
    assert list_missing(index, task) == ["tests/plugins/test_mail.py"]
    assert describe_creating(index, task, find_similar_commits(index, task))[-1] == 1
    found = weigh_places(index, task, find_similar_commits(index, task), {}, count_names(index.files.paths))
    named = PLACE_COLUMNS.index("named")
    assert [place for place, row in zip(found.places, found.rows, strict=True) if row[named]] == [
        MadePlace("tests/plugins", "test_*.py")
    ]
