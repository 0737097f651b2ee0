# ruff: noqa: INP001  # a script, not a package
"""Write the files in ``requirements``: what ``make`` and the container install, each file by its SHA-256.

The versions are those of ``constraints.txt``; what is needed is followed from pyproject.toml, and those of the wings,
through the packages that are installed beside this Python. pip itself says which file each platform would get and what
its hash is, so the files come from wherever the user's pip gets its packages. It takes a few minutes and is run when a
version changes.
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS: Mapping[str, Sequence[str]] = {
    **{
        f"Linux {machine}": [f"manylinux_2_{glibc}_{machine}" for glibc in (17, 28, 31, 34)]
        for machine in ("x86_64", "aarch64")
    },
    "Linux x86_64, older": ["manylinux_2_17_x86_64"],
    "macOS arm64": ["macosx_14_0_arm64"],
    "macOS x86_64": ["macosx_14_0_x86_64"],
}
"""A machine takes the newest file that it can, so that one platform may need two."""
BUILD = ("editables",)
"""What hatchling asks for when it installs a work tree."""
HEAD = "# Made by docs/pin_requirements.py from constraints.txt. Do not edit.\n"


def read_versions(constraints: str) -> dict[str, str]:
    """Return the versions by normal name."""
    pairs = (line.split("==") for line in constraints.splitlines() if "==" in line)
    return {canonicalize_name(name.strip()): version.strip() for name, version in pairs}


def follow_needs(names: Iterable[str]) -> set[str]:
    """Return the normal names of these requirements and of all that they need in turn."""
    found: set[str] = set()
    waiting = [Requirement(name) for name in names]
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if one.marker is not None and not is_wanted(one):
            continue
        found.add(name)
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            raise SystemExit(f"{name} is not installed: run `make check` first.") from None
        for need in needs:
            further = Requirement(need)
            extras = one.extras or {""}
            if canonicalize_name(further.name) not in found and is_wanted(further, extras):
                further.marker = None
                waiting.append(further)
    return found


def is_wanted(requirement: Requirement, extras: Iterable[str] = ("",)) -> bool:
    """Tell whether some supported Python on Linux or macOS needs it."""
    marker = requirement.marker
    if marker is None:
        return True
    machines = ({"sys_platform": "linux", "platform_system": "Linux"}, {"sys_platform": "darwin"})
    return any(
        marker.evaluate({"python_version": python, "python_full_version": f"{python}.0", "extra": extra, **machine})
        for python in PYTHONS
        for extra in extras
        for machine in machines
    )


def ask_hashes(versions: Mapping[str, str]) -> dict[str, set[str]]:
    """Return the SHA-256 of every file that a platform would get, by normal name."""
    hashes: dict[str, set[str]] = {name: set() for name in versions}
    for platform, tags in PLATFORMS.items():
        for python in PYTHONS:
            sys.stderr.write(f"{platform}, Python {python}\n")
            for name, digest in ask_pip(dict(versions), tags, python):
                hashes[name].add(digest)
    return hashes


def ask_pip(versions: dict[str, str], tags: Sequence[str], python: str) -> Iterator[tuple[str, str]]:
    """Yield name and hash of each file; what has none for the platform is left out, and said."""
    pip = [sys.executable, "-P", "-m", "pip", "install", "--dry-run", "--quiet", "--ignore-installed", "--no-deps"]
    pip += ["--only-binary", ":all:", "--implementation", "cp", "--python-version", python]
    pip += [word for tag in tags for word in ("--platform", tag)]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        while True:
            wanted = [f"{name}=={version}" for name, version in versions.items()]
            done = subprocess.run(  # noqa: S603  # our own pip, with names and versions that are checked in
                [*pip, "--target", f"{folder}/none", "--report", str(report), *wanted],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode == 0:
                break
            lacking = re.search(r"No matching distribution found for ([\w.-]+)==", done.stderr)
            if lacking is None:
                raise SystemExit(done.stderr)
            sys.stderr.write(f"  no file of {lacking[1]}\n")
            del versions[canonicalize_name(lacking[1])]
        for item in json.loads(report.read_text(encoding="utf-8"))["install"]:
            yield canonicalize_name(item["metadata"]["name"]), item["download_info"]["archive_info"]["hashes"]["sha256"]


def render(names: Iterable[str], versions: Mapping[str, str], hashes: Mapping[str, set[str]]) -> str:
    """Return a file of requirements with their hashes."""
    blocks = [
        " \\\n".join([f"{name}=={versions[name]}", *(f"    --hash=sha256:{one}" for one in sorted(hashes[name]))])
        for name in sorted(names)
    ]
    return HEAD + "\n".join(blocks) + "\n"


def read_project(folder: Path) -> dict[str, Any]:
    """Return what the core, or a wing, says of itself."""
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))


def main() -> None:
    """Write the files."""
    project = read_project(ROOT)
    wings = {path.parent.name: read_project(path.parent) for path in ROOT.glob("wings/*/pyproject.toml")}
    ours = {"twiceshy", *(f"twiceshy-{name}" for name in wings)}
    versions = read_versions((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    needs = [one for part in (project, *wings.values()) for one in part["project"]["dependencies"] if one not in ours]
    run = follow_needs([*needs, *project["build-system"]["requires"], *BUILD])
    files = {
        "run.txt": run,
        "dev.txt": follow_needs(project["dependency-groups"]["dev"]) - run,
        "server.txt": follow_needs(wings["team"]["project"]["optional-dependencies"]["server"]) - run,
    }
    wanted = set[str]().union(*files.values())
    if missing := wanted - versions.keys():
        raise SystemExit(f"constraints.txt lacks {', '.join(sorted(missing))}: add their versions.")
    hashes = ask_hashes({name: versions[name] for name in wanted})
    for file, names in files.items():
        (ROOT / "requirements" / file).write_text(render(names, versions, hashes), encoding="utf-8")


if __name__ == "__main__":
    main()
