"""The form of this project's messages: what stands before the sentence, how the sentence begins and how it ends.

Nothing of it is given: a type is a word with a colon that the convention knows, or a symbol that the project puts in
front; a scope stands in brackets behind a type, or is a name with a colon alone (``netdev: Fix ...``). Which of them a
change gets is learned from counts (naive Bayes, each trait at a quarter of its weight) over folders, endings, acts and
the words of its names; so it works for any language and any convention, and says nothing where a project has none.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, Final, NamedTuple

from twiceshy.stats.text.text_words import split_words
from twiceshy_git.predict.messages.examples import MessageExample
from twiceshy_git.predict.messages.suggesters import name_act

_TYPES: Final = """
build chore ci dep deps docs doc feat feature fix perf refactor release revert style test tests types
"""
TYPES: Final = frozenset(_TYPES.split())
"""Types of the conventional-commits convention and of its usual presets (conventionalcommits.org, 1.0.0)."""
USED: Final = 0.3
"""Share of messages from which a project is said to use types or scopes (guess, 2026-11-23)."""
_TRAIT_WEIGHT: Final = 0.25
"""How much a trait counts, since traits hang together: the best of .25, .5 and 1 on the fourth fifths of six public
histories (tuned, 2026-11-23; ``benchmarks.messages_ladder --part tune`` asks about these)."""
_PRIOR: Final = 0.5
"""Changes that are added to each count, by the convention of Jeffreys' prior."""
_CONVENTIONAL: Final = re.compile(r"(\w+)(?:\(([^()]*)\))?!?:\s+(?=\S)")
_AREA: Final = re.compile(r"\[?([^\W\d][\w./*+-]*(?:, ?[\w./*+-]+)*)(?:\]\s*|:\s+)(?=\S)")
_LABEL: Final = re.compile(r"[^\W\d][\w./*+-]*(?:, ?[\w./*+-]+)*")
_SYMBOL: Final = re.compile("(:[a-z0-9_+-]+:|[\u2190-\u2bff\u3030\U0001f000-\U0001faff]\\S{0,3})\\s+(?=\\S)")


class MessageForm(NamedTuple):
    """A subject, cut into what stands in front and the sentence."""

    kind: str
    """Empty where there is none."""
    scope: str
    prefix: str
    """Both as they are written."""
    sentence: str


def parse_form(subject: str) -> MessageForm:
    """Return the parts of a subject.

    >>> parse_form("feat(ssr)!: add it")
    MessageForm(kind='feat', scope='ssr', prefix='feat(ssr)!: ', sentence='add it')
    >>> parse_form("netdev-dpdk: Fix it.")
    MessageForm(kind='', scope='netdev-dpdk', prefix='netdev-dpdk: ', sentence='Fix it.')
    >>> parse_form("✨ Add it").kind, parse_form("Fix it: now").prefix
    ('✨', '')
    """
    symbol = _SYMBOL.match(subject)
    at = symbol.end() if symbol else 0
    kind, scope = symbol[1] if symbol else "", ""
    if (typed := _CONVENTIONAL.match(subject, at)) and typed[1].lower() in TYPES:
        kind, scope, at = kind or typed[1].lower(), (typed[2] or "").strip(), typed.end()
    elif area := _AREA.match(subject, at):
        scope, at = area[1], area.end()
    return MessageForm(kind, scope, subject[:at], subject[at:])


def name_style(subject: str) -> str:
    """Return the form of what stands in front of a subject; empty where nothing does.

    >>> [name_style(one) for one in ("feat(ssr)!: x", "fix: x", "netdev: x", "[docs] x", "✨ x", "x")]
    ['k(w):', 'k:', 'w:', '[w]', 'e', '']
    """
    form = parse_form(subject)
    symbol = _SYMBOL.match(subject)
    rest = form.prefix[symbol.end() :] if symbol else form.prefix
    typed = _CONVENTIONAL.match(f"{rest}x")
    plain = _LABEL.sub("w", rest).replace("!", "").replace(" ", "")
    if typed and typed[1].lower() in TYPES:
        plain = f"k{plain[1:]}"
    return ("e" if symbol else "") + plain


class MessageLabels(NamedTuple):
    """What may stand in front of a message."""

    kind: str
    scope: str


