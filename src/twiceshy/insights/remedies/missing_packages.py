"""Which package brings a program? Only those whose name is surely known, or the same in every place."""

_SAME_NAME = (
    *("tox", "nox", "pytest", "ruff", "mypy", "black", "flake8", "isort", "pre-commit", "poetry", "uv"),
    *("hatch", "pylint", "pyright", "jq", "gh", "shellcheck", "shfmt", "tree", "tmux", "cmake"),
    *("golangci-lint", "pnpm", "yarn", "eslint", "prettier", "hyperfine", "just"),
)
PACKAGES = {
    **{one: one for one in _SAME_NAME},
    "rg": "ripgrep",
    "tsc": "typescript",
    "psql": "postgresql-client",
    "convert": "imagemagick",
}
"""By program. As Homebrew, PyPI, npm or Debian name it, looked up by hand on 2026-11-22."""
