"""One name for all spellings of a model.

A log writes the name that its client used: with the provider before it, the region, the day of the release behind it.
What is left is the name under which the maker sells the model. Only what says the same of every model is taken away: a
word such as ``preview`` or ``mini`` makes another model, with a price of its own.
"""

import re
from functools import lru_cache

_REGION = re.compile(
    r"^(?:(?:us|eu|apac|jp|au|ca|global|us-gov)\.)?(?:anthropic|amazon|meta|mistral|deepseek|openai)\.(?=[a-z])"
)
_RELEASE = re.compile(r"(?:-v\d+(?::\d+)?|@\d{8}|@latest|@default|-latest|-20\d{6}|-20\d\d-\d\d-\d\d|\[1m\])$")
"""Bedrock's version, Vertex's and Anthropic's day, OpenAI's day, the newest, and a long context."""
_MAKERS_OWN = re.compile(r"^claude-(\d)(?:[.-](\d))?-(sonnet|opus|haiku)$")
"""Copilot and Cursor put the number first, as Anthropic itself did before version 4."""
_LAST_NUMBER_FIRST = 4  # version of Claude from which the maker puts the family before the number (documented)
_CLAUDE_THINKING = re.compile(r"^(claude-.*)-thinking$")


@lru_cache(maxsize=4096)
def name_model(spelling: str) -> str:
    """Return the model's one name.

    >>> name_model("us.anthropic.claude-sonnet-4-5-20250929-v1:0")
    'claude-sonnet-4-5'
    >>> name_model("openrouter/google/gemini-3-pro-preview")
    'gemini-3-pro-preview'
    >>> name_model("claude-4.5-sonnet-thinking")
    'claude-sonnet-4-5'
    """
    name = _REGION.sub("", spelling.strip().lower().rsplit("/", 1)[-1])
    while (shorter := _RELEASE.sub("", name)) != name:
        name = shorter
    if not name.startswith("claude-"):
        return name
    name = _CLAUDE_THINKING.sub(r"\1", name.replace(".", "-"))
    found = _MAKERS_OWN.match(name)
    if found is not None and int(found[1]) >= _LAST_NUMBER_FIRST:
        return "-".join(part for part in ("claude", found[3], found[1], found[2]) if part)
    return name
