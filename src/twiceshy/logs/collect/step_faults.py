"""What a step leaves out because our code fails at it: one session, project or file must not end the step.

Such a thing is named in the store, left out as long as it and our version stay the same, and tried again after that.
Faults on purpose (``TwiceshyError``: no disk, no permission, a missing program) are no such thing and go up.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from twiceshy import VERSION
from twiceshy.archive.db import Store
from twiceshy.archive.faults import delete_faults, put_faults, read_stands
from twiceshy.archive.storage_errors import may_be_refusal
from twiceshy.base.errors import TwiceshyError, locate_fault
from twiceshy.records import ids
from twiceshy.records.upkeep import Fault


class StepFaults:
    """The faults of one step, while it runs."""

    def __init__(self, store: Store, step: str, version: object = "") -> None:
        """Read what the step failed at before.

        Args:
            store: writable.
            step: its name, as in ``Fault.step``.
            version: of its rules; whatever was left out is tried again when it changes.
        """
        self.store = store
        self.step = step
        self.count = 0
        """Faults since it was made."""
        self._version = f"{VERSION} {version}"
        self._known = read_stands(store.connection, step)

    def keys(self) -> list[bytes]:
        """Return what the step failed at and has not done since."""
        return list(self._known)

    def select(self, keys: Iterable[bytes], inputs: Mapping[bytes, bytes]) -> list[bytes]:
        """Return the keys to try: all but those that failed with the very same input (a hash) and version."""
        if not self._known:
            return list(keys)
        return [key for key in keys if self._known.get(key) != self._stand_of(inputs.get(key, b""))]

    @contextmanager
    def guard(self, key: bytes, name: str | None = None, *, given: bytes = b"") -> Iterator[None]:
        """Run the block for one thing; a fault of ours in it is stored, and whoever guards goes on.

        ``given`` is the hash of the input; without ``name`` the key is a session's.
        """
        try:
            yield
        except Exception as error:
            if isinstance(error, TwiceshyError) and not may_be_refusal(error):
                raise
            self.add(key, locate_fault(error), name, given=given)
        else:
            self.settle([key])

    def act_on(
        self, keys: Sequence[bytes], act: Callable[[list[bytes]], None], given: Mapping[bytes, bytes]
    ) -> list[bytes]:
        """Act on things together; where that fails, on each alone. Return those that went well.

        ``act`` does all of it or nothing, or may be done again; ``given`` are the hashes of the things' input.
        """
        try:
            act(list(keys))
        except Exception as error:
            if isinstance(error, TwiceshyError) and not may_be_refusal(error):
                raise
            failed = self.count
            done = []
            for key in keys:
                with self.guard(key, given=given.get(key, b"")):
                    act([key])
                if self.count == failed:
                    done.append(key)
                failed = self.count
            return done
        self.settle(keys)
        return list(keys)

    def add(
        self, key: bytes, place: str, name: str | None = None, *, given: bytes = b"", offset: int | None = None
    ) -> None:
        """Store a fault at one thing."""
        self.count += 1
        stand = self._stand_of(given)
        self._known[key] = stand
        shown = ids.shorten(ids.SESSION, key) if name is None else name
        fault = Fault(
            step=self.step, key=key, name=shown, place=place, stand=stand, at=datetime.now(UTC), offset=offset
        )
        with self.store.begin_writing() as connection:
            put_faults(connection, [fault])

    def settle(self, keys: Iterable[bytes]) -> None:
        """Delete the faults of things that went well this time."""
        if self._known and (gone := [key for key in keys if self._known.pop(key, None) is not None]):
            with self.store.begin_writing() as connection:
                delete_faults(connection, self.step, gone)

    def _stand_of(self, given: bytes) -> str:
        return f"{self._version} {given.hex()}"
