"""The spine: help, the verb's way, and what every kind of error looks like from outside."""

import io
import shlex
import sqlite3
import subprocess
import sys
import tomllib
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from tests.house.graph import path_of

from twiceshy import VERSION
from twiceshy.archive.db import Store
from twiceshy.base import errors
from twiceshy.base.config import Config
from twiceshy.doors.cli import main as spine
from twiceshy.doors.cli import verbs
from twiceshy.doors.cli.main import main
from twiceshy.records.codec import DamagedValue

Run = Callable[[Namespace, Config], int]
ROOT = Path(__file__).parents[3]


@pytest.fixture
def verb(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts one invented verb in the table; what it does is given."""

    def put(run: Run, *, collects: bool = False) -> None:
        module = ModuleType("twiceshy.doors.cli.commands.invented", "Does what the test says.")
        module.EXAMPLE = "twiceshy invented 3"  # type: ignore[attr-defined]  # a module made here
        module.run = run  # type: ignore[attr-defined]  # a module made here

        def add_arguments(parser: ArgumentParser) -> None:
            parser.add_argument("count", type=int, nargs="?", default=0)

        module.add_arguments = add_arguments  # type: ignore[attr-defined]  # a module made here
        monkeypatch.setitem(sys.modules, module.__name__, module)
        row = verbs.Verb("invented", "look", "does it", "invented", aliases=("made-up",), collects=collects)
        for place in (spine, verbs):
            monkeypatch.setattr(place, "VERBS", (*verbs.VERBS, row) if row not in verbs.VERBS else verbs.VERBS)

    return put


def raises(error: BaseException) -> Run:
    def run(args: Namespace, config: Config) -> int:
        raise error

    return run


def test_a_real_bug_is_seen(verb: Callable[..., None], capsys: pytest.CaptureFixture[str], scratch_home: Path) -> None:
    """On a whole store, what nothing outside explains is ours: exit code 3, and a traceback without its message."""
    with Store.open(scratch_home / ".twiceshy"):
        pass
    verb(raises(KeyError("a text of a log")))

    assert main(["invented"]) == 3
    assert "this is a bug of ours (KeyError)" in capsys.readouterr().err
    (kept,) = (scratch_home / ".twiceshy" / "logs").iterdir()
    assert "builtins.KeyError" in kept.read_text()
    assert "a text of a log" not in kept.read_text()


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        pytest.param(OSError(28, "No space left on device", "/x/y"), 50, "/x/y: No space left", id="a full disk"),
        pytest.param(MemoryError(), 50, "memory ran out", id="no memory"),
        pytest.param(ModuleNotFoundError("no", name="re2"), 40, "google-re2 is missing", id="a library"),
        pytest.param(DamagedValue("a stored time cannot be read"), 12, "a stored time", id="a damaged value"),
        pytest.param(sqlite3.DatabaseError("malformed"), 10, "malformed", id="SQLite"),
    ],
)
def test_what_others_did_is_no_bug(
    error: Exception, code: int, words: str, verb: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    """The system, the installation and the disk are named."""
    verb(raises(error))

    assert main(["invented"]) == code
    assert words in capsys.readouterr().err


def test_a_damaged_store_is_no_bug(
    verb: Callable[..., None], capsys: pytest.CaptureFixture[str], scratch_home: Path
) -> None:
    """Whatever it made a verb raise."""
    (scratch_home / ".twiceshy").mkdir()
    (scratch_home / ".twiceshy" / "twiceshy.db").write_bytes(b"noise")
    verb(raises(KeyError("x")))

    assert main(["invented"]) == 12
    assert "twiceshy.db is damaged" in capsys.readouterr().err


_ENTRY = [sys.executable, "-m", "twiceshy", "--help"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    ("redirection", "code", "words"),
    [
        pytest.param(">/dev/full", 50, "could not be written to stdout: No space left", id="stdout is full"),
        pytest.param(">&-", 0, "", id="stdout is closed"),
        pytest.param("2>&- >/dev/null", 0, "", id="stderr is closed"),
        pytest.param("TZ", 0, "TZ='XXX-99:99' names no zone", id="a zone that no clock has"),
    ],
)
def test_streams_and_zones_of_the_caller(redirection: str, code: int, words: str) -> None:
    """None of them is a bug, and nothing is lost without a word."""
    zone = "TZ=XXX-99:99 " if redirection == "TZ" else ""
    line = f"{zone}{shlex.join(_ENTRY)} {'' if redirection == 'TZ' else redirection}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)

    assert (done.returncode, words in done.stderr) == (code, True), done.stderr


@pytest.mark.parametrize(
    ("file", "blamed"),
    [
        ("doors/web/page_templates.py", False),
        ("archive/db.py", False),
        ("doors/cli/commands/sessions.py", True),
        ("screens/terminal/page.py", True),
        ("twiceshy_git/verbs/blame.py", True),
        ("twiceshy_team/verbs/sync.py", True),
    ],
)
def test_a_stream_is_blamed_where_answers_are_drawn(file: str, *, blamed: bool) -> None:
    """By the verbs of wings too; elsewhere an error without a file name has another cause."""
    place = path_of(file)
    assert place.exists()
    with pytest.raises(OSError, match="gone") as caught:
        exec(compile("raise OSError(32, 'gone')", str(place), "exec"))

    assert (spine._explain_output(caught.value) is not None) == blamed


def test_the_version_is_the_packages() -> None:
    """It stands in one place, from which the package is built."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    place = ROOT / settings["tool"]["hatch"]["version"]["path"]

    assert settings["project"]["dynamic"] == ["version"]
    assert f'VERSION = "{VERSION}"' in place.read_text(encoding="utf-8")


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """One line on stdout, exit code 0."""
    assert main(["--version"]) == 0
    assert capsys.readouterr() == (f"twiceshy {VERSION}\n", "")


@pytest.mark.parametrize("argv", [["--help"], ["-h"]])
def test_the_first_screen_shows_the_first_verbs_only(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Few verbs, and where the rest stands."""
    assert main(argv) == 0

    out = capsys.readouterr().out
    rows = [line.split()[0] for line in out.splitlines() if line.startswith("  ") and not line.startswith("  --")]
    assert [name for _, names in verbs.FIRST_SCREEN for name in names] == rows
    assert all(f"\n{task}:\n" in out for task, _ in verbs.FIRST_SCREEN)
    assert "--help --all" in out
    assert max(map(len, out.splitlines())) <= 120


def test_all_verbs_stand_under_their_groups(capsys: pytest.CaptureFixture[str]) -> None:
    """``--help --all`` lists every verb, with its other names."""
    assert main(["--help", "--all"]) == 0

    out = capsys.readouterr().out
    assert all(f"\n  {row.name} " in out for row in verbs.VERBS)
    assert all(f"\n{row.group}:\n" in out for row in verbs.VERBS)
    assert "(also: redact-test)" in out


def test_a_verbs_help_has_its_example(verb: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    """``VERB --help`` has its docstring and one real call, and ends well."""
    verb(lambda args, config: 0)

    with pytest.raises(SystemExit) as ended:
        main(["invented", "--help"])

    out = capsys.readouterr().out
    assert ended.value.code == 0
    assert "Does what the test says." in out
    assert "example:\n  twiceshy invented 3" in out


@pytest.mark.parametrize(
    "argv",
    [
        ["invented", "7", "--home", "there", "--json"],
        ["--home", "there", "--json", "invented", "7"],
        ["--home=there", "made-up", "--json", "7"],
    ],
    ids=["after the verb", "before the verb", "both, by its other name"],
)
def test_common_options_stand_anywhere(argv: list[str], verb: Callable[..., None], scratch_home: Path) -> None:
    """Before or after the verb they mean the same, and the leaf's exit code is ours."""
    seen: list[tuple[int, bool, Path, str]] = []

    def run(args: Namespace, config: Config) -> int:
        seen.append((args.count, args.json, config.home, config.origins["home"]))
        return 9

    verb(run)

    assert main(argv) == 9
    assert seen == [(7, True, scratch_home / "there", "--home")]


WRONG_WORDS = [
    (["reprot"], "twiceshy: there is no verb 'reprot'. Did you mean `twiceshy report`?\n"),
    (["xyzzy"], "twiceshy: there is no verb 'xyzzy'. See `twiceshy --help --all`.\n"),
    (["--frobnicate"], "twiceshy: --frobnicate needs a verb. See `twiceshy --help`.\n"),
    (["invented", "--frob"], "twiceshy: unrecognized arguments: --frob. See `twiceshy invented --help`.\n"),
    (["invented", "--js"], "twiceshy: unrecognized arguments: --js. See `twiceshy invented --help`.\n"),
    (["invented", "x"], "twiceshy: argument count: invalid int value: 'x'. See `twiceshy invented --help`.\n"),
]


@pytest.mark.parametrize(("argv", "message"), WRONG_WORDS, ids=[" ".join(row[0]) for row in WRONG_WORDS])
def test_wrong_words_are_told(
    argv: list[str], message: str, verb: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence on stderr with where to read on, exit code 2."""
    verb(lambda args, config: 0)

    assert main(argv) == 2
    assert capsys.readouterr() == ("", message)


def every_error(root: type[errors.TwiceshyError] = errors.TwiceshyError) -> list[type[errors.TwiceshyError]]:
    return [root, *(found for below in root.__subclasses__() for found in every_error(below))]


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.slug)
def test_an_error_of_ours_is_one_sentence_and_its_exit_code(
    kind: type[errors.TwiceshyError], verb: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback, nothing on stdout, the kind's own code."""
    verb(raises(kind("the thing is off; do that.")))

    assert main(["invented"]) == kind.exit_code
    assert capsys.readouterr() == ("", "twiceshy: the thing is off; do that.\n")


def test_exit_codes_of_errors_do_not_clash_with_the_command_lines() -> None:
    """0, 3, 130 and 141 have their own meaning."""
    assert {kind.exit_code for kind in every_error()}.isdisjoint({0, 3, 130, 141})


def test_a_broken_setting_is_told(
    scratch_home: Path, capsys: pytest.CaptureFixture[str], verb: Callable[..., None]
) -> None:
    """Exit code 2 and the variable's name."""
    verb(lambda args, config: 0)
    (scratch_home / ".config" / "twiceshy").mkdir(parents=True)
    (scratch_home / ".config" / "twiceshy" / "config.toml").write_text("x = 1\n")

    assert main(["invented"]) == 2
    assert "unknown key 'x'" in capsys.readouterr().err


def test_an_interrupt_says_that_nothing_is_lost(verb: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 130 and one sentence."""
    verb(raises(KeyboardInterrupt()))

    assert main(["invented"]) == 130
    assert "the same command goes on from there" in capsys.readouterr().err


def test_a_reader_that_left_is_no_error(
    verb: Callable[..., None], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``twiceshy report | head`` ends quietly, with the code a shell gives for a closed pipe."""
    verb(raises(BrokenPipeError()))
    monkeypatch.setattr(spine, "silence_stdout", lambda: None)

    assert main(["invented"]) == 141
    assert capsys.readouterr() == ("", "")


def test_a_bug_leaves_a_traceback_without_any_message(
    verb: Callable[..., None], scratch_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 3; the file is ours alone and holds places and types, never the words of an error."""

    def run(args: Namespace, config: Config) -> int:
        try:
            int("words of a log")
        except ValueError as exc:
            raise RuntimeError("more words of a log") from exc
        return 0

    verb(run)

    assert main(["invented", "--home", "data"]) == 3

    (log,) = (scratch_home / "data" / "logs").iterdir()
    text = log.read_text(encoding="utf-8")
    err = capsys.readouterr().err
    assert str(log) in err
    assert "bug of ours (RuntimeError)" in err
    assert "builtins.ValueError\nwhich led to\n" in text
    assert text.endswith("builtins.RuntimeError\n")
    assert "in run" in text
    assert "words of a log" not in (text + err).replace('int("words of a log")', "").replace(
        'RuntimeError("more words of a log")', ""
    )
    if sys.platform != "win32":
        assert (log.stat().st_mode & 0o777, log.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_bug_without_a_place_for_it_is_printed(
    verb: Callable[..., None], scratch_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no file can be made, the traceback stands on stderr."""
    verb(raises(RuntimeError()))
    (scratch_home / "data").write_text("not a folder")

    assert main(["invented", "--home", "data"]) == 3
    assert "The traceback is above" in capsys.readouterr().err


def test_debugging_shows_the_whole_error(
    verb: Callable[..., None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With ``TWICESHY_DEBUG`` its words come too, on stderr only."""
    monkeypatch.setenv("TWICESHY_DEBUG", "1")
    verb(raises(RuntimeError("its words")))

    assert main(["invented"]) == 3
    assert "RuntimeError: its words" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("collects", "code"), [(False, 5), (True, 0)], ids=["a verb that looks", "a verb that collects"]
)
def test_switched_off_means_nothing_is_collected(
    collects: bool,  # a row's value
    code: int,
    verb: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """``TWICESHY_ENABLED=0`` stops what reads logs, with a sentence and exit code 0; looking still works."""
    monkeypatch.setenv("TWICESHY_ENABLED", "0")
    verb(lambda args, config: 5, collects=collects)

    assert main(["invented"]) == code
    assert ("switched off (TWICESHY_ENABLED)" in capsys.readouterr().err) is collects


def test_a_console_without_unicode_still_gets_every_line(
    verb: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the encoding lacks is escaped, not an error half-way."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="cp1252"))

    def run(args: Namespace, config: Config) -> int:
        sys.stdout.write("naïve → done\n")
        return 0

    verb(run)

    assert main(["invented"]) == 0
    assert raw.getvalue().replace(b"\r", b"") == b"na\xefve \\u2192 done\n"


def test_no_leaf_is_imported_for_help(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first screen costs no verb's imports."""
    monkeypatch.setattr(verbs, "load_leaf", lambda verb: pytest.fail("imported"))
    monkeypatch.setattr(spine, "load_leaf", lambda verb: pytest.fail("imported"))

    assert main(["--help", "--all"]) == 0
