"""The manifest: what was written comes back, damage and newer forms say what to do, a secret is known again."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from twiceshy.base.errors import StoreCorrupt, StoreTooNew, ToolMissing
from twiceshy.records.fleet import FleetInput, FleetWish, SetAside, ShardMember, ShardReceipt
from twiceshy_fleet.lake.manifest import FORM, Manifest, prove_secret, sum_rows
from twiceshy_fleet.lake.places import open_place

pytest.importorskip("pyarrow")
WISH = FleetWish(output="", logs=("/l", "s3://b/l"), repositories=("/r",), team_at=1, person_at=2, secret="/s")
INPUT = FleetInput(kind="log", place="/l/\u00e9.jsonl", size=1 << 40, stamp="1+2.3")
RECEIPT = ShardReceipt(
    shard="s1",
    given="ff",
    state="done",
    rows={"call": 3, "edit": 1},
    aside=(SetAside("/l/b", "1", "odd"),),
    bytes_read=5,
    cpu_s=1.5,
)


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    return Manifest(open_place(str(tmp_path)))


def test_before_the_first_time_there_is_nothing(manifest: Manifest) -> None:
    """And no error."""
    assert manifest.read_head() is None
    assert [*manifest.read_inputs(), *manifest.read_members(), *manifest.read_aside()] == []
    assert manifest.read_receipts() == {}
    assert manifest.read_receipt("s1") is None
    assert manifest.find_last_run() is None


def test_what_was_asked_for_comes_back_without_the_engine(manifest: Manifest, tmp_path: Path) -> None:
    """The secret itself is nowhere; the engine changes no row, and the output may be moved."""
    manifest.write_head(replace(WISH, engine="spark", workers=3, settings={"a": "b"}, again=True), b"k" * 32)

    head = manifest.read_head()

    assert head is not None
    assert head.wish == replace(WISH, output=str(tmp_path))
    assert head.proof == prove_secret(b"k" * 32) != prove_secret(b"l" * 32)
    assert (b"k" * 32).hex() not in (tmp_path / "fleet.json").read_text()


def test_tables_come_back_in_order(manifest: Manifest, tmp_path: Path) -> None:
    """Inputs by place and what is aside in order; members as they came. The same rows are the same bytes."""
    plain = replace(INPUT, place="/l/a", gone=True, group="0a", agent="codex", read_stamp="1")
    members = [ShardMember("b", "s2"), ShardMember("a", "s1")]
    aside = [SetAside("/l/b", "1", "odd"), SetAside("/l/a", "", "closed")]
    manifest.write_inputs([replace(plain, place="/l/b"), plain])
    first = (tmp_path / "manifest/inputs.parquet").read_bytes()
    manifest.write_inputs([plain, replace(plain, place="/l/b")])
    manifest.write_members(members)
    manifest.write_aside([*aside, *aside])

    assert manifest.read_inputs() == [plain, replace(plain, place="/l/b")]
    assert (tmp_path / "manifest/inputs.parquet").read_bytes() == first
    assert manifest.read_members() == members
    assert manifest.read_aside() == sorted(aside)


def test_receipts_come_back(manifest: Manifest) -> None:
    """One by one and all; a draft of one that was killed is none."""
    failed = ShardReceipt(shard="s2", given="", state="failed", reason="lost")
    manifest.write_receipt(RECEIPT)
    manifest.write_receipt(failed)
    manifest.place.write("receipts/.s3.json", b"half")

    assert manifest.read_receipts() == {"s1": RECEIPT, "s2": failed}
    assert manifest.read_receipt("s1") == RECEIPT
    assert sum_rows(manifest.read_receipts()) == {"call": 3, "edit": 1}
    assert manifest.find_last_run() is not None


@pytest.mark.parametrize(
    ("name", "read", "says"),
    [
        ("fleet.json", "read_head", "Put back a copy"),
        ("manifest/inputs.parquet", "read_inputs", "Remove it: the next run looks at every input"),
        ("manifest/shards.parquet", "read_members", "Put back a copy"),
        ("aside.parquet", "read_aside", "Remove it"),
        ("receipts/s1.json", "read_receipts", "works on its shard again"),
    ],
)
@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"form": 1}', b"PAR1 and no more"], ids=["empty", "torn", "poor", "odd"]
)
def test_damage_says_what_to_do(manifest: Manifest, name: str, read: str, says: str, content: bytes) -> None:
    """It names the file, and nothing is taken for what it is not."""
    manifest.place.write(name, content)

    with pytest.raises(StoreCorrupt, match=says) as caught:
        getattr(manifest, read)()

    assert name in str(caught.value)


def test_a_table_of_other_columns_is_damage(manifest: Manifest) -> None:
    """Somebody put another table there."""
    manifest.write_members([ShardMember("a", "s1")])
    other = manifest.place.read("manifest/shards.parquet")
    assert other is not None
    manifest.place.write("manifest/inputs.parquet", other)

    with pytest.raises(StoreCorrupt, match=r"inputs\.parquet is damaged"):
        manifest.read_inputs()


def test_a_newer_form_is_refused(manifest: Manifest, tmp_path: Path) -> None:
    """It says which form, and what to use."""
    manifest.write_head(WISH, b"k" * 32)
    head = json.loads((tmp_path / "fleet.json").read_text()) | {"form": FORM + 1}
    (tmp_path / "fleet.json").write_text(json.dumps(head))

    with pytest.raises(StoreTooNew, match=f"has form {FORM + 1}, and this version knows {FORM}"):
        manifest.read_head()


def test_without_the_library_it_says_so(manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was asked for can be read without it."""
    manifest.write_head(WISH, b"k" * 32)
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)

    assert manifest.read_head() is not None
    with pytest.raises(ToolMissing, match=r"\[fleet\]"):
        manifest.write_inputs([])
