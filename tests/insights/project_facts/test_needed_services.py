"""insights.project_facts.needed_services: what must be running, by names of a closed list."""

from tests.insights.project_facts.attempts import fail, red, run, session

from twiceshy.insights.project_facts.called_commands import list_uses
from twiceshy.insights.project_facts.needed_services import find_needed_services
from twiceshy.records.attempts import SessionAttempts

REFUSED = "psycopg2.OperationalError: connection to server at localhost, port 5432 failed: Connection refused"


def said(*sessions: SessionAttempts) -> list[str]:
    return [draft.say(draft) for draft in find_needed_services(sessions, list(list_uses(sessions)))]


def test_what_never_worked_needs_more_than_a_service() -> None:
    """Nor does one session say anything, nor a service of no known name."""
    assert said(session(fail("npm test", REFUSED)), session(fail("npm test", REFUSED), day=1)) == []
    assert said(session(fail("npm test", REFUSED), red("npm test"))) == []
    other = fail("npm test", "connect ECONNREFUSED 127.0.0.1:4711")
    assert said(session(other, run("npm test")), session(other, day=1)) == []


def test_a_service_is_named() -> None:
    """By its port or name, with the command that needs it."""
    found = said(session(fail("npm test", REFUSED), run("npm test")), session(fail("npm test", REFUSED), day=1))

    assert found == ["`npm test` needs PostgreSQL running."]
