"""Learning from tool errors for other programs: names, arguments and result keys of usage-pattern learning systems.

``classify_error_type`` and ``extract_usage_pattern`` work on one error; ``UsagePatternStorage`` stores patterns in a
YAML file of their own, apart from twiceshy's store; ``UsagePatternLearner`` puts the three together, and
``UsagePatternChecker`` says before a call what went wrong with such calls. All of it is the same mechanism as that of
``lessons``: classification by phrases, one composite similarity, one formula for confidence, checks that are parsed and
never evaluated. See docs/reference/usage-api.md.
"""

import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from twiceshy.lessons.call_complaints import CallEnd
from twiceshy.lessons.check_language import CheckError, compile_pattern
from twiceshy.lessons.confidence import compute_confidence
from twiceshy.lessons.error_categories import call_words_of, classify_error_type, mask_values
from twiceshy.lessons.error_phrases import WRONG_TOOL
from twiceshy.lessons.merging import (
    CAUSE_WEIGHT,
    MERGE_SIMILARITY,
    PARAMETER_WEIGHT,
    PATTERN_WEIGHT,
    STEPS_WEIGHT,
    SimilarityPart,
    measure_overlap,
    weigh_parts,
)
from twiceshy.lessons.mistake_kinds import generalize_message
from twiceshy.lessons.patterns import (
    MUTED,
    CallRetry,
    Pattern,
    UsagePatternStorage,
    add_observation,
    add_prevention,
    add_success,
    drop_refuted,
    format_time,
    improve_steps,
    matches_call,
    matches_error,
    may_block,
    shorten_value,
    successes_in,
)
from twiceshy.lessons.steps import describe_cause, find_parameter, suggest_steps, suggest_validation
from twiceshy.stats.text.foreign_names import quote_words

__all__ = [
    "CallRetry",
    "UsagePatternChecker",
    "UsagePatternLearner",
    "UsagePatternStorage",
    "classify_error_type",
    "extract_usage_pattern",
]

_WARN_FROM = 0.75
"""Confidence from which a call is warned of: as was asked for."""
_WINDOW = 10
"""Earlier calls that a workflow is looked for in, as documented in ``docs/reference/usage-api.md``."""
_RELATED_FROM, _MOST_RELATED = 0.4, 5
"""Likeness from which two patterns of a tool name each other, and how many one names (guesses of 2026-11-22)."""
_SHORTEST_PHRASE = 4
"""Characters of a part of a phrase that still says something (guess of 2026-11-22)."""


def extract_usage_pattern(
    tool_name: str,
    params: Mapping[str, Any],
    error_message: str,
    classification: Mapping[str, Any],
    context: Mapping[str, Any] | None = None,
) -> Pattern | None:
    """Return the pattern of a classified error; None where nothing can be learned from it.

    ``context``: ``tools``, names of the tools that there are, by which a step names one that exists.
    """
    if not classification.get("learnable"):
        return None
    category = str(classification["error_category"])
    line = str(classification["evidence"]["line"])
    blamed = category != WRONG_TOOL or classification["evidence"]["values"]
    name = find_parameter(params, error_message) if blamed else ""
    text = generalize_message(mask_values(line, call_words_of(params))[0].replace("<v>", "<s>"))
    phrase = str(classification["evidence"]["phrase"]).lower() or text
    key = blake2b(f"{tool_name}\0{category}\0{name}\0{phrase}".encode(), digest_size=4).hexdigest()
    value = params.get(name)
    validation = suggest_validation(category, name, value)
    now = format_time()
    mistake: Pattern = {"error_regex": write_error_regex(phrase, line), "parameter": name}
    if validation:
        mistake["validation"] = validation
    mistake["common_mistakes"] = [shorten_value(value)] if value is not None else []
    known = tuple((context or {}).get("tools", ()))
    return {
        "id": f"{tool_name}_{category.lower()}_{key}",
        "tool": tool_name,
        "error_category": category,
        "mistake_pattern": mistake,
        "root_cause": describe_cause(category, name, validation),
        "prevention_steps": suggest_steps(tool_name, category, name, error_message, validation=validation, known=known),
        "observations": 1,
        "success_after_prevention": 0,
        "confidence": compute_confidence(1),
        "first_seen": now,
        "last_seen": now,
        "related_patterns": [],
    }


