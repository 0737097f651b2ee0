"""A table of features comes of any history that git can read; what cannot be read is said or left out."""

import subprocess
from pathlib import Path

import pytest
from tests.recipes.setup.git_builders import make_commit, make_repository, run_git

from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound, SourceError
from twiceshy.records.change_risk import RiskTable
from twiceshy_git.risk_recipes.known_changes import read_change_table

MANY = 1000
"""Files of the large commit; a hundred thousand are tried by the benchmark."""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load({"home": str(tmp_path / "store")}, {}, tmp_path)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "web")


def import_history(repo: Path, *commits: str) -> None:
    """Make a history from `git fast-import`'s own words: anything goes there."""
    script = "".join(commits).encode("utf-8", "surrogateescape")
    stream = repo.parent / "stream"
    stream.write_bytes(script)
    with stream.open("rb") as file:
        subprocess.run(["git", "-C", str(repo), "fast-import", "--quiet", "--force"], stdin=file, check=True)
    run_git(repo, "symbolic-ref", "HEAD", "refs/heads/main")


def a_commit(mark: int, changes: str, *parents: int, at: int = 1_700_000_000, name: str = "change") -> str:
    """One commit in those words."""
    lines = [f"commit refs/heads/main\nmark :{mark}\ncommitter A <a@b> {at} +0000\ndata {len(name)}\n{name}"]
    lines += [f"{'merge' if place else 'from'} :{one}" for place, one in enumerate(parents)]
    return "\n".join(lines) + f"\n{changes}\n"


def a_file(path: str, text: str = "one\n") -> str:
    return f"M 100644 inline {path}\ndata {len(text)}\n{text}\n"


def column(table: RiskTable, name: str) -> list[float]:
    place = [one.name for one in table.columns].index(name)
    return [row.values[place] for row in table.rows]


def test_a_commit_may_have_thousands_of_files(config: Config, repo: Path) -> None:
    """They are counted."""
    import_history(repo, a_commit(1, "".join(a_file(f"d{one % 50}/f{one}") for one in range(MANY))))

    assert column(read_change_table(config, repo), "nf") == [MANY]


def test_names_need_not_be_utf_8(config: Config, repo: Path) -> None:
    """Nor be one line, nor plain."""
    names = ('"caf\\351.py"', '"a\\nb.py"', '"tab\\there"', '"\\033[31m"')
    import_history(repo, a_commit(1, "".join(map(a_file, names))), a_commit(2, a_file(names[0], "two\n"), 1))
    table = read_change_table(config, repo)

    assert column(table, "nf") == [4, 1]
    assert column(table, "nuc") == [0, 1]


def test_clocks_may_be_anywhere(config: Config, repo: Path) -> None:
    """1970, 2099 and beyond what a calendar holds: the changes behind keep their own times."""
    times = (0, 1_700_000_000, 4_102_444_800, 1_700_100_000, 10**17, 5, 1_700_200_000)
    commits = [
        a_commit(one, a_file("a", f"{one}\n"), *([one - 1] if one else []), at=at)
        for one, at in enumerate(times)
        if one
    ]
    import_history(repo, commits[0].replace("from :0\n", ""), *commits[1:])
    at = [row.at for row in read_change_table(config, repo).rows]

    assert at == [1.7e9, 1.7e9, 1_700_100_000, 1_700_100_000, 1_700_100_000, 1_700_200_000]


def test_an_empty_tree_and_an_octopus_are_no_changes(config: Config, repo: Path) -> None:
    """What they join has rows of its own."""
    import_history(
        repo,
        a_commit(1, ""),
        a_commit(2, a_file("a"), 1),
        a_commit(3, a_file("b"), 1),
        a_commit(4, a_file("c"), 1),
        a_commit(5, a_file("b") + a_file("c"), 2, 3, 4),
        a_commit(6, "deleteall", 5),
    )
    table = read_change_table(config, repo)

    assert column(table, "nf") == [1, 1, 1, 3]


