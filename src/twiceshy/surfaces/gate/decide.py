"""What a rule has to say of an agent's event: one look-up in ``rules.db``, and the end of this session's spool.

Copied beside ``hook.py`` and imported by it only where there are rules. The same limits hold: built-in modules and
small private ones, no text of a session on the disk, and whatever goes wrong, nothing is said. What is said or held
back is noted in the spool under the rule's id.

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

LARGEST_SPOOL = 4 << 20
"""Bytes of a session's notes that are looked at; what a longer one began with is not known."""
MOST_RULES = 64
LARGEST_TEXT = 65_536
"""Characters of an edit or a command that a rule's pattern is looked for in."""
MOST_FOLDERS = 40
FORM = 1
DEFAULT_TIMEOUT_S = {"claude-code": 120.0}
"""Seconds that an agent gives a command when it does not say."""
MOST_TIMEOUT_MS = 600_000
"""What Claude Code gives a command at most."""
BEFORE_CALLS = {"claude-code"}
"""Agents that take words before a call, whatever their version; the others read them after it."""
RECENT = 200
Row = tuple[bytes, str, str, float, str, str, str]


def advise(home: str, where: tuple[str, str, str], given: hook.Given, noted: hook.Given, salt: bytes) -> None:
    """Nothing; what there is to say was printed and noted.

    Args:
        home: the data folder.
        where: agent, event and working folder.
        given: what the agent sent.
        noted: what the spool has of it.
        salt: of every hash.
    """
    now = Now(home, where, given, noted, salt)
    keys = keys_of(now)
    rows = look_up(home, keys) if keys else []
    settings = dict(word.split("=", 1) for row in rows if row[0] == b"b" for word in row[6].split(";"))
    if "patterns" in settings and now.event == "PreToolUse" and noted.get("k") in {"edit", "write"}:
        faults = introduced(now)
        rows += look_up(home, faults) if faults else []
    if len(rows) < 2:  # the settings alone
        return
    now.budget = int(settings.get("budget", "2"))
    now.sets = settings.get("timeout") == "1"
    for row in sorted(rows, key=order):
        if row[0] != b"b" and suits(row, now.agent, now.event, settings) and now.fits(row):
            again = now.heard(row) and row[2] != "block"
            said = outcome(row, now, settings)
            note(now, row, said)
            if said == "s":
                render = hook.beside("render").rendered
                text = render(now.agent, now.event, row[2], "" if again else row[6], now.longer(row))
                system.write(1, text.encode("utf-8", "replace"))
            return


def order(row: Row) -> tuple[bool, bool, float, bool, str]:
    """Refusals first, then warnings; the surest first, and of two alike the one that is about more than the tool."""
    return row[2] != "block", row[2] == "inform", -row[3], row[0][:1] == b"t", row[1]


def keys_of(now: "Now") -> list[bytes]:
    """The keys under which rules for this event may stand."""
    if now.event == "PostToolUseFailure":
        return keys_of_failure(now)
    # Who hears of a call only after it hears of what it was and of how it went at the same time.
    found = keys_of_failure(now) if now.event == "PostToolUse" and failed(now.given) else []
    return found + keys_of_call(now)


def keys_of_failure(now: "Now") -> list[bytes]:
    """Those of what a command's failure said."""
    line = reduced(failure_text(now.given)) if now.noted.get("k") == "run" else ""
    folders = [folder for folder in (now.cwd, main_folder(now.cwd)) if folder]
    return [blob("f", hook.hashed(f"{hook.place(folder)}\0{line}", now.salt)) for folder in folders] if line else []


