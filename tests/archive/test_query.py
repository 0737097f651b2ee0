"""Questions are answered, changes refused."""

import re
from pathlib import Path

import pytest
from tests.archive.conftest import Log, stored

from twiceshy.archive import migrate, query
from twiceshy.archive.db import Store
from twiceshy.base.errors import NotFound, UsageError
from twiceshy.doors.cli.main import main


@pytest.fixture
def filled(home: Path) -> Path:
    with Store.open(home) as store:
        stored(store, Log().everything("rotate"))
    return home


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        pytest.param("SELECT 1, 'a', NULL", [(1, "a", None)], id="values"),
        pytest.param("SELECT count(*) FROM prompt", [(2,)], id="a table"),
        pytest.param("SELECT count(*) FROM words WHERE words MATCH 'rotate'", [(5,)], id="full text"),
        pytest.param("SELECT length(body(body)) FROM prompt ORDER BY id DESC LIMIT 1", [(1173,)], id="a long text"),
        pytest.param("SELECT body(NULL)", [(None,)], id="no long text"),
        pytest.param(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT max(i) FROM n",
            [(3,)],
            id="recursion",
        ),
        pytest.param("SELECT name FROM pragma_table_info('meta')", [("key",), ("value",)], id="columns of a table"),
    ],
)
def test_a_question_is_answered(filled: Path, sql: str, rows: list[tuple[object, ...]]) -> None:
    """Everything that only reads."""
    with Store.open(filled, readonly=True) as store:
        assert query.ask(store, sql, 10).rows == rows


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM prompt",
        "INSERT INTO meta VALUES ('a', 'b')",
        "CREATE TABLE x (y)",
        "CREATE TEMP TABLE x (y)",
        "DROP TABLE prompt",
        "UPDATE sqlite_master SET sql = ''",
        "ALTER TABLE prompt RENAME TO reply2",
        "ATTACH 'other.db' AS other",
        "PRAGMA query_only = OFF",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA writable_schema = ON",
        "VACUUM INTO 'copy.db'",
        "BEGIN IMMEDIATE",
        "SELECT load_extension('x')",
        "INSERT INTO words (words) VALUES ('delete-all')",
        "SELECT 1; DELETE FROM prompt",
        "SELEC 1",
        "SELECT nothing FROM prompt",
        "",
    ],
)
def test_nothing_else_is_done(filled: Path, sql: str) -> None:
    """Each is refused in our words, also where the file could be written."""
    before = (filled / "twiceshy.db").read_bytes()
    for readonly in (True, False):
        with Store.open(filled, readonly=readonly) as store:
            if sql:
                with pytest.raises(UsageError, match="sql --schema"):
                    query.ask(store, sql, 10)
            else:
                assert query.ask(store, sql, 10) == ([], [], False)
    assert (filled / "twiceshy.db").read_bytes() == before
    assert not list(filled.glob("*copy*"))


def test_more_rows_than_asked_for_are_said_to_be_there(filled: Path) -> None:
    """0 means all."""
    with Store.open(filled, readonly=True) as store:
        assert query.ask(store, "SELECT id FROM prompt ORDER BY id", 1) == (["id"], [(1,)], True)
        assert query.ask(store, "SELECT id FROM prompt ORDER BY id", 2) == (["id"], [(1,), (2,)], False)
        assert query.ask(store, "SELECT id FROM prompt ORDER BY id", 0) == (["id"], [(1,), (2,)], False)


def test_the_verb_draws_tables_json_and_csv(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One answer, three forms."""
    call = ["--home", str(filled), "sql", "SELECT id, text, uid FROM prompt ORDER BY id", "--limit", "1"]
    assert main(call) == 0
    out, err = capsys.readouterr()
    assert out.startswith("id  text           uid\n 1  please rotate  ")
    assert "`--limit 0` shows all" in err
    assert main([*call, "--csv"]) == 0
    assert capsys.readouterr().out.startswith("id,text,uid\n1,please rotate,")
    assert main([*call, "--json"]) == 0
    assert '"more": true' in capsys.readouterr().out
    assert main(["--home", str(filled), "sql", "--schema"]) == 0
    assert "### `prompt`" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([], id="no query"),
        pytest.param(["SELECT 1", "--csv", "--json"], id="two forms"),
        pytest.param(["SELECT 1", "--limit", "-1"], id="a negative limit"),
        pytest.param(["DROP TABLE prompt"], id="a change"),
    ],
)
def test_the_verb_refuses_what_it_cannot_do(filled: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and one sentence."""
    assert main(["--home", str(filled), "sql", *words]) == 2
    assert capsys.readouterr().err.startswith("twiceshy: ")


def test_without_a_store_there_is_nothing_to_ask(home: Path) -> None:
    """And none is made."""
    with pytest.raises(NotFound):
        Store.open(home, readonly=True)
    assert main(["--home", str(home), "sql", "SELECT 1"]) == NotFound.exit_code
    assert not home.exists()


def test_the_page_on_the_schema_is_made_from_its_comments(home: Path) -> None:
    """Every table and column, with the words that stand beside it."""
    page = migrate.render_schema()

    assert "| `masked` | integer | 1: a pipe or `\\|\\| true` hides the exit status |" in page
    assert "| `at` | text, may be NULL |  |" in page
    assert "### `words`\n\nFull text over prompts" in page
    with Store.open(home) as store, store.begin_writing_bodies() as bodies:
        files = [store.connection, bodies.connection]
        tables = [
            name
            for file in files
            for (name,) in file.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if not name.startswith(("sqlite_", "words_"))  # SQLite's own, and the parts of the full text
        ]
    assert set(tables) - set(re.findall("^### `(.*)`$", page, re.MULTILINE)) == {"migration"}


def test_a_question_without_end_is_stopped(filled: Path) -> None:
    """And the connection is as before."""
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    with Store.open(filled, readonly=True) as store:
        with pytest.raises(UsageError, match=r"no answer within 0\.05 s.*--timeout"):
            query.ask(store, endless, 10, timeout_s=0.05)
        assert query.ask(store, "SELECT 1", 10).rows == [(1,)]
