"""What one store proved helps another, and nothing that a bundle says is more than a word about what happened here."""

import os
import shutil
import subprocess
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from tests.lessons.recipes.test_learn_from_sessions import failed, learned

from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound, SourceError, UsageError
from twiceshy.lessons.recipes.current_lessons import list_lessons
from twiceshy.records.bundles import Bundle
from twiceshy.records.lessons import LessonState
from twiceshy_data.contribute import bundles
from twiceshy_data.contribute.ssh_signatures import sign_bytes
from twiceshy_data.dataset.bundle_file import encode_bundle

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen (OpenSSH) is not installed")
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def settings(folder: Path) -> Config:
    return load({"home": str(folder)}, os.environ, folder.parent)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return new_key(tmp_path / "key")


def new_key(path: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)], check=True)
    return path


@pytest.fixture
def theirs(tmp_path: Path) -> Config:
    """A store in which a lesson is in use."""
    config = settings(tmp_path / "theirs")
    learned(config, failed("one", 2), failed("two"))
    return config


@pytest.fixture
def ours(tmp_path: Path) -> Config:
    """A store that saw the same twice."""
    config = settings(tmp_path / "ours")
    learned(config, failed("three"), failed("four"))
    return config


def made(config: Config, path: Path, key: Path, *revokes: bytes) -> bundles.SignedBundle:
    bundles.make_bundle(config, path, bundles.BundleWish("team", key, revokes=revokes), NOW)
    return bundles.read_bundle(path)


def signed(tmp_path: Path, key: Path, bundle: Bundle) -> bundles.SignedBundle:
    payload = encode_bundle(bundle)
    path = tmp_path / sha256(payload).hexdigest()
    path.write_bytes(payload + sign_bytes(payload, key))
    return bundles.read_bundle(path)


def states(config: Config) -> list[LessonState]:
    return [one.state for one in list_lessons(config, NOW)]


def test_what_was_seen_a_little_is_used_while_the_bundle_is_here(
    tmp_path: Path, theirs: Config, ours: Config, key: Path
) -> None:
    """Added, listed, removed."""
    assert states(ours) == [LessonState.SHADOW]
    kept = bundles.add_bundle(ours, made(theirs, tmp_path / "a", key), NOW)

    assert states(ours) == [LessonState.ACTIVE]
    assert (kept.seen, kept.early, kept.keys) == (1, 1, 1)
    assert bundles.list_bundles(ours) == [kept]

    assert bundles.remove_bundle(ours, "team").watched == 1
    assert states(ours) == [LessonState.SHADOW]
    assert bundles.list_bundles(ours) == []


def test_a_bundle_teaches_nothing_that_did_not_happen_here(tmp_path: Path, theirs: Config, key: Path) -> None:
    """No lesson comes with it."""
    empty = settings(tmp_path / "empty")
    kept = bundles.add_bundle(empty, made(theirs, tmp_path / "a", key), NOW)

    assert (kept.seen, kept.early) == (0, 0)
    assert list_lessons(empty, NOW) == []


def test_what_a_bundle_brought_into_use_is_not_passed_on(
    tmp_path: Path, theirs: Config, ours: Config, key: Path
) -> None:
    """Else a word would prove itself."""
    bundles.add_bundle(ours, made(theirs, tmp_path / "a", key), NOW)

    with pytest.raises(NotFound):
        made(ours, tmp_path / "b", key)


def test_the_same_store_makes_the_same_bytes(tmp_path: Path, theirs: Config, key: Path) -> None:
    """And nothing is written over."""
    one, two = (made(theirs, tmp_path / name, key).sha256 for name in "ab")

    assert one == two
    with pytest.raises(SourceError, match="is there already"):
        made(theirs, tmp_path / "a", key)


@pytest.mark.parametrize("place", [3, 60, -40])
def test_a_changed_file_is_refused(tmp_path: Path, theirs: Config, key: Path, place: int) -> None:
    """Whether the change is in what was signed or in the signature."""
    made(theirs, tmp_path / "a", key)
    content = bytearray((tmp_path / "a").read_bytes())
    content[place] ^= 1
    (tmp_path / "a").write_bytes(content)

    with pytest.raises(SourceError):
        bundles.read_bundle(tmp_path / "a")


def test_a_signature_for_something_else_does_not_count(tmp_path: Path, key: Path) -> None:
    """One that a key made for a commit or a mail."""
    payload = encode_bundle(Bundle(name="x", made="2026-W47", lessons=frozenset({b"12345678"}), patterns=frozenset()))
    (tmp_path / "p").write_bytes(payload)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", str(key), str(tmp_path / "p")], check=True)
    (tmp_path / "a").write_bytes(payload + (tmp_path / "p.sig").read_bytes())

    with pytest.raises(SourceError, match="not good"):
        bundles.read_bundle(tmp_path / "a")


def test_what_was_revoked_is_not_taken_again(tmp_path: Path, theirs: Config, ours: Config, key: Path) -> None:
    """Neither the bundle, nor anything by a key."""
    bundle = made(theirs, tmp_path / "a", key)
    bundles.add_bundle(ours, bundle, NOW)
    assert bundles.revoke_bundle(ours, "team", NOW).refused == (bundle.sha256.hex(),)
    with pytest.raises(UsageError, match="revoked"):
        bundles.add_bundle(ours, bundle, NOW)

    bundles.revoke_bundle(ours, bundle.signer, NOW)
    with pytest.raises(UsageError, match="revoked"):
        bundles.add_bundle(ours, made(theirs, tmp_path / "b", key, b"\x01" * 32), NOW)
    assert states(ours) == [LessonState.SHADOW]


def test_a_maker_takes_back_only_what_is_the_makers(tmp_path: Path, theirs: Config, ours: Config, key: Path) -> None:
    """By a newer bundle of the same key; it holds for a bundle that comes later, too."""
    old = made(theirs, tmp_path / "a", key)
    other = signed(
        tmp_path,
        new_key(tmp_path / "other"),
        Bundle(
            name="evil", made="2026-W47", lessons=frozenset(), patterns=frozenset(), revokes=frozenset({old.sha256})
        ),
    )
    bundles.add_bundle(ours, old, NOW)
    bundles.add_bundle(ours, other, NOW)
    assert {one.name for one in bundles.list_bundles(ours)} == {"team", "evil"}

    bundles.add_bundle(ours, made(theirs, tmp_path / "b", key, old.sha256), NOW)
    assert old.sha256 not in {one.sha256 for one in bundles.list_bundles(ours)}
    with pytest.raises(UsageError, match="revoked"):
        bundles.add_bundle(ours, old, NOW)


def test_a_key_that_cannot_sign_is_named(tmp_path: Path, theirs: Config) -> None:
    """And no file is written."""
    with pytest.raises(SourceError, match="cannot sign"):
        made(theirs, tmp_path / "a", tmp_path / "no-key")
    assert not (tmp_path / "a").exists()


def test_a_bundle_that_is_not_here_is_said(ours: Config) -> None:
    """Its name is quoted."""
    with pytest.raises(NotFound, match="no bundle 'x'"):
        bundles.remove_bundle(ours, "x")
