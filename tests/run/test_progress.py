"""What is progress and what only ticks, line by line; where it is not sure, it is progress."""

from datetime import UTC, datetime

import pytest

from twiceshy.records.runs import RunPlan, Watch
from twiceshy.run.progress import make_strip
from twiceshy.run.verdicts import Judge

NOW = datetime(2026, 11, 5, 10, tzinfo=UTC).timestamp()
SAME = [
    ("[10:00:01] waiting for the lock", "[10:00:02] waiting for the lock"),
    ("2026-11-05T10:00:01.123Z INFO waiting", "2026-11-05T10:00:02.456Z INFO waiting"),
    ("2026-11-05 23:59:59,999 waiting", "2026-11-06 00:00:00,001 waiting"),
    ("2026/11/05 10:00:01 waiting", "2026/11/05 10:00:02 waiting"),
    ('time="2026-11-05T10:00:01+01:00" level=info msg=retry', 'time="2026-11-05T10:00:31+01:00" level=info msg=retry'),
    ("Nov  5 10:00:01 host app[7]: waiting", "Nov  5 10:00:09 host app[7]: waiting"),
    ("Thu Nov  5 10:00:01 2026: waiting", "Thu Nov  5 10:00:02 2026: waiting"),
    ('1.2.3.4 - - [05/Nov/2026:10:00:01 +0000] "GET /up"', '1.2.3.4 - - [05/Nov/2026:10:00:02 +0000] "GET /up"'),
    ("[   12.345678] usb: no answer", "[   13.345901] usb: no answer"),
    ("1700000000 no answer", "1700000005.25 no answer"),
    ("3:45 PM waiting", "3:46 PM waiting"),
    ("db.main: Still creating... [1m10s elapsed]", "db.main: Still creating... [1m20s elapsed]"),
    ("still waiting (5s)", "still waiting (10s)"),
    ("waited 12 for a slot", "waited 13 for a slot"),
    ("Running for 2h 5m", "Running for 2h 6m"),
    (" 45%|####    | 45/100 [00:12<00:15]", " 45%|####    | 45/100 [00:13<00:16]"),
    ("45% eta 0:00:12", "45% eta 0:01:59"),
    ("⠋ Building", "⠙ Building"),
    ("◐ Building", "◓ Building"),
    ("🕐 Building", "🕑 Building"),
    ("| Building", "/ Building"),
    ("Building [-]", "Building [\\]"),
    ("Building.", "Building..."),
    ("\x1b[2K\x1b[36m⠋\x1b[39m Building", "\x1b[2K\x1b[36m⠙\x1b[39m Building"),
    ("10:00:01", "10:00:02"),
]
OTHER = [
    ("10:00:01 45%", "10:00:02 46%"),
    (" 45%|####    | 45/100 [00:12<00:15]", " 46%|####    | 46/100 [00:13<00:14]"),
    ("[####    ]", "[#####   ]"),
    ("step 3/10 (12s)", "step 4/10 (13s)"),
    ("Downloading 12 MB, 1.2 MB/s", "Downloading 13 MB, 1.2 MB/s"),
    ("attempt 3", "attempt 4"),
    ("frame=  100 time=00:00:04.00", "frame=  125 time=00:00:05.00"),
    ("0:00:12 / 1:30:00", "0:00:13 / 1:30:00"),
    ("position 00:01:02.33 of 01:30:00.00", "position 00:01:02.66 of 01:30:00.00"),
    ("waiting 12s/60s", "waiting 13s/60s"),
    ("loading 2024-11-01", "loading 2024-11-02"),
    ("loading 2024-11-01 00:00:00", "loading 2024-11-02 00:00:00"),
    ("src/pay.c:12:05: error: undeclared", "src/pay.c:13:25: error: undeclared"),
    ("  12:55  error  'x' is not used", "  13:20  error  'x' is not used"),
    ("ok app/pay 0.012s", "ok app/cart 0.012s"),
    ("test_a ...", "test_b ..."),
    ("tests/a.py ........", "tests/a.py ........."),
    ("listening on 10.0.0.1:8080", "listening on 10.0.0.1:8081"),
    ("v1.2.3", "v1.2.4"),
    ("used 5m", "used 6m"),
    ("12 requests", "13 requests"),
    ("3ms/step", "4ms/step"),
]


@pytest.mark.parametrize(("before", "after"), SAME)
def test_no_progress(before: str, after: str) -> None:
    """A clock, an elapsed time or a spinner went on, nothing else."""
    strip = make_strip(NOW)

    assert strip(before.encode()) == strip(after.encode())


@pytest.mark.parametrize(("before", "after"), OTHER)
def test_progress(before: str, after: str) -> None:
    """Something else changed, or a time that may be a place in a whole, or a day that is worked on."""
    strip = make_strip(NOW)

    assert strip(before.encode()) != strip(after.encode())


def judged(asked: dict[str, object], output: bytes, stuck: str = "") -> str:
    """Why the run has to end after this output; empty: it goes on."""
    plan = RunPlan()
    plan.watches = (Watch("stuck", stuck),) if stuck else ()
    for name, value in asked.items():
        setattr(plan, name, value)
    judge = Judge(plan)
    lines = judge.lines_of("stdout")
    assert lines is not None
    for at in range(0, len(output), 7):
        lines.feed(output[at : at + 7])
    return judge.verdict


TICKS = b"".join(b"[10:00:%02d] waiting\n" % second for second in range(5))
SPINS = "".join(f"\r{frame} Building" for frame in "⠋⠙⠹⠸⠼").encode()
BAR = b"".join(b"\r%d%% of it [00:%02d]" % (share, share) for share in range(9))
STANDS = BAR + b"".join(b"\r8%% of it [00:%02d]" % second for second in range(9, 20))
RUNS = [
    ({"max_repeat": 4}, TICKS, "", "repeat"),
    ({"max_repeat": 4, "exact_repeat": True}, TICKS, "", ""),
    ({"max_repeat": 4}, SPINS, "", "repeat"),
    ({"max_repeat": 4, "exact_repeat": True}, SPINS, "", ""),
    ({"max_repeat": 4}, BAR, "", ""),
    ({"max_repeat": 4}, b"." * 500, "", ""),
    ({"max_repeat": 4}, b"\n\n\n\n\n\r\r\r\r\r\r\n", "", ""),
    ({"max_repeat": 4}, b"same\r\n" * 4, "", "repeat"),
    ({"max_repeat": 4}, b"same\n" * 3 + b"other\n" + b"same\n" * 3, "", ""),
    ({}, STANDS, r"(\d+)%", "stuck"),
    ({}, BAR * 9, r"(\d+)%", ""),
    ({}, BAR, r"waiting", ""),
    ({"max_repeat": 4}, TICKS, r"^.*waiting$", "stuck"),
    ({"max_repeat": 4, "exact_repeat": True}, TICKS, r"^.*waiting$", ""),
    ({"max_repeat": 4}, TICKS, r"\[([\d:]+)\]", ""),
]


@pytest.mark.parametrize(("asked", "output", "stuck", "verdict"), RUNS)
def test_a_standstill_ends_the_run(asked: dict[str, object], output: bytes, stuck: str, verdict: str) -> None:
    """However the output is cut into blocks; who picks a time by a pattern says that it is the progress."""
    assert judged(asked, output, stuck) == verdict
