"""What `twiceshy doctor` says about advice: how many rules speak, what they said so far, and how right they were."""

from datetime import UTC, datetime

from twiceshy.config import Config
from twiceshy.errors import TwiceshyError
from twiceshy.records.health import Check, State
from twiceshy.records.rules import WRONG, Level
from twiceshy.store import rules_file
from twiceshy.store.db import Store
from twiceshy.store.reads import rules as reads

NAME = "advice"


def advice_check(config: Config) -> Check:
    """One row; never a problem, as an agent is never worse off without advice."""
    if not config.advice_enabled:
        return Check(name=NAME, state=State.OK, words=f"switched off ({config.origins.get('advice.enabled', '')})")
    path = config.home / rules_file.NAME
    if not path.exists():
        return Check(name=NAME, state=State.NOTE, words="no rules are compiled yet", advice="twiceshy learn")
    lines = rules_file.read(config.home)
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    loud = sum(line.level != Level.INFORM for line in lines)
    words = f"{loud} warnings and {len(lines) - loud} facts ready, compiled {at:%Y-%m-%d %H:%M} UTC"
    return Check(name=NAME, state=State.OK, words=f"{words}; {given(config)}")


def given(config: Config) -> str:
    """What was said so far."""
    try:
        with Store.open(config.home, readonly=True) as store:
            known = [one for one in reads.advice(store.connection) if one.level is not Level.INFORM]
    except TwiceshyError:
        return "nothing is known of what they said"
    shown = sum(one.shown for one in known)
    ended = [one for one in known if one.outcome is not None and not one.overridden]
    right = sum(one.outcome in WRONG for one in ended)
    held = sum(not one.shown and not one.overridden for one in known)
    return f"{shown} given, {held} held back; of {len(ended)} calls whose end is known {right} went wrong"
