"""A trainer that is not ours takes a history's rows as they are exported: the recipe of the page, one step, offline."""

import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from tests.test_training_recipe import MISSING, TINY
from wings.git.tests.message_recipes.message_repository import build_history

from twiceshy.base.config import load
from twiceshy.base.values import Scope
from twiceshy_data.recipes.export_folders import export_folder
from twiceshy_data.recipes.outgoing_rows import MESSAGES, ExportWish

PAGE = Path(__file__).parents[4] / "docs" / "howto" / "train-messages.md"


@pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}: pip install -r requirements/training.txt")
def test_a_trainer_takes_one_step_on_the_exported_rows(tmp_path: Path) -> None:
    """Loss is on the answer only, which is the trainer's default for such columns."""
    repo = build_history(tmp_path / "web", 40)
    wish = ExportWish(kind=MESSAGES, form="hf", scope=Scope(), repo=repo.path, license="MIT")
    export_folder(load({}, os.environ, repo.path), wish, tmp_path / "rows", replace=False)
    (recipe,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    recipe = re.sub(r'"Qwen/[^"]+"', '"tiny"', recipe).replace('"../rows"', f'"{tmp_path / "rows"}"')
    recipe = recipe.replace("num_train_epochs=2", "max_steps=1, use_cpu=True, bf16=False, report_to=[]")
    recipe = recipe.replace("SFTTrainer(", "trainer = SFTTrainer(").replace(").train()", ")")
    check = """
        batch = next(iter(trainer.get_train_dataloader()))
        assert (batch["labels"] == -100).any() and (batch["labels"] != -100).any()
        trainer.train()
        print("trained", trainer.state.global_step)
    """

    offline = {"HF_HUB_OFFLINE": "1", "HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(
        [sys.executable, "-c", "\n".join((dedent(TINY), recipe, dedent(check)))],
        cwd=tmp_path,
        env=offline,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-2000:]
    assert "trained 1" in done.stdout
