"""Files that commands wrote, as edits of their session: texts before and after, and what is not known."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from tests.archive.conftest import Log, stored

from twiceshy.archive.db import Store
from twiceshy.archive.reads import edits as reads
from twiceshy.base import toolbox
from twiceshy.base.config import Config, load
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.commands.keys.gate_keys import path_key
from twiceshy.records.events import Action, Failure, Session, ToolCall
from twiceshy.score.recipes import score_overview, score_sessions
from twiceshy.score.recipes.run_scanners import text_of
from twiceshy.score.recipes.written_files import TextsByBody, add_written_files

SHOP = "src/shop.py"
FAULTY = 'import subprocess\n\n\ndef run(name):\n    return subprocess.run("ls " + name, shell=True)\n'
Told = tuple[str, str | None, str | None, bool, bool, bool]


@pytest.fixture
def config(scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Settings with no outside tool."""
    monkeypatch.setattr(toolbox, "on_path", lambda _: None)
    config = load({}, os.environ, scratch_home)
    with Store.open(config.home) as store:
        assert store.salt  # made on first use
    return config


class Shell(Log):
    """A session of commands."""

    def ran(self, command: str, gave: str = "", failure: Failure | None = None, **more: str) -> "Shell":
        """One command with what it gave back."""
        name = f"{self.name}{self.count}"
        self.call(name, command, text=json.dumps({"command": command, **more})).result(name, gave, failure)
        return self

    def saw(self, path: str, text: str, failure: Failure | None = None) -> "Shell":
        """A file read whole."""
        name = f"{self.name}{self.count}"
        self.call(name, tool="Read").result(name, text, failure)
        asked = self.events[-2]
        assert isinstance(asked, ToolCall)
        self.events[-2] = replace(asked, action=Action.READ, path=Scrubbed(path), path_key=b"its key!")
        return self

    def changed(self, before: str, after: str) -> "Shell":
        """An edit of the shop by a tool."""
        name = f"{self.name}{self.count}"
        self.call(name, tool="Edit").result(name, "done").edit(name, before, after)
        return self


def shell(**more: str) -> Shell:
    log = Shell("one")
    log.opened(**more).prompt("please")
    return log


def cat(text: str, path: str = SHOP, symbol: str = ">") -> str:
    return f"cat {symbol} {path} <<'EOF'\n{text}EOF\n"


def found(config: Config, log: Log) -> list[Told]:
    """Of each edit its path, both texts, and whether it is partial, made or removed."""
    with Store.open(config.home) as store:
        stored(store, log)
        texts = TextsByBody(partial(text_of, store))
        edits = add_written_files(
            store,
            log.session,
            reads.read_edits(store.connection, [log.session]).get(log.session, []),
            texts,
            Scrubbed,
        )

        def of(body: bytes | None) -> str | None:
            return None if body is None else texts(body)

        return [(one.path, of(one.before), of(one.after), one.partial, one.created, one.deleted) for one in edits]


def test_a_file_is_compared_with_its_last_text(config: Config) -> None:
    """Of an edit by a tool; then of the command before."""
    log = shell().changed("a\n", "b\n").ran(cat("c\n")).ran("cd src && " + cat("d\n", "shop.py", ">>"))

    assert found(config, log) == [
        (SHOP, "a\n", "b\n", False, False, False),
        (SHOP, "b\n", "c\n", False, False, False),
        (SHOP, "c\n", "c\nd\n", False, False, False),
    ]


def test_a_file_that_was_read_whole_is_known(config: Config) -> None:
    """What was read is the text before."""
    assert found(config, shell().saw(SHOP, "a\n").ran(cat("b\n"))) == [(SHOP, "a\n", "b\n", False, False, False)]


def test_a_file_of_which_nothing_is_known_has_no_text_before(config: Config) -> None:
    """Neither made nor changed, as far as can be told; what is put behind it is known for itself."""
    assert found(config, shell().ran(cat("b\n"))) == [(SHOP, None, "b\n", False, False, False)]
    assert found(config, shell_named("two").ran(cat("b\n", symbol=">>"))) == [(SHOP, "", "b\n", True, False, False)]


def shell_named(name: str) -> Shell:
    log = Shell(name)
    log.opened().prompt("please")
    return log


