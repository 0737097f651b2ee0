"""keys.call_keys: one list of keys for the gate, for who asks and for what learns, and what holds of a text."""

from pathlib import Path

import pytest

from twiceshy.commands.keys import call_keys, gate_keys
from twiceshy.commands.keys.call_keys import Call

SALT = b"s" * 32


@pytest.mark.parametrize(
    ("line", "head"),
    [
        ("", ""),
        ("cd web", ""),
        ("rtk bun run test 2>&1", "rtk bun"),
        ("cd /x && rtk bun run test", "rtk bun"),
        ("CI=1 sudo -E timeout -k 5 60 npm run build | tail", "npm run build"),
        ("export A='x && y'; python3 -m pytest -q", "pytest"),
        ("/usr/bin/python3.11 -m pytest a.py", "pytest"),
        ("python3 -m", "python3"),
        ('git commit -m "a; b && c"', "git commit"),
        ("/usr/bin/make -j4", "make"),
        ("pytest tests/test_a.py", "pytest"),
        ("env", "env"),
    ],
)
def test_a_line_is_named_by_the_command_that_works(line: str, head: str) -> None:
    """Behind changes of folder, assignments and programs that only start another one."""
    assert call_keys.name_head(call_keys.find_work(line)) == head


def test_a_script_of_an_interpreter_has_no_class() -> None:
    """It is another one each time; a module is none."""
    assert call_keys.keys_of_command("python repro.py", "~/shop", SALT) == []
    assert len(call_keys.keys_of_command("python3 -m pytest -x", "~/shop", SALT)) == 3


def test_a_module_that_python_runs_is_the_program() -> None:
    """In every key, so that what is counted of a module is never told of all that Python runs."""
    module, program = "python3 -m build -x sdist", "build -x sdist"

    assert call_keys.keys_of_command(module, "~/shop", SALT) == call_keys.keys_of_command(program, "~/shop", SALT)
    assert call_keys.name_subject(module, "Bash") == "build"
    for name in (gate_keys.first_word, gate_keys.program_of, gate_keys.head_words_of, gate_keys.name_run):
        assert name(module) == name(program), name
    assert gate_keys.program_of("python3 build.py -m x") == "python3"


def test_log_and_hook_agree_on_a_person_s_folder() -> None:
    """The log's is redacted, the hook's is not."""
    live, log = (
        call_keys.keys_in_place(Call("claude-code", "run", "Bash", "npm test"), call_keys.find_place(folder), SALT)
        for folder in ("/Users/ann/shop", "/Users/[user:67c2c2]/shop")
    )
    assert live == log


def test_a_folder_inside_of_a_repository_stands_for_it_too(tmp_path: Path) -> None:
    """An agent changes folders as it works."""
    (tmp_path / "shop" / ".git").mkdir(parents=True)
    (tmp_path / "shop" / "web").mkdir()

    assert call_keys.places_of(str(tmp_path / "shop" / "web")) == ["shop/web", f"{tmp_path.name}/shop"]


def test_what_mostly_works_keeps_wider_rules_quiet() -> None:
    """And only where its own condition holds."""
    wide = (b"W" + b"1" * 8, "id", "warn", 0.9, "", "", "text")
    narrow = (b"H" + b"1" * 8, "id", "allow", 0.0, "", "", "")
    named = (b"N" + b"1" * 8, "id", "allow", 0.0, "names:tox", "", "")
    exact = (b"c" + b"1" * 8, "id", "warn", 0.9, "", "", "text")

    assert call_keys.drop_excepted([wide, exact], lambda _: True) == [wide, exact]
    assert call_keys.drop_excepted([wide, narrow, exact], lambda _: True) == [exact]
    assert call_keys.drop_excepted([wide, named], lambda _: False) == [wide]


def test_texts_of_an_input_are_bounded() -> None:
    """However deep it is."""
    deep: dict[str, object] = {"a": "1"}
    for _ in range(50):
        deep = {"b": deep, "c": "2"}
    assert call_keys.list_texts(deep) == ["2", "2", "2"]
    assert call_keys.list_texts(None) == []
