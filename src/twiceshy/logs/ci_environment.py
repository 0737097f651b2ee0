"""What the environment of a CI system says of its run: the commit, the job, and how it went where that is known.

``ci_environment.md`` beside this module names each system's variables. ``CI_RESULT``, ``CI_TESTS_PASSED``,
``CI_TESTS_FAILED``, ``CI_COVERAGE`` and ``CI_DURATION`` are nobody's own: a job sets them itself, and they win.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

_WORDS: Final = {
    "pass": ("pass", "passed", "success", "successful", "succeeded", "ok", "green", "fixed"),
    "fail": ("fail", "failed", "failure", "red", "broken", "unstable", "succeededwithissues"),
    "error": ("error", "errored", "canceled", "cancelled", "aborted", "timeout", "timed_out", "startup_failure"),
    "pending": ("pending", "running", "queued", "in_progress", "created", "waiting", "started"),
}
"""Words of CI systems for each result. Any other is unknown."""


class CiSystem(NamedTuple):
    """One system, and in which of its variables what stands; the first that is set counts."""

    name: str
    mark: str
    """A variable that is set nowhere else."""
    commit: tuple[str, ...]
    workflow: tuple[str, ...]
    job: tuple[str, ...]
    run_id: tuple[str, ...]
    run_number: tuple[str, ...]
    result: tuple[str, ...] = ()
    """A word."""
    status: tuple[str, ...] = ()
    """An exit status: 0 passed."""


SYSTEMS: Final = (
    CiSystem(
        "GitHub Actions",
        "GITHUB_SHA",
        commit=("GITHUB_SHA",),
        workflow=("GITHUB_WORKFLOW",),
        job=("GITHUB_JOB",),
        run_id=("GITHUB_RUN_ID",),
        run_number=("GITHUB_RUN_NUMBER",),
    ),
    CiSystem(
        "GitLab CI",
        "GITLAB_CI",
        commit=("CI_COMMIT_SHA",),
        workflow=("CI_PIPELINE_NAME",),
        job=("CI_JOB_NAME",),
        run_id=("CI_PIPELINE_ID",),
        run_number=("CI_PIPELINE_IID",),
        result=("CI_JOB_STATUS",),
    ),
    CiSystem(
        "CircleCI",
        "CIRCLECI",
        commit=("CIRCLE_SHA1",),
        workflow=(),
        job=("CIRCLE_JOB",),
        run_id=("CIRCLE_WORKFLOW_ID",),
        run_number=("CIRCLE_BUILD_NUM",),
    ),
    CiSystem(
        "Buildkite",
        "BUILDKITE",
        commit=("BUILDKITE_COMMIT",),
        workflow=("BUILDKITE_PIPELINE_SLUG",),
        job=("BUILDKITE_STEP_KEY", "BUILDKITE_LABEL"),
        run_id=("BUILDKITE_BUILD_ID",),
        run_number=("BUILDKITE_BUILD_NUMBER",),
        status=("BUILDKITE_COMMAND_EXIT_STATUS",),
    ),
    CiSystem(
        "Azure Pipelines",
        "TF_BUILD",
        commit=("BUILD_SOURCEVERSION",),
        workflow=("BUILD_DEFINITIONNAME",),
        job=("SYSTEM_JOBDISPLAYNAME", "AGENT_JOBNAME"),
        run_id=("BUILD_BUILDID",),
        run_number=("BUILD_BUILDNUMBER",),
        result=("AGENT_JOBSTATUS",),
    ),
    CiSystem(
        "Travis CI",
        "TRAVIS",
        commit=("TRAVIS_PULL_REQUEST_SHA", "TRAVIS_COMMIT"),
        workflow=("TRAVIS_BUILD_STAGE_NAME",),
        job=("TRAVIS_JOB_NAME", "TRAVIS_JOB_NUMBER"),
        run_id=("TRAVIS_BUILD_ID",),
        run_number=("TRAVIS_BUILD_NUMBER",),
        status=("TRAVIS_TEST_RESULT",),
    ),
    CiSystem(
        "Bitbucket Pipelines",
        "BITBUCKET_BUILD_NUMBER",
        commit=("BITBUCKET_COMMIT",),
        workflow=(),
        job=("BITBUCKET_STEP_UUID",),
        run_id=("BITBUCKET_PIPELINE_UUID",),
        run_number=("BITBUCKET_BUILD_NUMBER",),
        status=("BITBUCKET_EXIT_CODE",),
    ),
    CiSystem(
        "Jenkins",
        "JENKINS_URL",
        commit=("GIT_COMMIT",),
        workflow=("JOB_NAME",),
        job=("STAGE_NAME",),
        run_id=("BUILD_TAG", "BUILD_ID"),
        run_number=("BUILD_NUMBER",),
    ),
)
"""Those that are known, the ones with the surest mark first. A further one is a row here and one on the page."""


_NONE: Final = CiSystem("", "", (), (), (), (), ())
_HASH: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_MOST_DIGITS: Final = 12
"""Of a count (guess, 2026-11-23): no suite has so many tests."""
_NUMBER: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")


class CiRun(NamedTuple):
    """What an environment says; empty or None where it says nothing."""

    system: str
    commit: str
    result: str
    """One of ``records.commit_verdicts.RESULTS``."""
    tests_passed: int | None
    tests_failed: int | None
    coverage: float | None
    duration_s: float | None
    workflow: str
    job: str
    run_id: str
    run_number: str


def read_ci_run(env: Mapping[str, str]) -> CiRun:
    """Return what the environment says of a CI run; where no system is known, what the job itself set.

    >>> run = read_ci_run({"GITHUB_SHA": "ab" * 20, "GITHUB_JOB": "tests", "CI_RESULT": "success"})
    >>> run.system, run.job, run.result
    ('GitHub Actions', 'tests', 'pass')
    """
    system = next((one for one in SYSTEMS if env.get(one.mark)), _NONE)
    return CiRun(
        system=system.name,
        commit=_keep_hash(_take(env, system.commit)),
        result=_find_result(env, system),
        tests_passed=_parse_count(env.get("CI_TESTS_PASSED", "")),
        tests_failed=_parse_count(env.get("CI_TESTS_FAILED", "")),
        coverage=_parse_number(env.get("CI_COVERAGE", "").rstrip("% ")),
        duration_s=_parse_number(env.get("CI_DURATION", "").rstrip("s ")),
        workflow=_take(env, system.workflow),
        job=_take(env, system.job),
        run_id=_take(env, system.run_id),
        run_number=_take(env, system.run_number),
    )


def parse_result(word: str) -> str:
    """Return the result that a CI system's word means.

    >>> parse_result("Succeeded"), parse_result("skipped")
    ('pass', 'unknown')
    """
    plain = word.strip().lower().replace("-", "_").replace(" ", "_")
    return next((result for result, words in _WORDS.items() if plain in words), "unknown")


def _take(env: Mapping[str, str], names: tuple[str, ...]) -> str:
    """Return the first of these variables that says something; empty where none does."""
    return next((env[name].strip() for name in names if env.get(name, "").strip()), "")


def _find_result(env: Mapping[str, str], system: CiSystem) -> str:
    """Return how the run went: what the job set, else the system's word, else its exit status."""
    word = _take(env, ("CI_RESULT", *system.result))
    if word:
        return parse_result(word)
    status = _take(env, system.status)
    if not status:
        return "unknown"
    return "pass" if status == "0" else "fail"


def _keep_hash(word: str) -> str:
    """Return a whole hash; nothing for a name such as ``HEAD`` or ``false``."""
    return word if _HASH.fullmatch(word) else ""


def _parse_count(word: str) -> int | None:
    return int(word) if len(word) < _MOST_DIGITS and word.strip().isascii() and word.strip().isdigit() else None


def _parse_number(word: str) -> float | None:
    return float(word) if _NUMBER.fullmatch(word.strip()) else None
