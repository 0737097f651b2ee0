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
    if call.positional > len(placed) and not any(one.role is ParameterRole.REST for one in parameters):
        return False
    by_name = {one.name for one in parameters if one.role in (ParameterRole.EITHER, ParameterRole.KEYWORD)}
    if not by_name.issuperset(call.keywords) and not any(one.role is ParameterRole.KEYWORDS for one in parameters):
        return False
    if any(one.name in call.keywords and one.role is ParameterRole.EITHER for one in placed[: call.positional]):
        return False
    missing = placed[call.positional :] + [one for one in parameters if one.role is ParameterRole.KEYWORD]
    return all(one.optional or one.name in call.keywords for one in missing)
