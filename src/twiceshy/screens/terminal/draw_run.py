"""Draw one recorded run, in the words of its options; lists of runs use the same words."""

import json
from collections.abc import Iterator, Mapping

from twiceshy.records.executions import ChoiceRow, RunStory
from twiceshy.screens.terminal.formats import number, one_line, percent, plural, short_date, size
from twiceshy.screens.terminal.page import Page
from twiceshy.stats.durations import phrase_duration

_ENDINGS = {
    "completed": "itself",
    "expect_missing": "itself, without an --expect line",
    "match": "--match",
    "failure": "--failure",
    "success": "--success",
    "left": "nobody: --leave lets it go on",
    "only": "--only",
    "state": "--state",
    "stuck": "--stuck",
    "repeat": "--max-repeat",
    "timeout_overall": "--timeout",
    "timeout_idle": "--idle-timeout",
    "timeout_first_output": "--first-output-timeout",
    "signal": "a signal",
    "reader_gone": "its reader, who left",
    "interrupted": "Ctrl-C",
    "end_of_input": "the end of its input",
    "error": "an error of ours",
}
_LIMITS = {
    "overall_timeout": "--timeout",
    "idle_timeout": "--idle-timeout",
    "first_output_timeout": "--first-output-timeout",
}
_TIMES = {
    "time_to_first_output": "first output after {}",
    "time_to_first_match": "first match after {}",
    "time_from_match_to_exit": "over {} after it",
}
_CPU = {
    "cpu_user_s": "{} in the program",
    "cpu_system_s": "{} in the system",
    "io_wait_s": "{} waiting for disks",
}
_CORES = "cpu_cores_peak"
_PEAK = "memory_mb_peak"
_SERIES = frozenset({"memory_mb", "cpu_s", _PEAK, _CORES, *_CPU})
"""Measured again and again, or told in another line."""
_TOLD = frozenset({*_LIMITS, *_TIMES, "delay_exit", "pattern", "match_mode", "stdout_lines", "stderr_lines"}) | {
    "bytes_processed",
    "output_rate",
    "error_density",
    "idle_periods_count",
    "silence_quantiles",
    "child_status",
    "environment_vars",
}
"""Details that stand in a line of their own here, or say nothing to a person: `--json` has all."""
_NOTHING = (None, "", "<path>", "unknown", "none")
"""Values that tell nothing."""
Details = Mapping[str, str | int | float | None]


def name_ending(reason: str) -> str:
    """Return what ended a run, in a word of its options."""
    return _ENDINGS.get(reason, reason.replace("_", " "))


def render_run(found: RunStory, page: Page) -> str:
    """Render what ran, how it ended, what was measured and what matched."""
    run = found.run
    ended = f"{phrase_duration(run.runtime_s)}, status {run.status}, ended by {name_ending(run.reason)}"
    lines = [f"{page.bold(run.id)} · {one_line(run.command)}", f"{short_date(run.at, page.now)}: {ended}", ""]
    lines += [f"  {name}: {words}" for name, words in _list_facts(found) if words]
    lines += [f"  {_describe_choice(choice)}" for choice in found.choices]
    for match in found.matches:
        where = (
            f"{match.stream_source} line {number(match.line_number)}, after {phrase_duration(match.timestamp_offset)}"
        )
        lines += ["", f"{match.kind} {one_line(match.pattern)} · {where}", f"  {one_line(match.line_content)}"]
    for sample in found.samples:
        if sample.sample_type == "missed_error":
            lines += ["", "Failed without a match; its last lines:"]
            lines += [f"  {one_line(line)}" for line in sample.content.splitlines()]
    return "\n".join(lines)


def _list_facts(found: RunStory) -> Iterator[tuple[str, str]]:
    """Yield what was asked for, what was seen and what was measured, in one line each."""
    details = found.details
    watched = ", ".join(one_line(pattern) for pattern in str(details.get("pattern") or "").split("\n") if pattern)
    yield "watched for", f"{watched} (on {details.get('match_mode')})" if watched else ""
    yield "limits", _join_times(details, {name: f"{option} {{}}" for name, option in _LIMITS.items()})
    yield "times", _join_times(details, _TIMES)
    yield "output", _describe_output(found)
    ends = {metric.metric_name: metric.metric_value for metric in found.metrics}
    yield "CPU", _describe_cpu(ends)
    yield "memory", f"at most {ends[_PEAK]:.1f} MB" if _PEAK in ends else ""
    for name, measured in ends.items():
        yield name.replace("_", " "), "" if name in _SERIES else f"{measured:g}"
    yield "environment", _describe_environment(str(details.get("environment_vars") or "{}"))
    for name, value in details.items():
        yield name.replace("_", " "), "" if name in _TOLD or value in _NOTHING else one_line(str(value))


def _describe_cpu(ends: Mapping[str, float]) -> str:
    """Return what the command and all it started used, as far as it is known."""
    cores = f", at most {ends[_CORES]:.1f} cores at once" if _CORES in ends else ""
    return f"{_join_times(ends, _CPU)}{cores}"


def _describe_environment(stored: str) -> str:
    """Return the variables that were kept, as a shell writes them."""
    return ", ".join(one_line(f"{name}={value}") for name, value in json.loads(stored).items())


def _join_times(values: Details | Mapping[str, float], words: Mapping[str, str]) -> str:
    """Return the times that are known, each in its words."""
    found = [(words[name], values.get(name)) for name in words]
    return ", ".join(text.format(phrase_duration(float(value))) for text, value in found if value is not None)


def _describe_output(found: RunStory) -> str:
    """Return how much was printed, how much of its end looks like an error, and how silent it was."""
    density, idle = found.details.get("error_density"), int(found.details.get("idle_periods_count") or 0)
    parts = [plural(found.run.lines, "line"), size(int(found.details.get("bytes_processed") or 0))]
    if density:
        parts.append(f"{percent(float(density))} of the last lines have a word of error")
    silence = f"longest silence {phrase_duration(found.run.longest_silence_s)}"
    return ", ".join([*parts, f"{silence} ({number(idle)} of a second or more)" if idle else silence])


def _describe_choice(choice: ChoiceRow) -> str:
    """Describe what ``auto`` took, in one line."""
    words = f"auto {choice.kind.removesuffix('_s').replace('_', ' ')}: "
    words += f"{one_line(choice.value)} ({choice.origin})" if choice.value else "nothing"
    if choice.ended:
        words += "; it ended the run"
        words += "" if choice.saved_s is None else f", {phrase_duration(choice.saved_s)} before the usual end"
    if choice.wrong is not None:
        words += "; feedback: wrong" if choice.wrong else "; feedback: right"
    return words
