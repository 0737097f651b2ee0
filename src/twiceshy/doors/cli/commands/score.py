"""Score changes by the faults that they bring in, from 0 (none found) to 1: what, where, why, and what to do.

Without words it scores the recorded edits that are new or have changed, and lists the riskiest recent work. A session's
id shows that session's edits one by one. --staged scores what would be committed now, --diff what a patch does (- reads
it from standard input), FILE files as they are; these need a checkout, but no store.

Four parts make the number: data from outside that reaches a dangerous place (taint, needs the tool semgrep), dangerous
statements (pattern), users of a definition that were left behind (refactor), and how often earlier changes of the file
had to be corrected (history). One certain and severe fault is enough for a high number. An unknown part is named: it
never counts as clean. None of the scored code is run. The exit code is 0 whatever is found; with --fail-over NUMBER it
is 1 above that.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.base.plugins import find_answer
from twiceshy.doors.cli.filters import add_filters, find_scope, parse_positive, parse_share
from twiceshy.doors.cli.named_file import read_diff
from twiceshy.judgement import sessions
from twiceshy.records.change_risk import JudgedChange
from twiceshy.records.findings import Finding, FindingDelta, Score, Severity
from twiceshy.records.predictions import Partner
from twiceshy.records.questions import FILES, RISK
from twiceshy.records.views import Judgement, ReportedFinding, ScoredEdit, ScoredSession, ScoreMeaning, ScoreOverview
from twiceshy.score import recipes as score
from twiceshy.screens.terminal.formats import day, decimal, number, one_line, percent, plural
from twiceshy.screens.terminal.page import Page, print_answer, print_text, wrap

EXAMPLE = "twiceshy score --staged"
_SEVERITY_ORDER = {Severity.CRITICAL: 0, Severity.MAJOR: 1, Severity.MINOR: 2}
_MOST_SHOWN = 20  # findings shown without ``--all`` (guess, 2026-11-21)
_FEWEST_PAST_EDITS = 20  # past edits with such a score that say what it means (guess, 2026-11-21)
_TOOL_OF_SCANNER = {"taint": "semgrep", "ruff": "ruff"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to score and how to tell it."""
    parser.add_argument("names", nargs="*", metavar="SESSION or FILE", help="a session's id, or files as they are")
    parser.add_argument("--staged", action="store_true", help="score what would be committed now")
    parser.add_argument("--diff", metavar="FILE", help="score what a unified diff does to the files here")
    add_filters(parser, agent=True)
    parser.add_argument("--limit", metavar="N", type=parse_positive, default=10, help="most sessions to list (10)")
    parser.add_argument("--all", action="store_true", help="show all findings, not only the worst 20")
    parser.add_argument("--sarif", action="store_true", help="print the findings as SARIF 2.1.0")
    parser.add_argument(
        "--fail-over", metavar="NUMBER", type=parse_share, help="exit with 1 when the score is above this"
    )
    parser.add_argument("--processes", metavar="N", type=parse_positive, help="number of processes for recorded edits")


def run(args: argparse.Namespace, config: Config) -> int:
    """Score, and show it."""
    if args.staged + bool(args.diff) + bool(args.names) > 1:
        raise UsageError("say only one of --staged, --diff FILE, a session or files.")
    if args.staged or args.diff or _are_files(args.names):
        diff, now = read_diff(args.diff) if args.diff else "", datetime.now().astimezone()
        named = _name_change(args, diff)
        change = _add_risk(config, lambda: _judge_change(args, config, diff), named, now)
        return _print_scores(
            args, config, change, [change.score], lambda page: _render_change(change, page, everything=args.all)
        )
    if config.enabled:
        score.score_stored(config, processes=args.processes)
    if args.names:
        found = score.read_scored_session(config, args.names[0])
        return _print_scores(
            args, config, found, [edit.score for edit in found.edits], lambda page: _render_session(found, page)
        )
    overview = score.build_overview(config, find_scope(args, config), limit=args.limit)
    scores = [edit.score for one in overview.riskiest for edit in one.edits]
    return _print_scores(args, config, overview, scores, lambda page: _render_overview(overview, page))


def _are_files(names: list[str]) -> bool:
    """Tell whether the words are names of files; one that is no file may be a session's id."""
    return len(names) > 1 or (len(names) == 1 and Path(names[0]).exists())


def _add_risk(config: Config, judge: Callable[[], Judgement], named: str | None, now: datetime) -> JudgedChange:
    """Return a scored change with its risk, where the git wing can tell it."""
    risk = find_answer(RISK)
    if risk is None:
        judged = judge()
        return JudgedChange(**{one.name: getattr(judged, one.name) for one in fields(judged)})
    if named is not None and risk.has_risk_model(config, Path.cwd()):
        sessions.read_live_logs(config, now)
    return risk.add_risk(config, Path.cwd(), judge(), named, now)


def _name_change(args: argparse.Namespace, diff: str) -> str | None:
    """Return the diff whose risk is told; empty for what is staged, None for files as they are."""
    return "" if args.staged else diff or None


def _find_no_partners(*_: object) -> list[Partner]:
    """Return no files: nobody here knows which change together."""
    return []


