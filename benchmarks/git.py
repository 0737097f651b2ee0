"""The git reader beside plain ``git log --numstat -p`` (CPU, both with their child processes).

``python -m benchmarks git [REPOSITORY ...]``: without a repository one of 2,000 commits is made.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import cost, scratch_environment

READ = """
import sys
from pathlib import Path
from twiceshy.logs.git import read_commits
found = list(read_commits(Path(sys.argv[1]), salt=b"s" * 32))
print(len(found), sum(len(one.files) for one in found), sum(len(f.added_hashes) for c in found for f in c.files) // 8)
"""
PLAIN = ["git", "log", "--branches", "--remotes", "--tags", "HEAD", "-M", "--numstat", "-p"]


def main(argv: list[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        scratch = Path(name)
        environment = scratch_environment(scratch)
        for repo in [Path(word).resolve() for word in argv] or [made(scratch / "made", environment)]:
            plain = [cost(PLAIN, environment, repo).cpu_s for _ in range(3)]
            start = [cost([sys.executable, "-c", "import twiceshy.logs.git"], environment).cpu_s for _ in range(3)]
            runs = [cost([sys.executable, "-c", READ, str(repo)], environment) for _ in range(3)]
            ours = sorted(run.cpu_s for run in runs)[1] - sorted(start)[1]
            counts = "commits {}, files {}, hashed lines {}".format(*runs[0].stdout.split())
            print(
                f"{repo.parent.name}/{repo.name}: {counts}; {ours:.2f} CPU s, git alone {sorted(plain)[1]:.2f}", end=""
            )
            print(
                f", {ours / sorted(plain)[1]:.2f}x, peak {max(run.peak_bytes for run in runs) / 1e6:.0f} MB", flush=True
            )


def made(folder: Path, environment: dict[str, str], commits: int = 2000) -> Path:
    """A repository written by one ``git fast-import``: 40 files that grow and change."""
    folder.mkdir()
    env = os.environ | environment
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=folder, env=env, check=True)
    stream = []
    texts = [[f"value {line} of file {file}" for line in range(200)] for file in range(40)]
    for number in range(commits):
        text = texts[number * 7 % 40]
        for step in range(12):
            text[(number * 13 + step * 17) % len(text)] = f"value {step} changed in commit {number}"
        text.append(f"line added in commit {number}")
        body, message = "\n".join(text) + "\n", f"Change number {number}"
        stream.append(
            f"commit refs/heads/main\ncommitter A <a@example.test> {1_700_000_000 + number * 3600} +0000\n"
            f"data {len(message)}\n{message}\nM 100644 inline src/file{number * 7 % 40}.txt\ndata {len(body)}\n{body}\n"
        )
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, env=env, check=True, input="".join(stream).encode())
    return folder
