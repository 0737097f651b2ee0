"""score.gate_search and gate_subset: what a hook says about an edit is what the scanner says of it."""

import ast
from pathlib import Path

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import SourceText
from twiceshy.score import gate_patterns, gate_search
from twiceshy.score.edit_findings import compare
from twiceshy.score.gate_subset import TARGET, render_module
from twiceshy.score.pattern_rules import SURE, PatternRule, load
from twiceshy.score.scanners.patterns import PatternScanner

RULES = load().rules
NAMES = [rule.id for rule in RULES]
UNASKED = [rule for rule in RULES if rule.unasked]
SCANNER = PatternScanner(Scrubbed)
ENDINGS = {
    "python": "py",
    "javascript": "ts",
    "go": "go",
    "rust": "rs",
    "java": "java",
    "csharp": "cs",
    "php": "php",
    "ruby": "rb",
    "shell": "sh",
    "sql": "sql",
}


def introduced(path: str, before: str, after: str) -> set[str]:
    """What the scanner says that an edit brings in, of what the gate may say unasked or for a lesson."""
    scans = SCANNER.scan([SourceText(path=path, text=text) for text in (before, after)])
    sure = {rule.id for rule in RULES if rule.sure}
    found = compare(scans[0].findings, scans[1].findings).introduced
    names = {one.rule.partition("/")[2] for one in found if one.confidence >= SURE or one.rule[8:] not in sure}
    return names & set(NAMES)


def test_the_module_is_what_the_rules_say() -> None:
    """``python -m twiceshy.score.gate_subset`` was run after the last change of a rule."""
    assert TARGET.read_text("utf-8") == render_module(load())


def test_the_rules_alone_need_no_other_module() -> None:
    """An edit without a rule's word pays for no more."""
    tree = ast.parse(Path(gate_patterns.__file__).read_text("utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_gate_says_what_the_scanner_says(rule: PatternRule) -> None:
    """On each rule's samples, as a new file, put behind other code, and taken out again."""
    for language in rule.languages:
        path = f"src/app.{ENDINGS[language]}"
        for text in (*rule.hits, *rule.misses):
            for before, after in (("", text), ("\n" * 50, "\n" * 50 + text), (text, ""), (text, f"{text}\n{text}")):
                assert set(gate_search.find_introduced(path, before, after, NAMES)) == introduced(path, before, after)


@pytest.mark.parametrize("rule", UNASKED, ids=lambda rule: rule.id)
def test_what_is_told_unasked_is_found_and_gone_with_its_remedy(rule: PatternRule) -> None:
    """Its hits in the sure form are found, its misses are not."""
    path = f"src/app.{ENDINGS[rule.languages[0]]}"
    assert gate_search.find_introduced(path, "", rule.hits[0], [rule.id]) == [rule.id]
    assert [text for text in rule.misses if gate_search.find_introduced(path, "", text, [rule.id])] == []


QUERY = "cursor.execute(f\"SELECT * FROM birds WHERE name = '{name}'\")\n"


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        pytest.param("src/app.py", QUERY, "\n" + QUERY, id="it only moved"),
        pytest.param("src/app.py", QUERY, 'cursor.execute("SELECT * FROM birds WHERE name = ?", (name,))', id="mended"),
        pytest.param("src/app.py", "", "# " + QUERY, id="a comment"),
        pytest.param("src/app.py", "", f'"""\n{QUERY}"""\n', id="a text about it"),
        pytest.param("src/app.py", "", QUERY.rstrip() + "  # noqa: S608", id="a linter is told to be silent"),
        pytest.param("tests/app.py", "", QUERY, id="a test"),
        pytest.param("docs/app.py", "", QUERY, id="documentation"),
        pytest.param("README.md", "", QUERY, id="no program"),
        pytest.param("shop/migrations/0004_names.py", "", QUERY, id="a migration"),
        pytest.param("src/app.py", "", QUERY + "\0", id="no text"),
        pytest.param("src/app.py", "", QUERY.replace("'{name}'", "{TABLE}"), id="a constant"),
        pytest.param("src/app.py", "", QUERY.replace("name = '{name}'", "id = {int(name)}"), id="a number"),
        pytest.param("src/app.py", "", QUERY.replace("birds", "{table}").replace("'{name}'", "?"), id="a table's name"),
        pytest.param("src/app.py", "", 'q = "SELECT a FROM b WHERE c = " + placeholder(1)\n', id="a placeholder"),
    ],
)
def test_no_fault_is_found(path: str, before: str, after: str) -> None:
    """Nor where the fault harms nobody."""
    assert gate_search.find_introduced(path, before, after, ["sql-built-python"]) == []


@pytest.mark.parametrize(
    "text",
    [
        'sql = "INSERT INTO %s (%s) VALUES (%s)" % (table, ", ".join(keys), ", ".join("?" for _ in keys))',
        "db.action(\"DELETE FROM '{name}'\".format(name=name))",
        "sql = f\"SELECT a FROM b WHERE c = '{escaped_name}'\"",
        'sql = f"SELECT a FROM b WHERE c = {literal_string(name)}"',
        'sql = f"SELECT a FROM b JOIN d ON b.id = {alias}.id"',
        'sql = f"SELECT a FROM b WHERE c = :{name}"',
        'sql = f"SELECT a FROM ({inner}) WHERE {where}"',
        'sql = "SELECT a FROM b WHERE " + " AND ".join(wheres)',
        'sql = "SELECT a FROM b WHERE at > " + since(3, "HOUR")',
    ],
)
def test_what_may_be_needed_is_left_to_the_score(text: str) -> None:
    """Names of tables, parts of statements and what a function returns can be no parameter, or may be safe already."""
    assert gate_search.find_introduced("src/app.py", "", text, ["sql-built-python"]) == []


@pytest.mark.parametrize(
    "text",
    [
        QUERY,
        'sql = "SELECT a FROM b WHERE c = \'" + name + "\'"',
        "sql = \"SELECT a FROM b WHERE c = '%s' AND d = '%s'\" % (name, self.other)",
        "sql = \"SELECT a FROM b WHERE c = '{}'\".format(name)",
        'sql = f"UPDATE {table} SET a = \'{name}\' WHERE id = {row["id"]}"',
        'sql = (\n    "SELECT a FROM b "\n    f"WHERE c = {name}"\n)',
        'sql = f"""\n  SELECT a\n  FROM b\n  WHERE c LIKE \'%{name}%\'\n"""',
    ],
)
def test_a_value_in_a_statement_is_told(text: str) -> None:
    """In each form in which a value is put in."""
    assert gate_search.find_introduced("src/app.py", "", text, ["sql-built-python"]) == ["sql-built-python"]


def test_only_what_is_asked_for_is_found() -> None:
    """By name; another fault beside it is not told."""
    text = QUERY + "os.system('rm ' + name)\n"
    assert gate_search.find_introduced("app.py", "", text, ["shell-program"]) == ["shell-program"]
    assert gate_search.find_introduced("app.py", "", text, []) == []
