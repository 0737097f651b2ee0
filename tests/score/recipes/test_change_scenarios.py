"""What kinds of changes score, from recorded edits to the number: each within the range that a reader expects."""

import os
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from tests.archive.conftest import Log
from tests.score.recipes.test_score_sessions import CLEAN, filled, found, worked
from tests.score.test_edit_findings import finding

from twiceshy.base import toolbox
from twiceshy.base.config import Config, load
from twiceshy.base.values import Scrubbed
from twiceshy.records.events import Edit
from twiceshy.records.findings import FindingDelta, Layer, Severity
from twiceshy.score import risk
from twiceshy.score.aggregate import ChangeContext, aggregate
from twiceshy.score.recipes import score_sessions
from twiceshy.score.taint_rules import TaintRule
from twiceshy.score.taint_rules import load as load_rules

SHOP = "import db\n\n\ndef find(name):\n    return db.find(name)\n"
QUERY = "f\"SELECT id FROM orders WHERE name = '{name}'\""
EVERY = frozenset({Layer.TAINT, Layer.PATTERN, Layer.REFACTOR})


@pytest.fixture
def config(scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Settings with no outside tool."""
    monkeypatch.setattr(toolbox, "on_path", lambda _: None)
    return load({}, os.environ, scratch_home)


def wrote(*steps: tuple[str, str, str]) -> Log:
    """A session of one task that changes these files: path, text before, text after."""
    log = Log("one").opened().prompt("please")
    for count, (path, before, after) in enumerate(steps):
        log.call(f"c{count}", tool="Edit").result(f"c{count}", "done").edit(f"c{count}", before, after)
        edit = log.events[-1]
        assert isinstance(edit, Edit)
        log.events[-1] = replace(edit, path=Scrubbed(path))
    return log


def worst(config: Config, log: Log) -> float:
    """Score the session; return its worst edit's number."""
    filled(config, log)
    score_sessions.score_stored(config)
    (session,) = found(config)
    assert session.worst is not None
    return session.worst


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(SHOP, SHOP.replace("name)", "title)"), id="a name of an argument"),
        pytest.param(SHOP, f"# Shop.\n{SHOP}", id="a comment"),
        pytest.param(SHOP, SHOP + "\n\ndef count():\n    return len(db.all())\n", id="one more function"),
        pytest.param(
            "model = load()\n", "model = load()\nmodel.eval()\nwith no_grad():\n    pass\n", id="a model put to use"
        ),
        pytest.param(
            SHOP, SHOP.replace("db.find(name)", 'db.run("SELECT id FROM t WHERE n = ?", (name,))'), id="a placeholder"
        ),
    ],
)
def test_a_trivial_edit_has_next_to_nothing(config: Config, before: str, after: str) -> None:
    """From 0 to .1."""
    assert 0.0 <= worst(config, worked("one", before, after)) <= 0.1


@pytest.mark.parametrize(
    ("path", "after"),
    [
        pytest.param("src/shop.py", SHOP.replace("db.find(name)", f"db.run({QUERY})"), id="Python"),
        pytest.param(
            "src/shop.ts",
            "export const find = (id) => db.query(`SELECT a FROM t WHERE id = ${id}`);\n",
            id="TypeScript",
        ),
        pytest.param(
            "shop.go",
            'package shop\n\nfunc find(id string) {\n\tdb.Query("SELECT a FROM t WHERE id = " + id)\n}\n',
            id="Go",
        ),
    ],
)
def test_sql_built_from_strings_is_nearly_all(config: Config, path: str, after: str) -> None:
    """From .8 to 1, without any engine."""
    assert 0.8 <= worst(config, wrote((path, "\n", after))) <= 1.0


def test_a_rename_that_breaks_another_file_is_the_middle(config: Config) -> None:
    """From .4 to .6; the same rename with its user is nothing."""
    user = "from shop import run\n\nprint(run('x'))\n"
    both = wrote(("user.py", "\n", user), ("shop.py", CLEAN, CLEAN.replace("def run", "def start")))

    filled(config, both)
    log = Log("two").opened().prompt("please")
    for count, (before, after) in enumerate(pairwise((user, user.replace("run", "start")))):
        log.call(f"d{count}", tool="Edit").result(f"d{count}", "done").edit(f"d{count}", before, after)
    filled(config, log)
    score_sessions.score_stored(config)

    worsts = sorted(session.worst or 0.0 for session in found(config))
    assert worsts[0] <= 0.1
    assert 0.4 <= worsts[1] <= 0.6


def test_a_leaked_key_is_high(config: Config) -> None:
    """What the store keeps of a key is the placeholder that stands for it."""
    key = "[github-token:a1b2c3]"

    assert worst(config, worked("one", SHOP, f'{SHOP}TOKEN = "{key}"\n')) >= 0.8


@pytest.mark.parametrize("rule", [one for one in load_rules().rules.values() if one.severity is Severity.CRITICAL])
def test_a_lone_proven_injection_is_nearly_all(rule: TaintRule) -> None:
    """From .8 to 1, whoever else looked and found nothing."""
    found = replace(finding("a"), layer=Layer.TAINT, severity=rule.severity, confidence=rule.confidence, cwe=rule.cwe)
    value = aggregate(FindingDelta(introduced=(found,)), ChangeContext(EVERY)).value

    assert value is not None
    assert 0.8 <= value <= 1.0


def test_a_file_with_a_bad_past_is_above_the_middle() -> None:
    """14 of 15 earlier sessions were corrected: from .5 to .7, with nothing found in the change itself."""
    past = [risk.PastChange(b"f", b"%d" % at, "shop", at, at != 5, at + 0.5) for at in range(15)]
    others = [risk.PastChange(b"g%d" % at, b"%d" % at, "shop", at, at % 10 == 0, at + 0.5) for at in range(200)]
    now = risk.PastChange(b"f", b"now", "shop", 300, None, 300)

    known = risk.compute_risks([*past, *others, now])[-1]
    value = aggregate(FindingDelta(), ChangeContext(EVERY, known)).value
    assert value is not None
    assert 0.5 <= value <= 0.7
