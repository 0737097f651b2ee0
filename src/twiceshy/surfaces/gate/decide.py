"""Decide what a rule has to say of an agent's event: one look-up in ``rules.db``, and the session's last notes.

Copied beside ``hook.py`` and imported by it only where there are rules. The same limits hold: built-in modules and
small private ones, no text of a session on the disk, and whatever goes wrong, nothing is said. What is said or held out
is noted in the spool under the rule's id.

Whether a file was read is only claimed where the spool holds the session from its start: a session that was resumed, or
whose hooks were installed half-way, is not known well enough. A worktree's files and folders stand for those of its
main work tree, where the history was made.
"""

from time import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

if __name__ != "decide":
    from twiceshy.surfaces.gate import hook
else:
    import hook  # type: ignore[import-not-found,no-redef]  # the script beside this one

try:
    import posix as system
except ImportError:  # Windows
    import nt as system  # type: ignore[import-not-found,no-redef,unused-ignore]  # the branch of the other platform
try:
    from _blake2 import blake2b
except ImportError:  # a Python built without it
    from hashlib import blake2b

_LARGEST_SPOOL = 4 << 20
"""Bytes of a session's notes that are looked at; what a longer one began with is not known."""
_MOST_RULES = 64
_LARGEST_TEXT = 65_536
"""Characters of an edit or a command that a rule's pattern is looked for in."""
_MOST_FOLDERS = 40
_FORM_VERSION = 1
_RECENT_LINES = 200
RuleRow = tuple[bytes, str, str, float, str, str, str]


def advise(home: str, where: tuple[str, str, str], given: hook.Payload, noted: hook.Payload, salt: bytes) -> None:
    """Print what there is to say, and note it.

    Args:
        home: the data folder.
        where: agent, event and working folder.
        given: what the agent sent.
        noted: what the spool has of it.
        salt: of every hash.
    """
    now = GateEvent(home, where, given, noted, salt)
    keys = keys_of(now)
    rows = look_up(home, keys) if keys else []
    settings = dict(word.split("=", 1) for row in rows if row[0] == b"b" for word in row[6].split(";"))
    if "patterns" in settings and now.event == "PreToolUse" and noted.get("k") in {"edit", "write"}:
        faults = find_introduced(now)
        rows += look_up(home, faults) if faults else []
    if len(rows) < 2:  # the settings alone
        return
    now.budget = int(settings.get("budget", "2"))
    now.sets = settings.get("timeout") == "1"
    for row in sorted(rows, key=_sort_key):
        if row[0] != b"b" and _is_right_event(row, now.agent, now.event, settings) and now.is_due(row):
            again = now.has_heard(row) and row[2] != "block"
            said = choose_outcome(row, now, settings)
            _note_advice(now, row, said)
            if said == "s":
                render = hook.import_beside("agents").render_advice
                text = render(now.agent, now.event, row[2], "" if again else row[6], now.lengthen_timeout(row))
                system.write(1, text.encode("utf-8", "replace"))
            return


def _sort_key(row: RuleRow) -> tuple[bool, bool, float, bool, str]:
    """Return the order: refusals, then warnings, the surest first; of equals what is about more than the tool."""
    return row[2] != "block", row[2] == "inform", -row[3], row[0][:1] == b"t", row[1]


def keys_of(now: "GateEvent") -> list[bytes]:
    """Return the keys under which rules for this event may stand."""
    if now.event == "PostToolUseFailure":
        return _keys_of_failure(now)
    # Who hears of a call only after it hears of what it was and of how it went at the same time.
    found = _keys_of_failure(now) if now.event == "PostToolUse" and _has_failed(now.given) else []
    return found + _keys_of_call(now)


def _keys_of_failure(now: "GateEvent") -> list[bytes]:
    """Return the keys of what a command's failure said."""
    line = reduce_failure(_failure_text_of(now.given)) if now.noted.get("k") == "run" else ""
    folders = [folder for folder in (now.cwd, _main_folder_of(now.cwd)) if folder]
    return (
        [_key_of("f", hook.hash_text(f"{hook.shorten_folder(folder)}\0{line}", now.salt)) for folder in folders]
        if line
        else []
    )


