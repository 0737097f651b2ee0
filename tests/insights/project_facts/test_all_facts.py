"""insights.project_facts.all_facts: projects apart, kinds in order."""

from tests.insights.project_facts.attempts import run, session

from twiceshy.insights.project_facts.all_facts import find_project_facts


def test_no_session_makes_no_fact() -> None:
    """Nothing in, nothing out."""
    assert find_project_facts([]) == []


def test_facts_of_projects_are_apart() -> None:
    """What works in one is not told of another; the project with most sessions comes first."""
    shop = [session(run("npm run lint"), run("npm test"), day=day) for day in range(2)]
    api = [session(run("go test ./..."), day=day, project="api") for day in range(3)]

    found = find_project_facts([*shop, *api])

    assert [(fact.project, fact.says) for fact in found] == [
        ("api", "Tests run with `go test ./...`."),
        ("shop", "Tests run with `npm test`."),
        ("shop", "Lint runs with `npm run lint`."),
    ]
