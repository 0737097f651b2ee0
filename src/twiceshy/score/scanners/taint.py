"""Taint: data from outside that reaches a place where it does harm, followed by the semgrep engine's own program.

The program is called, not the command line tool around it: that costs 2 s a call and looks for settings and the net.
Texts are written to a private folder under made-up names, so that nothing of the judged project but their contents is
seen; all of them go through one process. It is bounded in time, memory and output. Where it dies or overruns, its
texts are given to it again in halves, until the one that does it is alone and unknown. Sources and sinks are followed
within one function, and only through what the engine understands: no finding is no proof.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from twiceshy.records.scores import Finding, Layer, Scan, Source
from twiceshy.records.text import Scrubbed
from twiceshy.score.base import fingerprint, unread
from twiceshy.score.folding import folded
from twiceshy.score.places import enclosing
from twiceshy.score.taint_rules import Rules, load

LANGUAGES: Mapping[str, tuple[str, str]] = {
    ".py": ("python", "python"), ".pyi": ("python", "python"), ".pyw": ("python", "python"),
    ".js": ("javascript", "javascript"), ".jsx": ("javascript", "javascript"), ".mjs": ("javascript", "javascript"),
    ".cjs": ("javascript", "javascript"), ".ts": ("javascript", "typescript"), ".tsx": ("javascript", "typescript"),
    ".mts": ("javascript", "typescript"), ".cts": ("javascript", "typescript"), ".go": ("go", "go"),
}  # fmt: skip
"""End of a file's name: its folder of rules, and what the engine calls its language."""
SOURCED = re.compile(
    r"request|\breq\b|argv|environ|getenv|input\(|parse_(?:known_)?args|stdin|random|uuid1|traceback"
    r"|@[\w.]+\.(?:route|get|post|put|patch|delete|head|options|websocket|api_route)\("
)
"""What Python texts have that any source can be in; others need not be folded."""
PREFIX = "twiceshy-taint-"
REASONS: Mapping[str, str] = {
    "Timeout": "timeout", "FixpointTimeout": "timeout", "OutOfMemory": "timeout", "TooManyMatches": "failed",
    "PartialParsing": "unparsed", "LexicalError": "unparsed", "ParseError": "unparsed", "OtherParseError": "unparsed",
    "AstBuilderError": "unparsed", "Lexical error": "unparsed", "Syntax error": "unparsed",
    "Other syntax error": "unparsed", "AST builder error": "unparsed", "Out of memory": "timeout",
    "Stack overflow": "unparsed", "StackOverflow": "unparsed", "Fixpoint timeout": "timeout",
    "Too many matches": "failed",
}  # fmt: skip
"""The engine's kinds of errors, in either of its spellings; any other is ``failed``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a batch may cost. All are guesses, far above what real files took (2026-11-21: at most 0.4 s)."""

    rule_s: float = 5.0
    """Of one rule on one text, by the clock."""
    start_s: float = 20.0
    """Of a process, beside its texts."""
    text_s: float = 3.0
    """Of each text, by the clock; a batch has the sum."""
    memory_mb: int = 1500
    matches: int = 500
    """Findings of one text, beyond which it is generated or hostile."""
    texts: int = 200
    """In one process."""
    characters: int = 8_000_000
    """In one process."""


