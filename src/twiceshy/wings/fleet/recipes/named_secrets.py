"""Keep credentials out of what is written down of a fleet's inputs: where they lie.

Paths and addresses stand in the output as they are, because the next run must find the same inputs, and they are the
organisation's own. So one with a credential in it is no place: of those that a person names the run is refused, of a
log or repository that lies below it is set aside under its scrubbed name, and stays unread until it is called
otherwise. Of file names in an agent's folder no rule takes one for a credential (0 of 1,314 real ones and 24,000
invented, by ``Scrubber.find_credentials``, 2026-11-23).
"""

import re
from collections.abc import Container
from typing import Final

from twiceshy.base.errors import UsageError
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.fleet import FleetWish, SetAside
from twiceshy.wings.fleet.recipes.list_inputs import ListedPlaces

_SECRET_KEY: Final = re.compile(r"(?i)[?&][\w.-]*(?:secret|password|token|credential|signature|sig|key)[\w.-]*=")
"""Of an address's query; by their names, as any value may be a password: `secret_key` (pyarrow), `sig` (Azure)."""
_REASON: Final = "its name holds a secret, and where an input lies is written down: give it another name"


def require_plain_places(wish: FleetWish, scrubber: Scrubber) -> None:
    """Make sure that nothing which a run writes down or passes on holds a credential.

    Raises:
        UsageError: something does, and what to do.
    """
    places = [wish.output, wish.master, *wish.logs, *wish.repositories]
    for number, text in enumerate(places):
        if number in scrubber.find_credentials(places) or _SECRET_KEY.search(text):
            raise UsageError(
                f"{_hide_values(scrubber.text(text))} holds a secret, and places are written into the output. Leave it "
                "out, and give it by the environment or by the cloud's own settings (for S3: AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY, or a profile)."
            )
    settings = [f"{name}={value}" for name, value in wish.settings.items()]
    for number in scrubber.find_credentials(settings):
        name = settings[number].partition("=")[0]
        raise UsageError(
            f"--spark {name}=... holds a secret, which Spark would log. Put it into spark-defaults.conf, or give it by "
            "the environment."
        )


def _hide_values(text: str) -> str:
    """Return an address without the values behind its question mark."""
    head, mark, query = text.partition("?")
    return head + mark + re.sub(r"=[^&]*", "=...", query)


def hide_secrets(listed: ListedPlaces, known: Container[str], secret: bytes) -> ListedPlaces:
    """Return a listing without the inputs whose names hold a credential: they are set aside under a scrubbed name.

    ``known`` are the places that stand in the manifest: they were looked at before.
    """
    fresh = [one for one in listed.inputs if one.place not in known]
    passed = [one for one in listed.aside if one.place not in known]
    if not fresh and not passed:
        return listed
    scrubber = Scrubber(load_rules(), secret, RedactionLevel.STANDARD)
    found = scrubber.find_credentials([one.place for one in fresh])
    hidden = {fresh[number].place for number in found}
    aside = [SetAside(clean, fresh[number].stamp, _REASON) for number, clean in found.items()]
    names = scrubber.find_credentials([one.place for one in passed])
    renamed = {passed[number]: passed[number]._replace(place=clean) for number, clean in names.items()}
    return ListedPlaces(
        [one for one in listed.inputs if one.place not in hidden],
        [*(renamed.get(one, one) for one in listed.aside), *aside],
    )
