"""One identity for every way to reach the same code base."""

import subprocess
from pathlib import Path

import pytest

from twiceshy.logs.projects import ProjectFinder, normalise_remote, parse_settings

REMOTES = [
    ("", None),
    ("   ", None),
    (".", None),
    ("../other", None),
    ("/srv/git/web-shop.git", None),
    ("file:///srv/git/web-shop.git", None),
    ("C:\\repos\\web-shop", None),
    ("C:/repos/web-shop", None),
    ("\\\\server\\share\\web-shop", None),
    ("https://github.com", None),
    ("https://github.com/", None),
    ("not a url at all", None),
    ("https://github.com/ann/web-shop", "github.com/ann/web-shop"),
    ("https://github.com/ann/web-shop.git", "github.com/ann/web-shop"),
    ("https://github.com/ann/web-shop/", "github.com/ann/web-shop"),
    ("https://github.com/ann/web-shop.git/", "github.com/ann/web-shop"),
    ("http://github.com/ann/web-shop", "github.com/ann/web-shop"),
    ("https://www.github.com/ann/web-shop", "github.com/ann/web-shop"),
    ("https://GitHub.com/Ann/Web-Shop", "github.com/ann/web-shop"),
    ("https://ann@github.com/ann/web-shop", "github.com/ann/web-shop"),
    ("https://ann:s3cret@github.com/ann/web-shop.git", "github.com/ann/web-shop"),
    ("https://x-access-token:a@b@github.com/ann/web-shop", "github.com/ann/web-shop"),
    ("https://github.com:443/ann/web-shop", "github.com/ann/web-shop"),
    ("https://github.com/ann/web-shop?x=1#y", "github.com/ann/web-shop"),
    ("https://github.com//ann//web-shop", "github.com/ann/web-shop"),
    ("  git@github.com:ann/web-shop.git\n", "github.com/ann/web-shop"),
    ("git@github.com:/ann/web-shop.git", "github.com/ann/web-shop"),
    ("github.com:ann/web-shop", "github.com/ann/web-shop"),
    ("ssh://git@github.com/ann/web-shop.git", "github.com/ann/web-shop"),
    ("ssh://git@github.com:22/ann/web-shop.git", "github.com/ann/web-shop"),
    ("ssh://git@ssh.github.com:443/ann/web-shop.git", "github.com/ann/web-shop"),
    ("git+ssh://git@github.com/ann/web-shop", "github.com/ann/web-shop"),
    ("git://github.com/ann/web-shop.git", "github.com/ann/web-shop"),
    ("helper::https://github.com/ann/web-shop", "github.com/ann/web-shop"),
    ("git@github-work:ann/web-shop.git", "github-work/ann/web-shop"),
    ("git@gitlab.com:group/sub/Web-Shop.git", "gitlab.com/group/sub/web-shop"),
    ("https://git.example.test/Ann/Web-Shop.git", "git.example.test/Ann/Web-Shop"),
    ("https://git.example.test:8443/scm/ab/shop.git", "git.example.test/ab/shop"),
    ("ssh://git@git.example.test:7999/ab/shop.git", "git.example.test/ab/shop"),
    ("ann@server.test:~/shop.git", "server.test/shop"),
    ("ann@server.test:shop", "server.test/shop"),
    ("[git@server.test:2222]:shop", "server.test/shop"),
    ("git@[server.test:2222]:shop", "server.test/shop"),
    ("ssh://git@[2001:db8::1]:22/shop.git", "2001:db8::1/shop"),
    ("https://git.example.test/a%20b/shop", "git.example.test/a b/shop"),
    ("https://git.example.test./a/shop", "git.example.test/a/shop"),
    ("https://org@dev.azure.com/Org/Shop/_git/Web", "dev.azure.com/org/shop/web"),
    ("git@ssh.dev.azure.com:v3/Org/Shop/Web", "dev.azure.com/org/shop/web"),
    ("https://org.visualstudio.com/DefaultCollection/Shop/_git/Web", "dev.azure.com/org/shop/web"),
    ("org@vs-ssh.visualstudio.com:v3/Org/Shop/Web", "dev.azure.com/org/shop/web"),
    ("https://dev.azure.com/org/_git/Shop", "dev.azure.com/org/shop/shop"),
    ("https://github.com/ann/.git", "github.com/ann/.git"),
]


