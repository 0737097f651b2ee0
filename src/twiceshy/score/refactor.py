"""Users of a definition that a change renamed, removed or gave other parameters, and that were not changed with it.

A name alone says little: the same one in another module is another thing. So a plain name counts only where imports
lead from the file to the changed one (re-exports are followed), in Go within the package. What is reached through an
object counts only while nothing else in the project has that name, and has less confidence. A call counts as wrong only
when it fitted the old parameters and fits no new ones. What cannot be read is reported, never counted as clean.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from hashlib import blake2b
from typing import NamedTuple

from twiceshy.base.values import Scrubbed, Severity
from twiceshy.records.findings import Finding, Layer, ScannedEdit, SourceText, StoredEdit, TaskScan
from twiceshy.records.predictions import Partner
from twiceshy.score.base import reason_to_skip
from twiceshy.score.broken_uses import BrokenUse, find_broken_uses
from twiceshy.score.changed_definitions import ChangedDefinition, CodeFile, find_changed_definitions, format_parameters
from twiceshy.score.generated_files import is_generated
from twiceshy.score.source import (
    Definition,
    SourceUses,
    SyntaxTree,
    find_definitions,
    find_enclosing_name,
    find_syntax_errors,
    find_uses,
    language_of,
    parse,
)
from twiceshy.score.source.languages import FAMILIES
from twiceshy.stats.text.fingerprint import fingerprint_finding

VERSION = "5"
MISSED_USER, MISSED_RENAME = "refactor/missed-user", "refactor/missed-rename"
WRONG_ARITY, LEFT_OUT = "refactor/wrong-arity", "refactor/left-out-partner"
_MOST_NAMES = 60
"""Changed definitions that are followed: a change with more rewrote its files (guess, 2026-11-21)."""
_MOST_FILES = 400
"""Other files that are read for one change: each costs some 20 ms (guess, 2026-11-21)."""

_MOST_READ = 48
"""Texts whose trees are kept: those of a few tasks, some 1 MB each (guess, 2026-11-22)."""
_MAJOR_FROM = 0.7
"""Confidence from which a missed use is major (guess, 2026-11-21)."""
_MOST_FAULTS = 0.1
"""Share of a text that may be unreadable: new syntax, or an edit half done (guess, 2026-11-21)."""

_PARTLY = "partly-unparsed"
_NO_NAMES: frozenset[str] = frozenset()
_FindOthers = Callable[[frozenset[str]], Iterable[SourceText]]
"""Unchanged files, as they are now, that hold any of these words; more than those do no harm."""
_MakeMessage = Callable[[str], Scrubbed]
"""Makes a message of a sentence that may hold names from the judged code."""


@dataclass(slots=True)
class _FileReader:
    """Files that are read once, and why others were not."""

    changed: frozenset[str] = frozenset()
    """Paths that the change touched."""
    unknown: dict[str, str] = field(default_factory=dict)

    def can_follow(self, path: str) -> bool:
        """Tell whether enough of a file could be read to say what is gone from it."""
        return self.unknown.get(path, _PARTLY) == _PARTLY

    def files(self, sources: Iterable[SourceText], names: frozenset[str]) -> dict[str, CodeFile]:
        """Return the files that can be read, with their imports and their uses of these names."""
        found = {}
        for source in sources:
            language = language_of(source.path)
            # nobody changes what programs write by hand, so nobody forgets a use there
            if not language or is_generated(source.path, source.text):
                continue
            text = (
                _ReadText(unknown=reason) if (reason := reason_to_skip(source)) else _read_text(language, source.text)
            )
            if text.unknown:
                self.unknown[source.path] = text.unknown
            if text.tree is None:
                continue
            found[source.path] = CodeFile(
                path=source.path,
                language=language,
                family=FAMILIES[language],
                text=source.text,
                definitions=text.definitions,
                uses=find_uses(text.tree, names) if names else text.imports,
                doubtful=text.doubtful,
            )
        return found


class _ReadText(NamedTuple):
    """What a text holds, whatever is asked of it."""

    tree: SyntaxTree | None = None
    unknown: str = ""
    """Why there is no tree, or that a part of it is missing."""
    definitions: tuple[Definition, ...] = ()
    imports: SourceUses = SourceUses()
    doubtful: frozenset[str] = frozenset()


@lru_cache(maxsize=_MOST_READ)
def _read_text(language: str, text: str) -> _ReadText:
    """Read a text; one task leaves it as the next one finds it, so it is asked for again soon."""
    syntax = parse(language, text)
    if syntax.tree is None:
        return _ReadText(unknown=syntax.unknown)
    doubtful = _find_doubtful_words(syntax.tree)
    if doubtful is None:
        return _ReadText(unknown="unparsed")
    return _ReadText(
        tree=syntax.tree,
        unknown=_PARTLY if syntax.tree.broken else "",
        definitions=tuple(find_definitions(syntax.tree)),
        imports=find_uses(syntax.tree, _NO_NAMES),
        doubtful=doubtful,
    )


def _find_doubtful_words(tree: SyntaxTree) -> frozenset[str] | None:
    """Return words in the unreadable parts; None where these are more than ``_MOST_FAULTS`` of the text."""
    if not tree.broken:
        return frozenset()
    parts = find_syntax_errors(tree)
    if sum(map(len, parts)) > _MOST_FAULTS * len(tree.data):
        return None
    return frozenset(word for part in parts for word in re.findall(r"\w+", part))


def find_missed_uses(
    before: Sequence[SourceText],
    after: Sequence[SourceText],
    others: _FindOthers,
    say: _MakeMessage,
    *,
    partners: Sequence[Partner] = (),
) -> TaskScan:
    """Return findings in all files, changed ones too, that use what changing ``before`` into ``after`` took away.

    A path only in ``before`` was deleted, one only in ``after`` is new. ``partners``: files that mostly change with
    these and did not; each is a minor finding, as sure as its share.
    """
    old_texts = {source.path: source.text for source in before}
    touched = {source.path for source in after if old_texts.get(source.path) != source.text}
    moved = touched | (old_texts.keys() - {source.path for source in after})
    reading = _FileReader(frozenset(moved))
    # most changes take no definition away, and to list every use in their files is most of the work
    old = reading.files([one for one in before if one.path in moved], _NO_NAMES)
    new = reading.files([one for one in after if one.path in touched], _NO_NAMES)
    known = {path: file for path, file in old.items() if reading.can_follow(path)}
    findings = [_make_left_out_finding(one, say) for one in partners if one.path not in moved]
    changed = find_changed_definitions(known, new)
    if len(changed) > _MOST_NAMES:
        reading.unknown["*"] = "too-many"
    findings = [*_follow_definitions(changed[:_MOST_NAMES], (known, new), others, reading, say), *findings]
    return TaskScan(
        findings=tuple(findings), unknown=tuple(f"{path}: {why}" for path, why in sorted(reading.unknown.items()))
    )


def _follow_definitions(
    changed: Sequence[ChangedDefinition],
    ends: tuple[Mapping[str, CodeFile], Mapping[str, CodeFile]],
    others: _FindOthers,
    reading: _FileReader,
    say: _MakeMessage,
) -> list[Finding]:
    """Return the uses that a change left, given its files before and after; empty where no definition changed."""
    if not changed:
        return []
    old, new = ends
    names = frozenset(one.name for one in changed)
    with_uses = _list_uses(new, names)
    pool = with_uses | _build_pool(changed, others, reading)
    return _make_findings(find_broken_uses(changed, _list_uses(old, names), with_uses, pool), pool, say)


def _list_uses(files: Mapping[str, CodeFile], names: frozenset[str]) -> dict[str, CodeFile]:
    """Return the files with their uses of these names."""
    trees = {path: _read_text(file.language, file.text).tree for path, file in files.items()}
    return {path: replace(files[path], uses=find_uses(tree, names)) for path, tree in trees.items() if tree}


def _build_pool(changed: Sequence[ChangedDefinition], others: _FindOthers, reading: _FileReader) -> dict[str, CodeFile]:
    families = {one.family for one in changed}
    names = frozenset(one.name for one in changed)
    wanted = []
    for source in others(names):
        language = language_of(source.path)
        if not language or FAMILIES[language] not in families or source.path in reading.changed:
            continue
        if not is_generated(source.path, source.text):
            wanted.append(source)
    if len(wanted) > _MOST_FILES:
        reading.unknown["*"] = "too-many"
    quiet = _FileReader()
    found = quiet.files(wanted[:_MOST_FILES], names)
    reading.unknown |= quiet.unknown
    return found


def search_texts(texts: Mapping[str, str]) -> _FindOthers:
    """Return a search in other files whose texts are all in memory."""

    def find_texts_with(words: frozenset[str]) -> list[SourceText]:
        either = "|".join(map(re.escape, sorted(words)))
        pattern = re.compile(rf"(?<!\w)(?:{either})(?!\w)")
        return [SourceText(path=path, text=text) for path, text in texts.items() if pattern.search(text)]

    return find_texts_with


def _make_findings(found: Sequence[BrokenUse], pool: Mapping[str, CodeFile], say: _MakeMessage) -> list[Finding]:
    """Return one finding for each file, definition and rule, at the first line."""
    groups: dict[tuple[str, str, str, str], list[BrokenUse]] = defaultdict(list)
    for one in found:
        rule = WRONG_ARITY if one.changed.new else MISSED_RENAME if one.changed.renamed_to else MISSED_USER
        groups[one.path, one.changed.path, one.changed.old.dotted, rule].append(one)
    made = [_make_finding(key[-1], group, pool[key[0]], say) for key, group in groups.items()]
    return sorted(made, key=lambda one: (-one.confidence, one.path, one.line))


def _make_finding(rule: str, group: list[BrokenUse], file: CodeFile, say: _MakeMessage) -> Finding:
    """Build the finding of one definition's broken uses in one file."""
    first = min(group, key=lambda one: one.line)
    syntax = parse(file.language, file.text)
    function = find_enclosing_name(syntax.tree, first.line) if syntax.tree else ""
    line = file.text.split("\n")[first.line - 1] if first.line else ""
    dotted = first.changed.old.dotted
    return Finding(
        rule=rule,
        layer=Layer.REFACTOR,
        confidence=max(one.confidence for one in group),
        path=file.path,
        severity=Severity.MAJOR if first.confidence >= _MAJOR_FROM else Severity.MINOR,
        line=first.line,
        message=say(_phrase_finding(first, len({one.line for one in group}))),
        function=function,
        fingerprint=fingerprint_finding(rule, function, dotted, line),
        tokens=fingerprint_finding(rule, "", dotted, first.changed.path),  # one changed definition is one construct
    )


