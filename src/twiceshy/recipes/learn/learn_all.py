"""Learn: run the recipe that hooks start when it is due, step by step, in the background and within a budget.

It holds a lock, lowers its priority (nice), and checks its CPU time after each group of files: when the budget is
spent, what was stored stays and the next run goes on from there. A step that fails leaves everything as it was,
the other steps are still tried, and the failure is stored where `doctor` shows it.
"""

import json
import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from twiceshy.archive.db import Store
from twiceshy.archive.failure_causes import explain_failure
from twiceshy.archive.guard import prepare_home
from twiceshy.archive.hook_files import folder_of, write_atomically
from twiceshy.archive.lock import hold_lock
from twiceshy.base.config import Config
from twiceshy.base.errors import TwiceshyError
from twiceshy.base.host import used_cpu
from twiceshy.base.plugins import Group, load_plugins
from twiceshy.logs.collect.fold_spool import fold
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.records.ingest import Progress
from twiceshy.records.upkeep import LearnRun

_NICE = 10
"""Niceness of a detached run: about a tenth of a process's usual share (guess of 2026-11-21)."""
_HARD_LIMIT = 4
"""The system ends a detached run that takes so many times its budget: a step that never looks is a bug of ours
(guess of 2026-11-21)."""


_SCORING_SHARE = 0.25
"""Of the budget, for scanners (guess, 2026-11-22): the newest edits come first, the rest in later runs."""
_FOR_EVER_DAYS = 36_500
"""The longest retention that a user can set, by definition."""
_CLEANED = "cleaned"
"""Note in the store: the day of the last cleaning."""
_RETIRED = "runs-retired"
"""Note in the store: the day on which old runs were last removed."""


class BudgetSpent(Exception):  # noqa: N818  # no error: the next run goes on
    """The CPU seconds of this run are used up."""


BudgetCheck = Callable[[], None]
"""Raises ``BudgetSpent`` when it is time to stop."""
_RunStep = Callable[[Config, BudgetCheck], int]


class LearnStep(NamedTuple):
    """One row of the recipe."""

    name: str
    run: _RunStep
    """Given the settings and what it calls between its parts, it returns how many things were new."""
    after: str = ""
    """Of a plugin: the step that it follows; where there is none of that name it comes last."""
    apart: bool = False
    """It runs when the others are done and the lock is let go, and may take long."""


class LearnSteps(Protocol):
    """A plugin that takes part in learning."""

    STEPS: tuple[LearnStep, ...]


STEP_TABLES = Group[LearnSteps](
    "twiceshy.learn",
    LearnSteps,
    keys=lambda table: [step.name for step in table.STEPS],
    taken=lambda: [step.name for step in STEPS],
)


def _read_logs(config: Config, check: BudgetCheck) -> int:
    """Read agents' logs; return how many events were new."""

    def progress(_: Progress) -> None:
        check()

    # One process: the agent that has just ended is not the only one on this machine.
    summary = ingest([], replace(config, ingest_processes=1), progress=progress)
    return sum(summary.events.values())


def read_spool(config: Config, check: BudgetCheck) -> int:
    """Read the hooks' spool; return how many of their notes were new."""
    check()
    with Store.open(config.home) as store:
        return fold(store, config.home).new


def _read_git_notes(config: Config, check: BudgetCheck) -> int:
    """Read what hooks of git wrote; return how many of their notes were new."""
    from twiceshy.logs.history.fold_git_notes import fold_git_notes  # noqa: PLC0415  # as below

    check()
    return fold_git_notes(config).new


def _collect_commits(config: Config, check: BudgetCheck) -> int:
    """Read commits that no session leads to, and messages read by halves; return how many there were."""
    from twiceshy.logs.history.new_commits import collect_commits  # noqa: PLC0415  # as below

    check()
    return collect_commits(config, pause=check)


def _derive_messages(config: Config, check: BudgetCheck) -> int:
    """Find failures' lines again where rules changed; return how many differ."""
    from twiceshy.recipes.learn.reread_logs import derive_messages  # noqa: PLC0415  # as below

    return derive_messages(config, pause=check)


def _keep_accounts(config: Config, check: BudgetCheck) -> int:
    """Part what new and changed sessions cost and took by cause; return how many there were."""
    from twiceshy.account.kept_spends import refresh_spends  # noqa: PLC0415  # as below
    from twiceshy.account.kept_times import refresh_times  # noqa: PLC0415  # as below

    return max(refresh_spends(config, check), refresh_times(config, check))


def _read_runs(config: Config, check: BudgetCheck) -> int:
    """Learn command limits from agents' logs; return how many commands were new to them."""
    from twiceshy.run.recipes.run_limits import fold_logs  # noqa: PLC0415  # not needed to ask whether learning is due

    total = 0
    with Store.open(config.home) as store:
        while folded := fold_logs(store):
            total += folded.new
            check()
    return total


def _judge_work(config: Config, check: BudgetCheck) -> int:
    """Judge new and changed sessions; return how many there were."""
    from twiceshy.judgement.recipes.judge_sessions import judge  # noqa: PLC0415  # as above

    check()
    return judge(config, processes=1, pause=check).judged


