"""Which project a folder belongs to: the same answer for every clone, work tree and subfolder of one code base.

The remote's address decides, since clones and machines share it; else the first commit; else the folder's own path.
A clone of a folder on this machine is what that folder is. Most folders in old logs are gone: a work tree's path still
says by its form where it belonged, and the others are their own identity until somebody says otherwise. Repositories
are found and their settings read as files, because starting git for each of hundreds of folders would cost more than
reading their logs; git is asked only for the first commit of a repository without a remote.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Final, NamedTuple

from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.base.foreign_files import read_foreign
from twiceshy.base.values import Project, RawProject
from twiceshy.commands.keys.gate_keys import make_absolute
from twiceshy.commands.keys.work_trees import find_main_folder

_LARGEST_BYTES: Final = 1 << 20  # of a repository's settings; they have some KB (guess, 2026-11-22)
_PREFERRED: Final = ("origin", "upstream")
_DEEPEST: Final = 4
"""Clones of clones that are followed on this machine (guess, 2026-11-24): a loop must end."""
_CASELESS: Final = frozenset({"github.com", "gitlab.com", "bitbucket.org", "dev.azure.com", "codeberg.org"})
"""Hosts where the case of a path does not matter."""
_OTHER_NAMES: Final = {
    "ssh.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
    "altssh.bitbucket.org": "bitbucket.org",
    "ssh.dev.azure.com": "dev.azure.com",
    "vs-ssh.visualstudio.com": "dev.azure.com",
}
_WITH_SCHEME: Final = re.compile(
    r"(?:[a-z0-9+.-]+::)?(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<host>[^/?#]*)(?P<path>[^?#]*)(?:[?#].*)?", re.IGNORECASE
)
_LIKE_SCP: Final = re.compile(r"(?P<host>(?:[^@/\\\s\[\]]+@)?(?:\[[^\]/]+\]|[^:/\\\s\[\]]{2,})):(?P<path>(?!//).+)")
_SECTION: Final = re.compile(r'\[\s*(?P<name>[\w.-]+)(?:\s+"(?P<sub>(?:[^"\\]|\\.)*)")?\s*\](?P<rest>.*)')
_ESCAPES: Final = {"n": "\n", "t": "\t", "b": "\b"}


class Repository(NamedTuple):
    """Where git keeps what all work trees of a repository share, and the folder people call it by."""

    common: Path
    top: Path


class ProjectFinder:
    """Answers from memory for folders and repositories that it saw before; make a new one for each run."""

    def __init__(self, known: Mapping[str, RawProject] = MappingProxyType({})) -> None:
        """Take the projects that identities stand for, where these are not their own."""
        self._known = known
        self._folders: dict[str, RawProject] = {}
        self._repositories: dict[Path, RawProject | None] = {}

    def find(self, folder: str) -> RawProject:
        """Return the project of a folder, existing or not, as an agent logged it. Never fails."""
        known = self._folders.get(folder)
        if known is None:
            found = self._look(folder)
            known = self._folders[folder] = self._known.get(found.identity, found)
        return known

    def _look(self, folder: str) -> RawProject:
        path = make_absolute(folder, "")
        # Another system's path would be looked up below our own folder.
        repository = repository_of(Path(folder)) if os.path.isabs(folder) else None  # noqa: PTH117
        if repository is None:
            main = find_main_folder(path)
            if main is not None:
                return self.find(main)
            return Project(identity=f"folder:{path}", name=PurePosixPath(path).name or path)
        if repository.common not in self._repositories:
            self._repositories[repository.common] = _identify(repository)
        return self._repositories[repository.common] or Project(
            identity=f"folder:{make_absolute(str(repository.top), '')}", name=repository.top.name or path
        )


def find_project(folder: Path | str) -> RawProject:
    """Return the project of one folder; to ask for many, keep a ``ProjectFinder``."""
    return ProjectFinder().find(str(folder))


def repository_of(folder: Path) -> Repository | None:
    """Return the repository that an existing folder lies in; None outside of any, or if it is gone."""
    try:
        if not folder.is_dir():
            return None
        for place in (folder, *folder.parents):
            git = place / ".git"
            if git.is_dir():
                return Repository(git.resolve(), place)
            if git.is_file():
                return _follow_link(git, place)
            if (place / "HEAD").is_file() and (place / "objects").is_dir() and (place / "refs").is_dir():
                return Repository(place.resolve(), place.parent if place.name == ".git" else place)
    except (OSError, ValueError):  # no permission; a name that no file can have
        pass
    return None


def _follow_link(file: Path, place: Path) -> Repository | None:
    """Return the repository of a ``.git`` file: a work tree shares another's, a submodule has its own."""
    word, _, target = _read_text(file).strip().partition(": ")
    git = (place / target).resolve()
    if word != "gitdir" or not git.is_dir():
        return None
    try:
        common = (git / _read_text(git / "commondir").strip()).resolve()
    except OSError:
        return Repository(git, place)
    return Repository(common, common.parent if common.name == ".git" else common)


def _read_text(file: Path) -> str:
    """Return the text of one of git's small files.

    Raises:
        OSError: it cannot be read.
    """
    return read_foreign(file, _LARGEST_BYTES).decode("utf-8", "replace")


def find_remote_project(folder: Path | str) -> str | None:
    """Return the identity of a folder's project where its repository has a remote; no program is asked."""
    repository = repository_of(Path(folder))
    address = None if repository is None else _find_address(repository)
    return address and f"remote:{address}"