def _phrase_finding(first: BrokenUse, lines: int) -> str:
    changed = first.changed
    where = f"`{changed.old.dotted}` of {changed.path}"
    more = f" ({lines} lines in this file)" if lines > 1 else ""
    if changed.new:
        now = format_parameters(changed.new[0].parameters)
        return f"{where} now takes ({now}); this use has the old form: {first.why}{more}."
    if changed.renamed_to:
        return f"{where} is now `{changed.renamed_to}`; this use has the old name{more}."
    return f"{where} is gone; this use is left{more}."


def _make_left_out_finding(partner: Partner, say: _MakeMessage) -> Finding:
    often = f"{partner.times} of {partner.changes} commits"
    text = f"{partner.of} changed without this file; they changed together in {often}."
    key = fingerprint_finding(LEFT_OUT, "", partner.of, partner.path)
    return Finding(
        rule=LEFT_OUT,
        layer=Layer.REFACTOR,
        severity=Severity.MINOR,
        path=partner.path,
        line=1,
        message=say(text),
        confidence=partner.times / max(1, partner.changes),
        fingerprint=key,
        tokens=key,
    )


# Answers about a whole task's texts: found once for the same texts, if somebody keeps them.

FindOnce = Callable[[bytes, Callable[[], TaskScan]], TaskScan]
"""Returns the answer that is kept under a key, or finds it."""


