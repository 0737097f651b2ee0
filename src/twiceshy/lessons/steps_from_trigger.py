"""What to check before a call, made of a lesson's trigger alone: a team's server tells the trigger and no steps.

Only what names a word or a value that went wrong gives a step: an option or subcommand that a program refused, a
program that is not there, a value of a tool's parameter. The words are ours.
"""

from twiceshy.lessons.error_phrases import INCORRECT, WRONG_TOOL
from twiceshy.lessons.steps_from_retry import quote_literal
from twiceshy.records.lessons import COMMAND, PreventionAction, PreventionStep, Trigger, Validation

_MISSING = "missing-program"
"""The category of a program that is not there (defined by ``lessons.recurring_troubles``; 2026-11-23)."""
MISSING_PROGRAM = "a program that is there"
"""What is expected where a program is missing (as ``usage_mistakes`` and ``recurring_troubles`` say it)."""
_REASON = "else the call is refused"
_MOST = 5  # words that one lesson names (guess, 2026-11-23: nearly all name one)


def build_steps(subject: str, category: str, trigger: Trigger) -> tuple[PreventionStep, ...]:
    """Return the steps that a trigger gives; none where it names nothing that can be looked for.

    >>> trigger = Trigger(parameter="command", common_mistakes=("-A",))
    >>> [step.validation.check for step in build_steps("cat", "incorrect_parameter", trigger)]
    ["'-A' in options"]
    """
    if trigger.validation is not None and trigger.validation.check:
        return (_make_step(trigger.parameter, trigger.validation),)
    if trigger.parameter != COMMAND:
        return ()
    if category == _MISSING:
        return (
            _make_step(COMMAND, Validation(expected=MISSING_PROGRAM, check=f"program == {quote_literal(subject)}")),
        )
    if category not in {INCORRECT.lower(), WRONG_TOOL.lower()}:
        return ()
    return tuple(_make_step(COMMAND, _refuse_word(word)) for word in trigger.common_mistakes[:_MOST] if word)


def _refuse_word(word: str) -> Validation:
    """Return what is true of a command line with a word that the program refuses."""
    place, what = ("options", "option") if word.startswith("-") else ("words", "word")
    return Validation(expected=f"another {what} than {word}", check=f"{quote_literal(word)} in {place}")


def _make_step(parameter: str, validation: Validation) -> PreventionStep:
    """Return the step that checks a value before the call."""
    return PreventionStep(
        action=PreventionAction.VALIDATE_PARAMETER, parameter=parameter, validation=validation, reason=_REASON
    )
