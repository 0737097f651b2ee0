"""Divide what a thread's requests cost among what stood in their context: an identity, not an estimate.

Each request is paid for its prompt and its output. An item pays the share of the prompt that it has of its tokens, for
what was read, written again and sent for the first time alike. All cells of a thread add up to what its requests cost,
exactly: sums are made as floating point numbers within the thread, then parted as whole picodollars, whose rest goes to
the largest cell.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from twiceshy.account.context_growth import (
    begin_again,
    begin_context,
    grow_context,
    limit_start,
    part_output,
    shrink_context,
)
from twiceshy.account.context_replay import (
    ReplayStep,
    fill_read_rates,
    list_earlier_cuts,
    list_losses,
    replay_hour_cache,
)
from twiceshy.account.lone_requests import LoneStep, count_lone_calls, find_time, name_request
from twiceshy.account.request_work import DoneRequest, count_lone_looks, count_picodollars, share_work
from twiceshy.account.thread_context import Cells, Context
from twiceshy.records.spend import (
    PICO,
    Amount,
    Cause,
    ContextItem,
    ContextPoint,
    EarlierCut,
    HourCache,
    LoneCalls,
    LostCache,
    Mechanism,
    SpendKey,
    StartCost,
    ThreadRequest,
    WorkKey,
)

_CUT_BELOW = 0.7
"""Share of the prompt before below which the context was cut: a compaction, a clear (guess, 2026-11-25)."""
_BACK = 0.9
"""Share of it that the next prompt has again after a request beside the thread (guess, 2026-11-25)."""
_FIVE_MINUTES = 300.0  # documented, see below
_HOUR = 3600.0
"""How long the provider keeps what was written (https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching)."""
_MOSTLY = 0.5
"""Of a prompt: what a picture marks as written again (guess, 2026-11-25)."""
_BESIDE = "requests of the client beside the dialogue"
_COUNTER = "counted by the agent itself, not by request"


class RequestStep(NamedTuple):
    """A request with what came in before it, and what it wrote."""

    request: ThreadRequest
    items: list[ContextItem]
    own: list[ContextItem]
    cut: bool
    """A compaction came before it."""


class _Last(NamedTuple):
    """What is known of the request before."""

    request: ThreadRequest
    own: Sequence[ContextItem]
    cached: float
    """Tokens of its prompt that the cache holds after it."""


class Divided(NamedTuple):
    """What a thread or a session cost, and what would have been less."""

    cells: dict[SpendKey, Amount]
    losses: list[LostCache]
    earlier_cuts: list[EarlierCut]
    lone_calls: list[LoneCalls]
    work: dict[WorkKey, Amount]
    lone_looks: Amount = Amount()
    """As of ``SessionSpend``."""
    start: StartCost | None = None
    """Of a session: its main dialogue's."""
    hour_cache: HourCache | None = None
    """The same."""
    turns: tuple[tuple[int, int], ...] = ()
    """Of a session, as of ``SessionSpend``."""


