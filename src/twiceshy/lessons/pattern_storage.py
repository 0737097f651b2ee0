"""Patterns in one YAML file: found, changed and pruned, with their confidence as of now."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from twiceshy.lessons.pattern_evidence import decay, format_time
from twiceshy.lessons.pattern_file import read, write
from twiceshy.lessons.pattern_matching import Pattern

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
