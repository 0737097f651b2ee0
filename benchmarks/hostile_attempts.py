"""Sixty things that a cloned repository could try, each a function that puts it into a project.

They are forms, not one program's faults: links, devices, pipes, sockets, files too long, slow, nested or swapped while
they are read, odd names, TOML and YAML that cost too much, settings of git that name programs, settings of ours that
are not a project's to make. ``Scene`` names what lies outside: a secret that must not be shown, and a program that must
not run.
"""

import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

CONFIG, WORKFLOW, LESSONS = ".twiceshy/config.toml", ".twiceshy/workflow.toml", ".twiceshy/lessons.yaml"
REPORT, LOG = "report.sarif", "session.jsonl"


class Scene(NamedTuple):
    """The folders of a trial."""

    project: Path
    """The hostile clone."""
    good: Path
    """Another project of the same person."""
    outside: Path
    """A folder that is nobody's project: `secret.toml`, and `program`, which leaves `ran` beside it."""
    stop: threading.Event
    """Set when the trial is over, for what goes on in the background."""


class Attempt(NamedTuple):
    """One thing to try."""

    kind: str
    name: str
    make: Callable[[Scene], None]


def link(name: str, target: str) -> Attempt:
    """Try a link in place of a file; `outside` and `good` stand for these folders."""

    def make(scene: Scene) -> None:
        place = put_away(scene.project / name)
        place.symlink_to(target.replace("OUTSIDE", str(scene.outside)).replace("GOOD", str(scene.good)))

    return Attempt("link" if target[:5] != "/dev/" else "device", f"{name} -> {target}", make)


