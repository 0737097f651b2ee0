"""base.plugins: what is installed is found, what does not fit is named and left out, what clashes is said loudly."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from tests.insights.kinds.histories import history, run, session
from tests.insights.remedy.test_proposals import a_remedy, an_insight

from twiceshy.base import plugins
from twiceshy.base.config import load
from twiceshy.base.errors import ConfigError, ToolMissing
from twiceshy.doors.cli.verbs import VERB_TABLES, WING_VERBS, list_verbs
from twiceshy.doors.mcp.tools import list_tools
from twiceshy.doors.web.dashboard.pages import list_pages
from twiceshy.insights.remedy.proposals import propose_remedies
from twiceshy.logs import readers
from twiceshy.recipes.learn import learn_all
from twiceshy.records.insights import RemedyKind, SettingChange
from twiceshy.records.questions import FILES, RISK
from twiceshy.score.recipes.run_scanners import Scanners

ROOT = Path(__file__).parents[2]
EXAMPLE = Path(__file__).parent / "plugin_example"
OURS = {
    (group, name, value)
    for path in ROOT.glob("wings/*/pyproject.toml")
    for group, table in tomllib.loads(path.read_text())["project"]["entry-points"].items()
    for name, value in table.items()
}
"""What the wings offer."""
FITS = "from twiceshy.doors.cli.verbs import Verb\nVERBS = (Verb({!r}, 'look', 'say so', 'x'),)\n"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder on ``sys.path`` to install things in; what they import is forgotten afterwards."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    before = set(sys.modules)
    yield folder
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None) or ""
        if file.startswith(str(folder)):
            del sys.modules[name]


def install(site: Path, name: str, group: str, entry: str, text: str = "") -> None:
    """Put a distribution with one entry point, and maybe its module, into a folder."""
    info = site / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir(exist_ok=True)
    plugins._read_entries.cache_clear()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    with (info / "entry_points.txt").open("a") as file:
        file.write(f"[{group}]\n{entry}\n")
    if text:
        (site / f"{entry.partition('=')[2].strip().partition(':')[0]}.py").write_text(text)


def call(site: Path, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Call the command line where the folder is installed too."""
    env = {**os.environ, "PYTHONPATH": str(site), "TWICESHY_HOME": str(home)}
    command = [sys.executable, "-P", "-m", "twiceshy", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)


def test_the_reader_finds_what_python_finds() -> None:
    """The files are read as the standard library reads them."""
    theirs = {
        (one.group, one.name, one.value.partition(" [")[0], distribution.name.lower())
        for distribution in metadata.distributions()
        for one in distribution.entry_points
        if one.group.startswith("twiceshy.")
    }

    assert theirs == {(*one[:3], one.distribution.lower()) for one in plugins.list_entries()}
    assert {one[:3] for one in plugins.list_entries()} >= OURS


def test_nothing_that_is_installed_here_is_at_fault() -> None:
    """Each wing's plugin fits its Protocol, and every group and question that the core asks stands in the table."""
    assert list(plugins.find_faults()) == []
    for name, place in {**plugins.GROUPS, **plugins.QUESTIONS}.items():
        assert plugins._import_value(place).name == name  # type: ignore[attr-defined]  # of either sort


