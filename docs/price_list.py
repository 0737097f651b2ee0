# ruff: noqa: INP001  # a script, not a package
"""Write the prices of models from LiteLLM's list: ``docs/price_list.py LITELLM.json VERSION DATE``.

LITELLM.json is ``model_prices_and_context_window.json`` of https://github.com/BerriAI/litellm, or the copy of it in
LiteLLM's package (``model_prices_and_context_window_backup.json``). Only chat models of their own makers are taken:
a model that many hosts sell has the maker's price, and another spelling is kept where it has a price of its own.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from twiceshy.base.model_names import name_model

TARGET = Path(__file__).parents[1] / "src/twiceshy/account/model_prices.json"
MAKERS = (
    "anthropic",
    "openai",
    "gemini",
    "vertex_ai-language-models",
    "xai",
    "deepseek",
    "mistral",
    "codestral",
    "zai",
    "moonshot",
    "minimax",
    "meta",
    "dashscope",
    "cohere_chat",
    "vertex_ai",
    "bedrock_converse",
    "bedrock",
    "vertex_ai-anthropic_models",
)
"""Who sells, the maker first: for a model that several sell, the first one's price counts."""
ONLY = {"vertex_ai": "gemini-", "bedrock_converse": "anthropic.claude-", "bedrock": "anthropic.claude-"}
"""What is taken of those that sell other makers' models too."""
MODES = frozenset({"chat", "responses"})
LEFT_OUT = re.compile(
    r"(?:^|/)(?:ft:|container|chat-latest)|-(?:audio|realtime|tts|image|live|search|transcribe|embedding)\b|^bedrock/"
    r"|claude-(?:v\d|instant)"
)
"""Fine-tuned models, what hears, speaks or draws, Bedrock's reserved capacity, and Claude before version 3."""
ABOVE = re.compile(r"input_cost_per_token_above_(\d+)k_tokens")
MILLION = 1_000_000
CACHE_OF_CLAUDE = (1.25, 2.0, 0.1)
"""Of the input's price: what five minutes and an hour in Claude's cache and a read from it cost, where the list has no
price for them (https://docs.claude.com/en/docs/build-with-claude/prompt-caching)."""
CACHE_OF_OTHERS = (1.0, 1.0, 1.0)
"""No discount where none is listed."""


def rates_of(name: str, entry: Mapping[str, Any], suffix: str = "") -> list[float]:
    """Return the five rates of an entry, for a million tokens."""
    base = entry["input_cost_per_token" + suffix]
    shares = CACHE_OF_CLAUDE if "claude" in name else CACHE_OF_OTHERS
    write = entry.get("cache_creation_input_token_cost" + suffix, base * shares[0])
    hour = entry.get("cache_creation_input_token_cost_above_1hr" + suffix, base * shares[1] if shares[1] > 1 else write)
    read = entry.get("cache_read_input_token_cost" + suffix, base * shares[2])
    return [
        float(f"{rate * MILLION:.6g}") for rate in (base, entry["output_cost_per_token" + suffix], write, hour, read)
    ]


def tiers_of(name: str, entry: Mapping[str, Any]) -> list[list[float]]:
    """Return the tiers of an entry: a limit and five rates each; empty where it has no price for a token."""
    if "tiered_pricing" in entry:
        tiers = [(int(tier["range"][0]), rates_of(name, tier)) for tier in entry["tiered_pricing"]]
    elif "input_cost_per_token" in entry and "output_cost_per_token" in entry:
        tiers = [(0, rates_of(name, entry))]
        for limit in sorted(int(found[1]) for key in entry if (found := ABOVE.fullmatch(key))):
            if f"output_cost_per_token_above_{limit}k_tokens" in entry:
                tiers.append((limit * 1000, rates_of(name, entry, f"_above_{limit}k_tokens")))
    else:
        return []
    return [[above, *rates] for above, rates in sorted(tiers)]


def entries_of(document: Mapping[str, Any]) -> Iterator[tuple[str, list[list[float]]]]:
    """Yield the spelling, without its seller, and the tiers of each model, the makers' own first."""
    for maker in MAKERS:
        for name, entry in document.items():
            taken = isinstance(entry, dict) and entry.get("litellm_provider") == maker and entry.get("mode") in MODES
            if taken and not LEFT_OUT.search(name) and ONLY.get(maker, "") in name:
                tiers = tiers_of(name, entry)
                if tiers and any(any(rates) for _, *rates in tiers):
                    yield name.lower().rsplit("/", 1)[-1], tiers


def main(source: str, version: str, date: str) -> None:
    """Write the list."""
    raw = Path(source).read_bytes()
    found: dict[str, list[list[float]]] = {}
    spellings = list(entries_of(json.loads(raw)))
    for spelling, tiers in sorted(spellings, key=lambda one: (one[0] != name_model(one[0]), one[0].count("."))):
        found.setdefault(name_model(spelling), tiers)
    for spelling, tiers in spellings:
        if found[name_model(spelling)] != tiers:
            found.setdefault(spelling, tiers)
    head = {
        "source": "LiteLLM",
        "version": version,
        "date": date,
        "sha256": hashlib.sha256(raw).hexdigest(),
        "licence": "MIT, see LICENSES.md",
        "unit": "US dollars for a million tokens; for each tier: prompts above so many tokens, then input, output, "
        "cache write (5 min), cache write (1 h), cache read",
    }
    rows = ",\n".join(
        f"  {json.dumps(name)}: {json.dumps(found[name], separators=(',', ':'))}" for name in sorted(found)
    )
    lines = "".join(f" {json.dumps(key)}: {json.dumps(value)},\n" for key, value in head.items())
    TARGET.write_text(f'{{\n{lines} "models": {{\n{rows}\n }}\n}}\n', encoding="utf-8")
    print(f"{len(found)} models, {TARGET.stat().st_size} bytes")  # noqa: T201  # a script


if __name__ == "__main__":
    main(*sys.argv[1:])
