"""An output without what agents, task runners and terminals put around it.

Each agent frames what a command printed: a line with the status before it, tags around it, a line behind it. In such a
frame the first line says nothing and the last line neither. What remains is the text as the programs wrote it.
"""

import re
from typing import NamedTuple

from twiceshy.stats.text.fingerprint import ANSI

_FIRST_CHARACTERS, _LAST_CHARACTERS = 12_000, 24_000
"""Read of a long output: its head (compilers) and, more, its end (test summaries). Guess of 2026-11-22: agents cut
what they show at about 30,000."""
_LAST_LINE, _LAST_LINES = 80, 400
"""Characters of the end of an output in which a frame names the status: in one line, or in a block of them (guess,
2026-11-22)."""
_HEAD_STATUS = re.compile(
    r"(?:Error: )?(?:Exit code|exit status|Command failed with exit code|Command exited with code|Process exited with "
    r"code|Command failed with exit status|Exited with code|exit code)[ :]*(-?\d+)\.?[ \t]*(?:\n|\Z)"
)
_HEAD_FRAMES = re.compile(
    r"(?:(?:Chunk ID|Wall time|Original token count|Total output lines|Exit code|Command|Directory|Process Group PGID"
    r"|Background PIDs|Signal|Process exited with code)\b[: ].*\n|(?:Output|Command output|Stdout):[ \t]*\n"
    r"|<returncode>-?\d+</returncode>[ \t]*\n?|<(?:output|output_head|stdout|error)>[ \t]*\n?|```\w*[ \t]*\n|[ \t]*\n)+"
)
_WARNING = re.compile(r"<warning>.{0,2000}?</warning>", re.DOTALL)
_FRAME_LINES = re.compile(
    r"^(?:</?(?:output|output_head|output_tail|stdout|stderr|returncode|elided_chars|bash_metadata|error|system)>[ \t]*"
    r"|<elided_chars>.*|\d+ characters elided|<returncode>-?\d+</returncode>.*"
    r"|<(?:shellId: \S+ completed|exited) with exit code -?\d+>"
    r"|Stdout: \(empty\)|Stderr: \(empty\)|Error: \(none\)|Exit Code: .*|Signal: .*|Background PIDs: .*"
    r"|Process Group PGID: .*|Command exited with code -?\d+|(?:Process exited with code|Wall time:|Chunk ID:) .*"
    r"|\(Bash completed with no output\)|\(no output\)|\(nothing\)|\(empty\)|\^C|```)$",
    re.MULTILINE,
)
_FRAME_WORDS = re.compile(
    r"^(?:Stdout|Stderr|Error|Output): (?=\S)|^<(?:output|stdout|stderr|error)>(?=\S)", re.MULTILINE
)
_FRAME_BEGINS = (
    "<",
    "Chunk ID: ",
    "Wall time: ",
    "Exit code: ",
    "Command: ",
    "Output: ",
    "Stdout: ",
    "(Bash completed",
    "(no output)",
    "^C",
)
_STATUS = re.compile(
    r"<returncode>(-?\d+)</returncode>|with exit code (-?\d+)>|^(?:Exit Code|Process exited with code):? (-?\d+)"
    r"|^Command exited with code (-?\d+)",
    re.MULTILINE,
)
_JSON = re.compile(r'\s*\{\s*"(?:output|stdout|returncode|metadata|result)"\s*:')
_PREFIXES = re.compile(
    r"^(?:\[(?![A-Z]|error|info|warn|fail|debug)[\w:./@-]{1,40}\] (?=\S)|[\w@/.-]{1,40}:[a-z][\w:-]{1,30}: (?=\S)"
    r"|[\w.-]{1,40}-\d{1,3}[ ]{1,20}\| |#\d{1,3}"
    r" \d{1,5}\.\d{1,3} |remote: (?=\S))",
    re.MULTILINE,
)
_PREFIX_MARKS = (
    "] ERROR task failed",
    "] $ ",
    "remote: ",
    "-1  | ",
    ":test: ",
    ":build: ",
    ":lint: ",
    ":typecheck: ",
    ":check: ",
)
_BUILDKIT = re.compile(r"^#\d{1,3} \d{1,5}\.\d{1,3} ", re.MULTILINE)


_PLACEHOLDER = re.compile(r"\[([a-z][a-z0-9-]{1,30}):([0-9a-f]{6})\]")
_COVERED = re.compile(r"\u27e6([a-z][a-z0-9-]{1,30})_([0-9a-f]{6})\u27e7")


def cover_placeholders(text: str) -> str:
    """Return the text with redacted values spelled so that none of their characters ends a path or a place."""
    return _PLACEHOLDER.sub("\u27e6\\1_\\2\u27e7", text) if ":" in text else text


