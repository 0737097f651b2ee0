"""What became of the changes that came after those that the model in use learned from?

They are a forecast that time has judged, as far as it has: a young change may still be fixed.
"""

from datetime import datetime
from pathlib import Path
from typing import Final

from twiceshy.config import Config
from twiceshy.flows.risk.known_changes import read_known_table
from twiceshy.flows.risk.tell_risk import prepare_answers
from twiceshy.predict.risk.risk_bands import FEWEST, divide_into_bands, rank_by_risk, take_top
from twiceshy.records.change_risk import RiskOutcomes

_MOST_SHOWN: Final = 10
"""Changes of the top tenth that are named (guess, 2026-11-23)."""


def measure_risk_outcomes(config: Config, repo: Path, now: datetime, since: datetime | None = None) -> RiskOutcomes:
    """Return what became of changes by their risk; with ``since`` of newer ones only.

    Raises:
        NotFound: the repository has no commit yet.
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    table = read_known_table(config, repo)
    tell = prepare_answers(config, repo, table, now)
    learned = str(tell.model.card.get("last_at", ""))
    first = max(datetime.fromisoformat(learned).timestamp() if learned else 0.0, since.timestamp() if since else 0.0)
    answers = [tell.answer(row) for row in table.rows if row.at > first]
    ranked = rank_by_risk(answers)
    bands = divide_into_bands(ranked)
    top = take_top(ranked)[:_MOST_SHOWN] if bands else []
    return RiskOutcomes(
        model=tell.model.kind,
        since=first,
        changes=len(answers),
        fixed=sum(one.became is not None for one in answers),
        bands=bands,
        riskiest=tuple(top),
        too_little="" if bands else tell.too_little or f"{len(ranked)} changes came after those; {FEWEST} are needed",
    )
