"""What is never a remedy, whatever followed it; harmless lines first."""

import pytest

from twiceshy.insights.remedies.forbidden_steps import find_forbidden_step

HARMLESS = [
    "Never run `tox`: it is not installed. Use `scripts/check PATH`.",
    "Never pipe `mypy` through `tail`: failures were reported as success.",
    "Tests run with `npm run test -- --watch=false`.",
    "Tests run with `docker compose -f dev.yml run --rm web pytest`.",
    "Never edit `poetry.lock`: it is generated.",
    "Never edit `src/delete.py`: it is generated.",
    "Never edit `tests/test_remove.py`: it is generated.",
    "Lint runs with `make lint`.",
    "Commits with `git commit -m` fail: see `docs/commits.md`.",
    "Run `git log --oneline` alone.",
    "Tests run with `pytest -n 2 -k tokens`.",
    "Build with `cargo build --release`.",
    "Format with `ruff format src`.",
    "Format with `gofmt -w src`.",
    "Never repeat `git push` when the host cannot be found: stop and ask.",
    "Tests run with `./run.sh unit`.",
    "Tests run with `npm run test:unit`.",
    "Never change `src/admin.py`: it is generated.",
]
FORBIDDEN = {
    "more rights": [
        "Run `sudo apt install tox`.",
        "Run `doas make`.",
        "Run `su''do make`.",
        "Run it as root.",
        "Run `SUDO make`.",
        "Run `su - postgres`.",
    ],
    "force": [
        "Run `git push --force`.",
        "Run `git push --force-with-lease`.",
        "Run `git push -f origin main`.",
        "Run `git add -f dist`.",
        "Run `git push origin +main`.",
        "Use a force push.",
        "Run `npm install --force`.",
        "Run `git clean -xfd`.",
    ],
    "throwing work away": [
        "Run `git reset --hard`.",
        "Run `git reset --hard HEAD`.",
        "Run `git -C sub reset --hard`.",
        "Run `git clean -d`.",
        "Run `git checkout -- .`.",
        "Run `git checkout .`.",
        "Run `git restore .`.",
        "Run `git stash drop`.",
        "Run `git branch -D old`.",
        "Run `git push origin --delete old`.",
        "Run `git push origin :old`.",
        "Run `git worktree remove x`.",
        "Discard the changes first.",
    ],
    "deleting": [
        "Run `rm .git/index.lock`.",
        "Run `rm -r build`.",
        "Run `git rm a.py`.",
        "Delete the lock file first.",
        "Remove `.git/index.lock`.",
        "Run `find . -delete`.",
        "Run `docker system prune`.",
        "Run `docker compose down -v`.",
        "Run `docker compose down --volumes`.",
        "Run `rails db:drop`.",
        "Run `prisma migrate reset`.",
        "Run `pip uninstall x`.",
        "Run `terraform destroy`.",
        "Run `psql -c DROP TABLE x`.",
        "Run `rsync --delete a b`.",
        "Run `truncate -s 0 a.db`.",
    ],
    "locks": [
        "Run `mv .git/index.lock x`.",
        "Move `index.lock` out of the way.",
        "Run `terraform force-unlock 1`.",
        "Run `cargo build --ignore-lockfile`.",
    ],
    "skipping checks": [
        "Run `git -c commit.gpgsign=false commit`.",
        "Run `git commit --no-verify`.",
        "Run `git commit -nm x`.",
        "Run `HUSKY=0 git commit`.",
        "Run `SKIP=mypy git commit`.",
        "Run `make || true`.",
        "Run `curl -sk x`.",
        "Run `pip install --trusted-host x y`.",
        "Skip the tests.",
        "Disable the linter.",
        "Run `git -c http.sslVerify=false pull`.",
    ],
    "wider permissions": [
        "Run `chmod +x run.sh`.",
        "Run `chown me a`.",
        "Run `docker run --privileged x`.",
        "Run `agent --dangerously-skip-permissions`.",
        "Run `agent --yolo`.",
        "Run `pip install --break-system-packages tox`.",
        "Permit all commands.",
    ],
    "ending other programs": ["Run `kill 1`.", "Run `pkill node`.", "Run `npx kill-port 3000`."],
}


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_line_is_let_through(text: str) -> None:
    """A file's name, an option or a word that only looks alike is no step."""
    assert find_forbidden_step(text) == ""


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in FORBIDDEN.items() for text in texts])
def test_a_forbidden_step_is_named(kind: str, text: str) -> None:
    """By one of the kinds that fit it."""
    assert find_forbidden_step(text) != ""


@pytest.mark.parametrize("text", [text for texts in FORBIDDEN.values() for text in texts])
def test_a_prohibition_is_no_excuse(text: str) -> None:
    """Who skims sees only the command."""
    assert find_forbidden_step(f"Never do this. {text}") != ""
    assert find_forbidden_step(text.upper().replace("``", "`")) != "" or "-" in text
