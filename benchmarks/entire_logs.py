"""The transcripts in a repository's checkpoints, as the logs of one clone of it.

``python -m benchmarks entire_logs CLONE FOLDER``: of each session that Entire's refs hold, its longest transcript goes
into FOLDER, with the folder it ran in put in place by CLONE, so that ``ingest FOLDER`` takes its work for the clone's.
Fetch the refs first: ``git fetch origin '+refs/entire/*:refs/entire/*'``. Objects that a stored copy lacks are counted.
"""

import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from twiceshy.logs.git_checkpoints import list_checkpoints

_METADATA: Final = "metadata.json"
_TRANSCRIPTS: Final = ("full.jsonl", "transcript.jsonl")


def main(words: Sequence[str] = ()) -> None:
    if len(words) != 2:
        print("give the clone and a folder for its logs", file=sys.stderr)
        return
    clone, folder = Path(words[0]).resolve(), Path(words[1])
    folder.mkdir(parents=True, exist_ok=True)
    lengths: defaultdict[str, int] = defaultdict(int)
    missing = 0
    for files in split_sessions(clone):
        metadata, transcript = (read_object(clone, name) for name in files)
        if metadata is None or transcript is None:
            missing += 1
            continue
        session = str(json.loads(metadata).get("session_id", ""))
        if session and len(transcript) > lengths[session]:
            lengths[session] = len(transcript)
            name = re.sub(r"[^\w-]", "_", session) + ".jsonl"
            (folder / name).write_text(move_work(transcript.decode("utf-8", "replace"), clone), encoding="utf-8")
    print(f"{len(lengths)} sessions; {missing} transcripts with objects that are not here")


def split_sessions(clone: Path) -> Iterator[tuple[str, str]]:
    """Metadata and transcript of each session of each checkpoint, as names of objects."""
    for stored in list_checkpoints(clone).values():
        folders: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for path, name in stored.files.items():
            folder, _, file = path.rpartition("/")
            folders[folder][file] = name
        for files in folders.values():
            transcript = next((files[one] for one in _TRANSCRIPTS if one in files), None)
            if _METADATA in files and transcript:
                yield files[_METADATA], transcript


def read_object(clone: Path, name: str) -> bytes | None:
    asked = subprocess.run(["git", "-C", str(clone), "cat-file", "blob", name], capture_output=True, check=False)
    return asked.stdout if asked.returncode == 0 else None


def move_work(text: str, clone: Path) -> str:
    """The transcript with the clone in place of the folder that it ran in."""
    folder = next((found for line in text.splitlines() if (found := find_folder(line))), "")
    return re.sub(re.escape(folder) + r"(?=[/\"'\\\s;&|:)`]|\Z)", str(clone), text) if folder else text


def find_folder(line: str) -> str:
    try:
        record = json.loads(line)
    except ValueError:
        return ""
    parts = [record, record.get("payload")] if isinstance(record, Mapping) else []
    return next((one["cwd"] for one in parts if isinstance(one, Mapping) and isinstance(one.get("cwd"), str)), "")
