"""Whether redaction's time grows with the text: each rule on texts made from its own pattern, up to 4 MB.

``python -m benchmarks linear_time [--engine NAME] [--level standard|strict] [--worst 12]``: every rule in every form of
``adversarial`` at 16 and 64 kB; then the forms whose time grew most, and those that cost most, at 1 and 4 MB. Growth is
the CPU time of the larger text over that of the smaller; 4 is linear. The same bound stands in the tests, which take
two forms a rule and small texts.
"""

import argparse
import time
from collections.abc import Callable
from itertools import count
from typing import NamedTuple

from benchmarks.adversarial import make_shapes
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber

SMALL, LARGE = 1 << 20, 4 << 20
GOAL = 5.0
NOISE_S = 0.01
"""CPU seconds below which a growth says nothing."""


class Form(NamedTuple):
    """A rule in one of its forms, with its times on the two small texts."""

    rule: str
    name: str
    make: Callable[[int], str]
    first_s: float
    second_s: float

    @property
    def growth(self) -> float:
        """The second over the first."""
        return self.second_s / max(self.first_s, NOISE_S / 4)


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks linear_time", description=__doc__)
    parser.add_argument("--engine", default=None)
    parser.add_argument("--level", default="standard")
    parser.add_argument("--worst", type=int, default=12)
    args = parser.parse_args(argv)
    scrubber = Scrubber(load_rules(), bytes(32), RedactionLevel(args.level), engine=args.engine)
    forms = [
        Form(one.rule.id, name, make, spent(scrubber, make(16_000)), spent(scrubber, make(64_000)))
        for one in load_rules().rules
        for name, make in make_shapes(one.rule)
    ]
    print(f"{scrubber.detector.engine}, {args.level}: {len(load_rules().rules)} rules, {len(forms):,} texts")
    grown = sorted((form for form in forms if form.second_s > NOISE_S), key=lambda form: -form.growth)
    dear = sorted(forms, key=lambda form: -form.second_s)
    print(f"  dearest at 64 kB: {dear[0].second_s:.2f} CPU s ({dear[0].rule}, {dear[0].name})")
    chosen = {(form.rule, form.name): form for form in [*grown[: args.worst], *dear[: args.worst // 3]]}
    worst = 0.0
    for form in chosen.values():
        small, large = spent(scrubber, form.make(SMALL)), spent(scrubber, form.make(LARGE))
        worst = max(worst, large / max(small, NOISE_S))
        print(f"  {form.rule}, {form.name}: 1 MB {small:.2f}, 4 MB {large:.2f} CPU s, x{large / small:.1f}", flush=True)
    print(f"  most growth from 1 to 4 MB: {worst:.1f}  goal <= {GOAL:g}: {'met' if worst <= GOAL else 'NOT met'}")


_NUMBER = count()


def spent(scrubber: Scrubber, text: str) -> float:
    """CPU seconds of scrubbing it, which it never remembers."""
    fresh = f"{text} {next(_NUMBER)}"
    started = time.process_time()
    scrubber.text(fresh)
    return time.process_time() - started
