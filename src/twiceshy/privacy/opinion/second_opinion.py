"""Say where a text may hold a secret, by signs of its own: the second opinion that ``audit`` asks for.

None of it comes from the rules of redaction: they say where secrets stand, this says what looks like one and which
words stand around it. So what the one misses, the other may see. It works in time linear to the text.
"""

from collections.abc import Callable, Iterable, Sequence

from twiceshy.privacy.opinion.broken_keys import find_broken_keys
from twiceshy.privacy.opinion.command_values import find_arguments
from twiceshy.privacy.opinion.key_forms import find_bare_logins, find_forms, find_key_blocks, find_logins, find_strays
from twiceshy.privacy.opinion.keyed_values import find_keyed, find_schemes
from twiceshy.privacy.opinion.people import find_people
from twiceshy.privacy.opinion.plain_view import read_plainly
from twiceshy.privacy.opinion.sightings import Certainty, Sighting, keep_strongest

_FINDERS: tuple[Callable[[bytes], Iterable[Sighting]], ...] = (
    find_keyed,
    find_schemes,
    find_forms,
    find_logins,
    find_bare_logins,
    find_key_blocks,
    find_broken_keys,
    find_arguments,
    find_people,
)


def find_sightings(text: bytes) -> tuple[bytes, list[Sighting]]:
    """Return the text's plain view and what may be a secret in it, in order."""
    view = read_plainly(text)
    found = [one for finder in _FINDERS for one in finder(view)]
    found += find_strays(view, _holds_secret)
    return view, keep_strongest(found)


def find_certain(text: bytes, finder: Callable[[bytes], Iterable[Sighting]]) -> tuple[bytes, list[Sighting]]:
    """Return the text's plain view and what one finder is certain of in it, in order."""
    view = read_plainly(text)
    return view, keep_strongest([one for one in finder(view) if one.certainty is Certainty.CERTAIN])


def _holds_secret(text: bytes) -> bool:
    """Tell whether a text that was packed in another holds a secret."""
    finders: Sequence[Callable[[bytes], Iterable[Sighting]]] = _FINDERS[:5]
    return any(one.certainty > Certainty.POSSIBLE for finder in finders for one in finder(text))
