"""Learning from tool errors for other programs: names, arguments and result keys of usage-pattern learning systems.

``classify_error_type`` and ``extract_usage_pattern`` work on one error; ``UsagePatternStorage`` stores patterns in a
YAML file of their own, apart from twiceshy's store; ``UsagePatternLearner`` puts the three together, and
``UsagePatternChecker`` says before a call what went wrong with such calls. All of it is the same mechanism as that of
``lessons``: classification by phrases, one composite similarity, one formula for confidence, checks that are parsed and
never evaluated. See docs/reference/usage-api.md.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

from twiceshy.facts.text.foreign_names import quote_words
from twiceshy.facts.text.quoting import quote
from twiceshy.lessons.check_language import refuses
from twiceshy.lessons.confidence import compute_confidence
from twiceshy.lessons.error_categories import call_words_of, classify_error_type, mask_values
from twiceshy.lessons.error_phrases import SEQUENCE
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
from twiceshy.lessons.pattern_file import read, write
from twiceshy.lessons.steps_from_error import describe_cause, find_parameter, suggest_steps, suggest_validation
from twiceshy.records.lessons import Validation

__all__ = [
    "UsagePatternChecker",
    "UsagePatternLearner",
    "UsagePatternStorage",
    "classify_error_type",
    "extract_usage_pattern",
]

_Pattern = dict[str, Any]
_DEFAULT_PATH = Path("memory") / "learned" / "usage_patterns.yaml"
_WARN_FROM, _BLOCK_FROM, _HIGH_CONFIDENCE = 0.75, 0.95, 0.85
_WINDOW = 10
"""Earlier calls that a workflow is looked for in, as documented in ``docs/reference/usage-api.md``."""
_ERROR = re.compile(
    r"\b(?:error|failed|failure|denied|invalid|unknown|missing|not|cannot|must)\b|\u274c", re.IGNORECASE
)
_MOST_MISTAKES = 10
"""Wrong values that a pattern keeps (guess, 2026-11-21)."""


def extract_usage_pattern(
    tool_name: str,
    params: Mapping[str, Any],
    error_message: str,
    classification: Mapping[str, Any],
    context: Mapping[str, Any] | None = None,
) -> _Pattern | None:
    """Return the pattern of a classified error; None where nothing can be learned from it.

    ``context``: ``tools``, names of the tools that there are, by which a step names one that exists.
    """
    if not classification.get("learnable"):
        return None
    category = str(classification["error_category"])
    line = str(classification["evidence"]["line"])
    name = find_parameter(params, error_message)
    text = generalize_message(mask_values(line, call_words_of(params))[0].replace("<v>", "<s>"))
    phrase = str(classification["evidence"]["phrase"]).lower() or text
    key = blake2b(f"{tool_name}\0{category}\0{name}\0{phrase}".encode(), digest_size=4).hexdigest()
    value = params.get(name)
    validation = suggest_validation(category, name, value)
    now = format_time()
    mistake: _Pattern = {"error_regex": re.escape(phrase).replace("\\ ", " "), "parameter": name}
    if validation:
        mistake["validation"] = validation
    mistake["common_mistakes"] = [quote(str(value), 80)] if value is not None else []
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


def format_time(at: datetime | None = None) -> str:
    """Format a time for the file: UTC, without a zone; the default is now."""
    return f"{(at or datetime.now(UTC)).astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


class UsagePatternStorage:
    """Patterns in one YAML file, which is read anew for each question and written whole.

    Raises:
        ValueError: from every method, where the file is damaged; it names the line and leaves the file as it is.
    """

    def __init__(self, path: Path | str = _DEFAULT_PATH) -> None:
        self.path = Path(path)

    def load(self) -> list[_Pattern]:
        """Return all patterns."""
        return read(self.path)

    def add_pattern(self, pattern: _Pattern) -> bool:
        """Add a pattern and tell whether it was new; a stored one with the same id stays as it is."""
        known = self.load()
        if any(one["id"] == pattern["id"] for one in known):
            return False
        write(self.path, [*known, pattern])
        return True

    def get_pattern(self, pattern_id: str) -> _Pattern | None:
        """Return the pattern with an id; None where there is none."""
        return next((one for one in self.load() if one["id"] == pattern_id), None)

    def update_pattern(self, pattern_id: str, updates: Mapping[str, Any]) -> bool:
        """Set fields of a pattern and tell whether there was such a pattern."""
        known = self.load()
        for one in known:
            if one["id"] == pattern_id:
                one.update(updates)
                write(self.path, known)
                return True
        return False

    def delete_pattern(self, pattern_id: str) -> bool:
        """Delete a pattern and tell whether there was such a pattern."""
        known = self.load()
        kept = [one for one in known if one["id"] != pattern_id]
        if len(kept) < len(known):
            write(self.path, kept)
        return len(kept) < len(known)

    def get_patterns_for_tool(self, tool: str, min_confidence: float = 0.0) -> list[_Pattern]:
        """Return a tool's patterns of at least this confidence, the most confident first."""
        found = [one for one in self.load() if one["tool"] == tool and one["confidence"] >= min_confidence]
        return sorted(found, key=lambda one: -float(one["confidence"]))

    def get_high_confidence_patterns(self, min_confidence: float = _HIGH_CONFIDENCE) -> list[_Pattern]:
        """Return the patterns of every tool of at least this confidence, the most confident first."""
        found = [one for one in self.load() if one["confidence"] >= min_confidence]
        return sorted(found, key=lambda one: -float(one["confidence"]))

    def prune_old_patterns(self, max_age_days: int = 90, min_confidence: float = 0.70) -> int:
        """Delete patterns that are both unseen for so long and less confident; return how many."""
        oldest = format_time(datetime.now(UTC) - timedelta(days=max_age_days))
        known = self.load()
        kept = [one for one in known if str(one["last_seen"]) >= oldest or one["confidence"] >= min_confidence]
        if len(kept) < len(known):
            write(self.path, kept)
        return len(known) - len(kept)


