"""Learning: the one recipe that hooks start when it is due, step by step, in the background and within a budget.

It holds a lock, steps aside for other work (nice), and looks at its CPU time after each group of files: when the budget
is spent, what was stored stays and the next run goes on from there. A step that fails leaves everything as it was, the
other steps are still tried, and the failure is written down where `doctor` shows it.
"""

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from twiceshy.config import Config
from twiceshy.errors import TwiceshyError
from twiceshy.flows.hook_folder import folder_of, put
from twiceshy.flows.ingest import ingest
from twiceshy.flows.spooled import fold
from twiceshy.records.exposures import Learned
from twiceshy.records.summary import Progress
from twiceshy.store.db import Store
from twiceshy.store.guard import prepare
from twiceshy.store.lock import held

NICE = 10
HARD_LIMIT = 4
"""The system ends a detached run that takes so many times its budget: a step that never looks is a bug of ours."""


class BudgetSpent(Exception):  # noqa: N818  # no error: the next run goes on
    """The CPU seconds of this run are used up."""


Check = Callable[[], None]
"""Raises ``BudgetSpent`` when it is time to stop."""
Step = Callable[[Config, Check], int]


def read_logs(config: Config, check: Check) -> int:
    """How many events were new."""

    def progress(_: Progress) -> None:
        check()

    # One process: the agent that has just ended is not the only one on this machine.
    summary = ingest([], replace(config, ingest_processes=1), progress=progress)
    return sum(summary.events.values())


def read_spool(config: Config, check: Check) -> int:
    """How many notes of hooks were new."""
    check()
    with Store.open(config.home) as store:
        return fold(store, config.home).new


def read_runs(config: Config, check: Check) -> int:
    """How many commands in agents' logs were new to the limits of commands."""
    from twiceshy.flows.run_learning import fold_logs  # noqa: PLC0415  # not needed to ask whether learning is due

    total = 0
    with Store.open(config.home) as store:
        while folded := fold_logs(store):
            total += folded.new
            check()
    return total


def judge_work(config: Config, check: Check) -> int:
    """How many sessions were judged: new ones, and those that changed."""
    from twiceshy.flows.judging import judge  # noqa: PLC0415  # as above

    check()
    return judge(config, processes=1, pause=check).judged


def learn_from_programs(config: Config, check: Check) -> int:
    """How many notes of programs were folded into lessons; before the step after this one lets them stand."""
    from twiceshy.flows.program_lessons import fold as fold_programs  # noqa: PLC0415  # as above

    check()
    return fold_programs(config)


def learn_from_mistakes(config: Config, check: Check) -> int:
    """How many sessions lessons were learned from: new ones, and those that changed. Their vectors follow."""
    from twiceshy.flows.lesson_vectors import refresh  # noqa: PLC0415  # as above
    from twiceshy.flows.lessons import learn_lessons  # noqa: PLC0415  # as above

    check()
    learned = learn_lessons(config, pause=check)
    refresh(config, pause=check)
    return learned


def score_work(config: Config, check: Check) -> int:
    """How many sessions' edits were scored, within a budget of its own: scanners are dear, and the rest can wait."""
    from twiceshy.flows.score import AT_MOST_S, score_stored  # noqa: PLC0415  # as above

    check()
    return score_stored(config, processes=1, budget_s=AT_MOST_S, pause=check).sessions


def compile_advice(config: Config, check: Check) -> int:
    """How many rules the gate has now."""
    from twiceshy.flows.compile_rules import compile_rules  # noqa: PLC0415  # as above

    check()
    return compile_rules(config, pause=check).rules


STEPS: tuple[tuple[str, Step], ...] = (
    ("spool", read_spool),
    ("logs", read_logs),
    ("runs", read_runs),
    ("judge", judge_work),
    ("programs", learn_from_programs),
    ("lessons", learn_from_mistakes),
    ("rules", compile_advice),
    ("score", score_work),
)
"""The recipe, in order: what the next session's advice needs comes before scanners, which take longest."""


def learn(config: Config, *, detached: bool = False) -> Learned:
    """What this run did; it is written down for the next one and for `doctor`.

    Raises:
        StoreBusy: another run is at work.
        StoreError: the data folder cannot be used at all.
    """
    prepare(config.home)
    with held(config.home, "learn"):
        with suppress(OSError):
            os.utime(folder_of(config).stamp)
        if detached:
            step_aside(config.learn_cpu_budget_s)
        before = last(config)
        started, clock = datetime.now(UTC), time.perf_counter()
        ran = run_steps(config, time.process_time())
        done = not ran.failures and not ran.spent
        learned = Learned(
            started_at=started,
            seconds=round(time.perf_counter() - clock, 2),
            cpu_s=round(time.process_time(), 2),
            done=done,
            spent=ran.spent,
            steps=ran.steps,
            failure="; ".join(ran.failures),
            last_done_at=started if done else before.last_done_at if before else None,
        )
        put(record_of(config), json.dumps(asdict(learned), default=str).encode())
        return learned


class Ran(NamedTuple):
    """What came of the steps."""

    steps: dict[str, int]
    failures: list[str]
    spent: bool


def run_steps(config: Config, begun: float) -> Ran:
    """What each step did, and what failed."""

    def check() -> None:
        if time.process_time() - begun > config.learn_cpu_budget_s:
            raise BudgetSpent

    done: dict[str, int] = {}
    failures = []
    spent = False
    for name, step in STEPS:
        try:
            done[name] = step(config, check)
        except BudgetSpent:
            spent = True
        except TwiceshyError as error:
            failures.append(f"{name}: {error}")
        except Exception as error:  # noqa: BLE001  # the other steps go on; the message may quote a log, so it is left out
            frame = error.__traceback__
            while frame is not None and frame.tb_next is not None:
                frame = frame.tb_next
            where = f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else "?"
            failures.append(f"{name}: a bug of ours ({type(error).__name__} at {where})")
    return Ran(done, failures, spent)


def step_aside(budget_s: int) -> None:
    """Nothing; this process yields to others, and the system ends it should it never look at its budget."""
    with suppress(AttributeError, OSError):  # AttributeError: Windows
        os.nice(max(0, NICE - os.nice(0)))
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  # POSIX only

        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        limit = budget_s * HARD_LIMIT + 60
        resource.setrlimit(resource.RLIMIT_CPU, (limit if hard < 0 else min(limit, hard), hard))


def record_of(config: Config) -> Path:
    """Where the last run is written down."""
    return config.home / "learn.json"


def last(config: Config) -> Learned | None:
    """The last run; None where there was none, or its record cannot be read."""
    try:
        row = json.loads(record_of(config).read_text(encoding="utf-8"))
        for key in ("started_at", "last_done_at"):
            row[key] = datetime.fromisoformat(row[key]) if row[key] else None
        return Learned(**row)
    except (OSError, ValueError, TypeError, KeyError):
        return None
