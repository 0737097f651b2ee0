"""The questions that the core asks and only a wing answers: each with what the answer must be able to do.

An installed wing names its answers among the entry points of ``twiceshy.answers``. Where it is not there the question
stays open, and whoever asks goes on without: these are what makes an answer richer, never what it stands on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from twiceshy.base.plugins import Question

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from twiceshy.base.config import Config
    from twiceshy.base.values import Scope
    from twiceshy.records.adapter_cards import AdapterCard, AdapterWish
    from twiceshy.records.authorship import CommitStory
    from twiceshy.records.change_risk import JudgedChange, RiskAnswer, RiskOutcomes
    from twiceshy.records.figures import RiskiestWork
    from twiceshy.records.fleet import FleetDimension, FleetReport
    from twiceshy.records.ingest import StepProgress
    from twiceshy.records.memory import ToldChat, ToldCommit, ToldOverview, ToldSession
    from twiceshy.records.message_advice import MessageEvaluation
    from twiceshy.records.predictions import Hints, Partner
    from twiceshy.records.team import RemoteAnswer, ServerAddress, SyncSummary, WaitingRow
    from twiceshy.records.views import Judgement, ToldHit


class TaskFiles(Protocol):
    """Which files does a task touch?"""

    def hints_for(
        self, config: Config, repo: Path, prompt: str, *, in_hand: Sequence[str] = (), budget_s: float = ...
    ) -> Hints:
        """Return what is known with enough confidence; nothing where time, an index or git is missing."""
        ...

    def brief_lines(self, config: Config, repo: Path, prompt: str, *, budget_s: float = ...) -> list[str]:
        """Return the same in words for a brief."""
        ...

    def partners_of(self, config: Config, repo: Path, files: Sequence[str], top: int) -> list[Partner]:
        """Return files that mostly change with these.

        Raises:
            SourceError: ``repo`` is in no git repository.
            ToolMissing: there is no git.
        """
        ...


class ChangeRisk(Protocol):
    """How likely is it that a change is fixed later?"""

    def has_risk_model(self, config: Config, repo: Path) -> bool:
        """Tell whether somebody had a model made here."""
        ...

    def add_risk(self, config: Config, repo: Path, judged: Judgement, diff: str | None, now: datetime) -> JudgedChange:
        """Return a scored change with its risk, where it can be told; ``diff``: empty for what is staged."""
        ...

    def tell_patch_risk(self, config: Config, repo: Path, text: str, now: datetime) -> RiskAnswer:
        """Return the risk of a unified diff.

        Raises:
            SourceError: it holds no change, or ``repo`` is in no git repository.
            ToolMissing: there is no git.
        """
        ...

    def measure_risk_outcomes(
        self, config: Config, repo: Path, now: datetime, since: datetime | None = None
    ) -> RiskOutcomes:
        """Return what became of changes by their risk.

        Raises:
            NotFound: the repository has no commit yet.
            SourceError: ``repo`` is in no git repository.
            ToolMissing: there is no git.
        """
        ...

    def read_riskiest_work(self, config: Config, repo: Path, scope: Scope, now: datetime) -> RiskiestWork | None:
        """Return the riskiest changes of a report's time; None where nothing can be said."""
        ...


class ToldMemory(Protocol):
    """What did others tell of a project?"""

    def has_told(self, config: Config, folder: Path | None = None) -> bool:
        """Tell whether they told anything of the project of a folder; without a folder, of any."""
        ...

    def read_told_overview(self, config: Config, folder: Path) -> ToldOverview | None:
        """Return what they told of the project of a folder, in short."""
        ...

    def show_told(self, config: Config, name: str, folder: Path) -> ToldSession | ToldChat | ToldCommit | None:
        """Return the session, chat or commit that they told of under a name.

        Raises:
            NotFound: the name could be several.
        """
        ...

    def search_told(self, config: Config, words: Sequence[str], *, project: str | None, limit: int) -> list[ToldHit]:
        """Return the places in what they told where all words stand, the newest first."""
        ...