def keys_of_call(now: "Now") -> list[bytes]:
    """Those of what a call is about, whatever becomes of it."""
    noted, salt = now.noted, now.salt
    action = str(noted.get("k"))
    kind = "edit" if action == "write" else action
    found = [blob("t", hook.hashed(f"{now.agent}\0{kind}", salt))]
    if kind == "edit":
        places = (now.cwd, main_folder(now.cwd))
        found += [blob("d", hook.hashed(hook.place(folder), salt)) for folder in places if folder]
    found.append(blob("n", hook.hashed(hook.text_of(now.given, "tool_name").lower(), salt)))
    if action == "run":
        found.append(blob("w", hook.hashed(program(hook.command_of(now.asked)), salt)))
    if action == "run" and "m" in noted:
        found.append(blob("c", str(noted["m"])))
        head = two_words(hook.command_of(now.asked))
        if head:
            found.append(blob("h", hook.hashed(head, salt)))
        main = main_folder(now.cwd)
        if main:
            found.append(blob("c", hook.command_hash(hook.command_of(now.asked), main, salt)))
    letter = {"edit": "e", "read": "p"}.get(kind, "")
    for named in hook.paths_of(now.asked, action) if letter else ():
        path = hook.absolute(named, now.cwd)
        found.append(blob(letter, hook.hashed(path, salt)))
        main = main_path(path)
        if main:
            found.append(blob(letter, hook.hashed(main, salt)))
    return found


NO_PROGRAMS = {"cd", "echo", "export", "source", "sudo", "env", "time", "sleep", "mkdir", "touch", "rm"}


def two_words(command: str) -> str:
    """The first two words, where they look like a program and its subcommand, as ``advice.keys`` says."""
    words = command.split(None, 2)[:2]
    bare = all(word.replace("-", "a").replace("_", "a").isalnum() and word[0] != "-" for word in words)
    return " ".join(words) if len(words) == 2 and bare and words[0] not in NO_PROGRAMS else ""


def program(command: str) -> str:
    """The program that a line runs first, behind a ``cd``, as ``advice.keys`` says."""
    return hook.first_word(command.partition("&&")[2] or command if command.startswith("cd ") else command)


LANGUAGES = {"py": "python", "js": "javascript", "jsx": "javascript", "mjs": "javascript", "ts": "javascript"}
LANGUAGES |= {"tsx": "javascript", "go": "go"}


def introduced(now: "Now") -> list[bytes]:
    """The keys of the faults that an edit's new text has more of than its old one."""
    path = (hook.paths_of(now.asked, str(now.noted.get("k"))) or [""])[0]
    language = LANGUAGES.get(path.rpartition(".")[2])
    new = hook.text_of(now.asked, "new_string") or hook.text_of(now.asked, "content")
    if not language or not new:
        return []
    found = search().found
    old = {name for name, _ in found(hook.text_of(now.asked, "old_string")[:LARGEST_TEXT], language)}
    names = dict.fromkeys(name for name, _ in found(new[:LARGEST_TEXT], language))
    return [b"x" + name.encode() for name in names if name not in old]


def search() -> "Any":
    """The scanner's small part, beside this script or in its package."""
    if __name__ == "decide":
        return __import__("gate_search")
    return __import__("twiceshy.score.gate_search", fromlist=["found"])


def blob(letter: str, digest: str) -> bytes:
    """The key of a rule."""
    return letter.encode() + bytes.fromhex(digest)


def main_path(path: str) -> str:
    """The path of the same file in the main work tree; empty where it lies in no worktree."""
    folder, main = worktree(path.rpartition("/")[0])
    return main + path[len(folder) :] if main else ""


def main_folder(folder: str) -> str:
    """The folder of the main work tree that stands for a folder of a worktree; empty where it lies in none."""
    tree, main = worktree(folder)
    return main + folder[len(tree) :] if main else ""


def worktree(folder: str) -> tuple[str, str]:
    """The nearest worktree at or above a folder, and its main work tree; empty texts in a main work tree."""
    folder = folder.replace("\\", "/")
    for _ in range(MOST_FOLDERS):
        try:
            mode = system.stat(folder + "/.git").st_mode
        except (OSError, ValueError):
            if not folder:
                break
            folder = folder.rpartition("/")[0]
            continue
        if mode & 0o170000 == 0o100000:  # a file: it names the folder in the main one's .git
            named = hook.content(folder + "/.git").strip().replace("\\", "/")
            head, _, _ = named.partition("/.git/worktrees/")
            if named.startswith("gitdir: ") and head != named:
                return folder, head[len("gitdir: ") :]
        break
    return "", ""


