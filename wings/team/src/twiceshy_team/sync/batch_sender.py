"""Send rows batch by batch, and take down what the server says to each of them.

A row leaves the outbox in the transaction that notes the server's word on it, so a sender may be killed anywhere: what
was not noted is sent again, and the server knows it. After a failure the server is left alone for longer and longer,
up to an hour. Rows that were tried with it go in smaller batches, beside rows that were tried as often, so that one at
which a server breaks does not hold the others back.

What a server refuses is kept. It may be older than we are, and not know a kind or a field of ours yet, or keep less
than we send: once its answers name another version or level, every refused row is tried again.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random, SystemRandom
from time import monotonic

from twiceshy.archive import outbox
from twiceshy.archive.db import Store
from twiceshy.archive.outbox import WITNESS, mark_lost, put_notes, read_notes
from twiceshy.archive.times import format_time
from twiceshy.privacy.wire.batches import MOST_ROWS, cut_batches
from twiceshy.privacy.wire.wire_rows import WireError, decode_row
from twiceshy.records.team import BatchAnswer, RemoteAnswer, RowAnswer, ServerAddress, SyncSummary, WaitingRow
from twiceshy_team.remote.batch_answers import AnswerError, post_batch, read_batch_answer
from twiceshy_team.remote.file_target import write_rows
from twiceshy_team.remote.http_target import ANSWER_S
from twiceshy_team.sync.leaving_lines import LeavingLines
from twiceshy_team.sync.server_settings import fingerprint

# Notice that a server was put back to an older state, and have sent again what is missing there.
#
# One row that the server took last is kept, as its witness, and is sent once more before anything else. A server that
# has it says that it is known. One that stores it lost it, and with it what came after: then every record that it ever
# had is made again from the store, and what was erased is erased again. What the server still has it knows, so nothing
# doubles.

_OF = "witness-of"
"""Name of the note that says of which server and token the witness is."""
_NEVER = "tombstone"
"""A kind that is no witness: a server may store it each time (an administrator's)."""


def read_witness(store: Store, server: ServerAddress, lines: LeavingLines) -> WaitingRow | None:
    """Return the row that a server surely had, held to what may leave now; None where there is none."""
    notes = read_notes(store.connection)
    if WITNESS not in notes or notes.get(_OF) != fingerprint(server):
        return None
    line = notes[WITNESS].encode()
    try:
        row = decode_row(line)
    except WireError:
        return None
    ready = lines.sort([WaitingRow(id=row.id, rev=row.rev, kind=row.kind, body=line)]).ready
    return ready[0] if ready else None


def make_witness(server: ServerAddress, rows: Sequence[WaitingRow], told: Sequence[RowAnswer]) -> Mapping[str, str]:
    """Return the notes of a new witness: the shortest row that the server has now; none where no row can be one."""
    taken = {(one.id, one.rev) for one in told if one.verdict != "refused"}
    fit = [row for row in rows if row.kind != _NEVER and (row.id, row.rev) in taken]
    if not fit:
        return {}
    return {WITNESS: min(fit, key=lambda row: len(row.body)).body.decode(), _OF: fingerprint(server)}


def hear_witness(store: Store, told: Sequence[RowAnswer], witness: WaitingRow, now: datetime) -> int:
    """Take what a server says of the witness; return how many records it lost. The caller commits."""
    verdicts = {one.verdict for one in told if (one.id, one.rev) == (witness.id, witness.rev)}
    if "refused" in verdicts:
        put_notes(store.connection, {WITNESS: ""})
    if "stored" not in verdicts:
        return 0
    put_notes(store.connection, {"erasures-cursor": ""})  # what the server erases from now on begins at its own count
    return mark_lost(store.connection, now)


_FIRST_WAIT_S = 1.0
"""Seconds after the first failure, doubled with each further one (guess of the design, 2026-11-23)."""
_LONGEST_WAIT_S = 3600.0
"""The most that we wait by ourselves (guess of the design, 2026-11-23)."""
_MOST_DOUBLINGS = 12  # 2**12 s is more than an hour, by definition
_MOST_HALVINGS = 10  # 1,000 rows halved so often are one, by definition
_GROWTH = 4
"""How much larger the next batch is after one that went well (guess, 2026-11-23: from one row to 1,000 in 5)."""
_LEAST_S = 0.2
"""With less time than this left no request is begun (seconds; guess, 2026-11-23)."""
_ROWS_A_FILE = 20_000
"""Rows of one file to be carried (guess, 2026-11-23: some 8 MB, 1 packed)."""


def make_wait(tries: int, random: Random) -> timedelta:
    """Return how long to wait after so many failures in a row: anything up to a bound that doubles (full jitter).

    By "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015): many clients then do not come back at once.
    """
    bound = min(_FIRST_WAIT_S * 2 ** min(tries, _MOST_DOUBLINGS), _LONGEST_WAIT_S)
    return timedelta(seconds=random.uniform(0, bound))


class BatchSender:
    """One sending: what was answered so far, and why it ended."""

    def __init__(
        self, store: Store, lines: LeavingLines, clock: Callable[[], datetime], pause: Callable[[], None]
    ) -> None:
        """Take the store, what may leave, the clock, and what is called between two batches."""
        self._store = store
        self._lines = lines
        self._clock = clock
        self._pause = pause
        self._random = SystemRandom()
        self._give_up: float | None = None
        self._sizes: dict[int, int] = {}
        """Rows of the next batch, by how often they were tried."""
        self._most = MOST_ROWS
        """Rows that the server takes at once, as far as it said."""
        self._verdicts: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._stopped = ""
        self._again = 0
        """Records that the server had and has no longer."""
        self._heard = True
        """The server said whether it has the witness, or there is none."""

    def send(self, server: ServerAddress, give_up: float | None) -> SyncSummary:
        """Send batch after batch until nothing is due, something fails, or the time is up."""
        self._give_up = give_up
        self._greet(server)
        while not self._stopped:
            self._pause()
            rows = self._read_ready(MOST_ROWS)
            if rows is None:
                break
            if rows:
                self._send_batch(server, self._choose_batch(rows))
        return self._sum_up()

    def _greet(self, server: ServerAddress) -> None:
        """Ask a server that took or refused rows of ours who it is by now, and whether it still has the last of them.

        Where nothing else waits, nothing else would tell.
        """
        witness = read_witness(self._store, server, self._lines)
        if witness is None and not outbox.has_refused(self._store.connection):
            return
        self._pause()
        answer = self._post(server, [] if witness is None else [witness])
        if answer is None:
            return
        if answer.status == 200:
            self._take_greeting(answer, witness)
        elif answer.status in {401, 403}:
            self._end_as_refused(server, answer.status)
        elif answer.status not in {400, 413, 500}:
            self._fail([], answer)
        else:  # at this very row: what waits may still be taken, and the witness stays for later
            self._heard = False

    def _take_greeting(self, answer: RemoteAnswer, witness: WaitingRow | None) -> None:
        try:
            found = read_batch_answer(answer.body)
        except AnswerError as error:
            self._fail([], _name_stranger(error))
            return
        with self._store.begin_writing() as connection:
            if _is_another(read_notes(connection), found):
                outbox.retry_refused(connection)
            put_notes(connection, _note_server(found))
            if witness is not None:
                self._again = hear_witness(self._store, found.rows, witness, self._clock())

    def write_files(self, folder: Path) -> SyncSummary:
        """Write what waits into files to be carried."""
        files = []
        while (rows := self._read_ready(_ROWS_A_FILE)) is not None:
            self._pause()
            if rows:
                files.append(str(write_rows(folder, rows, self._clock())))
                with self._store.begin_writing() as connection:
                    outbox.settle(connection, [RowAnswer(row.id, row.rev, "stored") for row in rows])
                self._verdicts["stored"] += len(rows)
        return replace(self._sum_up(), files=tuple(files))

    def _sum_up(self) -> SyncSummary:
        return SyncSummary(
            sent=self._verdicts["stored"],
            known=self._verdicts["known"],
            refused=dict(self._reasons),
            left=count_left(self._store, self._clock()),
            stopped=self._stopped,
            again=self._again,
        )

    def _choose_batch(self, rows: Sequence[WaitingRow]) -> list[WaitingRow]:
        """Return the rows that go next: tried equally often, and fewer the more often that was."""
        tries = rows[0].tries
        size = self._sizes.setdefault(tries, MOST_ROWS >> min(tries, _MOST_HALVINGS))
        alike = [row for row in rows if row.tries == tries]
        return next(cut_batches(alike[: max(1, min(size, self._most))]))

    def _read_ready(self, most: int) -> list[WaitingRow] | None:
        """Return rows that are due, held to what may leave now; None where none is due."""
        due = outbox.read_due(self._store.connection, self._clock(), most)
        if not due:
            return None
        ready, gone, refused = self._lines.sort(due)
        if gone or refused:
            with self._store.begin_writing() as connection:
                outbox.drop_rows(connection, gone)
                outbox.settle(connection, refused)
            self._count(refused)
        return ready

    def _post(self, server: ServerAddress, rows: Sequence[WaitingRow]) -> RemoteAnswer | None:
        """Send rows and return the answer; None where no time is left for it."""
        seconds = ANSWER_S if self._give_up is None else min(ANSWER_S, self._give_up - monotonic())
        if seconds < _LEAST_S:
            self._stopped = "the time is up"
            return None
        return post_batch(server, rows, seconds=seconds)

    def _send_batch(self, server: ServerAddress, rows: Sequence[WaitingRow]) -> None:
        """Send rows, and take down what the server says to them."""
        answer = self._post(server, rows)
        if answer is None:
            return
        if answer.status == 200:
            self._take_answer(server, answer, rows)
        elif answer.status in {400, 413}:
            self._halve(server, answer.status, rows)
        elif answer.status in {401, 403}:
            self._end_as_refused(server, answer.status)
        else:
            self._fail(rows, answer)

    def _take_answer(self, server: ServerAddress, answer: RemoteAnswer, rows: Sequence[WaitingRow]) -> None:
        try:
            found = read_batch_answer(answer.body)
        except AnswerError as error:
            self._fail(rows, _name_stranger(error))
            return
        by_row = {(row.id, row.rev): row for row in rows}
        told = [one for one in found.rows if by_row.pop((one.id, one.rev), None)]
        with self._store.begin_writing() as connection:
            if _is_another(read_notes(connection), found):
                outbox.retry_refused(connection)
            outbox.settle(connection, told)
            put_notes(connection, _note_success(found, self._clock()) if told else _note_server(found))
            if self._heard:
                put_notes(connection, make_witness(server, rows, told))
        self._count(told)
        if by_row:
            words = f"the server said nothing of {len(by_row)} of {len(rows)} rows"
            self._fail(list(by_row.values()), RemoteAnswer(trouble=words, sent=True))
        tries = rows[0].tries
        self._sizes[tries] = min(MOST_ROWS, self._sizes.get(tries, 1) * _GROWTH)

    def _count(self, answers: Sequence[RowAnswer]) -> None:
        """Count what became of rows."""
        for one in answers:
            self._verdicts[one.verdict] += 1
            if one.verdict == "refused":
                self._reasons[one.why or "no reason was given"] += 1

    def _halve(self, server: ServerAddress, status: int, rows: Sequence[WaitingRow]) -> None:
        """Send each half of a batch that the server could not read or that was too large; keep a single row back."""
        if len(rows) == 1:
            why = "too large for the server (413)" if status == 413 else "the server could not read it (400)"
            refused = [RowAnswer(rows[0].id, rows[0].rev, "refused", why)]
            with self._store.begin_writing() as connection:
                outbox.settle(connection, refused)
            self._count(refused)
            return
        middle = len(rows) // 2
        if status == 413:
            self._most = min(self._most, middle)
        for half in (rows[:middle], rows[middle:]):
            if not self._stopped:
                self._pause()
                self._send_batch(server, half)

    def _end_as_refused(self, server: ServerAddress, status: int) -> None:
        """Stop until a setting changes."""
        why = "this token is not known, or has expired" if status == 401 else "this token may not write"
        self._stopped = f"{server.url} refuses us: {why} ({status}). Ask its administrator for a token"
        with self._store.begin_writing() as connection:
            put_notes(
                connection,
                {
                    "refused_as": fingerprint(server),
                    "refused_status": str(status),
                    "last_answer": f"{status}: {why}",
                    "last_answer_at": format_time(self._clock()) or "",
                },
            )

    def _fail(self, rows: Sequence[WaitingRow], answer: RemoteAnswer) -> None:
        """Stop for now; leave the server alone for a while, and these rows too where they may be the reason."""
        words = answer.trouble or _describe_status(answer.status)
        now = self._clock()
        tries = int(read_notes(self._store.connection).get("tries", "0")) + 1
        wait = make_wait(tries, self._random)
        if answer.retry_after_s is not None:
            wait = timedelta(seconds=answer.retry_after_s)
        guilty = bool(rows) and answer.status not in {429, 503} and (answer.sent or answer.status >= 500)
        with self._store.begin_writing() as connection:
            if guilty:
                most = max(row.tries for row in rows) + 1
                outbox.postpone(connection, rows, now + max(wait, make_wait(most, self._random)))
            put_notes(
                connection,
                {
                    "tries": str(tries),
                    "next_at": format_time(now + wait) or "",
                    "told": "1" if answer.retry_after_s is not None else "",
                    "last_answer": words,
                    "last_answer_at": format_time(now) or "",
                },
            )
        self._stopped = words


def count_left(store: Store, now: datetime) -> int:
    """Return how many rows wait."""
    return sum(outbox.read_state(store.connection, now).rows.values())


def _note_success(found: BatchAnswer, now: datetime) -> dict[str, str]:
    """Return the notes after the server has taken rows."""
    counts = Counter(one.verdict for one in found.rows)
    at = format_time(now) or ""
    return {
        "tries": "",
        "next_at": "",
        "told": "",
        "refused_as": "",
        "refused_status": "",
        "last_answer": "200: " + ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())),
        "last_answer_at": at,
        "last_done_at": at,
        **_note_server(found),
    }


def _note_server(found: BatchAnswer) -> dict[str, str]:
    """Return the notes of who answered."""
    return {"server_version": found.version, "server_level": found.level}


def _is_another(notes: Mapping[str, str], found: BatchAnswer) -> bool:
    """Tell whether a server is another version, or keeps another level, than when it answered last."""
    return "server_version" in notes and any(notes.get(name, "") != one for name, one in _note_server(found).items())


def _name_stranger(error: AnswerError) -> RemoteAnswer:
    """Return as what an answer counts that is not of our form."""
    words = f"what answers at sync.url is no server of ours, or its answer was cut: {error}"
    return RemoteAnswer(trouble=words, sent=True)


def _describe_status(status: int) -> str:
    """Return what a status means for whoever waits, in words."""
    if status in {429, 503}:
        return f"the server is full or at rest ({status})"
    if 300 <= status < 400:
        return f"the server sends us elsewhere ({status}), and we do not follow: set sync.url to the right address"
    if status in {404, 405}:
        return f"there is no server of ours at sync.url ({status}): correct the address"
    return f"the server failed ({status})" if status >= 500 else f"the server answered {status}"
