"""Planted e-mail addresses in a project's memory: what of them travels, at both levels of privacy.

``python -m benchmarks memory_addresses [--level standard strict] [--show]``. Each address is its case's own: every form
in which one is written, at every field of a log, a commit, a note of git, a CI result, a remote or a subagent of a
scripted repository with our hooks. Then ``learn``, ``memory push`` with prompts and whole chats, and ``memory pull`` in
a second clone. Every object of both memories and of what the remote got is unpacked and searched for each address's
local part, as are the files beside them, the names of refs and the second data folder. A plain word beside each
address tells that its text travelled.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from tests.capture.builders import Log, a_session, a_subagent

from benchmarks.memory_secrets import begin_person, call_verb, git, read_memory, read_sent, word_of
from benchmarks.planted_secrets import read_folder

_IDN = "v\u00f6gel"
FORMS: Mapping[str, Callable[[str, str], str]] = {
    "plain": lambda name, host: f"ask {name}@{host} about it",
    "in angle brackets": lambda name, host: f"Kes Trel <{name}@{host}>",
    "with a tag": lambda name, host: f"to {name}+shop@{host}.",
    "capitals": lambda name, host: f"FROM {name}@{host}".upper(),
    "mailto": lambda name, host: f"[mail](mailto:{name}@{host}?subject=x)",
    "percent-encoded": lambda name, host: f"https://api.birds.dev/u?who={quote(f'{name}@{host}', safe='')}&x=1",
    "JSON": lambda name, host: f'{{"mail": "{name}@{host}", "port": 80}}',
    "JSON with escapes": lambda name, host: f'{{"mail": "\\u003c{name}\\u0040{host}\\u003e"}}',
    "entity": lambda name, host: f"<b>{name}&#64;{host}</b>",
    "punycode": lambda name, host: f"by {name}@xn--{host}",
    "letters beyond ASCII": lambda name, host: f"by {name}@{_IDN}.{host}",
    "two words before": lambda name, host: f"author.{name}@{host} wrote it",
    "CSV": lambda name, host: f"7,{name}@{host},open",
    "end of a path": lambda name, host: f"ls /var/mail/{name}@{host}",
    "before a colon": lambda name, host: f"{name}@{host}: hello",
    "call in code": lambda name, host: f'notify("{name}@{host}")',
    "login of a URL": lambda name, host: f"git clone https://{name}@{host}/shop.git",
    "percent-encoded login of a URL": lambda name, host: (
        f"origin https://{name}%40{host}@git.birds.dev/shop.git (push)"
    ),
    "before a bracket": lambda name, host: f"{name}@{host}(list)",
    "emphasis": lambda name, host: f"ask _{name}@{host}_ first",
    "before an underscore": lambda name, host: f"cp {name}@{host}_old.csv x",
    "quoted-printable": lambda name, host: f"=?utf-8?q?{name}=40{host}?=",
    "hex escape": lambda name, host: f"'{name}\\x40{host}'",
    "escaped twice": lambda name, host: f'{{"body": "{{\\"mail\\": \\"{name}\\\\u0040{host}\\"}}"}}',
    "wide sign": lambda name, host: f"by {name}\uff20{host}",
    "wrapped behind the sign": lambda name, host: f"mail to {name}@\n{host} today",
    "at in words": lambda name, host: f"{name} at {host}",
    "folder of a path": lambda name, host: f"ls Maildir/{name}@{host}/new",
    "name of a file": lambda name, host: f"exports/{name}@{host}.csv",
    "name of a branch": lambda name, host: f"feature/{name}@{host}/cart",
}
"""How an address is written; of the host each has one of its own."""
NAMES = ("end of a path", "folder of a path", "name of a file", "name of a branch", "plain", "percent-encoded")
"""Forms that a name of a file or branch can have."""
TEXTS = ("prompt", "reply", "thinking", "command", "result", "failure", "title", "input", "queued", "agent", "file")
TEXTS += ("commit message", "trailer", "author", "committer", "note of git", "CI message", "reason of a refusal")
LABELS = ("file that is read", "file that is edited", "committed file", "branch", "tool", "model", "CI job", "CI run")
PLACES = (*TEXTS, *LABELS, "remote", "agent's id", "folder of the session")
LEVELS = ("standard", "strict")


class Case(NamedTuple):
    """One address at one place."""

    number: int
    place: str
    form: str
    name: str
    """The local part: no other case has it."""
    text: str


class Found(NamedTuple):
    """What was found of the cases."""

    travelled: list[Case]
    arrived: int
    """Plain words that the second clone holds."""


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks memory_addresses", description=__doc__)
    parser.add_argument("--level", nargs="+", choices=LEVELS, default=list(LEVELS))
    parser.add_argument("--share", type=int, default=1, help="take every N-th case")
    parser.add_argument("--show", action="store_true", help="print each text of which an address travelled")
    args = parser.parse_args(list(argv))
    chosen = list(make_cases())[:: args.share]
    for level in args.level:
        with tempfile.TemporaryDirectory(prefix="addresses-") as name:
            found = find_travelled(chosen, Path(name), level)
        print(f"{level}: {len(found.travelled)} of {len(chosen)} travelled; {found.arrived} plain words arrived")
        for by, counts in (
            ("place", Counter(c.place for c in found.travelled)),
            ("form", Counter(c.form for c in found.travelled)),
        ):
            print(f"  by {by}: {', '.join(f'{what} {count}' for what, count in counts.most_common()) or 'none'}")
        for case in found.travelled if args.show else ():
            print(f"    {case.place}, {case.form}: {case.text!r}")


def make_cases() -> Iterator[Case]:
    """Yield every form at every place that can hold it."""
    number = 0
    for place in PLACES:
        for form, write in FORMS.items():
            if (place not in TEXTS and form not in NAMES) or (place, form) == ("branch", "percent-encoded"):
                continue  # git takes no such name
            number += 1
            name = f"jo.{word_of(number)}"
            yield Case(number, place, form, name, write(name, f"{word_of(number)[::-1]}birds.org"))


def find_travelled(chosen: Sequence[Case], scratch: Path, level: str) -> Found:
    """Work, push, pull, and return what lies where in the clear."""
    ann, bob = scratch / "ann", scratch / "bob"
    wanted = {"TWICESHY_PRIVACY_LEVEL": level}
    ours, theirs = begin_person(ann) | wanted, begin_person(bob) | wanted
    origin = scratch / "origin.git"
    git(ours, scratch, "init", "-q", "--bare", "-b", "main", str(origin))
    git(ours, ann, "clone", "-q", str(origin), "shop")
    shop = ann / "shop"
    git(ours, shop, "checkout", "-q", "-b", "main")
    call_verb(ours, shop, "init", "--git", "--yes")
    work(ann, ours, chosen)
    git(ours, shop, "push", "-q", "origin", "main")
    git(theirs, bob, "clone", "-q", str(origin), "shop")
    call_verb(ours, shop, "ingest", str(ann / "logs"))
    call_verb(ours, shop, "backfill", "--all")
    call_verb(ours, shop, "learn")
    mine = shop / ".git" / "twiceshy"
    sent = list(read_memory(mine, ours))
    call_verb(ours, shop, "memory", "push", "--yes")
    call_verb(theirs, bob / "shop", "memory", "pull")
    pulled = [*read_memory(bob / "shop" / ".git" / "twiceshy", theirs), *read_folder(bob / "store")]
    sent += [*read_memory(mine, ours), *read_sent(origin, ours), *pulled]
    texts, words = b"\0".join(sent).lower(), b"\0".join(pulled)
    travelled = [case for case in chosen if case.name.encode() in texts]
    return Found(travelled, sum(f"ok{word_of(case.number)}".encode() in words for case in chosen))


def work(folder: Path, environment: Mapping[str, str], chosen: Sequence[Case]) -> None:
    """Write a session for each address, with one commit, both of which may hold it."""
    for case in chosen:
        place = case.place
        cwd = folder / "shop"
        if place == "folder of the session":
            cwd = cwd / case.text
            cwd.mkdir(parents=True)
        log = a_session(f"case{case.number}", cwd=str(cwd))
        _FILL.get(place, _say)(log, case)
        log.prompt(f"ok{word_of(case.number)}")
        name = case.text.lstrip("/") if place == "committed file" else f"f{case.number}.txt"
        log.writes(str(folder / "shop" / name), "1")
        _commit(folder / "shop", environment, case, log, name)
        for record in log.records:
            if place == "branch":
                record["gitBranch"] = case.text
            if place == "model" and record["type"] == "assistant":
                record["message"]["model"] = case.text
        log.write(folder / "logs" / f"{log.session_id}.jsonl")


def _commit(shop: Path, environment: Mapping[str, str], case: Case, log: Log, name: str) -> None:
    """Commit once, in a branch, by an author and with a message that may hold the address."""
    place, at = case.place, log.time()
    who = {"author": "GIT_AUTHOR_NAME", "committer": "GIT_COMMITTER_NAME"}
    when = dict(environment) | {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
    if place in who:
        when |= {who[place]: "Kes", who[place].replace("NAME", "EMAIL"): f"{case.name}@birds.org"}
    branch = case.text if place == "branch" else ""
    if branch:
        git(when, shop, "checkout", "-q", "-b", quote(branch, safe="/@%").strip("/"))
    (shop / name).parent.mkdir(parents=True, exist_ok=True)
    (shop / name).write_text(f"{case.text}\n" if place == "file" else "1\n", "utf-8")
    message = f"Set it {case.number}"
    if place == "commit message":
        message += f"\n\n{case.text}"
    if place == "trailer":
        message += f"\n\nCo-authored-by: {case.text}"
    git(when, shop, "add", "-A")
    git(when, shop, "commit", "-q", "-m", message)
    short = git(environment, shop, "rev-parse", "--short", "HEAD").decode().strip()
    log.runs(f"git commit -m 'Set it {case.number}'", f"[main {short}] Set it {case.number}\n 1 file changed")
    if branch:
        git(when, shop, "checkout", "-q", "main")
        git(when, shop, "merge", "-q", "--ff-only", "-")
    if place == "note of git":
        git(when, shop, "notes", "add", "-m", case.text)
    if place == "remote":
        git(when, shop, "remote", "add", f"r{case.number}", f"ssh://{case.name}@birds.org/{case.text}")
    if place.startswith("CI"):
        option = {"CI message": "message", "CI job": "job", "CI run": "workflow"}[place]
        call_verb(environment, shop, "ci", "set", "--result", "fail", f"--{option}", case.text)


def _say(log: Log, _: Case) -> None:
    log.prompt("go on")


def _add_agent(log: Log, agent: str, words: str) -> None:
    """Add a subagent's dialogue."""
    log.calls("Task", description=words, prompt=words, subagent_type="general")
    inner = a_subagent(log, agent).prompt(words).says(words)
    log.records += inner.records
    log.result(words, {"status": "completed", "agentId": agent, "content": [{"type": "text", "text": words}]})


