"""Weights as a file."""

import pytest
from wings.git.tests.predict.new_files.growing_project import a_growing_project, a_task, learned

from twiceshy.base.errors import StoreCorrupt
from twiceshy_git.predict import index as predict_index
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.new_files.place_model import (
    decode_place_model,
    encode_place_model,
    find_new_files,
    load_place_model,
)


def test_weights_go_to_a_file_and_back() -> None:
    model = load_place_model()
    assert decode_place_model(encode_place_model(model)) == model
    with pytest.raises(StoreCorrupt, match="install again"):
        decode_place_model(b'{"creating": {}, "places": {}, "card": {}}')


# Where new files go, on an invented past.


def test_places_survive_the_index_file() -> None:
    index = learned(a_growing_project(40))
    read = predict_index.decode(predict_index.encode(index, {}))
    assert read is not None
    assert read[0].created == index.created
    task = a_task(index, "Add plugin search")
    assert find_new_files(read[0], task, {}, load_place_model()) == find_new_files(index, task, {}, load_place_model())


def test_a_plugin_is_foretold_with_its_test() -> None:
    index = learned(a_growing_project(120))
    task = a_task(index, "Add plugin for stock")
    found = find_new_files(index, task, {"src/core.py": 0.5}, load_place_model())
    assert found is not None
    assert found.probability > 0.5
    assert [(one.folder, one.form) for one in found.places[:2]] in (
        [("src/plugins", "*.py"), ("tests/plugins", "test_*.py")],
        [("tests/plugins", "test_*.py"), ("src/plugins", "*.py")],
    )
    assert [one.probability for one in found.places] == sorted((one.probability for one in found.places), reverse=True)
    assert found.places[1].probability > 0.3
    assert "similar commits that add files" in found.places[0].reasons[0]


def test_a_fix_is_not_said_to_make_files_as_often() -> None:
    index = learned(a_growing_project(120))
    model = load_place_model()
    fix = find_new_files(index, a_task(index, "Fix stock of core"), {"src/core.py": 0.9}, model)
    add = find_new_files(index, a_task(index, "Add plugin for stock"), {"src/core.py": 0.9}, model)
    assert fix is not None
    assert add is not None
    assert fix.probability < add.probability / 2


def test_numbered_notes_go_where_notes_lie() -> None:
    index = learned(a_growing_project(150))
    found = find_new_files(index, a_task(index, "Release 151", author="bo"), {}, load_place_model())
    assert found is not None
    assert (found.places[0].folder, found.places[0].form) == ("notes", "<number>-*.md")


def test_too_few_commits_that_add_files_say_nothing() -> None:
    index = learned(a_growing_project(30))
    assert find_new_files(index, a_task(index, "Add plugin"), {}, load_place_model()) is None
    assert find_new_files(Index(), a_task(Index(), "Add plugin"), {}, load_place_model()) is None
