"""logs.ci_environment: what each CI system's variables say, and that nothing else is taken."""

import pytest

from twiceshy.logs.ci_environment import SYSTEMS, parse_result, read_ci_run

SHA = "ab" * 20


@pytest.mark.parametrize(
    ("env", "said"),
    [
        pytest.param({}, ("", "", "unknown", "", "", "", ""), id="none"),
        pytest.param(
            {
                "GITHUB_SHA": SHA,
                "GITHUB_WORKFLOW": "checks",
                "GITHUB_JOB": "tests",
                "GITHUB_RUN_ID": "77",
                "GITHUB_RUN_NUMBER": "5",
                "CI_RESULT": "failure",
            },
            ("GitHub Actions", SHA, "fail", "checks", "tests", "77", "5"),
        ),
        pytest.param(
            {
                "GITLAB_CI": "true",
                "CI_COMMIT_SHA": SHA,
                "CI_JOB_NAME": "rspec",
                "CI_JOB_STATUS": "success",
                "CI_PIPELINE_ID": "9",
                "CI_PIPELINE_IID": "3",
            },
            ("GitLab CI", SHA, "pass", "", "rspec", "9", "3"),
        ),
        pytest.param(
            {
                "CIRCLECI": "true",
                "CIRCLE_SHA1": SHA,
                "CIRCLE_JOB": "build",
                "CIRCLE_WORKFLOW_ID": "w",
                "CIRCLE_BUILD_NUM": "8",
            },
            ("CircleCI", SHA, "unknown", "", "build", "w", "8"),
        ),
        pytest.param(
            {
                "BUILDKITE": "true",
                "BUILDKITE_COMMIT": "HEAD",
                "BUILDKITE_LABEL": "lint",
                "BUILDKITE_COMMAND_EXIT_STATUS": "1",
            },
            ("Buildkite", "", "fail", "", "lint", "", ""),
        ),
        pytest.param(
            {
                "TF_BUILD": "True",
                "BUILD_SOURCEVERSION": SHA,
                "BUILD_BUILDNUMBER": "20260901.1",
                "AGENT_JOBSTATUS": "SucceededWithIssues",
            },
            ("Azure Pipelines", SHA, "fail", "", "", "", "20260901.1"),
        ),
        pytest.param(
            {"TRAVIS": "true", "TRAVIS_PULL_REQUEST_SHA": "", "TRAVIS_COMMIT": SHA, "TRAVIS_TEST_RESULT": "0"},
            ("Travis CI", SHA, "pass", "", "", "", ""),
        ),
        pytest.param(
            {"BITBUCKET_BUILD_NUMBER": "4", "BITBUCKET_COMMIT": SHA, "BITBUCKET_EXIT_CODE": "2"},
            ("Bitbucket Pipelines", SHA, "fail", "", "", "", "4"),
        ),
        pytest.param(
            {"JENKINS_URL": "x", "GIT_COMMIT": SHA, "JOB_NAME": "shop/main", "BUILD_NUMBER": "12"},
            ("Jenkins", SHA, "unknown", "shop/main", "", "", "12"),
        ),
        pytest.param(
            {"GITLAB_CI": "true", "CI_JOB_STATUS": "success", "CI_RESULT": "error"},
            ("GitLab CI", "", "error", "", "", "", ""),
            id="the job's own word wins",
        ),
    ],
)
def test_what_a_system_says(env: dict[str, str], said: tuple[str, ...]) -> None:
    """System, commit, result, workflow, job, run and number."""
    run = read_ci_run(env)

    assert (run.system, run.commit, run.result, run.workflow, run.job, run.run_id, run.run_number) == said


@pytest.mark.parametrize(
    ("word", "number"), [("87.5", 87.5), ("87.5%", 87.5), ("", None), ("nan", None), ("1e9", None), ("-3", None)]
)
def test_numbers_are_numbers(word: str, number: float | None) -> None:
    """What is none is not known."""
    assert read_ci_run({"CI_COVERAGE": word}).coverage == number


def test_counts_are_whole() -> None:
    """A count that no suite has is none."""
    run = read_ci_run({"CI_TESTS_PASSED": "120", "CI_TESTS_FAILED": "9" * 40, "CI_DURATION": "12s"})

    assert (run.tests_passed, run.tests_failed, run.duration_s) == (120, None, 12.0)


def test_systems_are_told_apart() -> None:
    """No two have one mark."""
    assert len({one.mark for one in SYSTEMS}) == len(SYSTEMS) == 8


def test_words_that_are_nobodys_mean_nothing() -> None:
    """Never a pass."""
    assert [parse_result(word) for word in ("", "flaky", "PASSED", "timed out")] == [
        "unknown",
        "unknown",
        "pass",
        "error",
    ]
