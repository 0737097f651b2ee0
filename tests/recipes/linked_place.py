"""A store beside a scratch repository, with sessions put in as rows."""

from datetime import UTC, datetime

from tests.judgement.outcomes.workbench import Repo, Worker

from twiceshy.archive.db import Store
from twiceshy.base.config import Config
from twiceshy.judgement.recipes.link_sessions import link_sessions
from twiceshy.logs.collect.read_commits import read_commits
from twiceshy.privacy.scrub import Scrubber

IDENTITY = "remote:git.example.test/shop/web"


class Place:
    """A store beside a repository, and the sessions that worked in it."""

    def __init__(self, store: Store, repo: Repo, scrubber: Scrubber) -> None:
        self.store = store
        self.repo = repo
        self.scrubber = scrubber

    def read(self) -> int:
        """The commits are read and the sessions linked; how many."""
        read_commits(self.store, self.scrubber, [str(self.repo.path)])
        return link_sessions(self.store, Config(), [str(self.repo.path)])

    def session(self, worker: Worker, identity: str = IDENTITY) -> bytes:
        """The session as the store keeps it; its uid."""
        trace = worker.trace()
        uid = trace.session.ljust(16, b"-")
        with self.store.begin_writing() as connection:
            connection.execute("INSERT OR IGNORE INTO project (identity, name) VALUES (?, 'web')", (identity,))
            key = connection.execute(
                """INSERT INTO session (uid, agent, native_id, project_id, first_at, last_at)
                SELECT ?, ?, ?, id, ?, ? FROM project WHERE identity = ? RETURNING id""",
                (uid, trace.agent, trace.native_id, stamp(trace.first_at), stamp(trace.last_at), identity),
            ).fetchone()[0]
            for rank, touch in enumerate(trace.touches):
                connection.execute(
                    """INSERT INTO edit (uid, session_id, rank, at, call, path, path_key, partial, created, deleted,
                      added, removed, added_hashes, removed_hashes, user_modified)
                    VALUES (?, ?, ?, ?, ?, ?, x'00', 0, 0, 0, 1, 0, ?, x'', 0)""",
                    (touch.call, key, rank, stamp(touch.at), touch.call, touch.path, touch.added),
                )
            for rank, run in enumerate(trace.git_runs):
                call = f"{worker.name}-run-{rank}".encode()
                connection.execute(
                    """INSERT INTO call (uid, session_id, rank, at, tool, action, command, input)
                    VALUES (?, ?, ?, ?, 'Bash', 'run', ?, '{}')""",
                    (call, key, rank, stamp(run.at), run.command),
                )
                connection.execute(
                    "INSERT INTO result (uid, session_id, rank, at, text) VALUES (?, ?, ?, ?, ?)",
                    (call, key, rank, stamp(run.until), run.text),
                )
        return uid


def stamp(seconds: float | None) -> str | None:
    return None if seconds is None else f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S.000Z}"
