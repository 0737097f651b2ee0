"""How a suggested message looks in a terminal."""

from twiceshy.records.message_advice import MessageAdvice, MessageOffer
from twiceshy.screens.terminal.formats import cut, one_line, percent, plural
from twiceshy.screens.terminal.page import Page, wrap

_SHORT = 9  # digits of a commit that are shown (guess, 2026-11-24: as git in a repository of middle size)


def draw_message(advice: MessageAdvice, page: Page) -> str:
    """Draw the messages where one is likely right, else what older commits like it said."""
    lines = [line for offer in advice.offers for line in _draw_offer(offer, page)] if advice.sure else []
    if not advice.sure:
        lines += _draw_unsure(advice, page)
    if advice.nearest:
        lines += ["", "Nearest commits:"]
        lines += [cut(f"  {one.commit[:_SHORT]}  {one_line(one.subject)}", page.width) for one in advice.nearest]
    if advice.written:
        lines += ["", cut(f"It was committed as: {one_line(advice.written)}", page.width)]
    lines += [page.dim(line) for note in advice.notes for line in wrap(f"note: {note}", page.width)]
    lines.append(page.dim(f"From {plural(advice.learned, 'commit')} of this repository."))
    return "\n".join(lines).lstrip("\n")


def _draw_offer(offer: MessageOffer, page: Page) -> list[str]:
    likely = "" if offer.probability is None else f"  {percent(offer.probability)}"
    lines = [f"{page.bold(one_line(offer.subject))}{likely}"]
    lines += [f"  {line}" for line in offer.body.split("\n") if offer.body]
    return [*lines, *(page.dim(line) for line in wrap("; ".join(offer.reasons), page.width, indent=2, hang=2))]


def _draw_unsure(advice: MessageAdvice, page: Page) -> list[str]:
    """Return what can be said where no message is likely right."""
    if not advice.offers and not advice.nearest:
        return ["Nothing here is like this change yet."]
    lines = []
    if advice.offers:
        lines = ["Not sure. What fits best of the nearest:", *_draw_offer(advice.offers[0], page)]
    if advice.prefix:
        lines.append(f"It may begin with: {page.bold(advice.prefix.strip())}")
    return lines
