"""Score changes by the faults that they bring in, 0 (none found) to 1: what, where, why, and what to do.

Without words, all recorded edits are scored that are new or have changed, and the riskiest recent work is listed. With
a session's id, its edits are told one by one. --staged looks at what would be committed now, --diff at what a patch
does (- reads it from standard input), FILE at files as they are; these need no store, only a checkout.

Four parts make the number: data from outside that reaches a place where it does harm (taint, needs the tool semgrep),
dangerous statements (pattern), users of a definition that were left behind (refactor), and how often earlier changes of
the file had to be corrected (history). A part that is unknown has no weight, and is told: it is never taken for clean.
Nothing of the judged code is run. The exit code is 0 whatever is found; with --fail-over NUMBER it is 1 above that.
"""

import argparse
import json
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from twiceshy.config import Config
from twiceshy.errors import SourceError, UsageError
from twiceshy.records.scored import Judgement, Meant, Overview, Reported, ScoredEdit, ScoredSession
from twiceshy.records.scores import Finding, Introduced, Score, Severity
from twiceshy.surfaces.cli.as_json import answer
from twiceshy.surfaces.cli.draw import Pen, day, number, one_line, pen_for, plural, terminal_width
from twiceshy.surfaces.cli.filters import add_filters, moment, positive

EXAMPLE = "twiceshy score --staged"
ORDER = {Severity.CRITICAL: 0, Severity.MAJOR: 1, Severity.MINOR: 2}
SHOWN = 20
"""Findings told without ``--all``."""
ENOUGH = 20
"""Past edits with such a score from which on it is told what became of them (guess)."""
INSTALL = {"taint": "semgrep", "ruff": "ruff"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to score and how to tell it."""
    parser.add_argument("names", nargs="*", metavar="SESSION or FILE", help="a session's id, or files as they are")
    parser.add_argument("--staged", action="store_true", help="what would be committed now")
    parser.add_argument("--diff", metavar="FILE", help="what a unified diff does to the files here")
    add_filters(parser, agent=True)
    parser.add_argument("--limit", metavar="N", type=positive, default=10, help="list so many sessions at most (10)")
    parser.add_argument("--all", action="store_true", help="all findings, not only the worst 20")
    parser.add_argument("--sarif", action="store_true", help="print the findings as SARIF 2.1.0")
    parser.add_argument("--fail-over", metavar="NUMBER", type=share, help="exit with 1 when the score is above this")
    parser.add_argument("--processes", metavar="N", type=positive, help="score recorded edits with so many processes")


def share(text: str) -> float:
    """A number from 0 to 1.

    Raises:
        ArgumentTypeError: it is none.
    """
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0.0 <= found <= 1.0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return found


def run(args: argparse.Namespace, config: Config) -> int:
    """Score, and tell it."""
    if args.staged + bool(args.diff) + bool(args.names) > 1:
        raise UsageError("say one of --staged, --diff FILE, a session or files.")
    pen = pen_for(sys.stdout, no_color=args.no_color)
    if args.staged or args.diff or are_files(args.names):
        change = judged(args, config)
        text = drawn(change, terminal_width(), pen, everything=args.all)
        return told(args, change, [change.score], text)
    if args.names:
        return of_session(args, config, pen)
    return of_store(args, config, pen)


def are_files(names: list[str]) -> bool:
    """Whether the words are names of files; one that is there no file may be a session's id."""
    return len(names) > 1 or (len(names) == 1 and Path(names[0]).exists())


def judged(args: argparse.Namespace, config: Config) -> Judgement:
    """The change that was asked for."""
    from twiceshy.flows import score_changes  # noqa: PLC0415  # `--help` need not pay for it

    if args.staged:
        return score_changes.staged(config, Path.cwd())
    if args.diff:
        try:
            raw = sys.stdin.buffer.read() if args.diff == "-" else Path(args.diff).read_bytes()
        except OSError as error:
            raise SourceError(f"{args.diff} cannot be read: {error.strerror}.") from error
        return score_changes.patch(config, Path.cwd(), raw.decode("utf-8", "replace"))
    return score_changes.files(config, Path.cwd(), args.names)


def of_session(args: argparse.Namespace, config: Config, pen: Pen) -> int:
    """One session, scored now if it was not before."""
    from twiceshy.flows import score_look  # noqa: PLC0415

    score_new(args, config)
    found = score_look.session(config, args.names[0])
    return told(args, found, [edit.score for edit in found.edits], session_drawn(found, terminal_width(), pen))


def of_store(args: argparse.Namespace, config: Config, pen: Pen) -> int:
    """All that is recorded."""
    from datetime import datetime  # noqa: PLC0415

    from twiceshy.flows import score_look  # noqa: PLC0415
    from twiceshy.records.look import Scope  # noqa: PLC0415

    score_new(args, config)
    now = datetime.now().astimezone()
    scope = Scope(project=args.project, agent=args.agent, since=moment(args.since, now))
    found = score_look.overview(config, scope, limit=args.limit)
    scores = [edit.score for one in found.riskiest for edit in one.edits]
    return told(args, found, scores, overview_drawn(found, terminal_width(), pen))


def score_new(args: argparse.Namespace, config: Config) -> None:
    """Nothing; recorded edits that are new or have changed are scored, where collecting is on."""
    from twiceshy.flows.score import score_stored  # noqa: PLC0415

    if config.enabled:
        score_stored(config, processes=args.processes)


def told(args: argparse.Namespace, record: object, scores: list[Score], text: str) -> int:
    """The exit code; the answer is printed as it was asked for."""
    from twiceshy.flows.score_look import sarif  # noqa: PLC0415

    if args.sarif:
        findings = [one for score in scores for one in score.introduced.introduced]
        unknown = dict.fromkeys(why for score in scores for why in score.introduced.unknown)
        print(json.dumps(sarif(findings, list(unknown)), indent=2))
    else:
        print(answer("score", record) if args.json else text)
    worst = max((score.value for score in scores if score.value is not None), default=0.0)
    return 1 if args.fail_over is not None and worst > args.fail_over else 0


def drawn(change: Judgement, width: int, pen: Pen, *, everything: bool) -> str:
    """A change of a work tree: the number, its parts, its findings, what is unknown."""
    if not change.files and not change.unread:
        return "Nothing is staged.\nNext: git add FILE, then twiceshy score --staged"
    score = change.score
    lines = [f"{pen.bold(f'score {shown(score.value)}')} of {plural(len(change.files), 'file')}: {parts(score)}"]
    lines += findings_drawn(score.introduced, width, pen, most=None if everything else SHOWN)
    lines += [f"not read: {one_line(why)}" for why in change.unread]
    lines += unknown_drawn(score.introduced.unknown, width)
    lines += reported_drawn(change.reported, pen, most=None if everything else SHOWN)
    lines += [
        pen.dim(one_line(f"hint: {one.path}, not staged, changed in {one.times} of {one.changes} commits of {one.of}"))
        for one in change.left_out
    ]
    return "\n".join([*lines, *meant_drawn(change.meant, width)])


def reported_drawn(found: Sequence[Reported], pen: Pen, most: int | None) -> list[str]:
    """What other scanners' reports say of the files; it has no part in the score."""
    lines = []
    for one in found[:most]:
        told, stale = one.finding, ", stale: the file is not known to be as it was then" if one.stale else ""
        lines.append(
            one_line(f"{one.path}:{told.line}: {told.severity}: {told.rule}: {told.message} (reported by {one.source}, "
                     f"{day(one.written.date())}{stale})")
        )  # fmt: skip
    if most is not None and len(found) > most:
        lines.append(pen.dim(f"{number(len(found) - most)} more reported: --all"))
    return lines


def meant_drawn(found: Meant | None, width: int) -> list[str]:
    """What such scores have meant on past edits, or that too few are known to say."""
    if found is None:
        return []
    known = f"{plural(found.edits, 'past edit')} with {found.least:.2g} or more"
    if found.edits < ENOUGH:
        words = f"{known} {'is' if found.edits == 1 else 'are'} known: too few to say what that means"
    else:
        words = (
            f"of {known} {number(found.bad)} ({found.bad / found.edits:.0%}) were later corrected, taken back or "
            f"mended; of all {number(found.of)} it was {number(found.of_bad)} ({found.of_bad / found.of:.0%})"
        ).replace("%", " %")
    return textwrap.wrap(words, width)


def shown(value: float | None) -> str:
    """Two places, or that it is not known."""
    return "unknown" if value is None else f"{value:.2f}"


def parts(score: Score) -> str:
    """Each part of the number."""
    named = (("taint", score.taint), ("pattern", score.pattern), ("refactor", score.refactor), ("past", score.history))
    return ", ".join(f"{name} {shown(value)}" for name, value in named)


def findings_drawn(change: Introduced, width: int, pen: Pen, most: int | None = None) -> list[str]:
    """The findings, the worst first, and how many were fixed."""
    from twiceshy.flows.score_look import by_fault  # noqa: PLC0415  # `--help` need not pay for it

    order = sorted(change.introduced, key=lambda one: (ORDER[one.severity], -one.confidence, one.path, one.line))
    told = by_fault(order)
    lines = [line for same in told[:most] for line in finding_lines(same, width, pen)]
    if most is not None and len(told) > most:
        lines.append(pen.dim(f"{number(len(told) - most)} more: --all"))
    if change.fixed:
        lines.append(f"{plural(len(change.fixed), 'earlier finding')} fixed")
    return lines


def finding_lines(same: list[Finding], width: int, pen: Pen) -> Iterator[str]:
    """One fault: where, which rule, why and what to do; rules that found the same are named only."""
    one = same[0]
    weakness = f", CWE-{one.cwe}" if one.cwe is not None else ""
    also = ", ".join(dict.fromkeys(other.rule for other in same[1:] if other.rule != one.rule))
    yield one_line(
        f"{one.path}:{one.line}: {one.severity}: {one.rule}{weakness}, {100 * one.confidence:.0f} % sure"
        + (f" (also {also})" if also else "")
    )
    for words in (one.message, one.fix):
        if words:
            yield from (
                pen.dim(line)
                for line in textwrap.wrap(one_line(words), width, initial_indent="    ", subsequent_indent="    ")
            )


def unknown_drawn(unknown: tuple[str, ...], width: int) -> list[str]:
    """What could not be looked at, and how to get what is missing."""
    missing = [name for name in INSTALL if any(f"{name}: missing" in why for why in unknown)]
    lines = [
        f"unknown: {name}, as {INSTALL[name]} is not here: twiceshy tools install {INSTALL[name]}" for name in missing
    ]
    rest = [why for why in unknown if not why.endswith(": missing")]
    if rest:
        told = "; ".join(one_line(why) for why in rest[:SHOWN]) + ("; ..." if len(rest) > SHOWN else "")
        lines += textwrap.wrap(f"unknown: {told}", width)
    return lines


def session_drawn(found: ScoredSession, width: int, pen: Pen) -> str:
    """A session's edits with findings, in order."""
    known = [edit for edit in found.edits if edit.score.value is not None]
    lines = [
        pen.bold(f"{found.id}  {one_line(found.project)}  mean {shown(found.value)}, worst {shown(found.worst)}")
        + f"  {number(len(known))} of {plural(len(found.edits), 'edit')} scored"
    ]
    for edit in found.edits:
        if edit.score.introduced.introduced:
            lines += edit_lines(edit, width, pen)
    unknown = tuple(dict.fromkeys(why for edit in found.edits for why in edit.score.introduced.unknown))
    if not any(edit.score.introduced.introduced for edit in found.edits):
        lines.append("No edit brought in a finding.")
    return "\n".join([*lines, *unknown_drawn(unknown, width), f"Next: twiceshy show {found.id}"])


def edit_lines(edit: ScoredEdit, width: int, pen: Pen) -> list[str]:
    """One edit with its findings."""
    head = f"{shown(edit.score.value)}  {one_line(edit.path)}  (call {edit.call.hex()[:8]}; {parts(edit.score)})"
    became = "  later corrected or taken back" if edit.bad else ""
    return [head + became, *(f"  {line}" for line in findings_drawn(edit.score.introduced, width - 2, pen))]


def overview_drawn(found: Overview, width: int, pen: Pen) -> str:
    """The riskiest recent work, and how much is known."""
    if not found.sessions:
        return "There are no recorded edits to score.\nNext: twiceshy ingest, or twiceshy score --staged"
    of = f"{plural(found.edits, 'edit')} of {plural(found.sessions, 'session')} scored"
    lines = [f"{of}, {number(found.unscored)} could not be; {plural(found.findings, 'finding')} brought in"]
    if found.left:
        lines.append(f"{plural(found.left, 'session')} yet to score: twiceshy score")
    for one in found.riskiest:
        when = f"{day(one.at.date())}  " if one.at else ""
        lines += ["", pen.bold(f"{one.id}  {when}{one_line(one.project)}  worst {shown(one.worst)}")]
        for edit in one.edits:
            for finding in sorted(edit.score.introduced.introduced, key=lambda one: ORDER[one.severity])[:2]:
                words = f"{shown(edit.score.value)}  {finding.path}:{finding.line}: {finding.rule}: {finding.message}"
                lines += textwrap.wrap(one_line(words), width, initial_indent="  ", subsequent_indent="      ")
    counted = dict(found.unknown)
    missing = [name for name in INSTALL if f"{name}: missing" in counted]
    lines += ["", *(f"unknown for want of {INSTALL[name]}: {name} of {plural(counted[f'{name}: missing'], 'edit')} "
                    f"(twiceshy tools install {INSTALL[name]})" for name in missing)]  # fmt: skip
    rest = [f"{why} {number(count)}" for why, count in found.unknown if not why.endswith(": missing")]
    if rest:
        lines += textwrap.wrap(f"unknown, in edits: {', '.join(rest)}", width)
    lines += meant_drawn(found.meant, width)
    lines += textwrap.wrap(found.weights, width)
    lines.append(f"Next: twiceshy score {found.riskiest[0].id}" if found.riskiest else "Next: twiceshy report")
    return "\n".join(lines)
