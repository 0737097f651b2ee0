"""Remove the code of a Python text that never runs, so that data is not followed there; lines and columns stay.

The engine follows data through both branches of ``if 7 * 6 < 40``, confuses the elements of a list or dict with each
other, forgets a dict's data when a constant is put beside it, and loses data in a slice. Here a function's statements
are visited once in order, with the values of names that are known for certain. Dead branches become ``return``, reads
of elements that are constants become ``0``, writes of constants to elements ``pass``, and ``[a:b]`` is written as
``[a,b]``, which the engine takes for an index. Nothing is run: numbers and strings are computed within bounds, all else
is unknown.
A text that is no Python, or costs too much, stays as it is.
"""

import ast
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from twiceshy.score.source import parse

if TYPE_CHECKING:
    from tree_sitter import Node


# Values that are known for certain, and results of operations on them, computed without running anything.
#
# Numbers, texts, truth values and ``None`` are themselves; lists and dicts hold such values or ``UNKNOWN``. Results
# beyond the bounds are unknown.

_BIGGEST = 1 << 40
"""Numbers beyond are unknown (guess, 2026-11-21)."""
_LONGEST = 4096
"""Characters of a text, beyond which it is unknown (guess, 2026-11-21)."""
UNKNOWN = object()
ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "/": operator.truediv,
}
COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda a, b: a in b,
    "not in": lambda a, b: a not in b,
    "is": operator.is_,
    "is not": operator.is_not,
}


def call_method(store: Any, method: str, values: Sequence[Any]) -> tuple[bool, Any]:
    """Tell whether a store's method is understood, and return its result; the store is changed accordingly."""
    certain = all(isinstance(value, str | int) for value in values)
    match store, method, values:
        case list(), "append", [value]:
            store.append(value)
            return True, None
        case list(), "pop", [] | [int()] if store and -len(store) <= (values[0] if values else -1) < len(store):
            return True, store.pop(*values)
        case list(), "insert", [int(place), value]:
            store.insert(place, value)
            return True, None
        case dict(), "add_section", [_]:
            return True, None
        case dict(), "set", [str(section), str(key), value]:
            store[section, key] = value
            return True, None
        case dict(), "get", [*keys] if certain and len(keys) in {1, 2}:
            return True, store.get(keys[0] if len(keys) == 1 else (keys[0], keys[1]), UNKNOWN)
    return False, UNKNOWN


def element_of(store: Any, key: Any) -> Any:
    """Return the element at a key; ``UNKNOWN`` unless both store and key are certain."""
    if key is UNKNOWN or store is UNKNOWN:
        return UNKNOWN
    if isinstance(store, dict):
        return store.get(key, UNKNOWN) if isinstance(key, str | int) else UNKNOWN
    if isinstance(store, list | str) and isinstance(key, int) and -len(store) <= key < len(store):
        return store[key]
    return UNKNOWN


def combine_values(work: Callable[[Any, Any], Any] | None, left: Any, right: Any) -> Any:
    """Return the result of an operation on two certain values, within bounds; else ``UNKNOWN``."""
    if work is None or left is UNKNOWN or right is UNKNOWN or isinstance(left, list | dict):
        return UNKNOWN
    if work is operator.mul and not (isinstance(left, int) and isinstance(right, int)):
        return UNKNOWN
    if work is operator.mod and isinstance(left, str):
        return UNKNOWN
    if isinstance(right, list | dict):
        return UNKNOWN
    try:
        value = work(left, right)
    except (TypeError, ValueError, ArithmeticError):
        return UNKNOWN
    return UNKNOWN if _is_oversized(value) else value


def _is_oversized(value: Any) -> bool:
    """Tell whether a value is too big to go on with."""
    return len(value) > _LONGEST if isinstance(value, str) else isinstance(value, int) and abs(value) > _BIGGEST


