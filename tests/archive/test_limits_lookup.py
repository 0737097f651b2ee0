"""archive.limits_lookup and reads.gate_rules: a look-up never fails, and never makes a file."""

from pathlib import Path

import pytest
from tests.archive.run_records import HERE, learned

from twiceshy.archive import limits_lookup, rules_file, run_rows
from twiceshy.archive.db import Store
from twiceshy.archive.reads import rules
from twiceshy.archive.rules_file import GateRule


def test_the_first_key_that_has_a_limit_counts(store: Store, home: Path) -> None:
    """In the order of the keys; another kind of limit is none."""
    with store.begin_writing() as connection:
        for key, seconds in ((b"here", 1.0), (b"anywhere", 2.0)):
            run_rows.put_limits(connection, key, [run_rows.Limit(key, "idle_timeout_s", seconds, f"why {seconds}")])

    assert limits_lookup.look_up(str(home), [b"here", b"anywhere"], "idle_timeout_s") == (1.0, "why 1.0")
    assert limits_lookup.look_up(str(home), [b"anywhere", b"here"], "idle_timeout_s") == (2.0, "why 2.0")
    assert limits_lookup.look_up(str(home), [b"new", b"anywhere"], "idle_timeout_s") == (2.0, "why 2.0")
    assert limits_lookup.look_up(str(home), [b"here"], "delay_exit_s") is None


def test_patterns_are_given_best_first_with_those_never_to_use(store: Store, home: Path) -> None:
    """One that feedback refused, and one that hit good runs."""
    with store.begin_writing() as connection:
        run_rows.put_patterns(
            connection,
            HERE,
            [
                learned("low", score=0.1, chosen=True),
                learned("high", score=0.9, refused=True),
                learned("mid", score=0.5, good_hit=1),
            ],
        )

    assert limits_lookup.look_up_patterns(str(home), HERE) == [
        ("high", False, True, "because"),
        ("mid", False, True, "because"),
        ("low", True, False, "because"),
    ]
    assert limits_lookup.look_up_patterns(str(home), b"there") == []


def test_without_a_store_nothing_is_known(tmp_path: Path) -> None:
    """Nor where it is broken; looking makes no file."""
    home = str(tmp_path)
    assert limits_lookup.look_up(home, [b"k"], "idle_timeout_s") is None
    assert limits_lookup.read_salt(home) == b""
    assert list(tmp_path.iterdir()) == [tmp_path / "home"]
    (tmp_path / "twiceshy.db").write_bytes(b"x" * 5000)
    assert limits_lookup.look_up_patterns(home, b"k") == []


def test_the_salt_is_read_as_the_store_wrote_it(store: Store, home: Path) -> None:
    """Whole."""
    salt = store.salt

    assert limits_lookup.read_salt(str(home)) == salt


RULES = [
    GateRule(b"c12345678", "aa", "warn", 0.5, "", "", "one"),
    GateRule(b"c12345678", "bb", "warn", 0.9, "", "", "two"),
    GateRule(b"d12345678", "cc", "warn", 0.5, "", "", "three"),
]


def test_the_gate_s_rules_are_found_by_their_keys(tmp_path: Path) -> None:
    """The most confident first; no keys have no rules."""
    assert rules.read_rules(tmp_path, [b"c12345678"]) == []
    rules_file.write(tmp_path, RULES, "")

    assert [rule.id for rule in rules.read_rules(tmp_path, [b"c12345678", b"e"])] == ["bb", "aa"]
    assert rules.read_rules(tmp_path, [b"d12345678"]) == RULES[2:]
    assert [rule.id for rule in rules.read_rules(tmp_path, [b"c12345678", b"d12345678"])] == ["bb", "aa", "cc"]
    assert rules.read_rules(tmp_path, []) == []


def test_a_file_of_another_form_has_no_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As has one that is no database."""
    with monkeypatch.context() as patched:
        patched.setattr(rules_file, "FORM", rules_file.FORM + 1)
        rules_file.write(tmp_path, RULES, "")
    assert rules.read_rules(tmp_path, [b"c12345678"]) == []
    (tmp_path / "rules.db").write_bytes(b"x" * 5000)
    assert rules.read_rules(tmp_path, [b"c12345678"]) == []
