"""The report's page in a real browser: it asks nobody, runs nothing of a log's, and is readable in every way.

Skipped where no Chromium is installed (Debian: ``apt-get install chromium``).
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.doors.web import browser
from tests.doors.web.pages import WORDING, a_hostile_page, a_page, an_empty_page

from twiceshy.doors.web.draw_report_page import render_report_page

CHROMIUM = browser.find_chromium()
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here: the page is not opened")


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Tab]:
    with browser.start(CHROMIUM or "", tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_bytes(render_report_page(a_page(), WORDING))
    return path


def test_an_empty_store_has_a_page_without_complaints(tab: browser.Tab, tmp_path: Path) -> None:
    """It has no plot, and says what is missing."""
    path = tmp_path / "empty.html"
    path.write_bytes(render_report_page(an_empty_page(), WORDING))
    tab.show(path)

    assert tab.list_complaints() == []
    assert tab.run("document.querySelectorAll('canvas').length") == 0
    assert "No advice yet" in tab.run("document.body.innerText")


def test_plots_are_drawn_and_nobody_is_asked(tab: browser.Tab, page: Path) -> None:
    """Three plots have ink, the file itself is the only request, and the console is silent."""
    tab.show(page)
    ink = """[...document.querySelectorAll('canvas')].map(one => one.getContext('2d')
        .getImageData(0, 0, one.width, one.height).data.filter((value, place) => place % 4 == 3 && value).length)"""

    assert [count > 500 for count in tab.run(ink)] == [True, True, True]
    assert tab.list_requests() == [page.as_uri()]
    assert tab.list_complaints() == []


def test_hostile_text_in_every_field_is_text(tab: browser.Tab, tmp_path: Path) -> None:
    """No script of it runs, no element or attribute comes of it, no template word is carried out, nobody is asked."""
    path = tmp_path / "hostile.html"
    path.write_bytes(render_report_page(a_hostile_page(), WORDING))
    tab.show(path)
    tab.run("document.querySelectorAll('details').forEach(one => { one.open = true })")
    tab.run("document.querySelectorAll('a, summary, h1, h3, td, p').forEach(one => one.click())")

    assert tab.run("typeof window.ran") == "undefined"
    assert tab.run("document.querySelectorAll('img, iframe, link, base, object, embed, form').length") == 0
    assert tab.run("document.querySelectorAll('script').length") == 3
    assert tab.run("[...document.querySelectorAll('a')].every(one => one.getAttribute('href').startsWith('#'))")
    on = (
        "[...document.querySelectorAll('*')].flatMap(one => one.getAttributeNames()).filter(one => /^on|hx-/.test(one))"
    )
    assert tab.run(on) == []
    text = tab.run("document.body.innerText")
    assert text.count("{{ 7 * 191 }}") > 50
    assert "1337" not in text
    assert "\\u202e" in text
    assert "\u202e" not in text
    assert tab.run("document.querySelectorAll('canvas').length") == 3
    assert tab.list_requests() == [path.as_uri()]
    assert tab.list_complaints() == []


@pytest.mark.parametrize(
    "planted",
    [
        "<script>window.ran=1</script>",
        '<img src="https://evil.example/x.png" onerror="window.ran=1">',
        "<style>h1 { display: none }</style>",
        '<h1 id="own" onclick="window.ran=1">x</h1>',
    ],
)
def test_what_escaping_would_miss_the_policy_stops(tab: browser.Tab, page: Path, tmp_path: Path, planted: str) -> None:
    """Markup put into the finished page, as if escaping had failed: it neither runs nor loads nor styles."""
    path = tmp_path / "broken.html"
    path.write_text(page.read_text().replace("<main>", f"<main>{planted}"))
    tab.show(path)
    tab.run("document.querySelector('#own')?.click()")

    assert tab.run("typeof window.ran") == "undefined"
    assert tab.run("getComputedStyle(document.querySelector('h1')).display") == "block"
    assert [one for one in tab.list_requests() if one != path.as_uri()] in ([], ["https://evil.example/x.png"])
    assert not any(one["method"] == "Network.responseReceived" and "evil" in str(one) for one in tab.events)
    assert any("Content Security Policy" in one for one in tab.list_complaints())


def test_without_scripts_every_number_is_there(tab: browser.Tab, page: Path) -> None:
    """Tables stand beside the plots."""
    tab.show(page, script=False)
    text = tab.run("document.body.innerText")

    assert tab.run("document.querySelectorAll('canvas').length") == 0
    assert all(word in text for word in ("$12.25", "no such file", "2.4x (1.3-4.4)", "53 % of 30", "all other causes"))


def test_light_and_dark_follow_the_reader(tab: browser.Tab, page: Path) -> None:
    """Ground, text and plots change, and the plots have ink in both."""
    seen = []
    for scheme in ("light", "dark"):
        tab.show(page, scheme=scheme)
        seen.append(tab.run("getComputedStyle(document.body).backgroundColor + getComputedStyle(document.body).color"))

    assert seen == ["rgb(253, 253, 252)rgb(28, 29, 31)", "rgb(22, 24, 27)rgb(232, 233, 235)"]


def test_all_of_it_goes_by_keyboard(tab: browser.Tab, page: Path) -> None:
    """The first key shows a way past the head, cases unfold, and a plot is read day by day."""
    tab.show(page)
    tab.press("Tab")
    assert tab.run("document.activeElement.className") == "skip"
    tab.press("Enter")
    tab.press("Tab")
    assert tab.run("document.activeElement.tagName") == "SUMMARY"
    tab.press("Enter")
    assert tab.run("document.activeElement.parentElement.open")

    tab.run("document.querySelector('[data-plot=cost]').focus()")
    read = "document.querySelector('[data-plot=cost] .u-legend').innerText.replace(/\\s+/g, ' ').trim()"
    last = tab.run(read)
    tab.press("ArrowLeft")
    before = tab.run(read)
    tab.press("Home")

    assert "20 Nov 2026" in last
    assert "$0.40" in last
    assert "19 Nov 2026" in before
    assert "$12.25" in before
    assert "18 Nov 2026" in tab.run(read)


@pytest.mark.parametrize("width", [320, 1400])
def test_no_width_needs_scrolling_sideways(tab: browser.Tab, page: Path, width: int) -> None:
    """Wide tables scroll within themselves."""
    tab.show(page, width=width)

    assert tab.run("document.documentElement.scrollWidth") <= width