class LabelCounts:
    """Which label belongs to a change, by counts of its traits."""

    def __init__(
        self, labels: Mapping[str, int] | None = None, traits: dict[str, dict[str, int]] | None = None
    ) -> None:
        self._labels = Counter(labels or {})
        self._traits = traits if traits is not None else {}
        """Trait -> label -> changes."""

    def learn(self, label: str, traits: Iterable[str]) -> None:
        """Count one change."""
        self._labels[label] += 1
        for trait in set(traits):
            counts = self._traits.setdefault(trait, {})
            counts[label] = counts.get(label, 0) + 1

    def predict(self, traits: Iterable[str]) -> str:
        """Return the likeliest label; empty before anything was learned."""
        weights = self.weigh(traits)
        return max(weights, key=weights.__getitem__) if weights else ""

    def weigh(self, traits: Iterable[str]) -> dict[str, float]:
        """Return the log-probability of each label, but for a constant; nothing before anything was learned."""
        total = self._labels.total()
        known = [self._traits[trait] for trait in set(traits) if trait in self._traits]
        return {label: self._weigh(label, known, total) for label in self._labels}

    def find_trait(self, trait: str) -> Mapping[str, int]:
        """Return how many changes with a trait had each label."""
        return self._traits.get(trait, {})

    def tell_share(self, label: str) -> float:
        """Return the share of a label among all, above 0 for one that was not seen."""
        return (self._labels.get(label, 0) or _PRIOR) / (self._labels.total() or 1)

    def to_plain(self) -> list[dict[str, Any]]:
        """Return the counts for JSON, as the constructor takes them."""
        return [dict(self._labels), self._traits]

    def _weigh(self, label: str, known: Sequence[Mapping[str, int]], total: int) -> float:
        """Return the logarithm of the label's share times what each trait that is there says."""
        own = self._labels[label]
        weight = math.log(own / total)
        for counts in known:
            anywhere = (sum(counts.values()) + _PRIOR) / (total + _PRIOR)
            here = (counts.get(label, 0) + _PRIOR * anywhere) / (own + _PRIOR)
            weight += _TRAIT_WEIGHT * math.log(here / anywhere)
        return weight


class FormHabits:
    """Which type and scope the people here would give a change."""

    def __init__(self, kinds: LabelCounts | None = None, scopes: LabelCounts | None = None) -> None:
        self._kinds, self._scopes = kinds or LabelCounts(), scopes or LabelCounts()

    @property
    def counts(self) -> tuple[LabelCounts, LabelCounts]:
        """Of types, and of scopes."""
        return self._kinds, self._scopes

    def learn(self, example: MessageExample) -> None:
        """Take in what was written; a message without a type or scope teaches nothing of it."""
        form, traits = parse_form(example.subject), list_traits(example)
        for counts, label in ((self._kinds, form.kind), (self._scopes, form.scope)):
            if label:
                counts.learn(label, [*traits, name_kind(form.kind)] if counts is self._scopes and form.kind else traits)

    def to_plain(self) -> list[list[dict[str, Any]]]:
        """Return the counts of types and of scopes for JSON."""
        return [self._kinds.to_plain(), self._scopes.to_plain()]

    def predict(self, example: MessageExample) -> MessageLabels:
        """Return the likeliest type and scope, given that there is one; empty where none was ever seen."""
        traits = list_traits(example)
        return MessageLabels(self._kinds.predict(traits), self._scopes.predict(traits))


def name_kind(kind: str) -> str:
    """Return the trait of scopes that a type stood before them: it is known only once the type is chosen."""
    return f"kind {kind}"


def write_prefix(labels: MessageLabels, around: Sequence[str]) -> str:
    """Return type and scope as messages around write them; empty where none of these has such.

    >>> write_prefix(MessageLabels("fix", "ssr"), ["feat(css): add it", "fix: it"])
    'fix(ssr): '
    """
    for subject in around if any(labels) else ():
        form = parse_form(subject)
        if bool(form.kind) >= bool(labels.kind) and bool(form.scope) >= bool(labels.scope) and form.prefix:
            prefix = form.prefix.replace(form.scope, labels.scope) if labels.scope else form.prefix
            return prefix.replace(form.kind, labels.kind, 1) if labels.kind and form.kind else prefix
    return ""


def list_traits(example: MessageExample) -> list[str]:
    """Return what is counted of a change; nothing of its message."""
    added = sum(len(file.added) for file in example.files)
    removed = sum(len(file.removed) for file in example.files)
    traits = [f"author {example.author}", f"files {min(len(example.files), 4)}"]
    traits += [f"added {added.bit_length()}", f"removed {removed.bit_length()}"]
    traits += ["all " + " ".join(sorted({PurePosixPath(file.path).suffix for file in example.files}))]
    traits += [f"top {' '.join(sorted({file.path.partition('/')[0] for file in example.files}))}"]
    for file in example.files:
        path = PurePosixPath(file.path)
        act = name_act(file)
        traits += [f"act {act}", f"act {act} {path.suffix}", f"ending {path.suffix}"]
        traits += [f"file {path}", f"stem {path.stem}"]
        traits += [f"folder {folder}" for folder in path.parents if folder.name]
        traits += [f"name {word}" for word in split_words(file.path)]
    return traits
