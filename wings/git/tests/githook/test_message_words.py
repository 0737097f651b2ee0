"""The lines inside the file that git's user writes a message in."""

from twiceshy.records.message_advice import MessageAdvice, MessageOffer, NearMessage
from twiceshy_git.githook.message_words import list_offered


def an_advice(*, sure: bool, prefix: str = "", near: int = 3) -> MessageAdvice:
    return MessageAdvice(
        change="staged",
        offers=(MessageOffer(subject="fix: it", reasons=("like abc", "scope from src")),),
        sure=sure,
        prefix=prefix,
        nearest=tuple(NearMessage(f"{number}" * 40, f"fix: {number}") for number in range(near)),
        learned=9,
    )


def test_a_sure_offer_is_one_line_with_its_reason() -> None:
    """Nothing else: an editor's first screen is short."""
    assert list_offered(an_advice(sure=True)) == ["twiceshy offers:", "  fix: it", "  (like abc)"]


def test_else_the_nearest_are_named() -> None:
    """With what stood in front of such messages; nothing where nothing is near."""
    assert list_offered(an_advice(sure=False, prefix="fix: ")) == [
        "twiceshy: commits like this one:",
        "  fix: ... (may fit)",
        "  000000000 fix: 0",
        "  111111111 fix: 1",
    ]
    assert list_offered(an_advice(sure=False, near=0)) == []
