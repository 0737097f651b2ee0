"""The words of ``twiceshy run`` mean what its table says, and what is made from the table is not stale."""

import importlib.util
from pathlib import Path

import pytest

from twiceshy.facts.stats.durations import AUTO
from twiceshy.surfaces.cli.run_options import OPTIONS, RunOptionsError, parse, render_help

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ([], ()),
        (["true"], ("true",)),
        (["--", "true"], ("true",)),
        (["true", "--match", "x", "--", "--timeout"], ("true", "--match", "x", "--", "--timeout")),
        (["--", "--match"], ("--match",)),
        (["--match", "--", "true"], ("true",)),
        (["--match=--", "-", "x"], ("-", "x")),
    ],
)
def test_the_command_is_untouched(words: list[str], command: tuple[str, ...]) -> None:
    """From its first word on."""
    plan = parse(words)

    assert plan is not None
    assert command == plan.command


def test_options_set_the_plan() -> None:
    """With a value behind a blank or an equals sign."""
    plan = parse(
        [
            "--timeout",
            "5m",
            "--idle-timeout=auto",
            "--delay-exit",
            "0",
            "--timeout=1h",
            "--on",
            "fd:4",
            "--max-count",
            "3",
            "--pty",
            "x",
        ]
    )

    assert plan is not None
    assert (
        plan.timeout_s,
        plan.idle_timeout_s,
        plan.delay_exit_s,
        plan.on,
        plan.max_count,
        plan.pty,
    ) == (3600, AUTO, 0, "fd4", 3, True)


def test_patterns_are_collected_in_order() -> None:
    """Each with its kind, and the halves of a state change with each other."""
    plan = parse(["--match", "a=>b", "--state", "c => d", "--fd", "3=e=f", "--match=", "--match", "auto", "x"])

    assert plan is not None
    assert plan.auto_match
    assert [(watch.kind, watch.regex, watch.stream) for watch in plan.watches] == [
        ("match", "a=>b", ""),
        ("from", "c", ""),
        ("to", "d", ""),
        ("match", "e=f", "fd3"),
        ("match", "", ""),
    ]
    assert plan.watches[1].pair == plan.watches[2].pair


@pytest.mark.parametrize(
    "words",
    [
        ["-x"],
        ["--time", "5s", "x"],
        ["--timeout", "-5s", "x"],
        ["--kill-after", "auto", "x"],
        ["--max-count", "0", "x"],
        ["--max-count", "two", "x"],
        ["--match-status", "256", "x"],
        ["--on", "fd:x", "x"],
        ["--fd", "1=x", "x"],
        ["--fd", "3", "x"],
        ["--state", "a", "x"],
        ["--invert", "x"],
        ["--pty"],
        ["--detach"],
        ["--quiet=1", "x"],
    ],
    ids=" ".join,
)
def test_words_that_make_no_sense_are_refused(words: list[str]) -> None:
    """Rather than passed on to the command."""
    with pytest.raises(RunOptionsError):
        parse(words)


def test_help_has_every_option_within_the_width_of_a_terminal() -> None:
    """And asking for it is not running."""
    assert parse(["--timeout", "5s", "--help", "--nonsense"]) is None
    assert all(option.flag in render_help() for option in OPTIONS)
    assert max(map(len, render_help().splitlines())) <= 120


def test_pages_made_from_the_table_are_not_stale() -> None:
    """The manual page and the completions: ``make docs`` would change nothing."""
    spec = importlib.util.spec_from_file_location("run_pages", DOCS / "run_pages.py")
    assert spec is not None
    assert spec.loader is not None
    pages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pages)

    assert [name for name, made in pages.FILES.items() if (DOCS / name).read_text() != made()] == []
