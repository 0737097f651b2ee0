"""What to tell an agent at a session's start and at a prompt: nothing yet, as nothing is learned that could help.

Unlike the gate it may import all of twiceshy. While it has nothing to say no agent calls it: the gate notes these two
events in a tenth of the time.
"""

from twiceshy.config import Config

WORDS: tuple[str, ...] = ()
"""What there is to say."""


def brief(config: Config) -> str:
    """The words for the agent; none where collecting is switched off, as everywhere."""
    return "\n".join(WORDS) if config.enabled else ""
