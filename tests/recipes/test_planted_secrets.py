"""A secret of every kind in every place of a log: after an ingest no byte of the data folder has it.

Whether a rule knows its secret in some surroundings is the rules' own test. Here a secret is put wherever the scrubber
knows it, so that what is found on the disk came past the scrubber. Each secret is put into one of ``SHARE`` places,
drawn from its rule's name, and each place has dozens of secrets; with ``WHOLE_COUNTS=1`` all meet all.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
import zstandard
from tests.counts import WHOLE
from tests.logs.builders import Log, a_session, a_subagent

from twiceshy.base import config
from twiceshy.commands.keys.gate_keys import make_absolute
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.samples import SecretSample, expand
from twiceshy.privacy.scrub import Scrubber

LEAST = 6
"""Characters of a secret that no chance makes in some megabytes."""
SHARE = 1 if WHOLE else 6
"""All places for all secrets took 60 s of CPU, a sixth 14 s (measured on 2026-11-23)."""


def samples(level: RedactionLevel) -> dict[str, SecretSample]:
    """A sample of each rule, and so of each kind, by the rule's name."""
    found: dict[str, SecretSample] = {}
    for rule in load_rules().rules:
        if rule.level is RedactionLevel.STANDARD or level is RedactionLevel.STRICT:
            drawn = [sample for text in rule.hits if len((sample := expand(text, seed=5)).secret) >= LEAST]
            found |= {rule.rule.id: drawn[0]} if drawn else {}
    return found


def telling(sample: SecretSample) -> list[str]:
    """What would give the secret away: all of it, as JSON spells it, and the longest line of several."""
    secret = sample.secret
    return [form for form in {secret, json.dumps(secret)[1:-1], max(secret.split("\n"), key=len)} if len(form) >= LEAST]


class Plant:
    """Puts one secret into texts of all sorts, and counts where."""

    def __init__(self, name: str, sample: SecretSample, scrubber: Scrubber, places: Counter[str]) -> None:
        self._random = Random(name)
        self.sample = sample
        self.scrubber = scrubber
        self.places = places

    def __call__(self, place: str, template: str = "%s", *, flat: bool = False, escaped: bool = False) -> str:
        """The template with the secret in it; without, where it is not drawn or the scrubber would not know it."""
        if self._random.randrange(SHARE) and place != "prompt":
            return template.replace("%s", "nothing")
        text = " ".join(self.sample.text.split("\n")) if flat else self.sample.text
        made = template.replace("%s", json.dumps(text)[1:-1] if escaped else text)
        spelt = make_absolute(make_absolute(made, "/srv/shop"), "")
        shown = [
            made,
            spelt,
            f"{spelt}/a.py",
            f"{make_absolute(made, spelt)}/conf/a.py",
            json.dumps(made),
            json.dumps({"a": made, "b": f"x = 0\n{made}\ny"}),
        ]  # inputs are kept as JSON
        stored = self.scrubber.texts(shown)
        if any(form in one for form in telling(self.sample) for one in stored):
            return template.replace("%s", "nothing")
        self.places[place] += 1
        return made


