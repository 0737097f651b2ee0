"""Places where files were made."""

import pytest
from wings.git.tests.predict.invented import a_change
from wings.git.tests.predict.new_files.growing_project import a_growing_project, a_task, learned

from twiceshy_git.predict.new_files.creating_task import CREATING_COLUMNS, describe_creating
from twiceshy_git.predict.new_files.place_candidates import (
    PLACE_COLUMNS,
    MadePlace,
    count_names,
    find_form,
    list_made_places,
    name_place,
    weigh_places,
)
from twiceshy_git.predict.signals.messages import find_similar_commits

_NOTHING = count_names([])


def test_a_new_folder_belongs_to_the_nearest_that_was_there() -> None:
    index = learned([a_change("Begin", "+play/base/main.js"), a_change("Add css", "+play/css/deep/main.js")])
    assert index.created == {0: [[0, 0]], 1: [[1, 1]]}
    assert list_made_places(index, _NOTHING)[1] == (MadePlace("play/*", "*.js"),)
    assert index.find_known_depth("play/css/deep/other.js") == 3
    assert name_place("play/css/more.js", 2, _NOTHING) == MadePlace("play/css", "*.js")


def test_folders_follow_renames_and_go_with_their_last_file() -> None:
    index = learned([a_change("Begin", "+old/a.py", "+keep/b.py"), a_change("Add", "+old/c.py")])
    assert index.has_folder("old")
    index.learn(a_change("Move", "old/a.py>new/a.py", "old/c.py>new/c.py"))
    assert (index.has_folder("old"), index.has_folder("new"), index.has_folder("")) == (False, True, True)
    assert list_made_places(index, _NOTHING)[1] == (MadePlace("new", "*.py"),)
    index.learn(a_change("Remove", "-new/a.py", "-new/c.py"))
    assert list(list_made_places(index, _NOTHING)) == [0], "a folder that is gone is no place any more"


def test_a_vendored_library_teaches_no_place() -> None:
    index = learned([a_change("Begin", "+a.py"), a_change("Vendor it", *(f"+vendor/{n}.py" for n in range(31)))])
    assert list(index.created) == [0]


def test_rows_fit_their_columns_and_are_finite() -> None:
    index = learned(a_growing_project(60))
    for text in ("", "Add", "Überprüfe 検索", "x" * 5000):
        task = a_task(index, text, author="")
        assert len(describe_creating(index, task, find_similar_commits(index, task))) == len(CREATING_COLUMNS)
        found = weigh_places(index, task, find_similar_commits(index, task), {}, count_names(index.files.paths))
        assert {len(row) for row in found.rows} == {len(PLACE_COLUMNS)}
        assert all(abs(value) < 100 for row in found.rows for value in row)
        assert len(found.near) == len(found.places) == len(set(found.places))


# Forms of names, odd ones too.

_TEST_NAME_FORMS_NOTHING = count_names([])


@pytest.mark.parametrize(
    ("path", "form"),
    [
        (".github/workflows/ci.yml", "*.yml"),
        (".gitignore", "*"),
        ("lib/test.py", "*.py"),
        ("a/contest.py", "*.py"),
        ("docs/2024-01-02-news.md", "<number>-*.md"),
        ("types/index.d.ts", "*.d.ts"),
        ("src/foo.bar.baz.qux.js", "*.baz.qux.js"),
    ],
)
def test_forms_of_odd_names(path: str, form: str) -> None:
    assert find_form(path, _TEST_NAME_FORMS_NOTHING) == form


def test_a_last_word_that_neighbours_share_stays() -> None:
    known = count_names([f"m/{name}Mapper.java" for name in ("User", "Team", "Order")])
    assert find_form("m/PriceMapper.java", known) == "*Mapper.java"