def _keep_handoffs(config: Config, check: BudgetCheck) -> int:
    """Keep what the last session of each folder left open, for the next one's brief; return how many are new."""
    from twiceshy.judgement.sessions.handoff import keep_handoffs  # noqa: PLC0415  # as above

    return keep_handoffs(config, datetime.now(UTC), pause=check)


def _learn_from_programs(config: Config, check: BudgetCheck) -> int:
    """Fold notes of programs into lessons; return how many there were.

    It comes before ``_learn_from_mistakes``, which sets the lessons' states.
    """
    from twiceshy.lessons.recipes.program_lessons import fold as fold_programs  # noqa: PLC0415  # as above

    check()
    return fold_programs(config)


def _learn_from_mistakes(config: Config, check: BudgetCheck) -> int:
    """Learn lessons from new and changed sessions; return how many sessions there were.

    The lessons' vectors are brought up to date afterwards.
    """
    from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons  # noqa: PLC0415  # as above
    from twiceshy.lessons.recipes.lesson_vectors import refresh  # noqa: PLC0415  # as above

    check()
    learned = learn_lessons(config, pause=check)
    refresh(config, pause=check)
    return learned


def _reread_logs(config: Config, check: BudgetCheck) -> int:
    """Read logs again where a newer reader may make more of them; return how many files."""
    from twiceshy.recipes.learn.reread_logs import reread  # noqa: PLC0415  # as above

    check()
    return reread(config, pause=check).files


def _redact_again(config: Config, check: BudgetCheck) -> int:
    """Redact what is stored by today's rules."""
    from twiceshy.recipes.learn.reread_logs import redact_again  # noqa: PLC0415  # as above

    return redact_again(config, pause=check)


def _score_work(config: Config, check: BudgetCheck) -> int:
    """Score the newest edits within a share of the budget, as scanners are slow; return how many sessions were scored.

    It comes before judging, which takes the scores, and before lessons, which are learned of what was found.
    """
    from twiceshy.judgement.recipes.judge_sessions import link_stored  # noqa: PLC0415  # as above
    from twiceshy.score.recipes.score_sessions import AT_MOST_S, score_stored  # noqa: PLC0415  # as above

    check()
    link_stored(config)
    budget_s = min(AT_MOST_S, _SCORING_SHARE * config.learn_cpu_budget_s)
    return score_stored(config, processes=1, budget_s=budget_s, pause=check).sessions


def _retire_runs(config: Config, check: BudgetCheck) -> int:
    """Remove command runs that are past their retention, once a day; return how many there were.

    It comes early, as it takes no time: a large archive spends every budget before the last step.
    """
    from twiceshy.run.recipes.run_history import retire  # noqa: PLC0415  # as above

    check()
    now = datetime.now(UTC)
    with Store.open(config.home) as store:
        if store.note(_RETIRED) == f"{now:%Y-%m-%d}":
            return 0
        gone = retire(store, config, now)
        store.put_note(_RETIRED, f"{now:%Y-%m-%d}")
    return gone


def _clean_up(config: Config, check: BudgetCheck) -> int:
    """Remove what is past its retention, once a day; return how many events of sessions that were.

    Sessions go only where the user has said how long they are kept.
    """
    from twiceshy.recipes.keep.free_space import cleanup  # noqa: PLC0415  # as above

    check()
    now = datetime.now(UTC)
    with Store.open(config.home) as store:
        if store.note(_CLEANED) == f"{now:%Y-%m-%d}":
            return 0
    if config.origins.get("memory.retention_days") == "default":
        config = replace(config, memory_retention_days=_FOR_EVER_DAYS)
    removed = cleanup(config, now).old
    with Store.open(config.home) as store:
        store.put_note(_CLEANED, f"{now:%Y-%m-%d}")
    return sum(removed.events.values()) if removed else 0


def _learn_facts(config: Config, check: BudgetCheck) -> int:
    """Learn how things are done in each project; return how many facts are known."""
    from twiceshy.advice.recipes.kept_project_facts import keep_project_facts  # noqa: PLC0415  # as above

    check()
    return keep_project_facts(config)


def _compile_advice(config: Config, check: BudgetCheck) -> int:
    """Compile the rules; return how many the gate has now."""
    from twiceshy.advice.recipes.rule_compilation import compile_rules  # noqa: PLC0415  # as above

    check()
    return compile_rules(config, pause=check).rules


STEPS: tuple[LearnStep, ...] = (
    LearnStep("spool", read_spool),
    LearnStep("git hooks", _read_git_notes),
    LearnStep("logs", _read_logs),
    LearnStep("commits", _collect_commits),
    LearnStep("messages", _derive_messages),
    LearnStep("retention", _retire_runs),
    LearnStep("account", _keep_accounts),
    LearnStep("runs", _read_runs),
    LearnStep("score", _score_work),
    LearnStep("judge", _judge_work),
    LearnStep("handoffs", _keep_handoffs),
    LearnStep("programs", _learn_from_programs),
    LearnStep("lessons", _learn_from_mistakes),
    LearnStep("facts", _learn_facts),
    LearnStep("rules", _compile_advice),
    LearnStep("reread", _reread_logs),
    LearnStep("redact", _redact_again),
    LearnStep("cleanup", _clean_up),
)
"""The recipe, in order: what the next session's advice needs comes before old logs."""


