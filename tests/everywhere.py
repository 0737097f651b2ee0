"""The suite never sees this machine's own agent folders, settings or git configuration: it enforces that for itself."""

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tests.outside import Outside
from tests.shortcuts import take_shortcuts

# What shared contracts and drivers assert shows its values when it fails, as in a test file.
pytest.register_assert_rewrite(
    "tests.agents.driving",
    "tests.logs.contract",
    "wings.fleet.tests.cluster.contract",
    "tests.logs.document_contract",
    "tests.run.wrapping",
    "tests.doors.gate.calling",
)

take_shortcuts()

# The same examples on every machine: a run that fails can be run again. Fresh ones, 100: HYPOTHESIS_PROFILE=default.
# A busy machine makes examples slowly: that is no fault of a test.
settings.register_profile(
    "suite", derandomize=True, max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

# A shell makes what it starts in the background deaf to the first two, nohup to the third, and programs hand that on:
# our tests send them.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
for name in ("SIGQUIT", "SIGHUP"):
    if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is signal.SIG_IGN:
        signal.signal(getattr(signal, name), signal.SIG_DFL)

# Thousands of tests are there until the end: no collection looks through them, neither here nor in a fork.
gc.disable()


def pytest_collection_finish() -> None:
    """Set aside what was collected."""
    gc.freeze()
    gc.enable()


SCRATCH_VARIABLES = {
    "HOME": "home",
    "USERPROFILE": "home",
    "TWICESHY_HOME": "home/.twiceshy",
    "XDG_CONFIG_HOME": "home/.config",
    "XDG_DATA_HOME": "home/.local/share",
    "XDG_STATE_HOME": "home/.local/state",
    "XDG_CACHE_HOME": "home/.cache",
    "CLAUDE_CONFIG_DIR": "home/.claude",
    "CODEX_HOME": "home/.codex",
    "GEMINI_CLI_HOME": "home",
    "GIT_CONFIG_GLOBAL": "home/.gitconfig",
}


@pytest.fixture(scope="session", autouse=True)
def sealed_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    """Between tests, and for what outlives one, home is a folder in which nothing may ever be."""
    outside = Outside(tmp_path_factory.mktemp("outside"), tmp_path_factory.getbasetemp(), dict(os.environ))
    with pytest.MonkeyPatch.context() as patch:
        outside.redirect(patch, SCRATCH_VARIABLES)
        yield outside
        outside.end_learners()
        assert outside.list_touched() == [], "a test, or what it left running, wrote outside of its own folder"


@pytest.fixture(autouse=True)
def scratch_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sealed_home: Outside) -> Iterator[Path]:
    """Every test runs with its own empty home; the real one cannot be reached by name."""
    home = tmp_path / "home"
    home.mkdir()
    for name, place in SCRATCH_VARIABLES.items():
        monkeypatch.setenv(name, str(tmp_path / place))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Test Author")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "author@example.test")
    monkeypatch.setenv("GIT_COMMITTER_NAME", "Test Author")
    monkeypatch.setenv("GIT_COMMITTER_EMAIL", "author@example.test")
    monkeypatch.delenv("TWICESHY_ENABLED", raising=False)
    monkeypatch.delenv("CI", raising=False)  # a run says and imports more on a CI machine
    monkeypatch.chdir(home)
    yield home
    assert sealed_home.list_strays() == [], "this test, or one shortly before it, wrote outside of its own folder"