def look_up(home: str, keys: list[bytes]) -> list[Row]:
    """The rules under these keys, and the gate's settings; nothing where the file is of another form."""
    try:
        from _sqlite3 import connect  # noqa: PLC0415  # a third of what `sqlite3` costs
    except ImportError:
        from sqlite3 import connect  # noqa: PLC0415
    path = home.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    connection = connect(f"file:{path}/rules.db?mode=ro&immutable=1", uri=True)
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] != FORM:
            return []
        marks = ",".join("?" * (len(keys) + 1))
        sql = f"SELECT key, id, level, confidence, condition, pattern, text FROM rule WHERE key IN ({marks}) LIMIT ?"  # noqa: S608  # only marks
        rows: list[Row] = connection.execute(sql, (b"b", *keys, MOST_RULES)).fetchall()
    finally:
        connection.close()
    return rows


def suits(row: Row, agent: str, event: str, settings: dict[str, str]) -> bool:
    """Whether this is the event at which an agent takes such words."""
    level = row[2]
    if row[0][:1] == b"f":
        return True
    if level == "block" or agent in BEFORE_CALLS or agent == settings.get("early"):
        return event == "PreToolUse"
    return event == "PostToolUse"


def outcome(row: Row, now: "Now", settings: dict[str, str]) -> str:
    """``s``: it is said; ``h``: held back by lot; ``o``: somebody said to go on all the same."""
    if now.ignored():
        return "o"
    session = str(now.noted.get("s", ""))
    lot = blake2b(f"{session}\0{row[1]}".encode(), key=now.salt, digest_size=2).digest()
    return "h" if int.from_bytes(lot, "big") < int(settings.get("held", "0")) else "s"


def note(now: "Now", row: Row, said: str) -> None:
    """Nothing; the spool has the rule's id and what was done with it."""
    noted = now.noted
    line = f'{{"t":{int(time() * 1000)},"a":"{noted["a"]}","e":"{now.event}","s":"{noted["s"]}"'
    for key in ("c", "r"):
        if key in noted:
            line += f',"{key}":"{noted[key]}"'
    hook.spool(now.home, f'{line},"g":"{row[1]}","l":"{row[2]}","v":"{said}"}}', str(noted["s"]))


