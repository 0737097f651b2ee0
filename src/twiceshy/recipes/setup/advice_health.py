"""Write the advice row of `twiceshy doctor`: how many rules there are, and how right they were so far."""

from datetime import UTC, datetime

from twiceshy.archive import health_rows as rows
from twiceshy.archive import rules_file
from twiceshy.archive.db import Store
from twiceshy.archive.reads import rules as reads
from twiceshy.base.config import Config
from twiceshy.base.errors import TwiceshyError
from twiceshy.records.rules import Level
from twiceshy.records.upkeep import Check

_NAME = "advice"


def check_advice(config: Config) -> Check:
    """Return one row; it is never a problem, as an agent is never worse off without advice."""
    if not config.advice_enabled:
        return rows.ok(_NAME, f"switched off ({config.origins.get('advice.enabled', '')})")
    path = config.home / rules_file.NAME
    if not path.exists():
        return rows.note(_NAME, "no rules are compiled yet", "twiceshy learn")
    lines = rules_file.read(config.home)
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    loud = sum(line.level != Level.INFORM for line in lines)
    words = f"{loud} warnings and {len(lines) - loud} facts ready, compiled {at:%Y-%m-%d %H:%M} UTC"
    return rows.ok(_NAME, f"{words}; {_describe_past(config)}")


def _describe_past(config: Config) -> str:
    """Return in words how right the warnings were so far."""
    try:
        with Store.open(config.home, readonly=True) as store:
            return rows.describe_advice(
                [one for one in reads.read_advice(store.connection) if one.level is not Level.INFORM]
            )
    except TwiceshyError:
        return "nothing is known of what they said"