def test_a_wing_that_is_not_there_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who can do without goes on; who cannot says how to get it."""
    assert plugins.find_answer(FILES) is not None
    monkeypatch.setattr(plugins, "list_entries", tuple)

    assert plugins.find_answer(FILES) is None
    with pytest.raises(
        ToolMissing,
        match=r"^effects risk needs the git wing, which is not installed here\. Install it in the check",
    ):
        plugins.ask_for(RISK, "effects risk")
    assert not {verb.name for verb in list_verbs().verbs} & {name for some in WING_VERBS.values() for name in some}


def test_our_wings_have_the_verbs_that_the_core_says_they_have() -> None:
    """Else it would say how to get a verb that is nowhere."""
    tables = plugins.load_plugins(VERB_TABLES).found

    assert {name: tuple(verb.name for verb in tables[name].VERBS) for name in WING_VERBS} == WING_VERBS


BROKEN = [
    pytest.param("", "cannot be imported (ModuleNotFoundError: No module named 'broken_verbs')", id="not there"),
    pytest.param("raise SystemExit(3)", "cannot be imported (SystemExit: 3)", id="it ends the program"),
    pytest.param("import nothing_like_it", "(ModuleNotFoundError: No module named 'nothing_like_it')", id="its import"),
    pytest.param("VERB = ()", "has no VERBS", id="a name is missing"),
    pytest.param("VERBS = [1]", "has a VERBS that is no tuple", id="another type"),
    pytest.param("VERBS = (1,)", "has a VERBS that is no Verb", id="rows of another type"),
]


@pytest.mark.parametrize(("text", "why"), BROKEN)
def test_a_broken_plugin_is_named_and_left_out(site: Path, text: str, why: str) -> None:
    """With its distribution; all others are as they were."""
    before = list_verbs().verbs
    install(site, "broken-thing", "twiceshy.verbs", "broken = broken_verbs", text)
    (fault,) = plugins.find_faults()

    assert list_verbs() == (before, ())
    assert fault.describe().startswith("'broken' of broken-thing (twiceshy.verbs) ")
    assert why in fault.describe()


def test_a_function_that_is_none_is_no_function(site: Path) -> None:
    """A name alone does not make a plugin fit."""
    install(site, "broken-row", "twiceshy.doctor", "odd = odd_row", "check = 'yes'\n")
    (fault,) = plugins.find_faults()

    assert fault.why == "has a check that is no function"


def test_what_this_version_does_not_know_is_named(site: Path) -> None:
    """A group that there is not, or a question that nobody asks: a newer plugin, or a slip of the pen."""
    install(site, "new-thing", "twiceshy.verb", "a = os")
    install(site, "new-thing", "twiceshy.answers", "weather = os")

    assert [fault.why for fault in plugins.find_faults()] == ["is of a kind that this version does not know"] * 2


CLASHES = [
    pytest.param(("report",), "takes the name 'report', which twiceshy has too", id="a verb of ours"),
    pytest.param(("odd", "odd"), "takes the name 'odd', which second has too", id="of two plugins"),
    pytest.param(("memory",), "takes the name 'memory', which twiceshy-git has too", id="a verb of a wing"),
]


@pytest.mark.parametrize(("names", "words"), CLASHES)
def test_a_clash_is_said_loudly(site: Path, names: tuple[str, ...], words: str) -> None:
    """Neither plugin is used, whatever else it has; what is ours stays."""
    for number, name in enumerate(names):
        which = ("first", "second")[number]
        install(site, which, "twiceshy.verbs", f"{which} = {which}_verbs", FITS.format(name))
    found = list_verbs()

    assert [one for one in found.clashes if words in one and "uninstall one of the two" in one]
    assert "report" in {verb.name for verb in found.verbs}
    assert {"first_verbs", "x"}.isdisjoint({verb.module for verb in found.verbs})


def test_two_answers_are_none(site: Path) -> None:
    """Nobody could tell which one speaks."""
    install(site, "other-git", "twiceshy.answers", "risk = os")

    with pytest.raises(ConfigError, match=r"'risk' of .* is installed twice\. It is not used"):
        plugins.find_answer(RISK)


def test_doctor_and_stderr_say_what_is_wrong(site: Path, tmp_path: Path) -> None:
    """In the words that say what to do; the help is there all the same."""
    install(site, "broken-thing", "twiceshy.verbs", "broken = broken_verbs", "VERB = 1")
    install(site, "greedy", "twiceshy.verbs", "greedy = greedy_verbs", FITS.format("report"))
    done, shown = call(site, tmp_path / "home", "doctor"), call(site, tmp_path / "home", "--help")

    said = " ".join(done.stdout.split())
    assert "the plugin 'broken' of broken-thing (twiceshy.verbs) has no VERBS" in said
    assert "It is left out. Upgrade broken-thing, or uninstall it" in said
    assert "takes the name 'report', which twiceshy has too" in said
    assert "the plugin 'greedy' of greedy" in shown.stderr
    assert "  report " in shown.stdout


STEP = "from twiceshy.recipes.learn.learn_all import LearnStep\nSTEPS = (LearnStep('odd', lambda *_: 1, {}),)\n"
TOOL = "from twiceshy.doors.mcp.tools import McpTool\nTOOLS = (McpTool('odd', '', {}, (), lambda *_: {}),)\n"
PAGE = "from twiceshy.doors.web.dashboard.asked import DashboardPage as P\nPAGES = (P('/odd', '', '', print, print),)\n"
SCANNER = """from types import SimpleNamespace
def make_scanner(scrub):
    return SimpleNamespace(name="odd", version="1", handles=lambda path: False, scan=lambda sources: [])
"""
REMEDY = """from twiceshy.records.insights import Remedy, RemedyKind
def make_remedies(insight):
    yield Remedy(kind=RemedyKind.TEXT, text=f"Never run `{insight.key}`.", evidence="always")