@pytest.mark.parametrize(("url", "expected"), REMOTES, ids=[repr(row[0]) for row in REMOTES])
def test_remotes_are_equal_however_they_are_reached(url: str, expected: str | None) -> None:
    """No user, password, port or protocol; a path of this machine is none."""
    assert normalise_remote(url) == expected


SETTINGS = [
    pytest.param("", [], id="empty"),
    pytest.param("# a = b\n; c = d\n[x]\n\n", [], id="comments"),
    pytest.param("\0\xff[[[\n]] = [", [("", "", "]]", "[")], id="rubbish"),
    pytest.param('[remote "origin"]\n\turl = u # no\n', [("remote", "origin", "url", "u")], id="comment behind"),
    pytest.param('[Remote "A b\\"c"] URL="x #;y"\n', [("remote", 'A b"c', "url", "x #;y")], id="one line, quotes"),
    pytest.param("[a]\r\nb = c\\\r\nd\r\n", [("a", "", "b", "cd")], id="continued, CRLF"),
    pytest.param("[a]\nb = c\\\\d\\t\n", [("a", "", "b", "c\\d")], id="escapes"),
]


@pytest.mark.parametrize(("text", "expected"), SETTINGS)
def test_settings_are_read_as_git_reads_them(text: str, expected: list[tuple[str, str, str, str]]) -> None:
    """Sections and keys in lower case, subsections as they are, values without quotes and comments."""
    assert list(parse_settings(text)) == expected


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "web-shop"
    (folder / "src" / "deep").mkdir(parents=True)
    git(folder, "init", "-q")
    git(folder, "commit", "-q", "--allow-empty", "-m", "First")
    git(folder, "commit", "-q", "--allow-empty", "-m", "Second")
    return folder


def identity(folder: Path | str) -> str:
    return ProjectFinder().find(str(folder)).identity


def test_a_folder_outside_of_any_repository_is_itself(tmp_path: Path) -> None:
    """With its path and its name."""
    found = ProjectFinder().find(f"{tmp_path}/")

    assert (found.identity, found.name) == (f"folder:{tmp_path}", tmp_path.name)


@pytest.mark.parametrize(
    ("folder", "expected", "name"),
    [
        ("/gone/web-shop", "folder:/gone/web-shop", "web-shop"),
        ("C:\\Users\\ann\\web-shop", "folder:c:/Users/ann/web-shop", "web-shop"),
        ("relative/x", "folder:relative/x", "x"),
        ("/", "folder:/", "/"),
        ("", "folder:", ""),
        ("/odd\0name", "folder:/odd\0name", "odd\0name"),
    ],
    ids=["gone", "windows", "relative", "top", "empty", "nul"],
)
def test_a_folder_that_is_not_here_is_itself(folder: str, expected: str, name: str) -> None:
    """Most folders of old logs are gone; nothing of this machine is mistaken for them."""
    found = ProjectFinder().find(folder)

    assert (found.identity, found.name) == (expected, name)


def test_without_remote_the_first_commit_decides(repo: Path) -> None:
    """Subfolders, linked work trees and clones of the same history are the same project."""
    first = git(repo, "rev-list", "--max-parents=0", "HEAD")
    git(repo, "worktree", "add", "-q", "--detach", str(repo.parent / "linked"))
    git(repo.parent, "clone", "-q", "--bare", str(repo), "copy.git")

    places = [repo, repo / "src" / "deep", repo / ".git", repo.parent / "linked", repo.parent / "copy.git"]
    assert {identity(place) for place in places} == {f"root:{first}"}
    assert [ProjectFinder().find(str(place)).name for place in places] == ["web-shop"] * 4 + ["copy"]


