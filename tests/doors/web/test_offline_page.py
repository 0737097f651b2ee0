"""doors.web.offline_page: text stays text, the policy names what stands in the page, others' files are unchanged."""

import base64
import doctest
import hashlib
import re
import tomllib

import pytest
from jinja2 import UndefinedError
from tests.doors.web.pages import WORDING, a_hostile_page, a_page

from twiceshy.doors.web import page_templates
from twiceshy.doors.web.draw_report_page import render_report_page
from twiceshy.doors.web.offline_page import render_offline_page, write_policy
from twiceshy.doors.web.page_templates import FOLDER, write_json

VENDORED = tomllib.loads((FOLDER / "vendor" / "vendored.toml").read_text(encoding="utf-8"))["library"]
TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))


def test_doctests() -> None:
    """The examples of the docstrings hold."""
    assert doctest.testmod(page_templates).failed == 0


@pytest.mark.parametrize("library", VENDORED, ids=lambda one: one["name"])
def test_what_others_made_is_unchanged_and_licensed(library: dict[str, dict[str, str]]) -> None:
    """Each file has the hash that was noted when it came, its licence lies beside it, and no file is without a note."""
    for name, digest in library["sha256"].items():
        content = (FOLDER / "vendor" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest, name
    assert any(name.endswith("LICENSE") for name in library["sha256"])
    assert library.keys() == {"name", "version", "licence", "source", "integrity", "sha256"}

    noted = {name for one in VENDORED for name in one["sha256"]}
    files = {
        path.relative_to(FOLDER / "vendor").as_posix() for path in (FOLDER / "vendor").rglob("*") if path.is_file()
    }
    assert files - {"vendored.toml"} == noted


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_switches_escaping_off(path: object) -> None:
    """Nor does one name a handler, a script's address or another place of the network."""
    text = (FOLDER / "templates" / getattr(path, "name", "")).read_text(encoding="utf-8")

    assert not re.search(r"\|\s*safe|autoescape|Markup|\bon\w+=|hx-|javascript:|https?:|src=|style=", text)


def test_data_cannot_leave_its_element() -> None:
    """No mark of HTML stands in it, and what nobody sees is written out."""
    found = write_json({"a": ["</script><!--&'\u2028", None, 1.5]})

    assert not set(found) & set("<>&'\u2028")
    assert "\\u003c/script" in found
    with pytest.raises(ValueError, match="float"):
        write_json([float("nan")])


def test_the_policy_forbids_all_that_it_does_not_name() -> None:
    """A script is named by the hash of its text."""
    digest = base64.b64encode(hashlib.sha256(b"a").digest()).decode()

    assert write_policy(["a"], ["b"]).startswith(
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'sha256-"
    )
    assert write_policy(["a"], ["b"]).endswith("; base-uri 'none'; form-action 'none'")


@pytest.mark.parametrize("page", [a_page(), a_hostile_page()], ids=["plain", "hostile"])
def test_every_script_and_style_of_the_page_is_named_by_its_policy(page: object) -> None:
    """And there are no others; the policy stands before all of them."""
    text = render_report_page(page, WORDING).decode()  # type: ignore[arg-type]  # a row of the table
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    named = {one.replace("&#39;", "") for one in re.findall(r"&#39;sha256-[^;]*?&#39;", policy[1])}
    inline = re.findall(r"<(script|style)>(.*?)</\1>", text, re.DOTALL)

    assert {
        f"sha256-{base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()}" for _, body in inline
    } == named
    assert len(inline) == len(re.findall(r"<(?:script|style)\b", text)) - 1  # the one with data
    assert policy.start() < text.index("<style>")


def test_a_page_is_the_same_bytes_again() -> None:
    """And is small."""
    first, again = (render_report_page(a_page(), WORDING) for _ in range(2))

    assert first == again
    assert len(first) < 100_000


def test_a_template_that_names_nothing_fails() -> None:
    """A misspelt value is no empty place."""
    with pytest.raises(UndefinedError):
        render_offline_page("report.html", {}, {})
