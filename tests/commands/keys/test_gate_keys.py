"""One spelling and one key for a file, wherever it is named."""

import doctest
import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.commands.keys import gate_keys, team_keys
from twiceshy.commands.keys.gate_keys import make_absolute, make_relative, path_key

CASES = [
    pytest.param("/home/ann/a.py", "/srv", "/home/ann/a.py", id="absolute"),
    pytest.param("src/a.py", "/home/ann", "/home/ann/src/a.py", id="relative"),
    pytest.param("./src/../a.py", "/home/ann", "/home/ann/a.py", id="dots"),
    pytest.param("/home//ann/a.py/", "", "/home/ann/a.py", id="doubled and trailing slashes"),
    pytest.param("src/a.py", "", "src/a.py", id="no folder known"),
    pytest.param("/odd\\name", "/home", "/odd\\name", id="a backslash is a letter on POSIX"),
    pytest.param("C:\\x\\a.py", "", "c:/x/a.py", id="drive"),
    pytest.param("src\\a.py", "C:\\x", "c:/x/src/a.py", id="relative on a drive"),
    pytest.param("x/https://k:p@host/a", "/home", "/home/x/https://k:p@host/a", id="an address"),
    pytest.param("\\\\server\\share\\a.py", "", "//server/share/a.py", id="share"),
]


@pytest.mark.parametrize(("path", "cwd", "expected"), CASES)
def test_a_path_has_one_spelling(path: str, cwd: str, expected: str) -> None:
    """Whatever the system and the folder it is named from; spelling it again changes nothing."""
    assert expected == make_absolute(path, cwd) == make_absolute(make_absolute(path, cwd), cwd)


@pytest.mark.parametrize(
    ("path", "folder", "expected"),
    [("/a/b", "", "/a/b"), ("/ab/c", "/a", "/ab/c"), ("/a", "/a", "/a"), ("/a/b", "/a", "b"), ("/b", "/", "b")],
)
def test_a_path_is_shown_relative_where_it_lies_below(path: str, folder: str, expected: str) -> None:
    """Else as it is."""
    assert expected == make_relative(path, folder)


@given(st.lists(st.sampled_from(["a", "..", ".", "", "é", "b.py"]), max_size=7).map("/".join))
def test_dots_are_taken_out_as_the_system_does(path: str) -> None:
    """Without importing what does it."""
    assert make_absolute("/" + path, "") == posixpath.normpath("/" + path)


def test_a_key_needs_the_salt() -> None:
    """8 bytes, equal for equal paths."""
    assert path_key("/a", b"s") == path_key("/a", b"s") != path_key("/a", b"t")
    assert len(path_key("/a\udc80", b"s")) == 8


def test_the_examples_hold() -> None:
    """Docstrings are tests."""
    assert doctest.testmod(gate_keys).failed == doctest.testmod(team_keys).failed == 0
