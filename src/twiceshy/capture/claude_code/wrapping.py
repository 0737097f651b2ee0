"""Taking off the tags that the client wraps around text, in linear time whatever the text holds."""


def inside(text: str, tag: str) -> str | None:
    """What stands between the first ``<tag>`` and its end, bare of white space; None without both."""
    _, start, rest = text.partition(f"<{tag}>")
    inner, end, _ = rest.partition(f"</{tag}>") if start else ("", "", "")
    return inner.strip() if end else None


def without(text: str, tag: str) -> str:
    """The text without its ``<tag>...</tag>`` blocks and the white space before them."""
    opening, closing = f"<{tag}>", f"</{tag}>"
    at = text.find(opening)
    if at < 0:
        return text
    kept = []
    begin = 0
    while at >= 0:
        end = text.find(closing, at)
        if end < 0:
            break
        kept.append(text[begin:at].rstrip())
        begin = end + len(closing)
        at = text.find(opening, begin)
    kept.append(text[begin:])
    return "".join(kept)


def without_last(text: str, tag: str) -> str:
    """The text without the blocks that stand at its end."""
    opening, closing = f"<{tag}>", f"</{tag}>"
    whole = end = len(text)
    while True:
        bare = end
        while bare and text[bare - 1].isspace():
            bare -= 1
        at = text.rfind(opening, 0, bare) if text.endswith(closing, 0, bare) else -1
        if at < 0:
            return text if end == whole else text[:bare]
        end = at
