"""Patterns of wrong calls of other programs: matched, kept in one YAML file, judged by what later calls say."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from twiceshy.base.private_files import write_whole
from twiceshy.lessons.check_language import CheckError, compile_pattern, refuses
from twiceshy.lessons.confidence import DECAY, DECAY_DAYS, compute_confidence
from twiceshy.lessons.error_phrases import PREREQUISITE, SEQUENCE, WRONG_TOOL
from twiceshy.lessons.lessons_yaml import stats_of
from twiceshy.lessons.steps import build_order_steps
from twiceshy.lessons.validators import infer_form, withstands
from twiceshy.records.lessons import Validation
from twiceshy.stats.text.quoting import quote

# Whether a pattern speaks against a call that is about to be made, and whether it may refuse it.

Pattern = dict[str, Any]
"""An entry of the YAML file of ``seed_api``."""
MUTED = "muted"
"""Key of a pattern whose lesson a person muted: it is counted and never said."""
_BLOCK_FROM = 0.95
"""Confidence from which a call may be refused: as was asked for."""
_LONGEST_LINE = 400
"""Characters of a message in which a pattern's regex is searched (guess of 2026-11-22)."""


def matches_call(one: Pattern, params: Mapping[str, Any], earlier: Sequence[str]) -> bool:
    """Tell whether the pattern speaks against the call: by its value, by what is missing before it, or by its tool."""
    mistake = one["mistake_pattern"]
    return (
        fails_check(mistake, params)
        or _repeats_mistake(mistake, params)
        or _is_out_of_order(one, earlier)
        or _is_wrong_tool(one)
    )


def may_block(one: Pattern, params: Mapping[str, Any]) -> bool:
    """Tell whether the pattern is sure enough to refuse the call, by a check that the value fails.

    A value that worked once is never refused.
    """
    mistake = one["mistake_pattern"]
    value = params.get(str(mistake.get("parameter", "")))
    worked = value is not None and quote(str(value), 80) in (one.get("worked_values") or ())
    return float(one["confidence"]) >= _BLOCK_FROM and not worked and fails_check(mistake, params)


def matches_error(one: Pattern, message: str) -> bool:
    """Tell whether the pattern's regex is in a message; one that cannot be read, or may take long, is in none."""
    written = str(one["mistake_pattern"].get("error_regex") or "")
    try:
        found = compile_pattern(f"(?i){written}") if written else None
    except CheckError:
        return False
    return found is not None and any(found.search(line[:_LONGEST_LINE]) for line in message[:4000].splitlines())


def validation_of(part: Mapping[str, Any]) -> Validation:
    """Return the validation of a pattern or of one of its steps; an empty one where it has none."""
    written = part.get("validation") or {}
    return Validation(check=str(written.get("check") or ""), regex=str(written.get("regex") or ""))


def fails_check(mistake: Mapping[str, Any], params: Mapping[str, Any]) -> bool:
    """Tell whether the parameter's value fails the pattern's check or regex; an unreadable one fails nothing."""
    return refuses(validation_of(mistake), str(mistake.get("parameter", "")), params)


def _repeats_mistake(mistake: Mapping[str, Any], params: Mapping[str, Any]) -> bool:
    """Tell whether the call gives a value that went wrong before."""
    value = params.get(str(mistake.get("parameter", "")))
    return value is not None and quote(str(value), 80) in (mistake.get("common_mistakes") or ())


def _is_out_of_order(one: Pattern, earlier: Sequence[str]) -> bool:
    """Tell whether a tool that has to come first, for its order or for what it prepares, has not been called."""
    if one["error_category"] not in {SEQUENCE, PREREQUISITE}:
        return False
    first = {step["tool"] for step in one["prevention_steps"] if step["action"] == "call_tool_first" and "tool" in step}
    first.discard(one["tool"])
    return bool(first) and not first & set(earlier)


def _is_wrong_tool(one: Pattern) -> bool:
    """Tell whether another tool has to be used, whatever the values: a step names it, and no value was blamed."""
    if one["error_category"] != WRONG_TOOL or one["mistake_pattern"].get("parameter"):
        return False
    return any(step.get("tool", one["tool"]) != one["tool"] for step in one["prevention_steps"])


# What a pattern's later calls say about it: it grows surer, turns out false, is older, or is proved wrong by one call.
#
# A pattern is an entry of the YAML file of ``seed_api``. Fields that are only there once something was measured:
# ``false_alarms`` (calls that it spoke against and that worked unchanged), ``failed_after_warning`` (warned calls that
# failed as it said), ``worked_values`` (values of its parameter that worked), ``users`` (the same counts for each user)
# and ``decayed_until`` (up to when its confidence has decayed).

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


