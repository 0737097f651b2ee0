"""A repository with a history that is long enough to learn from."""

import subprocess
from pathlib import Path

from tests.judgement.outcomes.workbench import Repo

WORDS = ["parser", "lexer", "writer", "reader", "page", "table", "index", "query"]


def build_history(path: Path, commits: int = 180, *, apart_s: int = 5000) -> Repo:
    """Commits in two kinds."""
    repo = Repo(path).started()
    stream = []
    for number in range(commits):
        word = WORDS[number * 7 % 8]
        body = f"def {word}_{number}(): return {WORDS[number % 8]}\n"
        subject = f"Mend the {word} of {WORDS[number % 8]}"
        stream.append(
            f"commit refs/heads/main\ncommitter A <a@example.org> {1_700_000_000 + number * apart_s} +0000\n"
            f"data {len(subject)}\n{subject}\nM 100644 inline src/{word}.py\ndata {len(body)}\n{body}\n"
        )
    subprocess.run(["git", "-C", str(repo.path), "fast-import", "--quiet"], input="".join(stream).encode(), check=True)
    return repo
