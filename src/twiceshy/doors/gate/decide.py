"""Decide what a rule has to say of an agent's event: one look-up in ``rules.db``, and the session's last notes.

Copied beside ``hook.py`` and imported by it only where there are rules. The same limits hold: built-in modules and
small private ones, no text of a session on the disk, and whatever goes wrong, nothing is said. What is said or held out
is noted in the spool under the rule's id.

A worktree's files and folders stand for those of its main work tree, where the history was made.
"""

from time import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

if __name__ != "decide":
    from twiceshy.base.foreign_files import require_regular
    from twiceshy.commands.keys import call_keys, gate_keys
    from twiceshy.doors.gate import hook
else:  # the scripts beside this one; the first has the keys in it
    import call_keys  # type: ignore[import-not-found,no-redef]
    import hook  # type: ignore[import-not-found,no-redef]

    gate_keys = hook  # type: ignore[misc]  # it has the same functions
    require_regular = hook.require_regular  # type: ignore[attr-defined]  # as above

try:
    import posix as system
except ImportError:  # Windows
    import nt as system  # type: ignore[import-not-found,no-redef,unused-ignore]  # the branch of the other platform
try:
    from _blake2 import blake2b
except ImportError:  # a Python built without it
    from hashlib import blake2b

_MOST_RULES = 64
"""Rules of one event that are looked at (guess, 2026-11-21)."""
LARGEST_TEXT = 65_536
"""Characters of an edit or a command that a rule's pattern is looked for in (guess, 2026-11-21)."""
_FORM_VERSION = 1
"""Version of the form of ``rules.db`` that this reads, defined by ``archive.rules_file``."""
_LOTS = 65_536
"""Lots that are drawn from: two bytes of the hash, by definition."""
RuleRow = tuple[bytes, str, str, float, str, str, str]


class GateEvent:
    """An event of an agent."""

    def __init__(
        self, home: str, where: tuple[str, str, str], given: hook.Payload, noted: hook.Payload, salt: bytes
    ) -> None:
        """Take the data folder; agent, event and working folder; what the agent sent; what the spool has of it."""
        self.home, self.given, self.noted, self.salt = home, given, noted, salt
        self.agent, self.event, self.cwd = where
        asked = given.get("tool_input")
        self.asked: hook.Payload = asked if type(asked) is dict else {}


def advise(now: GateEvent) -> None:
    """Print what there is to say, and note it."""
    rows = _find_rows(now)
    if len(rows) < 2:  # the settings alone
        return
    settings = _read_settings(rows)
    state = hook.import_beside("conditions").SessionNotes(now, settings)
    for row in sorted(call_keys.drop_excepted(rows, state.holds_of_call), key=_sort_key):
        if row[0] != b"b" and _is_right_event(row, now.agent, now.event, settings) and state.is_due(row):
            outcome = choose_outcome(row, state, settings)
            _note_advice(now, row, outcome, settings)
            if outcome in {"s", "p"}:
                _say(row, state, outcome)
            return


def _say(row: RuleRow, state: "Any", outcome: str) -> None:
    """Print the rule's words, of which the session hears those of a warning once, and the call's changed input.

    In the placebo arm the neutral line stands in their place, and the call stays as it is.
    """
    now = state.now
    again = state.has_heard(row) and row[2] != "block"
    words, changed = row[6], "" if outcome == "p" else state.lengthen_timeout(row)
    if outcome == "p":
        words = "" if again else "".join([one[6] for one in look_up(now.home, [key_of_placebo(row[1])]) if one[1]])
        if not words:
            return
    render = hook.import_beside("agents").render_advice
    action = str(now.noted.get("k"))
    text = render(now.agent, now.event, row[2], "" if again else words, changed, action=action)
    system.write(1, text.encode("utf-8", "replace"))


def key_of_placebo(rule: str) -> bytes:
    """Return the key under which a rule's neutral line stands."""
    return b"z" + rule.encode()


def _find_rows(now: GateEvent) -> list[RuleRow]:
    """Return the rules for this event, and the row of the gate's settings."""
    keys = keys_of(now)
    rows = look_up(now.home, keys) if keys else []
    settings = _read_settings(rows)
    names = settings.get("patterns", "") if now.noted.get("k") in {"edit", "write"} else ""
    if names and now.event == _event_of_words(now.agent, settings):
        rows += _find_pattern_rows(now, names.split(","))
    return rows


def _read_settings(rows: list[RuleRow]) -> dict[str, str]:
    """Return the gate's settings."""
    return dict(word.split("=", 1) for row in rows if row[0] == b"b" for word in row[6].split(";"))


def _sort_key(row: RuleRow) -> tuple[bool, bool, float, bool, str]:
    """Return the order: refusals, then warnings, the surest first; of equals what is about more than the tool."""
    return row[2] != "block", row[2] == "inform", -row[3], row[0][:1] == b"t", row[1]


def keys_of(now: GateEvent) -> list[bytes]:
    """Return the keys under which rules for this event may stand."""
    if now.event == "PostToolUseFailure":
        return _keys_of_failure(now)
    # Who hears of a call only after it hears of what it was and of how it went at the same time.
    found = _keys_of_failure(now) if now.event == "PostToolUse" and _has_failed(now.given) else []
    return found + _keys_of_call(now)


def _keys_of_failure(now: GateEvent) -> list[bytes]:
    """Return the keys of what a command's failure said."""
    line = gate_keys.reduce_failure(failure_text_of(now.given)) if now.noted.get("k") == "run" else ""
    return [gate_keys.key_of_failure(folder, line, now.salt) for folder in [*call_keys.folders_of(now.cwd), ""] if line]