@pytest.mark.parametrize(
    ("remotes", "expected"),
    [
        ({"fork": "https://a.test/f/x", "origin": "git@a.test:o/x.git"}, "a.test/o/x"),
        ({"fork": "https://a.test/f/x", "upstream": "https://a.test/u/x"}, "a.test/u/x"),
        ({"one": "https://a.test/1/x", "two": "https://a.test/2/x"}, "a.test/1/x"),
        ({"origin": "/srv/git/x", "two": "https://a.test/2/x"}, "a.test/2/x"),
    ],
    ids=["origin", "upstream", "first", "usable"],
)
def test_the_remote_decides_where_there_is_one(repo: Path, remotes: dict[str, str], expected: str) -> None:
    """Origin, else upstream, else the first that names a host."""
    for name, url in remotes.items():
        git(repo, "remote", "add", name, url)

    assert identity(repo / "src") == f"remote:{expected}"


def test_a_linked_work_tree_has_the_remote_of_its_repository(repo: Path) -> None:
    """And a submodule has its own."""
    git(repo, "worktree", "add", "-q", "--detach", str(repo.parent / "linked"))
    git(repo, "remote", "add", "origin", "https://a.test/o/x")

    assert identity(repo.parent / "linked") == "remote:a.test/o/x"


def test_a_repository_without_commits_is_its_top_folder(tmp_path: Path) -> None:
    """Until it has a remote or a commit."""
    (tmp_path / "new" / "src").mkdir(parents=True)
    git(tmp_path / "new", "init", "-q")

    assert identity(tmp_path / "new" / "src") == f"folder:{tmp_path}/new"


def test_a_shallow_clones_cut_is_no_root(repo: Path) -> None:
    """Where its history was cut says nothing about the project."""
    git(repo.parent, "clone", "-q", "--depth=1", f"file://{repo}", "shallow")
    git(repo.parent / "shallow", "remote", "remove", "origin")

    assert identity(repo.parent / "shallow") == f"folder:{repo.parent}/shallow"


@pytest.mark.parametrize("text", ["", "gitdir: /nowhere", "rubbish", "\xff"])
def test_a_broken_link_is_a_folder(tmp_path: Path, text: str) -> None:
    """A work tree whose repository is gone."""
    (tmp_path / ".git").write_text(text)

    assert identity(tmp_path) == f"folder:{tmp_path}"


def test_without_git_a_repository_is_its_top_folder(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing fails because a program is missing."""
    monkeypatch.setenv("PATH", "/nowhere")

    assert identity(repo / "src") == f"folder:{repo}"


def test_each_repository_is_asked_once(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that meets a folder again answers from memory."""
    finder = ProjectFinder()
    before = finder.find(str(repo))
    monkeypatch.setenv("PATH", "/nowhere")

    assert [finder.find(str(repo)), finder.find(str(repo / "src"))] == [before, before]


def test_a_clone_of_a_folder_is_what_that_folder_is(repo: Path) -> None:
    """Its origin leads on to the remote there; without one, the first commit is the same, and the folder's own name."""
    git(repo.parent, "clone", "-q", str(repo), "copy")
    git(repo.parent, "clone", "-q", f"file://{repo.parent}/copy", "copy-of-copy")
    assert identity(repo.parent / "copy-of-copy") == identity(repo)
    assert ProjectFinder().find(str(repo.parent / "copy")).name == "copy"

    git(repo, "remote", "add", "origin", "https://a.test/o/x")
    assert identity(repo.parent / "copy") == identity(repo.parent / "copy-of-copy") == "remote:a.test/o/x"


def test_clones_of_each_other_end(repo: Path) -> None:
    """A repository whose origin is itself, or one that comes back to it, is known by its first commit."""
    git(repo.parent, "clone", "-q", str(repo), "copy")
    git(repo, "remote", "add", "origin", str(repo.parent / "copy"))
    git(repo, "remote", "add", "self", ".")

    assert identity(repo) == f"root:{git(repo, 'rev-list', '--max-parents=0', 'HEAD')}"


def test_a_work_tree_that_is_gone_belongs_where_its_path_says(repo: Path) -> None:
    """To the repository there, else to the folder that its form names."""
    assert identity(repo / ".worktrees" / "gone" / "src") == identity(repo)
    assert identity(f"{repo}-worktrees/gone") == identity(repo)

    found = ProjectFinder().find("/gone/web-shop/.claude/worktrees/calm-fox")
    assert (found.identity, found.name) == ("folder:/gone/web-shop", "web-shop")
