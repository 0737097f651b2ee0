"""Tell whether a rule speaks now: what the session's notes say of its condition, and whether it was heard before.

Copied beside ``hook.py`` and imported only where a rule was found for the event; the notes are read when the first
rule asks. Whether a file was read is only claimed where the spool holds the session from its start: a session that was
resumed, or whose hooks were installed half-way, is not known well enough.
"""

if __name__ != "conditions":
    from twiceshy.base.foreign_files import open_foreign
    from twiceshy.commands.keys import call_keys, gate_keys
    from twiceshy.doors.gate import hook
    from twiceshy.doors.gate.decide import LARGEST_TEXT, GateEvent, RuleRow, failure_text_of
else:  # the scripts beside this one; the hook has the keys in it
    import call_keys  # type: ignore[import-not-found,no-redef]
    import hook  # type: ignore[import-not-found,no-redef]
    from decide import LARGEST_TEXT, GateEvent, RuleRow, failure_text_of  # type: ignore[import-not-found,no-redef]

    gate_keys = hook  # type: ignore[misc]  # it has the same functions
    open_foreign = hook.open_foreign  # type: ignore[attr-defined]  # as above

try:
    import posix as system
except ImportError:  # Windows
    import nt as system  # type: ignore[import-not-found,no-redef,unused-ignore]  # the branch of the other platform

_LARGEST_SPOOL = 4 << 20
"""Bytes of a session's notes that are looked at; what a longer one began with is not known (guess, 2026-11-21)."""
_RECENT_CHARACTERS = 80_000
"""Of the end of the notes, in which the last calls are looked for: 200 lines of 400 (guess, 2026-11-21)."""


