r"""Which keys does a call have, and does a rule's condition on its text hold? One answer for all who ask.

The gate, ``check_call`` and what learns from logs run these same lines, so they agree. As with ``gate_keys`` nothing is
imported and no expression compiled: the gate has this file beside it, in a Python without this package.

Keys of a project hold its folder as log and hook both see it (``find_place``). What learns counts under the project's
own name instead, since one project is worked on in several folders, and writes a rule for each of them.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

if __name__ != "call_keys":
    from twiceshy.base.foreign_files import read_foreign
    from twiceshy.commands.keys import gate_keys
else:  # a script beside the hook, which has both in it
    import hook as gate_keys  # type: ignore[import-not-found,no-redef]

    read_foreign = gate_keys.read_foreign  # type: ignore[attr-defined]  # as above
try:
    import posix as system
except ImportError:  # Windows
    import nt as system  # type: ignore[import-not-found,no-redef,unused-ignore]  # the branch of the other platform

RuleRow = tuple[bytes, str, str, float, str, str, str]
"""Key, id, level, confidence, condition, pattern and text of a rule, as the gate's file has them."""
COMMAND, NAMED, OPTION, HEAD_HERE, PROGRAM_HERE, FILE_KIND = b"c", b"N", b"o", b"H", b"W", b"k"
NARROW_FIRST = b"cNoHWh"
"""Keys of commands, the narrower class before the wider."""
_MOST_FOLDERS = 40
"""Folders above a file in which a worktree is looked for (guess, 2026-11-21)."""
_LARGEST_MARK = 4_096
"""Bytes of a file that names a folder of git's (guess, 2026-11-22)."""
_LONGEST_LINE = 4_096
"""Characters of a command line in which its program is looked for (guess, 2026-11-22)."""
_MOST_WORDS = 64
"""Words of a command that are looked at (guess, 2026-11-22)."""
_MOST_OPTIONS = 12
"""Options of a command that get a key (guess, 2026-11-22)."""
_LEADING = frozenset({"cd", "export", "source", ".", "set", "pushd", "mkdir", "unset", "ulimit"})
"""Programs that make way for the one that works."""
_WRAPPERS = frozenset({"sudo", "time", "nohup", "command", "exec", "env", "nice", "timeout", "stdbuf"})
"""Programs that only start another, behind options, numbers and assignments of their own."""
_GOING_ON = frozenset({"run", "exec", "x", "dlx", "tool"})
"""Second words that say nothing without the third: ``npm run build``."""
_INTERPRETERS = frozenset(
    {"python", "pypy", "node", "ruby", "perl", "php", "bash", "sh", "zsh", "fish", "lua", "Rscript"}
)
"""Programs that run a script, which is what fails."""
_LONGEST_TEXT = 65_536
"""Characters of a call's text that are searched (guess, 2026-11-22)."""
_MOST_TEXTS = 64
"""Texts of one call that are searched (guess, 2026-11-22)."""
_INSIDE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
"""Characters that a name goes on with."""


def find_place(folder: str) -> str:
    r"""Return the last two parts of a folder, with ``~`` for a person's own one; empty where there are not two.

    >>> find_place("/Users/[user:67c2c2]/shop"), find_place("/home/ann/shop"), find_place("C:\\w\\shop")
    ('~/shop', '~/shop', 'w/shop')
    >>> find_place("/testbed"), find_place("/srv/[email:12]/x")
    ('', '')
    """
    parts = [part for part in folder.replace("\\", "/").split("/") if part]
    for at in range(len(parts) - 1):
        if parts[at] in ("Users", "home"):
            parts[at + 1] = "~"
            break
    short = parts[-2:]
    return "/".join(short) if len(short) == 2 and "[" not in short[0] + short[1] else ""


def find_work(command: str) -> list[str]:
    """Return the words of the command that works: behind changes of folder, assignments and what only starts it.

    >>> find_work("cd web && CI=1 timeout 60 npm run build 2>&1 | tail -3")
    ['npm', 'run', 'build', '2>&1']
    >>> find_work("export A=1; /usr/bin/git push"), find_work("python3 -m pytest -q a.py")
    (['git', 'push'], ['pytest', '-q', 'a.py'])
    """
    for part in _split(command[:_LONGEST_LINE]):
        words = part.split(None, _MOST_WORDS)[:_MOST_WORDS]
        while words and gate_keys.is_assignment(words[0]):
            words = words[1:]
        words = _unwrap(words)
        if words and words[0] not in _LEADING:
            words[0] = words[0].replace("\\", "/").rpartition("/")[2]
            return gate_keys.skip_interpreter(words)
    return []


def _unwrap(words: list[str]) -> list[str]:
    """Take off the programs that only start another one."""
    while words and words[0].rpartition("/")[2] in _WRAPPERS:
        rest = words[1:]
        while rest and (rest[0][:1] == "-" or rest[0][:1].isdigit() or gate_keys.is_assignment(rest[0])):
            rest = rest[1:]
        if not rest:
            break
        words = rest
    return words


