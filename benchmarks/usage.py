"""How well errors are told apart: 440 labelled messages of tools of every kind, and traps among them.

``python -m benchmarks usage [--wrong]`` reads ``labels/usage_messages.tsv``: the label (two where both are right),
where the message is from (``ran``: made by running the tool; ``typed``: as the tool is known to say it; ``traps``), the
call and the message. They were labelled before the rules were written. A quarter of the tools, by a hash of their name,
was looked at while the rules were made; the figures are of the rest. Beside it stand two baselines: the most frequent
label, and the same rules without the call's input.
"""

import json
import re
from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from twiceshy.facts.stats import wilson
from twiceshy.lessons.classify import verdict

ESCAPES = {"n": "\n", "t": "\t"}
LABELS = Path(__file__).parent / "labels" / "usage_messages.tsv"


class Labelled(NamedTuple):
    """One message."""

    labels: tuple[str, ...]
    source: str
    call: str
    message: str

    @property
    def tool(self) -> str:
        """Its first word."""
        return self.call.split()[0]

    @property
    def params(self) -> dict[str, object]:
        """The call's input."""
        _, _, rest = self.call.partition(" ")
        return json.loads(rest) if rest.startswith("{") else {"command": self.call}

    @property
    def made_with(self) -> bool:
        """Whether the rules were made looking at it."""
        return blake2b(self.tool.encode()).digest()[0] % 4 == 0


def labelled() -> list[Labelled]:
    found: list[Labelled] = []
    for line in LABELS.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            label, source, call, message = line.split("\t")
            text = re.sub(r"\\(.)", lambda escaped: ESCAPES.get(escaped[1], escaped[1]), message)
            found.append(Labelled(tuple(label.split("/")), source, call, text))
    return found


def main(words: Sequence[str] = ()) -> None:
    known = labelled()
    groups = {
        "made with": [one for one in known if one.source != "traps" and one.made_with],
        "held out": [one for one in known if one.source != "traps" and not one.made_with],
        "traps": [one for one in known if one.source == "traps"],
    }
    for name, some in groups.items():
        guesses = [(one, verdict(one.params, one.message)) for one in some]
        right = sum(guess.kind in one.labels for one, guess in guesses)
        common = Counter(one.labels[0] for one in some).most_common(1)[0][0]
        plain = sum(common in one.labels for one in some)
        blind = sum(verdict({}, one.message).kind in one.labels for one in some)
        sure = sum(guess.confidence for _, guess in guesses) / len(some)
        tools = len({one.tool for one in some})
        interval = wilson(right, len(some))
        print(
            f"{name}: {right}/{len(some)} = {right / len(some):.3f} ({interval.low:.2f}-{interval.high:.2f}) of"
            f" {tools} tools, said to be {sure:.2f}; most frequent label {plain / len(some):.3f},"
            f" without the call {blind / len(some):.3f}"
        )
        for one, guess in guesses if "--wrong" in words and name != "held out" else ():
            if guess.kind not in one.labels:
                print(f"  {one.labels} -> {guess.kind} | {one.call[:60]} | {one.message[:90]!r} | {guess.phrase!r}")
