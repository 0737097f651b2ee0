"""What leaves the store is looked at once more: by the engine that did not redact it, and by the second opinion.

What is found is replaced as if it had been found at first. What is still found then must not leave.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from twiceshy.facts.secrets.secret_triggers import list_match_libraries
from twiceshy.privacy.audit_opinion import Noticed, notice
from twiceshy.privacy.opinion.sightings import Certainty
from twiceshy.privacy.policy import RedactionLevel, RedactionRules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.values import Scrubbed


class SecretLeft(NamedTuple):
    """A text that may not leave."""

    text: int
    """Which of the texts, from 0."""
    sign: str
    """The rule, or what the second opinion saw."""


class OutgoingTexts:
    """Looks at texts before they leave, and counts what it replaced."""

    def __init__(self, rules: RedactionRules, salt: bytes, level: RedactionLevel) -> None:
        """Compile the rules for the second engine; placeholders are those of the store."""
        self._scrubber = Scrubber(rules, salt, level, engine=list_match_libraries()[-1])
        self.replaced: Counter[str] = Counter()
        """Secrets replaced so far, by kind."""

    def clean(self, texts: Sequence[str]) -> tuple[list[Scrubbed], SecretLeft | None]:
        """Return the texts as they may leave, and what may not; None where all may."""
        before = self._scrubber.counts.copy()
        found = self._scrubber.texts(texts)
        self.replaced += self._scrubber.counts - before
        for one in self._notice(found):
            mark = self._scrubber.placeholder(one.kind, one.value).decode()
            value = one.value.decode("utf-8", "replace")
            if value in found[one.text]:
                self.replaced[one.kind] += 1
                found[one.text] = self._scrubber.text(found[one.text].replace(value, mark))
        return found, self._find_left(found)

    def _find_left(self, texts: Sequence[str]) -> SecretLeft | None:
        """Return the first secret that is still there."""
        for index, spans in self._scrubber.detector.find_many(texts).items():
            return SecretLeft(index, spans[0].rule)
        return next((SecretLeft(one.text, one.sign) for one in self._notice(texts)), None)

    def _notice(self, texts: Sequence[str]) -> list[Noticed]:
        """Return what the second opinion is sure enough of."""
        contents = [text.encode("utf-8", "surrogatepass") for text in texts]
        return [one for one in notice(contents) if one.certainty > Certainty.POSSIBLE]