class Taint:
    """The scanner; see ``score.base.Scanner``."""

    name = "taint"

    def __init__(
        self,
        engine: Path | None,
        engine_version: str,
        scrub: Callable[[str], Scrubbed],
        *,
        limits: Limits = Limits(),  # frozen
        rules: Rules | None = None,
    ) -> None:
        """A scanner with an engine, which may be missing; messages hold a bit of the judged text, thus ``scrub``."""
        self.engine = engine
        self.rules = rules or load()
        self.scrub = scrub
        self.limits = limits
        self.version = f"{self.rules.digest}+{engine_version if engine else 'missing'}"

    def handles(self, path: str) -> bool:
        """Whether there are rules for the file's language."""
        return language_of(path) is not None

    def scan(self, sources: Sequence[Source]) -> list[Scan]:
        """One answer a text, in the same order."""
        scans: list[Scan | None] = []
        for source in sources:
            reason = unread(source) or ("" if self.handles(source.path) else "language")
            reason = reason or ("" if self.engine else "missing")
            scans.append(Scan(unknown=reason) if reason else None)
        for batch in batches([i for i, scan in enumerate(scans) if scan is None], sources, self.limits):
            for index, scan in zip(batch, self.judged([sources[i] for i in batch]), strict=True):
                scans[index] = scan
        return [scan or Scan(unknown="failed") for scan in scans]

    def judged(self, sources: Sequence[Source]) -> list[Scan]:
        """The answers for one batch; where the engine dies, for its halves."""
        answer = self.ask(sources)
        if isinstance(answer, str):
            if len(sources) == 1:
                return [Scan(unknown=answer)]
            middle = len(sources) // 2
            return self.judged(sources[:middle]) + self.judged(sources[middle:])
        return [self.told(source, *answer.get(index, ((), "failed"))) for index, source in enumerate(sources)]

    def ask(self, sources: Sequence[Source]) -> "dict[int, tuple[list[dict[str, Any]], str]] | str":
        """Results and reason for each text by its index, as the engine says them; a reason where all of it failed."""
        try:
            with private_folder() as folder:
                command = [str(self.engine), *written(folder, sources, self.rules), *arguments(self.limits)]
                seconds = self.limits.start_s + self.limits.text_s * len(sources)
                output = run(command, folder, seconds, self.limits)
        except OSError:
            return "failed"
        return output if isinstance(output, str) else answers(output)

    def told(self, source: Source, results: Iterable[dict[str, Any]], reason: str) -> Scan:
        """What the engine's results say about one text."""
        lines = source.text.split("\n")
        found = {}
        for result in results:
            with suppress(KeyError, IndexError, TypeError, ValueError):  # an odd result must not hide the others
                finding = self.finding(source, lines, result)
                found[finding.rule, finding.line, finding.tokens] = finding
        ordered = sorted(found.values(), key=lambda finding: (finding.line, finding.rule, finding.tokens))
        return Scan(findings=tuple(ordered), unknown=reason)

    def finding(self, source: Source, lines: Sequence[str], result: Mapping[str, Any]) -> Finding:
        """One result as a finding."""
        rule = self.rules.rules[result["check_id"]]
        line = int(result["start"]["line"])
        origin, origin_line = spot(result["extra"].get("dataflow_trace", {}).get("taint_source"))
        sink = cut(lines, result["start"], result["end"])
        function = enclosing(lines, line, rule.language)
        name = f"taint/{rule.name}"
        where = f" It comes from `{origin[:80]}` in line {origin_line}." if origin else ""
        return Finding(
            rule=name, layer=Layer.TAINT, severity=rule.severity, path=source.path, line=line, cwe=rule.cwe,
            confidence=round(rule.confidence * self.rules.trust(rule.language, origin), 3),
            message=self.scrub(rule.message + where), function=function,
            fingerprint=fingerprint(name, function, origin, sink), tokens=fingerprint(name, "", origin, sink),
        )  # fmt: skip


def language_of(path: str) -> tuple[str, str] | None:
    """Folder of rules and the engine's name of a file's language."""
    return LANGUAGES.get(PurePosixPath(path).suffix.lower())


def batches(indexes: Sequence[int], sources: Sequence[Source], limits: Limits) -> Iterator[list[int]]:
    """The texts in groups that one process takes."""
    batch: list[int] = []
    size = 0
    for index in indexes:
        length = len(sources[index].text)
        if batch and (len(batch) >= limits.texts or size + length > limits.characters):
            yield batch
            batch, size = [], 0
        batch.append(index)
        size += length
    if batch:
        yield batch


def written(folder: Path, sources: Sequence[Source], rules: Rules) -> list[str]:
    """The engine's arguments for texts and rules, which now lie in the folder."""
    targets = []
    used = set()
    for index, source in enumerate(sources):
        language, analyzer = language_of(source.path) or ("", "")
        used.add(language)
        path = folder / f"{index}{PurePosixPath(source.path).suffix.lower()}"
        text = folded(source.text) if language == "python" and SOURCED.search(source.text) else source.text
        path.write_bytes(text.encode("utf-8", "replace"))
        place = {"fpath": str(path), "ppath": f"/{path.name}"}  # the second is relative to a root, and starts with it
        targets.append(["CodeTarget", {"path": place, "analyzer": analyzer, "products": ["sast"]}])
    (folder / "rules.json").write_text(rules.engine_text(frozenset(used)))
    (folder / "targets.json").write_text(json.dumps(["Targets", targets]))
    return ["-rules", str(folder / "rules.json"), "-targets", str(folder / "targets.json")]


def arguments(limits: Limits) -> list[str]:
    """The engine's other arguments."""
    return [
        "-json_nodots", "-j", "1", "-timeout", str(limits.rule_s), "-timeout_threshold", "3",
        "-max_memory", str(limits.memory_mb), "-max_match_per_file", str(limits.matches), "-disable_rule_paths",
    ]  # fmt: skip


