"""Draw how the hooks of git in a repository change."""

import os

from twiceshy.records.git_hooks import GitHookChange, GitHookPlan, GitHookRefusal
from twiceshy.screens.terminal.formats import plural

_MADE = "Each notes one line of hashes, times and process ids, never text; a commit waits a few ms for it."


def render_git_plan(plan: GitHookPlan, *, everything: bool) -> str:
    """Render what an installation changes: a line a file, or each file's text."""
    lines = []
    if plan.changes:
        lines.append(f"This adds hooks of git to {plan.repository.top} ({plural(len(plan.changes), 'file')}):")
        lines += [line for change in plan.changes for line in _render_change(plan, change, everything=everything)]
        lines += [_MADE, "Every line of it: twiceshy init --git --diff --dry-run. Undo: twiceshy remove --git."]
    lines += plan.notes
    lines += [f"{_shorten(plan, path)} is there already." for path in plan.unchanged]
    return "\n".join([*lines, *(_render_refusal(plan, refusal) for refusal in plan.refusals)])


def _render_change(plan: GitHookPlan, change: GitHookChange, *, everything: bool) -> list[str]:
    """Render one file that comes."""
    what = "new"
    if change.before is not None:
        what = "ours, written anew"
    elif change.moved:
        what = f"what is there becomes {os.path.basename(change.moved)}, and is called"  # noqa: PTH119  # of a text
    lines = [f"  {_shorten(plan, change.path)} ({what})"]
    if everything:
        lines += [f"+{line}" for line in (change.after or "").splitlines()]
    return lines


def _shorten(plan: GitHookPlan, path: str) -> str:
    """Return a path as seen from the top of the repository, where it lies below it."""
    return path.removeprefix(f"{plan.repository.top}{os.sep}")


def _render_refusal(plan: GitHookPlan, refusal: GitHookRefusal) -> str:
    """Render why a file is left alone, and what to do by hand."""
    words = f"{_shorten(plan, refusal.path)} stays as it is: {refusal.reason}."
    return f"{words} To be called from there, put this into it:\n{refusal.paste.rstrip()}" if refusal.paste else words


def describe_git_install(plan: GitHookPlan) -> str:
    """Describe what was done."""
    done = f"Hooks of git are installed in {plan.repository.top}."
    return f"{done} `twiceshy learn` reads what they note. Check: twiceshy doctor. Undo: twiceshy remove --git."


def render_git_removal(plan: GitHookPlan) -> str:
    """Render what a removal changes in one repository."""
    lines = [f"Hooks of git in {plan.repository.top}:"]
    for change in plan.changes:
        what = "goes, and what stood there before comes back" if change.moved else "goes"
        lines.append(f"  {_shorten(plan, change.path)} {what}")
    lines += [f"  {_shorten(plan, path)} is gone already" for path in plan.unchanged]
    lines += [f"  {_render_refusal(plan, refusal)}" for refusal in plan.refusals]
    return "\n".join(lines)
