"""The gate's script: what it notes, that it never notes text, and that no fault of any kind reaches the agent."""

import json
import os
import shutil
import signal
import string
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.doors.gate.calling import CLEAN, PYTHON, START, Hooked, closing_what_stays_open, tool

from twiceshy.commands.keys import gate_keys
from twiceshy.doors.gate import hook
from twiceshy.logs.claude_code import calls

SALT = b"s" * 32
SECRET = "sk-ant-api03-PLANTED0123456789abcdefPLANTED"
texts = st.text(max_size=60)
values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(["session_id", "cwd", "tool_name", "tool_input", "tool_use_id", "agent_id", "source", "prompt"])
paths = st.lists(st.sampled_from(["a", "..", ".", "", "C:", "\\", "é", "b.py", "/", "https:"]), max_size=7).map(
    "/".join
)


@pytest.fixture
def hooked(tmp_path: Path) -> Hooked:
    return Hooked(tmp_path / "data")


NOTED = [
    ("nothing of a tool", {"session_id": "s1"}, {}),
    ("an unknown tool", tool("Frobnicate", path="a.py"), {"k": "other", "p": "/home/ann/shop/a.py"}),
    ("a read", tool("Read", file_path="/home/ann/shop/src/a.py"), {"k": "read", "p": "/home/ann/shop/src/a.py"}),
    ("a relative path", tool("Edit", file_path="./src/../a.py"), {"k": "edit", "p": "/home/ann/shop/a.py"}),
    ("a Windows path", tool("Write", file_path="C:\\w\\a.py"), {"k": "write", "p": "c:/w/a.py"}),
    ("a command", tool("Bash", command="CI=1 /usr/bin/npm test"), {"k": "run", "h": "npm", "u": "npm test"}),
    ("behind a cd", tool("Bash", command="cd web && git -C x push"), {"k": "run", "h": "cd", "u": "git push"}),
    ("no subcommand", tool("Bash", command="ls -l"), {"k": "run", "h": "ls"}),
    ("an empty command", tool("Bash", command=" "), {"k": "run"}),
    ("another server's tool", tool("mcp__files__read_file", path="/x/a"), {"k": "read", "p": "/x/a"}),
    (
        "a patch",
        tool("apply_patch", command="*** Begin Patch\n*** Update File: src/a.py\n@@\n-x\n+y\n*** End Patch"),
        {"k": "edit", "p": "/home/ann/shop/src/a.py"},
    ),
]


@pytest.mark.parametrize(("event", "noted"), [row[1:] for row in NOTED], ids=[row[0] for row in NOTED])
def test_a_call_is_noted_by_kind_and_hash(hooked: Hooked, event: dict[str, object], noted: dict[str, str]) -> None:
    """Paths and first words stand under the keys that the store has too."""
    hooked.call("PreToolUse", event)

    (line,) = hooked.lines()
    assert line["e"] == "PreToolUse"
    assert line["a"] == "claude-code"
    assert abs(line["t"] / 1000 - time.time()) < 60
    assert line.get("k") == noted.get("k")
    assert line.get("p") == ([gate_keys.path_key(noted["p"], hooked.salt).hex()] if "p" in noted else None)
    assert line.get("h") == (gate_keys.make_spool_word(noted["h"], hooked.salt) if "h" in noted else None)
    assert line.get("u") == (gate_keys.make_spool_run(noted["u"], hooked.salt)[1:] if "u" in noted else None)


def test_ids_and_known_words_are_noted(hooked: Hooked) -> None:
    """What can be nothing but an id stays; anything else is hashed; of words only those on a short list are taken."""
    hooked.call("SessionStart", {"session_id": "s1", "source": "resume", "agent_id": "a b", "prompt_id": "p-1"})
    hooked.call("SessionStart", {"session_id": "s1", "source": "a secret word"})

    first, second = hooked.lines()
    assert first["w"] == "resume"
    assert first["q"] == "p-1"
    assert first["r"].startswith("x")
    assert "w" not in second