class SessionNotes:
    """What is known of a session up to an event."""

    def __init__(self, now: GateEvent, settings: dict[str, str]) -> None:
        """Start without having read anything."""
        self.now = now
        self.budget = int(settings.get("budget", "2"))
        self.sets = settings.get("timeout") == "1"
        self.text: str | None = None
        self.whole = False

    def spool(self) -> str:
        """Return the session's notes, this event's own line among them."""
        if self.text is None:
            self.text, cut = _read_tail(f"{self.now.home}/spool/{self.now.noted['s']}.jsonl")
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

    def holds_of_call(self, condition: str) -> bool:
        """Tell whether a condition on the call's own text holds."""
        command = hook.command_of(self.now.asked)
        return call_keys.holds_of_text(condition, [command] if command else call_keys.list_texts(self.now.asked))

    def matches_condition(self, condition: str) -> bool:
        """Tell whether the session is in that state; what is not known does not hold."""
        name, _, value = condition.partition(":")
        if name == "names":
            return self.holds_of_call(condition)
        plain = {"unread": self.is_unread, "retry": self.is_retry, "rerun": self.is_rerun}
        if name in plain:
            return plain[name]()
        if name == "short":
            return self.has_short_timeout(float(value.partition(":")[0]))
        if name == "says":
            return gate_keys.says_failure(failure_text_of(self.now.given), value, self.now.salt)
        if name == "unsearched":
            return self.has_none_of('"k":"search"')
        if name == "never":
            return self.has_none_of(*[f'"h":"{key}"' for key in value.split(",")])
        if name in {"with", "without", "has", "lacks"}:
            ran = self.list_recent_runs(value.split(","))
            return any(ran) if name in {"with", "has"} else self.whole and not all(ran)
        return name == "input"  # where the pattern is looked for

    def list_recent_runs(self, keys: list[str]) -> list[bool]:
        """Return for each key of a tool (behind ``n``), a subcommand (``u``) or a first word whether it ran lately."""
        recent = "".join(self.recent_notes())
        marks = [f'"{key[0]}":"{key[1:]}"' if key[0] in "nu" else f'"h":"{key}"' for key in keys]
        return [mark in recent for mark in marks]

    def has_pattern(self, pattern: str, name: str) -> bool:
        """Tell whether what the call does has the pattern, in one of its inputs where that is named."""
        import re  # noqa: PLC0415  # only where a rule that was looked up needs it

        names = (name,) if name else ("command", "new_string", "content", "cmd")
        texts = [hook.text_of(self.now.asked, key) for key in names]
        return any(re.search(pattern, text[:LARGEST_TEXT]) for text in texts if text)

    def is_own_note(self, line: str) -> bool:
        """Tell whether a note is of this dialogue (the main one or this subagent's) and not of this very call."""
        run, call = self.now.noted.get("r"), self.now.noted.get("c")
        if call and f'"c":"{call}"' in line:
            return False
        return f'"r":"{run}"' in line if run else '"r":"' not in line

    def notes_about_file(self) -> list[str]:
        """Return the notes of this dialogue that are about the event's first file, oldest first."""
        paths = self.now.noted.get("p")
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
        if not self.whole or "p" not in self.now.noted:
            return False
        for line in self.notes_about_file():
            if '"k":"read"' in line or '"e":"PostToolUse"' in line:
                return False
        path = hook.paths_of(self.now.asked, str(self.now.noted.get("k")))[0]
        if gate_keys.hash_text(path.replace("\\", "/").rpartition("/")[2], self.now.salt).hex() in spool:
            return False  # a command or a prompt named a file of that name
        return self.now.event != "PreToolUse" or hook.exists(gate_keys.make_absolute(path, self.now.cwd))

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
        for line in self.spool()[-_RECENT_CHARACTERS:].split("\n")[::-1]:
            ended = '"e":"PostToolUse' in line and '"g":"' not in line and self.is_own_note(line)
            if ended or '"e":"UserPromptSubmit"' in line:
                found.append(line)
            if len(found) >= 10:
                break
        return found

    def is_rerun(self) -> bool:
        """Tell whether the last call was this same command and failed, and nobody has said anything since."""
        last = (self.recent_notes() or [""])[0]
        return '"e":"PostToolUseFailure"' in last and f'"m":"{self.now.noted.get("m")}"' in last

    def has_short_timeout(self, needed_s: float) -> bool:
        """Tell whether the command is given less time than it usually needs."""
        given_s = self.timeout_s()
        return given_s is not None and given_s < needed_s

    def timeout_s(self) -> float | None:
        """Return the seconds that the command is given; None if nobody knows, or it runs in the background."""
        if self.now.asked.get("run_in_background"):
            return None
        asked = self.now.asked.get("timeout")
        if type(asked) in {float, int}:
            return float(asked) / 1000  # type: ignore[arg-type]  # the line above
        agents = hook.import_beside("agents")
        default = hook.read_env(agents.TIMEOUT_VARIABLES.get(self.now.agent, ""))
        return int(default) / 1000 if default.isdecimal() else agents.DEFAULT_TIMEOUT_S.get(self.now.agent)

    def lengthen_timeout(self, row: RuleRow) -> str:
        """Return the call's whole input with the learned limit as its timeout, as JSON; empty if it stays."""
        limit = row[4].split(":")[2:] if self.sets and row[4].startswith("short:") else []
        whole = self.now.event == "PreToolUse" and hook.text_of(self.now.given, "tool_name") == "Bash"
        given_s = self.timeout_s()
        most_ms = hook.import_beside("agents").MOST_TIMEOUT_MS.get(self.now.agent)
        if not limit or not whole or not most_ms or given_s is None:
            return ""
        needed_ms = min(int(float(limit[0]) * 1000), most_ms)
        if needed_ms <= given_s * 1000:
            return ""
        from json import dumps  # noqa: PLC0415  # only where the user wants it and the command needs it

        try:
            return dumps(self.now.asked | {"timeout": needed_ms}, allow_nan=False, separators=(",", ":"))
        except ValueError:  # a number that JSON has no form for cannot be given back unchanged
            return ""

    def is_ignored(self) -> bool:
        """Tell whether the command says, or the last prompt said, that nothing is to be said."""
        if gate_keys.OVERRIDE in hook.command_of(self.now.asked):
            return True
        spool = self.spool()
        at = spool.rfind('"e":"UserPromptSubmit"')
        return at >= 0 and '"i":1' in spool[at:].partition("\n")[0]


def _read_tail(path: str) -> tuple[str, bool]:
    """Return the end of a file, and whether there is more before it."""
    file = open_foreign(path)
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
