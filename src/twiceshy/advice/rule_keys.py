"""The keys under which the gate finds rules: 9 bytes, a letter for what is hashed and its salted hash.

The gate makes the same keys in ``surfaces.gate.decide`` without importing this; tests hold them equal.
"""

from hashlib import blake2b

from twiceshy.facts.shell.first_word import first_word, word_key

LONGEST_COMMAND = 500
"""Characters; the archive keeps no more of a command, and one that long may be cut."""
_NO_PROGRAMS = frozenset({"cd", "echo", "export", "source", "sudo", "env", "time", "sleep", "mkdir", "touch", "rm"})
"""First words whose second word is no subcommand."""
_OVERRIDE = "--ignore-usage-warning"
"""What a command says, as a comment, to be left alone; it is the same command with it."""
_HOMES = ("/Users/", "/home/")


def _make_key(letter: str, text: str, salt: bytes) -> bytes:
    """Return the key of a text."""
    return letter.encode() + blake2b(text.encode("utf-8", "replace"), key=salt, digest_size=8).digest()


def key_of_read(path_key: bytes) -> bytes:
    """Return the key of reading a file; ``path_key`` is from ``facts.location``."""
    return b"p" + path_key


def key_of_edit(path_key: bytes) -> bytes:
    """Return the key of editing a file; ``path_key`` is from ``facts.location``."""
    return b"e" + path_key


def shorten_folder(folder: str) -> str:
    r"""Return a folder's last two parts, which a redacted log and a hook share; empty where they do not.

    >>> shorten_folder("/Users/ann/work/shop"), shorten_folder("/Users/[user:67c2c2]"), shorten_folder("C:\\w\\shop")
    ('work/shop', '', 'w/shop')
    """
    parts = [part for part in folder.replace("\\", "/").split("/") if part][-2:]
    return "/".join(parts) if len(parts) == 2 and not any("[" in part for part in parts) else ""


def _mask_homes(text: str) -> str:
    """Mask users' names in paths of home folders, which redaction takes out of logs.

    >>> _mask_homes("cat /Users/[user:67c2c2]/a /home/ann/b") == _mask_homes("cat /Users/bob/a /home/eve/b")
    True
    """
    for mark in _HOMES:
        start, *rest = text.split(mark)
        text = start + "".join(mark + part[len(part.split("/", 1)[0]) :] for part in rest)
    return text


def key_of_command(command: str, folder: str, salt: bytes) -> bytes:
    """Return the key of a command line in a folder (a result of ``shorten_folder``); spacing does not matter."""
    text = " ".join(command.replace(_OVERRIDE, "").split()).rstrip(" #")
    return _make_key("c", f"{folder}\0{_mask_homes(text)}", salt)


def head_words_of(command: str) -> str:
    """Return the first two words where they look like a program and its subcommand; else empty.

    >>> head_words_of("git push origin main"), head_words_of("cd web && npm test"), head_words_of("ls -l")
    ('git push', '', '')
    """
    words = command.split(None, 2)[:2]
    bare = all(word.replace("-", "a").replace("_", "a").isalnum() and word[0] != "-" for word in words)
    return " ".join(words) if len(words) == 2 and bare and words[0] not in _NO_PROGRAMS else ""


def key_of_head(command: str, salt: bytes) -> bytes | None:
    """Return the key of all commands with the same program and subcommand; None where a command has none."""
    words = head_words_of(command)
    return _make_key("h", words, salt) if words else None


def program_of(command: str) -> str:
    """Return the program that a line runs first, behind a ``cd``.

    >>> program_of("cd web && /usr/bin/npm test"), program_of("git push")
    ('npm', 'git')
    """
    return first_word(command.partition("&&")[2] or command if command.startswith("cd ") else command)


def key_of_program(name: str, salt: bytes) -> bytes:
    """Return the key of every command line that runs this program first."""
    return _make_key("w", name, salt)


def key_of_tool_name(name: str, salt: bytes) -> bytes:
    """Return the key of every call of a tool, by its name in an agent's log, in lower case."""
    return _make_key("n", name.lower(), salt)


def make_spool_mark(name: str, salt: bytes) -> str:
    """Return what the spool holds for a call of another server's tool, or for a program, whichever the name is."""
    return "n" + word_key(name.lower(), salt).hex() if "__" in name else make_spool_word(first_word(name), salt)


def key_of_folder(folder: str, salt: bytes) -> bytes:
    """Return the key of every edit in a folder (a result of ``shorten_folder``)."""
    return _make_key("d", folder, salt)


def key_of_pattern(name: str) -> bytes:
    """Return the key of a fault that a pattern finds in an edit."""
    return b"x" + name.encode()


def make_spool_word(name: str, salt: bytes) -> str:
    """Return what the spool holds for a command's first word."""
    return word_key(name, salt).hex()


def key_of_tool(agent: str, action: str, salt: bytes) -> bytes:
    """Return the key of every action of one kind by an agent."""
    return _make_key("t", f"{agent}\0{action}", salt)


def key_of_failure(folder: str, line: str, salt: bytes) -> bytes:
    """Return the key of a failed command: its line of ``advice.failure_lines`` in a folder (``shorten_folder``)."""
    return _make_key("f", f"{folder}\0{line}", salt)
