"""Whether any verb runs a program that a repository's settings name: forty settings, every verb that reads projects.

``python -m benchmarks named_programs [--each] [--show]``: a clone whose settings, attributes, hooks, submodule and
embedded repositories name a program at forty places, and whose files were touched, so that git must look there. Every
verb of ``hostile_clone`` runs in it, and ``memory push`` and ``handoff``; a program that runs leaves a mark.
First git itself shows that the places are real: the marks of seven plain commands of it are counted. Without ``--each``
all places are set at once; with it also one by one, since one setting can keep git from coming to the next.
"""

import argparse
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.hostile_attempts import Scene
from benchmarks.hostile_clone import VERBS, Trial


class Place(NamedTuple):
    """A setting that names a program; ``PROGRAM`` stands for it."""

    key: str
    value: str = "PROGRAM"


PLACES: tuple[Place, ...] = (
    *(Place(f"filter.{name}.{way}") for name in ("x", "y=z") for way in ("clean", "smudge", "process")),
    Place("diff.x.textconv"),
    Place("diff.x.command"),
    Place("diff.external"),
    Place("merge.x.driver", "PROGRAM %O %A %B"),
    Place("core.fsmonitor"),
    Place("core.hooksPath", "HOOKS"),
    Place("core.pager"),
    Place("core.editor"),
    Place("core.sshCommand"),
    Place("core.askPass"),
    Place("core.gitProxy"),
    Place("core.alternateRefsCommand"),
    Place("pager.status"),
    Place("pager.log"),
    Place("sequence.editor"),
    Place("credential.helper", "!PROGRAM"),
    Place("credential.https://host.invalid.helper", "!PROGRAM"),
    Place("gpg.program"),
    Place("gpg.ssh.program"),
    Place("gpg.x509.program"),
    Place("gpg.ssh.defaultKeyCommand"),
    Place("interactive.diffFilter"),
    Place("trailer.x.command"),
    Place("trailer.y.cmd"),
    Place("alias.status", "!PROGRAM"),
    Place("alias.twice", "!PROGRAM"),
    Place("remote.origin.uploadpack"),
    Place("remote.origin.receivepack"),
    Place("remote.origin.vcs", "x"),
    Place("url.ext::PROGRAM .insteadOf", "https://"),
    Place("uploadpack.packObjectsHook"),
    Place("submodule.sub.update", "!PROGRAM"),
    Place("tar.tar.gz.command"),
    Place("difftool.x.cmd"),
    Place("mergetool.x.cmd"),
    Place("hook.x.command"),
)
"""Forty settings, as git 2.39 to 2.51 describe them, two of them for a filter whose name has a ``=``."""
HOOKS = (
    *("post-index-change", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman", "post-checkout"),
    *("pre-push", "pre-receive", "update", "post-receive", "post-update", "proc-receive", "pre-commit", "post-rewrite"),
)
ATTRIBUTES = "* filter=x diff=x merge=x\n*.toml filter=y=z\n"
OUR_VERBS = VERBS | {"memory push for real": ["memory", "push", "--yes"], "show": ["show", "HEAD"]}
CONTROL = (
    ["status"],
    ["diff"],
    ["log", "-p", "--show-signature", "-1"],
    ["add", "-A"],
    ["push", "-q", "origin", "HEAD"],
    ["twice"],
    ["fetch", "https://host.invalid/x"],
)


def slug_of(place: Place) -> str:
    """Return the name of the place's program."""
    return "".join(letter if letter.isalnum() else "-" for letter in place.key)


def set_places(scene: Scene, places: Sequence[Place]) -> None:
    """Put the settings into the clone, with all that makes git come to them."""
    marks = scene.outside / "marks"
    marks.mkdir(exist_ok=True)
    hooks = scene.outside / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in HOOKS:
        _write_program(hooks / name, marks / f"hook {name}")
    for place in places:
        program = scene.outside / f"program-{slug_of(place)}"
        _write_program(program, marks / place.key.partition(".")[0] / slug_of(place))
        value = place.value.replace("PROGRAM", str(program)).replace("HOOKS", str(hooks))
        _git(scene.project, "config", "--add", place.key.replace("PROGRAM", str(program)), value)
    (scene.project / ".gitattributes").write_text(ATTRIBUTES)
    own = scene.project / ".git" / "hooks"
    own.mkdir(exist_ok=True)
    for name in HOOKS:
        shutil.copy(hooks / name, own / name)
    _embed(scene)
    for path in (scene.project / "CLAUDE.md", scene.project / "src" / "app.py"):
        path.write_text(path.read_text() + "# touched\n")
    clear_marks(scene)  # git ran a filter while the submodule was added


def _write_program(path: Path, mark: Path) -> None:
    path.write_text(f"#!/bin/sh\nmkdir -p '{mark}'\ncat\n")
    path.chmod(0o755)


def _embed(scene: Scene) -> None:
    """Put a submodule with settings of its own, and a bare repository that is the clone's remote, into the clone."""
    bare, sub = scene.project / "vendor.git", scene.project / "sub"
    for path in (bare, sub):
        subprocess.run(["git", "init", "-q", *(["--bare"] if path is bare else []), str(path)], check=True)
    for name in HOOKS:
        shutil.copy(scene.outside / "hooks" / name, bare / "hooks" / name)
        shutil.copy(scene.outside / "hooks" / name, sub / ".git" / "hooks" / name)
    inner = scene.outside / "program-of-the-submodule"
    _write_program(inner, scene.outside / "marks" / "submodule")
    (sub / "a.txt").write_text("one\n")
    who = ("-c", "user.name=a", "-c", "user.email=a@b.invalid", "-c", "core.hooksPath=/dev/null")
    _git(sub, *who, "add", "-A")
    _git(sub, *who, "commit", "-qm", "one")
    for key in ("filter.x.clean", "core.fsmonitor"):
        _git(sub, "config", key, str(inner))
    (sub / ".gitattributes").write_text("* filter=x\n")
    (sub / "a.txt").write_text("two\n")
    _git(scene.project, "config", "remote.origin.url", str(bare))
    _git(scene.project, "config", "submodule.sub.ignore", "none")
    head = subprocess.run(
        ["git", "-C", str(sub), "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    ).stdout.strip()
    quiet = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false")
    _git(scene.project, *quiet, "update-index", "--add", "--cacheinfo", f"160000,{head},sub")
    (scene.project / ".gitmodules").write_text('[submodule "sub"]\n\tpath = sub\n\turl = ./sub\n\tignore = none\n')


def _git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


def list_marks(scene: Scene) -> set[str]:
    """Return the programs that ran."""
    marks = scene.outside / "marks"
    return {
        path.relative_to(marks).as_posix() for path in marks.rglob("*") if path.is_dir() and not any(path.iterdir())
    }


def run_control(scene: Scene) -> set[str]:
    """Return what git runs by itself in the clone, and clear the marks."""
    for words in CONTROL:
        subprocess.run(
            ["git", "-C", str(scene.project), *words], check=False, capture_output=True, stdin=subprocess.DEVNULL,
            timeout=60,
        )  # fmt: skip
    found = list_marks(scene)
    clear_marks(scene)
    return found


def clear_marks(scene: Scene) -> None:
    """Forget which programs ran."""
    shutil.rmtree(scene.outside / "marks")
    (scene.outside / "marks").mkdir()


def main(words: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="named_programs")
    parser.add_argument("--each", action="store_true", help="one setting after the other, too")
    parser.add_argument("--show", action="store_true", help="print what each attempt showed")
    args = parser.parse_args(list(words))
    scenes: list[tuple[Place, ...]] = [PLACES]
    if args.each:
        scenes += [(place,) for place in PLACES]
    ran: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="named", ignore_cleanup_errors=True) as folder:
        trial = SettingsTrial(Path(folder).resolve())
        for places in scenes:
            found = trial.try_places(places)
            ran |= found
            if args.show or found:
                print(f"{places[0].key if len(places) == 1 else 'all at once'}: {sorted(found) or 'none'}", flush=True)
    print(f"git by itself ran {len(trial.control)} programs: {', '.join(sorted(trial.control))}")
    print(f"{len(ran)} programs ran in {len(scenes)} clones, {len(PLACES)} settings, {len(OUR_VERBS)} verbs")


class SettingsTrial(Trial):
    """The verbs in a clone with such settings."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.verbs = OUR_VERBS
        self.control: set[str] = set()

    def try_places(self, places: Sequence[Place]) -> set[str]:
        """Return the programs that our verbs ran."""
        scene = self.renew()
        set_places(scene, places)
        if not self.control:
            copy = self.live.with_name("control")
            shutil.copytree(self.live, copy, symlinks=True)
            self.control = run_control(scene)
            shutil.rmtree(scene.project)
            shutil.copytree(copy / "clone", scene.project, symlinks=True)
            shutil.rmtree(copy)
        os.utime(scene.project / "src" / "app.py")
        for _ in self._try_verbs(scene):
            pass
        for _ in self._try_hooks(scene):
            pass
        return list_marks(scene)
