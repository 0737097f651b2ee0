"""Invented edits and questions."""

from benchmarks.edits.edit_question import EditQuestion, HiddenEdit, PlacedEdit


def put(old: str, new: str, *, path: str = "shop.py", before: str = "", after: str = "") -> PlacedEdit:
    """Return an edit."""
    return PlacedEdit(path, before, old, new, after)


def ask(
    old: str, *, before: str = "", after: str = "", uid: str = "q", session: str = "s", project: str = "p"
) -> EditQuestion:
    """Return a question."""
    return EditQuestion(
        id=uid,
        project=project,
        session=session,
        task="",
        path="shop.py",
        before=before,
        old=old,
        after=after,
        earlier=(),
    )


def hide(
    old: str,
    new: str,
    at: float | None,
    *,
    uid: str,
    session: str = "s",
    project: str = "p",
    left_out: str = "",
) -> HiddenEdit:
    """Return a question with its answer."""
    return HiddenEdit(ask(old, uid=uid, session=session, project=project), put(old, new), at, left_out)
