"""Agents' own programs, driven without a person or a network: a fake model says what they do.

They come from npm and are large, so `make agents` installs them beside the checkout (or a folder that AGENT_PROGRAMS
names); where one is missing its tests are skipped, and say so.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.agents.fake_models import Call, Json, Model, serving

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120
KEPT = ("PATH", "LANG", "TMPDIR")
"""All that an agent gets of this machine's environment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """How a program is told to do one prompt and end."""

    name: str
    """As twiceshy calls it."""
    program: str
    words: Callable[[str], list[str]]
    """Arguments for a prompt."""
    prepared: Callable[[Path, Model], dict[str, str]]
    """Writes the settings it needs below a home; gives the variables that lead it to the model."""
    shell: Callable[[str], Call]
    write: Callable[[Path, str], Call]


@dataclass(slots=True)
class Scene:
    """A home, a project and an agent in it."""

    agent: Agent
    home: Path
    work: Path
    variables: dict[str, str] = field(default_factory=dict)

    def environment(self, **more: str) -> dict[str, str]:
        """Only what is needed; everything of the user's lies below the scratch home."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return {
            **kept,
            "HOME": str(self.home),
            "TERM": "dumb",
            "CLAUDE_CONFIG_DIR": str(self.home / ".claude"),
            "CODEX_HOME": str(self.home / ".codex"),
            "GEMINI_CLI_HOME": str(self.home),
            "TWICESHY_HOME": str(self.home / "data"),
            "GIT_CONFIG_GLOBAL": str(self.home / ".gitconfig"),
            "TWICESHY_HOOK_LEARNS": "0",
            **self.variables,
            **more,
        }

    def twiceshy(self, *words: str) -> str:
        """What the command prints.

        Raises:
            CalledProcessError: it failed.
        """
        done = subprocess.run(  # ourselves
            [sys.executable, "-m", "twiceshy", *words],
            env=self.environment(),
            cwd=self.work,
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE_S,
        )
        return done.stdout

    def runs(self, *script: Call, prompt: str = "please do it", **more: str) -> Model:
        """The model, after the agent has done the script and ended well."""
        with serving(script) as model:
            variables = self.agent.prepared(self.home, model)
            done = subprocess.run(  # the agent, with a model of ours
                [program(self.agent.program), *self.agent.words(prompt)],
                env=self.environment(**variables, **more),
                cwd=self.work,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=PATIENCE_S,
            )
        assert done.returncode == 0, done.stderr[-2000:]
        assert len(model.requests) > len(script), done.stderr[-2000:]
        return model

    def spooled(self) -> list[Json]:
        """What our hooks noted, in order."""
        files = sorted((self.home / "data" / "spool").glob("*.jsonl"))
        return [json.loads(line) for path in files for line in path.read_text().splitlines() if line.strip()]


def program(name: str) -> str:
    """The agent's own program; skips the test where it is not installed."""
    folder = Path(os.environ.get("AGENT_PROGRAMS") or ROOT / ".agents") / "node_modules" / ".bin"
    found = shutil.which(name, path=str(folder))
    if found is None:
        pytest.skip(f"{name} is not installed: make agents")
    return found


def prepared_claude(home: Path, model: Model) -> dict[str, str]:
    """Only variables."""
    del home
    return {
        "ANTHROPIC_BASE_URL": model.url,
        "ANTHROPIC_API_KEY": "sk-none",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_AUTOUPDATER": "1",
    }


def prepared_codex(home: Path, model: Model) -> dict[str, str]:
    """A provider of its own."""
    provider = f'[model_providers.fake]\nname = "fake"\nbase_url = "{model.url}/v1"\nwire_api = "responses"\n'
    settings = f'model = "gpt-5"\nmodel_provider = "fake"\n{provider}env_key = "FAKE_KEY"\n'
    (home / ".codex" / "config.toml").write_text(settings)
    return {"FAKE_KEY": "none"}


def prepared_gemini(home: Path, model: Model) -> dict[str, str]:
    """The key's way in, beside what is in the settings."""
    path = home / ".gemini" / "settings.json"
    settings = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(settings | {"security": {"auth": {"selectedType": "gemini-api-key"}}}))
    return {
        "GEMINI_API_KEY": "none",
        "GOOGLE_GEMINI_BASE_URL": model.url,
        "GEMINI_TELEMETRY_ENABLED": "false",
        "GEMINI_CLI_TRUST_WORKSPACE": "true",
    }


def patch(path: Path, text: str) -> str:
    """A shell command that has Codex apply a patch."""
    lines = "\n".join(f"+{line}" for line in text.splitlines())
    return f"apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: {path}\n{lines}\n*** End Patch\nEOF"


CLAUDE_CODE = Agent(
    name="claude-code",
    program="claude",
    words=lambda prompt: ["-p", prompt, "--allowedTools", "Bash", "Write", "Edit", "Read"],
    prepared=prepared_claude,
    shell=lambda command: Call(tool="Bash", asked={"command": command, "description": "x"}),
    write=lambda path, text: Call(tool="Write", asked={"file_path": str(path), "content": text}),
)
CODEX = Agent(
    name="codex",
    program="codex",
    words=lambda prompt: [
        "exec",
        "--skip-git-repo-check",
        "--dangerously-bypass-approvals-and-sandbox",
        "--dangerously-bypass-hook-trust",
        prompt,
    ],
    prepared=prepared_codex,
    shell=lambda command: Call(tool="exec_command", asked={"cmd": command}),
    write=lambda path, text: Call(tool="exec_command", asked={"cmd": patch(path, text)}),
)
GEMINI_CLI = Agent(
    name="gemini-cli",
    program="gemini",
    words=lambda prompt: ["-m", "gemini-2.5-flash", "--yolo", "--skip-trust", "-p", prompt],
    prepared=prepared_gemini,
    shell=lambda command: Call(tool="run_shell_command", asked={"command": command}),
    write=lambda path, text: Call(tool="write_file", asked={"file_path": str(path), "content": text}),
)
AGENTS: Sequence[Agent] = (CLAUDE_CODE, CODEX, GEMINI_CLI)


def scene(agent: Agent, folder: Path) -> Scene:
    """A home where the agent was used before, and a project; its program is there."""
    program(agent.program)
    made = Scene(agent, folder / "home", folder / "work")
    for path in (made.home / {"claude-code": ".claude", "codex": ".codex"}.get(agent.name, ".gemini"), made.work):
        path.mkdir(parents=True, exist_ok=True)
    return made