def _split(command: str) -> list[str]:
    """Split a line at ``&&``, ``||``, ``;``, ``|`` and line ends outside of quotes."""
    parts, start, quote, at = [], 0, "", 0
    while at < len(command):
        one = command[at]
        if quote:
            if one == "\\" and quote == '"':
                at += 1
            elif one == quote:
                quote = ""
        elif one in "\"'":
            quote = one
        elif one == "\\":
            at += 1
        elif one in ";|\n" or command[at : at + 2] == "&&":
            parts.append(command[start:at])
            start = at + 1
            if command[at : at + 2] in ("&&", "||"):
                at += 1
                start = at + 1
        at += 1
    parts.append(command[start:])
    return parts


def name_head(words: list[str]) -> str:
    """Return program and subcommand of the words of ``find_work``; the program alone where none stands behind it.

    >>> name_head(["git", "push", "-u"]), name_head(["npm", "run", "build"]), name_head(["uv", "run", "pytest"])
    ('git push', 'npm run build', 'uv run pytest')
    >>> name_head(["make", "-j4"]), name_head(["python", "a.py"]), name_head([])
    ('make', 'python', '')
    """
    if len(words) > 2 and words[1] in _GOING_ON and _is_bare(words[2]):
        return " ".join(words[:3])
    if len(words) > 1 and _is_bare(words[1]):
        return " ".join(words[:2])
    return words[0] if words else ""


def _is_bare(word: str) -> bool:
    """Tell whether a word looks like a subcommand."""
    plain = word.replace("-", "").replace("_", "").replace(":", "")
    return word[0] != "-" and plain.isalnum() and not plain.isdigit()


def name_options(words: list[str]) -> list[str]:
    """Return the options among the words of a command, without values, each once.

    >>> name_options(["bd", "list", "--short", "--limit=3", "-n", "-1", "--"])
    ['--short', '--limit', '-n']
    """
    found = {}
    for word in words[1:]:
        name = word.partition("=")[0]
        if name[:1] == "-" and name.strip("-")[:1].isalpha():
            found[name] = True
    return list(found)[:_MOST_OPTIONS]


def key_of_place(letter: bytes, place: str, subject: str, salt: bytes) -> bytes:
    """Return the key of a subject in a project: ``letter`` says of what sort it is."""
    return letter + gate_keys.hash_text(f"{place}\0{subject}", salt)


class Call:
    """A call as its keys see it; a plain class, as the gate has no time for another."""

    def __init__(self, agent: str, action: str, tool: str, command: str = "", paths: "list[str] | None" = None) -> None:
        """Take the agent, what the tool does (``run``, ``edit``, ``read`` ...) and its name, a command, paths."""
        self.agent, self.action, self.tool = agent, action, tool
        self.command, self.paths = command, paths or []


def keys_of_call(call: Call, cwd: str, salt: bytes) -> list[bytes]:
    """Return the keys under which rules about a call may stand, whatever becomes of it."""
    found = [
        gate_keys.key_of_tool(call.agent, call.action, salt),
        gate_keys.key_of_tool_name(call.tool, salt),
    ]
    if call.action == "read":
        return found + [gate_keys.key_of_read(key) for key in _path_keys_of(call.paths, cwd, salt)]
    for place in places_of(cwd):
        found += keys_in_place(call, place, salt)
    if call.action == "edit":
        found += [gate_keys.key_of_folder(folder, salt) for folder in folders_of(cwd)]
        found += [gate_keys.key_of_edit(key) for key in _path_keys_of(call.paths, cwd, salt)]
    elif call.action == "run":
        found.append(gate_keys.key_of_program(gate_keys.program_of(call.command), salt))
        found += [gate_keys.key_of_command(call.command, folder, salt) for folder in folders_of(cwd) or [""]]
        head = gate_keys.head_words_of(call.command)
        found += [gate_keys.key_of_head(head, salt)] if head else []
    return found


def keys_in_place(call: Call, place: str, salt: bytes) -> list[bytes]:
    """Return a call's keys in a project: of its command, of the names in its text, of the kinds of its files."""
    found = keys_of_command(call.command, place, salt) if call.command else []
    found += [key_of_file_kind(path, place, salt) for path in call.paths]
    subject = name_subject(call.command, call.tool)
    return found + [key_of_place(NAMED, place, one, salt) for one in (subject, "")]


def folders_of(cwd: str) -> list[str]:
    """Return the last parts of the working folder, and of the main work tree's folder for which it stands."""
    return [gate_keys.last_parts(folder) for folder in (cwd, _main_folder_of(cwd)) if folder]


def places_of(cwd: str) -> list[str]:
    """Return the places of the working folder, of the repository around it, and of that one's main work tree."""
    places = dict.fromkeys([find_place(folder) for folder in (cwd, *_find_root(cwd))])
    return [place for place in places if place]


