"""The keys under which the gate finds rules: 9 bytes, a letter for what is hashed and its salted hash.

The gate makes the same keys in ``surfaces.gate.decide`` without importing this; tests hold them equal.
"""

from hashlib import blake2b

from twiceshy.facts.first_word import first_word, word_key

LONGEST_COMMAND = 500
"""Characters; the archive keeps no more of a command, and one that long may be cut."""
NO_PROGRAMS = frozenset({"cd", "echo", "export", "source", "sudo", "env", "time", "sleep", "mkdir", "touch", "rm"})
"""First words whose second word is no subcommand."""
OVERRIDE = "--ignore-usage-warning"
"""What a command says, as a comment, to be left alone; it is the same command with it."""
HOMES = ("/Users/", "/home/")


def key(letter: str, text: str, salt: bytes) -> bytes:
    """The key of a text."""
    return letter.encode() + blake2b(text.encode("utf-8", "replace"), key=salt, digest_size=8).digest()


def of_read(path_key: bytes) -> bytes:
    """The key of reading the file that ``facts.location.path_key`` stands for."""
    return b"p" + path_key


def of_edit(path_key: bytes) -> bytes:
    """The key of editing it."""
    return b"e" + path_key


def place(folder: str) -> str:
    r"""The last two parts of a folder's path: what both a redacted log and a hook know of it; empty where they do not.

    >>> place("/Users/ann/work/shop"), place("/Users/[user:67c2c2]"), place("C:\\w\\shop")
    ('work/shop', '', 'w/shop')
    """
    parts = [part for part in folder.replace("\\", "/").split("/") if part][-2:]
    return "/".join(parts) if len(parts) == 2 and not any("[" in part for part in parts) else ""


def homeless(text: str) -> str:
    """The text without users' names in paths of home folders, which redaction takes out of logs.

    >>> homeless("cat /Users/[user:67c2c2]/a /home/ann/b") == homeless("cat /Users/bob/a /home/eve/b")
    True
    """
    for mark in HOMES:
        start, *rest = text.split(mark)
        text = start + "".join(mark + part[len(part.split("/", 1)[0]) :] for part in rest)
    return text


def of_command(command: str, folder: str, salt: bytes) -> bytes:
    """The key of a command line in a folder (a result of ``place``), however its words are spaced."""
    text = " ".join(command.replace(OVERRIDE, "").split()).rstrip(" #")
    return key("c", f"{folder}\0{homeless(text)}", salt)


def two_words(command: str) -> str:
    """The first two words, where they look like a program and its subcommand; else nothing.

    >>> two_words("git push origin main"), two_words("cd web && npm test"), two_words("ls -l")
    ('git push', '', '')
    """
    words = command.split(None, 2)[:2]
    bare = all(word.replace("-", "a").replace("_", "a").isalnum() and word[0] != "-" for word in words)
    return " ".join(words) if len(words) == 2 and bare and words[0] not in NO_PROGRAMS else ""


def of_head(command: str, salt: bytes) -> bytes | None:
    """The key of all commands that begin with the same two words; None where they name no program and subcommand."""
    words = two_words(command)
    return key("h", words, salt) if words else None


def program(command: str) -> str:
    """The program that a line runs first, behind a ``cd``.

    >>> program("cd web && /usr/bin/npm test"), program("git push")
    ('npm', 'git')
    """
    return first_word(command.partition("&&")[2] or command if command.startswith("cd ") else command)


def of_program(name: str, salt: bytes) -> bytes:
    """The key of everything that runs a program first."""
    return key("w", name, salt)


def of_named_tool(name: str, salt: bytes) -> bytes:
    """The key of every call of a tool, by the name in lower case that it has in an agent's log."""
    return key("n", name.lower(), salt)


def mark(name: str, salt: bytes) -> str:
    """What stands in the spool for a call of a tool of another server, or for a program, whichever the name is."""
    return "n" + word_key(name.lower(), salt).hex() if "__" in name else word(first_word(name), salt)


def of_folder(folder: str, salt: bytes) -> bytes:
    """The key of every edit in a folder (a result of ``place``)."""
    return key("d", folder, salt)


def of_pattern(name: str) -> bytes:
    """The key of a fault that a pattern finds in an edit."""
    return b"x" + name.encode()


def word(name: str, salt: bytes) -> str:
    """What stands in the spool for a command's first word."""
    return word_key(name, salt).hex()


def of_tool(agent: str, action: str, salt: bytes) -> bytes:
    """The key of everything of one kind that an agent does."""
    return key("t", f"{agent}\0{action}", salt)


def of_failure(folder: str, line: str, salt: bytes) -> bytes:
    """The key of a failed command by its reduced first telling line (``advice.failures``), in a folder (``place``)."""
    return key("f", f"{folder}\0{line}", salt)