class Recipe(NamedTuple):
    """What is to be done, with the steps of plugins."""

    steps: list[LearnStep]
    apart: list[LearnStep]
    clashes: tuple[str, ...]
    """Names that two have, in sentences."""


def list_steps() -> Recipe:
    """Return all steps in their order: each of a plugin's behind the one that it follows."""
    loaded = load_plugins(STEP_TABLES)
    added = [step for table in loaded.found.values() for step in table.STEPS]
    steps = list(STEPS)
    waiting = [step for step in added if not step.apart]
    while waiting:
        names = [step.name for step in steps]
        step = next((one for one in waiting if one.after in names), waiting[0])
        waiting.remove(step)
        steps.insert(names.index(step.after) + 1 if step.after in names else len(steps), step)
    return Recipe(steps, [step for step in added if step.apart], loaded.list_clashes())


def learn(config: Config, *, detached: bool = False) -> LearnRun:
    """Run all steps; store for the next run and for `doctor` what this one did, and return it.

    Raises:
        StoreBusy: another run is at work.
        StoreError: the data folder cannot be used at all.
    """
    prepare_home(config.home)
    with hold_lock(config.home, "learn"):
        with suppress(OSError):
            os.utime(folder_of(config).stamp)
        if detached:
            _lower_priority(config.learn_cpu_budget_s)
        before = read_last_run(config)
        started, clock = datetime.now(UTC), time.perf_counter()
        recipe = list_steps()
        ran = run_steps(config, used_cpu(), recipe.steps)
        ran.failures.extend(recipe.clashes)
        done = not ran.failures and not ran.spent
        learned = LearnRun(
            started_at=started,
            seconds=round(time.perf_counter() - clock, 2),
            cpu_s=round(used_cpu(), 2),
            done=done,
            spent=ran.spent,
            steps=ran.steps,
            failure="; ".join(ran.failures),
            last_done_at=started if done else before.last_done_at if before else None,
        )
        write_atomically(record_of(config), json.dumps(asdict(learned), default=str).encode())
    return _run_apart(config, learned, recipe.apart)


def _run_apart(config: Config, learned: LearnRun, steps: Iterable[LearnStep]) -> LearnRun:
    """Run what may take long: outside the lock, so that the next run need not wait. What was learned stays."""
    for step in steps:
        try:
            done = step.run(config, lambda: None)
        except Exception as error:  # noqa: BLE001  # as for the other steps
            why = error if isinstance(error, TwiceshyError) else _explain(error, config)
            learned = replace(learned, failure="; ".join(filter(None, [learned.failure, f"{step.name}: {why}"])))
        else:
            learned = replace(learned, steps={**learned.steps, step.name: done}) if done else learned
    return learned


class StepResults(NamedTuple):
    """The results of the steps."""

    steps: dict[str, int]
    failures: list[str]
    spent: bool


def run_steps(config: Config, begun: float, steps: Iterable[LearnStep]) -> StepResults:
    """Run each step; return what each did, and what failed."""

    def check() -> None:
        if used_cpu() - begun > config.learn_cpu_budget_s:
            raise BudgetSpent

    done: dict[str, int] = {}
    failures = []
    spent = False
    for step in steps:
        name = step.name
        try:
            done[name] = step.run(config, check)
        except BudgetSpent:
            spent = True
        except TwiceshyError as error:
            failures.append(f"{name}: {error}")
        except Exception as error:  # noqa: BLE001  # the other steps go on
            failures.append(f"{name}: {_explain(error, config)}")
    return StepResults(done, failures, spent)


def _explain(error: Exception, config: Config) -> str:
    """Return what made a step fail: a cause outside of us, else a bug and its place."""
    known = explain_failure(error, config.home)
    return f"a bug of ours ({type(error).__name__} at {_locate_bug(error)})" if known is None else str(known)


def _locate_bug(error: Exception) -> str:
    """Return the file and line that raised the error; its message may quote a log, so it is left out."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else "?"


def _lower_priority(budget_s: int) -> None:
    """Yield the CPU to others, and have the system end this process should it never check its budget."""
    with suppress(AttributeError, OSError):  # AttributeError: Windows
        os.nice(max(0, _NICE - os.nice(0)))
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  # POSIX only

        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        limit = budget_s * _HARD_LIMIT + 60
        resource.setrlimit(resource.RLIMIT_CPU, (limit if hard < 0 else min(limit, hard), hard))


def record_of(config: Config) -> Path:
    """Return the file in which the last run is recorded."""
    return config.home / "learn.json"


def read_last_run(config: Config) -> LearnRun | None:
    """Return the last run; None where there was none, or its record cannot be read."""
    try:
        row = json.loads(record_of(config).read_text(encoding="utf-8"))
        for key in ("started_at", "last_done_at"):
            row[key] = datetime.fromisoformat(row[key]) if row[key] else None
        return LearnRun(**row)
    except (OSError, ValueError, TypeError, KeyError):
        return None
