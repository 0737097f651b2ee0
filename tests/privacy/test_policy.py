"""Levels, digests, the cache of compiled rules."""

import stat
import sys
from pathlib import Path

import pytest

from twiceshy.base.errors import ConfigError
from twiceshy.privacy import policy
from twiceshy.privacy.policy import RedactionLevel, RedactionRules, build_detector, load_rules
from twiceshy.privacy.samples import expand
from twiceshy.privacy.secrets.secret_triggers import list_match_libraries

SMALL = RedactionRules(rules=load_rules().rules[40:52])
needs_hyperscan = pytest.mark.skipif("hyperscan" not in list_match_libraries(), reason="no hyperscan here")


def test_digest_changes_with_rules_and_level() -> None:
    """The digest tells rule sets and levels apart, and is the same each time."""
    assert load_rules().digest(RedactionLevel.STANDARD) == load_rules().digest(RedactionLevel.STANDARD)
    assert load_rules().digest(RedactionLevel.STANDARD) != load_rules().digest(RedactionLevel.STRICT)
    assert load_rules().digest(RedactionLevel.STANDARD) != SMALL.digest(RedactionLevel.STANDARD)


@needs_hyperscan
def test_compiled_rules_are_loaded_the_second_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database is written once, privately, and used from then on with the same result."""
    text = expand(SMALL.rules[0].hits[0]).text
    first = build_detector(SMALL, RedactionLevel.STANDARD, cache=tmp_path / "cache")
    files = list((tmp_path / "cache").iterdir())
    monkeypatch.setattr(policy, "_write_cache", lambda *_: pytest.fail("written again"))

    second = build_detector(SMALL, RedactionLevel.STANDARD, cache=tmp_path / "cache")

    assert len(files) == 1
    assert first.find(text) == second.find(text) != []
    if sys.platform != "win32":
        assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
        assert stat.S_IMODE(files[0].parent.stat().st_mode) == 0o700


@needs_hyperscan
@pytest.mark.parametrize("damage", [b"", b"x" * 10, None], ids=["empty", "short", "one byte off"])
def test_damaged_cache_is_made_anew(tmp_path: Path, damage: bytes | None) -> None:
    """A cache file that is not what was written is replaced, never handed to the engine."""
    build_detector(SMALL, RedactionLevel.STANDARD, cache=tmp_path / "cache")
    (file,) = (tmp_path / "cache").iterdir()
    whole = file.read_bytes()
    bad = whole[:-1] + bytes([whole[-1] ^ 1]) if damage is None else damage
    file.write_bytes(bad)

    found = build_detector(SMALL, RedactionLevel.STANDARD, cache=tmp_path / "cache").find(
        expand(SMALL.rules[0].hits[0]).text
    )

    assert found
    assert bad != file.read_bytes()


@needs_hyperscan
def test_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    """A file where the folder should be costs the cache, not the redaction."""
    place = tmp_path / "cache"
    place.write_text("in the way")

    assert build_detector(SMALL, RedactionLevel.STANDARD, cache=place).find(expand(SMALL.rules[0].hits[0]).text)


def test_damaged_rule_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A family whose file is missing is an error of ours with a way out."""
    monkeypatch.setattr(policy, "FAMILIES", ("absent",))
    load_rules.cache_clear()

    with pytest.raises(ConfigError, match="Install twiceshy again"):
        load_rules()

    monkeypatch.undo()
    load_rules.cache_clear()
