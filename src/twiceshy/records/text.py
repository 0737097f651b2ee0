"""Scrubbed: the only kind of text that may be stored.

Records are generic in the type of their text. A reader makes ``Prompt[str]``; ``privacy.scrub`` turns it into
``Prompt[Scrubbed]``; the store takes nothing else, so that storing unredacted text does not type-check. A test on the
syntax tree holds that ``Scrubbed(...)`` is called only in ``privacy.scrub`` and, for text read back, in ``store``.
"""

from typing import NewType, TypeVar

Scrubbed = NewType("Scrubbed", str)
Text = TypeVar("Text", bound=str)
