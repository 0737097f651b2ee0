"""One setting put into a JSON text, and taken out again; every other byte stays.

A key that has a value already is its owner's: nothing is put over it. A list gets one entry more.
"""

import json
import re
from collections.abc import Collection
from pathlib import PurePath
from typing import NamedTuple

from twiceshy.insights.remedies.allowed_settings import ALLOW_LIST
from twiceshy.records.insights import SettingChange
from twiceshy.stats.text import jsonc
from twiceshy.stats.text.jsonc import Insertion, JsonNode, NotJson


class EditedSettings(NamedTuple):
    """A settings text with a setting in it."""

    text: str
    insertions: list[Insertion]
    made: list[str]
    """Dotted keys that came with it."""


def put_setting(text: str, change: SettingChange) -> EditedSettings:
    r"""Return the text with the setting; unchanged where it stands there already.

    >>> put_setting('{"a": 1}', SettingChange("x", "env.MCP_TIMEOUT", "9000")).text
    '{"a": 1, "env": {"MCP_TIMEOUT": "9000"}}'

    Raises:
        NotJson: the text cannot be edited, or holds another value.
    """
    parts = change.key.split(".")
    value = _to_json_value(change)
    if not text.strip(jsonc.BYTE_ORDER_MARK + " \t\r\n"):
        put = [Insertion(len(text), json.dumps(_nest(parts, value), indent=2) + "\n")]
        return EditedSettings(jsonc.apply_insertions(text, put), put, _list_keys(parts, 0))
    root = jsonc.parse_jsonc(text)
    node, depth = _walk(root, parts)
    style = jsonc.style_of(text, root)
    if depth < len(parts):
        put = jsonc.plan_append(text, node, [(parts[depth], _nest(parts[depth + 1 :], value))], style)
    elif isinstance(value, list) and isinstance(node.value, list):
        put = [] if value[0] in node.value else jsonc.plan_append(text, node, [(None, value[0])], style)
    elif node.value == value:
        put = []
    else:
        raise NotJson(f"{change.key} is set to {json.dumps(node.value)} already")
    edited = jsonc.apply_insertions(text, put)
    if not _holds(edited, parts, value):
        raise NotJson("its layout is not understood")
    return EditedSettings(edited, put, _list_keys(parts, depth))


def take_setting(text: str, change: SettingChange, made: Collection[str]) -> str:
    """Return the text without the setting where it stands as it was put in; what came with it goes if it is empty.

    Raises:
        NotJson: the text cannot be read.
    """
    parts, value = change.key.split("."), _to_json_value(change)
    if not text.strip(jsonc.BYTE_ORDER_MARK + " \t\r\n"):
        return text
    node, depth = _walk(jsonc.parse_jsonc(text), parts)
    if depth < len(parts):
        return text
    if isinstance(value, list):
        if not isinstance(node.value, list) or value[0] not in node.value:
            return text
        text = jsonc.remove_child(text, node, node.value.index(value[0]))
    elif node.value == value:
        text = _remove_key(text, parts)
    for end in range(len(parts), 0, -1):
        node, depth = _walk(jsonc.parse_jsonc(text), parts[:end])
        if depth == end and node.value in ({}, []) and ".".join(parts[:end]) in made:
            text = _remove_key(text, parts[:end])
    return text


def _remove_key(text: str, parts: list[str]) -> str:
    """Return the text without one key."""
    holder, _ = _walk(jsonc.parse_jsonc(text), parts[:-1])
    place = next(at for at, child in enumerate(holder.children) if child.key == parts[-1])
    return jsonc.remove_child(text, holder, place)


def _walk(root: JsonNode, parts: list[str]) -> tuple[JsonNode, int]:
    """Return the deepest value on the way to a key, and how many of the key's parts lead there.

    Raises:
        NotJson: something on the way is no object.
    """
    node = root
    for depth, part in enumerate(parts):
        if not isinstance(node.value, dict):
            raise NotJson(f"its {'.'.join(parts[:depth]) or 'text'} is no object")
        inner = node.member(part)
        if inner is None:
            return node, depth
        node = inner
    return node, len(parts)


def _holds(text: str, parts: list[str], value: object) -> bool:
    """Tell whether the text has the value at a key."""
    node, depth = _walk(jsonc.parse_jsonc(text), parts)
    if depth < len(parts):
        return False
    return value[0] in node.value if isinstance(value, list) and isinstance(node.value, list) else node.value == value


def _nest(parts: list[str], value: object) -> object:
    """Return the value below the keys."""
    for part in reversed(parts):
        value = {part: value}
    return value


def _list_keys(parts: list[str], known: int) -> list[str]:
    """Return the dotted keys from the first that was not there."""
    return [".".join(parts[:end]) for end in range(known + 1, len(parts) + 1)]


def _to_json_value(change: SettingChange) -> object:
    """Return the value in JSON's types: variables of the environment are text."""
    if change.key == ALLOW_LIST:
        return [change.value]
    if change.key.startswith("env."):
        return change.value
    return json.loads(change.value) if change.value.isdigit() or change.value in {"true", "false"} else change.value


# Settings of git and of shells, as one line each that stands between our marks at the end of their file.

GIT, SHELL = "git", "shell"
_START_FILES = {"bash": ".bashrc", "zsh": ".zshrc"}
"""What each shell reads when a person or an agent starts it."""
_NAME = re.compile(r"[A-Z][A-Z0-9_]*")


def phrase_setting(change: SettingChange) -> str:
    """Return the line of a setting; it was allowed before, so nothing in it needs quotes.

    >>> phrase_setting(SettingChange("git", "push.autoSetupRemote", "true"))
    '[push] autoSetupRemote = true'
    >>> phrase_setting(SettingChange("shell", "PAGER", "cat"))
    'export PAGER=cat'
    """
    if change.program == GIT:
        section, _, name = change.key.partition(".")
        return f"[{section}] {name} = {change.value}"
    return f"export {change.key}={change.value}"


def name_start_file(shell: str) -> str:
    """Return the start file of a shell, in its user's home; empty for one that we cannot write for.

    >>> name_start_file("/usr/bin/zsh"), name_start_file("/usr/bin/fish")
    ('.zshrc', '')
    """
    return _START_FILES.get(PurePath(shell).name, "")


def is_set_in(text: str, change: SettingChange) -> bool:
    r"""Tell whether a file sets that key already, to whatever value.

    >>> is_set_in("[push]\n\tautosetupremote = false\n", SettingChange("git", "push.autoSetupRemote", "true"))
    True
    """
    if change.program == SHELL:
        return re.search(rf"^\s*(?:export\s+)?{re.escape(change.key)}=", text, re.MULTILINE) is not None
    section, _, name = change.key.lower().partition(".")
    here = ""
    for line in text.lower().splitlines():
        found = re.match(r"\s*\[\s*([^\]]*?)\s*\]\s*(.*)", line)
        here, rest = (found[1], found[2]) if found else (here, line.strip())
        if here == section and re.match(rf"{re.escape(name)}\s*(?:=|$)", rest):
            return True
    return False
