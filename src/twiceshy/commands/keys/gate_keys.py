r"""Give a path, a folder, a command and a failure the spelling and the salted key by which logs and the gate know them.

The gate looks rules up while an agent waits, in a Python without this package: this text becomes part of the hook as it
is, so that both sides make the same keys because they run the same lines. It imports nothing but a hash, and
compiles no expression: `re` alone would nearly double the gate's time.

A rule's key has 9 bytes: a letter for what is hashed, and its salted hash, so that nobody without the salt can test a
guess. A salt has 1 to 64 bytes.
"""

try:
    from _blake2 import blake2b
except ImportError:  # a Python built without it
    from hashlib import blake2b

LONGEST_COMMAND = 500
"""Characters, defined by the archive, which keeps no more of a command in its row: one that long may be cut."""
OVERRIDE = "--ignore-usage-warning"
"""What a command says, as a comment, to be left alone; it is the same command with it."""
_LONGEST_LINE_READ = 4_096
"""Characters in which a first word is looked for (guess, 2026-11-21)."""
_LONGEST_WORD = 256
"""Characters of a first word that count (guess, 2026-11-21)."""
_NO_PROGRAMS = frozenset({"cd", "echo", "export", "source", "sudo", "env", "time", "sleep", "mkdir", "touch", "rm"})
"""First words whose second word is no subcommand."""
_VALUED = frozenset({"-C", "-c", "-n", "-R", "--context", "--cwd", "--dir", "--git-dir", "--namespace", "--prefix"})
"""Options before a subcommand that take the next word."""
_HOMES = ("/Users/", "/home/")
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
_LONGEST_FAILURE, _LONGEST_LINE = 8_000, 400
"""Characters of a failure, and of one of its lines, that are read (guess, 2026-11-21)."""
_MOST_WORDS = 14
"""Words of a failure that tell it from others (guess, 2026-11-21)."""
_FRAME = "\"'`()[]{}<>,.:;!?*#-=|"


def hash_text(text: str, salt: bytes) -> bytes:
    """Return 8 bytes that stand for a text."""
    return blake2b(text.encode("utf-8", "replace"), key=salt, digest_size=8).digest()


def path_key(path: str, salt: bytes) -> bytes:
    """Return 8 bytes that stand for a file; ``path`` is a result of ``make_absolute``."""
    return hash_text(path, salt)


def make_absolute(path: str, cwd: str) -> str:
    r"""Return the path with ``/``, without ``.`` and ``..``, below ``cwd`` if relative; drive letters lower case.

    An address (``https://...``) is spelled as it is.

    >>> make_absolute("C:\\Users\\ann\\a.py", "")
    'c:/Users/ann/a.py'
    >>> make_absolute("../b/./a.py", "/home/ann/x")
    '/home/ann/b/a.py'
    >>> make_absolute("/home/ann/odd\\name", "/home/ann")
    '/home/ann/odd\\name'
    """
    if _is_windows(path):
        path = path.replace("\\", "/")
    elif _is_windows(cwd):
        path = path.replace("\\", "/")
        if path[:1] != "/":
            path = cwd.replace("\\", "/") + "/" + path
    elif path[:1] != "/" and cwd:
        path = cwd + "/" + path
    odd = "/." in path or "//" in path or path[-1:] == "/" or path[:1] == "."
    if odd and path.find("://") < 2:  # without its second slash no redaction rule knows the password in an address
        path = _normalize(path)
    if path[1:2] == ":":
        path = path[0].lower() + path[1:]
    return path


def _is_windows(path: str) -> bool:
    r"""Tell whether the path starts with a drive (``C:\``, ``C:/``) or a share (``\\server``)."""
    return (path[1:2] == ":" and path[2:3] in ("\\", "/") and path[:1].isalpha()) or path.startswith("\\\\")


def _normalize(path: str) -> str:
    """Return the path as ``posixpath.normpath`` would give it; importing that would import `os`."""
    slashes = "" if path[:1] != "/" else "//" if path[:2] == "//" and path[:3] != "///" else "/"
    parts: list[str] = []
    for part in path.split("/"):
        if part in ("", "."):
            continue
        if part != ".." or (not slashes and not parts) or (parts and parts[-1] == ".."):
            parts.append(part)
        elif parts:
            parts.pop()
    return slashes + "/".join(parts) or "."


def make_relative(path: str, folder: str) -> str:
    """Return ``path`` relative to ``folder`` where it lies below it, else as it is.

    Both are results of ``make_absolute``.

    >>> make_relative("/home/ann/x/src/a.py", "/home/ann/x"), make_relative("/etc/hosts", "/home/ann/x")
    ('src/a.py', '/etc/hosts')
    """
    if not folder:
        return path
    start = folder if folder[-1] == "/" else folder + "/"
    return path[len(start) :] if path.startswith(start) and len(path) > len(start) else path


def last_parts(folder: str) -> str:
    """Return the last two parts of a folder's path."""
    return "/".join([part for part in folder.replace("\\", "/").split("/") if part][-2:])


