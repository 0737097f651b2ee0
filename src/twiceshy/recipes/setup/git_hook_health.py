"""Check whether hooks of git stand where they were installed, and write those that are missing."""

from collections.abc import Iterator
from pathlib import Path

from twiceshy.archive.git_hook_record import read_hooked
from twiceshy.archive.health_rows import note, ok, problem
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, ToolMissing, UsageError
from twiceshy.recipes.setup.git_hooks import install_git_hooks, plan_git_hooks
from twiceshy.records.git_hooks import GitHookPlan, HookedRepository
from twiceshy.records.upkeep import Check

_NAME = "git hooks"


def check_git_hooks(config: Config) -> Iterator[Check]:
    """Check each repository that has hooks of ours; one that is gone has nothing that can be missing."""
    for repository in _list_hooked(config):
        try:
            yield _check_repository(repository, plan_git_hooks(config, Path(repository.top)))
        except (SourceError, UsageError):
            yield ok(_NAME, f"{repository.top}: not there now")
        except ToolMissing as error:
            yield note(_NAME, str(error), "then run `twiceshy doctor` again")
            return


def _list_hooked(config: Config) -> list[HookedRepository]:
    return [one for one in read_hooked(config.home) if one.entries]


def _check_repository(repository: HookedRepository, plan: GitHookPlan) -> Check:
    """Say whether what an installation would write is there."""
    if plan.repository.common != repository.common:
        return note(_NAME, f"{repository.top} is another repository now", "twiceshy init --git, there")
    if plan.changes:
        names = ", ".join(sorted(Path(change.path).name for change in plan.changes))
        return problem(_NAME, f"{repository.top}: missing or of another version: {names}", "twiceshy doctor --repair")
    if plan.refusals:
        lines = [f"{repository.top}: {len(plan.refusals)} files do not call ours"]
        lines += [f"{refusal.path}: {refusal.reason}" for refusal in plan.refusals]
        return note(_NAME, "\n".join(lines), "`twiceshy init --git`, there, prints the lines to put in")
    return ok(_NAME, f"{repository.top}: {len(plan.unchanged)} files")


def repair_git_hooks(config: Config) -> list[GitHookPlan]:
    """Write what is missing, or of another version; return the plans of the repositories that were changed.

    Raises:
        StoreError: a hook or the data folder cannot be written.
    """
    done = []
    for repository in _list_hooked(config):
        try:
            plan = plan_git_hooks(config, Path(repository.top))
        except (SourceError, UsageError, ToolMissing):
            continue
        if plan.changes and plan.repository.common == repository.common:
            install_git_hooks(config, plan)
            done.append(plan)
    return done
