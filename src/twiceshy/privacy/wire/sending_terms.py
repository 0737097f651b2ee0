"""Under which level, salt and key rows are made: whoever makes one is given these, and asks nothing else."""

from typing import NamedTuple

from twiceshy.commands.keys.team_keys import TeamKey
from twiceshy.privacy.wire.row_kinds import Level
from twiceshy.privacy.wire.wire_rows import make_row_id

_SHARED_IDENTITIES = ("remote:", "root:")
"""What a project is called wherever it is cloned; a folder's path is one machine's own."""


class SendingTerms(NamedTuple):
    """What holds for every row that is made now."""

    level: Level
    salt: bytes
    """Of this store: ids of rows are made with it."""
    team: TeamKey | None = None
    """None: nothing that groups several people's work is made."""

    def hash_shared(self, kind: str, *parts: bytes | str) -> str | None:
        """Return a hash that is equal for all members; None without the team's key."""
        return None if self.team is None else make_row_id(self.team.key, kind, *parts).hex()

    def hash_project(self, identity: str | None) -> str | None:
        """Return the hash of a project; None without a key, or where its identity is one machine's own."""
        if identity is None or not identity.startswith(_SHARED_IDENTITIES):
            return None
        return self.hash_shared("project", identity)

    def make_id(self, kind: str, *parts: bytes | str) -> bytes:
        """Return the id of a row of this store: nobody else finds out what it is of."""
        return make_row_id(self.salt, kind, *parts)
