"""An agent that really works in a folder and writes the story that a log of it would tell."""

import difflib
import subprocess
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from twiceshy.base.values import Scrubbed
from twiceshy.commands.shell import command_heads
from twiceshy.commands.shell.masked_status import is_masked
from twiceshy.records.stories import ChangedFile, Moment, Step, Story

BEGUN = datetime(2026, 9, 1, 12, tzinfo=UTC)


def hashed(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=8).digest()


class Agent:
    """Each word does something for real, where there is a folder, and adds a moment."""

    def __init__(self, folder: Path | None = None, *, whole_texts: bool = True) -> None:
        self.folder = folder
        self.whole_texts = whole_texts
        self.moments: list[Moment] = []
        self.files: dict[str, str] = {}
        self.bodies: dict[str, str] = {}
        """Texts by the hex of their hash."""

    @property
    def story(self) -> Story:
        return Story(
            session=b"s" * 16,
            agent="codex",
            project=Scrubbed("remote:git.example.test/shop/web"),
            project_name="web",
            cwd=Scrubbed("/home/[user:1]/web"),
            model="m",
            first_at=BEGUN,
            last_at=BEGUN,
            real=True,
            moments=tuple(self.moments),
        )

    def step(self, kind: str, **more: object) -> Step:
        number = len(self.moments) + 1
        values = {"kind": kind, "uid": number.to_bytes(16, "big"), "run": None, "at": float(number)} | more
        return Step(**values)  # type: ignore[arg-type]  # the fields' own types

    def says(self, text: str, kind: str = "typed") -> bytes:
        return self.add(Moment(self.step("prompt", name=kind), text=text, human=kind not in {"sdk", "plan"}))

    def replies(self, text: str) -> bytes:
        return self.add(Moment(self.step("reply"), text=text))

    def marks(self, name: str) -> bytes:
        return self.add(Moment(self.step("mark", name=name)))

    def edits(self, path: str, text: str, *, failure: str | None = None) -> bytes:
        """The whole file has this text now; what it had before is read from the disk, where there is one."""
        place = self.folder / path if self.folder else None
        before = (place.read_text() if place.exists() else None) if place else self.files.get(path)
        step = self.step("call", name="Edit", action="edit", path=path, edited=(path,), failure=failure)
        if failure:
            return self.add(Moment(step))
        if place:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
        self.files[path] = text
        self.bodies |= {hashed(one).hex(): one for one in (before or "", text)}
        lines = list(difflib.ndiff((before or "").splitlines(), text.splitlines()))
        changed = ChangedFile(
            path=Scrubbed(path),
            path_key=hashed(path),
            added=tuple(hashed(line[2:]) for line in lines if line.startswith("+ ")),
            removed=tuple(hashed(line[2:]) for line in lines if line.startswith("- ")),
            created=before is None,
            deleted=False,
            user_modified=False,
            before=hashed(before or "") if self.whole_texts else None,
            after=hashed(text) if self.whole_texts else None,
        )
        return self.add(Moment(step, changed=(changed,)))

    def runs(self, command: str, output: str | None = None, status: int = 0) -> bytes:
        """The command's own output and status, where there is a folder and no output is given."""
        if output is None and self.folder:
            done = subprocess.run(["bash", "-c", command], cwd=self.folder, capture_output=True, text=True, check=False)
            output, status = done.stdout + done.stderr, done.returncode
        step = self.step(
            "call",
            name="Bash",
            action="run",
            text=command,
            head=command_heads.head(command),
            masked=is_masked(command),
            failure="error" if status else None,
        )
        return self.add(Moment(step, text=output or "", command=command, exit_code=status))

    def reads(self, path: str, text: str = "x") -> bytes:
        step = self.step("call", name="Read", action="read", path=path, size=len(text))
        return self.add(Moment(step, text=text))

    def is_refused(self, path: str = "a.py", words: str = "no, the other file") -> bytes:
        step = self.step("call", name="Edit", action="edit", path=path, failure="rejected")
        return self.add(Moment(step, words=words))

    def add(self, moment: Moment) -> bytes:
        self.moments.append(moment)
        return moment.step.uid
