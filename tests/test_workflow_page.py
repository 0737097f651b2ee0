"""The workflow page: every example on it is read, and its output is the program's own."""

import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from twiceshy.base.config import load
from twiceshy.doors.cli.commands.workflow import render_session
from twiceshy.judgement.recipes.workflow_compliance import Workflows, check_sessions
from twiceshy.judgement.workflow.document_steps import parse_document_steps
from twiceshy.judgement.workflow.workflow_file import PRESETS, USES, parse_workflow
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.recipes.demo.sample_history import write_sample
from twiceshy.recipes.look.whole_report import SEED
from twiceshy.screens.terminal.page import Page, Pen

PAGE = Path(__file__).parents[1] / "docs" / "workflow.md"
TEXT = PAGE.read_text(encoding="utf-8")
DAY = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("text", blocks("toml"))
def test_every_file_on_the_page_is_read(text: str) -> None:
    """No example has a key that is not understood."""
    assert parse_workflow(text, "page").workflow.steps


def test_every_sentence_on_the_page_is_a_step() -> None:
    """Each line of the list is read, as one of the kinds."""
    (text,) = blocks("markdown")
    found = parse_document_steps(text, "page", named=True)

    assert found.unread == ()
    assert {step.declared.line for step in found.steps} >= set(range(1, len(text.splitlines()) + 1)) - {4}


def test_all_kinds_keys_and_presets_stand_on_the_page() -> None:
    """The tables are whole."""
    rows = dict(re.findall(r"^\| `([\w-]+)` \|.*\|(.*)\|$", TEXT, re.MULTILINE))

    assert {kind.value: set(keys) for kind, keys in USES.items()} == {
        kind.value: set(re.findall(r"`(\w+)`", rows[kind.value])) for kind in USES
    }
    for name, steps in PRESETS.items():
        row = next(line for line in TEXT.splitlines() if line.startswith(f"| `{name}` |"))
        assert re.findall(r"`([\w-]+)`", row)[1:] == [step.slug for step in steps]


def sample_check(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the page shows, made anew."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(folder)
    config = replace(load({}, os.environ, folder), ingest_processes=1)
    write_sample(folder / "logs", seed=SEED, today=DAY.date())
    ingest([folder / "logs"], config)
    found = check_sessions(config, Workflows(folder, "careful"), None, last=3)
    one = next(each for each in found if len(each.compliance.violations) == 1)
    return render_session(one, config, Page(100, Pen(on=False), DAY)) + "\n"


def test_the_output_on_the_page_is_the_programs_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With TWICESHY_PASTE=1 it is pasted instead of compared."""
    out = sample_check(tmp_path, monkeypatch)
    if os.environ.get("TWICESHY_PASTE"):
        PAGE.write_text(
            re.sub(r"(?ms)(compared with it -->\n```\n).*?(^```$)", lambda at: at[1] + out + at[2], TEXT),
            encoding="utf-8",
        )

    assert f"```\n{out}```\n" in PAGE.read_text(encoding="utf-8")