def _keys_of_call(now: GateEvent) -> list[bytes]:
    """Return the keys of what a call is about, whatever becomes of it."""
    action = str(now.noted.get("k"))
    kind = "edit" if action == "write" else action
    command = hook.command_of(now.asked) if kind == "run" else ""
    paths = hook.paths_of(now.asked, action) if kind in {"edit", "read"} else []
    call = call_keys.Call(now.agent, kind, hook.text_of(now.given, "tool_name"), command, paths)
    return call_keys.keys_of_call(call, now.cwd, now.salt)


def _find_pattern_rows(now: GateEvent, names: list[str]) -> list[RuleRow]:
    """Return the rules about faults that an edit brings in, of these patterns, where they hold here."""
    edit_faults = hook.import_beside("edit_faults", "score")
    answer = now.given.get("tool_response")
    after = None if now.event == "PreToolUse" else answer if type(answer) is dict else {}
    faults = edit_faults.find_faults(now.asked, now.cwd, names, after=after)
    if not faults:
        return []
    rows = look_up(now.home, [gate_keys.key_of_pattern(name) for name in faults])
    paths = call_keys.list_paths(hook.paths_of(now.asked, str(now.noted.get("k"))), now.cwd)
    kept: list[RuleRow] = edit_faults.keep_here(rows, paths, now.salt)
    return kept


def look_up(home: str, keys: list[bytes]) -> list[RuleRow]:
    """Return the rules under these keys, and the gate's settings; empty where the file is of another form."""
    try:
        from _sqlite3 import connect  # noqa: PLC0415  # a third of what `sqlite3` costs
    except ImportError:
        from sqlite3 import connect  # noqa: PLC0415
    place = hook.charge("")
    require_regular(home + "/rules.db")  # SQLite would wait for a pipe, past every signal
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
    hook.charge(place)
    return rows


def _is_right_event(row: RuleRow, agent: str, event: str, settings: dict[str, str]) -> bool:
    """Tell whether this is the event at which an agent takes such words."""
    if row[0][:1] == b"f":
        return True
    return event == ("PreToolUse" if row[2] == "block" else _event_of_words(agent, settings))


def _event_of_words(agent: str, settings: dict[str, str]) -> str:
    """Return the event at which an agent takes words about a call."""
    early = agent in hook.import_beside("agents").EARLY_AGENTS or agent in settings.get("early", "").split(",")
    return "PreToolUse" if early else "PostToolUse"


def choose_outcome(row: RuleRow, state: "Any", settings: dict[str, str]) -> str:
    """Return what is done with a rule in this session: the same each time, whatever the shares have become since.

    ``s``: it is said; ``h``: the session is in the holdout; ``p``: a neutral line is said; ``o``: somebody said to go
    on all the same.
    """
    if state.is_ignored():
        return "o"
    spool = state.spool()
    before = spool.find(f'"g":"{row[1]}"')
    done = spool[before:].partition("\n")[0].partition('"v":"')[2][:1] if before >= 0 else ""
    if done in {"s", "h", "p"}:
        return str(done)
    session = str(state.now.noted.get("s", ""))
    lot = int.from_bytes(blake2b(f"{session}\0{row[1]}".encode(), key=state.now.salt, digest_size=2).digest(), "big")
    held, placebo = count_lots(row, settings)
    return "h" if lot < held else "p" if lot >= _LOTS - placebo else "s"


def count_lots(row: RuleRow, settings: dict[str, str]) -> tuple[int, int]:
    """Return how many of ``_LOTS`` lots are held out, and how many get a placebo: only warnings have one."""
    return int(settings.get("held", "0")), int(settings.get("placebo", "0")) if row[2] == "warn" else 0


def _note_advice(now: GateEvent, row: RuleRow, said: str, settings: dict[str, str]) -> None:
    """Note in the spool the rule's id, what was done with it, and the lots that it was drawn from.

    ``i`` of an override: a person asked for it, and not the call itself.
    """
    noted = now.noted
    line = f'{{"t":{int(time() * 1000)},"a":"{noted["a"]}","e":"{now.event}","s":"{noted["s"]}"'
    for key in ("c", "r"):
        if key in noted:
            line += f',"{key}":"{noted[key]}"'
    line += f',"g":"{row[1]}","l":"{row[2]}","v":"{said}"'
    if said == "o":
        line += "" if gate_keys.OVERRIDE in hook.command_of(now.asked) else ',"i":1'
    else:
        line += ',"u":[{},{}]'.format(*count_lots(row, settings))
    hook.append_to_spool(now.home, line + "}", str(noted["s"]))


_STATUS_MARK = "\nExit Code: "
"""Stands there only for another status than 0."""


def _has_failed(given: hook.Payload) -> bool:
    """Tell whether what came back says that it failed, for agents without an event of their own for failures."""
    answer = given.get("tool_response")
    if type(answer) is not dict:
        return False
    code = answer.get("exit_code")
    said = "\n" + hook.text_of(answer, "llmContent")  # some agents name the status in the text for the model
    return bool(answer.get("error")) or (type(code) in {int, float} and code != 0) or _STATUS_MARK in said


def failure_text_of(given: hook.Payload) -> str:
    """Return what the failure said."""
    answer = given.get("tool_response")
    if type(answer) is dict:
        for key in ("error", "stderr", "output", "stdout", "llmContent"):
            if text := hook.text_of(answer, key):
                return text
    return hook.text_of(given, "error")
