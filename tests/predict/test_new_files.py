"""Where new files go, on invented pasts."""

import pytest
from tests.predict.invented import AREAS, a_change

from twiceshy.errors import StoreCorrupt
from twiceshy.predict import index_file
from twiceshy.predict.index import Index
from twiceshy.predict.new_files.creating_task import CREATING_COLUMNS, describe_creating, list_missing
from twiceshy.predict.new_files.name_forms import count_names, find_form
from twiceshy.predict.new_files.new_file_evaluation import replay_new_files
from twiceshy.predict.new_files.place_answer import find_new_files
from twiceshy.predict.new_files.place_candidates import PLACE_COLUMNS, Place, list_made_places, name_place, weigh_places
from twiceshy.predict.new_files.place_model import decode_place_model, encode_place_model, load_place_model
from twiceshy.predict.ranking_task import RankingTask, build_task
from twiceshy.records.predictions import HistoryCommit

_NOTHING = count_names([])


def learned(changes: list[HistoryCommit]) -> Index:
    index = Index()
    for change in changes:
        index.learn(change)
    return index


def a_task(index: Index, text: str, author: str = "ada") -> RankingTask:
    return build_task(index, text, at=1_800_000_000, author=author)


def a_growing_project(commits: int) -> list[HistoryCommit]:
    """Every third commit adds a plugin with its test; notes come with `Release`; the others fix what is there."""
    past = [a_change("Begin", "+src/core.py", "+src/plugins/base.py", "+tests/test_core.py", "+notes/0001-begin.md")]
    for number in range(1, commits):
        area = f"{AREAS[number % len(AREAS)]}_{number}"
        if number % 3 == 0:
            paths = (f"+src/plugins/{area}.py", f"+tests/plugins/test_{area}.py")
            past.append(a_change(f"Add plugin {area}", *paths, number=number))
        elif number % 7 == 0:
            past.append(a_change(f"Release {number}", f"+notes/{number:04}-release.md", number=number, author="bo"))
        else:
            past.append(a_change(f"Fix {area} of core", "src/core.py", number=number))
    return past


def test_a_new_folder_belongs_to_the_nearest_that_was_there() -> None:
    index = learned([a_change("Begin", "+play/base/main.js"), a_change("Add css", "+play/css/deep/main.js")])
    assert index.created == {0: [[0, 0]], 1: [[1, 1]]}
    assert list_made_places(index, _NOTHING)[1] == (Place("play/*", "*.js"),)
    assert index.find_known_depth("play/css/deep/other.js") == 3
    assert name_place("play/css/more.js", 2, _NOTHING) == Place("play/css", "*.js")


def test_folders_follow_renames_and_go_with_their_last_file() -> None:
    index = learned([a_change("Begin", "+old/a.py", "+keep/b.py"), a_change("Add", "+old/c.py")])
    assert index.has_folder("old")
    index.learn(a_change("Move", "old/a.py>new/a.py", "old/c.py>new/c.py"))
    assert (index.has_folder("old"), index.has_folder("new"), index.has_folder("")) == (False, True, True)
    assert list_made_places(index, _NOTHING)[1] == (Place("new", "*.py"),)
    index.learn(a_change("Remove", "-new/a.py", "-new/c.py"))
    assert list(list_made_places(index, _NOTHING)) == [0], "a folder that is gone is no place any more"


def test_a_vendored_library_teaches_no_place() -> None:
    index = learned([a_change("Begin", "+a.py"), a_change("Vendor it", *(f"+vendor/{n}.py" for n in range(31)))])
    assert list(index.created) == [0]


def test_places_survive_the_index_file() -> None:
    index = learned(a_growing_project(40))
    read = index_file.decode(index_file.encode(index, {}))
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


def test_a_named_file_that_is_not_there_is_seen() -> None:
    index = learned(a_growing_project(60))
    task = a_task(index, "Write tests/plugins/test_mail.py beside src/core.py, as of v1.2")
    assert list_missing(index, task) == ["tests/plugins/test_mail.py"]
    assert describe_creating(index, task)[-1] == 1
    found = weigh_places(index, task, {})
    named = PLACE_COLUMNS.index("named")
    assert [place for place, row in zip(found.places, found.rows, strict=True) if row[named]] == [
        Place("tests/plugins", "test_*.py")
    ]


def test_rows_fit_their_columns_and_are_finite() -> None:
    index = learned(a_growing_project(60))
    for text in ("", "Add", "Überprüfe 検索", "x" * 5000):
        task = a_task(index, text, author="")
        assert len(describe_creating(index, task)) == len(CREATING_COLUMNS)
        found = weigh_places(index, task, {})
        assert {len(row) for row in found.rows} == {len(PLACE_COLUMNS)}
        assert all(abs(value) < 100 for row in found.rows for value in row)
        assert len(found.near) == len(found.places) == len(set(found.places))


def test_an_evaluation_asks_before_it_learns() -> None:
    past = a_growing_project(100)
    later = a_change("Add plugin zebra", "+zoo/zebra.py", number=100)
    asked = list(replay_new_files([*past, later], 100, lambda *_: {}))
    assert len(asked) == 1
    assert asked[0].made == {Place("*", "*.py")}
    assert not any(place.folder.startswith("zoo") for place in (*asked[0].found.places, *asked[0].last))


def test_commits_that_import_much_or_nothing_are_not_asked() -> None:
    much = a_change("Vendor", *(f"+vendor/{n}.py" for n in range(31)), number=100)
    assert not list(replay_new_files([*a_growing_project(100), much, a_change("Empty")], 100, lambda *_: {}))


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
    assert find_form(path, _NOTHING) == form


def test_a_last_word_that_neighbours_share_stays() -> None:
    known = count_names([f"m/{name}Mapper.java" for name in ("User", "Team", "Order")])
    assert find_form("m/PriceMapper.java", known) == "*Mapper.java"


def test_weights_go_to_a_file_and_back() -> None:
    model = load_place_model()
    assert decode_place_model(encode_place_model(model)) == model
    with pytest.raises(StoreCorrupt, match="install again"):
        decode_place_model(b'{"creating": {}, "places": {}, "card": {}}')