"""


@pytest.mark.parametrize("after", ["rules", "cleanup", "nothing of that name"])
def test_a_step_of_learning_follows_the_one_that_it_names(site: Path, after: str) -> None:
    """It is the last one where there is none of that name."""
    install(site, "odd-step", "twiceshy.learn", "odd = odd_step", STEP.format(f"after={after!r}"))
    names = [step.name for step in learn_all.list_steps().steps]

    assert names[names.index("odd") - 1] == (after if after in names else "cleanup")
    assert [name for name in names if name in {"facts", "sync", "rules", "memory", "commit messages", "reread"}] == [
        *("facts", "sync", "rules", "memory", "commit messages", "reread")
    ]


def test_a_step_that_takes_long_is_apart(site: Path) -> None:
    """It runs when the lock is let go; a name of ours is not taken twice."""
    install(site, "odd-step", "twiceshy.learn", "odd = odd_step", STEP.format("apart=True"))
    recipe = learn_all.list_steps()

    assert [step.name for step in recipe.apart] == ["training", "odd"]
    assert "odd" not in {step.name for step in recipe.steps}


def test_tools_pages_scanners_and_remedies_of_plugins_come_after_ours(site: Path, tmp_path: Path) -> None:
    """Each room looks for its plugins where it lists its own table."""
    for group, text in (("mcp", TOOL), ("pages", PAGE), ("scanners", SCANNER), ("remedies", REMEDY)):
        install(site, f"odd-{group}", f"twiceshy.{group}", f"odd = odd_{group}", text)
    insight = an_insight(a_remedy(RemedyKind.GIT_SETTING, setting=SettingChange("git", "rebase.autoStash", "true")))

    assert [tool.name for tool in list_tools()][-1] == "odd"
    assert "/odd" in {page.path for page in list_pages(None)}
    assert [one.name for one in Scanners(load({"home": str(tmp_path)}, {}, tmp_path)).all][-1] == "odd"
    assert propose_remedies([insight], [])[-1].text == "Never run `tox`."
    assert list(plugins.find_faults()) == []


def test_a_reader_of_a_plugin_is_a_reader(site: Path) -> None:
    """Under the agent's name; one of ours is not replaced."""
    text = "from twiceshy.logs.pi import Pi\nPI = Pi()\n"
    install(site, "odd-reader", "twiceshy.readers", "odd = odd_reader:PI", text)
    install(site, "odd-reader", "twiceshy.readers", "codex = odd_reader:PI")
    found = readers.list_readers.__wrapped__()

    assert list(found) == [*readers.READERS, "odd"]
    assert found["codex"] is readers.READERS["codex"]

    install(site, "odd-class", "twiceshy.readers", "late = twiceshy.logs.pi:Pi")
    whys = [fault.why for fault in plugins.find_faults()]
    assert whys == [
        "is a class, where an object of it or a module is wanted",
        "takes the name 'codex', which twiceshy has too",
    ]


def test_an_unknown_form_is_named(site: Path, tmp_path: Path) -> None:
    """With those that there are."""
    done = call(site, tmp_path / "home", "ingest", "--format", "odd", ".")

    assert (done.returncode, done.stderr) == (2, "twiceshy: --format 'odd' is not known; known are: seed.\n")


def test_a_clone_brings_no_plugins(site: Path, tmp_path: Path) -> None:
    """Whoever calls us as a module in a folder of somebody else's runs nothing of it."""
    install(site, "evil", "twiceshy.verbs", "evil = evil_verbs", FITS.format("evil"))
    command = [sys.executable, "-m", "twiceshy", "evil"]
    env = {**os.environ, "TWICESHY_HOME": str(tmp_path / "home")}
    done = subprocess.run(command, env=env, cwd=site, capture_output=True, text=True, check=False, timeout=120)

    assert (done.returncode, done.stderr.splitlines()[0][:31]) == (2, "twiceshy: there is no verb 'evi")


def test_the_example_of_the_docs_installs_and_works(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A distribution of its own: its verb is called, and its insight is found."""
    source = tmp_path / "example"
    shutil.copytree(EXAMPLE, source)
    pip = [sys.executable, "-P", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    offline = ["--no-build-isolation", "--no-index", "--target", str(site), str(source)]
    subprocess.run([*pip, *offline], check=True, capture_output=True, timeout=120)
    done = call(site, tmp_path / "home", "long-waits")

    assert (done.stdout, done.stderr) == ("A long wait takes 300 s or more.\n", "")

    from twiceshy.insights.kinds import find_insights as finding  # noqa: PLC0415  # after it is installed

    monkeypatch.setattr(finding, "_list_finders", finding._list_finders.__wrapped__)
    slow = [run("make all", head="make", seconds=400.0) for _ in range(3)]
    (found,) = finding.find_insights([history(session(*slow))], lambda *_: None)
    assert (found.kind.value, found.key) == ("added", "long-waits make")
    assert found.says == "`make` took five minutes or more 3 times."


def test_the_docs_show_the_example_as_it_is() -> None:
    """Whoever copies it from the page has what is tested here."""
    page = (ROOT / "docs" / "plugins.md").read_text()

    assert (EXAMPLE / "src" / "long_waits.py").read_text() in page
    assert (EXAMPLE / "pyproject.toml").read_text() in page
    assert [name for name in (*plugins.GROUPS, plugins.ANSWERS) if f"`{name}`" not in page] == []
