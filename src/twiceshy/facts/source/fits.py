"""Whether a call gives a function what its parameters ask for."""

from collections.abc import Sequence

from twiceshy.facts.source.shapes import Call, Parameter, Role


def fits(parameters: Sequence[Parameter], call: Call) -> bool:
    """Whether the call is not surely wrong: where an argument is starred, anything may be.

    >>> a, b = Parameter("a"), Parameter("b", optional=True)
    >>> [fits((a, b), Call(name="f", line=1, positional=n)) for n in (0, 1, 2, 3)]
    [False, True, True, False]
    >>> fits((a,), Call(name="f", line=1, keywords=("a",))), fits((a,), Call(name="f", line=1, keywords=("b",)))
    (True, False)
    """
    if call.spread:
        return True
    placed = [one for one in parameters if one.role in (Role.EITHER, Role.POSITIONAL)]
    if call.positional > len(placed) and not any(one.role is Role.REST for one in parameters):
        return False
    by_name = {one.name for one in parameters if one.role in (Role.EITHER, Role.KEYWORD)}
    if not by_name.issuperset(call.keywords) and not any(one.role is Role.KEYWORDS for one in parameters):
        return False
    if any(one.name in call.keywords and one.role is Role.EITHER for one in placed[: call.positional]):
        return False
    missing = placed[call.positional :] + [one for one in parameters if one.role is Role.KEYWORD]
    return all(one.optional or one.name in call.keywords for one in missing)