class Now:
    """An event with what the session's notes tell; they are read when the first rule asks."""

    def __init__(
        self, home: str, where: tuple[str, str, str], given: hook.Given, noted: hook.Given, salt: bytes
    ) -> None:
        self.home, self.given, self.noted, self.salt = home, given, noted, salt
        self.agent, self.event, self.cwd = where
        asked = given.get("tool_input")
        self.asked: hook.Given = asked if type(asked) is dict else {}
        self.budget = 2
        self.sets = False
        self.text: str | None = None
        self.whole = False

    def spool(self) -> str:
        """The session's notes, this event's own line among them."""
        if self.text is None:
            self.text, cut = tail(f"{self.home}/spool/{self.noted['s']}.jsonl")
            first = self.text.lstrip("\n").partition("\n")[0]
            begun = '"w":"startup"' in first or '"w":"clear"' in first
            self.whole = begun and not cut and '"e":"SessionStart"' in first
        return self.text

    def fits(self, row: Row) -> bool:
        """Whether a rule speaks now: its condition and pattern hold, and it was not heard in this session."""
        _, _, level, _, condition, pattern, _ = row
        if pattern and not self.has(pattern, condition[6:] if condition.startswith("input:") else ""):
            return False
        if condition and not self.holds(condition):
            return False
        spool = self.spool()
        if self.heard(row) and (level != "block" or not condition):  # a second try passes, unless declared
            return bool(self.longer(row))
        return level != "warn" or spool.count('"l":"warn","v":"') - spool.count('"l":"warn","v":"o"') < self.budget

    def heard(self, row: Row) -> bool:
        """Whether this session was told the rule, or it was held back from it."""
        return f'"g":"{row[1]}"' in self.spool()

    def holds(self, condition: str) -> bool:
        """Whether the session is in that state; what is not known does not hold."""
        name, _, value = condition.partition(":")
        if name == "unread":
            return self.unread()
        if name == "retry":
            return self.retry()
        if name == "rerun":
            return self.rerun()
        if name == "short":
            return self.short(float(value.partition(":")[0]))
        if name == "unsearched":
            return self.never('"k":"search"')
        if name == "never":
            return self.never(*[f'"h":"{key}"' for key in value.split(",")])
        if name in {"with", "without"}:
            recent = "".join(self.recent())
            marks = [f'"n":"{key[1:]}"' if key[0] == "n" else f'"h":"{key}"' for key in value.split(",")]
            ran = [mark in recent for mark in marks]
            return any(ran) if name == "with" else self.whole and not all(ran)
        return name == "input"  # where the pattern is looked for

    def has(self, pattern: str, name: str) -> bool:
        """Whether what the call does has the pattern, in one of its inputs where that is named."""
        import re  # noqa: PLC0415  # only where a rule that was looked up needs it

        names = (name,) if name else ("command", "new_string", "content", "cmd")
        texts = [hook.text_of(self.asked, key) for key in names]
        return any(re.search(pattern, text[:LARGEST_TEXT]) for text in texts if text)

    def mine(self, line: str) -> bool:
        """Whether a note is of the same dialogue: the main one or this subagent's; and not of this very call."""
        run, call = self.noted.get("r"), self.noted.get("c")
        if call and f'"c":"{call}"' in line:
            return False
        return f'"r":"{run}"' in line if run else '"r":"' not in line

    def about_file(self) -> list[str]:
        """The notes of this dialogue that are about the event's first file, oldest first."""
        paths = self.noted.get("p")
        if type(paths) is not list or not paths:
            return []
        found, spool, at = [], self.spool(), -1
        while (at := spool.find(paths[0], at + 1)) >= 0:
            start, end = spool.rfind("\n", 0, at) + 1, spool.find("\n", at)
            line = spool[start : end if end >= 0 else len(spool)]
            if self.mine(line):
                found.append(line)
            at = end if end >= 0 else len(spool)
        return found

    def unread(self) -> bool:
        """Whether this dialogue is known not to have seen the file that it edits."""
        spool = self.spool()
        if not self.whole or "p" not in self.noted:
            return False
        for line in self.about_file():
            if '"k":"read"' in line or '"e":"PostToolUse"' in line:
                return False
        path = hook.paths_of(self.asked, str(self.noted.get("k")))[0]
        if hook.hashed(path.replace("\\", "/").rpartition("/")[2], self.salt) in spool:
            return False  # a command or a prompt named a file of that name
        return self.event != "PreToolUse" or hook.exists(hook.absolute(path, self.cwd))

    def never(self, *marks: str) -> bool:
        """Whether none of these is known to stand in the session's notes, and its notes are whole."""
        spool = self.spool()
        return self.whole and not any(mark in spool for mark in marks)

    def retry(self) -> bool:
        """Whether the last edit of this file failed, and it was not read since."""
        bad = False
        for line in self.about_file():
            if '"e":"PostToolUseFailure"' in line and '"k":"read"' not in line:
                bad = True
            elif '"k":"read"' in line or '"e":"PostToolUse"' in line:
                bad = False
        return bad

    def recent(self) -> list[str]:
        """The last ten calls of this dialogue that came to an end, or a person's prompt between them; newest first."""
        found = []
        for line in self.spool()[-RECENT * 400 :].split("\n")[::-1]:
            ended = '"e":"PostToolUse' in line and '"g":"' not in line and self.mine(line)
            if ended or '"e":"UserPromptSubmit"' in line:
                found.append(line)
            if len(found) >= 10:
                break
        return found

    def rerun(self) -> bool:
        """Whether the last call was this same command and failed, and nobody has said anything since."""
        recent = self.recent()[:1]
        return bool(recent) and '"e":"PostToolUseFailure"' in recent[0] and f'"m":"{self.noted.get("m")}"' in recent[0]

    def short(self, needed_s: float) -> bool:
        """Whether the command is given less time than it usually needs."""
        given_s = self.given_s()
        return given_s is not None and given_s < needed_s

    def given_s(self) -> float | None:
        """Seconds that the command is given; None where nobody knows, or it runs behind."""
        if self.asked.get("run_in_background"):
            return None
        told = self.asked.get("timeout")
        if type(told) in {float, int}:
            return float(told) / 1000  # type: ignore[arg-type]  # the line above
        default = hook.said("BASH_DEFAULT_TIMEOUT_MS") if self.agent == "claude-code" else ""
        return int(default) / 1000 if default.isdecimal() else DEFAULT_TIMEOUT_S.get(self.agent)

    def longer(self, row: Row) -> str:
        """The call's whole input with the learned limit as its timeout, as JSON; empty where it is to stay as it is."""
        limit = row[4].split(":")[2:] if self.sets and row[4].startswith("short:") else []
        whole = self.event == "PreToolUse" and hook.text_of(self.given, "tool_name") == "Bash"
        given_s = self.given_s()
        if not limit or not whole or self.agent != "claude-code" or given_s is None:
            return ""
        needed_ms = min(int(float(limit[0]) * 1000), MOST_TIMEOUT_MS)
        if needed_ms <= given_s * 1000:
            return ""
        from json import dumps  # noqa: PLC0415  # only where the user wants it and the command needs it

        try:
            return dumps(self.asked | {"timeout": needed_ms}, allow_nan=False, separators=(",", ":"))
        except ValueError:  # a number that JSON has no form for cannot be given back unchanged
            return ""

    def ignored(self) -> bool:
        """Whether the command says, or the last prompt said, that nothing is to be said."""
        if hook.IGNORE in hook.command_of(self.asked):
            return True
        spool = self.spool()
        at = spool.rfind('"e":"UserPromptSubmit"')
        return at >= 0 and '"i":1' in spool[at:].partition("\n")[0]


