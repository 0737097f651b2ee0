"""Write the advice row of `twiceshy doctor`: how many rules there are, and how right they were so far."""

from datetime import UTC, datetime

from twiceshy.config import Config
from twiceshy.errors import TwiceshyError
from twiceshy.records.rules import WRONG_FATES, Level
from twiceshy.records.upkeep import Check, CheckState
from twiceshy.store import rules_file
from twiceshy.store.db import Store
from twiceshy.store.reads import rules as reads

_NAME = "advice"


def check_advice(config: Config) -> Check:
    """Return one row; it is never a problem, as an agent is never worse off without advice."""
    if not config.advice_enabled:
        return Check(
            name=_NAME, state=CheckState.OK, words=f"switched off ({config.origins.get('advice.enabled', '')})"
        )
    path = config.home / rules_file.NAME
    if not path.exists():
        return Check(name=_NAME, state=CheckState.NOTE, words="no rules are compiled yet", advice="twiceshy learn")
    lines = rules_file.read(config.home)
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    loud = sum(line.level != Level.INFORM for line in lines)
    words = f"{loud} warnings and {len(lines) - loud} facts ready, compiled {at:%Y-%m-%d %H:%M} UTC"
    return Check(name=_NAME, state=CheckState.OK, words=f"{words}; {_summarise_advice(config)}")


def _summarise_advice(config: Config) -> str:
    """Return in words how much advice was shown and held out so far, and how many of these calls went wrong."""
    try:
        with Store.open(config.home, readonly=True) as store:
            known = [one for one in reads.read_advice(store.connection) if one.level is not Level.INFORM]
    except TwiceshyError:
        return "nothing is known of what they said"
    shown = sum(one.shown for one in known)
    ended = [one for one in known if one.outcome is not None and not one.overridden]
    right = sum(one.outcome in WRONG_FATES for one in ended)
    held = sum(not one.shown and not one.overridden for one in known)
    return f"{shown} given, {held} held back; of {len(ended)} calls whose end is known {right} went wrong"
