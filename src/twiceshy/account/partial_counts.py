"""Which messages' tokens a log holds only in part.

A log may count the output while the message is still written, which its reader notes. It may also have no word about
the prompts: then a whole session has output and not one token of input, which no model can do.
"""

from collections import defaultdict
from collections.abc import Sequence

from twiceshy.account.session_counters import settle_counters
from twiceshy.records.spending import ModelMessage


def mark_partial(messages: Sequence[ModelMessage]) -> list[ModelMessage]:
    """Return the messages; those of a session and model without a single prompt, or without output, are partial.

    What an agent's own counter says of a session is settled first: where it has the dollars, nothing is partial.
    """
    settled = settle_counters(messages)
    prompts: dict[tuple[int, str], int] = defaultdict(int)
    outputs: dict[tuple[int, str], int] = defaultdict(int)
    for message in settled:
        key = message.session, message.model
        prompts[key] += message.tokens.prompt
        outputs[key] += message.tokens.output
    whole = {key for key in prompts if prompts[key] and outputs[key]}
    return [
        message
        if message.partial or message.counted or (message.session, message.model) in whole
        else message._replace(partial=True)
        for message in settled
    ]