_FILL: Mapping[str, Callable[[Log, Case], object]] = {
    "prompt": lambda log, case: log.prompt(case.text),
    "reply": lambda log, case: log.prompt("go").says(case.text),
    "thinking": lambda log, case: log.prompt("go").thinks(case.text),
    "command": lambda log, case: log.prompt("go").runs(case.text, "ok"),
    "result": lambda log, case: log.prompt("go").runs("make", case.text),
    "failure": lambda log, case: log.prompt("go").fails("Bash", f"Exit code 1\nError: {case.text}", command="make"),
    "title": lambda log, case: log.prompt("go").raw(type="ai-title", aiTitle=case.text, sessionId=log.session_id),
    "input": lambda log, case: log.prompt("go").calls("mcp__mail__send", to=case.text).result("ok"),
    "queued": lambda log, case: log.prompt("go").queues(case.text),
    "agent": lambda log, case: _add_agent(log, "a1b2c3d", case.text),
    "agent's id": lambda log, case: _add_agent(log, case.text, "look"),
    "reason of a refusal": lambda log, case: log.prompt("go").rejects(case.text),
    "file that is read": lambda log, case: log.prompt("go").reads(case.text, "x = 1"),
    "file that is edited": lambda log, case: log.prompt("go").edits(case.text, "a", "b", original="a"),
    "tool": lambda log, case: log.prompt("go").calls(case.text, x="1").result("ok"),
}
