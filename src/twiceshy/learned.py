"""``@learned`` for the tools of a program, such as a server of the Model Context Protocol; async functions or plain.

Before a call, what went wrong with such calls is looked up and given as a warning; after it, a failure and the retry
that worked are learned from. The function behaves as without: its results and exceptions are its own, nothing waits for
learning, and a fault of ours is never seen.

    from twiceshy.learned import learned

    @learned
    async def release(namespace: str) -> str: ...

Warnings go to the logger ``twiceshy.learned``, or to ``on_warning``. Only with ``block=True`` a call is refused, with
``UsageBlockedError``, when a pattern that is sure enough says that it cannot work; ``ignore_usage_warning()`` around a
call lets it through all the same.
"""

import functools
import inspect
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar, cast, overload

from twiceshy.lessons.recipes import Checked, ProgramLearner, start_learning

__all__ = ["Checked", "UsageBlockedError", "flush", "ignore_usage_warning", "learned"]

_LOG = logging.getLogger("twiceshy.learned")
Given = ParamSpec("Given")
Result = TypeVar("Result")
Function = Callable[Given, Result]
_ignored: ContextVar[bool] = ContextVar("ignored", default=False)


class UsageBlockedError(RuntimeError):
    """A call was refused, because the lessons learned say that it cannot work."""

    def __init__(self, checked: Checked) -> None:
        """Keep the check with all that is known against the call."""
        super().__init__(f"{checked.tool} was not called: {' '.join(checked.warnings)}")
        self.checked = checked


class _Program:
    """The learning of this process, made at the first call; None while it is not known or switched off."""

    def __init__(self) -> None:
        self.known: ProgramLearner | None = None
        self.asked = False

    def get(self) -> ProgramLearner | None:
        if not self.asked:
            self.asked = True
            try:
                self.known = start_learning()
            except Exception as error:  # noqa: BLE001  # settings that cannot be read: the tool works all the same
                _LOG.debug("not learning: %s", type(error).__name__)
        return self.known


PROGRAM = _Program()


@contextmanager
def ignore_usage_warning() -> Iterator[None]:
    """Let calls within pass; warnings are still given, and what becomes of the calls is learned from."""
    token = _ignored.set(True)
    try:
        yield
    finally:
        _ignored.reset(token)


def flush(patience_s: float = 2.0) -> bool:
    """Wait at most so many seconds for learning from all notes, and tell whether it was finished."""
    known = PROGRAM.get()
    return known is None or known.flush(patience_s)


@overload
def learned(function: Callable[Given, Result], /) -> Callable[Given, Result]: ...


@overload
def learned(
    *, tool: str = "", on_warning: Callable[[Checked], None] | None = None, block: bool = False
) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]: ...


def learned(
    function: Callable[..., Any] | None = None,
    /,
    *,
    tool: str = "",
    on_warning: Callable[[Checked], None] | None = None,
    block: bool = False,
) -> Any:
    """Return the function, checked before each call and learned from after it.

    ``tool``: its name, else the function's own. ``on_warning``: gets what is known against a call. ``block``: refuse
    calls that are known not to work.

    Raises:
        TypeError: the function is a generator: when its work ends is not known.
    """

    def decorate(plain: Callable[..., Any]) -> Callable[..., Any]:
        if inspect.isgeneratorfunction(plain) or inspect.isasyncgenfunction(plain):
            raise TypeError(f"{plain.__qualname__} is a generator, which cannot be learned from")
        watch = _CallWatch(plain, tool or plain.__name__, on_warning or _log_warning, block)
        return _wrap_async(plain, watch) if inspect.iscoroutinefunction(plain) else _wrap_sync(plain, watch)

    return decorate if function is None else decorate(function)


def _wrap_async(plain: Callable[..., Any], watch: "_CallWatch") -> Callable[..., Any]:
    @functools.wraps(plain)
    async def watch_call(*args: Any, **named: Any) -> Any:
        before = watch.check_call(args, named)
        try:
            result = await plain(*args, **named)
        except Exception as error:
            watch.note_result(before, _describe_error(error))
            raise
        watch.note_result(before, _find_refusal(result))
        return result

    return watch_call


def _wrap_sync(plain: Callable[..., Any], watch: "_CallWatch") -> Callable[..., Any]:
    @functools.wraps(plain)
    def watch_call(*args: Any, **named: Any) -> Any:
        before = watch.check_call(args, named)
        try:
            result = plain(*args, **named)
        except Exception as error:
            watch.note_result(before, _describe_error(error))
            raise
        watch.note_result(before, _find_refusal(result))
        return result

    return watch_call


class _PendingCall:
    """A call that is about to be made."""

    def __init__(self, learning: ProgramLearner, params: Mapping[str, object], checked: Checked) -> None:
        self.learning, self.params, self.checked = learning, params, checked


class _CallWatch:
    """The check before and the note after each call of one function."""

    def __init__(
        self, plain: Callable[..., Any], tool: str, on_warning: Callable[[Checked], None], block: bool
    ) -> None:
        self.tool, self.on_warning, self.block = tool, on_warning, block
        self.signature = inspect.signature(plain)

    def check_call(self, args: tuple[Any, ...], named: dict[str, Any]) -> _PendingCall | None:
        """Return the call with what is known of it; None where nothing is to be learned.

        Raises:
            UsageBlockedError: it is known not to work, and such calls are to be refused.
        """
        try:
            known = PROGRAM.get()
            if known is None:
                return None
            params = dict(self.signature.bind(*args, **named).arguments)
            params.pop("self", None)
            found = _PendingCall(known, params, known.check(self.tool, params))
            if found.checked.warnings:
                self.on_warning(found.checked)
        except Exception as error:  # noqa: BLE001  # wrong arguments are the function's to refuse; the rest is our fault
            _LOG.debug("not checked: %s", type(error).__name__)
            return None
        if self.block and found.checked.should_block and not _ignored.get():
            known.note_refusal(found.checked)
            raise UsageBlockedError(found.checked)
        return found

    def note_result(self, before: _PendingCall | None, message: str | None) -> None:
        """Note what became of the call."""
        if before is None:
            return
        try:
            before.learning.note(self.tool, before.params, message, before.checked)
        except Exception as error:  # noqa: BLE001  # never the program's trouble
            _LOG.debug("not noted: %s", type(error).__name__)


def _log_warning(checked: Checked) -> None:
    _LOG.warning("%s: %s", checked.tool, " ".join(checked.warnings))


def _describe_error(error: Exception) -> str:
    """Return the message of an exception, or else its type."""
    return str(error) or type(error).__name__


def _find_refusal(result: object) -> str | None:
    """Return the message of a result that is a failure in itself; None for any other result.

    Servers of tools mark failures in this way.
    """
    if getattr(result, "is_error", False) is True or getattr(result, "isError", False) is True:
        parts = cast("list[object]", getattr(result, "content", None) or [])
        return " ".join(text for part in parts if isinstance(text := getattr(part, "text", None), str)) or "error"
    if isinstance(result, str) and result.lstrip().lower().startswith(("error:", "\u274c", "failed:")):
        return result
    return None