def list_paths(named: "list[str]", cwd: str) -> "list[str]":
    """Return the files that a call names, and those in the main work tree for which they stand."""
    paths = [gate_keys.make_absolute(path, cwd) for path in named]
    return paths + [main for path in paths if (main := _main_path_of(path))]


def _path_keys_of(named: "list[str]", cwd: str, salt: bytes) -> list[bytes]:
    """Return the keys of these files."""
    return [gate_keys.path_key(path, salt) for path in list_paths(named, cwd)]


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
    root, main = _find_root(folder)
    return (root, main) if main else ("", "")


def _find_root(folder: str) -> tuple[str, str]:
    """Return the nearest folder of a repository at or above a folder, and of a worktree its main work tree."""
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
            named = _read_mark(folder + "/.git", folder).replace("\\", "/").removeprefix("gitdir: ")
            main, mark, _ = named.partition("/.git/worktrees/")
            if mark and _is_known_there(named, folder):
                return folder, main
        return folder, ""
    return "", ""


def _is_known_there(named: str, folder: str) -> bool:
    """Tell whether the main work tree knows a folder as its worktree: any folder can say that it is one."""
    path = _read_mark(named + "/gitdir")
    try:
        here, there = system.stat(folder + "/.git"), system.stat(gate_keys.make_absolute(path, named))
    except (OSError, ValueError):
        return False
    return (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)


def _read_mark(path: str, inside: str = "") -> str:
    """Return the one line of a file of git's; empty where it cannot be read."""
    try:
        return read_foreign(path, _LARGEST_MARK, inside).decode("utf-8", "replace").strip()
    except OSError:
        return ""


def keys_of_command(command: str, place: str, salt: bytes) -> list[bytes]:
    """Return a command's keys in a project: its head, its program, each of its options with its head.

    A script of an interpreter's has none: it is another one each time.
    """
    words = find_work(command)
    if not words or words[0].rstrip("0123456789.") in _INTERPRETERS:
        return []
    head = name_head(words)
    found = [key_of_place(HEAD_HERE, place, head, salt), key_of_place(PROGRAM_HERE, place, words[0], salt)]
    return found + [key_of_place(OPTION, place, f"{head} {one}", salt) for one in name_options(words)]


def name_file_kind(path: str) -> str:
    """Return the ending of a file's name; the whole name where it has none.

    >>> name_file_kind("src/a.test.ts"), name_file_kind("Makefile"), name_file_kind("/x/.env")
    ('ts', 'Makefile', '.env')
    """
    name = path.replace("\\", "/").rpartition("/")[2]
    return name.rpartition(".")[2] if "." in name[1:] else name


def key_of_file_kind(path: str, place: str, salt: bytes) -> bytes:
    """Return the key of edits of files of this kind in a project."""
    return key_of_place(FILE_KIND, place, name_file_kind(path), salt)


def name_subject(command: str, tool: str) -> str:
    """Return what a name stands with: a command's program, of any other call its tool."""
    return (find_work(command) or [""])[0] if command else tool.lower()


def list_texts(asked: object) -> list[str]:
    """Return the texts of a tool's input, at most two levels deep.

    >>> list_texts({"skill": "commit", "n": 1, "edits": [{"new": "a"}]})
    ['commit', 'a']
    """
    found: list[str] = []
    waiting: list[tuple[object, int]] = [(asked, 0)]
    while waiting and len(found) < _MOST_TEXTS:
        value, depth = waiting.pop(0)
        if type(value) is str:
            found.append(value[:_LONGEST_TEXT])
        elif depth < 3 and type(value) is dict:
            waiting += [(one, depth + 1) for one in value.values()]
        elif depth < 3 and type(value) is list:
            waiting += [(one, depth + 1) for one in value]
    return found


def has_name(text: str, name: str) -> bool:
    """Tell whether a text holds a name that is no part of a longer one.

    >>> has_name("rtk bun run test", "bun"), has_name("bunx a", "bun"), has_name("'bun.models'", "bun")
    (True, False, True)
    """
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if text[at - 1 : at] not in _INSIDE and text[end : end + 1] not in _INSIDE:
            return True
        at = text.find(name, at + 1)
    return False


def holds_of_text(condition: str, texts: list[str]) -> bool:
    """Tell whether a call's texts hold the name that a condition ``names:NAME`` asks for."""
    name = condition.partition(":")[2]
    return bool(name) and any(has_name(text, name) for text in texts)


def drop_excepted(rows: "list[RuleRow]", holds: "Callable[[str], bool]") -> "list[RuleRow]":
    """Drop rules that say nothing of a call, as a narrower class that it is in mostly works.

    ``holds`` tells whether a condition on the call's text holds.
    """
    widths = [NARROW_FIRST.find(row[0][:1]) for row in rows if row[2] == "allow" and (not row[4] or holds(row[4]))]
    spoken = [row for row in rows if row[2] != "allow"]
    if not widths:
        return spoken
    least = min(widths)
    return [row for row in spoken if NARROW_FIRST.find(row[0][:1]) <= least]