def divide_thread(
    requests: Iterable[ThreadRequest],
    items: Iterable[ContextItem],
    *,
    subagent: str | None = None,
    by_place: bool = False,
    usual_start: float = 0.0,
    watch: Callable[[ContextPoint], None] | None = None,
) -> Divided:
    """Return what the requests of a thread cost, by cell, and what a smaller context would have saved.

    Args:
        requests: in their order.
        items: all that came into the thread, in their order.
        subagent: of a subagent's own thread its kind, empty where nobody knows: everything in it has that cause.
        by_place: an item pays what its own tokens cost where they lie: read, written or sent. Else each pays the same
            share of a prompt's cost as it has of its tokens.
        usual_start: tokens of the first requests of such threads; 0 where that is not known.
        watch: is told what stood in the context at each request.
    """
    steps = list(pair_up(list(requests), list(items)))
    cells = Cells()
    context = Context(cells)
    last: _Last | None = None
    fixed = 0.0
    seen: list[ReplayStep] = []
    for place, step in enumerate(steps):
        _charge_output(step, cells)
        prompt = step.request.tokens.prompt
        if not prompt:
            continue
        if last and _is_beside(step, last.request.tokens.prompt, steps[place + 1 : place + 2]):
            _charge_beside(step.request, cells)
            continue
        kept, renewed = _bring_in(step, last, context, fixed) if last else _begin(step, context, usual_start)
        fixed = fixed if seen else context.count_tokens(Cause.FIXED_START)
        seen.append(_look_back(step, last, context, kept, renewed=renewed))
        _show_point(watch, step, context, seen[-1], last)
        last = _charge_prompt(step, last, context, kept, renewed=renewed, by_place=by_place)
    context.take_out()
    found = cells.found if subagent is None else _name_subagent(cells, steps, subagent)
    seen = fill_read_rates(seen)
    done = [DoneRequest(step.request, step.own) for step in steps]
    return Divided(
        part_exactly(found, [step.request for step in steps]),
        list_losses(seen, fixed),
        list_earlier_cuts(seen, fixed),
        count_lone_calls([_look_at_calls(step) for step in steps]),
        share_work(done),
        count_lone_looks(done),
        _price_start([step.request for step in steps], seen, fixed),
        replay_hour_cache(seen),
    )


def _look_at_calls(step: RequestStep) -> LoneStep:
    """Return a request as ``lone_requests`` needs it."""
    request = step.request
    return LoneStep(
        place=request.place,
        at=request.at,
        kind=name_request(step.own),
        came_at=find_time(step.items),
        read_usd=request.cost.cache_read,
        output_usd=request.cost.output,
        total_usd=request.cost.dollars,
    )


def _price_start(requests: Sequence[ThreadRequest], seen: Sequence[ReplayStep], fixed: float) -> StartCost | None:
    """Return what the fixed start cost in all requests of the dialogue: it lies first, so the cache has it first."""
    held = {request.place: min(request.tokens.cache_read, fixed) for request in requests}
    dollars = 0.0
    for step in seen:
        again = min(fixed, step.prompt) - held[step.place]
        dollars += held[step.place] * step.read_usd + max(again, 0.0) * step.write_usd
    return StartCost(round(fixed), dollars) if seen else None


def pair_up(requests: Sequence[ThreadRequest], items: Sequence[ContextItem]) -> Iterator[RequestStep]:
    """Yield each request with its items; what came in while the model still wrote is for the next one."""
    place = 0
    waiting: list[ContextItem] = []
    for request in requests:
        begin = place
        while place < len(items) and items[place].place <= request.place:
            place += 1
        came, own, later = _sort_items(items[begin:place])
        came = waiting + came
        yield RequestStep(request, [item for item in came if item.size], own, any(item.cuts for item in came))
        waiting = later


def _sort_items(items: Sequence[ContextItem]) -> tuple[list[ContextItem], list[ContextItem], list[ContextItem]]:
    """Return what came before the model began to write, what it wrote, and what came meanwhile."""
    first = next((number for number, item in enumerate(items) if item.own), len(items))
    behind = items[first:]
    return list(items[:first]), [item for item in behind if item.own], [item for item in behind if not item.own]


def _is_beside(step: RequestStep, before: int, following: Sequence[RequestStep]) -> bool:
    """Tell whether a request was none of the dialogue: the one after it has the context of the one before."""
    small = not step.cut and step.request.tokens.prompt < _CUT_BELOW * before
    return small and any(one.request.tokens.prompt >= _BACK * before for one in following)


def _charge_output(step: RequestStep, cells: Cells) -> None:
    tokens, cost = step.request.tokens, step.request.cost
    if not tokens.total:
        cells.add(Cause.UNLOGGED, _COUNTER, Mechanism.OUTPUT, cost.dollars, 0)
        return
    if tokens.output:
        for cause, item, count in part_output(step.own, tokens.output, Cause.OUTPUT):
            cells.add(cause, item, Mechanism.OUTPUT, cost.output * count / tokens.output, count)