def _keys_of_call(now: "GateEvent") -> list[bytes]:
    """Return the keys of what a call is about, whatever becomes of it."""
    noted, salt = now.noted, now.salt
    action = str(noted.get("k"))
    kind = "edit" if action == "write" else action
    found = [_key_of("t", hook.hash_text(f"{now.agent}\0{kind}", salt))]
    if kind == "edit":
        places = (now.cwd, _main_folder_of(now.cwd))
        found += [_key_of("d", hook.hash_text(hook.shorten_folder(folder), salt)) for folder in places if folder]
    found.append(_key_of("n", hook.hash_text(hook.text_of(now.given, "tool_name").lower(), salt)))
    if action == "run":
        found.append(_key_of("w", hook.hash_text(program_of(hook.command_of(now.asked)), salt)))
    if action == "run" and "m" in noted:
        found.append(_key_of("c", str(noted["m"])))
        head = two_words(hook.command_of(now.asked))
        if head:
            found.append(_key_of("h", hook.hash_text(head, salt)))
        main = _main_folder_of(now.cwd)
        if main:
            found.append(_key_of("c", hook.hash_command(hook.command_of(now.asked), main, salt)))
    letter = {"edit": "e", "read": "p"}.get(kind, "")
    for named in hook.paths_of(now.asked, action) if letter else ():
        path = hook.make_absolute(named, now.cwd)
        found.append(_key_of(letter, hook.hash_text(path, salt)))
        main = _main_path_of(path)
        if main:
            found.append(_key_of(letter, hook.hash_text(main, salt)))
    return found


_NO_PROGRAMS = {"cd", "echo", "export", "source", "sudo", "env", "time", "sleep", "mkdir", "touch", "rm"}


def two_words(command: str) -> str:
    """Return the first two words, if they look like a program and its subcommand, as ``advice.keys`` says."""
    words = command.split(None, 2)[:2]
    bare = all(word.replace("-", "a").replace("_", "a").isalnum() and word[0] != "-" for word in words)
    return " ".join(words) if len(words) == 2 and bare and words[0] not in _NO_PROGRAMS else ""


def program_of(command: str) -> str:
    """Return the program that a line runs first, behind a ``cd``, as ``advice.keys`` says."""
    return hook.first_word(command.partition("&&")[2] or command if command.startswith("cd ") else command)


LANGUAGES = {"py": "python", "js": "javascript", "jsx": "javascript", "mjs": "javascript", "ts": "javascript"}
LANGUAGES |= {"tsx": "javascript", "go": "go"}


def find_introduced(now: "GateEvent") -> list[bytes]:
    """Return the keys of the faults that an edit's new text has more of than its old one."""
    path = (hook.paths_of(now.asked, str(now.noted.get("k"))) or [""])[0]
    language = LANGUAGES.get(path.rpartition(".")[2])
    new = hook.text_of(now.asked, "new_string") or hook.text_of(now.asked, "content")
    if not language or not new:
        return []
    found = _load_search().find_faults
    old = {name for name, _ in found(hook.text_of(now.asked, "old_string")[:_LARGEST_TEXT], language)}
    names = dict.fromkeys(name for name, _ in found(new[:_LARGEST_TEXT], language))
    return [b"x" + name.encode() for name in names if name not in old]


def _load_search() -> "Any":
    """Import the scanner's small part, beside this script or from its package."""
    if __name__ == "decide":
        return __import__("gate_search")
    return __import__("twiceshy.score.gate_search", fromlist=["find_faults"])


def _key_of(letter: str, digest: str) -> bytes:
    """Return the key of a rule."""
    return letter.encode() + bytes.fromhex(digest)


def _main_path_of(path: str) -> str:
    """Return the path of the same file in the main work tree; empty where it lies in no worktree."""
    folder, main = _find_worktree(path.rpartition("/")[0])
    return main + path[len(folder) :] if main else ""


def _main_folder_of(folder: str) -> str:
    """Return the main work tree's folder that stands for a folder of a worktree; empty outside of worktrees."""
    tree, main = _find_worktree(folder)
    return main + folder[len(tree) :] if main else ""


def _find_worktree(folder: str) -> tuple[str, str]:
    """Return the nearest worktree at or above a folder, and its main work tree; empty in a main work tree."""
    folder = folder.replace("\\", "/")
    for _ in range(_MOST_FOLDERS):
        try:
            mode = system.stat(folder + "/.git").st_mode
        except (OSError, ValueError):
            if not folder:
                break
            folder = folder.rpartition("/")[0]
            continue
        if mode & 0o170000 == 0o100000:  # a file: it names the folder in the main one's .git
            named = hook.read_text(folder + "/.git").strip().replace("\\", "/")
            head, _, _ = named.partition("/.git/worktrees/")
            if named.startswith("gitdir: ") and head != named:
                return folder, head[len("gitdir: ") :]
        break
    return "", ""