def uncover_placeholders(line: str) -> str:
    """Return the line with redacted values as they are stored."""
    return _COVERED.sub(r"[\1:\2]", line) if "\u27e6" in line else line


_SHELL_NOTICES = re.compile(
    r"(?:(?:direnv: |mise (?:WARN|INFO|~|\+|-)|\[?oh-my-zsh\]?|fnm: |asdf: Warning|gitstatus|\[?powerlevel10k\]?"
    r"|Now using node v|Using Node v|Found '[^'\n]{1,300}\.nvmrc'|nvm is not compatible|Agent pid \d"
    r"|Restored session: |Saving session\.\.\.|zsh compin(?:it|stall)|(?:\w+:\d+: )?comp(?:def|init): "
    r"|\[WARNING\]: Console output|\[ERROR\]: gitstatus|\[\w[\w.-]{1,30}\] (?:plugin|theme|loaded|loading|activated)"
    r"|(?:-?(?:ba|z)?sh|perl|/(?:usr/)?bin/\w{1,20}): warning: (?:setlocale|here)"
    r"|\S{0,200}(?:\.zshrc|\.zshenv|\.zprofile|\.bashrc|\.bash_profile|\.profile|\.plugin\.zsh)[: ])"
    r"[^\n]*(?:\n|\Z)|[ \t]*\n)+"
)
"""What a shell's own start says before a command says anything: plugins, version managers, start files that fail."""


def drop_shell_notices(text: str) -> str:
    """Return the text without what the shell said of itself before it."""
    found = _SHELL_NOTICES.match(text)
    return text[found.end() :] if found is not None else text


class UnframedText(NamedTuple):
    """What programs wrote, and the exit status that the frame named."""

    text: str
    status: int | None
    framed: bool
    """Whether a frame of a shell's output was there: the text is then no sentence of the client."""


def unframe_text(text: str) -> UnframedText:
    """Return the beginning and the end of the text, without colours and frames."""
    text = _clean_text(text)
    status: int | None = None
    framed = False
    if (head := _HEAD_STATUS.match(text)) is not None:
        status, framed = int(head[1]), True
        text = text[head.end() :]
    elif _JSON.match(text):
        text, status = _open_json(text)
        framed = True
    elif _looks_framed(text):
        status, framed = _find_status(text), True
        text = _strip_frames(text)
    if any(mark in text for mark in _PREFIX_MARKS):
        text = _PREFIXES.sub("", text)
    elif "\n#" in text or text.startswith("#"):
        text = _BUILDKIT.sub("", text)
    return UnframedText(text, status, framed)


def _clean_text(text: str) -> str:
    if len(text) > _FIRST_CHARACTERS + _LAST_CHARACTERS:
        text = text[:_FIRST_CHARACTERS] + "\n" + text[-_LAST_CHARACTERS:]
    if "\x1b" in text:
        text = ANSI.sub("", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.lstrip("\n\ufeff\x00").rstrip()
    if text.startswith("<tool_use_error>"):
        text = text.removeprefix("<tool_use_error>").removesuffix("</tool_use_error>").strip()
    return text


def _looks_framed(text: str) -> bool:
    """Tell whether one of the agents' frames for commands is around the text."""
    return (
        text.startswith(_FRAME_BEGINS)
        or " with exit code " in text[-_LAST_LINE:]
        or "Command exited with code" in text[-_LAST_LINE:]
        or "Exit Code: " in text[-_LAST_LINES:]
        or text.endswith("^C")
    )


def _find_status(text: str) -> int | None:
    """Return the status that the frame names."""
    if (found := _STATUS.search(text)) is None:
        return None
    return next(int(one) for one in found.groups() if one is not None)


def _strip_frames(text: str) -> str:
    text = _WARNING.sub("", text)
    if (head := _HEAD_FRAMES.match(text)) is not None:
        text = text[head.end() :]
    return _FRAME_LINES.sub("", _FRAME_WORDS.sub("", text)).strip("\n")


def _open_json(text: str) -> tuple[str, int | None]:
    """Return the output and the status of a result that is a JSON object."""
    import json  # noqa: PLC0415  # few results are

    try:
        read = json.loads(text)
    except ValueError:
        return text, None
    meta = read.get("metadata") if isinstance(read.get("metadata"), dict) else read
    status = meta.get("exit_code", read.get("returncode"))
    parts = [read.get(key) for key in ("output", "stdout", "stderr", "result", "exception_info")]
    body = "\n".join(part for part in parts if isinstance(part, str) and part)
    return (_clean_text(body) if body else text), status if isinstance(status, int) else None