def _find_address(repository: Repository, deep: int = 0) -> str | None:
    """Return where a repository comes from, as ``normalise_remote`` writes it; None where it has no remote.

    A remote that is a folder of this machine leads on to that folder's own.
    """
    try:
        settings = _read_text(repository.common / "config")
    except OSError:
        return None
    remotes = {sub: value for name, sub, key, value in parse_settings(settings) if (name, key) == ("remote", "url")}
    urls = [remotes[name] for name in dict.fromkeys((*_PREFERRED, *remotes)) if remotes.get(name)]
    for url in urls:
        address = normalise_remote(url)
        if address is None and deep < _DEEPEST:
            origin = _find_local_origin(url, repository)
            address = origin and _find_address(origin, deep + 1)
        if address:
            return address
    return None


def _find_local_origin(url: str, repository: Repository) -> Repository | None:
    """Return the repository on this machine that a remote's address names; None where it names none."""
    path = Path(url.removeprefix("file://"))
    found = repository_of(repository.top / path)
    return None if found is None or found.common == repository.common else found


def _identify(repository: Repository) -> RawProject | None:
    address = _find_address(repository)
    if address:
        return Project(identity=f"remote:{address}", name=address.rpartition("/")[2])
    root = find_first_commit(repository)
    name = repository.top.name.removesuffix(".git") or "repository"
    return Project(identity=f"root:{root}", name=name) if root else None


def find_first_commit(repository: Repository) -> str | None:
    """Return the oldest commit without parents; None where there is none or it cannot be known."""
    if (repository.common / "shallow").exists():  # its roots are where the clone was cut
        return None
    from twiceshy.logs.git_program import ask_git  # noqa: PLC0415  # it loads what few folders need

    try:
        roots = ask_git(repository.common, "rev-list", "--max-parents=0", "--date-order", "HEAD").split()
    except (ToolMissing, SourceError):
        return None
    return roots[-1] if roots else None


def holds_commit(repository: Repository, commits: Iterable[str]) -> bool:
    """Tell whether a repository has one of these commits; not where git cannot be asked."""
    from twiceshy.logs.git_program import ask_git  # noqa: PLC0415  # as above

    try:
        asked = (("rev-parse", "--verify", "-q", f"{name}^{{commit}}") for name in commits)
        return any(ask_git(repository.common, *words, accept=(0, 1, 128)).strip() for words in asked)
    except (ToolMissing, SourceError):
        return False


def normalise_remote(url: str) -> str | None:
    """Return ``host/owner/name``, equal for every way of reaching it; None for a path on this machine.

    Without user, password, port, ``.git`` and protocol; the host in lower case, and the path too where its host does
    not mind. A nickname of a host in ssh's own settings stays what it is.

    >>> normalise_remote("ssh://git@GitHub.com:22/Ann/Web-Shop.git")
    'github.com/ann/web-shop'
    """
    url = url.strip()
    match = _WITH_SCHEME.fullmatch(url) or _LIKE_SCP.fullmatch(url)
    if match is None or match.groupdict().get("scheme", "").lower() == "file":
        return None
    from urllib.parse import unquote  # noqa: PLC0415  # a brief waits for every import

    host = _parse_host(match["host"])
    parts = [part for part in unquote(match["path"]).split("/") if part not in ("", ".", "~")]
    if not host or not parts:
        return None
    host, parts = _normalise_azure(_OTHER_NAMES.get(host, host), parts)
    if len(parts) > 2 and parts[0].lower() == "scm":  # Bitbucket's own server, over https
        del parts[0]
    parts[-1] = re.sub(r"\.git$", "", parts[-1]) or parts[-1]
    path = "/".join(parts)
    return f"{host}/{path.lower() if host in _CASELESS else path}"


def _parse_host(written: str) -> str:
    host = written.rpartition("@")[2].lower()
    if host.startswith("["):
        inner = host[1:].partition("]")[0]
        host = inner if inner.count(":") > 1 else inner.partition(":")[0]
    else:
        host = host.partition(":")[0]
    return host.rstrip(".").removeprefix("www.")


def _normalise_azure(host: str, parts: list[str]) -> tuple[str, list[str]]:
    """Return host and path of Azure DevOps in one of its four spellings.

    They differ in ``_git`` or ``v3``, and in whether the organisation stands in the host or in the path.
    """
    if host.endswith(".visualstudio.com"):
        host, parts = "dev.azure.com", [host.partition(".")[0], *parts]
    if host == "dev.azure.com":
        parts = [
            part for at, part in enumerate(parts) if part not in ("_git", "DefaultCollection") and (at or part != "v3")
        ]
        if len(parts) == 2:  # a project's main repository has its name
            parts.append(parts[-1])
    return host, parts


def parse_settings(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield section, subsection, key and value of each setting of a git configuration file.

    Lines that it cannot read are skipped.
    """
    section = sub = ""
    for line in text.replace("\r\n", "\n").replace("\\\n", "").split("\n"):
        rest = line.strip()
        match = _SECTION.match(rest)
        if match:
            section, sub = match["name"].lower(), re.sub(r"\\(.)", r"\1", match["sub"] or "")
            rest = match["rest"].strip()
        key, equals, value = rest.partition("=")
        if equals and not rest.startswith(("#", ";")):
            yield section, sub, key.strip().lower(), _parse_value(value.strip())


def _parse_value(written: str) -> str:
    """Return the value without quotes, escapes and a comment behind it."""
    value, quoted, at = [], False, 0
    while at < len(written):
        char = written[at]
        if char == "\\" and at + 1 < len(written):
            at += 1
            value.append(_ESCAPES.get(written[at], written[at]))
        elif char == '"':
            quoted = not quoted
        elif char in "#;" and not quoted:
            break
        else:
            value.append(char)
        at += 1
    return "".join(value).strip()