def _charge_beside(request: ThreadRequest, cells: Cells) -> None:
    tokens, cost = request.tokens, request.cost
    cells.add(Cause.UNLOGGED, _BESIDE, Mechanism.READ, cost.cache_read, tokens.cache_read)
    new = tokens.input + tokens.cache_write
    cells.add(Cause.UNLOGGED, _BESIDE, Mechanism.FIRST, cost.input + cost.cache_write, new)


def _begin(step: RequestStep, context: Context, usual_start: float) -> tuple[int, bool]:
    """Make the context what it is at the first request of a thread; return as of ``_bring_in``."""
    tokens = step.request.tokens
    most = limit_start(tokens.prompt, tokens.cache_read, usual_start)
    context.append(begin_context(step.items, tokens.prompt, most))
    return 0, False


def _bring_in(step: RequestStep, last: _Last, context: Context, fixed: float) -> tuple[int, bool]:
    """Make the context what it is at a request; return how many items were there before, and whether it was cut."""
    prompt = step.request.tokens.prompt
    before = last.request.tokens.prompt
    if prompt < (before if step.cut else _CUT_BELOW * before):
        context.take_out()
        context.append(begin_again(step.items, prompt, fixed))
        return 1, True
    if prompt < before:
        context.append(shrink_context(context.take_out(), step.items, prompt))
        return context.count - len(step.items), True
    kept = context.count
    context.append(grow_context(last.own, last.request.tokens.output, step.items, prompt - before))
    return kept, False


def _show_point(
    watch: Callable[[ContextPoint], None] | None,
    step: RequestStep,
    context: Context,
    seen: ReplayStep,
    last: _Last | None,
) -> None:
    """Tell a watcher what stands in the context, once it is what it is at a request."""
    if watch is None:
        return
    smaller = last is not None and (step.cut or seen.prompt < _CUT_BELOW * last.request.tokens.prompt)
    lost = smaller or (last is not None and seen.lost >= _MOSTLY * seen.prompt)
    watch(
        ContextPoint(
            place=step.request.place,
            at=step.request.at,
            tokens=context.count_by_cause(),
            usd=step.request.cost.dollars,
            again=seen.why if lost else None,
            prompts=sum(item.cause is Cause.PROMPTS for item in step.items),
        )
    )


def _look_back(step: RequestStep, last: _Last | None, context: Context, kept: int, *, renewed: bool) -> ReplayStep:
    """Return a request as a replay needs it, once the context is what it is."""
    request = step.request
    tokens, cost = request.tokens, request.cost
    new = tokens.input + tokens.cache_write
    return ReplayStep(
        place=request.place,
        at=request.at,
        prompt=tokens.prompt,
        lost=_count_lost(request, last, context, kept),
        why=_name_loss(request, last, renewed=renewed),
        cut=renewed or last is None,
        read_usd=cost.cache_read / tokens.cache_read if tokens.cache_read else 0.0,
        write_usd=(cost.input + cost.cache_write) / new if new else 0.0,
        output_usd=cost.output / tokens.output if tokens.output else 0.0,
        written_usd=cost.cache_write if tokens.cache_write else 0.0,
        hour=bool(tokens.cache_write_1h),
        reads=tuple((item, count) for cause, item, count in context.list_behind(kept) if cause is Cause.READS),
        touched=tuple({item.path for item in step.own if item.path}),
    )


def _count_lost(request: ThreadRequest, last: _Last | None, context: Context, kept: int) -> float:
    """Return how many tokens that the cache held before had to be written again."""
    held = min(last.cached, context.size_until(kept)) if last else 0.0
    return max(held - request.tokens.cache_read, 0.0)