def find_anew(key: bytes, find: Callable[[], TaskScan]) -> TaskScan:
    """Find the answer: nothing is kept."""
    del key
    return find()


def group_by_task(edits: Sequence[ScannedEdit]) -> list[list[int]]:
    """Return the places of each task's edits, tasks in the order of their first."""
    found: dict[object, list[int]] = {}
    for place, edit in enumerate(edits):
        found.setdefault(edit.task, []).append(place)
    return list(found.values())


def key_of_texts(layer: str, *sides: Mapping[str, bytes]) -> bytes:
    """Return 16 bytes that are equal for the same bodies under the same paths, whatever their order."""
    made = blake2b(layer.encode(), digest_size=16)
    for side in sides:
        for path, body in sorted(side.items()):
            made.update(b"\0".join((path.encode("utf-8", "replace"), body, b"")))
        made.update(b"\0\0")
    return made.digest()


# Find incomplete refactors: definitions that a recorded task changed, and uses of them that it did not.
#
# Only files that the session knows are searched. What other files hold is not in the log: a use there is missed,
# never invented. The findings belong to the task's last edit of code, as until then there was time to change the
# use.

CODE_ENDINGS = (".py", ".pyi", ".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".go")
"""Ends of names of files whose definitions can be read."""
_MOST_USER_FILES = 60
"""Changed files of a task that is looked at; one with more is an import or a rewrite (guess, 2026-11-21)."""
_TextOf = Callable[[bytes], str]


def add_missed_users(
    edits: Sequence[ScannedEdit],
    stored: Sequence[StoredEdit],
    text_of: _TextOf,
    say: Callable[[str], Scrubbed],
    find_once: FindOnce = find_anew,
) -> list[ScannedEdit]:
    """Return a session's edits with the uses that each of its tasks missed.

    ``stored`` are the same edits; ``find_once`` may know the answer for texts that were looked at before.
    """
    found = list(edits)
    seen: dict[str, bytes] = {}
    for places in group_by_task(edits):
        code = [place for place in places if _is_code(stored[place])]
        texts = [stored[place] for place in code]
        reason = _explain_unread(texts)
        for place in places:
            found[place] = _note_look(found[place], stored[place], reason)
        if code and not reason:
            left = find_once(_key_of(texts, seen), partial(_find_left_uses, texts, dict(seen), text_of, say))
            found[code[-1]] = _add_missed_uses(found[code[-1]], left)
        _note_texts(seen, texts)
    return found


def _is_code(edit: StoredEdit) -> bool:
    return edit.path.endswith(CODE_ENDINGS)


def _explain_unread(edits: Sequence[StoredEdit]) -> str:
    """Return why the uses that these edits missed cannot be looked for; empty where they can."""
    if any(edit.partial for edit in edits):
        return "partial"
    if not all(map(_is_readable, edits)):
        return "no-before"
    before, after = find_ends(edits)
    return "too-many" if len(before | after) > _MOST_USER_FILES else ""


def _note_look(edit: ScannedEdit, stored: StoredEdit, unread: str) -> ScannedEdit:
    """Return the edit with its part looked at, or with the reason why not; its task's findings are its last edit's."""
    reason = unread if _is_code(stored) else "language"
    if not reason:
        return edit._replace(layers=edit.layers | {Layer.REFACTOR})
    if any(why.startswith("all: ") for why in edit.change.unknown):
        return edit
    unknown = (*edit.change.unknown, f"refactor: {reason}")
    return edit._replace(change=replace(edit.change, unknown=tuple(dict.fromkeys(unknown))))


def _key_of(texts: Sequence[StoredEdit], seen: Mapping[str, bytes]) -> bytes:
    """Return the key of all texts that the answer depends on."""
    return key_of_texts("refactor", *find_ends(texts), seen)


def _find_left_uses(
    texts: Sequence[StoredEdit], seen: Mapping[str, bytes], text_of: _TextOf, say: Callable[[str], Scrubbed]
) -> TaskScan:
    """Return the uses that a task missed in the files seen before it."""
    before, after = find_ends(texts)
    others = {path: text_of(body) for path, body in seen.items() if path not in before | after}
    return find_missed_uses(_read_sources(before, text_of), _read_sources(after, text_of), search_texts(others), say)


def _add_missed_uses(edit: ScannedEdit, left: TaskScan) -> ScannedEdit:
    """Return the edit with missed uses as findings that it introduced."""
    unknown = tuple(f"refactor: {why.rpartition(': ')[2]}" for why in left.unknown)
    change = replace(
        edit.change,
        introduced=(*edit.change.introduced, *left.findings),
        unknown=tuple(dict.fromkeys((*edit.change.unknown, *unknown))),
    )
    return edit._replace(change=change)


def _note_texts(seen: dict[str, bytes], edits: Sequence[StoredEdit]) -> None:
    """Note the files as edits left them."""
    readable = [edit for edit in edits if _is_readable(edit)]
    seen |= {edit.path: edit.after for edit in readable if edit.after is not None and not edit.deleted}
    for path in [edit.path for edit in readable if edit.deleted]:
        seen.pop(path, None)


def _is_readable(edit: StoredEdit) -> bool:
    """Tell whether this is an edit of code with the whole texts before and after."""
    return _is_code(edit) and not edit.partial and (edit.before is not None or edit.created)


def find_ends(edits: Sequence[StoredEdit]) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return by path the body before the first and after the last edit; a file that did not exist has none."""
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    paths: set[str] = set()
    for edit in edits:
        if edit.path not in paths and edit.before is not None and not edit.created:
            before[edit.path] = edit.before
        paths.add(edit.path)
        after.pop(edit.path, None)
        if edit.after is not None and not edit.deleted:
            after[edit.path] = edit.after
    return before, after


def _read_sources(bodies: dict[str, bytes], text_of: _TextOf) -> list[SourceText]:
    """Return the texts of the bodies."""
    return [SourceText(path=path, text=text_of(body)) for path, body in bodies.items()]
