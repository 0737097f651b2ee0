"""Which repository an instance of a benchmark stands for."""

from pathlib import PurePosixPath
from typing import Any

import pytest

from twiceshy.logs.benchmark_instances import instance_on_path, repository_of_instance

NAMES: list[Any] = [
    pytest.param("", None, id="nothing"),
    pytest.param("__init__-1", None, id="no owner"),
    pytest.param("session__abc", None, id="no number"),
    pytest.param("my__notes-draft", None, id="words"),
    pytest.param("6e44b9__shop-1c2844", None, id="a run on a local folder"),
    pytest.param("humaneval-python-0", None, id="no repository"),
    pytest.param("a/b__c-1", None, id="a path"),
    pytest.param("django__django-11099", "github.com/django/django", id="SWE-bench"),
    pytest.param("scikit-learn__scikit-learn-10297", "github.com/scikit-learn/scikit-learn", id="hyphens"),
    pytest.param("Shop__Web.Shop-7", "github.com/shop/web.shop", id="capitals and a dot"),
    pytest.param(
        "instance_Shop__Web-04998908ba6721d64eba79ae3b65a351dcfbc5b5-vnan", "github.com/shop/web", id="SWE-bench Pro"
    ),
    pytest.param("shop__web.1fd52536.combine_file__09vlzwgc", "github.com/shop/web", id="SWE-smith"),
]


@pytest.mark.parametrize(("name", "repository"), NAMES)
def test_an_instances_name_tells_its_repository(name: str, repository: str | None) -> None:
    """In the forms that benchmarks use, and in no other."""
    assert repository == repository_of_instance(name)


PATHS: list[Any] = [
    pytest.param("/home/ann/.claude/projects/-testbed/a.jsonl", None, id="none"),
    pytest.param("/runs/my__notes-draft/a.jsonl", None, id="another name"),
    pytest.param("/runs/shop__web-7/shop__web-7.traj.json", "shop__web-7", id="a trajectory"),
    pytest.param("/runs/django__django-1/shop__web-7.traj", "shop__web-7", id="the file before its folder"),
    pytest.param("/jobs/day/shop__web-7__aB3dE5f/agent/trajectory.json", "shop__web-7", id="a try"),
    pytest.param("/jobs/shop__web-7__aB3dE5f/agent/sessions/projects/-testbed/a.jsonl", "shop__web-7", id="deep"),
]


@pytest.mark.parametrize(("path", "instance"), PATHS)
def test_a_path_names_an_instance(path: str, instance: str | None) -> None:
    """In its file's name, or in a folder's."""
    assert instance == instance_on_path(PurePosixPath(path))
