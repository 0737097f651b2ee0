"""Projects with all their identities."""

from tests.archive.reads.conftest import Archive

from twiceshy.archive.reads.shared_projects import StoredProject, list_projects
from twiceshy.base.values import Scrubbed


def test_a_project_is_listed_with_every_identity(archive: Archive) -> None:
    """Its own first."""
    api, shop = archive.project("api"), archive.project("shop")
    archive.put("project_alias", identity="folder:/srv/shop", project_id=shop)

    assert list_projects(archive.connection) == [
        StoredProject(api, Scrubbed("api"), (Scrubbed("remote:host/owner/api"),)),
        StoredProject(shop, Scrubbed("shop"), (Scrubbed("remote:host/owner/shop"), Scrubbed("folder:/srv/shop"))),
    ]
