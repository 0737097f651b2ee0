"""What goes into a project's memory of whose work its commits are."""

from collections.abc import Iterator

from twiceshy.memory.link_facts import encode_link
from twiceshy.records.memory import MemoryRecord
from twiceshy.store.db import Store
from twiceshy.store.reads.authorship import read_agents, read_links_of_commits
from twiceshy.store.reads.commits import read_commit_times


def list_link_records(store: Store, project: str) -> Iterator[MemoryRecord]:
    """Yield the records of type link of a project, given by its identity: of commits that are stored."""
    times = read_commit_times(store.connection, project)
    agents = read_agents(store.connection, project)
    for commit, links in sorted(read_links_of_commits(store.connection, project).items()):
        for one in links:
            if commit in times and one.session in agents:
                yield encode_link(one, agents[one.session], times[commit])
