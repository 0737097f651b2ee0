"""What `make` installs: every version with its hashes, and the check of known vulnerabilities."""

import importlib.util
import json
import re
import tomllib
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECTS = [ROOT / "pyproject.toml", *sorted(ROOT.glob("wings/*/pyproject.toml"))]
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8")


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PINS = load("pin_requirements")
CHECK = load("check_vulnerabilities")


def read(name: str) -> dict[str, tuple[str, list[str]]]:
    """Return version and hashes by name."""
    found: dict[str, tuple[str, list[str]]] = {}
    for block in re.split(r"\n(?=[a-z])", (ROOT / "requirements" / name).read_text(encoding="utf-8")):
        first, *rest = [line for line in block.splitlines() if not line.startswith("#")] or [""]
        if first:
            package, _, version = first.rstrip(" \\").partition("==")
            found[package] = version, [line.strip(" \\") for line in rest]
    return found


def name_of(requirement: str) -> str:
    return str(canonicalize_name(re.split(r"[<>=\[; ]", requirement)[0]))


RUN, DEV, SERVER, FLEET = read("run.txt"), read("dev.txt"), read("server.txt"), read("fleet.txt")


def test_every_package_has_hashes() -> None:
    """The installer refuses a file with another hash, and in a file with hashes a package without one."""
    assert {path.name for path in (ROOT / "requirements").iterdir()} == {
        *("run.txt", "dev.txt", "server.txt", "fleet.txt"),
        "training.txt",  # of a recipe for a machine of one's own: which files fit depends on its GPU
    }
    for package, (_, hashes) in (RUN | DEV | SERVER | FLEET).items():
        assert hashes, package
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in hashes), package


def test_versions_are_those_of_the_constraints() -> None:
    """A version that changes there needs `make pins`."""
    versions = PINS.read_versions(CONSTRAINTS)

    assert {package: version for package, (version, _) in (RUN | DEV | SERVER).items()} == {
        package: versions[package] for package in RUN | DEV | SERVER
    }
    assert not RUN.keys() & (DEV | SERVER).keys()


def test_everything_that_is_needed_is_pinned() -> None:
    """What pyproject.toml names, what that needs, and what builds the project."""
    parts = [tomllib.loads(path.read_text(encoding="utf-8")) for path in PROJECTS]
    direct = [one for part in parts for one in (*part["project"]["dependencies"], *part["build-system"]["requires"])]
    named = {part["project"]["name"]: part for part in parts}
    server = named["twiceshy-team"]["project"]["optional-dependencies"]["server"]

    assert {name_of(one) for one in direct} - named.keys() <= RUN.keys()
    assert {name_of(one) for one in named["twiceshy"]["dependency-groups"]["dev"]} <= (RUN | DEV).keys()
    assert {name_of(one) for one in server} <= (RUN | SERVER).keys()


def test_a_container_is_built_of_what_is_pinned() -> None:
    """Each image that somebody else made is named by its digest, and packages are installed by their hashes."""
    built = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    composed = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")
    images = re.findall(r"^FROM (\S+)", built, re.MULTILINE) + re.findall(r"^ +image: (\S+)", composed, re.MULTILINE)
    foreign = [one for one in images if one != "twiceshy-server"]

    assert len(foreign) == 3
    assert all(re.fullmatch(r"docker\.io/library/[a-z]+:[\w.-]+@sha256:[0-9a-f]{64}", one) for one in foreign)
    assert all("--require-hashes" in one or "--no-index" in one for one in re.findall(r"pip install.*", built))


def record(version: str = "", *, events: list[dict[str, str]] | None = None, **more: Any) -> dict[str, Any]:
    part: dict[str, Any] = {
        "package": {"ecosystem": "PyPI", "name": "Some_Thing"},
        "versions": [version] if version else [],
    }
    if events:
        part["ranges"] = [{"type": "ECOSYSTEM", "events": events}]
    return {"id": "X-1", "summary": "bad", "affected": [part | more.pop("part", {})]} | more


RECORDS = [
    pytest.param(record("1.1"), False, id="another version"),
    pytest.param(record("1.2", part={"package": {"ecosystem": "npm", "name": "some-thing"}}), False, id="npm's"),
    pytest.param(record("1.2", withdrawn="2026-01-01T00:00:00Z"), False, id="withdrawn"),
    pytest.param(record(events=[{"introduced": "0"}, {"fixed": "1.2"}]), False, id="fixed here"),
    pytest.param(record(events=[{"introduced": "1.10"}]), False, id="introduced later"),
    pytest.param(record(events=[{"introduced": "0"}, {"last_affected": "1.1.9"}]), False, id="last one before"),
    pytest.param(record("no version"), False, id="no version"),
    pytest.param({"id": "X-1"}, False, id="affects nothing"),
    pytest.param(record("1.2.0"), True, id="listed, in other words"),
    pytest.param(record(events=[{"introduced": "0"}, {"fixed": "1.10"}]), True, id="fixed later"),
    pytest.param(record(events=[{"introduced": "0"}, {"fixed": "1"}, {"introduced": "1.2"}]), True, id="back again"),
    pytest.param(record(events=[{"introduced": "1"}, {"last_affected": "1.2"}]), True, id="the last one"),
]


@pytest.mark.parametrize(("osv", "affected"), RECORDS)
def test_a_record_affects_a_pin_or_not(osv: dict[str, Any], affected: bool) -> None:
    """By names and versions as Python compares them."""
    count, found = CHECK.find_affected({"some-thing": "1.2"}, iter([osv]))

    assert (count, bool(found)) == (1, affected)


def test_a_database_is_a_folder_or_an_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same answer; a clean one says how much was read."""
    package, version = next(iter(PINS.read_versions(CONSTRAINTS).items()))
    bad = record(version, part={"package": {"ecosystem": "PyPI", "name": package}})
    (tmp_path / "folder" / "vulns").mkdir(parents=True)
    (tmp_path / "folder" / "vulns" / "x.json").write_text(json.dumps(bad))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("x.json", json.dumps(bad))
        archive.writestr("y.json", json.dumps(record("1")))

    assert CHECK.main([str(tmp_path / "folder")]) == 1
    assert f"{package} {version}: X-1 bad" in capsys.readouterr().out
    assert CHECK.main([str(tmp_path / "all.zip")]) == 1
    assert "2 records" in capsys.readouterr().out


def test_nothing_read_is_no_clean_answer(tmp_path: Path) -> None:
    """An empty folder, or a file that is no record."""
    with pytest.raises(SystemExit, match="nothing was checked"):
        CHECK.main([str(tmp_path)])
    (tmp_path / "x.json").write_text("{")
    with pytest.raises(SystemExit, match="no JSON"):
        CHECK.main([str(tmp_path)])