def parse_literal(word: str) -> Any:
    """Return the value of a number or a text without computed parts; else ``UNKNOWN``."""
    if len(word) > _LONGEST:
        return UNKNOWN
    try:
        value = ast.literal_eval(word)
    except (ValueError, SyntaxError, MemoryError):
        return UNKNOWN
    return value if isinstance(value, str | int) and not _is_oversized(value) else UNKNOWN


# Which names the nodes of a syntax tree use and assign, read from the text beside the tree.
#
# A node's own text is slow to get where the parser was fed in pieces, so offsets are used.

_IMPORTS = frozenset({"as_pattern_target", "delete_statement", "import_from_statement", "import_statement"})
_NO_TARGETS = frozenset({"call", "attribute", "comparison_operator", "keyword_argument", "binary_operator"})
"""Nodes that have a field called as those of assignments are."""


class SyntaxNames:
    """The names in one text, given in UTF-8."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def text_of(self, node: "Node") -> str:
        """Return the text of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def name_of(self, node: "Node | None") -> str:
        """Return the text of a name; empty for anything else."""
        return self.text_of(node) if node is not None and node.type == "identifier" else ""

    def names_in(self, node: "Node") -> set[str]:
        """Return all names in a node."""
        return {self.text_of(one) for one in _walk(node) if one.type == "identifier"}

    def targets_in(self, node: "Node") -> set[str]:
        """Return the names that a node assigns, in any way."""
        found = set()
        for one in _walk(node):
            if one.type in _IMPORTS:
                found |= self.names_in(one)
            elif one.type not in _NO_TARGETS:
                for field in ("left", "name", "alias"):
                    target = one.child_by_field_name(field)
                    if target is not None:
                        found |= self.names_in(target)
        return found

    def stores_in(self, node: "Node", known: Mapping[str, Any]) -> set[str]:
        """Return the known lists and dicts that a node names."""
        held = {name for name, value in known.items() if isinstance(value, list | dict)}
        return self.names_in(node) & held if held else set()

    def outer_names_in(self, node: "Node") -> frozenset[str]:
        """Return names that a function, or one in it, declares as global or nonlocal."""
        found: set[str] = set()
        for one in _walk(node):
            if one.type in {"global_statement", "nonlocal_statement"}:
                found |= self.names_in(one)
        return frozenset(found)


def is_interpolated(node: "Node") -> bool:
    """Tell whether a string has parts that are computed."""
    return any(child.type == "interpolation" for child in node.named_children)


def _walk(node: "Node") -> Iterator["Node"]:
    """Yield the node and all below it."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += one.named_children


_STEPS = 400_000
"""Nodes looked at; a text of a megabyte has about as many (guess, 2026-11-21)."""
_LITERALS = frozenset({"string", "integer", "float", "true", "false", "none"})
_NAMED_VALUES = {"true": True, "false": False, "none": None}
_OTHER_SCOPES = frozenset(
    {"lambda", "list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"}
)
_STORE_MAKERS = frozenset({"dict", "ConfigParser", "RawConfigParser", "SafeConfigParser", "OrderedDict"})
"""What makes an empty store whose elements go by constant keys."""

_KnownValues = dict[str, Any]
"""Names with a value that is certain: numbers, texts, truth values, and lists and dicts whose elements are those or
``UNKNOWN``."""


class _TooMuchError(Exception):
    """The text takes too many steps."""


def fold_constants(text: str) -> str:
    """Return the folded text, with as many lines, and every line's columns where they were."""
    tree = parse("python", text).tree
    if tree is None:
        return text
    folder = _Folder(tree.data)
    try:
        folder.visit_statements(tree.root, {})
    except (_TooMuchError, RecursionError):
        return text
    return folder.render()