def write_error_regex(phrase: str, line: str) -> str:
    """Return the regex of a phrase, with anything in the place of masked words; it is in the line that it came from.

    Where it is not, the longest part of it that is; empty where there is none.
    """
    parts = [re.escape(part).replace("\\ ", " ") for part in re.split(r"<\w+>:?", phrase)]
    whole = ".+".join(parts).removeprefix(".+").removesuffix(".+")
    for regex in (whole, *sorted(parts, key=lambda part: -len(part))):
        if len(regex.strip()) >= _SHORTEST_PHRASE and re.search(regex, line, re.IGNORECASE):
            return regex
    return ""


class UsagePatternLearner:
    """Learns from results of tools as they come."""

    def __init__(self, storage: UsagePatternStorage | None = None) -> None:
        self.storage = storage or UsagePatternStorage()

    async def analyze_result(
        self, tool_name: str, params: Mapping[str, Any], result: str, context: Mapping[str, Any] | None = None
    ) -> Pattern | None:
        """Learn from a result; return the pattern as stored now, None where the result teaches nothing.

        Whether anything went wrong is for the classifier to say. ``context``: ``failed``, ``exit_status`` (the call's
        end, where it is known; a success is learned from as by ``note_success``), ``tools``, ``user``, ``warned`` (ids
        of patterns that were warned of), ``successes`` (inputs of calls of this tool that worked) and
        ``previous_tools``.
        """
        given = context or {}
        end = CallEnd(given.get("exit_status"), given.get("failed"))
        if end.worked:
            await self.note_success(tool_name, params, given)
            return None
        classification = classify_error_type(tool_name, params, result, end)
        new = extract_usage_pattern(tool_name, params, result, classification, given)
        return None if new is None else await self._merge_or_add_pattern(new, result, given)

    async def note_success(
        self, tool_name: str, params: Mapping[str, Any], context: Mapping[str, Any] | None = None
    ) -> list[str]:
        """Learn from a call that worked; return the ids of the patterns of which it says something.

        A pattern that spoke against it gave a false alarm, and one validator that refuses it is dropped.
        ``context``: ``previous_tools``, ``user``, and ``prevented``, ids of patterns for which a call was refused
        before this one.
        """
        given = context or {}
        earlier, user = list(given.get("previous_tools", ()))[-_WINDOW:], str(given.get("user") or "")
        changed: list[str] = []
        for one in self.storage.get_patterns_for_tool(tool_name):
            found = add_success(one, params, earlier, user)
            if one["id"] in given.get("prevented", ()) and not matches_call(one, params, earlier):
                found = add_prevention(found, user)
            if found != one:
                self.storage.replace_pattern(found)
                changed.append(str(one["id"]))
        return changed

    async def note_retry(
        self, tool_name: str, failed: Mapping[str, Any], message: str, retry: CallRetry
    ) -> Pattern | None:
        """Learn from the call that worked after one that failed; return the pattern as stored now, None without one.

        Steps get the inputs with which other tools were called in between, and the form of the value that worked.
        """
        classification = classify_error_type(tool_name, failed, message, CallEnd(failed=True))
        new = extract_usage_pattern(tool_name, failed, message, classification)
        if new is None or (known := self._find_same(new, message)) is None:
            return None
        better = drop_refuted(
            improve_steps(known, failed, retry), [retry.params, *successes_in(self.storage.load(), tool_name)]
        )
        if better != known:
            self.storage.replace_pattern(better)
        return better

    async def _merge_or_add_pattern(self, new_pattern: Pattern, message: str, given: Mapping[str, Any]) -> Pattern:
        tool, user = str(new_pattern["tool"]), str(given.get("user") or "")
        same = self._find_same(new_pattern, message)
        if same is None:
            past = [*given.get("successes", ()), *successes_in(self.storage.load(), tool)]
            self._add_new(drop_refuted(_count_first(new_pattern, user), past))
        else:
            merged = add_observation(same, new_pattern, user=user, warned=same["id"] in given.get("warned", ()))
            self.storage.replace_pattern(_merge_phrases(merged, new_pattern))
        self.storage.prune_old_patterns()
        return self.storage.get_pattern((same or new_pattern)["id"]) or new_pattern

    def _find_same(self, new_pattern: Pattern, message: str) -> Pattern | None:
        """Return the stored pattern of this kind of error: by its id, its phrases, what it asks for or its likeness."""
        known = self.storage.get_patterns_for_tool(str(new_pattern["tool"]))
        alike = [one for one in known if one["error_category"] == new_pattern["error_category"]]
        for one in alike:
            if one["id"] == new_pattern["id"]:
                return one
        place, asked = (new_pattern["mistake_pattern"].get(name, "") for name in ("parameter", "validation"))
        for one in alike:
            mistake = one["mistake_pattern"]
            same_form = bool(asked) and mistake.get("validation") == asked
            if mistake.get("parameter", "") == place and (same_form or matches_error(one, message)):
                return one
        best = max(alike, key=lambda one: self._calculate_similarity(one, new_pattern), default=None)
        return best if best and self._calculate_similarity(best, new_pattern) >= MERGE_SIMILARITY else None

    def _add_new(self, new_pattern: Pattern) -> None:
        """Add a pattern; it and those of its tool that are about the same parameter name each other."""
        place = new_pattern["mistake_pattern"].get("parameter", "")
        near = [
            one
            for one in self.storage.get_patterns_for_tool(str(new_pattern["tool"]))
            if (place and one["mistake_pattern"].get("parameter", "") == place)
            or self._calculate_similarity(one, new_pattern) >= _RELATED_FROM
        ][:_MOST_RELATED]
        self.storage.add_pattern(new_pattern | {"related_patterns": [one["id"] for one in near]})
        for one in near:
            ids = [*one.get("related_patterns", ()), new_pattern["id"]]
            self.storage.update_pattern(one["id"], {"related_patterns": ids[-_MOST_RELATED:]})

    def _calculate_similarity(self, p1: Pattern, p2: Pattern) -> float:
        if (p1["tool"], p1["error_category"]) != (p2["tool"], p2["error_category"]):
            return 0.0
        one, other = p1["mistake_pattern"], p2["mistake_pattern"]
        patterns = one.get("error_regex", ""), other.get("error_regex", "")
        parameters = one.get("parameter", ""), other.get("parameter", "")
        counts = len(p1.get("prevention_steps", ())), len(p2.get("prevention_steps", ()))
        return weigh_parts(
            SimilarityPart(PATTERN_WEIGHT, measure_overlap(*patterns), any(patterns)),
            SimilarityPart(PARAMETER_WEIGHT, float(parameters[0] == parameters[1]), any(parameters)),
            SimilarityPart(
                CAUSE_WEIGHT, measure_overlap(p1.get("root_cause", ""), p2.get("root_cause", "")), True
            ),  # both have one
            SimilarityPart(STEPS_WEIGHT, min(counts) / max(*counts, 1), any(counts)),
        )


