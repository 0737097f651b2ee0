"""The verb of who runs a fleet: what it prints of places, costs and state, and what it refuses."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from math import inf
from pathlib import Path
from typing import Any

import pytest
from tests.shortcuts import put_compiled_rules

from twiceshy.doors.cli.main import main
from twiceshy.recipes.demo.sample_history import write_sample
from twiceshy.records.fleet import CostSpan, FleetCost, FleetPlan, InputFigures, SampleRun, SetAside, ShardReceipt
from twiceshy.screens.terminal.page import Page, Pen
from twiceshy_fleet.lake.manifest import Manifest
from twiceshy_fleet.lake.places import open_place
from twiceshy_fleet.verbs.fleet_plan import draw_plan

pytest.importorskip("pyarrow")


@pytest.fixture(autouse=True)
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TWICESHY_FLEET_SECRET", "a1" * 32)
    monkeypatch.setenv("COLUMNS", "120")
    put_compiled_rules(tmp_path / "home/.twiceshy")
    write_sample(tmp_path / "logs/web", seed=1, today=date(2026, 11, 23))
    return tmp_path / "logs"


def call(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a call that goes well prints."""
    assert main(["fleet", *words]) == 0
    return capsys.readouterr().out


def test_a_plan_says_what_there_is_and_what_to_do_next(
    capsys: pytest.CaptureFixture[str], logs: Path, tmp_path: Path
) -> None:
    """In plain words."""
    out = str(tmp_path / "out")
    told = call(capsys, "plan", out, "--logs", str(logs), "--team-at", "1", "--sample", ".2", "--workers", "8")

    assert "log    claude-code  web" in told
    assert "1 shard, 1 with something to do" in told
    assert "Not in the estimate" not in told
    assert told.endswith(f"Work through it: twiceshy fleet run {out}\n")


def test_a_plan_says_what_it_costs_and_how_sure_that_is() -> None:
    """With the workers that are asked for, and what each needs."""
    cost = FleetCost(28, 2_500_000, 1, CostSpan(2, 1, 3), CostSpan(0.5, 0.25, 1), CostSpan(9e6, 8e6, 1e7), 8)
    plan = FleetPlan(
        output="out",
        figures=(InputFigures("log", "claude-code", "web", 28, 2_500_000),),
        shards=1,
        waiting=1,
        fresh=28,
        changed=0,
        gone=0,
        aside=(),
        sample=(SampleRun(3, 900_000, 0.5, 0.6, 300_000, 210), SampleRun(2, 800_000, 0.4, 0.5, 200_000, 200)),
        mb_a_second=CostSpan(1.9, 1.2, 2.6),
        memory_mb=300,
        whole=cost,
        new=cost,
        longest=("web", 2_500_000),
    )
    page = Page(120, Pen(on=False), datetime(2026, 11, 24, tzinfo=UTC))
    told = draw_plan(plan, page)
    small = draw_plan(replace(plan, mb_a_second=CostSpan(90, 0, inf)), page)

    assert "too small to tell a speed: --sample 64" in small
    assert "TIME WITH 8" not in small, "an interval without an end is no estimate"
    assert "TIME WITH 8" in told
    assert "everything" in told
    assert "the 95 % interval" in told
    assert "Give each worker " in told
    assert "Not in the estimate" not in told


def test_the_next_call_needs_the_output_only(capsys: pytest.CaptureFixture[str], logs: Path, tmp_path: Path) -> None:
    """And says the same as a document; what is set aside has its reason."""
    out = str(tmp_path / "out")
    (logs / "web/link.jsonl").symlink_to(logs)
    (tmp_path / "git/shop/.git/objects").mkdir(parents=True)
    (tmp_path / "git/shop/.git/HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / "git/shop/.git/refs").mkdir()
    first = call(capsys, "plan", out, "--logs", str(logs), "--repositories", str(tmp_path / "git"), "--sample", "0")
    found: dict[str, Any] = json.loads(call(capsys, "plan", out, "--sample", "0", "--json"))

    assert "Nothing was sampled, so there is no estimate" in first
    assert "1: it is a link: name the folder that it leads to" in first
    assert found["schema"] == "twiceshy/fleet-plan/1"
    assert (found["output"], found["whole"], found["waiting"]) == (out, None, found["shards"])
    assert {one["kind"] for one in found["figures"]} == {"log", "repository"}
    assert found["aside"][0]["place"] == str(logs / "web/link.jsonl")


def test_the_state_says_how_far_it_is(capsys: pytest.CaptureFixture[str], logs: Path, tmp_path: Path) -> None:
    """Shards, rows, failures with their reasons; of many only the first."""
    out = str(tmp_path / "out")
    call(capsys, "plan", out, "--logs", str(logs), "--sample", "0")
    before = call(capsys, "status", out)
    manifest = Manifest(open_place(out))
    (shard,) = {member.shard for member in manifest.read_members()}
    manifest.write_receipt(ShardReceipt(shard=shard, given="", state="done", rows={"call": 1_234}))
    done = call(capsys, "status", out)
    for at in range(12):
        manifest.write_receipt(ShardReceipt(shard=f"s{at:02}", given="", state="failed", reason=f"lost {at}"))
    manifest.write_aside([SetAside(f"/x/{at}", "1", f"reason {at}") for at in range(12)])
    failed = call(capsys, "status", out)
    document = json.loads(call(capsys, "status", out, "--json"))

    assert "1 shard, not worked on yet. 0 done, 0 failed, 1 never worked on." in before
    assert f"twiceshy fleet run {out}" in before
    assert "1 shard, last worked on" in done
    assert "call   1,234" in done
    assert "fleet run" not in done
    assert "  s09: lost 9\n  and 2 more" in failed
    assert "and 2 other reasons" in failed
    assert document["schema"] == "twiceshy/fleet-status/1"
    assert (document["done"], len(document["failed"]), document["rows"]) == (1, 12, {"call": 1_234})


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(["plan", "{out}"], "name its inputs with --logs PLACE", id="no places"),
        pytest.param(["status", "{out}"], "is no fleet yet", id="no fleet"),
        pytest.param(["plan", "{out}", "--logs", "/none/such"], "there is no /none/such", id="no such folder"),
        pytest.param(["plan", "{out}", "--logs", "{out}/in"], "lie in each other", id="logs in the output"),
        pytest.param(["plan", "{out}", "--sample", "-1"], "-1 is not an amount of MB", id="less than nothing"),
        pytest.param(["plan", "{out}", "--sample", "much"], "much is not an amount of MB", id="no number"),
        pytest.param(["plan", "{out}", "--logs", "/x", "--secret", "/none/such"], "cannot be read", id="no secret"),
        pytest.param(["dance", "{out}"], "dance", id="no such action"),
    ],
)
def test_what_cannot_be_says_what_to_do(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """And leaves nothing behind."""
    code = main(["fleet", *(word.format(out=tmp_path / "out") for word in words)])

    assert code == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "out/manifest").exists()