def shorten_folder(folder: str) -> str:
    r"""Return a folder's last two parts, which a redacted log and a hook share; empty where they do not.

    >>> shorten_folder("/Users/ann/work/shop"), shorten_folder("/Users/[user:67c2c2]"), shorten_folder("C:\\w\\shop")
    ('work/shop', '', 'w/shop')
    """
    short = last_parts(folder)
    return short if "/" in short and "[" not in short else ""


def _mask_homes(text: str) -> str:
    """Mask users' names in paths of home folders, which redaction takes out of logs.

    >>> _mask_homes("cat /Users/[user:67c2c2]/a /home/ann/b") == _mask_homes("cat /Users/bob/a /home/eve/b")
    True
    """
    for mark in _HOMES:
        start, *rest = text.split(mark)
        text = start + "".join([mark + part[len(part.split("/", 1)[0]) :] for part in rest])
    return text


def first_word(command: str) -> str:
    """Return the program that a command line names first, without its folder; assignments before it are skipped.

    >>> first_word("CI=1 /usr/bin/npm test"), first_word("cd web && npm test"), first_word("A=1")
    ('npm', 'cd', '')
    >>> first_word("python3 -m pytest -q"), first_word("python3 a.py -m")
    ('pytest', 'python3')
    """
    for word in skip_interpreter(command[:_LONGEST_LINE_READ].split()):
        if not is_assignment(word):
            return word.replace("\\", "/").rpartition("/")[2][:_LONGEST_WORD]
    return ""


def skip_interpreter(words: list[str]) -> list[str]:
    """Return the words from the module on where a Python runs one: ``python3 -m pytest`` is the program ``pytest``."""
    for place, word in enumerate(words):
        if not is_assignment(word):
            name = word.replace("\\", "/").rpartition("/")[2].rstrip("0123456789.")
            runs = name in ("python", "pypy") and words[place + 1 : place + 2] == ["-m"] and len(words) > place + 2
            return words[place + 2 :] if runs else words
    return words


def head_words_of(command: str) -> str:
    """Return the first two words where they look like a program and its subcommand; else empty.

    >>> head_words_of("git push origin main"), head_words_of("cd web && npm test"), head_words_of("ls -l")
    ('git push', '', '')
    >>> head_words_of("python3 -m build sdist")
    'build sdist'
    """
    words = skip_interpreter(command.split(None, 4))[:2]
    bare = all(word.replace("-", "a").replace("_", "a").isalnum() and word[0] != "-" for word in words)
    return " ".join(words) if len(words) == 2 and bare and words[0] not in _NO_PROGRAMS else ""


def name_run(command: str) -> str:
    """Return program and subcommand of what a line runs first, behind a ``cd`` and without options; empty where none.

    >>> name_run("cd web && CI=1 git -C x push origin"), name_run("/usr/bin/npm run test"), name_run("ls -l")
    ('git push', 'npm run', '')
    """
    found, skips = "", False
    for word in skip_interpreter(_cut_folder_change(command)[:_LONGEST_LINE_READ].split()):
        if not found:
            if not is_assignment(word):
                found = word.replace("\\", "/").rpartition("/")[2][:_LONGEST_WORD]
        elif skips or word[0] == "-":
            skips = word in _VALUED
        else:
            bare = word.replace("-", "a").replace("_", "a").isalnum() and found not in _NO_PROGRAMS
            return f"{found} {word[:_LONGEST_WORD]}" if bare else ""
    return ""


def program_of(command: str) -> str:
    """Return the program that a line runs first, behind a ``cd``.

    >>> program_of("cd web && /usr/bin/npm test"), program_of("git push")
    ('npm', 'git')
    """
    return first_word(_cut_folder_change(command))


def _cut_folder_change(command: str) -> str:
    """Return the line behind a ``cd`` at its beginning."""
    return command.partition("&&")[2] or command if command.startswith("cd ") else command


def is_assignment(word: str) -> bool:
    """Tell whether a word sets a variable.

    >>> is_assignment("CI=1"), is_assignment("a[0]+=x"), is_assignment("--file=x"), is_assignment("=x")
    (True, True, False, False)
    """
    name, equals, _ = word.partition("=")
    if not equals:
        return False
    name = name.removesuffix("+")
    if name[-1:] == "]":
        name = name.partition("[")[0]
    return name.isidentifier() and name.isascii()


def reduce_failure(text: str) -> str:
    r"""Return the first failure line in lower case, without what changes; empty where no line has two words.

    Cruder than ``stats.text.fingerprint``, and cheap. Words with anything but letters in them (paths, numbers, names
    in quotes) are left out, so that the same failure has the same line.

    >>> reduce_failure("Exit code 127\n/bin/sh: line 1: rtk: command not found")
    'line rtk command not found'
    >>> reduce_failure("error: pathspec 'a.py' did not match any file(s) known to git")
    'error pathspec did not match any known to git'
    """
    first = ""
    for line in text[:_LONGEST_FAILURE].split("\n"):
        low = line.strip().lower()[:_LONGEST_LINE]
        if not low or low.startswith(("exit code ", "error: exit code ")):
            continue
        words = _plain_words(low)
        if len(words) < 2:
            continue
        if any(word in low for word in _FAILURE_WORDS):
            return " ".join(words[:_MOST_WORDS])
        first = first or " ".join(words[:_MOST_WORDS])
    return first


