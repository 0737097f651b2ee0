"""What older commits of a repository say of changes: read once, kept in the cache, grown by what is new.

Only git is needed: no store and no training. A history that was rewritten is read again.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from twiceshy.archive import atomic_files
from twiceshy.base.config import Config
from twiceshy.base.errors import StoreUnwritable
from twiceshy.logs.described_changes import list_newest_commits, read_described_changes
from twiceshy.logs.repository_place import RepositoryPlace, is_ancestor
from twiceshy_git.file_recipes.ranking_files import note_project
from twiceshy_git.file_recipes.repository_files import index_path
from twiceshy_git.predict.messages.examples import choose_examples
from twiceshy_git.predict.messages.kept_commits import PackedCommits, decode_commits, encode_commits
from twiceshy_git.predict.messages.project_habits import ProjectHabits
from twiceshy_git.predict.messages.retrieve import CommitIndex

_NEWEST: Final = 6000
"""Commits of a longer history that are read: as many as `predict` reads (guess, 2026-11-24)."""
_MOST_BEHIND: Final = 2000
"""New commits that are added to what is known; above it the newest are read anew (guess, 2026-11-24)."""
_ENDING: Final = ".messages"


@dataclass(slots=True)
class KnownMessages:
    """What is known of a repository's messages."""

    commits: PackedCommits = field(default_factory=PackedCommits)
    habits: ProjectHabits = field(default_factory=ProjectHabits)
    head: str | None = None
    """The newest commit that was read."""

    @property
    def index(self) -> CommitIndex:
        """Return the commits as they are searched."""
        return CommitIndex(self.commits)


def load_messages(config: Config, repo: Path, place: RepositoryPlace, salt: bytes) -> KnownMessages:
    """Return everything committed so far, from the cache as far as it is valid.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refuses to read the repository.
    """
    path = messages_path(config, place, salt)
    known = read_kept_messages(path) or KnownMessages()
    if known.head == place.head or place.head is None:
        return known if known.head == place.head else KnownMessages()
    fresh: list[str] = []
    if known.head is not None and is_ancestor(repo, known.head, place.head):
        fresh = list_newest_commits(repo, _MOST_BEHIND + 1, f"{known.head}..{place.head}")
    if not fresh or len(fresh) > _MOST_BEHIND:
        known, fresh = KnownMessages(), list_newest_commits(repo, _NEWEST, place.head)
    changes = list(read_described_changes(repo, fresh, salt=salt, scrub=make_scrub(config, salt)))
    index = known.index
    examples = choose_examples(changes).examples
    words = [[one.subject, one.body] for one in examples]
    for example, own, clean in zip(examples, words, make_gate(config, salt).clean_groups(words), strict=True):
        if clean != own:  # what others said is offered as it is, so it passes the gate of exports here
            continue
        index.add(example)
        known.habits.learn(example)
    known.head = place.head
    with suppress(StoreUnwritable):  # a data folder that cannot be written costs time, never the answer
        atomic_files.write(path, encode_commits(known.commits, {"head": known.head, "habits": known.habits.to_plain()}))
        note_project(path.with_name(path.name.partition("-")[0]), repo)
    return known


def read_kept_messages(path: Path) -> KnownMessages | None:
    """Return what is kept in a file, however far it reaches; None where there is none of this version."""
    raw = atomic_files.read(path)
    found = decode_commits(raw) if raw is not None else None
    if found is None:
        return None
    commits, extra = found
    return KnownMessages(commits, ProjectHabits(extra.get("habits")), extra.get("head"))


def messages_path(config: Config, place: RepositoryPlace, salt: bytes) -> Path:
    """Return the file in which a repository's messages are kept."""
    return index_path(config, place, salt).with_suffix(_ENDING)


def make_scrub(config: Config, salt: bytes) -> Any:
    """Return the function that redacts secrets from the texts that are learned from."""
    from twiceshy.privacy.policy import RedactionLevel, load_rules  # noqa: PLC0415  # 30 ms that no hook should pay
    from twiceshy.privacy.scrub import Scrubber  # noqa: PLC0415

    cache = config.cache if config.cache.is_dir() else None
    return Scrubber(load_rules(), salt, RedactionLevel(config.privacy_level), cache=cache).texts


def make_gate(config: Config, salt: bytes) -> Any:
    """Return the gate that texts pass before they stand in a file of the repository."""
    from twiceshy.privacy.outgoing import OutgoingTexts  # noqa: PLC0415  # as above
    from twiceshy.privacy.policy import RedactionLevel, load_rules  # noqa: PLC0415

    cache = config.cache if config.cache.is_dir() else None
    return OutgoingTexts(load_rules(), salt, RedactionLevel(config.privacy_level), cache=cache)