def test_the_events_name_comes_from_the_agent(hooked: Hooked) -> None:
    """A subagent's stop is told apart although one hook serves both; a name that nobody knows is not believed."""
    hooked.call("Stop", {"session_id": "s1", "hook_event_name": "SubagentStop"})
    hooked.call("Stop", {"session_id": "s1", "hook_event_name": SECRET})

    assert [line["e"] for line in hooked.lines()] == ["SubagentStop", "Stop"]


ODD = [
    ("nothing", b""),
    ("no JSON", b"hello"),
    ("half of it", b'{"session_id": "s1", "too'),
    ("a list", b"[1, 2]"),
    ("a number of a million digits", b'{"a": ' + b"9" * 1_000_000 + b"}"),
    ("deep nesting", b'{"a":' * 100_000),
    ("bytes that are no text", b'{"session_id": "\xff\xfe\xed\xa0\x80"}'),
    (
        "half a surrogate pair",
        b'{"session_id": "s1", "cwd": "\\ud800", "tool_name": "\\udfff", "tool_input": {"path": "\\ud800"}}',
    ),
    ("zero bytes", b'{"session_id": "\\u0000", "cwd": "/a\\u0000b"}'),
    ("a session that would leave the folder", b'{"session_id": "../../etc/x"}'),
    ("a very long id", b'{"session_id": "' + b"a" * 100_000 + b'"}'),
    ("a byte order mark", b"\xef\xbb\xbf" + b'{"session_id": "s1"}'),
    ("words instead of objects", b'{"session_id": 1, "tool_name": {}, "tool_input": "x", "cwd": []}'),
    ("ten megabytes", json.dumps(tool("Write", file_path="/a", content="x" * 10_000_000)).encode()),
]


@pytest.mark.parametrize("data", [row[1] for row in ODD], ids=[row[0] for row in ODD])
def test_odd_input_never_reaches_the_agent(hooked: Hooked, data: bytes) -> None:
    """Status 0, no word, and either one whole short line or a short note."""
    hooked.call("PreToolUse", data)

    spooled = list((hooked.home / "spool").glob("*.jsonl")) if (hooked.home / "spool").exists() else []
    assert len(spooled) + len(hooked.failures()) == 1
    assert all(path.parent == hooked.home / "spool" and path.stat().st_size < 4_096 for path in spooled)
    assert all(json.loads(path.read_text()) for path in spooled)


def remove_salt(hooked: Hooked) -> None:
    (hooked.home / "salt").unlink()


def spool_is_a_file(hooked: Hooked) -> None:
    (hooked.home / "spool").write_text("")


def spool_is_a_link(hooked: Hooked) -> None:
    (hooked.home / "spool").mkdir()
    (hooked.home / "spool" / "s1.jsonl").symlink_to(hooked.home / "elsewhere")


FAULTS = [
    ("no salt", remove_salt, "PreToolUse FileNotFoundError"),
    ("a file in the spool's place", spool_is_a_file, "PreToolUse NotADirectoryError"),
    ("a link in the spool file's place", spool_is_a_link, "PreToolUse OSError"),
]


