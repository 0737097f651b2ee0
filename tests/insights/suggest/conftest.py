"""A project on the disk with stored sessions, and proposals for it, made by hand."""

import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.doors.cli.conftest import Log, put

from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.insights.suggest import known_remedies
from twiceshy.insights.suggest.apply_remedies import plan_undo, plan_write, undo, write
from twiceshy.insights.suggest.suggestions import list_suggestions
from twiceshy.logs.hook_changes import HostEnvironment
from twiceshy.records.insights import RemedyKind, SettingChange
from twiceshy.records.suggestions import RemedyPlan, RemedyProposal, SuggestionList

IDENTITY = "remote:git.example.test/owner/web-shop"
NOW = datetime(2025, 11, 20, tzinfo=UTC)
TOX = "Never run `tox`: it is not installed. Use `scripts/check`."


def a_proposal(id_: str = "i-3f2a9c1e", text: str = TOX, **more: object) -> RemedyProposal:
    values: dict[str, object] = {
        "id": id_,
        "kind": RemedyKind.TEXT,
        "text": text,
        "evidence": "31 of 58 sessions; worked 212 of 230",
        "project": "web-shop",
        "project_identity": IDENTITY,
    }
    return RemedyProposal(**(values | more))  # type: ignore[arg-type]  # as the caller says


TIMEOUT = a_proposal(
    "i-77777777",
    "`scripts/check` needs 171 s, and calls are cut at 120 s.",
    kind=RemedyKind.AGENT_SETTING,
    setting=SettingChange("claude-code", "env.BASH_DEFAULT_TIMEOUT_MS", "240000"),
    evidence="6 calls were cut",
)
UPSTREAM = a_proposal(
    "i-88888888",
    "A first push needs an upstream.",
    kind=RemedyKind.GIT_SETTING,
    setting=SettingChange("git", "push.autoSetupRemote", "true"),
    evidence="9 of 27 pushes",
)
INSTALL = a_proposal(
    "i-99999999", "`rg` is not installed.", kind=RemedyKind.INSTALL, package="ripgrep", evidence="12 sessions"
)


class Shop(NamedTuple):
    """The project, and the verb's recipes on it."""

    root: Path
    config: Config
    here: HostEnvironment

    def list(self, *, only_here: bool = False) -> SuggestionList:
        return list_suggestions(self.config, Scope(), self.here, only_here=only_here)

    def plan(self, word: str = "", to: Path | None = None) -> RemedyPlan:
        return plan_write(self.config, self.list(), word, self.here, {IDENTITY: to} if to else {})

    def write(self, word: str = "", to: Path | None = None) -> RemedyPlan:
        plan = self.plan(word, to)
        write(self.config, plan, NOW)
        return plan

    def undo(self, word: str = "") -> RemedyPlan:
        plan = plan_undo(self.config, word, self.here)
        undo(self.config, plan, NOW)
        return plan


@pytest.fixture
def propose(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Says which remedies are known."""

    def set_known(*proposals: RemedyProposal) -> None:
        monkeypatch.setattr(known_remedies, "read_proposals", lambda *_: list(proposals))

    set_known()
    return set_known


@pytest.fixture
def shop(scratch_home: Path, propose: Callable[..., None]) -> Shop:
    """A clone in ``~/code/web-shop`` with eight sessions of one agent, two days apart, and one of another."""
    root = scratch_home / "code" / "web-shop"
    root.mkdir(parents=True)
    for words in (["init", "-q"], ["remote", "add", "origin", "https://git.example.test/owner/web-shop"]):
        subprocess.run(["git", "-C", str(root), *words], check=True)  # literal words
    logs = [Log(f"{number:02x}", "web-shop", day=2 * number) for number in range(8)]
    logs.append(Log("ff", "web-shop", agent="codex"))
    for log in logs:
        log.prompt("make the tests pass")
    home = scratch_home / ".twiceshy"
    put(home, logs)
    propose()
    return Shop(root, Config(home=home), HostEnvironment(dict(os.environ), scratch_home, root))
