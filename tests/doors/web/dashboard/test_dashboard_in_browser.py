"""The dashboard in a real browser: every page, over stores in every state, with every text of others hostile.

Skipped where no Chromium is installed (Debian: ``apt-get install chromium``).
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from tests.doors.web import browser
from tests.doors.web.dashboard.boards import open_board
from tests.doors.web.dashboard.hostile_store import write_hostile_store
from tests.doors.web.dashboard.served import Served, serve
from tests.doors.web.page_checks import find_faults
from tests.logs.builders import a_session

from twiceshy.doors.cli.main import main
from twiceshy.doors.web.dashboard.pages import list_pages

PAGES = list_pages(None)

CHROMIUM = browser.find_chromium()
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here: no page is opened")
NAMED = [page for page in PAGES if page.name]
"""Pages with a frame; what stands behind them are parts that these load into themselves."""
MISSED = (
    '<p hx-on:click="window.ran=1" hx-on="click: window.ran=1" onclick="window.ran=2">a</p>'
    '<p hx-get="https://evil.example/x" hx-trigger="go, click, load">b</p>'
    '<p hx-get="/" hx-vals="js:{a: window.ran=3}" hx-trigger="go[window.ran=4]">c</p>'
    '<p hx-headers="js:{a: window.ran=5}" hx-get="/healthz" hx-trigger="click">d</p>'
    '<img src="https://evil.example/x.png" onerror="window.ran=6"><script>window.ran=7</script>'
    '<form action="https://evil.example/"><button>e</button></form><iframe src="https://evil.example/"></iframe>'
)
"""As if a template had forgotten to escape: attributes of htmx, handlers, elements that load."""
LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)')


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Tab]:
    with browser.start(CHROMIUM or "", tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_hostile_store(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def served(hostile: Path, tab: browser.Tab) -> Iterator[Served]:
    with serve(hostile) as found:
        enter(tab, found)
        yield found


@pytest.fixture(scope="module")
def addresses(hostile: Path) -> dict[str, str]:
    """One address for each row of the table of pages: as it is, or the first that a link leads to."""
    return find_addresses(hostile)


def enter(tab: browser.Tab, served: Served) -> None:
    """Open the printed address, and wait until the first page is there."""
    tab.visit(served.address)
    assert tab.wait_for("location.pathname === '/' && document.readyState === 'complete'")
    tab.settle()


def find_addresses(home: Path) -> dict[str, str]:
    """Follow links from the bar of pages until each row of the table has an address."""
    asked = open_board(home).let_in()
    found = {page.path: page.path for page in PAGES if page.key}
    rows = {page.path: re.compile(re.sub(r"\{\w+\}", "[^/?]+", page.path)) for page in PAGES if not page.key}
    waiting = list(found.values())
    while waiting and rows:
        for link in LINK.findall(asked.get(waiting.pop(0), headers={"hx-request": "true"}).text):
            path = next((path for path, row in rows.items() if row.fullmatch(link.partition("?")[0])), None)
            if path:
                del rows[path]
                found[path] = unescape(link)
                waiting.append(found[path])
    return found


@pytest.mark.parametrize("page", NAMED, ids=lambda page: page.path)
def test_a_page_full_of_hostile_text_is_whole_and_for_everybody(
    tab: browser.Tab, served: Served, addresses: dict[str, str], page: object
) -> None:
    """Nothing runs, nobody else is asked, the console is silent; it has names, order, contrast, and fits 320 px."""
    path = getattr(page, "path", "")
    if path not in addresses:
        pytest.skip(f"no link in this small store leads to {path}")
    tab.visit(served.own + addresses[path])
    tab.run("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    tab.settle()

    assert "It does not work" not in tab.run("document.body.innerText")
    assert tab.list_complaints() == []
    assert [one for one in tab.list_requests() if not one.startswith((served.own + "/", "data:"))] == []
    assert find_faults(tab) == {}


def test_hostile_text_is_there_to_be_seen(tab: browser.Tab, served: Served) -> None:
    """Else the test above would prove nothing."""
    tab.visit(served.own)
    text = tab.run("document.body.textContent")

    assert text.count("window.ran=1") >= 10
    assert "{{ 7 * 191 }}" in text
    assert "\\u202e" in text


def test_what_escaping_would_miss_the_policy_stops(tab: browser.Tab, served: Served) -> None:
    """Markup brought into a page by htmx itself, as if escaping had failed: it neither runs nor asks anybody."""
    tab.visit(served.own)
    tab.run(f"window.planted = {json.dumps(MISSED)}")
    tab.run("""(() => {
        const part = document.createElement('div');
        part.innerHTML = window.planted;
        document.querySelector('main').append(part);
        htmx.process(part);
        part.querySelectorAll('*').forEach((one) => one.click());
        part.querySelectorAll('*').forEach((one) => htmx.trigger(one, 'go'));
    })()""")
    tab.settle()

    assert tab.run("typeof window.ran") == "undefined"
    assert not any(one["method"] == "Network.responseReceived" and "evil" in str(one) for one in tab.events)
    assert any("Content Security Policy" in one for one in tab.list_complaints())


def test_all_goes_by_keys(tab: browser.Tab, served: Served) -> None:
    """To a page, to its rows, into one, to the list of keys and out of it; letters that are typed are letters."""
    tab.visit(served.own + "/files")
    tab.type("go")
    assert tab.wait_for("location.pathname === '/' && document.querySelector('main [data-row]') !== null")
    tab.settle()
    rows = "[...document.querySelectorAll('main [data-row]')].filter((one) => one.checkVisibility())"
    at = f"{rows}.indexOf(document.activeElement)"
    assert tab.run(at) == -1
    tab.type("j")
    assert tab.run(at) == 0
    tab.type("jj")
    tab.type("k")
    assert tab.run(at) == 1
    aim = tab.run("document.activeElement.getAttribute('href')")
    tab.type("?")
    assert tab.run("document.getElementById('keys').open")
    tab.press("Escape")
    assert not tab.run("document.getElementById('keys').open")
    tab.run(f"{rows}[1].focus()")
    tab.press("Enter")
    assert tab.wait_for(f"location.pathname + location.search + location.hash === {json.dumps(aim)}")


def test_an_answer_is_given_and_taken_back_by_one_key_each(tab: browser.Tab, served: Served) -> None:
    """The queue goes on to another lesson; with u the first one is there again, as it was."""
    tab.visit(served.own + "/review")
    tab.settle()
    asked = "(document.querySelector('#lesson-title a')?.getAttribute('href') ?? '')"
    first = tab.run(asked)
    assert first.startswith("/lessons/l-")
    tab.type("y")
    assert tab.wait_for(f"{asked} !== {json.dumps(first)} && document.querySelector('#said button') !== null")
    tab.type("u")
    assert tab.wait_for(f"{asked} === {json.dumps(first)}")
    assert tab.list_complaints() == []


def test_the_first_key_leads_past_the_bar(tab: browser.Tab, served: Served) -> None:
    """A reader that hears the page need not hear the bar on each."""
    tab.visit(served.own)
    tab.press("Tab")
    assert tab.run("document.activeElement.className") == "skip"
    tab.press("Enter")
    assert tab.run("document.activeElement.id") == "main"


def test_paper_has_no_bar_and_nothing_cut(tab: browser.Tab, served: Served) -> None:
    """What cannot be pressed is not printed, and what scrolls is whole."""
    tab.visit(served.own)
    tab.paint(scheme="light", width=800, media="print")
    seen = "[...document.querySelectorAll('.bar, .skip, button, #said')].filter((one) => one.checkVisibility()).length"

    assert tab.run(seen) == 0
    cut = "[...document.querySelectorAll('main *')].filter((one) => one.scrollHeight > one.clientHeight + 4"
    assert tab.run(f"{cut} && getComputedStyle(one).maxHeight !== 'none').length") == 0
    tab.paint(scheme="light", width=1000)


def test_the_address_works_once_and_in_one_browser(tab: browser.Tab, served: Served) -> None:
    """A second use is told, and the token does not stay in the address."""
    tab.visit(served.address)

    assert tab.wait_for("document.getElementById('said').textContent.includes('used already')")
    assert tab.run("location.href") == f"{served.own}/login"
    assert tab.run("document.cookie") == ""


def test_what_another_process_stores_is_shown_by_itself(tab: browser.Tab, tmp_path: Path) -> None:
    """Server-sent events: nobody presses anything."""
    home = tmp_path / "home"
    with serve(home) as live:
        enter(tab, live)
        assert "twiceshy ingest" in tab.run("document.body.innerText")
        a_session("one").prompt("mend the lamp").runs("pytest", "1 passed").write(tmp_path / "a.jsonl")
        words = [sys.executable, "-m", "twiceshy", "--home", str(home), "ingest", str(tmp_path / "a.jsonl")]
        subprocess.run([*words, "--processes", "1"], check=True, capture_output=True)

        assert tab.wait_for("document.body.innerText.includes('mend the lamp')", 30)
        assert tab.wait_for("!document.body.innerText.includes('Counting')")
        assert tab.run("document.querySelectorAll('main, h1').length") == 2
        a_session("two").prompt("mend the door").write(tmp_path / "b.jsonl")
        assert main(["--home", str(home), "ingest", str(tmp_path / "b.jsonl"), "--processes", "1"]) == 0
        assert tab.wait_for("document.body.innerText.includes('mend the door')", 30)
        assert tab.wait_for("!document.body.innerText.includes('Counting')")


@pytest.mark.parametrize("state", ["missing", "damaged"])
def test_without_a_good_store_every_page_says_so(tab: browser.Tab, tmp_path: Path, state: str) -> None:
    """No script fails on what is not there."""
    home = tmp_path / "home"
    if state == "damaged":
        home.mkdir(exist_ok=True)
        (home / "twiceshy.db").write_bytes(b"no database" * 500)
    with serve(home) as served:
        enter(tab, served)
        for page in PAGES:
            if page.key:
                tab.visit(served.own + page.path)
                failed = [one for one in tab.list_complaints() if '"source": "network"' not in one]
                assert (page.path, failed) == (page.path, [])
                assert find_faults(tab).keys() <= {"focus"}, page.path
                assert "twiceshy" in tab.run("document.querySelector('main').innerText"), page.path