class Authorship(Protocol):
    """Whose work is a commit?"""

    def show_commit(self, config: Config, name: str, folder: Path) -> CommitStory | None:
        """Return it; None where no stored commit has that name.

        Raises:
            NotFound: several stored commits begin so.
        """
        ...


class MessageOffers(Protocol):
    """What would people here call a change?"""

    def learn_messages(self, config: Config, repo: Path) -> int:
        """Read what was committed so far; return how many commits messages are offered from.

        Raises:
            SourceError: ``repo`` is in no git repository.
            ToolMissing: there is no git.
        """
        ...


class OldHook(Protocol):
    """Who answers a hook of git that an older version put there?"""

    def main(self, words: list[str]) -> None:
        """Write an offer into the file that the hook names, and end the process."""
        ...


class Requests(Protocol):
    """Who may talk to a server that a person named?"""

    def send_request(  # a request has so many parts
        self,
        server: ServerAddress,
        method: str,
        path: str,
        *,
        body: bytes = ...,
        headers: Mapping[str, str] | None = ...,
        seconds: float = ...,
    ) -> RemoteAnswer:
        """Ask it, and return its answer, or why none came."""
        ...


class MessageAdapters(Protocol):
    """Who trains an adapter of a base model on a repository's messages?"""

    def train_adapter(
        self, config: Config, repo: Path, wish: AdapterWish, watch: Callable[[StepProgress], object] = ...
    ) -> AdapterCard:
        """Train one and write its folder.

        Raises:
            ToolMissing: what trains is not installed.
            SourceError: the base is none, or no adapter fits it.
            SystemRefusal: it does not fit into memory.
            UsageError: there is too little to learn from, no graphics card and no ``yes``, or the folder is there.
        """
        ...

    def evaluate_adapter(  # as every contest
        self,
        config: Config,
        repo: Path,
        folder: Path,
        base: Path,
        *,
        split: float,
        newest: int | None = ...,
        watch: Callable[[StepProgress], object] = ...,
    ) -> MessageEvaluation:
        """Measure one beside our own ways.

        Raises:
            ToolMissing: what reads a base model is not installed.
            SourceError: the folder is no adapter, or one of another base.
            UsageError: there is too little to judge by, or it learned from some of the commits.
        """
        ...


class FleetReports(Protocol):
    """What does a fleet's output say?"""

    def build_fleet_report(self, config: Config, output: str, by: FleetDimension = ..., team: str = ...) -> FleetReport:
        """Return the report of an output.

        Raises:
            NotFound: there is no output, or no such team.
            ToolMissing: what reads its tables is not installed.
        """
        ...


class RowSender(Protocol):
    """Who sends rows to a team?"""

    def send_outbox(self, config: Config, env: Mapping[str, str], *, seconds: float | None = None) -> SyncSummary:
        """Send, or write into a file to be carried, what waits.

        Raises:
            ConfigError: the token cannot be used.
            StoreBusy: another process is sending.
            StoreError: the data folder cannot be used.
        """
        ...

    def wait_until_sent(self, config: Config, env: Mapping[str, str]) -> str:
        """Send what waits, waiting for another sender; return why something is left.

        Raises:
            ConfigError: the token cannot be used.
            StoreError: the data folder cannot be used.
        """
        ...

    def write_carried(self, config: Config, rows: Sequence[WaitingRow], now: datetime) -> Path:
        """Write rows as one new file of the outbox's folder; return its path.

        Raises:
            StoreUnwritable: it could not be written.
        """
        ...


FILES = Question[TaskFiles]("files", TaskFiles, "git")
RISK = Question[ChangeRisk]("risk", ChangeRisk, "git")
MEMORY = Question[ToldMemory]("memory", ToldMemory, "git")
AUTHORSHIP = Question[Authorship]("authorship", Authorship, "git")
MESSAGES = Question[MessageOffers]("messages", MessageOffers, "git")
GITHOOK = Question[OldHook]("githook", OldHook, "git")
ADAPTERS = Question[MessageAdapters]("adapters", MessageAdapters, "data")
FLEET = Question[FleetReports]("fleet", FleetReports, "fleet")
REQUESTS = Question[Requests]("requests", Requests, "team")
OUTBOX = Question[RowSender]("outbox", RowSender, "team")
