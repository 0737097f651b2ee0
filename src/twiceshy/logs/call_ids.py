"""The ids of calls: what an agent's own id becomes, and what is done where another tool blotted it out.

A tool that removes secrets from logs takes long ids for such and leaves one placeholder for all of them. Calls with one
placeholder are told apart by their order: the next result belongs to the oldest call that waits for one, as agents send
all results of a message back before the next. A person's prompt ends the waiting: what has no result by then gets none.
"""

import re
from hashlib import blake2b
from typing import Any, Protocol

GENUINE_ID = 20
"""Characters from which a program's id cannot repeat by chance; imitations use `call-1` (guess, 2026-11-21)."""
_PLACEHOLDER = re.compile(
    r"redact|anonymi[sz]ed|placeholder|scrubbed|\*{3}|x{6}|\A(?:\W*(?:x{3,})?\W*|[<\[({].*[>\])}])\Z",
    re.IGNORECASE | re.DOTALL,
)
_WORDS = frozenset({"hidden", "masked", "removed", "secret", "none", "null"})


def is_placeholder(native: object) -> bool:
    """Tell whether something else stands where an id was: the same for many.

    >>> [is_placeholder(one) for one in ("REDACTED", "toolu_REDACTED", "[id]", "***", "", None)]
    [True, True, True, True, True, True]
    >>> [is_placeholder(one) for one in ("call-1", "toolu_01A8bFbZNGi5xx", "0", "x")]
    [False, False, False, False]
    """
    if not isinstance(native, str):
        return native is None
    found = _PLACEHOLDER.search(native)
    return (found is not None and (found[0] != "" or not native)) or native.lower() in _WORDS


def make_call_uid(session: bytes, native_id: str, prefix: str) -> bytes:
    """Return the 16 bytes of a call: of its id alone where that cannot repeat by chance, else within the session.

    ``prefix``: how such ids begin, for agents whose logs hold others of the same length.
    """
    text = native_id.encode("utf-8", "replace")
    if len(text) < GENUINE_ID + len(prefix) or not native_id.startswith(prefix) or is_placeholder(native_id):
        text = session + (b"call\0" if prefix else b"call") + text
    return blake2b(text, digest_size=16).digest()


class _Session(Protocol):
    """What counts here of a session."""

    @property
    def uid(self) -> bytes:
        """Return its 16 bytes."""


class _Dialogue(Protocol):
    """Whose calls are at hand: a session's, or those of a subagent's run in it."""

    @property
    def call_prefix(self) -> str:
        """Return what its API's ids begin with."""

    @property
    def session(self) -> _Session:
        """Return its session."""

    @property
    def run(self) -> bytes | None:
        """Return the subagent's run; None for the session's own."""


class CallIds:
    """The 16 bytes of each call of one read; of those whose ids are placeholders also their order."""

    def __init__(self, journal: _Dialogue) -> None:
        self.made: set[bytes] = set()
        """What was given out for placeholders: it is not known again by the id."""
        self._journal = journal
        self._opened: dict[str, int] = {}
        """By place: session, subagent's run and placeholder."""
        self._waiting: dict[str, list[tuple[int, str]]] = {}
        """Number and maker of each call without a result."""
        self._answered: dict[str, int] = {}

    def open(self, native: object, maker: object = "") -> bytes:
        """Return the call that begins; a placeholder makes one of its own each time.

        ``maker``: the id of the record that makes the call, where results name it.
        """
        key, number = self._name_place(native), None
        if key:
            number = self._opened[key] = self._opened.get(key, -1) + 1
            self._waiting.setdefault(key, []).append((number, _shorten(maker)))
        return self._make(native, number)

    def find(self, native: object) -> bytes:
        """Return the call that something belongs to which comes before its result."""
        key, number = self._name_place(native), None
        if key:
            waiting = self._waiting.get(key)
            number = waiting[0][0] if waiting else self._answered.get(key, 0)
        return self._make(native, number)

    def close(self, native: object, maker: object = "") -> bytes:
        """Return the call that a result belongs to, of that maker where it made one; it waits no longer."""
        key, number = self._name_place(native), None
        if key:
            if waiting := self._waiting.get(key):
                makers = [made for _, made in waiting]
                named = _shorten(maker)
                self._answered[key] = waiting.pop(makers.index(named) if named in makers else 0)[0]
            number = self._answered.get(key, 0)
        return self._make(native, number)

    def stop_waiting(self) -> None:
        """Let no result that comes belong to a call before."""
        for key, waiting in self._waiting.items():
            if waiting:
                self._answered[key] = waiting[-1][0]
        self._waiting.clear()

    def list_state(self) -> dict[str, Any]:
        """Return what the read that goes on must know, without a word of the log; empty without a placeholder."""
        held = {
            key: [number, self._answered.get(key, 0), *self._waiting.get(key, ())]
            for key, number in self._opened.items()
        }
        return {"calls": held} if held else {}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from that state."""
        for key, (number, answered, *waiting) in state.get("calls", {}).items():
            self._opened[key], self._answered[key] = number, answered
            self._waiting[key] = [(one, maker) for one, maker in waiting]

    def _make(self, native: object, number: int | None) -> bytes:
        """Return the uid of the call with its number in its dialogue; the first has what its id alone gives."""
        text = native if isinstance(native, str) else repr(native)
        uid = make_call_uid(self._journal.session.uid, text, self._journal.call_prefix)
        if number is not None:
            run = self._journal.run or b""
            uid = blake2b(b"%b%b\0%d" % (uid, run, number), digest_size=16).digest() if number or run else uid
            self.made.add(uid)
        return uid

    def _name_place(self, native: object) -> str:
        """Return a short name of where a placeholder stands, which says nothing of the log; empty for an id."""
        if not is_placeholder(native):
            return ""
        journal = self._journal
        return _shorten(f"{journal.session.uid.hex()} {(journal.run or b'').hex()} {native}")


def _shorten(text: object) -> str:
    """Return a short hash of a text; empty for none."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=6).hexdigest() if text and isinstance(text, str) else ""
