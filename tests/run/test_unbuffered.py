"""Whether a command holds its output back: which runs can be compared, and what its environment gets."""

import pytest

from twiceshy.records.executions import PastRun
from twiceshy.records.runs import Choice, RunPlan, Watch
from twiceshy.run.learned_limits import learn_limits
from twiceshy.run.outputs import find_kind
from twiceshy.run.unbuffered import choose_environment, find_refusal
from twiceshy.stats.durations import AUTO

KINDS = [
    ({}, "none"),
    ({"timeout_s": 9.0, "json": True, "log": "all.log"}, "none"),
    ({"watches": (Watch("match", "FAIL"),)}, "environment"),
    ({"idle_timeout_s": 9.0}, "environment"),
    ({"idle_timeout_s": AUTO}, "environment"),
    ({"choices": (Choice("idle_timeout_s", "", "none", ""),)}, "environment"),
    ({"choices": (Choice("timeout_s", "", "none", ""),)}, "none"),
    ({"first_output_timeout_s": 9.0}, "environment"),
    ({"max_repeat": 3}, "environment"),
    ({"auto_match": True}, "environment"),
    ({"idle_timeout_s": 9.0, "buffered": True}, "none"),
    ({"idle_timeout_s": 9.0, "pty": True}, "pty"),
    ({"idle_timeout_s": 9.0, "command": ()}, "none"),
]


@pytest.mark.parametrize(("asked", "kind"), KINDS)
def test_a_run_is_of_one_kind(asked: dict[str, object], kind: str) -> None:
    """Only where it matters when a line comes is the environment changed; a pipe's writer runs without us."""
    plan = RunPlan()
    for name, value in ({"command": ("make",)} | asked).items():
        setattr(plan, name, value)

    assert find_kind(plan) == kind


def past_run(number: int, silence_s: float, unbuffered: str) -> PastRun:
    return PastRun(
        uid=number.to_bytes(16, "big"),
        origin="run",
        at=f"2026-09-01T12:00:{number:02}Z",
        command_hash=b"make",
        place_hash=b"make here",
        runtime_s=30.0,
        runtime_cut=False,
        silence_s=silence_s,
        unbuffered=unbuffered,
    )


def test_limits_on_silence_are_learned_from_runs_of_one_kind() -> None:
    """A command that holds its output back is silent for all of its time, which says nothing of one that does not."""
    kinds = [(300.0, "none"), (40.0, "environment"), (1.0, "pty")]
    past = [past_run(number, *kinds[number % 3]) for number in range(30)]
    learned = {one.kind: one.value_s for one in learn_limits(past, ())}

    assert learned["idle_timeout_s:none"] > 300 > learned["idle_timeout_s"] > 40 > learned["idle_timeout_s:pty"]
    assert {"usual_s", "timeout_s"} <= set(learned)


LIBRARY = "/usr/libexec/coreutils/libstdbuf.so"
LINES = {"_STDBUF_O": "L"}
PYTHON = {"PYTHONUNBUFFERED": "1"}
ASAN = {"ASAN_OPTIONS": "verify_asan_link_order=0"}
HITS = [
    ({}, PYTHON | LINES | ASAN | {"LD_PRELOAD": LIBRARY}),
    ({"LD_PRELOAD": ""}, PYTHON | LINES | ASAN | {"LD_PRELOAD": LIBRARY}),
    ({"LD_PRELOAD": "/lib/a.so b.so"}, PYTHON | LINES | ASAN | {"LD_PRELOAD": f"/lib/a.so b.so:{LIBRARY}"}),
    ({"PYTHONUNBUFFERED": "x"}, LINES | ASAN | {"LD_PRELOAD": LIBRARY}),
    (
        {"ASAN_OPTIONS": "detect_leaks=0"},
        PYTHON | LINES | {"LD_PRELOAD": LIBRARY, "ASAN_OPTIONS": "detect_leaks=0:verify_asan_link_order=0"},
    ),
]
MISSES = [
    ({"PYTHONUNBUFFERED": "", "_STDBUF_O": "0"}, LIBRARY, {}),
    ({"_STDBUF_O": ""}, LIBRARY, PYTHON),
    ({"PYTHONUNBUFFERED": ""}, "", {}),
    ({"LD_PRELOAD": "/lib/a.so"}, "", PYTHON),
    (
        {"ASAN_OPTIONS": "verify_asan_link_order=1"},
        LIBRARY,
        PYTHON | LINES | {"LD_PRELOAD": LIBRARY},
    ),
]


@pytest.mark.parametrize(("environ", "added"), HITS)
def test_an_environment_asks_for_lines(environ: dict[str, str], added: dict[str, str]) -> None:
    """The library stands behind what the caller wants loaded."""
    assert choose_environment(environ, LIBRARY) == added


@pytest.mark.parametrize(("environ", "library", "added"), MISSES)
def test_what_the_caller_has_set_stands(environ: dict[str, str], library: str, added: dict[str, str]) -> None:
    """Also where it is empty, which is how one keeps a variable off; without a library nothing is loaded."""
    assert choose_environment(environ, library) == added


COMPLAINTS = [
    (b"==7==ASan runtime does not come first in initial library list; you should", 1, {}, True),
    (b"==7==ASan runtime does not come first in initial library list; you should", 0, {}, False),
    (b"ERROR: ld.so: object '/usr/lib/libstdbuf.so' from LD_PRELOAD cannot be preloaded (", 0, {}, True),
    (b"ERROR: ld.so: object '/usr/lib/other.so' from LD_PRELOAD cannot be preloaded (", 1, {}, False),
    (
        b"ERROR: ld.so: object '/usr/lib/libstdbuf.so' from LD_PRELOAD cannot be preloaded (",
        0,
        {"LD_PRELOAD": "x"},
        False,
    ),
    (b"all is well", 1, {}, False),
]


@pytest.mark.parametrize(("written", "status", "environ", "named"), COMPLAINTS)
def test_a_program_that_refuses_the_library_is_told_of(
    monkeypatch: pytest.MonkeyPatch, written: bytes, status: int, environ: dict[str, str], *, named: bool
) -> None:
    """With the option that leaves it alone; where the caller loads libraries too, nobody knows whose it was."""
    monkeypatch.delenv("LD_PRELOAD", raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    assert ("--buffered" in find_refusal(written, status)) == named
