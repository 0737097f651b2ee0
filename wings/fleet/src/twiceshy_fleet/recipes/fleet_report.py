"""Build the report of a fleet's output: the whole organisation, its groups, and what is worth doing about."""

from dataclasses import replace

from twiceshy.account.price_list import read_prices
from twiceshy.archive.atomic_files import read_salt
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound
from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.records.fleet import FleetDimension, FleetReport
from twiceshy_fleet.lake import questions
from twiceshy_fleet.lake.lake_database import open_lake
from twiceshy_fleet.lake.lake_sessions import ASKED_TABLES, gather_sessions, gather_tokens
from twiceshy_fleet.lake.manifest import Manifest
from twiceshy_fleet.lake.places import open_place
from twiceshy_fleet.lake.questions import ASKED_MERGED, list_durations, list_effects
from twiceshy_fleet.planning.group_figures import (
    GroupSpending,
    build_figures,
    build_group_figures,
    list_unpriced,
    sum_spending,
)

_MOST_ROWS = 50
"""Lessons, commands, rules and effects of a report; a page has the first of them (guess, 2026-11-23)."""
_FEWEST_SESSIONS = 2
"""Of a mistake: what one session did is no lesson for others, as in ``reads.mistakes`` (guess, 2026-11-21)."""


def build_fleet_report(config: Config, output: str, by: FleetDimension = "team", team: str = "") -> FleetReport:
    """Return what an output says, of all teams or of one.

    Raises:
        NotFound: no shard of the output has a session, or none of that team has.
        TwiceshyError: a text must not leave.
        StoreCorrupt: a file of it is damaged.
        ToolMissing: DuckDB or pyarrow is not there.
        ConfigError: the file of own prices cannot be read.
    """
    prices = read_prices(config)
    with open_lake(output, ASKED_TABLES, ASKED_MERGED) as lake:
        scale = gather_sessions(lake, team)
        whole = questions.sum_groups(lake, None)
        if not whole:
            raise _explain_nothing(output, team, questions.list_teams(lake))
        gather_tokens(lake, prices)
        used = questions.sum_tokens(lake, None)
        spent = sum_spending(questions.sum_tokens(lake, by), prices)
        found = FleetReport(
            output=output,
            team=team,
            by=by,
            whole=build_figures(whole[0], sum_spending(used, prices).get("", GroupSpending())),
            groups=build_group_figures(by, questions.sum_groups(lake, by), whole[0], spent),
            lessons=tuple(questions.list_lessons(lake, _MOST_ROWS, _FEWEST_SESSIONS, team)),
            troubles=tuple(questions.list_troubles(lake, _MOST_ROWS)),
            findings=tuple(questions.list_findings(lake, _MOST_ROWS)),
            effects=tuple(list_effects(lake, _MOST_ROWS)),
            durations=tuple(list_durations(lake, _MOST_ROWS)),
            imitations=scale.imitations,
            copies=scale.copies,
            prices=f"{prices.source}, {prices.date}",
            models=list_unpriced(used, prices),
        )
    return _add_state(_clean_texts(config, found))


def _clean_texts(config: Config, found: FleetReport) -> FleetReport:
    """Return the report with the words of its rows as they may leave; figures and whom they are of stay.

    Raises:
        TwiceshyError: a text must not leave.
    """
    cache = config.cache if config.cache.is_dir() else None
    gate = OutgoingTexts(load_rules(), read_salt(config.salt), RedactionLevel(config.privacy_level), cache=cache)
    rows = (found.lessons, found.troubles, found.findings, found.durations)
    lessons, troubles, findings, durations = gate.clean_record(rows, "this report is not given")
    return replace(found, lessons=lessons, troubles=troubles, findings=findings, durations=durations)


def _explain_nothing(output: str, team: str, teams: list[str]) -> NotFound:
    if team and teams:
        return NotFound(f"{output} has no session of the team {team!r}. Its teams: {', '.join(map(repr, teams))}.")
    return NotFound(f"{output} has no session. `twiceshy fleet status {output}` says how far it is.")


def _add_state(found: FleetReport) -> FleetReport:
    """Add what is not in the figures: shards that failed, inputs that were set aside."""
    manifest = Manifest(open_place(found.output))
    failed = sum(receipt.state == "failed" for receipt in manifest.read_receipts().values())
    return replace(found, failed_shards=failed, aside=len(manifest.read_aside()))
