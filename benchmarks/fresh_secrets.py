"""Credentials as sessions of 2026 hold them: what of each lies in the data folder, and what leaves it.

``python -m benchmarks fresh_secrets --half a [--show]``. Each form of ``redaction_corpus/fresh.toml`` comes in by the
place it names, in a session of its own, and the logs go through the real ``ingest`` and ``learn``. Then every byte and
unpacked cell of the data folder is searched for each value, its last half and its middle. What leaves is told twice:
every export, lesson file and memory that can be written of the store, and the gate alone, which sees the texts as if
redaction had seen none. Rules may be made on half ``a``; half ``b`` is opened once.
"""

import argparse
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.logs.builders import Log, a_session

from benchmarks.measure import scratch_environment, twiceshy
from benchmarks.planted_secrets import SHORTEST, read_folder
from benchmarks.redaction_corpus.fresh import PARTS, FreshForm, list_forms
from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.privacy.policy import RedactionLevel, load_rules

_REPEATS = 3
"""Times that a session repeats its form, so that lessons are made of what fails again (our own choice)."""


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks fresh_secrets", description=__doc__)
    parser.add_argument("--half", choices=PARTS, default="a")
    parser.add_argument("--show", action="store_true", help="print each form of which something is in the clear")
    args = parser.parse_args(argv)
    forms = list_forms(args.half)
    with tempfile.TemporaryDirectory(prefix="fresh-") as name:
        stored, left = measure(forms, Path(name))
    alone = find_missed(forms)
    for what, clear in (("data folder", stored), ("leaves", left), ("by the gate alone", alone)):
        print(f"  {what:<18} {len(clear)} of {len(forms)} = {len(clear) / len(forms):.3f} in the clear")
        for form in clear if args.show else ():
            print(f"\n{what}: {form.name} ({form.place})\n{form.text[:600]}\n→ {form.output[:400]}")


def measure(forms: Sequence[FreshForm], scratch: Path) -> tuple[list[FreshForm], list[FreshForm]]:
    """Bring the forms in; return those of which something lies in the data folder, and those that leave it."""
    environment = scratch_environment(scratch)
    project = scratch / "shop"
    subprocess.run(["git", "init", "-q", str(project)], env=environment, check=True)
    folder = scratch / "logs"
    folder.mkdir()
    for number, form in enumerate(forms):
        for turn in range(_REPEATS):
            log = a_session(f"fresh{number}-{turn}", cwd=str(project))
            _ADDS[form.place](log.prompt("go on"), form)
            log.write(folder / f"{log.session_id}.jsonl")
    _call(environment, project, "ingest", str(folder))
    _call(environment, project, "learn")
    out = scratch / "out"
    out.mkdir()
    _call(environment, project, "lessons", "export", "--output", str(out / "lessons.md"), may_fail=True)
    for kind in ("sessions", "lessons", "edits"):
        _call(environment, project, "export", kind, "--output", str(out / f"{kind}.jsonl"), may_fail=True)
    _call(environment, project, "memory", "share", "--yes", may_fail=True)
    return _find_clear(forms, scratch / "store"), _find_clear(forms, out, project)


_ADDS: Mapping[str, Callable[[Log, FreshForm], object]] = {
    "prompt": lambda log, form: log.prompt(form.text),
    "command": lambda log, form: log.runs(form.text, form.output or "ok"),
    "output": lambda log, form: log.runs("./show", form.text),
    "fail": lambda log, form: log.fails("Bash", f"Exit code 1\n{form.text}", command="make deploy"),
    "mcp": lambda log, form: log.calls("mcp__birds__read", query=form.text).result("ok"),
    "read": lambda log, form: log.reads("settings.conf", form.text),
    "write": lambda log, form: log.writes("settings.conf", form.text),
    "edit": lambda log, form: log.edits("app.py", "a = 1", form.text, original="a = 1"),
    "file": lambda log, form: log.writes(form.text, "a = 1\n"),
    "branch": lambda log, form: [record.update(gitBranch=form.text) for record in log.runs("make", "ok").records],
}
"""How a form gets into a session, by the place it names."""


def _find_clear(forms: Sequence[FreshForm], *folders: Path) -> list[FreshForm]:
    """Return the forms of which something lies in the folders."""
    haystack = b"\x00".join(piece for folder in folders for piece in read_folder(folder))
    return [form for form in forms if any(piece.encode() in haystack for piece in list_pieces(form))]


def list_pieces(form: FreshForm) -> Iterator[str]:
    """Yield what must not be found: each value, and of a long one its last half and its middle."""
    for value in form.pieces:
        size = len(value)
        halves = [value[-(size // 2) :], value[size // 4 : -(size // 4)]] if size >= 3 * SHORTEST else []
        yield from (piece for piece in (value, *halves) if len(piece) >= SHORTEST)


def find_missed(forms: Sequence[FreshForm], level: RedactionLevel = RedactionLevel.STANDARD) -> list[FreshForm]:
    """Return the forms that the gate alone lets through."""
    gate = OutgoingTexts(load_rules(), b"s" * 32, level)
    missed = []
    for form in forms:
        cleaned, stays = gate.clean([one for one in (form.text, form.output) if one])
        if stays is None and any(piece in text for piece in list_pieces(form) for text in cleaned):
            missed.append(form)
    return missed


def _call(environment: Mapping[str, str], project: Path, *words: str, may_fail: bool = False) -> None:
    done = subprocess.run(twiceshy(*words), env=dict(environment), cwd=project, capture_output=True, check=False)
    if done.returncode and not may_fail:
        raise SystemExit(f"twiceshy {words[0]} ended with {done.returncode}: {os.fsdecode(done.stderr)[-500:]}")


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