def tail(path: str) -> tuple[str, bool]:
    """The end of a file, and whether there is more before it."""
    file = system.open(path, system.O_RDONLY | getattr(system, "O_BINARY", 0))
    try:
        size = system.fstat(file).st_size
        if size > LARGEST_SPOOL:
            system.lseek(file, size - LARGEST_SPOOL, 0)
        parts = []
        while part := system.read(file, 1 << 20):
            parts.append(part)
    finally:
        system.close(file)
    return b"".join(parts).decode("ascii", "replace"), size > LARGEST_SPOOL


def failed(given: hook.Given) -> bool:
    """Whether what came back says so itself, for agents without an event of their own for failures."""
    told = given.get("tool_response")
    if type(told) is not dict:
        return False
    code = told.get("exit_code")
    said = "\n" + hook.text_of(told, "llmContent")  # Gemini CLI names the status in the text for the model
    return bool(told.get("error")) or (type(code) in {int, float} and code != 0) or STATUS in said


def failure_text(given: hook.Given) -> str:
    """What the failure said."""
    told = given.get("tool_response")
    if type(told) is dict:
        for key in ("error", "stderr", "output", "stdout", "llmContent"):
            if text := hook.text_of(told, key):
                return text
    return hook.text_of(given, "error")


STATUS = "\nExit Code: "
"""Stands there only for another status than 0."""
TELLING = ("error", "not found", "no such", "cannot", "denied", "fatal", "failed", "invalid", "unknown", "unable")
LONGEST_TEXT, LONGEST_LINE, MOST_WORDS = 8_000, 400, 14


def reduced(text: str) -> str:
    """The first line that tells of a failure, without what changes from time to time, as ``advice.failures`` says."""
    first = ""
    for line in text[:LONGEST_TEXT].split("\n"):
        low = line.strip().lower()[:LONGEST_LINE]
        if not low or low.startswith(("exit code ", "error: exit code ")):
            continue
        words = words_of(low)
        if len(words) < 2:
            continue
        if any(word in low for word in TELLING):
            return " ".join(words[:MOST_WORDS])
        first = first or " ".join(words[:MOST_WORDS])
    return first


def words_of(line: str) -> list[str]:
    """The words that are nothing but letters, without what frames them."""
    found = []
    for word in line.split():
        bare = word.strip("\"'`()[]{}<>,.:;!?*#-=|")
        if bare.isalpha() and bare.isascii():
            found.append(bare)
    return found
