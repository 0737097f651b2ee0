"""What a pattern's later calls say about it: it grows surer, turns out false, is older, or is proved wrong by one call.

A pattern is an entry of the YAML file of ``seed_api``. Fields that are only there once something was measured:
``false_alarms`` (calls that it spoke against and that worked unchanged), ``failed_after_warning`` (warned calls that
failed as it said), ``worked_values`` (values of its parameter that worked), ``users`` (the same counts for each user)
and ``decayed_until`` (up to when its confidence has decayed).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from twiceshy.lessons.confidence import DECAY, DECAY_DAYS, compute_confidence
from twiceshy.lessons.pattern_matching import Pattern, matches_call, validation_of
from twiceshy.lessons.validators import withstands
from twiceshy.stats.text.quoting import quote

LONGEST_VALUE = 80
"""Characters of a value that a pattern keeps (guess of 2026-11-21)."""
MOST_MISTAKES = 10
"""Newest wrong values that a pattern keeps (guess of 2026-11-21)."""
_MOST_WORKED = 20
"""Values that worked which a pattern keeps: the first ones, so that a busy tool is not written at each call (guess of
2026-11-22)."""
_ENOUGH_AGAINST = 3
"""False alarms for each observation from which no more are counted, as nothing changes any more (guess of
2026-11-22)."""


def format_time(at: datetime | None = None) -> str:
    """Format a time for the file: UTC, without a zone; the default is now."""
    return f"{(at or datetime.now(UTC)).astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def shorten_value(value: object) -> str:
    """Return a value as a pattern keeps it."""
    return quote(str(value), LONGEST_VALUE)


def rate_pattern(pattern: Pattern) -> float:
    """Compute the pattern's confidence from its counts, as of its last observation."""
    successes, failures = (int(pattern.get(name) or 0) for name in ("success_after_prevention", "false_alarms"))
    return round(compute_confidence(int(pattern["observations"]), successes=successes, failures=failures), 4)


def decay(pattern: Pattern, now: datetime) -> Pattern:
    """Return the pattern with its confidence lowered for each whole period since it was last seen, once each.

    A pattern whose time cannot be read stays as it is.
    """
    try:
        since = datetime.fromisoformat(str(pattern.get("decayed_until") or pattern["last_seen"]))
        periods = (now - (since if since.tzinfo else since.replace(tzinfo=UTC))).days // DECAY_DAYS
        if periods < 1:
            return pattern
        lowered = round(float(pattern["confidence"]) * DECAY**periods, 4)
    except (KeyError, ValueError, TypeError):
        return pattern
    return pattern | {"confidence": lowered, "decayed_until": format_time(since + timedelta(days=periods * DECAY_DAYS))}


def add_observation(existing: Pattern, new: Pattern, *, user: str = "", warned: bool = False) -> Pattern:
    """Return the pattern with one more error of its kind, the wrong value last among the newest."""
    mistake = dict(existing["mistake_pattern"])
    fresh = list(new["mistake_pattern"].get("common_mistakes", ()))
    earlier = [one for one in mistake.get("common_mistakes", ()) if one not in fresh]
    mistake["common_mistakes"] = [*earlier, *fresh][-MOST_MISTAKES:]
    merged = existing | {
        "mistake_pattern": mistake,
        "observations": int(existing["observations"]) + int(new["observations"]),
        "last_seen": max(str(existing["last_seen"]), str(new["last_seen"])),
    }
    merged.pop("decayed_until", None)
    merged = _count_for_user(merged, user, "observations")
    if warned:
        merged = _count_for_user(_add_one(merged, "failed_after_warning"), user, "failed_after_warning")
    merged["confidence"] = rate_pattern(merged)
    return merged


def add_prevention(pattern: Pattern, user: str = "") -> Pattern:
    """Return the pattern with one more refused call after which another one worked."""
    found = _count_for_user(_add_one(pattern, "success_after_prevention"), user, "success_after_prevention")
    return found | {"confidence": rate_pattern(found)}


