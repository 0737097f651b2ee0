"""Whether a call gives a function what its parameters ask for."""

from collections.abc import Sequence

from twiceshy.score.source.symbols import FunctionCall, Parameter, ParameterRole


def matches_parameters(parameters: Sequence[Parameter], call: FunctionCall) -> bool:
    """Tell whether the call may be right: where an argument is starred, anything may be.

    >>> a, b = Parameter("a"), Parameter("b", optional=True)
    >>> [matches_parameters((a, b), FunctionCall(name="f", line=1, positional=n)) for n in (0, 1, 2, 3)]
    [False, True, True, False]
    >>> [matches_parameters((a,), FunctionCall(name="f", line=1, keywords=(key,))) for key in ("a", "b")]
    [True, False]
    """
    if call.spread:
        return True
    placed = [one for one in parameters if one.role in (ParameterRole.EITHER, ParameterRole.POSITIONAL)]
    if call.positional > len(placed) and not _has_role(parameters, ParameterRole.REST):
        return False
    by_name = {one.name for one in parameters if one.role in (ParameterRole.EITHER, ParameterRole.KEYWORD)}
    if not by_name.issuperset(call.keywords) and not _has_role(parameters, ParameterRole.KEYWORDS):
        return False
    filled = {one.name for one in placed[: call.positional] if one.role is ParameterRole.EITHER}
    return filled.isdisjoint(call.keywords) and _needed_names(parameters, call.positional).issubset(call.keywords)


def _needed_names(parameters: Sequence[Parameter], given: int) -> set[str]:
    """Return the names of the parameters that have to be given by name, behind so many given by place."""
    placed = [one for one in parameters if one.role in (ParameterRole.EITHER, ParameterRole.POSITIONAL)]
    missing = placed[given:] + [one for one in parameters if one.role is ParameterRole.KEYWORD]
    return {one.name for one in missing if not one.optional}


def _has_role(parameters: Sequence[Parameter], role: ParameterRole) -> bool:
    return any(one.role is role for one in parameters)