def look_up(home: str, keys: list[bytes]) -> list[RuleRow]:
    """Return the rules under these keys, and the gate's settings; empty where the file is of another form."""
    try:
        from _sqlite3 import connect  # noqa: PLC0415  # a third of what `sqlite3` costs
    except ImportError:
        from sqlite3 import connect  # noqa: PLC0415
    path = home.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    connection = connect(f"file:{path}/rules.db?mode=ro&immutable=1", uri=True)
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] != _FORM_VERSION:
            return []
        marks = ",".join("?" * (len(keys) + 1))
        sql = f"SELECT key, id, level, confidence, condition, pattern, text FROM rule WHERE key IN ({marks}) LIMIT ?"  # noqa: S608  # only marks
        rows: list[RuleRow] = connection.execute(sql, (b"b", *keys, _MOST_RULES)).fetchall()
    finally:
        connection.close()
    return rows


def _is_right_event(row: RuleRow, agent: str, event: str, settings: dict[str, str]) -> bool:
    """Tell whether this is the event at which an agent takes such words."""
    level = row[2]
    if row[0][:1] == b"f":
        return True
    early = agent in hook.import_beside("agents").EARLY_AGENTS or agent in settings.get("early", "").split(",")
    return event == ("PreToolUse" if early or level == "block" else "PostToolUse")


def choose_outcome(row: RuleRow, now: "GateEvent", settings: dict[str, str]) -> str:
    """Return ``s``: it is said; ``h``: the session is in the holdout; ``o``: somebody said to go on all the same."""
    if now.is_ignored():
        return "o"
    session = str(now.noted.get("s", ""))
    lot = blake2b(f"{session}\0{row[1]}".encode(), key=now.salt, digest_size=2).digest()
    return "h" if int.from_bytes(lot, "big") < int(settings.get("held", "0")) else "s"


def _note_advice(now: "GateEvent", row: RuleRow, said: str) -> None:
    """Note in the spool the rule's id and what was done with it."""
    noted = now.noted
    line = f'{{"t":{int(time() * 1000)},"a":"{noted["a"]}","e":"{now.event}","s":"{noted["s"]}"'
    for key in ("c", "r"):
        if key in noted:
            line += f',"{key}":"{noted[key]}"'
    hook.append_to_spool(now.home, f'{line},"g":"{row[1]}","l":"{row[2]}","v":"{said}"}}', str(noted["s"]))