def add_success(pattern: Pattern, params: Mapping[str, Any], earlier: Sequence[str], user: str = "") -> Pattern:
    """Return the pattern after a call of its tool that worked, whether or not it was warned of.

    One success is proof against a value as a mistake in itself, and against a validator that hardly any failure
    supports; a call that the pattern spoke against was a false alarm.
    """
    matched = matches_call(pattern, params, earlier)
    given = {name: shorten_value(value) for name, value in params.items()}
    worked = [one for one in successes_in([pattern], str(pattern["tool"])) if not one.items() <= given.items()]
    found = _keep_value(drop_refuted(pattern, [params, *worked], alarms=int(matched)), params, matched=matched)
    alarms = int(found.get("false_alarms") or 0)
    if matched and alarms < _ENOUGH_AGAINST * int(found["observations"]):
        found = _count_for_user(_add_one(found, "false_alarms"), user, "false_alarms")
        found = found | {"confidence": min(float(found["confidence"]), rate_pattern(found))}
    return found


def _keep_value(pattern: Pattern, params: Mapping[str, Any], *, matched: bool) -> Pattern:
    """Return the pattern with the value among those that worked, and no longer among the mistakes."""
    mistake = pattern["mistake_pattern"]
    if (given := params.get(str(mistake.get("parameter", "")))) is None:
        return pattern
    value = shorten_value(given)
    worked, wrong = list(pattern.get("worked_values") or ()), list(mistake.get("common_mistakes") or ())
    if value in worked or (len(worked) >= _MOST_WORKED and not matched):
        return pattern
    kept = pattern | {"worked_values": [*worked, value][-_MOST_WORKED:]}
    if value in wrong:
        kept["mistake_pattern"] = mistake | {"common_mistakes": [one for one in wrong if one != value]}
    return kept


def drop_refuted(pattern: Pattern, successes: Iterable[Mapping[str, Any]], alarms: int = 0) -> Pattern:
    """Return the pattern without a validator, in itself or its steps, that these calls which worked speak against.

    ``alarms``: how many of them the pattern spoke against that are not counted yet.
    """
    past, mistake = list(successes), pattern["mistake_pattern"]
    failures, alarms = int(pattern["observations"]), alarms + int(pattern.get("false_alarms") or 0)

    def holds(one: Mapping[str, Any]) -> bool:
        return withstands(validation_of(one), str(one.get("parameter", "")), past, failures, alarms)

    steps = [one for one in pattern.get("prevention_steps", ()) if holds(one)]
    if holds(mistake) and len(steps) == len(pattern.get("prevention_steps", ())):
        return pattern
    return pattern | {
        "mistake_pattern": mistake if holds(mistake) else {key: mistake[key] for key in mistake if key != "validation"},
        "prevention_steps": steps,
    }


def successes_in(patterns: Iterable[Pattern], tool: str) -> list[dict[str, Any]]:
    """Return the inputs, one parameter each, that worked as the tool's patterns have kept them."""
    return [
        {str(one["mistake_pattern"].get("parameter", "")): value}
        for one in patterns
        if one["tool"] == tool
        for value in one.get("worked_values") or ()
    ]


def _add_one(pattern: Pattern, name: str) -> Pattern:
    """Return the pattern with a count raised by one."""
    return pattern | {name: int(pattern.get(name) or 0) + 1}


def _count_for_user(pattern: Pattern, user: str, name: str) -> Pattern:
    """Return the pattern with a count of the user raised by one, and the user's rate of success."""
    if not user:
        return pattern
    users = dict(pattern.get("users") or {})
    mine = _add_one(dict(users.get(user) or {}), name)
    mine["success_rate"] = rate_of_success(mine)
    return pattern | {"users": users | {user: mine}}


def rate_of_success(counts: Mapping[str, Any]) -> float | None:
    """Return the share of warnings, heeded or not, after which the mistake was not made; None without any.

    >>> rate_of_success({"success_after_prevention": 3, "failed_after_warning": 1}), rate_of_success({})
    (0.75, None)
    """
    heeded, failed = (int(counts.get(name) or 0) for name in ("success_after_prevention", "failed_after_warning"))
    return round(heeded / (heeded + failed), 2) if heeded + failed else None
