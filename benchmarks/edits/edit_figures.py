"""How near suggested edits came to what was written."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswererFigures:
    """One way of answering, on the edits that were asked."""

    name: str
    """``keep`` (the old text as it is), ``copy-last``, ``n-gram`` or ``program``."""
    answered: float
    """Share of questions to which it said anything."""
    exact: float
    """Share that is what was written, but for white space at the ends of lines."""
    exact_new: float
    """The same, among changes that were not made before in the project."""
    near: float
    """Share that is similar to it by .9 at least and more similar than the old text."""
    similarity: float
    """Mean similarity of tokens to what was written, 0 to 1; no answer has that of the old text."""
    lines: float
    """Mean F1 of the lines put in, or taken out where none is put in; 0 where nothing is changed."""
    gain: tuple[float, float, float] | None
    """Similarity over that of the old text: estimate and ends of the 95 % interval by session; None for ``keep``."""
    lead: tuple[float, float, float] | None
    """Similarity over the best baseline, in the same form; None for that one itself."""
    near_lead: tuple[float, float, float] | None
    """``near`` over the best baseline, in the same form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramRecord:
    """What became of an outside program."""

    stopped: str
    """Why it was not asked to the end; empty where it was. Its figures are then left out."""
    asked: int
    late: int
    """Questions without an answer in time; each counts as wrong, as those below do."""
    garbage: int
    """Lines that are no answer: no JSON object, or without a text ``new``."""
    wrong_id: int
    """Answers to a question that was not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditEvaluation:
    """All ways, on the same edits."""

    asked: int
    sessions: int
    projects: int
    inserted: int
    """Asked edits that only put lines in: the old text is empty, so that any answer is as similar as it or more."""
    repeated: int
    """Asked changes that were made before, word for word, in the same project."""
    fit: int
    """Edits that could be asked; more than ``asked`` where only some were."""
    left_out: dict[str, int]
    """Edits that are not asked, by the reason."""
    best_baseline: str
    answerers: tuple[AnswererFigures, ...]
    program: ProgramRecord | None
    """None where none was given."""