# What a pattern learns from the call that worked after its error: the form of the value, and what was called between.
#
# Steps of a pattern are a guess from the message's words until a retry worked. Then the guess is corrected: a step that
# calls another tool gets the inputs with which that tool was called, a tool that nobody called gives way to the only
# one that was, and the value that worked may have a form that the wrong one lacks.

_CALLS_FIRST = frozenset({"call_tool_first", "call_tool_if_invalid"})
_MOST_ARGUMENTS = 6
"""Inputs of a call that a step shows (guess of 2026-11-22)."""


class CallRetry(NamedTuple):
    """A call that worked after one of the same tool had failed."""

    params: Mapping[str, Any]
    between: Sequence[tuple[str, Mapping[str, Any]]] = ()
    """Tools with their inputs that were called, and worked, from the failure to the retry."""


def improve_steps(pattern: Pattern, failed: Mapping[str, Any], retry: CallRetry) -> Pattern:
    """Return the pattern with what the retry shows."""
    done = {tool: params for tool, params in retry.between if tool != pattern["tool"]}
    found = _correct_order(pattern, list(done))
    steps = [
        one | {"args": _describe_arguments(done[one["tool"]], failed, retry.params)}
        if one["action"] in _CALLS_FIRST and done.get(one.get("tool", ""))
        else one
        for one in found["prevention_steps"]
    ]
    return _add_form(found | {"prevention_steps": steps}, failed, retry.params)


def _correct_order(pattern: Pattern, done: Sequence[str]) -> Pattern:
    """Return the pattern with the one tool that was called in place of a guessed one that was not."""
    if pattern["error_category"] not in {SEQUENCE, PREREQUISITE} or len(done) != 1:
        return pattern
    guessed = {one["tool"] for one in pattern["prevention_steps"] if one["action"] in _CALLS_FIRST and "tool" in one}
    return pattern if guessed & set(done) else pattern | {"prevention_steps": build_order_steps(done[0])}


def _describe_arguments(
    given: Mapping[str, Any], failed: Mapping[str, Any], worked: Mapping[str, Any]
) -> dict[str, str]:
    """Return the inputs of a call as a step shows them: those of the call in question by their names."""
    names = {str(value): f"<{name}>" for params in (worked, failed) for name, value in params.items()}
    shown = {str(name): names.get(str(value), shorten_value(value)) for name, value in given.items()}
    return dict(list(shown.items())[:_MOST_ARGUMENTS])


def _add_form(pattern: Pattern, failed: Mapping[str, Any], worked: Mapping[str, Any]) -> Pattern:
    """Return the pattern with the form that the value which worked has, and none of the wrong ones."""
    mistake = pattern["mistake_pattern"]
    name = str(mistake.get("parameter", ""))
    bad, good = failed.get(name), worked.get(name)
    if mistake.get("validation") or not isinstance(bad, str) or not isinstance(good, str):
        return pattern
    form = infer_form([bad, *mistake.get("common_mistakes", ())], [good])
    if form is None:
        return pattern
    checked = {"regex": form.regex, "error_message": form.error_message}
    step = {
        "action": "validate_parameter",
        "parameter": name,
        "validation": checked,
        "reason": f"the value that worked is {form.expected}",
    }
    return pattern | {
        "mistake_pattern": mistake | {"validation": {"expected": form.expected, "regex": form.regex}},
        "prevention_steps": [step, *pattern["prevention_steps"]],
    }


# The YAML file of patterns of other programs: read whole, written whole, left alone where it is damaged.

_LIST_KEY = "usage_patterns"
_MOST_BYTES = 2_000_000
"""Of a file that is read (guess, 2026-11-21: thousands of patterns)."""


def read(path: Path) -> list[dict[str, Any]]:
    """Return the patterns; none where there is no file.

    Raises:
        ValueError: it is too large, no YAML or no list of patterns; the line is named.
    """
    if not path.exists():
        return []
    if path.stat().st_size > _MOST_BYTES:
        raise ValueError(f"{path} is larger than {_MOST_BYTES:,} bytes; it is left as it is.")
    try:
        document = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ValueError(
            f"{path}, line {mark.line + 1 if mark else 0}: {error.problem}; it is left as it is."
        ) from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is no YAML; it is left as it is.") from error
    listed = (document or {}).get(_LIST_KEY, []) if isinstance(document or {}, dict) else None
    if not isinstance(listed, list) or not all(isinstance(one, dict) and "id" in one for one in listed):
        raise ValueError(f"{path}: {_LIST_KEY} is no list of patterns; it is left as it is.")
    return listed