def _count_first(pattern: Pattern, user: str) -> Pattern:
    """Return a new pattern with its first observation counted for the user."""
    return pattern | {"users": {user: {"observations": 1, "success_rate": None}}} if user else pattern


def _merge_phrases(pattern: Pattern, new: Pattern) -> Pattern:
    """Return the pattern with the new error's phrase beside its own, unless that could not be read any more."""
    mistake = pattern["mistake_pattern"]
    ours, theirs = str(mistake.get("error_regex") or ""), str(new["mistake_pattern"].get("error_regex") or "")
    if not theirs or theirs in ours.split("|"):
        return pattern
    both = f"{ours}|{theirs}" if ours else theirs
    try:
        compile_pattern(f"(?i){both}")
    except CheckError:
        return pattern
    return pattern | {"mistake_pattern": mistake | {"error_regex": both}}


class UsagePatternChecker:
    """Says before a call what went wrong with calls like it."""

    def __init__(self, storage: UsagePatternStorage | None = None) -> None:
        self.storage = storage or UsagePatternStorage()

    def check_before_call(
        self,
        tool_name: str,
        params: Mapping[str, Any],
        context: Mapping[str, Any] | None = None,
        min_confidence: float = _WARN_FROM,
    ) -> dict[str, Any]:
        """Return ``warnings``, ``should_block``, ``pattern_ids``, ``prevention_steps``; a warning is one sentence.

        ``context``: ``previous_tools``, names of earlier calls in order, of which the last ten count. Blocking takes a
        confidence of .95, a check or pattern that the value fails, and a value that never worked.
        """
        earlier = list((context or {}).get("previous_tools", ()))[-_WINDOW:]
        found: dict[str, Any] = {"warnings": [], "should_block": False, "pattern_ids": [], "prevention_steps": []}
        for one in self.storage.get_patterns_for_tool(tool_name, min_confidence):
            if not one.get(MUTED) and matches_call(one, params, earlier):
                percent = round(100 * float(one["confidence"]))
                cause = quote_words(str(one["root_cause"]))
                found["warnings"].append(f"{cause} ({percent} % sure, seen {one['observations']} times)")
                found["pattern_ids"].append(one["id"])
                found["prevention_steps"] += one["prevention_steps"]
                found["should_block"] = found["should_block"] or may_block(one, params)
        return found
