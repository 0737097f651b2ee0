"""The judged sample project: made once, and only read."""

import pytest
from tests.recipes.sample_store import fill_with_sample

from twiceshy.base.config import Config


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return fill_with_sample(tmp_path_factory.mktemp("sample"))