class GateEvent:
    """An event with what the session's notes tell; they are read when the first rule asks."""

    def __init__(
        self, home: str, where: tuple[str, str, str], given: hook.Payload, noted: hook.Payload, salt: bytes
    ) -> None:
        self.home, self.given, self.noted, self.salt = home, given, noted, salt
        self.agent, self.event, self.cwd = where
        asked = given.get("tool_input")
        self.asked: hook.Payload = asked if type(asked) is dict else {}
        self.budget = 2
        self.sets = False
        self.text: str | None = None
        self.whole = False

    def spool(self) -> str:
        """Return the session's notes, this event's own line among them."""
        if self.text is None:
            self.text, cut = _read_tail(f"{self.home}/spool/{self.noted['s']}.jsonl")
            first = self.text.lstrip("\n").partition("\n")[0]
            begun = '"w":"startup"' in first or '"w":"clear"' in first
            self.whole = begun and not cut and '"e":"SessionStart"' in first
        return self.text

    def is_due(self, row: RuleRow) -> bool:
        """Tell whether a rule speaks now: condition and pattern hold, and the session has not heard it."""
        _, _, level, _, condition, pattern, _ = row
        if pattern and not self.has_pattern(pattern, condition[6:] if condition.startswith("input:") else ""):
            return False
        if condition and not self.matches_condition(condition):
            return False
        spool = self.spool()
        if self.has_heard(row) and (level != "block" or not condition):  # a second try passes, unless declared
            return bool(self.lengthen_timeout(row))
        return level != "warn" or spool.count('"l":"warn","v":"') - spool.count('"l":"warn","v":"o"') < self.budget

    def has_heard(self, row: RuleRow) -> bool:
        """Tell whether this session got the rule, or was in the holdout of it."""
        return f'"g":"{row[1]}"' in self.spool()

    def matches_condition(self, condition: str) -> bool:
        """Tell whether the session is in that state; what is not known does not hold."""
        name, _, value = condition.partition(":")
        if name == "unread":
            return self.is_unread()
        if name == "retry":
            return self.is_retry()
        if name == "rerun":
            return self.is_rerun()
        if name == "short":
            return self.has_short_timeout(float(value.partition(":")[0]))
        if name == "unsearched":
            return self.has_none_of('"k":"search"')
        if name == "never":
            return self.has_none_of(*[f'"h":"{key}"' for key in value.split(",")])
        if name in {"with", "without"}:
            recent = "".join(self.recent_notes())
            marks = [f'"n":"{key[1:]}"' if key[0] == "n" else f'"h":"{key}"' for key in value.split(",")]
            ran = [mark in recent for mark in marks]
            return any(ran) if name == "with" else self.whole and not all(ran)
        return name == "input"  # where the pattern is looked for

    def has_pattern(self, pattern: str, name: str) -> bool:
        """Tell whether what the call does has the pattern, in one of its inputs where that is named."""
        import re  # noqa: PLC0415  # only where a rule that was looked up needs it

        names = (name,) if name else ("command", "new_string", "content", "cmd")
        texts = [hook.text_of(self.asked, key) for key in names]
        return any(re.search(pattern, text[:_LARGEST_TEXT]) for text in texts if text)

    def is_own_note(self, line: str) -> bool:
        """Tell whether a note is of this dialogue (the main one or this subagent's) and not of this very call."""
        run, call = self.noted.get("r"), self.noted.get("c")
        if call and f'"c":"{call}"' in line:
            return False
        return f'"r":"{run}"' in line if run else '"r":"' not in line

    def notes_about_file(self) -> list[str]:
        """Return the notes of this dialogue that are about the event's first file, oldest first."""
        paths = self.noted.get("p")
        if type(paths) is not list or not paths:
            return []
        found, spool, at = [], self.spool(), -1
        while (at := spool.find(paths[0], at + 1)) >= 0:
            start, end = spool.rfind("\n", 0, at) + 1, spool.find("\n", at)
            line = spool[start : end if end >= 0 else len(spool)]
            if self.is_own_note(line):
                found.append(line)
            at = end if end >= 0 else len(spool)
        return found

    def is_unread(self) -> bool:
        """Tell whether this dialogue is known not to have seen the file that it edits."""
        spool = self.spool()
        if not self.whole or "p" not in self.noted:
            return False
        for line in self.notes_about_file():
            if '"k":"read"' in line or '"e":"PostToolUse"' in line:
                return False
        path = hook.paths_of(self.asked, str(self.noted.get("k")))[0]
        if hook.hash_text(path.replace("\\", "/").rpartition("/")[2], self.salt) in spool:
            return False  # a command or a prompt named a file of that name
        return self.event != "PreToolUse" or hook.exists(hook.make_absolute(path, self.cwd))

    def has_none_of(self, *marks: str) -> bool:
        """Tell whether none of these is known to stand in the session's notes, and its notes are whole."""
        spool = self.spool()
        return self.whole and not any(mark in spool for mark in marks)

    def is_retry(self) -> bool:
        """Tell whether the last edit of this file failed, and it was not read since."""
        bad = False
        for line in self.notes_about_file():
            if '"e":"PostToolUseFailure"' in line and '"k":"read"' not in line:
                bad = True
            elif '"k":"read"' in line or '"e":"PostToolUse"' in line:
                bad = False
        return bad

    def recent_notes(self) -> list[str]:
        """Return the last ten ended calls of this dialogue, and a person's prompts between; newest first."""
        found = []
        for line in self.spool()[-_RECENT_LINES * 400 :].split("\n")[::-1]:
            ended = '"e":"PostToolUse' in line and '"g":"' not in line and self.is_own_note(line)
            if ended or '"e":"UserPromptSubmit"' in line:
                found.append(line)
            if len(found) >= 10:
                break
        return found

    def is_rerun(self) -> bool:
        """Tell whether the last call was this same command and failed, and nobody has said anything since."""
        recent = self.recent_notes()[:1]
        return bool(recent) and '"e":"PostToolUseFailure"' in recent[0] and f'"m":"{self.noted.get("m")}"' in recent[0]

    def has_short_timeout(self, needed_s: float) -> bool:
        """Tell whether the command is given less time than it usually needs."""
        given_s = self.timeout_s()
        return given_s is not None and given_s < needed_s

    def timeout_s(self) -> float | None:
        """Return the seconds that the command is given; None if nobody knows, or it runs in the background."""
        if self.asked.get("run_in_background"):
            return None
        told = self.asked.get("timeout")
        if type(told) in {float, int}:
            return float(told) / 1000  # type: ignore[arg-type]  # the line above
        agents = hook.import_beside("agents")
        default = hook.read_env(agents.TIMEOUT_VARIABLES.get(self.agent, ""))
        return int(default) / 1000 if default.isdecimal() else agents.DEFAULT_TIMEOUT_S.get(self.agent)

    def lengthen_timeout(self, row: RuleRow) -> str:
        """Return the call's whole input with the learned limit as its timeout, as JSON; empty if it stays."""
        limit = row[4].split(":")[2:] if self.sets and row[4].startswith("short:") else []
        whole = self.event == "PreToolUse" and hook.text_of(self.given, "tool_name") == "Bash"
        given_s = self.timeout_s()
        most_ms = hook.import_beside("agents").MOST_TIMEOUT_MS.get(self.agent)
        if not limit or not whole or not most_ms or given_s is None:
            return ""
        needed_ms = min(int(float(limit[0]) * 1000), most_ms)
        if needed_ms <= given_s * 1000:
            return ""
        from json import dumps  # noqa: PLC0415  # only where the user wants it and the command needs it

        try:
            return dumps(self.asked | {"timeout": needed_ms}, allow_nan=False, separators=(",", ":"))
        except ValueError:  # a number that JSON has no form for cannot be given back unchanged
            return ""

    def is_ignored(self) -> bool:
        """Tell whether the command says, or the last prompt said, that nothing is to be said."""
        if hook.IGNORE_MARK in hook.command_of(self.asked):
            return True
        spool = self.spool()
        at = spool.rfind('"e":"UserPromptSubmit"')
        return at >= 0 and '"i":1' in spool[at:].partition("\n")[0]


