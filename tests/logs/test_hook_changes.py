"""Our entries in agents' settings: put in without touching anything else, taken out again byte for byte."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twiceshy.logs import hook_changes
from twiceshy.stats.text import jsonc
from twiceshy.stats.text.jsonc import NotJson

HOOKS = Path("/home/ann o'b/data/hooks")
WANTED: dict[str, Any] = hook_changes.build_entries("claude-code", "/usr/bin/python3", HOOKS)
OTHER: dict[str, Any] = {"matcher": "Bash", "hooks": [{"type": "command", "command": "guard --hooks"}]}

yes_or_no: st.SearchStrategy[bool] = st.booleans()
spaces = st.sampled_from(["", " ", "\n", "\n  ", "\t", "\r\n", ' // a comment, "hooks": {\n', "/* } ] */", "\n\n    "])
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9)
)


@st.composite
def laid_out(draw: st.DrawFn, value: object) -> str:
    """A text of the value, with any layout, comments and trailing commas."""
    if isinstance(value, dict):
        members = [
            draw(spaces) + json.dumps(key) + draw(spaces) + ":" + draw(spaces) + draw(laid_out(item)) + draw(spaces)
            for key, item in value.items()
        ]
        comma = draw(yes_or_no)
        trailing = "," if members and comma else ""
        return "{" + ",".join(members) + trailing + draw(spaces) + "}"
    if isinstance(value, list):
        items = [draw(spaces) + draw(laid_out(item)) + draw(spaces) for item in value]
        comma = draw(yes_or_no)
        trailing = "," if items and comma else ""
        return "[" + ",".join(items) + trailing + draw(spaces) + "]"
    return json.dumps(value, ensure_ascii=draw(yes_or_no))


@st.composite
def settings_texts(draw: st.DrawFn) -> str:
    """A settings file as its user or other tools may have left it."""
    value: dict[str, Any] = draw(
        st.dictionaries(
            st.text(max_size=8).filter(lambda key: key != "hooks"), scalars | st.lists(scalars, max_size=3), max_size=4
        )
    )
    if draw(yes_or_no):
        groups: st.SearchStrategy[list[Any]] = st.lists(st.just(OTHER) | st.just({"hooks": []}) | scalars, max_size=3)
        value["hooks"] = draw(st.dictionaries(st.sampled_from([*WANTED, "Other"]), groups, max_size=4))
    mark = draw(st.sampled_from(["", jsonc.BYTE_ORDER_MARK]))
    text = mark + draw(spaces) + draw(laid_out(value)) + draw(spaces)
    return text if draw(st.integers(0, 9)) else mark + draw(st.sampled_from(["", " ", "\n"]))


@given(settings_texts())
@settings(deadline=None)
def test_install_then_remove_is_identity(text: str) -> None:
    """Whatever the layout: what was put in comes out byte for byte, and what others have stays in its order."""
    edited = hook_changes.insert_entries(text, WANTED)

    assert jsonc.undo_insertions(edited.text, edited.insertions) == text
    assert {
        event: len(found)
        for event, found in hook_changes.find_own_entries(jsonc.parse_jsonc(edited.text).value, HOOKS).items()
    } == dict.fromkeys(WANTED, 1)


@given(settings_texts())
@settings(deadline=None)
def test_our_entries_alone_are_taken_out_of_a_changed_file(text: str) -> None:
    """Without knowing where they were put: every other value and every comment is still there."""
    made = hook_changes.list_new_keys(text, WANTED)
    left = hook_changes.remove_entries(hook_changes.insert_entries(text, WANTED).text, HOOKS, made)

    before = jsonc.parse_jsonc(text).value if text.strip(jsonc.BYTE_ORDER_MARK + " \t\r\n") else {}
    assert jsonc.parse_jsonc(left).value == before
    assert "".join(left.split()).count("/*}]*/") == "".join(text.split()).count("/*}]*/")
    assert left.count("// a comment") == text.count("// a comment")


@given(settings_texts())
@settings(deadline=None)
def test_a_file_written_anew_by_its_agent_loses_only_our_entries(text: str) -> None:
    """Agents write their settings as plain JSON when a setting is changed in them."""
    made = hook_changes.list_new_keys(text, WANTED)
    value = jsonc.parse_jsonc(hook_changes.insert_entries(text, WANTED).text).value
    left = hook_changes.remove_entries(json.dumps(value, indent=2) + "\n", HOOKS, made)

    before = jsonc.parse_jsonc(text).value if text.strip(jsonc.BYTE_ORDER_MARK + " \t\r\n") else {}
    assert jsonc.parse_jsonc(left).value == before


def test_a_file_with_one_more_setting_is_as_if_we_had_never_been_there() -> None:
    """The usual change: the user adds a line; after removal the file is what it would be without us."""
    before = '{\n  // my model\n  "model": "large",\n  "hooks": {\n    "Stop": [\n      {"hooks": []}\n    ]\n  }\n}\n'
    changed = hook_changes.insert_entries(before, WANTED).text.replace('"large",', '"large",\n  "theme": "dark",')

    left = hook_changes.remove_entries(changed, HOOKS, hook_changes.list_new_keys(before, WANTED))

    assert left == before.replace('"large",', '"large",\n  "theme": "dark",')


def test_a_handler_that_somebody_put_beside_ours_stays() -> None:
    """Of an entry that is shared only our part goes."""
    value = {"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "theirs"}, *WANTED["Stop"]["hooks"]]}]}}

    left = hook_changes.remove_entries(json.dumps(value), HOOKS, ["hooks", "Stop"])

    assert json.loads(left) == {"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "theirs"}]}]}}


REFUSED = [
    "[]",
    '"x"',
    "{",
    '{"hooks": []}',
    '{"hooks": null}',
    '{"hooks": {"Stop": {}}}',
    '{"hooks": {}, "hooks": {}}',
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_understood_is_refused(text: str) -> None:
    """Rather than guessed at."""
    with pytest.raises(NotJson):
        hook_changes.insert_entries(text, WANTED)


def test_codex_gets_one_line_for_a_shell_and_only_keys_that_it_knows() -> None:
    """Its contract is strict: an unknown key would void the whole file."""
    found: dict[str, Any] = hook_changes.build_entries("codex", "/usr/bin/python3", HOOKS)

    for event, entry in found.items():
        assert set(entry) == {"hooks"}
        (handler,) = entry["hooks"]
        assert set(handler) == {"type", "command", "timeout"}
        assert shlex.split(handler["command"]) == [
            "/usr/bin/python3",
            *hook_changes.build_arguments(HOOKS, "codex", event),
        ]
        assert hook_changes.is_ours(handler, HOOKS)
        assert not hook_changes.is_ours(handler, HOOKS.with_name("other"))


@pytest.mark.parametrize("handler", [None, "x", {}, {"command": 1}, {"args": "x"}, OTHER["hooks"][0]])
def test_what_others_wrote_is_not_ours(handler: object) -> None:
    """Whatever its form."""
    assert not hook_changes.is_ours(handler, HOOKS)


def test_an_agents_folder_follows_its_variable() -> None:
    """The first of a list."""
    agent = hook_changes.AGENTS["claude-code"]

    assert hook_changes.folder_of(agent, {}, Path("/home/ann")) == Path("/home/ann/.claude")
    assert hook_changes.folder_of(agent, {"CLAUDE_CONFIG_DIR": "/a, /b"}, Path("/home/ann")) == Path("/a")
    gemini = hook_changes.AGENTS["gemini-cli"]
    assert hook_changes.folder_of(gemini, {}, Path("/home/ann")) == Path("/home/ann/.gemini")
    assert hook_changes.folder_of(gemini, {"GEMINI_CLI_HOME": "/a"}, Path("/home/ann")) == Path("/a/.gemini")


def test_gemini_gets_its_own_names_and_milliseconds_and_the_script_gets_ours() -> None:
    """A time limit of five would end every hook before it began."""
    entry: Any = hook_changes.build_entries("gemini-cli", "/usr/bin/python3", HOOKS)["BeforeTool"]
    (handler,) = entry["hooks"]

    assert handler["timeout"] == 5_000
    assert shlex.split(handler["command"])[-3:] == [str(HOOKS), "gemini-cli", "PreToolUse"]
