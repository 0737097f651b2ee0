"""A base model for the tests: random, two layers of width 64, 512 tokens; built from a config.

Its weights are ten times as large as usual: else its fixed last layer could not say anything with certainty.
"""

from importlib.util import find_spec
from pathlib import Path

NEEDED = ("torch", "transformers", "safetensors", "tokenizers")
MISSING = [name for name in NEEDED if find_spec(name) is None]
REASON = f"needs {', '.join(MISSING)}: pip install -r requirements/training.txt"
MESSAGES = [f"{verb} the {what} of {where}" for verb in ("fix", "add", "drop") for what in ("parser", "lexer", "cache",
            "index") for where in ("headers", "names", "rows", "files")]  # fmt: skip


def build_base(folder: Path) -> Path:
    """Write model and tokenizer as one finds them in a folder."""
    import torch  # noqa: PLC0415  # tests skip without it
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers  # noqa: PLC0415
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast  # noqa: PLC0415

    made = Tokenizer(models.BPE())
    made.pre_tokenizer, made.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    letters = pre_tokenizers.ByteLevel.alphabet()
    made.train_from_iterator(
        MESSAGES,
        trainers.BpeTrainer(
            vocab_size=512, special_tokens=["<pad>", "</s>"], initial_alphabet=letters, show_progress=False
        ),
    )
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=made, pad_token="<pad>", eos_token="</s>")
    sizes = {
        "initializer_range": 0.2,
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
    }
    torch.manual_seed(1)
    LlamaForCausalLM(LlamaConfig(vocab_size=512, pad_token_id=0, eos_token_id=1, **sizes)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