def _read_tail(path: str) -> tuple[str, bool]:
    """Return the end of a file, and whether there is more before it."""
    file = system.open(path, system.O_RDONLY | getattr(system, "O_BINARY", 0))
    try:
        size = system.fstat(file).st_size
        if size > _LARGEST_SPOOL:
            system.lseek(file, size - _LARGEST_SPOOL, 0)
        parts = []
        while part := system.read(file, 1 << 20):
            parts.append(part)
    finally:
        system.close(file)
    return b"".join(parts).decode("ascii", "replace"), size > _LARGEST_SPOOL


def _has_failed(given: hook.Payload) -> bool:
    """Tell whether what came back says that it failed, for agents without an event of their own for failures."""
    told = given.get("tool_response")
    if type(told) is not dict:
        return False
    code = told.get("exit_code")
    said = "\n" + hook.text_of(told, "llmContent")  # Gemini CLI names the status in the text for the model
    return bool(told.get("error")) or (type(code) in {int, float} and code != 0) or _STATUS_MARK in said


def _failure_text_of(given: hook.Payload) -> str:
    """Return what the failure said."""
    told = given.get("tool_response")
    if type(told) is dict:
        for key in ("error", "stderr", "output", "stdout", "llmContent"):
            if text := hook.text_of(told, key):
                return text
    return hook.text_of(given, "error")


_STATUS_MARK = "\nExit Code: "
"""Stands there only for another status than 0."""
_FAILURE_WORDS = (
    "error",
    "not found",
    "no such",
    "cannot",
    "denied",
    "fatal",
    "failed",
    "invalid",
    "unknown",
    "unable",
)
_LONGEST_TEXT, _LONGEST_LINE, _MOST_WORDS = 8_000, 400, 14


def reduce_failure(text: str) -> str:
    """Return the first line that tells of a failure, without what varies, as ``advice.failures`` says."""
    first = ""
    for line in text[:_LONGEST_TEXT].split("\n"):
        low = line.strip().lower()[:_LONGEST_LINE]
        if not low or low.startswith(("exit code ", "error: exit code ")):
            continue
        words = _words_of(low)
        if len(words) < 2:
            continue
        if any(word in low for word in _FAILURE_WORDS):
            return " ".join(words[:_MOST_WORDS])
        first = first or " ".join(words[:_MOST_WORDS])
    return first


def _words_of(line: str) -> list[str]:
    """Return the words that are nothing but letters, without what frames them."""
    found = []
    for word in line.split():
        bare = word.strip("\"'`()[]{}<>,.:;!?*#-=|")
        if bare.isalpha() and bare.isascii():
            found.append(bare)
    return found