MADE: list[tuple[str, Callable[[Shell], Log]]] = [
    ("a read that found nothing", lambda log: log.saw(SHOP, "File does not exist.", Failure.ERROR).ran(cat("b\n"))),
    (
        "a program that found nothing",
        lambda log: log.ran(f"ls {SHOP}", f"ls: cannot access '{SHOP}': No such file or directory").ran(cat("b\n")),
    ),
    ("taken away before", lambda log: log.ran(f"rm -f {SHOP}").ran(cat("b\n"))),
    ("taken away by the line", lambda log: log.ran(f"rm -f {SHOP}; " + cat("b\n"))),
    ("a commit that made it", lambda log: log.ran(cat("b\n")).ran("git commit", f" create mode 100644 {SHOP}")),
    (
        "a difference",
        lambda log: log.ran(cat("b\n")).ran(
            "git diff --cached", f"diff --git a/{SHOP} b/{SHOP}\nnew file mode 100644\n"
        ),
    ),
    ("not tracked", lambda log: log.ran(cat("b\n")).ran("git status -s", f" M x\n?? {SHOP}\n")),
]


@pytest.mark.parametrize("work", [row[1] for row in MADE], ids=[row[0] for row in MADE])
def test_a_file_was_made_where_the_log_shows_it(config: Config, work: Callable[[Shell], Log]) -> None:
    """Then all of it is new."""
    assert found(config, work(shell())) == [(SHOP, None, "b\n", False, True, False)]


def test_what_is_taken_away_again_is_no_edit(config: Config) -> None:
    """A script to try something out, changed on the way or in a folder that goes; made anew later it stays."""
    log = (
        shell().ran(cat("b\n", "try.py")).ran(cat("c\n", "try.py")).ran(cat("b\n", "try/a.py")).ran("rm -rf try try.py")
    )

    assert not found(config, log)
    again = shell_named("two").ran(cat("b\n", "try.py")).ran("rm try.py").ran(cat("c\n", "try.py"))
    assert found(config, again) == [("try.py", None, "c\n", False, True, False)]


def test_a_file_that_was_there_and_is_taken_away_is_one(config: Config) -> None:
    """By itself or with its folder."""
    log = shell().changed("a\n", "b\n").saw("src/x.py", "x\n").ran(cat("y\n", "src/x.py")).ran("rm -r src")

    assert found(config, log)[1:] == [
        ("src/x.py", "x\n", "y\n", False, False, False),
        (SHOP, "b\n", None, False, False, True),
        ("src/x.py", "y\n", None, False, False, True),
    ]


@pytest.mark.parametrize(
    "between",
    [
        "git checkout main",
        f"sed -i s/b/c/ {SHOP}",
        f"python make.py > {SHOP}",
        f"cat > {SHOP} <<E\n$X\nE\n",
        f"test -f x || echo hi > {SHOP}",
        "find . -name '*.py' | xargs sed -i s/b/c/",
    ],
)
def test_after_what_cannot_be_followed_the_text_is_not_known(config: Config, between: str) -> None:
    """It is not compared with one that may be gone."""
    edits = found(config, shell().changed("a\n", "b\n").ran(between).ran(cat("c\n")))

    assert edits[-1] == (SHOP, None, "c\n", False, False, False)
    assert len(edits) == 2


def test_a_command_that_failed_wrote_nothing_that_is_known(config: Config) -> None:
    """It is no edit, and the text before the next one is not known."""
    log = shell().changed("a\n", "b\n").ran(cat("x\n") + "python x", "", Failure.ERROR).ran(cat("c\n"))

    assert found(config, log)[1:] == [(SHOP, None, "c\n", False, False, False)]


def test_a_file_that_the_shell_could_not_write_is_not_known(config: Config) -> None:
    """Its folder was not there, and the line went on."""
    log = shell().ran(cat("x\n") + "true", f"bash: line 1: {SHOP}: No such file or directory")

    assert not found(config, log)


def test_scratch_files_are_no_edits(config: Config) -> None:
    """Nor is what a line removes itself, a file that stays as it was, or one without a text of the line."""
    log = shell().changed("a\n", "b\n").ran(cat("x\n", "/tmp/x.py")).ran(cat("x\n", "y.py") + "rm y.py").ran(cat("b\n"))

    assert len(found(config, log.ran("make > out.txt").ran(cat("n\n", "/home/ann/.claude/plans/p.md")))) == 1