def says_failure(text: str, mark: str, salt: bytes) -> bool:
    r"""Tell whether a line of a failure has this mark of ``mark_failure``.

    >>> says_failure("$ lint\n* Wrong order: a.py", mark_failure("Wrong order: b.py", b"s"), b"s")
    True
    """
    return any(mark_failure(line, salt) == mark for line in text[:_LONGEST_FAILURE].split("\n"))


def mark_failure(line: str, salt: bytes) -> str:
    """Return what stands for a line of a failure, by the same words as ``reduce_failure``; empty where it has none."""
    words = _plain_words(line.strip().lower()[:_LONGEST_LINE])
    return hash_text(" ".join(words[:_MOST_WORDS]), salt).hex() if len(words) > 1 else ""


def _plain_words(line: str) -> list[str]:
    """Return the words that consist of letters only, without the punctuation around them."""
    bare = [word.strip(_FRAME) for word in line.split()]
    return [word for word in bare if word.isalpha() and word.isascii()]


def key_of_read(path: bytes) -> bytes:
    """Return the key of reading a file, given its ``path_key``."""
    return b"p" + path


def key_of_edit(path: bytes) -> bytes:
    """Return the key of editing a file, given its ``path_key``."""
    return b"e" + path


def key_of_command(command: str, folder: str, salt: bytes) -> bytes:
    """Return the key of a command line in a folder (its ``last_parts``); spacing does not matter."""
    text = " ".join(command.replace(OVERRIDE, "").split()).rstrip(" #")
    return b"c" + hash_text(f"{folder}\0{_mask_homes(text)}", salt)


def key_of_head(words: str, salt: bytes) -> bytes:
    """Return the key of all commands with these first two words (``head_words_of``)."""
    return b"h" + hash_text(words, salt)


def key_of_program(name: str, salt: bytes) -> bytes:
    """Return the key of every command line that runs this program first."""
    return b"w" + hash_text(name, salt)


def key_of_tool_name(name: str, salt: bytes) -> bytes:
    """Return the key of every call of a tool, by its name in an agent's log, in lower case."""
    return b"n" + hash_text(name.lower(), salt)


def key_of_folder(folder: str, salt: bytes) -> bytes:
    """Return the key of every edit in a folder (its ``last_parts``)."""
    return b"d" + hash_text(folder, salt)


def key_of_pattern(name: str) -> bytes:
    """Return the key of a fault that a pattern finds in an edit."""
    return b"x" + name.encode()


def name_of_pattern(key: bytes) -> str:
    """Return the pattern that a rule's key is made of; empty of another key.

    >>> name_of_pattern(key_of_pattern("shell-true")), name_of_pattern(b"c12345678")
    ('shell-true', '')
    """
    return key[1:].decode() if key[:1] == b"x" else ""


def key_of_tool(agent: str, action: str, salt: bytes) -> bytes:
    """Return the key of every action of one kind by an agent."""
    return b"t" + hash_text(f"{agent}\0{action}", salt)


def key_of_failure(folder: str, line: str, salt: bytes) -> bytes:
    """Return the key of a failed command: its line of ``reduce_failure`` in a folder (its ``last_parts``)."""
    return b"f" + hash_text(f"{folder}\0{line}", salt)


def make_spool_word(word: str, salt: bytes) -> str:
    """Return what the spool holds for a command's first word."""
    return hash_text(word, salt).hex()


def make_spool_run(command: str, salt: bytes) -> str:
    """Return what a rule's condition holds for a command: its program and subcommand, else its program.

    >>> make_spool_run("git push", b"s") == "u" + hash_text("git push", b"s").hex()
    True
    """
    name = name_run(command)
    return "u" + hash_text(name, salt).hex() if name else make_spool_word(first_word(command), salt)


def name_condition(name: str, marks: list[str]) -> str:
    """Return the condition ``with`` or ``without`` some calls, by the name that a gate knows which notes these marks.

    A copy of the gate that was made before subcommands were noted would find none of them, and warn; so it is silent.

    >>> name_condition("without", ["u12", "34"]), name_condition("with", ["34"])
    ('lacks:u12,34', 'with:34')
    """
    newer = any(mark[:1] == "u" for mark in marks)
    return ({"with": "has", "without": "lacks"}[name] if newer else name) + ":" + ",".join(marks)


def make_spool_tool(name: str, salt: bytes) -> str:
    """Return what a rule's condition holds for a call of another server's tool, whose name the spool holds hashed."""
    return "n" + hash_text(name.lower(), salt).hex()
