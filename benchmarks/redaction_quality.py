"""How much of what must go is found, and how much is hit that must stay, on the labelled corpus.

``python -m benchmarks redaction_quality [--half tune|held|blind|stranger_a|stranger_b] [--show]``. A secret counts as
found when every character of its span is replaced; a text without a secret counts as a false positive when anything in
it is. Beside it: the services' key formats alone, as most rule packs have them; the rules without the checks of values;
the rules without looking through colours and encodings. Rules are tuned on the half ``tune`` only; ``--show`` prints
what went wrong. The strangers' halves have one line for what PRIVACY.md promises and one for everything; of their half
``b`` nothing else is ever printed.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from benchmarks.redaction_corpus import HALVES, Case, blind, cases, stranger
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.secrets.secret_checks import SOFT
from twiceshy.privacy.secrets.secret_detector import Detector, SecretSpan

OVERREACH = 12
"""Characters beyond the secret that may go with it."""
DECODERS = frozenset({"base64-wrapped", "encoded-token", "url-password-encoded"})


class Result(NamedTuple):
    """What became of one case."""

    case: Case | stranger.StrangerCase
    right: bool
    extra: int
    """Characters replaced that need not be."""
    spans: list[SecretSpan]


class OneLayer(Detector):
    """A detector that does not look through colours and escapes."""

    def _seen_through(self, text: bytes, colour: bytes) -> list[Any]:  # noqa: ARG002  # as in Detector
        return []


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=(*HALVES, "blind", *stranger.STRANGER_HALVES), default="tune")
    parser.add_argument("--show", action="store_true", help="print each case that went wrong")
    args = parser.parse_args(argv)
    if args.half in stranger.STRANGER_HALVES:
        judge_stranger(args.half, shown=args.show and args.half == "stranger_a")
        return
    chosen = blind.cases() if args.half == "blind" else cases(args.half)
    for name, detector in detectors().items():
        print(f"{name:<34} {total(judged(chosen, detector))}")
    results = judged(chosen, detectors()["all"])
    print("\nby place:")
    table([(one.case.group, one) for one in results])
    print("\nby kind, where any is missed:")
    missed = {one.case.kind for one in results if not one.right and one.case.start is not None}
    table([(one.case.kind, one) for one in results if one.case.kind in missed])
    if args.show:
        show(results)


def judge_stranger(half: str, *, shown: bool) -> None:
    """Print how one half of the strangers' corpus does: the promised secrets, and all."""
    results = judged(stranger.cases(half), detectors()["all"])
    promised = [one for one in results if not isinstance(one.case, stranger.StrangerCase) or one.case.promised]
    print(f"{'promised by PRIVACY.md':<34} {total(promised)}")
    print(f"{'all':<34} {total(results)}")
    if shown:
        show(results)


def detectors() -> dict[str, Detector]:
    """What is compared."""
    rules = load_rules()
    every = rules.at(RedactionLevel.STANDARD)
    named = {one.rule.id for one in rules.rules if one.family in {"passwords", "network", "personal"}}
    unchecked = [replace(rule, check=rule.check if rule.check in SOFT | {"base64"} else "none") for rule in every]
    return {
        "key formats alone": OneLayer([rule for rule in every if rule.id not in named | DECODERS]),
        "without checks of values": Detector(unchecked),
        "without colours and encodings": OneLayer([rule for rule in every if rule.id not in DECODERS]),
        "all": Detector(every),
    }


def judged(chosen: Sequence[Case | stranger.StrangerCase], detector: Detector) -> list[Result]:
    """Each case with what was found in it."""
    results = []
    for case in chosen:
        spans = detector.find(case.text)
        replaced = {place for span in spans for place in range(span.start, span.end)}
        secret = secret_places(case)
        right = secret <= replaced if secret else not replaced
        results.append(Result(case, right, len(replaced - secret), spans))
    return results


def secret_places(case: Case | stranger.StrangerCase) -> set[int]:
    """Return where the letters stand that must go."""
    pieces = case.pieces if isinstance(case, stranger.StrangerCase) else ((case.start or 0, case.end or 0),)
    return {place for start, end in pieces for place in range(start, end)}


def total(results: Sequence[Result]) -> str:
    secrets = [one for one in results if one.case.start is not None]
    others = [one for one in results if one.case.start is None]
    found = sum(one.right for one in secrets)
    wrong = sum(not one.right for one in others)
    wide = sum(one.right and one.extra > OVERREACH for one in secrets)
    return (
        f"recall {found}/{len(secrets)} = {found / len(secrets):.3f}   "
        f"false positives {wrong}/{len(others)} = {wrong / len(others):.3f}   too wide {wide}"
    )


def table(rows: Sequence[tuple[str, Result]]) -> None:
    """Right and all, by name."""
    every = Counter((name, one.case.start is not None) for name, one in rows)
    right = Counter((name, one.case.start is not None) for name, one in rows if one.right)
    for name, secret in sorted(every, key=lambda key: (not key[1], key[0])):
        key = (name, secret)
        print(f"  {name:<30} {right[key]:>4} of {every[key]:>4} {'found' if secret else 'left alone'}")


def show(results: Sequence[Result]) -> None:
    for one in results:
        case = one.case
        if one.right and one.extra <= OVERREACH:
            continue
        secret = "" if case.start is None else case.text[case.start : case.end]
        print(f"\n{case.group} / {case.kind}: {case.text[-300:]!r}\n   must go: {secret[:100]!r}")
        print(f"   went: {[(span.rule, case.text[span.start : span.end][:100]) for span in one.spans]}")


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
