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
from twiceshy.records.findings import Finding, FindingDelta, Score, Severity
from twiceshy.records.views import Judgement, ReportedFinding, ScoredEdit, ScoredSession, ScoreMeaning, ScoreOverview
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import Pen, day, number, one_line, pen_for, plural, terminal_width
from twiceshy.surfaces.cli.filters import add_filters, parse_positive, parse_since

EXAMPLE = "twiceshy score --staged"
_SEVERITY_ORDER = {Severity.CRITICAL: 0, Severity.MAJOR: 1, Severity.MINOR: 2}
_MOST_SHOWN = 20
"""Findings told without ``--all``."""
_FEWEST_PAST_EDITS = 20
"""Past edits with such a score from which on it is told what became of them (guess)."""
_TOOL_OF_SCANNER = {"taint": "semgrep", "ruff": "ruff"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to score and how to tell it."""
    parser.add_argument("names", nargs="*", metavar="SESSION or FILE", help="a session's id, or files as they are")
    parser.add_argument("--staged", action="store_true", help="what would be committed now")
    parser.add_argument("--diff", metavar="FILE", help="what a unified diff does to the files here")
    add_filters(parser, agent=True)
    parser.add_argument(
        "--limit", metavar="N", type=parse_positive, default=10, help="list so many sessions at most (10)"
    )
    parser.add_argument("--all", action="store_true", help="all findings, not only the worst 20")
    parser.add_argument("--sarif", action="store_true", help="print the findings as SARIF 2.1.0")
    parser.add_argument(
        "--fail-over", metavar="NUMBER", type=_parse_share, help="exit with 1 when the score is above this"
    )
    parser.add_argument(
        "--processes", metavar="N", type=parse_positive, help="score recorded edits with so many processes"
    )


def _parse_share(text: str) -> float:
    """Parse a number from 0 to 1.

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
    if args.staged or args.diff or _are_files(args.names):
        change = _judge_change(args, config)
        text = _render_change(change, terminal_width(), pen, everything=args.all)
        return _print_answer(args, change, [change.score], text)
    if args.names:
        return _score_session(args, config, pen)
    return _score_store(args, config, pen)


def _are_files(names: list[str]) -> bool:
    """Tell whether the words are names of files; one that is no file may be a session's id."""
    return len(names) > 1 or (len(names) == 1 and Path(names[0]).exists())


def _judge_change(args: argparse.Namespace, config: Config) -> Judgement:
    """Score the change that was asked for."""
    from twiceshy.flows import predict, score  # noqa: PLC0415  # `--help` need not pay for it

    if args.staged:
        return score.score_staged(config, Path.cwd(), predict.partners_of)
    if args.diff:
        try:
            raw = sys.stdin.buffer.read() if args.diff == "-" else Path(args.diff).read_bytes()
        except OSError as error:
            raise SourceError(f"{args.diff} cannot be read: {error.strerror}.") from error
        return score.score_patch(config, Path.cwd(), raw.decode("utf-8", "replace"))
    return score.score_files(config, Path.cwd(), args.names)


def _score_session(args: argparse.Namespace, config: Config, pen: Pen) -> int:
    """Show one session, scored now if it was not before; return the exit code."""
    from twiceshy.flows import score  # noqa: PLC0415

    _score_new(args, config)
    found = score.read_scored_session(config, args.names[0])
    return _print_answer(
        args, found, [edit.score for edit in found.edits], _render_session(found, terminal_width(), pen)
    )


def _score_store(args: argparse.Namespace, config: Config, pen: Pen) -> int:
    """Show all that is recorded; return the exit code."""
    from datetime import datetime  # noqa: PLC0415

    from twiceshy.flows import score  # noqa: PLC0415
    from twiceshy.records.values import Scope  # noqa: PLC0415

    _score_new(args, config)
    now = datetime.now().astimezone()
    scope = Scope(project=args.project, agent=args.agent, since=parse_since(args.since, now))
    found = score.build_overview(config, scope, limit=args.limit)
    scores = [edit.score for one in found.riskiest for edit in one.edits]
    return _print_answer(args, found, scores, _render_overview(found, terminal_width(), pen))


def _score_new(args: argparse.Namespace, config: Config) -> None:
    """Score recorded edits that are new or have changed, where collecting is on."""
    from twiceshy.flows.score import score_stored  # noqa: PLC0415

    if config.enabled:
        score_stored(config, processes=args.processes)


def _print_answer(args: argparse.Namespace, record: object, scores: list[Score], text: str) -> int:
    """Print the answer as it was asked for, and return the exit code."""
    from twiceshy.flows.score import to_sarif  # noqa: PLC0415

    if args.sarif:
        findings = [one for score in scores for one in score.introduced.introduced]
        unknown = dict.fromkeys(why for score in scores for why in score.introduced.unknown)
        print(json.dumps(to_sarif(findings, list(unknown)), indent=2))
    else:
        print(to_json("score", record) if args.json else text)
    worst = max((score.value for score in scores if score.value is not None), default=0.0)
    return 1 if args.fail_over is not None and worst > args.fail_over else 0


def _render_change(change: Judgement, width: int, pen: Pen, *, everything: bool) -> str:
    """Render a change of a work tree: the number, its parts, its findings, what is unknown."""
    if not change.files and not change.unread:
        return "Nothing is staged.\nNext: git add FILE, then twiceshy score --staged"
    score = change.score
    head = pen.bold(f"score {_format_value(score.value)}")
    lines = [f"{head} of {plural(len(change.files), 'file')}: {_describe_parts(score)}"]
    lines += _render_findings(score.introduced, width, pen, most=None if everything else _MOST_SHOWN)
    lines += [f"not read: {one_line(why)}" for why in change.unread]
    lines += _render_unknown(score.introduced.unknown, width)
    lines += _render_reported(change.reported, pen, most=None if everything else _MOST_SHOWN)
    lines += [
        pen.dim(one_line(f"hint: {one.path}, not staged, changed in {one.times} of {one.changes} commits of {one.of}"))
        for one in change.left_out
    ]
    return "\n".join([*lines, *render_meaning(change.meant, width)])


def _render_reported(found: Sequence[ReportedFinding], pen: Pen, most: int | None) -> list[str]:
    """Render what other scanners' reports say of the files; it has no part in the score."""
    lines = []
    for one in found[:most]:
        told, stale = one.finding, ", stale: the file is not known to be as it was then" if one.stale else ""
        lines.append(
            one_line(
                f"{one.path}:{told.line}: {told.severity}: {told.rule}: {told.message} (reported by {one.source}, "
                f"{day(one.written.date())}{stale})"
            )
        )
    if most is not None and len(found) > most:
        lines.append(pen.dim(f"{number(len(found) - most)} more reported: --all"))
    return lines


def render_meaning(found: ScoreMeaning | None, width: int) -> list[str]:
    """Render what such scores have meant on past edits, or that too few are known to say."""
    if found is None:
        return []
    known = f"{plural(found.edits, 'past edit')} with {found.least:.2g} or more"
    if found.edits < _FEWEST_PAST_EDITS:
        words = f"{known} {'is' if found.edits == 1 else 'are'} known: too few to say what that means"
    else:
        words = (
            f"of {known} {number(found.bad)} ({found.bad / found.edits:.0%}) were later corrected, taken back or "
            f"mended; of all {number(found.of)} it was {number(found.of_bad)} ({found.of_bad / found.of:.0%})"
        ).replace("%", " %")
    return textwrap.wrap(words, width)


def _format_value(value: float | None) -> str:
    """Format a score with two places, or as unknown."""
    return "unknown" if value is None else f"{value:.2f}"


def _describe_parts(score: Score) -> str:
    """Describe each part of the number."""
    named = (("taint", score.taint), ("pattern", score.pattern), ("refactor", score.refactor), ("past", score.history))
    return ", ".join(f"{name} {_format_value(value)}" for name, value in named)


def _render_findings(change: FindingDelta, width: int, pen: Pen, most: int | None = None) -> list[str]:
    """Render the findings, the worst first, and how many were fixed."""
    from twiceshy.flows.score import group_findings  # noqa: PLC0415  # `--help` need not pay for it

    order = sorted(
        change.introduced, key=lambda one: (_SEVERITY_ORDER[one.severity], -one.confidence, one.path, one.line)
    )
    told = group_findings(order)
    lines = [line for same in told[:most] for line in _finding_lines(same, width, pen)]
    if most is not None and len(told) > most:
        lines.append(pen.dim(f"{number(len(told) - most)} more: --all"))
    if change.fixed:
        lines.append(f"{plural(len(change.fixed), 'earlier finding')} fixed")
    return lines


def _finding_lines(same: list[Finding], width: int, pen: Pen) -> Iterator[str]:
    """Yield one fault: where, rule, why, what to do; rules that found the same are only named."""
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


def _render_unknown(unknown: tuple[str, ...], width: int) -> list[str]:
    """Render what could not be looked at, and how to get what is missing."""
    missing = [name for name in _TOOL_OF_SCANNER if any(f"{name}: missing" in why for why in unknown)]
    lines = [
        f"unknown: {name}, as {_TOOL_OF_SCANNER[name]} is not here: twiceshy tools install {_TOOL_OF_SCANNER[name]}"
        for name in missing
    ]
    rest = [why for why in unknown if not why.endswith(": missing")]
    if rest:
        told = "; ".join(one_line(why) for why in rest[:_MOST_SHOWN]) + ("; ..." if len(rest) > _MOST_SHOWN else "")
        lines += textwrap.wrap(f"unknown: {told}", width)
    return lines


def _render_session(found: ScoredSession, width: int, pen: Pen) -> str:
    """Render a session's edits with findings, in order."""
    known = [edit for edit in found.edits if edit.score.value is not None]
    lines = [
        pen.bold(
            f"{found.id}  {one_line(found.project)}  mean {_format_value(found.value)}, "
            f"worst {_format_value(found.worst)}"
        )
        + f"  {number(len(known))} of {plural(len(found.edits), 'edit')} scored"
    ]
    for edit in found.edits:
        if edit.score.introduced.introduced:
            lines += _edit_lines(edit, width, pen)
    unknown = tuple(dict.fromkeys(why for edit in found.edits for why in edit.score.introduced.unknown))
    if not any(edit.score.introduced.introduced for edit in found.edits):
        lines.append("No edit brought in a finding.")
    return "\n".join([*lines, *_render_unknown(unknown, width), f"Next: twiceshy show {found.id}"])


def _edit_lines(edit: ScoredEdit, width: int, pen: Pen) -> list[str]:
    """Return one edit with its findings."""
    parts = _describe_parts(edit.score)
    head = f"{_format_value(edit.score.value)}  {one_line(edit.path)}  (call {edit.call.hex()[:8]}; {parts})"
    became = "  later corrected or taken back" if edit.bad else ""
    return [head + became, *(f"  {line}" for line in _render_findings(edit.score.introduced, width - 2, pen))]


def _render_overview(found: ScoreOverview, width: int, pen: Pen) -> str:
    """Render the riskiest recent work, and how much is known."""
    if not found.sessions:
        return "There are no recorded edits to score.\nNext: twiceshy ingest, or twiceshy score --staged"
    of = f"{plural(found.edits, 'edit')} of {plural(found.sessions, 'session')} scored"
    lines = [f"{of}, {number(found.unscored)} could not be; {plural(found.findings, 'finding')} brought in"]
    if found.left:
        lines.append(f"{plural(found.left, 'session')} yet to score: twiceshy score")
    for one in found.riskiest:
        when = f"{day(one.at.date())}  " if one.at else ""
        lines += ["", pen.bold(f"{one.id}  {when}{one_line(one.project)}  worst {_format_value(one.worst)}")]
        for edit in one.edits:
            for finding in sorted(edit.score.introduced.introduced, key=lambda one: _SEVERITY_ORDER[one.severity])[:2]:
                place = f"{finding.path}:{finding.line}"
                words = f"{_format_value(edit.score.value)}  {place}: {finding.rule}: {finding.message}"
                lines += textwrap.wrap(one_line(words), width, initial_indent="  ", subsequent_indent="      ")
    counted = dict(found.unknown)
    missing = [name for name in _TOOL_OF_SCANNER if f"{name}: missing" in counted]
    lines += [
        "",
        *(
            f"unknown for want of {_TOOL_OF_SCANNER[name]}: {name} of {plural(counted[f'{name}: missing'], 'edit')} "
            f"(twiceshy tools install {_TOOL_OF_SCANNER[name]})"
            for name in missing
        ),
    ]
    rest = [f"{why} {number(count)}" for why, count in found.unknown if not why.endswith(": missing")]
    if rest:
        lines += textwrap.wrap(f"unknown, in edits: {', '.join(rest)}", width)
    lines += render_meaning(found.meant, width)
    lines += textwrap.wrap(found.weights, width)
    lines.append(f"Next: twiceshy score {found.riskiest[0].id}" if found.riskiest else "Next: twiceshy report")
    return "\n".join(lines)
