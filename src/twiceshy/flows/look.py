"""The report: what the store counts, and each session's behaviour, made into figures."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

from twiceshy.config import Config
from twiceshy.flows.judge import KIND, unpacked
from twiceshy.flows.mistakes import mistakes
from twiceshy.flows.observed import observations
from twiceshy.flows.sample import write as write_sample
from twiceshy.flows.score_look import risk_figure
from twiceshy.flows.worked import costly_habits, work_figures
from twiceshy.records.figures import CallLine, Report
from twiceshy.records.look import Scope
from twiceshy.records.summary import Progress
from twiceshy.report import figures
from twiceshy.report.standout import proofs, standouts
from twiceshy.store.db import Store, begun
from twiceshy.store.reads import figures as reads

SEED = 1
"""Intervals are drawn with a fixed seed: the same store gives the same report."""
REJECTIONS = 20


class FirstLook(NamedTuple):
    """Which data folder the first report is about, and where its logs come from, in words."""

    config: Config
    said: str


def report(config: Config, scope: Scope) -> Report:
    """Everything that the report tells about the sessions in scope.

    Raises:
        NotFound: nothing was ever stored here.
    """
    with Store.open(config.home, readonly=True) as store:
        connection = store.connection
        totals = reads.totals(connection, scope)
        tools = reads.tools(connection, scope)
        errors = reads.errors(connection, scope)
        runs = reads.runs(connection, scope)
        files = reads.files(connection, scope)
        models = reads.models(connection, scope)
        rejections = reads.rejections(connection, scope, REJECTIONS)
        seen = list(observations(store, scope))
        costly = costly_habits(store, scope)
        risk = risk_figure(store, scope)
        behaviours = [unpacked(value) for value in reads.derived_values(connection, scope, KIND)]
        work, by_tool = work_figures(seen), figures.tool_figures(tools, errors)
        made = mistakes(store, scope, work, by_tool)
    errors = figures.with_seconds(errors, behaviours)
    commands = figures.command_figures(runs)
    found, candidates = standouts(
        behaviours,
        commands,
        files,
        errors,
        Random(SEED),  # noqa: S311  # no secret
        runs=runs,
    )
    return Report(
        totals=totals,
        standouts=found,
        candidates=candidates,
        tools=by_tool,
        errors=errors,
        habits=figures.habits(behaviours),
        commands=commands,
        files=files,
        models=models,
        rejections=rejections,
        work=work,
        costly=costly,
        risk=risk,
        mistakes=made,
        proofs={kind: proofs(behaviours, kind) for kind in sorted({kind for b in behaviours for kind in b.proof})},
    )


def proof_calls(config: Config, uids: list[str]) -> list[CallLine]:
    """The calls that prove a number, newest first."""
    with Store.open(config.home, readonly=True) as store:
        return reads.calls_of(store.connection, [bytes.fromhex(uid) for uid in uids])


def first_look(config: Config, today: date, *, progress: Callable[[Progress], None] = lambda _: None) -> FirstLook:
    """The store that the first report is about, filled if it was empty.

    From the agents' folders on this machine; where there are none, from the sample project that comes with twiceshy,
    in a data folder of its own: invented sessions never stand among real ones.
    """
    from twiceshy.flows.ingest import ingest  # noqa: PLC0415  # a report of a filled store need not pay for it
    from twiceshy.flows.judging import judge  # noqa: PLC0415  # as above
    from twiceshy.flows.lessons import learn_lessons  # noqa: PLC0415  # as above

    if not is_empty(config):
        return FirstLook(config=config, said="")
    summary = ingest([], config, progress=progress)
    if not is_empty(config):
        said = f"Read {summary.bytes_read / 1e6:.0f} MB of logs found on this machine into {config.home}."
        return FirstLook(config=config, said=said)
    sample = replace(config, home=config.home / "sample")
    if is_empty(sample):
        with TemporaryDirectory() as folder:
            write_sample(Path(folder), seed=SEED, today=today)
            ingest([Path(folder)], sample, progress=progress)
        judge(sample, processes=1)
        learn_lessons(sample)
    said = (
        "No agent's logs were found on this machine: this is the sample project that comes with twiceshy.\n"
        f"To look further into it: twiceshy --home {sample.home} ..."
    )
    return FirstLook(config=sample, said=said)


def is_empty(config: Config) -> bool:
    """Whether no session was stored yet."""
    if not begun(config.home):
        return True
    with Store.open(config.home, readonly=True) as store:
        return reads.totals(store.connection, Scope()).sessions == 0
