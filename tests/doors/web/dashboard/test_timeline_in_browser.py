"""static/timeline.js: a long session in a browser: parts come and go, a moment opens, new ones appear."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.doors.web import browser
from tests.doors.web.dashboard.served import serve
from tests.logs.builders import Log, a_session

from twiceshy.doors.cli.main import main

PROGRAM = browser.find_chromium()
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no Chromium here")
FILLED = "document.querySelectorAll('#parts > .part > li').length"


class OpenSession(NamedTuple):
    """A session in a browser, and how it goes on."""

    tab: browser.Tab
    address: str
    log: Log
    home: Path
    path: Path

    def show(self, query: str = "") -> None:
        self.tab.events.clear()
        self.tab.ask("Page.navigate", url=self.address + query)
        self.wait(f"document.getElementById('timeline') && {FILLED} > 50")

    def wait(self, condition: str) -> None:
        until = time.monotonic() + 8
        while not self.tab.run(f"Boolean({condition})"):
            assert time.monotonic() < until, condition
            time.sleep(0.1)

    def ingest(self) -> None:
        self.log.write(self.path)
        assert main(["--home", str(self.home), "ingest", str(self.path), "--processes", "1"]) == 0


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenSession]:
    """Seven hundred moments, twenty of them of a subagent."""
    assert PROGRAM is not None
    folder = tmp_path_factory.mktemp("timeline")
    log = a_session("long").prompt("walk through it")
    for number in range(700):
        log.agent = "helper" if 300 <= number < 320 else None
        log.says(f"step {number}")
    log.agent = None
    log.edits("a.py", "x = 1", "x = 2")
    home, path = folder / "home", folder / "a.jsonl"
    with browser.start(PROGRAM, folder / "profile") as tab:
        opened = OpenSession(tab, "", log, home, path)
        opened.ingest()
        with serve(home) as served:
            tab.ask("Emulation.setDeviceMetricsOverride", width=900, height=700, deviceScaleFactor=1, mobile=False)
            tab.ask("Page.navigate", url=served.address)
            opened.wait("document.querySelector('a[href^=\"/sessions/s-\"]')")
            address = str(tab.run("document.querySelector('a[href^=\"/sessions/s-\"]').href"))
            yield opened._replace(address=address)


def test_parts_come_near_and_go(session: OpenSession) -> None:
    """What is far is empty, and keeps its height; nothing is said on the console, nothing asked outside."""
    session.show()
    before = session.tab.run("document.documentElement.scrollHeight")
    session.tab.run("scrollTo(0, document.documentElement.scrollHeight)")
    session.wait("document.querySelector('#parts > .part:last-child > li')")
    session.wait("!document.querySelector('#parts > .part:first-child > li')")
    after = session.tab.run("document.documentElement.scrollHeight")

    assert session.tab.run(FILLED) <= 400
    assert abs(after - before) < before / 4
    assert session.tab.list_complaints() == []
    own = session.address.split("/sessions")[0]
    assert [one for one in session.tab.list_requests() if not one.startswith((own + "/", "data:"))] == []


def test_keys_walk_and_open(session: OpenSession) -> None:
    """The second line by j, Enter opens what was said, Enter again closes it."""
    session.show()
    for key in "jj":
        session.tab.run(f"document.body.dispatchEvent(new KeyboardEvent('keydown', {{key: '{key}', bubbles: true}}))")
    session.tab.run("document.activeElement.click()")
    session.wait("document.activeElement.closest('li')?.querySelector('.opened pre')")
    said = session.tab.run("document.activeElement.closest('li').querySelector('pre').textContent")
    session.tab.run("document.activeElement.click()")

    assert said == "step 0"
    assert not session.tab.run("document.querySelector('.opened')")


def test_a_subagent_unfolds_and_folds(session: OpenSession) -> None:
    """Its moments come in a part of their own."""
    session.show()
    session.tab.run("document.querySelectorAll('#parts > .part')[1].scrollIntoView()")
    session.wait("document.querySelector('[data-fold]')")
    session.tab.run("document.querySelector('[data-fold]').scrollIntoView()")
    session.tab.run("document.querySelector('[data-fold]').click()")
    session.wait("document.querySelectorAll('.run li').length === 20")
    session.tab.run("document.querySelector('[data-fold]').click()")

    assert not session.tab.run("document.querySelector('.run')")


@pytest.mark.parametrize("text", ["step 690", "step 311"], ids=["far down", "of a subagent"])
def test_the_address_of_a_message_leads_to_it(session: OpenSession, text: str) -> None:
    """It is opened, in the window, and has the keys."""
    asked = f"fetch('/api/search?q=%22{text.replace(' ', '+')}%22').then((one) => one.json())"
    uid = session.tab.run(f"{asked}.then((found) => found.hits[0].uid)")
    session.show(f"?at={uid}#m-{uid}")
    session.wait("document.querySelector('.sought .opened pre')")
    session.wait("document.activeElement.closest('.sought')")
    top = session.tab.run("document.querySelector('.sought').getBoundingClientRect().top")

    assert session.tab.run("document.querySelector('.sought pre').textContent") == text
    assert 0 <= top < 700


def test_new_moments_appear_while_an_agent_works(session: OpenSession) -> None:
    """Behind the last; the window stays at the end where it was there."""
    session.show()
    session.tab.run("scrollTo(0, document.documentElement.scrollHeight)")
    session.wait("document.querySelector('#parts > .part:last-child > li')")
    session.log.says("what is new")
    session.ingest()
    session.wait("document.getElementById('parts').textContent.includes('what is new')")

    assert session.tab.list_complaints() == []