def a_log_full_of(seed: str, put: Plant) -> Log:
    """A session that has the secret wherever a log can have text."""
    log = a_session(seed, cwd=put("folder", "/srv/%s x", flat=True))
    log.session_id = f"{log.session_id} {put('session', flat=True)}"
    branch, entry = put("branch", flat=True), put("entry point", flat=True)
    log.prompt(put("prompt", "please use %s"), gitBranch=branch, entrypoint=entry)
    log.user([{"type": "text", "text": put("prompt block")}])
    log.queues(put("queued prompt", "also %s"))
    log.says(put("reply", "I see %s there.\n%s"))
    log.thinks(put("thinking", "so %s"))
    log.reads(put("path", "conf/%s .env", flat=True), put("read", "before\n%s\nafter"))
    filler = "filler\n" * 60
    old, new = put("edit", "a = 1\n%s"), put("edit", "%s\nb = 2")
    log.edits("conf/a.py", old, new, original=f"x = 0\n{old}\nend\n{filler}")
    log.writes(put("path", "conf/%s .txt", flat=True), put("write", "new\n%s\n"))
    log.runs(put("command", "deploy %s"), put("output", "out %s\n"))
    log.runs(put("command", "cat <<'EOF' | tee f\n%s\nEOF"), put("output", "%s\n" * 40))
    log.calls("Bash", command="x", description=put("description")).result(
        put("json in json", '{"deep": [{"k": "%s"}]}', escaped=True)
    )
    log.fails("Bash", put("error", "Exit code 1\nError: no access with %s"), command=put("command", "call %s"))
    log.fails("Bash", put("error", "Exit code 1\nTraceback (most recent call last):\nKeyError: %s"), command="python x")
    log.rejects(put("refusal", "no, never %s"))
    tool, key = put("tool", "mcp__server %s __tool", flat=True), put("key", flat=True)
    log.calls(tool, **{"argument": put("argument"), key: "as a key"}).result([{"type": "text", "text": put("result")}])
    log.calls(put("tool", flat=True), prompt=put("argument")).result(
        put("result"), {"content": [{"type": "text", "text": put("result")}], key: put("result")}
    )
    log.calls("Grep", pattern=put("query"), path=put("path", flat=True)).result(put("result", "a.py:1:%s"))
    log.calls("WebFetch", url=put("address", "https://docs.example.org/?q=%s", flat=True)).result(put("result"))
    log.calls("Task", description=put("description"), prompt=put("argument"), subagent_type=put("agent", flat=True))
    log.result(put("result"))
    log.assistant({"type": "text", "text": "done"}, {"type": put("block type", flat=True), "text": put("block")})
    message = log.records[-1]["message"]
    message |= {"model": put("model", flat=True), "stop_reason": put("stop reason", flat=True)}
    log.system("compact_boundary", content=put("compaction"), compactMetadata={"trigger": put("trigger", flat=True)})
    log.system(put("subtype", flat=True), content=put("notice"))
    log.system("local_command", content=put("notice", "<local-command-stdout>%s </local-command-stdout>"))
    log.attaches("edited_text_file", filename=put("path", flat=True), snippet=put("attachment"))
    log.attaches(put("attachment type", flat=True), content=put("attachment"))
    log.raw(type="summary", summary=put("summary"), leafUuid=log.uuid())
    log.raw(type="custom-title", customTitle=put("title", flat=True), sessionId=log.session_id)
    log.raw(type="pr-link", prUrl=put("address", flat=True), prNumber=7, sessionId=log.session_id)
    log.raw(type=put("record type", flat=True), content=put("unknown record"), sessionId=log.session_id)
    log.raw(type="new-record-type", payload={"deep": [put("unknown record")]}, sessionId=log.session_id)
    return log


def everything_in(home: Path) -> Iterator[tuple[str, bytes]]:
    """Every file as bytes, and every cell of every database, long texts unpacked."""
    for path in sorted(home.rglob("*")):
        if not path.is_file():
            continue
        yield path.name, path.read_bytes()
        if path.suffix == ".db":
            with closing(sqlite3.connect(path)) as connection:
                tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
                for (table,) in tables:
                    cells = [cell for row in connection.execute(f'SELECT * FROM "{table}"') for cell in row]
                    yield f"{path.name}: {table}", b"\n".join(map(unpacked, cells))


def unpacked(cell: object) -> bytes:
    if isinstance(cell, bytes):
        return zstandard.decompress(cell) if cell.startswith(zstandard.FRAME_HEADER) else cell
    return str(cell).encode("utf-8", "surrogatepass")


def leaks(home: Path, planted: dict[str, SecretSample]) -> list[str]:
    """Rule and place of each secret that lies in the data folder."""
    wanted = {form.encode(): name for name, sample in planted.items() for form in telling(sample)}
    return sorted(
        {
            f"{name} in {place}"
            for place, content in everything_in(home)
            for form, name in wanted.items()
            if form in content
        }
    )


@pytest.mark.parametrize("level", list(RedactionLevel))
def test_no_secret_reaches_the_disk_from_any_place_of_a_log(
    level: RedactionLevel, tmp_path: Path, scratch_home: Path
) -> None:
    """Words, commands, results, edits, names of files, folders, branches, tools, models, sessions, unknown records."""
    planted, places = samples(level), Counter[str]()
    scrubber = Scrubber(load_rules(), b"another salt", level)
    folder = tmp_path / "logs"
    for number, (name, sample) in enumerate(planted.items()):
        put = Plant(name, sample, scrubber, places)
        log = a_log_full_of(f"s{number}", put)
        place = folder / (put("log folder", "x %s", flat=True) if "/" not in sample.text else "plain")
        place.mkdir(parents=True, exist_ok=True)
        log.write(place / f"{number}.jsonl")
        helper = a_subagent(log)
        helper.prompt(put("subagent")).runs(put("command", "run %s"), put("output")).write(
            place / f"agent-{number}.jsonl"
        )
        with (place / f"{number}.jsonl").open("a") as file:
            file.write('{"type":"user","broken":"' + sample.text.replace("\n", " ") + "\n")
    home = scratch_home / ".twiceshy"
    given = {"privacy.level": str(level), "ingest.processes": "1"}

    summary = ingest([folder], config.load(given, {"TWICESHY_HOME": str(home)}, scratch_home))

    kinds = {rule.rule.kind for rule in load_rules().rules if rule.rule.id in planted}
    assert kinds <= set(summary.secrets)
    assert len(summary.skipped) == len(planted)
    assert len(places) == 42
    assert min(places.values()) > len(planted) / 4 / SHARE, places
    assert "\n".join(leaks(home, planted)) == ""