def _judge_change(args: argparse.Namespace, config: Config, diff: str) -> Judgement:
    """Score the change that was asked for."""
    if args.staged:
        files = find_answer(FILES)
        return score.score_staged(config, Path.cwd(), files.partners_of if files else _find_no_partners)
    if args.diff:
        return score.score_patch(config, Path.cwd(), diff)
    return score.score_files(config, Path.cwd(), args.names)


def _print_scores(
    args: argparse.Namespace, config: Config, record: object, scores: list[Score], render: Callable[[Page], str]
) -> int:
    """Print the answer as it was asked for, and return the exit code."""
    if args.sarif:
        findings = [one for each in scores for one in each.introduced.introduced]
        unknown = dict.fromkeys(why for each in scores for why in each.introduced.unknown)
        print_text(json.dumps(score.to_sarif(config, findings, list(unknown), _tell_whole(record)), indent=2))
    else:
        print_answer(args, "score", record, render)
    limit = 1.0 if args.fail_over is None else args.fail_over
    return int(any(each.value is not None and each.value > limit for each in scores))


def _tell_whole(record: object) -> dict[str, object]:
    """Return what is known of a whole change beside its findings, for the properties of a run."""
    found = record.risk if isinstance(record, JudgedChange) else None
    if found is None:
        return {}
    return {"risk": {"probability": found.probability, "base": found.base, "model": found.model, "words": found.words}}


def _render_change(change: JudgedChange, page: Page, *, everything: bool) -> str:
    """Render a change of a work tree: the number, its parts, its findings, what is unknown."""
    if not change.files and not change.unread:
        return "Nothing is staged.\nNext: git add FILE, then twiceshy score --staged"
    found = change.score
    head = page.bold(f"score {_format_value(found.value)}")
    lines = [f"{head} of {plural(len(change.files), 'file')}: {_describe_parts(found)}"]
    if change.risk is not None:
        lines += wrap(change.risk.words, page.width, hang=2)
    lines += _render_findings(found.introduced, page, most=None if everything else _MOST_SHOWN)
    lines += [f"not read: {one_line(why)}" for why in change.unread]
    lines += _render_unknown(found.introduced.unknown, page.width)
    lines += _render_reported(change.reported, page, most=None if everything else _MOST_SHOWN)
    lines += [
        page.dim(one_line(f"hint: {one.path}, not staged, changed in {one.times} of {one.changes} commits of {one.of}"))
        for one in change.left_out
    ]
    return "\n".join([*lines, *render_meaning(change.meant, page.width)])


def _render_reported(found: Sequence[ReportedFinding], page: Page, most: int | None) -> list[str]:
    """Render what other scanners' reports say of the files; it has no part in the score."""
    lines = []
    for one in found[:most]:
        finding, stale = one.finding, ", stale: the file may have changed since" if one.stale else ""
        lines.append(
            one_line(
                f"{one.path}:{finding.line}: {finding.severity}: {finding.rule}: {finding.message} "
                f"(reported by {one.source}, "
                f"{day(one.written.date())}{stale})"
            )
        )
    if most is not None and len(found) > most:
        lines.append(page.dim(f"{number(len(found) - most)} more reported: --all"))
    return lines


def render_meaning(found: ScoreMeaning | None, width: int) -> list[str]:
    """Render what such scores have meant on past edits, or that too few are known to say."""
    if found is None:
        return []
    known = f"{plural(found.edits, 'past edit')} with {found.least:.2g} or more"
    if found.edits < _FEWEST_PAST_EDITS:
        words = f"{known} {'is' if found.edits == 1 else 'are'} known: too few to say what such a score means"
    else:
        words = (
            f"of {known}, {number(found.bad)} ({percent(found.bad / found.edits)}) were later corrected, rolled back "
            f"or fixed; of all {number(found.of)}, {number(found.of_bad)} ({percent(found.of_bad / found.of)})"
        )
    return wrap(words, width)


def _format_value(value: float | None) -> str:
    """Format a score with two places, or as unknown."""
    return decimal(value, unknown="unknown")


def _describe_parts(found: Score) -> str:
    """Describe each part of the number."""
    named = (("taint", found.taint), ("pattern", found.pattern), ("refactor", found.refactor), ("past", found.history))
    return ", ".join(f"{name} {_format_value(value)}" for name, value in named)


def _render_findings(change: FindingDelta, page: Page, most: int | None = None) -> list[str]:
    """Render the findings, the worst first, and how many were fixed."""
    order = sorted(
        change.introduced, key=lambda one: (_SEVERITY_ORDER[one.severity], -one.confidence, one.path, one.line)
    )
    groups = score.group_findings(order)
    lines = [line for same in groups[:most] for line in _finding_lines(same, page)]
    if most is not None and len(groups) > most:
        lines.append(page.dim(f"{number(len(groups) - most)} more: --all"))
    if change.fixed:
        lines.append(f"{plural(len(change.fixed), 'earlier finding')} fixed")
    return lines