def put_away(place: Path) -> Path:
    """Make room for a file."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_symlink() or place.is_file():
        place.unlink()
    elif place.is_dir():
        place.rename(place.with_name(place.name + ".before"))
    return place


def pipe(name: str) -> Attempt:
    return Attempt("pipe", f"{name} is a pipe", lambda scene: os.mkfifo(put_away(scene.project / name)))


def drip(name: str) -> Attempt:
    """Try a pipe into which a letter falls each second."""

    def feed(place: Path, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                file = os.open(place, os.O_WRONLY | os.O_NONBLOCK)
            except OSError:
                time.sleep(0.05)
                continue
            try:
                while not stop.wait(0.5):
                    os.write(file, b"#")
            except OSError:
                pass
            finally:
                os.close(file)

    def make(scene: Scene) -> None:
        os.mkfifo(put_away(scene.project / name))
        threading.Thread(target=feed, args=(scene.project / name, scene.stop), daemon=True).start()

    return Attempt("slow", f"{name} drips", make)


def plug(name: str) -> Attempt:
    def make(scene: Scene) -> None:
        place, here = put_away(scene.project / name), Path.cwd()
        os.chdir(place.parent)  # a socket's name has at most 100 characters
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(place.name)
        os.chdir(here)

    return Attempt("socket", f"{name} is a socket", make)


def text(kind: str, name: str, words: Callable[[Scene], bytes], about: str) -> Attempt:
    return Attempt(
        kind, f"{name}: {about}", lambda scene: (put_away(scene.project / name).write_bytes(words(scene)), None)[1]
    )


def sparse(name: str, size: int) -> Attempt:
    def make(scene: Scene) -> None:
        put_away(scene.project / name).touch()
        os.truncate(scene.project / name, size)

    return Attempt("huge", f"{name} says that it has {size >> 30} GB", make)


def swap(name: str, target: str) -> Attempt:
    """Try a file that is a link every other moment."""

    def work(place: Path, away: str, stop: threading.Event) -> None:
        plain, aside = place.read_bytes() if place.is_file() else b"#\n", place.with_name("aside")
        while not stop.is_set():
            aside.unlink(missing_ok=True)
            aside.symlink_to(away)
            aside.replace(place)
            aside.write_bytes(plain)
            aside.replace(place)
            time.sleep(0.0005)

    def make(scene: Scene) -> None:
        place = scene.project / name
        place.parent.mkdir(parents=True, exist_ok=True)
        away = target.replace("OUTSIDE", str(scene.outside))
        threading.Thread(target=work, args=(place, away, scene.stop), daemon=True).start()

    return Attempt("swapped", f"{name} becomes a link to {target} and back", make)


def git_setting(key: str, value: str, attributes: str = "") -> Attempt:
    def make(scene: Scene) -> None:
        words = value.replace("PROGRAM", str(scene.outside / "program")).replace("OUTSIDE", str(scene.outside))
        subprocess.run(["git", "-C", str(scene.project), "config", key, words], check=True)
        if attributes:
            (scene.project / ".gitattributes").write_text(attributes)

    return Attempt("git", f"{key} = {value}", make)


def bury(scene: Scene) -> None:
    """Make 150 folders, one in the other, with a log at the end."""
    place = scene.project
    for _ in range(150):
        place /= "d"
    place.mkdir(parents=True)
    (place / LOG).write_text("{}")


def crowd(scene: Scene) -> None:
    """Make 5,000 files and a link in circles."""
    for number in range(5_000):
        (scene.project / f"n{number}.json").touch()
    (scene.project / "circle").symlink_to(".")


def build_bomb(scene: Scene) -> None:
    """Commit ten folders that hold ten folders ... : 10^9 files in ten objects, checked out by nobody."""
    run = ["git", "-C", str(scene.project)]
    tree = subprocess.run([*run, "rev-parse", "HEAD^{tree}"], capture_output=True, text=True, check=True).stdout.strip()
    for _ in range(9):
        rows = "".join(f"040000 tree {tree}\tf{number}\n" for number in range(10))
        tree = subprocess.run([*run, "mktree"], input=rows, capture_output=True, text=True, check=True).stdout.strip()
    who = ["-c", "user.name=a", "-c", "user.email=a@b.invalid"]
    said = subprocess.run(
        [*run, *who, "commit-tree", tree, "-p", "HEAD", "-m", "x"], capture_output=True, text=True, check=True
    )
    subprocess.run([*run, "update-ref", "HEAD", said.stdout.strip()], check=True)


def pretend_worktree(scene: Scene) -> None:
    """Say that this is a work tree of the other project."""
    put_away(scene.project / ".git").write_text(f"gitdir: {scene.good}/.git/worktrees/x\n")


def name_oddly(scene: Scene) -> None:
    """Name files as options, lines, bytes and escapes."""
    for name in (
        b"--output=x",
        b"-",
        b"a\nb.py",
        b"\xff\xfe.py",
        b"\x1b]0;x\x07.py",
        b"x" * 250,
        b"$(touch ran).py",
        b"~",
    ):
        Path(os.fsdecode(os.path.join(os.fsencode(scene.project), name))).write_text("x = eval(input())\n")  # noqa: PTH118
    subprocess.run(["git", "-C", str(scene.project), "add", "-A"], check=True, capture_output=True)


ALTERNATES = ".git/objects/info/alternates"
LAUGHS = b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"%c: &%c [%b]\n" % (at, at, b", ".join([b"*%c" % (at - 1)] * 9)) for at in range(ord("b"), ord("k"))
)
ATTEMPTS = (
    *(link(name, "/proc/self/fd/1") for name in (CONFIG, WORKFLOW, REPORT)),
    *(link(name, "/dev/zero") for name in (CONFIG, WORKFLOW, LESSONS, "AGENTS.md", "src/app.py", REPORT, LOG)),
    *(link(name, "/dev/ptmx") for name in (CONFIG, WORKFLOW)),
    *(link(name, "OUTSIDE/secret.toml") for name in (CONFIG, WORKFLOW, LESSONS, "CLAUDE.md")),
    link(".twiceshy", "OUTSIDE"),
    link(".claude", "OUTSIDE"),
    link(".claude/settings.local.json", "OUTSIDE/secret.toml"),
    link(".git", "GOOD/.git"),
    Attempt("git", ".git says that this is a work tree of another project", pretend_worktree),
    *(pipe(name) for name in (CONFIG, WORKFLOW, LESSONS, "CLAUDE.md", "src/app.py", REPORT, LOG)),
    *(pipe(name) for name in (".git/HEAD", ".git/config", ".git/index", ALTERNATES)),
    *(plug(name) for name in (CONFIG, WORKFLOW)),
    *(sparse(name, 1 << 40) for name in ("CLAUDE.md", REPORT)),
    text("huge", CONFIG, lambda _: b"#" * (60 << 20), "60 MB"),
    *(drip(name) for name in (CONFIG, WORKFLOW, LOG)),
    Attempt("nested", "150 folders, one in the other", bury),
    Attempt("nested", "5,000 files, and a link in circles", crowd),
    swap(CONFIG, "/dev/zero"),
    swap(WORKFLOW, "OUTSIDE/secret.toml"),
    swap("CLAUDE.md", "/dev/ptmx"),
    Attempt("name", "names that are options, lines, bytes and escapes", name_oddly),
    text("toml", CONFIG, lambda _: b"a." * 30_000 + b"a = 1", "a key of 30,000 parts"),
    text("toml", WORKFLOW, lambda _: b"a = " + b"[" * 60_000, "60,000 lists, one in the other"),
    text("toml", WORKFLOW, lambda _: b'documents = ["../../../../../dev/zero", "/etc/passwd"]', "documents elsewhere"),
    text("yaml", LESSONS, lambda _: LAUGHS, "a word that means 10^9 words"),
    text("yaml", LESSONS, lambda _: b"usage_patterns: " + b"[" * 20_000, "lists, one in the other"),
    text("text", "CLAUDE.md", lambda _: b"[MANDATORY" * 20_000, "a line that takes patterns long"),
    text("setting", CONFIG, lambda scene: b'home = "%b/home"' % os.fsencode(scene.outside), "another data folder"),
    text(
        "setting",
        CONFIG,
        lambda scene: b'[tools]\nsemgrep = "%b/program"\nruff = "%b/program"' % ((os.fsencode(scene.outside),) * 2),
        "programs to run",
    ),
    git_setting("core.fsmonitor", "PROGRAM"),
    git_setting("core.hooksPath", "OUTSIDE"),
    git_setting("diff.x.textconv", "PROGRAM", "* diff=x filter=x\n"),
    git_setting("filter.x.clean", "PROGRAM", "* filter=x\n"),
    git_setting("include.path", "/dev/zero"),
    Attempt("git", "ten objects that name 10^9 files", build_bomb),
)