class _Folder:
    """The edits to make to a text."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.words = SyntaxNames(data)
        self.edits: dict[tuple[int, int], bytes] = {}
        self.steps = 0
        self.inside = 0  # functions around

    def render(self) -> str:
        """Return the text with its edits; of nested edits the outer one holds."""
        parts, at = [], 0
        for (start, end), new in sorted(self.edits.items(), key=lambda edit: (edit[0][0], -edit[0][1])):
            if start >= at:
                parts += [self.data[at:start], new]
                at = end
        return b"".join((*parts, self.data[at:])).decode("utf-8", "replace")

    def write(self, node: "Node", word: bytes) -> None:
        """Replace a node on one line with a word, padded with blanks."""
        old = self.data[node.start_byte : node.end_byte]
        if b"\n" not in old and len(old) >= len(word) and old.isascii():
            self.edits[node.start_byte, node.end_byte] = word.ljust(len(old))

    def write_dead(self, block: "Node | None") -> None:
        """Replace the statements of a block, which are never reached."""
        if block is None:
            return
        old = self.data[block.start_byte : block.end_byte].decode("utf-8", "replace")
        first = old.split("\n", 1)[0]
        words = ("return", "raise", "pass") if self.inside else ("raise", "pass")
        word = next((word for word in words if len(word) <= len(first)), None)
        if word is not None:  # by characters, not bytes: every line stays as long as it was
            blank = "".join(sign if sign in "\r\n" else " " for sign in old[len(word) :])
            self.edits[block.start_byte, block.end_byte] = (word + blank).encode()

    # statements

    def visit_statements(self, node: "Node | None", known: _KnownValues) -> None:
        """Visit all statements below a node, in order; ``known`` is what holds after them then."""
        for child in node.named_children if node is not None else ():
            self.count_step()
            handler = getattr(self, f"visit_{child.type}", None)
            if handler is not None:
                handler(child, known)
            else:
                self.visit_expressions(child, known)

    def count_step(self) -> None:
        self.steps += 1
        if self.steps > _STEPS:
            raise _TooMuchError

    def visit_expressions(self, node: "Node", known: _KnownValues) -> None:
        """Visit any statement of which only the expressions are understood."""
        for child in node.named_children:
            if child.type == "block":
                self.visit_statements(child, known)
            else:
                self.fold(child, known)
        if known:
            _forget(known, self.words.targets_in(node))

    def visit_expression_statement(self, node: "Node", known: _KnownValues) -> None:
        for child in node.named_children:
            if child.type == "assignment":
                self.assign(child, known)
            elif child.type == "augmented_assignment":
                self.augment(child, known)
            else:
                self.fold(child, known)
                if known:
                    _forget(known, self.words.targets_in(child))

    def assign(self, node: "Node", known: _KnownValues) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        value = self.fold_field(node, "right", known)
        if left is None or right is None:
            return
        if left.type == "identifier" and right.type != "assignment":
            known.pop(self.words.name_of(left), None)
            if value is not UNKNOWN:
                known[self.words.name_of(left)] = value
        elif left.type == "subscript":
            self.assign_element(left, right, value, known)
            keys = left.children_by_field_name("subscript")
            if right.type in _LITERALS and not is_interpolated(right) and all(key.type in _LITERALS for key in keys):
                self.write(node, b"pass")
        else:
            _forget(known, self.words.targets_in(node))
            self.fold(left, known)

    def assign_element(self, left: "Node", right: "Node", value: object, known: _KnownValues) -> None:
        """Visit ``store[key] = value``; a constant clears no other data of a store, unlike in the engine's view."""
        store, key = self.find_element(left, known)
        if (isinstance(store, dict) and key is not UNKNOWN) or (
            isinstance(store, list) and isinstance(key, int) and -len(store) <= key < len(store)
        ):
            store[key] = value
        else:
            _forget(known, {self.words.name_of(left.child_by_field_name("value"))})
        if right.type == "assignment":
            _forget(known, self.words.targets_in(right))

    def augment(self, node: "Node", known: _KnownValues) -> None:
        left, value = node.child_by_field_name("left"), self.fold_field(node, "right", known)
        name = self.words.name_of(left)
        sign = node.child_by_field_name("operator")
        before = known.pop(name, UNKNOWN)
        if left is not None and left.type == "identifier" and sign is not None:
            found = combine_values(ARITHMETIC.get(self.words.text_of(sign).removesuffix("=")), before, value)
            if found is not UNKNOWN:
                known[name] = found
        elif left is not None and left.type == "subscript":
            _forget(known, {self.words.name_of(left.child_by_field_name("value"))})

    def visit_if_statement(self, node: "Node", known: _KnownValues) -> None:
        branches = [(node.child_by_field_name("condition"), node.child_by_field_name("consequence"))]
        for clause in node.children_by_field_name("alternative"):
            body = clause.child_by_field_name("consequence") or clause.child_by_field_name("body")
            branches.append((clause.child_by_field_name("condition"), body))
        ends: list[_KnownValues] = []
        decided = False
        for condition, body in branches:
            truth = UNKNOWN
            if not decided:
                truth = self.fold(condition, known) if condition is not None else True
            if decided or (truth is not UNKNOWN and not truth):
                self.write_dead(body)
                continue
            ends.append(_copy_values(known))
            self.visit_statements(body, ends[-1])
            decided = truth is not UNKNOWN
        if not decided:
            ends.append(_copy_values(known))
        _keep_common(known, ends)

    def visit_match_statement(self, node: "Node", known: _KnownValues) -> None:
        value = self.fold_field(node, "subject", known)
        body = node.child_by_field_name("body")
        ends = [_copy_values(known)]
        decided = False
        for clause in body.named_children if body is not None else ():
            fits = False if decided else self.matches_case(clause, value, known)
            block = clause.child_by_field_name("consequence")
            if fits is False:
                self.write_dead(block)
                continue
            ends.append({} if fits is None else _copy_values(known))
            self.visit_statements(block, ends[-1])
            decided = fits is True
        _keep_common(known, ends[1:] if decided else ends)

    def matches_case(self, clause: "Node", value: object, known: _KnownValues) -> bool | None:
        """Tell whether a case is the one that matches; None where it is not certain."""
        patterns = [child for child in clause.named_children if child.type == "case_pattern"]
        if value is UNKNOWN or len(patterns) != 1 or clause.child_by_field_name("guard") is not None:
            return None
        inner = patterns[0].named_children
        if not inner:
            return True if self.words.text_of(patterns[0]).strip() == "_" else None
        choices = inner[0].named_children if inner[0].type == "union_pattern" else inner
        values = [self.fold(choice, known) if choice.type in _LITERALS else UNKNOWN for choice in choices]
        return None if any(one is UNKNOWN for one in values) else any(one == value for one in values)

    def visit_loop(self, node: "Node", known: _KnownValues) -> None:
        """Visit a body that runs any number of times: what it changes is not certain in it either."""
        if known:
            _forget(known, self.words.targets_in(node) | self.words.stores_in(node, known))
        self.visit_expressions(node, known)

    visit_for_statement = visit_while_statement = visit_loop

    def visit_try_statement(self, node: "Node", known: _KnownValues) -> None:
        changed = self.words.targets_in(node) | self.words.stores_in(node, known) if known else set()
        for child in node.named_children:
            if child.type == "block":
                self.visit_statements(child, _copy_values(known))
            else:
                self.visit_expressions(child, {name: value for name, value in known.items() if name not in changed})
        _forget(known, changed or self.words.targets_in(node) if known else set())

    def visit_function_definition(self, node: "Node", known: _KnownValues) -> None:
        if known:
            _forget(known, self.words.stores_in(node, known) | {self.words.name_of(node.child_by_field_name("name"))})
        self.inside += 1
        self.visit_statements(node.child_by_field_name("body"), _ScopedValues(self.words.outer_names_in(node)))
        self.inside -= 1

    def visit_class_definition(self, node: "Node", known: _KnownValues) -> None:
        _forget(known, self.words.stores_in(node, known))
        self.visit_statements(node.child_by_field_name("body"), {})

    def visit_decorated_definition(self, node: "Node", known: _KnownValues) -> None:
        self.visit_statements(node, known)

    # expressions

    def fold(self, node: "Node", known: _KnownValues) -> Any:
        """Return the value of an expression where it is certain; dead parts of it are written over on the way."""
        self.count_step()
        handler = getattr(self, f"fold_{node.type}", None)
        if handler is not None:
            return handler(node, known)
        if node.type in _NAMED_VALUES:
            return _NAMED_VALUES[node.type]
        if node.type in _OTHER_SCOPES:
            _forget(known, self.words.stores_in(node, known))
            return UNKNOWN
        for child in node.named_children:
            self.fold(child, known)
        return UNKNOWN

    def fold_field(self, node: "Node", field: str, known: _KnownValues) -> Any:
        """Return the value of a part of an expression; ``UNKNOWN`` where there is no such part."""
        part = node.child_by_field_name(field)
        return UNKNOWN if part is None else self.fold(part, known)

    def fold_identifier(self, node: "Node", known: _KnownValues) -> Any:
        value = known.get(self.words.name_of(node), UNKNOWN)
        if isinstance(value, list | dict):  # it goes where it may be changed
            del known[self.words.name_of(node)]
            return UNKNOWN
        return value

    def fold_parenthesized_expression(self, node: "Node", known: _KnownValues) -> Any:
        values = [self.fold(child, known) for child in node.named_children]
        return values[0] if len(values) == 1 else UNKNOWN

    def fold_string(self, node: "Node", known: _KnownValues) -> Any:
        if is_interpolated(node):
            for child in node.named_children:
                self.fold(child, known)
            return UNKNOWN
        return parse_literal(self.words.text_of(node))

    def fold_integer(self, node: "Node", _known: _KnownValues) -> Any:
        return parse_literal(self.words.text_of(node))

    def fold_list(self, node: "Node", known: _KnownValues) -> Any:
        values = [self.fold(child, known) for child in node.named_children]
        plain = not any(child.type in {"list_splat", "comment"} for child in node.named_children)
        return values if plain and len(values) < 100 else UNKNOWN

    def fold_dictionary(self, node: "Node", known: _KnownValues) -> Any:
        found = {}
        for pair in node.named_children:
            key, inner = pair.child_by_field_name("key"), pair.child_by_field_name("value")
            if key is None or inner is None:
                self.fold(pair, known)
                return UNKNOWN
            word, value = self.fold(key, known), self.fold(inner, known)
            if not isinstance(word, str | int):
                return UNKNOWN
            found[word] = value
        return found

    def fold_binary_operator(self, node: "Node", known: _KnownValues) -> Any:
        left, right = self.fold_field(node, "left", known), self.fold_field(node, "right", known)
        sign = node.child_by_field_name("operator")
        return combine_values(ARITHMETIC.get(self.words.text_of(sign)) if sign is not None else None, left, right)

    def fold_comparison_operator(self, node: "Node", known: _KnownValues) -> Any:
        values = [self.fold(child, known) for child in node.named_children]
        signs = [child.type for child in node.children if not child.is_named]
        if len(values) != 2 or len(signs) != 1:
            return UNKNOWN
        return combine_values(COMPARISONS.get(signs[0]), *values)

    def fold_not_operator(self, node: "Node", known: _KnownValues) -> Any:
        value = self.fold_field(node, "argument", known)
        return UNKNOWN if value is UNKNOWN else not value

    def fold_unary_operator(self, node: "Node", known: _KnownValues) -> Any:
        value, sign = self.fold_field(node, "argument", known), node.child_by_field_name("operator")
        return -value if isinstance(value, int) and sign is not None and sign.type == "-" else UNKNOWN

    def fold_boolean_operator(self, node: "Node", known: _KnownValues) -> Any:
        left, right = self.fold_field(node, "left", known), self.fold_field(node, "right", known)
        sign = node.child_by_field_name("operator")
        stops = sign is not None and sign.type == "or"
        for value in (left, right):
            if value is not UNKNOWN and bool(value) == stops:
                return stops
        return UNKNOWN if left is UNKNOWN else right

    def fold_conditional_expression(self, node: "Node", known: _KnownValues) -> Any:
        parts = [child for child in node.named_children if child.type != "comment"]
        if len(parts) != 3:
            return UNKNOWN
        truth = self.fold(parts[1], known)
        if truth is UNKNOWN:
            for part in (parts[0], parts[2]):
                self.fold(part, known)
            return UNKNOWN
        self.write(parts[2] if truth else parts[0], b"0")
        return self.fold(parts[0] if truth else parts[2], known)

    def fold_subscript(self, node: "Node", known: _KnownValues) -> Any:
        for child in node.children_by_field_name("subscript"):
            if child.type == "slice":
                self.write_slice(child)
        store, key = self.find_element(node, known)
        value = element_of(store, key)
        if value is not UNKNOWN and isinstance(store, list | dict):
            self.write(node, b"0")
        return value

    def write_slice(self, node: "Node") -> None:
        """Write ``[a:b]`` as an index of several parts."""
        said = self.data[node.start_byte : node.end_byte]
        words, part, any_part = bytearray(said), False, False
        for child in node.children:
            if child.type == ":":
                words[child.start_byte - node.start_byte] = ord("," if part else " ")
                part = False
            elif child.type != "comment":
                part = any_part = True
        if not any_part:
            words[0] = ord("0")
        self.edits[node.start_byte, node.end_byte] = bytes(words)

    def find_element(self, node: "Node", known: _KnownValues) -> tuple[Any, Any]:
        """Return the store and the key of ``store[key]``; other names in it are visited as usual."""
        base = node.child_by_field_name("value")
        keys = [self.fold(child, known) for child in node.children_by_field_name("subscript")]
        key = keys[0] if len(keys) == 1 else UNKNOWN
        if base is None:
            return UNKNOWN, key
        if base.type == "identifier":
            return known.get(self.words.name_of(base), UNKNOWN), key
        return self.fold(base, known), key

    def fold_call(self, node: "Node", known: _KnownValues) -> Any:
        function, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        arguments = given.named_children if given is not None else []
        values = [self.fold(argument, known) for argument in arguments]
        if function is None:
            return UNKNOWN
        word = self.words.text_of(function)
        if function.type == "identifier" and word == "len" and len(values) == 1:
            return len(values[0]) if isinstance(values[0], str) else UNKNOWN
        if not arguments and word.rpartition(".")[2] in _STORE_MAKERS:
            return {}
        return self.fold_method_call(node, function, values, known)

    def fold_method_call(self, node: "Node", function: "Node", values: list[Any], known: _KnownValues) -> Any:
        """Return what a method of a known store gives, and change the store as the method does."""
        owner, method = function.child_by_field_name("object"), function.child_by_field_name("attribute")
        store = known.get(self.words.name_of(owner), UNKNOWN)
        if not isinstance(store, list | dict) or method is None:
            self.fold(function, known)
            return UNKNOWN
        done, value = call_method(store, self.words.text_of(method), values)
        if not done:
            _forget(known, {self.words.name_of(owner)})
        elif value is not UNKNOWN and value is not None:
            self.write(node, b"0")
        return value


class _ScopedValues(dict[str, Any]):
    """Names and values, without the names that another scope may change at any time."""

    def __init__(self, elsewhere: frozenset[str]) -> None:
        super().__init__()
        self.elsewhere = elsewhere

    def __setitem__(self, name: str, value: object) -> None:
        if name not in self.elsewhere:
            super().__setitem__(name, value)


def _forget(known: _KnownValues, names: set[str]) -> None:
    """Drop these names, about which nothing is certain any more."""
    for name in names & known.keys():
        del known[name]


def _copy_values(known: _KnownValues) -> _KnownValues:
    """Copy the values deeply; ``UNKNOWN`` must stay itself."""
    return deepcopy(known, {id(UNKNOWN): UNKNOWN})


def _keep_common(known: _KnownValues, ends: Sequence[_KnownValues]) -> None:
    """Keep the values on which all ends of the branches agree."""
    first = ends[0] if ends else {}
    kept = {name: value for name, value in first.items() if all(other.get(name, UNKNOWN) == value for other in ends)}
    known.clear()
    for name, value in kept.items():
        known[name] = value