def _finding_lines(same: list[Finding], page: Page) -> Iterator[str]:
    """Yield one fault: where, rule, why, what to do; rules that found the same are only named."""
    one = same[0]
    weakness = f", CWE-{one.cwe}" if one.cwe is not None else ""
    also = ", ".join(dict.fromkeys(other.rule for other in same[1:] if other.rule != one.rule))
    yield one_line(
        f"{one.path}:{one.line}: {one.severity}: {one.rule}{weakness}, confidence {percent(one.confidence)}"
        + (f" (also {also})" if also else "")
    )
    for words in (one.message, one.fix):
        if words:
            yield from (page.dim(line) for line in wrap(one_line(words), page.width, indent=4))


def _render_unknown(unknown: tuple[str, ...], width: int) -> list[str]:
    """Render what could not be looked at, and how to get what is missing."""
    missing = [name for name in _TOOL_OF_SCANNER if any(f"{name}: missing" in why for why in unknown)]
    lines = [
        f"unknown: {name}; {_TOOL_OF_SCANNER[name]} is missing: twiceshy tools install {_TOOL_OF_SCANNER[name]}"
        for name in missing
    ]
    rest = [why for why in unknown if not why.endswith(": missing")]
    if rest:
        named = "; ".join(one_line(score.phrase_unknown(why)) for why in rest[:_MOST_SHOWN]) + (
            "; ..." if len(rest) > _MOST_SHOWN else ""
        )
        lines += wrap(f"unknown: {named}", width)
    return lines


def _render_session(found: ScoredSession, page: Page) -> str:
    """Render a session's edits with findings, in order."""
    known = [edit for edit in found.edits if edit.score.value is not None]
    lines = [
        page.bold(
            f"{found.id}  {one_line(found.project)}  mean {_format_value(found.value)}, "
            f"worst {_format_value(found.worst)}"
        )
        + f"  {number(len(known))} of {plural(len(found.edits), 'edit')} scored"
    ]
    for edit in found.edits:
        if edit.score.introduced.introduced:
            lines += _edit_lines(edit, page)
    unknown = tuple(dict.fromkeys(why for edit in found.edits for why in edit.score.introduced.unknown))
    if not any(edit.score.introduced.introduced for edit in found.edits):
        lines.append("No edit brought in a finding.")
    return "\n".join([*lines, *_render_unknown(unknown, page.width), f"Next: twiceshy show {found.id}"])


def _edit_lines(edit: ScoredEdit, page: Page) -> list[str]:
    """Return one edit with its findings."""
    parts = _describe_parts(edit.score)
    head = f"{_format_value(edit.score.value)}  {one_line(edit.path)}  (call {edit.call.hex()[:8]}; {parts})"
    became = "  later corrected or rolled back" if edit.bad else ""
    return [
        head + became,
        *(f"  {line}" for line in _render_findings(edit.score.introduced, page._replace(width=page.width - 2))),
    ]


def _render_overview(found: ScoreOverview, page: Page) -> str:
    """Render the riskiest recent work, and how much is known."""
    if not found.sessions:
        return "There are no recorded edits to score.\nNext: twiceshy ingest, or twiceshy score --staged"
    of = f"{plural(found.edits, 'edit')} of {plural(found.sessions, 'session')} scored"
    lines = [f"{of}, {number(found.unscored)} could not be scored; {plural(found.findings, 'finding')} brought in"]
    if found.left:
        lines.append(f"{plural(found.left, 'session')} not scored yet: twiceshy score")
    for one in found.riskiest:
        when = f"{day(one.at.date())}  " if one.at else ""
        lines += ["", page.bold(f"{one.id}  {when}{one_line(one.project)}  worst {_format_value(one.worst)}")]
        lines += [line for edit in one.edits for line in _worst_lines(edit, page.width)]
    lines += ["", *_render_blind_spots(dict(found.unknown), page.width), *render_meaning(found.meant, page.width)]
    lines.append(f"Next: twiceshy score {found.riskiest[0].id}" if found.riskiest else "Next: twiceshy report")
    return "\n".join(lines)


def _worst_lines(edit: ScoredEdit, width: int) -> Iterator[str]:
    """Yield the two worst findings of an edit."""
    for finding in sorted(edit.score.introduced.introduced, key=lambda one: _SEVERITY_ORDER[one.severity])[:2]:
        place = f"{finding.path}:{finding.line}"
        words = f"{_format_value(edit.score.value)}  {place}: {finding.rule}: {finding.message}"
        yield from wrap(one_line(words), width, indent=2, hang=4)


def _render_blind_spots(counted: dict[str, int], width: int) -> list[str]:
    """Render what could not be looked at in how many edits, and how to get what is missing."""
    lines = [
        f"unknown without {tool}: {name} of {plural(counted[f'{name}: missing'], 'edit')} "
        f"(twiceshy tools install {tool})"
        for name, tool in _TOOL_OF_SCANNER.items()
        if f"{name}: missing" in counted
    ]
    rest = [
        f"{score.phrase_unknown(why)} {number(count)}"
        for why, count in counted.items()
        if not why.endswith(": missing")
    ]
    return [*lines, *(wrap(f"unknown, in edits: {', '.join(rest)}", width) if rest else ())]
