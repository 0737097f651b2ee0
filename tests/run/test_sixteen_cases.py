"""What a wrapper of commands is asked to do, as a table: status, bytes, in time, nobody left."""

import subprocess
import time

import pytest
from tests.run.sixteen_cases import CASES, ENDS_WITHIN_S, RunCase
from tests.run.wrapping import Wrapped


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_run_does_what_it_is_asked(wrapped: Wrapped, case: RunCase) -> None:
    """The status and every byte are as recorded; what had to be ended was ended early and whole."""
    wrapped.environment.pop("PYTHONUNBUFFERED", None)
    start = time.monotonic()
    words = ["--kill-after", "300ms", *case.options.split(), *(["--", *case.command] if case.command else [])]
    with wrapped.start(*words, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        if case.fed is not None:
            process.stdin.write(case.fed)
            process.stdin.flush()
        if case.command:
            process.stdin.close()
        out = process.out.read()

    assert (process.returncode, out) == (case.status, case.out)
    assert time.monotonic() - start < ENDS_WITHIN_S
    assert wrapped.survivors(within_s=5.0) == []