@pytest.mark.parametrize(("fault", "noted"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_a_fault_is_noted_and_the_agent_goes_on(hooked: Hooked, fault: object, noted: str) -> None:
    """One short line with the error's type and never its message, for doctor."""
    fault(hooked)  # type: ignore[operator]  # a function of the rows above

    hooked.call("PreToolUse", tool("Read", file_path=f"/x/{SECRET}"))

    assert hooked.failures() == [noted]
    assert not (hooked.home / "elsewhere").exists()


def test_a_missing_script_or_folder_never_forbids_a_call(hooked: Hooked) -> None:
    """Python ends with 2 for a script that is not there, and 2 means "forbid this" to an agent: so none is named."""
    (hooked.folder / "hook.py").unlink()
    hooked.call("PreToolUse", tool("Read"))
    hooked.folder.rename(hooked.home / "moved")
    hooked.call("PreToolUse", tool("Read"))


def test_a_damaged_script_never_forbids_a_call(hooked: Hooked) -> None:
    """Whatever stands in it."""
    for text in (b"def (", b"\0\0\0", b"raise SystemExit(2)", b"1/0"):
        (hooked.folder / "hook.py").write_bytes(text)
        hooked.call("PreToolUse", tool("Read"))


def test_a_removed_data_folder_is_not_made_again(hooked: Hooked, tmp_path: Path) -> None:
    """An agent that still has the hooks in mind writes nothing after `remove --purge`."""
    kept = shutil.copytree(hooked.folder, tmp_path / "in mind")
    for path in sorted(hooked.home.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    hooked.home.rmdir()
    start = START.replace("sys.argv[1]", repr(str(kept)))
    command = [PYTHON, "-I", "-S", "-c", start, str(hooked.folder), "claude-code", "PreToolUse"]
    done = subprocess.run(command, input=b'{"session_id": "s1"}', env=CLEAN, check=False)

    assert done.returncode == 0
    assert not hooked.home.exists()


def test_no_space_left_is_no_fault_of_the_agents(hooked: Hooked) -> None:
    """A write that the system refuses is noted where there is still room for it."""
    code = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (60, 60))\n{START}"
    (hooked.home / "spool").mkdir()
    (hooked.home / "spool" / "s1.jsonl").write_text("x" * 59)
    command = [PYTHON, "-I", "-S", "-B", "-c", code, str(hooked.folder), "claude-code", "PreToolUse"]
    done = subprocess.run(command, input=b'{"session_id": "s1"}', env=CLEAN, check=False, capture_output=True)

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert hooked.failures() == ["PreToolUse InterruptedError"]


@pytest.mark.parametrize("word", ["0", "false", "No", "off"])
def test_switched_off_by_the_environment(hooked: Hooked, word: str) -> None:
    """Nothing is read, noted or started."""
    before = sorted(hooked.home.rglob("*"))
    hooked.call("SessionEnd", tool("Read"), TWICESHY_ENABLED=word)

    assert [path for path in sorted(hooked.home.rglob("*")) if "__pycache__" not in str(path)] == before


def test_switched_off_still_takes_what_the_agent_sends(hooked: Hooked) -> None:
    """All of it: a pipe that closes early would be an error of the agent's."""
    child = subprocess.Popen(hooked.command("Stop"), stdin=subprocess.PIPE, env=CLEAN | {"TWICESHY_ENABLED": "0"})
    assert child.stdin is not None
    for _ in range(5):
        child.stdin.write(b"x" * 1_000_000)
    child.stdin.close()

    assert child.wait() == 0


def test_switched_off_by_a_settings_file(hooked: Hooked, tmp_path: Path) -> None:
    """The user's file and the nearest project's count; the variable is stronger, as everywhere."""
    mine = tmp_path / "config.toml"
    (hooked.folder / "settings").write_text(f"user_file={mine}\n")
    project = tmp_path / "shop"
    (project / ".twiceshy").mkdir(parents=True)
    (project / "src").mkdir()
    event = {"session_id": "s1", "cwd": str(project / "src")}

    mine.write_text('# mine\nenabled = false # for now\n[report]\nsince = "1y"\n')
    hooked.call("Stop", event)
    mine.write_text("[other]\nenabled = false\n")
    (project / ".twiceshy" / "config.toml").write_text("enabled=false")
    hooked.call("Stop", event)
    assert hooked.lines() == []

    hooked.call("Stop", event, TWICESHY_ENABLED="1")
    (project / ".twiceshy" / "config.toml").write_text("enabled = true\n")
    hooked.call("Stop", event)
    assert len(hooked.lines()) == 2


def test_notes_are_bounded(hooked: Hooked) -> None:
    """A fault at every call fills no disk."""
    with closing_what_stays_open():
        for _ in range(500):
            hook.note_failure(str(hooked.folder), "PreToolUse", "OSError")

    assert (hooked.folder / "failures").stat().st_size <= hook.LARGEST_NOTES + 100


def test_nothing_of_a_sessions_text_is_written(hooked: Hooked) -> None:
    """A secret in the prompt, a path, a command, a result, a name or an id is nowhere in the data folder."""
    stuffed = {
        "session_id": f"s {SECRET}",
        "tool_use_id": f"{SECRET}/x",
        "agent_id": SECRET * 3,
        "prompt_id": f"{SECRET} ",
        "hook_event_name": SECRET,
        "cwd": f"/home/{SECRET}",
        "transcript_path": SECRET,
        "prompt": SECRET,
        "reason": SECRET,
        "tool_name": SECRET,
        "tool_input": {"command": f"{SECRET}=1 {SECRET} -p {SECRET}", "file_path": SECRET, "content": SECRET},
        "tool_response": {"stdout": SECRET},
        "error": SECRET,
        "last_assistant_message": SECRET,
    }
    for event in ("PreToolUse", "PostToolUse", "PostToolUseFailure", "UserPromptSubmit", "Stop"):
        for name in ("Bash", "Edit", SECRET, f"mcp__{SECRET}__read"):
            hooked.call(event, stuffed | {"tool_name": name})
    hooked.call("Stop", json.dumps(stuffed).encode()[:-3])

    found = [path for path in hooked.home.rglob("*") if path.is_file()]
    assert len(list((hooked.home / "spool").iterdir())) == 1
    assert [path for path in found if SECRET.encode() in path.read_bytes() or SECRET in path.name] == []


@given(st.dictionaries(keys, values, max_size=8))
@settings(deadline=None)
def test_any_object_gives_one_short_safe_line(given: dict[str, object]) -> None:
    """Below 4 KB, so that one write is one line; ASCII; JSON; every value from a closed alphabet."""
    line = hook.line_of(given, "claude-code", "Stop", hook.text_of(given, "cwd"), SALT)

    assert len(line) < 4_000
    assert set(line) <= set(string.ascii_letters + string.digits + '-_{}[]",:')
    assert isinstance(json.loads(line), dict)


@given(st.text(max_size=200) | values.map(json.dumps))
@settings(deadline=None)
def test_any_text_is_an_object_or_a_value_error(text: str) -> None:
    """Nothing else comes out of the parser, and what comes out is what `json` reads."""
    try:
        found = hook.parse_payload(text)
    except ValueError:
        return
    assert isinstance(found, dict)


def test_actions_are_those_of_the_reader() -> None:
    """A tool means the same in the spool and in the store."""
    assert {name: hook.action_of(name) for name in calls.ACTIONS} == {k: str(v) for k, v in calls.ACTIONS.items()}
    assert {name: str(action) for name, action in calls.VERBS.items()} == hook.VERBS
    assert calls.PATH_KEYS == hook.PATH_KEYS


def test_the_slow_way_to_parse_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python without the small private module uses `json`."""
    import sys  # noqa: PLC0415  # only here

    monkeypatch.setitem(sys.modules, "_json", None)
    assert hook.parse_payload('{"a": "b"}') == {"a": "b"}
    with pytest.raises(ValueError):
        hook.parse_payload("[]")


def test_sixteen_agents_at_once_lose_nothing(hooked: Hooked) -> None:
    """Of calls that ended with 0 every line is there, once and whole, while others were killed at any moment."""
    random, until, number = Random(1), time.monotonic() + 2, 0
    acknowledged: set[str] = set()
    killed = 0
    running: list[tuple[subprocess.Popen[bytes], str]] = []
    data = json.dumps(tool("Edit", file_path="/home/ann/shop/a.py")).encode()
    while time.monotonic() < until or running:
        while len(running) < 16 and time.monotonic() < until:
            name = f"call-{number}"
            child = subprocess.Popen(hooked.command("PreToolUse"), stdin=subprocess.PIPE, env=CLEAN)
            assert child.stdin is not None
            child.stdin.write(data.replace(b"toolu_01", name.encode()))
            child.stdin.close()
            running.append((child, name))
            number += 1
        doomed = random.random() < 0.3
        child, name = running.pop(-1 if doomed else 0)
        if doomed:
            time.sleep(random.random() * 0.02)
            child.send_signal(signal.SIGKILL)
            killed += 1
        if child.wait() == 0:
            acknowledged.add(name)

    found = (hooked.home / "spool" / "s1.jsonl").read_text().split("\n")[1:]
    noted = [json.loads(line)["c"] for line in found]
    assert acknowledged <= set(noted)
    assert len(set(noted)) == len(noted)
    assert min(killed, len(acknowledged)) > 5
    assert hooked.failures() == []


def test_the_keys_fit_into_the_script() -> None:
    """Installed, they are one file: no name may mean two things in it."""
    own, keys = ({name for name in vars(module) if not name.startswith("__")} for module in (hook, gate_keys))

    assert own & keys == {"blake2b"}


def test_a_busy_or_damaged_store_is_no_matter(hooked: Hooked) -> None:
    """The hook never opens it."""
    (hooked.home / "twiceshy.db").write_bytes(b"damaged")
    (hooked.home / "ingest.lock").touch(mode=0)
    hooked.call("PreToolUse", tool("Read", file_path="/a"))

    assert len(hooked.lines()) == 1
    assert hooked.failures() == []


def test_what_the_gate_imports_is_on_a_short_list(hooked: Hooked) -> None:
    """Its start-up is what an agent waits for: nothing but built-in modules, two small private ones and encodings."""
    hooked.call("PreToolUse", tool("Read"))
    script = (
        (hooked.folder / "hook.py")
        .read_text()
        .replace("system._exit(0)", "print(sorted(set(sys.modules) - known), file=sys.stderr)")
    )
    (hooked.folder / "hook.py").write_text("import sys\nknown = set(sys.modules)\n" + script)
    done = subprocess.run(
        hooked.command("PreToolUse"), input=b'{"session_id": "s1"}', capture_output=True, env=CLEAN, check=False
    )

    assert eval(done.stderr.decode()) == ["_blake2", "_json"]  # our own list


NO_SETTINGS = [
    ("a pipe", os.mkfifo),
    ("the hook's own output", lambda path: path.symlink_to("/proc/self/fd/1")),
    ("the hook's own input", lambda path: path.symlink_to("/proc/self/fd/0")),
    ("a device without end", lambda path: path.symlink_to("/dev/zero")),
    ("a new terminal", lambda path: path.symlink_to("/dev/ptmx")),
    ("a file of somebody else", lambda path: path.symlink_to("/etc/hostname")),
    ("more than settings ever have", lambda path: path.write_text("#" * 100_000)),
    ("a folder", lambda path: path.mkdir()),
]


@pytest.mark.parametrize("make", [row[1] for row in NO_SETTINGS], ids=[row[0] for row in NO_SETTINGS])
def test_settings_that_cannot_be_read_keep_the_hook_silent_there(
    hooked: Hooked, tmp_path: Path, make: Callable[[Path], None]
) -> None:
    """At once, and only there: they may say that nothing is to be recorded."""
    (tmp_path / "p" / ".twiceshy").mkdir(parents=True)
    make(tmp_path / "p" / ".twiceshy" / "config.toml")
    started = time.monotonic()
    hooked.call("Stop", {"session_id": "s1", "cwd": str(tmp_path / "p")})

    assert time.monotonic() - started < 0.9
    assert (hooked.lines(), hooked.failures()) == ([], [])
    hooked.call("Stop", {"session_id": "s1", "cwd": str(tmp_path)})
    assert len(hooked.lines()) == 1


@pytest.mark.parametrize("name", ["rules.db", "salt", "spool/s1.jsonl", "hooks/settings", "hooks/slow_folders"])
def test_a_pipe_in_the_data_folder_is_not_waited_for(hooked: Hooked, name: str) -> None:
    """Whoever put it there; it is noted if something could not be done."""
    (hooked.home / "spool").mkdir(exist_ok=True)
    (hooked.home / name).unlink(missing_ok=True)
    os.mkfifo(hooked.home / name)
    started = time.monotonic()
    hooked.call("PreToolUse", tool("Read"))

    assert time.monotonic() - started < 0.9
    assert len(hooked.failures()) == (name in {"rules.db", "salt", "spool/s1.jsonl"})