def write(path: Path, patterns: Sequence[dict[str, Any]]) -> None:
    """Write these patterns with their statistics; on a failure the file stays as it was."""
    text = io.StringIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # the library's own switch
    yaml.width = 120
    yaml.dump({_LIST_KEY: list(patterns), "stats": stats_of(patterns)}, text)
    write_whole(path, text.getvalue().encode())


# Patterns in one YAML file: found, changed and pruned, with their confidence as of now.

_DEFAULT_PATH = Path("memory") / "learned" / "usage_patterns.yaml"
_HIGH_CONFIDENCE = 0.85
"""Confidence that counts as high: as was asked for."""


class UsagePatternStorage:
    """Patterns in one YAML file, which is read anew for each question and written whole.

    Raises:
        ValueError: from every method, where the file is damaged; it names the line and leaves the file as it is.
    """

    def __init__(self, path: Path | str = _DEFAULT_PATH) -> None:
        self.path = Path(path)

    def load(self) -> list[Pattern]:
        """Return all patterns, with what their confidence has decayed to; the next write keeps that."""
        now = datetime.now(UTC)
        return [decay(one, now) for one in read(self.path)]

    def keep(self, patterns: list[Pattern]) -> None:
        """Write these patterns in place of all that there are."""
        write(self.path, patterns)

    def add_pattern(self, pattern: Pattern) -> bool:
        """Add a pattern and tell whether it was new; a stored one with the same id stays as it is."""
        known = self.load()
        if any(one["id"] == pattern["id"] for one in known):
            return False
        self.keep([*known, pattern])
        return True

    def get_pattern(self, pattern_id: str) -> Pattern | None:
        """Return the pattern with an id; None where there is none."""
        return next((one for one in self.load() if one["id"] == pattern_id), None)

    def update_pattern(self, pattern_id: str, updates: Mapping[str, Any]) -> bool:
        """Set fields of a pattern and tell whether there was such a pattern."""
        known = self.load()
        for one in known:
            if one["id"] == pattern_id:
                one.update(updates)
                self.keep(known)
                return True
        return False

    def replace_pattern(self, pattern: Pattern) -> None:
        """Put the pattern in the place of the one with its id, with no field left of that."""
        self.keep([pattern if one["id"] == pattern["id"] else one for one in self.load()])

    def delete_pattern(self, pattern_id: str) -> bool:
        """Delete a pattern and tell whether there was such a pattern."""
        known = self.load()
        kept = [one for one in known if one["id"] != pattern_id]
        if len(kept) < len(known):
            self.keep(kept)
        return len(kept) < len(known)

    def get_patterns_for_tool(self, tool: str, min_confidence: float = 0.0) -> list[Pattern]:
        """Return a tool's patterns of at least this confidence, the most confident first."""
        found = [one for one in self.load() if one["tool"] == tool and one["confidence"] >= min_confidence]
        return sorted(found, key=lambda one: -float(one["confidence"]))

    def get_high_confidence_patterns(self, min_confidence: float = _HIGH_CONFIDENCE) -> list[Pattern]:
        """Return the patterns of every tool of at least this confidence, the most confident first."""
        found = [one for one in self.load() if one["confidence"] >= min_confidence]
        return sorted(found, key=lambda one: -float(one["confidence"]))

    def prune_old_patterns(self, max_age_days: int = 90, min_confidence: float = 0.70) -> int:
        """Delete patterns that are both unseen for so long and less confident; return how many.

        The learner does it with each error that it learns from.
        """
        oldest = format_time(datetime.now(UTC) - timedelta(days=max_age_days))
        known = self.load()
        kept = [one for one in known if str(one["last_seen"]) >= oldest or one["confidence"] >= min_confidence]
        if len(kept) < len(known):
            self.keep(kept)
        return len(known) - len(kept)


class PatternBatch(UsagePatternStorage):
    """The patterns of a file, read once and written once with all changes made in between."""

    def __init__(self, path: Path | str) -> None:
        """Read the patterns.

        Raises:
            ValueError: the file is damaged.
        """
        super().__init__(path)
        self._known = super().load()
        self._changed = False

    def load(self) -> list[Pattern]:
        """Return all patterns as they are now."""
        return list(self._known)

    def keep(self, patterns: list[Pattern]) -> None:
        """Take these patterns in place of all that there are."""
        self._known, self._changed = patterns, True

    def finish(self) -> None:
        """Write the patterns, if anything changed."""
        if self._changed:
            write(self.path, self._known)
            self._changed = False