def test_a_session_in_a_folder_for_scratch_has_edits(config: Config) -> None:
    """Its own folder is where it works."""
    assert [one[0] for one in found(config, shell(cwd="/tmp/shop").ran(cat("x\n", "x.py")))] == ["x.py"]


def test_a_shell_stays_where_it_went(config: Config) -> None:
    """Until it is put back; where it cannot be told, only whole paths are known."""
    log = shell().ran("cd web").ran(cat("1\n", "a")).ran("cd ../x", "Shell cwd was reset to /home/ann/web-shop")
    log.ran(cat("2\n", "b")).ran("cd $Y").ran(cat("3\n", "c")).ran(cat("4\n", "/home/ann/web-shop/d"))

    assert [one[0] for one in found(config, log)] == ["web/a", "b", "d"]


def test_another_agents_commands_begin_where_they_are_told_to(config: Config) -> None:
    """In the folder that is given with the command, else in that of the session."""
    log = shell().ran("cd web", workdir="").ran(cat("1\n", "a"), workdir="/home/ann/web-shop/x").ran(cat("2\n", "b"))
    opened = log.events[0]
    assert isinstance(opened, Session)
    log.events[0] = replace(opened, agent="codex")

    assert [one[0] for one in found(config, log)] == ["x/a", "b"]


@pytest.mark.parametrize("given", ["", "no JSON", "[1]", "{}", '{"command": 5}', '{"command": [], "workdir": 7}'])
def test_an_input_that_cannot_be_read_leaves_the_commands_beginning(config: Config, given: str) -> None:
    """As far as the row has it."""
    log = shell()
    log.call("odd", cat("1\n", "a"), text=given).result("odd", "")

    assert [one[0] for one in found(config, log)] == ["a"]


def test_half_a_character_is_no_reason_to_fail(config: Config) -> None:
    """JSON can spell what text cannot."""
    ((path, _, text, *_),) = found(config, shell().ran(cat("a\ud800b\n", "a\udfff")))

    assert (path, text) == ("a\ufffd", "a\ufffdb\n")


def test_keys_are_those_of_edits_by_tools(config: Config) -> None:
    """Of the same file; another's is made of its path."""
    log = shell().changed("a\n", "b\n").ran(cat("c\n")).ran(cat("d\n", "new.py"))
    with Store.open(config.home) as store:
        stored(store, log)
        edits = add_written_files(
            store,
            log.session,
            reads.read_edits(store.connection, [log.session])[log.session],
            TextsByBody(partial(text_of, store)),
            Scrubbed,
        )
        assert [one.path_key for one in edits] == [
            b"8 bytes!",
            b"8 bytes!",
            path_key("/home/ann/web-shop/new.py", store.salt),
        ]
        assert len({one.uid for one in edits}) == 3


def test_what_a_command_brought_in_is_scored(config: Config) -> None:
    """A session without any edit by a tool, too; scored once."""
    with Store.open(config.home) as store:
        stored(store, shell().ran(f"rm -f {SHOP}").ran(cat(FAULTY)))
        stored(store, shell_named("two").ran("ls"))

    assert score_sessions.score_stored(config) == score_sessions.ScoringResult(sessions=1, left=0, edits=1)
    assert score_sessions.score_stored(config).sessions == 0
    with Store.open(config.home, readonly=True) as store:
        (session,) = score_overview.read_scored_sessions(store, Scope())
    (edit,) = session.edits
    assert [one.rule for one in edit.score.introduced.introduced] == ["pattern/shell-true"]
    assert (edit.path, edit.lines) == (SHOP, 5)


def test_what_was_not_known_before_is_unknown(config: Config) -> None:
    """It has no number, and its faults are nobody's."""
    with Store.open(config.home) as store:
        stored(store, shell().ran(cat(FAULTY)))
    score_sessions.score_stored(config)

    with Store.open(config.home, readonly=True) as store:
        (session,) = score_overview.read_scored_sessions(store, Scope())
    assert session.edits[0].score.value is None
    assert session.edits[0].score.introduced.unknown == ("all: no-before",)
