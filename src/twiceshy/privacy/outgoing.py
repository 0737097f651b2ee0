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

_ROUNDS = 4
"""Times that the second opinion looks again after a replacement (guess, 2026-11-23: of 830 sessions one needed two)."""


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
        seen = self._notice(found)
        for _ in range(_ROUNDS):  # what is near decides what is seen, so that a replaced text can show another
            if not self._replace(found, seen):
                break
            seen = self._notice(found)
        return found, self._find_left(found, seen)

    def _replace(self, texts: list[Scrubbed], seen: Sequence[Noticed]) -> bool:
        """Put placeholders into the texts for what was seen; tell whether there was any."""
        count = self.replaced.total()
        for one in seen:
            mark = self._scrubber.placeholder(one.kind, one.value).decode()
            value = one.value.decode("utf-8", "replace")
            if value in texts[one.text]:
                self.replaced[one.kind] += 1
                texts[one.text] = self._scrubber.text(texts[one.text].replace(value, mark))
        return self.replaced.total() > count

    def _find_left(self, texts: Sequence[str], seen: Sequence[Noticed]) -> SecretLeft | None:
        """Return the first secret that is still there; ``seen`` is what the second opinion last saw."""
        for index, spans in self._scrubber.detector.find_many(texts).items():
            return SecretLeft(index, spans[0].rule)
        return next((SecretLeft(one.text, one.sign) for one in seen), None)

    def _notice(self, texts: Sequence[str]) -> list[Noticed]:
        """Return what the second opinion is sure enough of."""
        contents = [text.encode("utf-8", "surrogatepass") for text in texts]
        return [one for one in notice(contents) if one.certainty > Certainty.POSSIBLE]