class UsagePatternLearner:
    """Learns from results of tools as they come."""

    def __init__(self, storage: UsagePatternStorage | None = None) -> None:
        self.storage = storage or UsagePatternStorage()

    async def analyze_result(
        self, tool_name: str, params: Mapping[str, Any], result: str, context: Mapping[str, Any] | None = None
    ) -> _Pattern | None:
        """Learn from a result; return the pattern as stored now, None where the result teaches nothing.

        A success of a tool changes nothing: it does not make a mistake less of one.
        """
        if not _ERROR.search(result[:4000]):
            return None
        classification = classify_error_type(tool_name, params, result)
        if not classification["is_usage_error"]:
            return None
        new = extract_usage_pattern(tool_name, params, result, classification, context)
        return None if new is None else await self._merge_or_add_pattern(new)

    async def _merge_or_add_pattern(self, new_pattern: _Pattern) -> _Pattern:
        known = self.storage.load()
        same = next((one for one in known if one["id"] == new_pattern["id"]), None)
        if same is None:
            same = max(known, key=lambda one: self._calculate_similarity(one, new_pattern), default=None)
            if same is None or self._calculate_similarity(same, new_pattern) < MERGE_SIMILARITY:
                self.storage.add_pattern(new_pattern)
                return new_pattern
        merged = await self._merge_patterns(same, new_pattern)
        self.storage.update_pattern(same["id"], merged)
        return merged

    async def _merge_patterns(self, existing: _Pattern, new: _Pattern) -> _Pattern:
        mistakes = [*existing["mistake_pattern"].get("common_mistakes", ())]
        mistakes += [one for one in new["mistake_pattern"].get("common_mistakes", ()) if one not in mistakes]
        merged = existing | {
            "observations": int(existing["observations"]) + int(new["observations"]),
            "mistake_pattern": dict(existing["mistake_pattern"]) | {"common_mistakes": mistakes[:_MOST_MISTAKES]},
            "last_seen": max(str(existing["last_seen"]), str(new["last_seen"])),
        }
        merged["confidence"] = self._calculate_confidence(merged)
        return merged

    def _calculate_confidence(self, pattern: _Pattern) -> float:
        successes = int(pattern.get("success_after_prevention", 0))
        return round(compute_confidence(int(pattern["observations"]), successes=successes), 4)

    def _calculate_similarity(self, p1: _Pattern, p2: _Pattern) -> float:
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
        confidence of .95 and a check or pattern that the value fails.
        """
        earlier = list((context or {}).get("previous_tools", ()))[-_WINDOW:]
        found: dict[str, Any] = {"warnings": [], "should_block": False, "pattern_ids": [], "prevention_steps": []}
        for one in self.storage.get_patterns_for_tool(tool_name, min_confidence):
            failed = _fails_check(one["mistake_pattern"], params)
            if failed or _repeats_mistake(one["mistake_pattern"], params) or _is_out_of_order(one, earlier):
                percent = round(100 * float(one["confidence"]))
                cause = quote_words(str(one["root_cause"]))
                found["warnings"].append(f"{cause} ({percent} % sure, seen {one['observations']} times)")
                found["pattern_ids"].append(one["id"])
                found["prevention_steps"] += one["prevention_steps"]
                found["should_block"] = found["should_block"] or (failed and one["confidence"] >= _BLOCK_FROM)
        return found


def _fails_check(mistake: Mapping[str, Any], params: Mapping[str, Any]) -> bool:
    """Tell whether the parameter's value fails the pattern's check or regex; an unreadable one fails nothing."""
    written = mistake.get("validation") or {}
    validation = Validation(check=str(written.get("check") or ""), regex=str(written.get("regex") or ""))
    return refuses(validation, str(mistake.get("parameter", "")), params)


def _repeats_mistake(mistake: Mapping[str, Any], params: Mapping[str, Any]) -> bool:
    """Tell whether the call gives a value that went wrong before."""
    value = params.get(str(mistake.get("parameter", "")))
    return value is not None and quote(str(value), 80) in mistake.get("common_mistakes", ())


def _is_out_of_order(one: _Pattern, earlier: Sequence[str]) -> bool:
    """Tell whether a tool that has to come first has not been called."""
    if one["error_category"] != SEQUENCE:
        return False
    first = [
        step["tool"] for step in one["prevention_steps"] if step["action"] == "call_tool_first" and step.get("tool")
    ]
    return bool(first) and not set(first) & set(earlier)
