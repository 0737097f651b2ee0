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

from twiceshy.flows.program_learning import Checked, Learning, learning

__all__ = ["Checked", "UsageBlockedError", "flush", "ignore_usage_warning", "learned"]

LOG = logging.getLogger("twiceshy.learned")
Given = ParamSpec("Given")
Result = TypeVar("Result")
Function = Callable[Given, Result]
_ignored: ContextVar[bool] = ContextVar("ignored", default=False)


class UsageBlockedError(RuntimeError):
    """A call was refused, as what was learned says that it cannot work."""

    def __init__(self, checked: Checked) -> None:
        """With what is known against the call."""
        super().__init__(f"{checked.tool} was not called: {' '.join(checked.warnings)}")
        self.checked = checked


class _Program:
    """The learning of this process, made at the first call; None while it is not known or switched off."""

    def __init__(self) -> None:
        self.known: Learning | None = None
        self.asked = False

    def get(self) -> Learning | None:
        if not self.asked:
            self.asked = True
            try:
                self.known = learning()
            except Exception as error:  # noqa: BLE001  # settings that cannot be read: the tool works all the same
                LOG.debug("not learning: %s", type(error).__name__)
        return self.known


PROGRAM = _Program()


@contextmanager
def ignore_usage_warning() -> Iterator[None]:
    """Calls within are not refused; warnings are still given, and what becomes of them is learned from."""
    token = _ignored.set(True)
    try:
        yield
    finally:
        _ignored.reset(token)


def flush(patience_s: float = 2.0) -> bool:
    """Whether everything that was noted is learned from, within so many seconds."""
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
    """The function, checked before and learned from after each call.

    ``tool``: its name, else the function's own. ``on_warning``: gets what is known against a call. ``block``: refuse
    calls that are known not to work.

    Raises:
        TypeError: the function is a generator: when its work ends is not known.
    """

    def decorate(plain: Callable[..., Any]) -> Callable[..., Any]:
        if inspect.isgeneratorfunction(plain) or inspect.isasyncgenfunction(plain):
            raise TypeError(f"{plain.__qualname__} is a generator, which cannot be learned from")
        watch = _Watch(plain, tool or plain.__name__, on_warning or _logged, block)
        return _async(plain, watch) if inspect.iscoroutinefunction(plain) else _sync(plain, watch)

    return decorate if function is None else decorate(function)


def _async(plain: Callable[..., Any], watch: "_Watch") -> Callable[..., Any]:
    @functools.wraps(plain)
    async def watched(*args: Any, **named: Any) -> Any:
        before = watch.before(args, named)
        try:
            result = await plain(*args, **named)
        except Exception as error:
            watch.after(before, _words(error))
            raise
        watch.after(before, _refusal(result))
        return result

    return watched


def _sync(plain: Callable[..., Any], watch: "_Watch") -> Callable[..., Any]:
    @functools.wraps(plain)
    def watched(*args: Any, **named: Any) -> Any:
        before = watch.before(args, named)
        try:
            result = plain(*args, **named)
        except Exception as error:
            watch.after(before, _words(error))
            raise
        watch.after(before, _refusal(result))
        return result

    return watched


class _Before:
    """A call that is about to be made."""

    def __init__(self, learning: Learning, params: Mapping[str, object], checked: Checked) -> None:
        self.learning, self.params, self.checked = learning, params, checked


class _Watch:
    """What is done around a function's calls."""

    def __init__(
        self, plain: Callable[..., Any], tool: str, on_warning: Callable[[Checked], None], block: bool
    ) -> None:
        self.tool, self.on_warning, self.block = tool, on_warning, block
        self.signature = inspect.signature(plain)

    def before(self, args: tuple[Any, ...], named: dict[str, Any]) -> _Before | None:
        """What is known of the call; None where nothing is to be learned.

        Raises:
            UsageBlockedError: it is known not to work, and such calls are to be refused.
        """
        try:
            known = PROGRAM.get()
            if known is None:
                return None
            params = dict(self.signature.bind(*args, **named).arguments)
            params.pop("self", None)
            found = _Before(known, params, known.check(self.tool, params))
            if found.checked.warnings:
                self.on_warning(found.checked)
        except Exception as error:  # noqa: BLE001  # wrong arguments are the function's to refuse; the rest is our fault
            LOG.debug("not checked: %s", type(error).__name__)
            return None
        if self.block and found.checked.should_block and not _ignored.get():
            raise UsageBlockedError(found.checked)
        return found

    def after(self, before: _Before | None, message: str | None) -> None:
        """Nothing; what became of the call is noted."""
        if before is None:
            return
        try:
            before.learning.note(self.tool, before.params, message, before.checked)
        except Exception as error:  # noqa: BLE001  # never the program's trouble
            LOG.debug("not noted: %s", type(error).__name__)


def _logged(checked: Checked) -> None:
    LOG.warning("%s: %s", checked.tool, " ".join(checked.warnings))


def _words(error: Exception) -> str:
    """What an exception says."""
    return str(error) or type(error).__name__


def _refusal(result: object) -> str | None:
    """What a result says that is a failure in itself, as servers of tools give it; None for any other."""
    if getattr(result, "is_error", False) is True or getattr(result, "isError", False) is True:
        parts = cast("list[object]", getattr(result, "content", None) or [])
        return " ".join(text for part in parts if isinstance(text := getattr(part, "text", None), str)) or "error"
    if isinstance(result, str) and result.lstrip().lower().startswith(("error:", "\u274c", "failed:")):
        return result
    return None
