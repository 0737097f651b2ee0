"""The tags that the client wraps around text, taken off in linear time whatever the text holds."""


def find_inside(text: str, tag: str) -> str | None:
    """Return what stands between the first ``<tag>`` and its end, stripped; None without both."""
    _, start, rest = text.partition(f"<{tag}>")
    inner, end, _ = rest.partition(f"</{tag}>") if start else ("", "", "")
    return inner.strip() if end else None


def remove_blocks(text: str, tag: str) -> str:
    """Return the text without its ``<tag>...</tag>`` blocks and the white space before them."""
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


def remove_last_blocks(text: str, tag: str) -> str:
    """Return the text without the blocks that stand at its end."""
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
