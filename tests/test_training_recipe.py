"""The recipe of docs/howto/train.md: a trainer takes the rows as they are written, one step of it on a tiny model."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "howto" / "train.md"
NEEDED = ("torch", "transformers", "trl", "datasets", "accelerate")
MISSING = [name for name in NEEDED if find_spec(name) is None]
TINY = """
import sys
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

letters = pre_tokenizers.ByteLevel.alphabet()
made = Tokenizer(models.BPE())
made.pre_tokenizer, made.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
made.train_from_iterator([], trainers.BpeTrainer(special_tokens=["<pad>", "</s>"], initial_alphabet=letters))
tokenizer = PreTrainedTokenizerFast(tokenizer_object=made, pad_token="<pad>", eos_token="</s>")
tokenizer.chat_template = (
    "{% for one in messages %}{{ one['role'] + ': ' + one['content'] + '</s>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}"
)
sizes = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1}
model = LlamaForCausalLM(LlamaConfig(vocab_size=len(tokenizer), pad_token_id=0, eos_token_id=1, **sizes))
model.save_pretrained("tiny")
tokenizer.save_pretrained("tiny")
"""


def say(role: str, content: str) -> list[Mapping[str, str]]:
    return [{"role": role, "content": content}]


def read_recipes() -> list[str]:
    return re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def shorten(recipe: str) -> str:
    """One step, on the tiny model, without a graphics card."""
    recipe = re.sub(r'"Qwen/[^"]+"', '"tiny"', recipe)
    return recipe.replace("num_train_epochs=1", "max_steps=1, use_cpu=True, bf16=False, report_to=[]")


@pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}: pip install -r requirements/training.txt")
def test_a_trainer_takes_one_step_of_each_recipe_on_a_tiny_model(tmp_path: Path) -> None:
    """As it stands on the page, answers first and then pairs; offline."""
    answer, pair = read_recipes()
    known = {"meta": {"source": "red-to-green"}, "confidence": 0.97, "model": None, "split": "train"}
    for name, row in {
        "sft": {"prompt": say("user", "add it up"), "completion": say("assistant", "return sum(x)")},
        "dpo": {
            "prompt": say("user", "add it up"),
            "chosen": say("assistant", "return sum(x)"),
            "rejected": say("assistant", "return max(x)"),
        },
    }.items():
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row | known) + "\n", "utf-8")
    script = "\n".join((dedent(TINY), shorten(answer), shorten(pair)))
    offline = {"HF_HUB_OFFLINE": "1", "HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "CUDA_VISIBLE_DEVICES": ""}

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=offline,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "dpo-model" / "config.json").exists()


def test_the_page_has_a_recipe_for_answers_and_one_for_pairs() -> None:
    """The test above runs what stands there."""
    assert [re.findall(r"(\w+)Trainer\(", recipe) for recipe in read_recipes()] == [["SFT"], ["DPO"]]
