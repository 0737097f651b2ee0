"""The words of ``twiceshy run`` mean what its table says, and what is made from the table is not stale."""

import importlib.util
from pathlib import Path

import pytest

from twiceshy.base.config import SETTINGS
from twiceshy.doors.cli.run_options import OPTIONS, VALUES, RunOptionsError, parse, render_help
from twiceshy.stats.durations import AUTO

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
        (["-i", "-m", "x", "grep", "-v", "-t", "5"], ("grep", "-v", "-t", "5")),
        (["-q", "--", "-t"], ("-t",)),
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


def test_five_options_have_a_letter() -> None:
    """It stands for the long form, and its value is the next word."""
    short = parse(["-t", "5m", "-m", "a", "-m", "-b", "-i", "-v", "-q", "x"])
    long = parse(["--timeout", "5m", "--match", "a", "--match", "-b", "--ignore-case", "--invert", "--quiet", "x"])

    assert short is not None
    assert long is not None
    assert {name: value for name, value in vars(short).items() if name != "watches"} == {
        name: value for name, value in vars(long).items() if name != "watches"
    }
    assert [watch.regex for watch in short.watches] == [watch.regex for watch in long.watches]


LETTERS = [
    (["-I", "5s", "x"], "--idle-timeout"),
    (["-X", "a", "x"], "--exclude"),
    (["-D", "x"], "--leave"),
    (["-Z", "x"], "-i -m -q -t -v"),
    (["-iv", "-m", "a", "x"], "stand alone"),
    (["-t5m", "x"], "-t 5m"),
    (["-m=a", "x"], "-m a"),
    (["-m", "3", "x"], "--max-count 3"),
    (["-t"], "needs a value"),
]


@pytest.mark.parametrize(
    ("words", "told"), LETTERS, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_another_letter_names_the_long_form(words: list[str], told: str) -> None:
    """Letters in a bundle, or with their value, are refused as well: they could be read in two ways."""
    with pytest.raises(RunOptionsError, match=told):
        parse(words)


def test_a_chain_of_states_keeps_its_order() -> None:
    """Each state knows how many come before it."""
    plan = parse(["--state", "a=>b => c", "x"])

    assert plan is not None
    assert [(watch.kind, watch.regex, watch.pair, watch.step) for watch in plan.watches] == [
        ("from", "a", 0, 0),
        ("from", "b", 0, 1),
        ("to", "c", 0, 2),
    ]


def test_the_levels_are_those_of_the_setting() -> None:
    """The table cannot load the settings, which are slow."""
    assert set(VALUES["level"]) == set(SETTINGS["telemetry.level"].allowed)


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
        ["--state", "a=>b=>", "x"],
        ["--telemetry", "some", "x"],
        ["--idle-on", "fd:3", "--idle-timeout", "5s", "x"],
        ["--idle-on", "stderr", "x"],
        ["--idle-on", "stderr", "--idle-timeout", "auto", "x"],
        ["--idle-on", "stderr", "--idle-timeout", "5s", "--pty", "x"],
        ["--idle-on", "stderr", "--idle-timeout", "5s"],
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