def run(command: Sequence[str], folder: Path, seconds: float, limits: Limits) -> bytes | str:
    """What the program said; a reason where it did not end well. It has no terminal, no settings and no net to call."""
    environment = {
        "HOME": str(folder), "TMPDIR": str(folder), "PATH": os.defpath, "LC_ALL": "C.UTF-8",
        "SEMGREP_SEND_METRICS": "off", "SEMGREP_ENABLE_VERSION_CHECK": "0",
    }  # fmt: skip
    if sys.platform == "win32":
        environment |= {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP") if name in os.environ}
    process = subprocess.Popen(  # noqa: S603  # the pinned program, by its full path
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder,
        env=environment, start_new_session=True,
    )  # fmt: skip
    try:
        bound(process.pid, seconds, limits)
        output = process.communicate(timeout=seconds)[0]
    except subprocess.TimeoutExpired:
        return "timeout"
    finally:
        end(process)
    return output if process.returncode == 0 else "failed"


def bound(pid: int, seconds: float, limits: Limits) -> None:
    """Nothing; where the system can, the process ends by itself even when we are killed, and cannot eat all memory."""
    if sys.platform == "linux":
        import resource  # noqa: PLC0415  # not on Windows

        most = limits.memory_mb * 4 << 20  # addresses, of which the engine reserves far more than it uses
        with suppress(OSError, ValueError):
            resource.prlimit(pid, resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
            resource.prlimit(pid, resource.RLIMIT_AS, (most, most))
            resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


def end(process: "subprocess.Popen[bytes]") -> None:
    """Nothing; the process and what it started are gone."""
    if process.poll() is None:
        with suppress(OSError):
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout:
        process.stdout.close()


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder that only we can read, gone afterwards; those of processes that were killed are swept away too."""
    top = Path(tempfile.gettempdir())
    sweep(top)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))  # mode 0700
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(top: Path) -> None:
    """Nothing; folders of ours whose process is gone are removed. What is not ours, or a link, is left."""
    if sys.platform == "win32":
        return  # there, a process cannot be asked for without harm
    with suppress(OSError):
        for folder in top.glob(f"{PREFIX}*-*"):
            owner = folder.name.removeprefix(PREFIX).partition("-")[0]
            if owner.isdigit() and not folder.is_symlink() and folder.stat().st_uid == os.getuid() and gone(int(owner)):
                shutil.rmtree(folder, ignore_errors=True)


def gone(pid: int) -> bool:
    """Whether there is no such process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def answers(output: bytes) -> "dict[int, tuple[list[dict[str, Any]], str]] | str":
    """The engine's answer by index of text: its results, and why it may have missed some; ``failed`` for no answer."""
    try:
        said = json.loads(output)
        found: dict[int, tuple[list[dict[str, Any]], str]] = {
            index_of(path): ([], "") for path in said["paths"]["scanned"]
        }
        for error in said["errors"]:
            place = (error.get("location") or {}).get("path")
            if not place:
                return "failed"  # of a rule or of the engine: nothing can be believed
            found[index_of(place)] = ([], reason_of(error.get("error_type")))
        for result in said["results"]:
            found[index_of(result["path"])][0].append(result)
    except (ValueError, KeyError, TypeError, AttributeError):
        return "failed"
    return found


def index_of(path: str) -> int:
    """Which text a made-up name stands for."""
    return int(PurePosixPath(path.replace("\\", "/")).stem)


def reason_of(kind: object) -> str:
    """Our word for an error of the engine, which is a word or a list that begins with one."""
    word = kind[0] if isinstance(kind, list) and kind else kind
    return REASONS.get(word, "failed") if isinstance(word, str) else "failed"


def spot(trace: object) -> tuple[str, int]:
    """Text and line of a source in the engine's trace; empty and 0 where it shows none."""
    match trace:
        case ["CliLoc", [{"start": {"line": int(line)}}, str(text)]]:
            return " ".join(text.split()), line
        case ["CliCall", [_, _, inner]]:
            return spot(inner)
    return "", 0


def cut(lines: Sequence[str], start: Mapping[str, int], end: Mapping[str, int]) -> str:
    """The text between two places of the engine: lines from 1, columns from 1, in characters."""
    first, last = start["line"] - 1, end["line"] - 1
    if first == last:
        return lines[first][start["col"] - 1 : end["col"] - 1]
    return "\n".join((lines[first][start["col"] - 1 :], *lines[first + 1 : last], lines[last][: end["col"] - 1]))
