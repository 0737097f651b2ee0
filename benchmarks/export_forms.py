"""What exports of a whole store cost in each form, with the audit: ``python -m benchmarks export_forms HOME``.

HOME is a data folder into which logs were read, and that was judged and learned from; it is copied and not touched.
Every kind of rows that the store has is written in every form that can hold it; then the whole of it as one folder of
data (``all`` in ``hf``, parted and held to the strict level). Each is written twice: the bytes must be the same.
"""

import argparse
import hashlib
import shutil
import tempfile
from pathlib import Path

from benchmarks.measure import Cost, cost, scratch_environment, twiceshy
from twiceshy.archive.db import Store

KINDS = ("chats", "actions", "sessions", "edits", "outcomes", "lessons")
FORMS = ("jsonl", "csv", "parquet")


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks export_forms", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--kinds", default=",".join(KINDS))
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        environment = scratch_environment(Path(name))
        shutil.copytree(args.home, environment["TWICESHY_HOME"])
        print("rows | form | MB | CPU s | peak MB | same bytes again")
        totals = dict.fromkeys(FORMS, 0.0)
        for kind in args.kinds.split(","):
            for form in FORMS:
                totals[form] += measure(environment, Path(name), kind, form)
        for form, total in totals.items():
            print(f"all kinds as {form}: {total:.1f} CPU s")
        measure(environment, Path(name), "all", "hf")


def find_largest(environment: dict[str, str]) -> str:
    """Return the name of the project with the most sessions: a licence is stated of one."""
    with Store.open(Path(environment["TWICESHY_HOME"]), readonly=True) as store:
        query = (
            "SELECT p.identity FROM session s JOIN project p ON p.id = s.project_id GROUP BY 1 ORDER BY count(*) DESC"
        )
        return str(store.connection.execute(query).fetchone()[0])


def measure(environment: dict[str, str], folder: Path, kind: str, form: str) -> float:
    """Write rows twice, print what it took, and return the CPU seconds of the first time."""
    found: list[Cost] = []
    digests = set()
    for number in (1, 2):
        path = folder / f"{kind}-{form}-{number}"
        words = ["--license", "mit", "--project", find_largest(environment)] if form == "hf" else []  # none is here
        found.append(cost(twiceshy("export", kind, "--format", form, "--output", str(path), *words), environment))
        if found[-1].returncode:
            print(f"{kind} | {form} | not written: exit status {found[-1].returncode}")
            return 0.0
        digests.add(hash_all(path))
        size = sum(one.stat().st_size for one in list_files(path))
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    first = found[0]
    print(
        f"{kind} | {form} | {size / 1e6:.1f} | {first.cpu_s:.1f} | {first.peak_bytes / 1e6:.0f} | "
        f"{'yes' if len(digests) == 1 else 'NO'}",
        flush=True,
    )
    return first.cpu_s


def list_files(path: Path) -> list[Path]:
    """Return a file itself, or all of a folder."""
    return sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]


def hash_all(path: Path) -> str:
    """Return a digest of the data files: the card may name the day."""
    digest = hashlib.sha256()
    for one in list_files(path):
        if one.suffix != ".md" and one.name != "CHECKSUMS":
            digest.update(one.read_bytes())
    return digest.hexdigest()