def test_submodules_and_links_are_files_of_a_line(config: Config, repo: Path) -> None:
    """Their content is not here, and nobody asks for it."""
    there = "160000 1111111111111111111111111111111111111111 lib"
    link = "M 120000 inline way\ndata 12\n/etc/passwd\n"
    import_history(repo, a_commit(1, f"M {there}\n{link}"))

    assert column(read_change_table(config, repo), "la") == [2]


def test_a_file_that_is_renamed_back_and_forth_keeps_its_past(config: Config, repo: Path) -> None:
    """Its changes are counted under either name."""
    text = "".join(f"line {one}\n" for one in range(20))
    moves = ("R a b", "R b a", "R a b")
    import_history(
        repo,
        a_commit(1, a_file("a", text)),
        *(a_commit(place, move, place - 1) for place, move in enumerate(moves, 2)),
    )

    assert column(read_change_table(config, repo), "nuc") == [0, 1, 2, 3]


@pytest.mark.parametrize("way", ["replaced", "grafted"])
def test_what_stands_in_for_a_commit_is_not_read(config: Config, repo: Path, way: str) -> None:
    """The history is what was committed, whatever a clone puts in its place."""
    old = make_commit(repo, "one\n")
    new = make_commit(repo, "two\n")
    before = [row.id for row in read_change_table(config, repo).rows]
    words = ("replace", new, old) if way == "replaced" else ("replace", "--graft", new)
    run_git(repo, *words)

    assert [row.id for row in read_change_table(config, repo).rows] == before == [old, new]


def clone(kind: str, repo: Path) -> Path:
    """A clone of that kind."""
    other = repo.parent / "other"
    run_git(repo, "config", "uploadpack.allowFilter", "true")
    words = {
        "shallow": ("clone", "-q", "--depth", "1", f"file://{repo}"),
        "without contents": ("clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{repo}"),
        "bare": ("clone", "-q", "--bare", str(repo)),
        "work tree": ("worktree", "add", "-q", "--detach"),
    }[kind]
    run_git(repo, *words, str(other))
    return other


@pytest.mark.parametrize(("kind", "rows"), [("shallow", 0), ("bare", 3), ("work tree", 3)])
def test_odd_clones_have_tables(config: Config, repo: Path, kind: str, rows: int) -> None:
    """As far as their history goes: where it was cut off, all files look new, and that is no change."""
    for text in "abc":
        make_commit(repo, text)

    assert len(read_change_table(config, clone(kind, repo)).rows) == rows


def test_a_clone_without_contents_says_what_to_do(config: Config, repo: Path) -> None:
    """Nothing is fetched unasked."""
    make_commit(repo, "a")
    make_commit(repo, "b")
    with pytest.raises(SourceError, match="partial clone"):
        read_change_table(config, clone("without contents", repo))


def test_a_lost_content_costs_its_file_only(config: Config, repo: Path) -> None:
    """The other files of its commits are counted, and so are all commits."""
    first = make_commit(repo, "kept\n")
    (repo / "lost.txt").write_text("lost\n")
    run_git(repo, "add", "lost.txt")
    make_commit(repo, "kept too\n")
    blob = run_git(repo, "rev-parse", "HEAD:lost.txt").strip()
    make_commit(repo, "kept as well\n")
    path = repo / ".git" / "objects" / blob[:2] / blob[2:]
    path.chmod(0o600)
    path.unlink()
    table = read_change_table(config, repo)

    assert table.rows[0].id == first
    assert column(table, "nf") == [1, 1, 1]


def test_no_repository_and_no_commit_are_said(config: Config, repo: Path, tmp_path: Path) -> None:
    """Each with what is missing."""
    with pytest.raises(NotFound, match="no commit yet"):
        read_change_table(config, repo)
    with pytest.raises(SourceError, match="not inside a git repository"):
        read_change_table(config, tmp_path)