def _charge_prompt(
    step: RequestStep, last: _Last | None, context: Context, kept: int, *, renewed: bool, by_place: bool
) -> _Last:
    """Charge each item for its part of a request's prompt."""
    request = step.request
    tokens, cost = request.tokens, request.cost
    written = float(tokens.cache_read + tokens.cache_write)
    if not by_place:
        _charge_evenly(request, last, context, kept, renewed=renewed)
        return _Last(request, step.own, written if tokens.cache_write else float(tokens.prompt))
    again = _name_loss(request, last, renewed=renewed)
    before = last.cached if last else 0.0
    read = float(tokens.cache_read)
    if tokens.cache_read:
        context.spread(min(read, context.size), cost.cache_read / tokens.cache_read, Mechanism.READ)
    spans = (
        (read, written, cost.cache_write, tokens.cache_write),
        (written, written + tokens.input, cost.input, tokens.input),
    )
    for begin, end, dollars, count in spans:
        if count:
            known = min(max(before, begin), end)  # what the cache never held is sent for the first time
            context.charge(begin, known, dollars / count, lambda place: again if place < kept else Mechanism.FIRST)
            context.charge(known, end, dollars / count, lambda _: Mechanism.FIRST)
    return _Last(request, step.own, written if tokens.cache_write else float(tokens.prompt))


def _charge_evenly(request: ThreadRequest, last: _Last | None, context: Context, kept: int, *, renewed: bool) -> None:
    """Charge each item for the same share of a prompt's cost as it has of its tokens, wherever it lies."""
    tokens, cost, prompt = request.tokens, request.cost, float(request.tokens.prompt)
    new = tokens.cache_write + tokens.input
    again = min(_count_lost(request, last, context, kept) / new, 1.0) if new else 0.0
    context.spread(context.size, cost.cache_read / prompt, Mechanism.READ, tokens.cache_read / prompt)
    spent = (cost.cache_write + cost.input) / prompt
    for mechanism, share in ((_name_loss(request, last, renewed=renewed), again), (Mechanism.FIRST, 1.0 - again)):
        if share:
            context.spread(context.size, spent * share, mechanism, new / prompt * share)


def _name_loss(request: ThreadRequest, last: _Last | None, *, renewed: bool) -> Mechanism:
    """Name why the cache did not hold what stood in the context before."""
    if renewed:
        return Mechanism.CUT
    if last is None:
        return Mechanism.FIRST
    if request.model != last.request.model:
        return Mechanism.MODEL
    life = _HOUR if last.request.tokens.cache_write_1h else _FIVE_MINUTES
    if request.at is not None and last.request.at is not None and request.at - last.request.at > life:
        return Mechanism.PAUSE
    return Mechanism.UNKNOWN


def _name_subagent(cells: Cells, steps: Sequence[RequestStep], kind: str) -> dict[SpendKey, list[float]]:
    """Return the cells under the one cause of a subagent's thread, by kind and model."""
    models = Counter(step.request.model for step in steps)
    item = f"{kind or 'their own work'}, {models.most_common(1)[0][0]}" if models else ""
    found = Cells()
    for key, (dollars, tokens) in cells.found.items():
        found.add(Cause.SUBAGENTS, item, key.mechanism, dollars, tokens)
    return found.found


def part_exactly(found: dict[SpendKey, list[float]], requests: Sequence[ThreadRequest]) -> dict[SpendKey, Amount]:
    """Return the cells in whole numbers that add up to the requests; the rest of rounding goes to the largest cell."""
    dollars = sum(count_picodollars(one) for one in requests)
    tokens = sum(one.tokens.total for one in requests)
    parts = {key: [round(spent * PICO), round(count)] for key, (spent, count) in found.items()}
    if parts:
        largest = max(parts, key=lambda key: (parts[key][0], parts[key][1]))
        parts[largest][0] += dollars - sum(one[0] for one in parts.values())
        most = max(parts, key=lambda key: parts[key][1])
        parts[most][1] += tokens - sum(one[1] for one in parts.values())
    return {key: Amount(*one) for key, one in parts.items() if one[0] or one[1]}
