# ruff: noqa: E501, ISC004, RUF001  # the rows of the tables are messages as tools write them
"""facts.fingerprint: the same error has one key, different errors have different ones."""

import doctest
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.commands.telling import find_telling_line
from twiceshy.stats.text import fingerprint as f

GROUPS: dict[str, tuple[str, list[str]]] = {
    "string not found": (
        "Edit",
        [
            "<tool_use_error>String to replace not found in file.\nString: def a():</tool_use_error>",
            "String to replace not found in file.\nString: \tif err != nil {",
            "<tool_use_error>String to replace not found in file.</tool_use_error>",
        ],
    ),
    "not read": (
        "Edit",
        [
            "<tool_use_error>File has not been read yet. Read it first before writing to it.</tool_use_error>",
            "File has not been read yet. Read it first before writing to it.",
        ],
    ),
    "changed since read": (
        "Edit",
        [
            "<tool_use_error>File has been modified since read, either by the user or by a linter. Read it again "
            "before attempting to write it.</tool_use_error>",
            "File has been modified since read, either by the user or by a linter. Read it again before attempting to "
            "write it.",
        ],
    ),
    "not unique": (
        "Edit",
        [
            "Found 2 matches of the string to replace, but replace_all is false.\nString: x",
            "<tool_use_error>Found 17 matches of the string to replace, but replace_all is false.\nString: y"
            "</tool_use_error>",
        ],
    ),
    "rejected": (
        "Bash",
        [
            "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if ...). STOP what",
            "The user doesn't want to proceed with this tool use. To tell you how to proceed, the user said:\nuse pnpm",
            "User rejected tool use",
        ],
    ),
    "cascade": (
        "Bash",
        [
            "<tool_use_error>Sibling tool call errored</tool_use_error>",
            "<tool_use_error>Cancelled: parallel tool call Bash(go vet ./…) errored</tool_use_error>",
        ],
    ),
    "file missing": ("Read", ["File does not exist.", "<tool_use_error>File does not exist.</tool_use_error>"]),
    "folder read": (
        "Read",
        [
            "EISDIR: illegal operation on a directory, read '/srv/app/src'",
            "EISDIR: illegal operation on a directory, read '/home/someone/x'",
        ],
    ),
    "too large": (
        "Read",
        [
            "File content (26800 tokens) exceeds maximum allowed tokens (25000).",
            "File content (131002 tokens) exceeds maximum allowed tokens (25000).",
        ],
    ),
    "search path": (
        "Grep",
        [
            "<tool_use_error>Path does not exist: /srv/app/cmd/old</tool_use_error>",
            "<tool_use_error>Path does not exist: web/src/pages</tool_use_error>",
        ],
    ),
    "spawn": (
        "Glob",
        [
            "ENOENT: no such file or directory, posix_spawn '/opt/tool/2.1.36/agent'",
            "ENOENT: no such file or directory, posix_spawn '/opt/tool/2.1.14/agent'",
        ],
    ),
    "pytest test": (
        "Bash",
        [
            "Exit code 1\n...F\nE       assert 3 == 4\nFAILED tests/test_cart.py::test_total - assert 3 == 4\n1 failed in 0.12s",
            "Exit code 1\n..F.\nE       assert 13 == 24\nFAILED web/tests/test_cart.py::test_total - assert 13 == 24\n"
            "1 failed in 3.90s",
        ],
    ),
    "other pytest test": (
        "Bash",
        [
            "Exit code 1\nFAILED tests/test_cart.py::test_empty - KeyError: 'items'\n1 failed",
            "Exit code 1\nnoise\nFAILED tests/test_cart.py::test_empty - KeyError: 'goods'\n1 failed",
        ],
    ),
    "parametrised pytest test": (
        "Bash",
        [
            "Exit code 1\nFAILED tests/test_tax.py::test_rate[de-19] - ZeroDivisionError: division by zero",
            "Exit code 1\nFAILED tests/test_tax.py::test_rate[fr-20] - ZeroDivisionError: division by zero",
        ],
    ),
    "no module": (
        "Bash",
        [
            'Exit code 1\nTraceback (most recent call last):\n  File "/srv/a.py", line 3, in <module>\n    import yaml\n'
            "ModuleNotFoundError: No module named 'yaml'",
            'Exit code 1\nTraceback (most recent call last):\n  File "b.py", line 33, in run\n'
            "ModuleNotFoundError: No module named 'attr'",
        ],
    ),
    "chained exception": (
        "Bash",
        [
            "Exit code 1\nTraceback (most recent call last):\n  File 'a.py', line 1\nKeyError: 'a'\n\nDuring handling of the "
            "above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File 'a.py', line 9\n"
            "shop.errors.CartError: cart 17 is gone",
            "Exit code 1\nTraceback (most recent call last):\n  File 'a.py', line 9\nshop.errors.CartError: cart 4 is gone",
        ],
    ),
    "file of Python": (
        "Bash",
        [
            "Exit code 1\nTraceback (most recent call last):\nFileNotFoundError: [Errno 2] No such file or directory: 'a.json'",
            "Exit code 1\nTraceback (most recent call last):\nFileNotFoundError: [Errno 2] No such file or directory: '/b/c'",
        ],
    ),
    "permission of Python": (
        "Bash",
        [
            "Exit code 1\nTraceback (most recent call last):\nPermissionError: [Errno 13] Permission denied: '/etc/x'",
            "Exit code 1\nTraceback (most recent call last):\nPermissionError: [Errno 13] Permission denied: '/root/y'",
        ],
    ),
    "TS2304": (
        "Bash",
        [
            "Exit code 2\nsrc/app.ts(12,5): error TS2304: Cannot find name 'foo'.",
            "Exit code 2\nweb/src/cart.tsx(7,33): error TS2304: Cannot find name 'Cart'.\nweb/src/x.ts(1,1): error TS2322: x",
        ],
    ),
    "TS2304, pretty": (
        "Bash",
        [
            "Exit code 1\n\x1b[96msrc/a.ts\x1b[0m:\x1b[93m3\x1b[0m:\x1b[93m14\x1b[0m - \x1b[91merror\x1b[0m TS2304: Cannot find name 'a'.",
            "Exit code 1\nsrc/b.ts:30:1 - error TS2304: Cannot find name 'b'.",
        ],
    ),
    "TS2322": (
        "Bash",
        [
            "Exit code 2\nsrc/app.ts(12,5): error TS2322: Type 'string' is not assignable to type 'number'.",
            "Exit code 2\nlib/b.ts(2,15): error TS2322: Type 'string' is not assignable to type 'number'.",
        ],
    ),
    "TS2322 of other types": (
        "Bash",
        ["Exit code 2\nlib/b.ts(2,15): error TS2322: Type 'Promise<Cart>' is not assignable to type 'Cart'."],
    ),
    "an attribute of None": (
        "Bash",
        [
            "AttributeError: 'NoneType' object has no attribute 'total'",
            "AttributeError: 'NoneType' object has no attribute 'price'",
        ],
    ),
    "an attribute of a coroutine": ("Bash", ["AttributeError: 'coroutine' object has no attribute 'total'"]),
    "two types": ("Bash", ["TypeError: unsupported operand type(s) for +: 'int' and 'str'"]),
    "two other types": ("Bash", ["TypeError: unsupported operand type(s) for +: 'int' and 'list'"]),
    "E0308": (
        "Bash",
        [
            "Exit code 101\n   Compiling shop v0.1.0\nerror[E0308]: mismatched types\n --> src/main.rs:4:18\nerror: could not compile",
            "Exit code 101\nerror[E0308]: mismatched types\n --> src/lib.rs:104:8",
        ],
    ),
    "E0382": (
        "Bash",
        [
            "Exit code 101\nerror[E0382]: borrow of moved value: `cart`\n --> src/main.rs:4:18",
            "Exit code 101\nerror[E0382]: borrow of moved value: `items`\n --> src/lib.rs:40:1",
        ],
    ),
    "rust test": (
        "Bash",
        [
            "Exit code 101\nrunning 2 tests\ntest cart::adds ... FAILED\nfailures:\nthread 'cart::adds' panicked at src/lib.rs:9:5:\nassertion failed: cart.is_empty()",
            "Exit code 101\nrunning 12 tests\ntest cart::adds ... FAILED\n\nthread 'cart::adds' (412) panicked at src/lib.rs:19:5:\nassertion failed: cart.is_empty()\n",
        ],
    ),
    "go test": (
        "Bash",
        [
            "Exit code 1\n=== RUN   TestAdd\n--- FAIL: TestAdd (0.01s)\n    cart_test.go:14: got 3\nFAIL\nFAIL\tx/cart\t0.3s",
            "Exit code 1\nok  \tx/user\t0.1s\n--- FAIL: TestAdd (1.44s)\n    cart_test.go:15: got 4\nFAIL",
        ],
    ),
    "other go test": (
        "Bash",
        [
            "Exit code 1\n--- FAIL: TestRemove (0.01s)\nFAIL",
            "Exit code 1\n[test] $ go test ./...\n--- FAIL: TestRemove (0.20s)\n[test] ERROR task failed",
        ],
    ),
    "go unused import": (
        "Bash",
        [
            'Exit code 1\n# x/cart\n./cart.go:5:2: "path/filepath" imported and not used',
            'Exit code 1\n# x/user\ninternal/user/user.go:14:2: "os" imported and not used',
        ],
    ),
    "go panic": (
        "Bash",
        [
            "Exit code 2\npanic: runtime error: index out of range [3] with length 3\n\ngoroutine 1 [running]:",
            "Exit code 2\npanic: runtime error: index out of range [7] with length 2\n\ngoroutine 18 [running]:",
        ],
    ),
    "jest": (
        "Bash",
        [
            "Exit code 1\n FAIL  src/cart.test.js\n  ● Cart › adds items\n\n    expect(received).toBe(expected)",
            "Exit code 1\n> jest\n\n FAIL  web/src/cart.test.js\n  ● Cart › adds items\n\n    expect(received).toBe(expected)\n",
        ],
    ),
    "bun test": (
        "Bash",
        [
            "Exit code 1\nbun test v1.3.5\n(fail) Cart > adds [1.14ms]\n 1 fail",
            "Exit code 1\n(fail) Cart > adds [22.60ms]",
        ],
    ),
    "npm missing script": (
        "Bash",
        [
            'Exit code 1\nnpm error Missing script: "lint"\nnpm error\nnpm error To see a list of scripts, run:',
            'Exit code 1\nnpm error Missing script: "typecheck"\nnpm error\nnpm error To see a list of scripts, run:',
        ],
    ),
    "npm ERESOLVE": (
        "Bash",
        [
            "Exit code 1\nnpm error code ERESOLVE\nnpm error ERESOLVE unable to resolve dependency tree",
            "Exit code 1\nnpm error code ERESOLVE\nnpm error ERESOLVE unable to resolve dependency tree\nnpm error\nnpm error While resolving: web@1.2.0",
        ],
    ),
    "npm 404": (
        "Bash",
        [
            "Exit code 1\nnpm error code E404\nnpm error 404 Not Found - GET https://registry.example.test/aa",
            "Exit code 1\nnpm error code E404\nnpm error 404 Not Found - GET https://registry.example.test/bb",
        ],
    ),
    "node type error": (
        "Bash",
        [
            "Exit code 1\n/srv/a.js:3\n  x()\nTypeError: cart.total is not a function\n    at Object.<anonymous> (/srv/a.js:3:1)",
            "Exit code 1\nTypeError: cart.total is not a function\n    at run (/b.js:30:12)",
        ],
    ),
    "node no module": (
        "Bash",
        [
            "Exit code 1\nnode:internal/modules:1\nError: Cannot find module '/srv/dist/x.js'\n    at Module._resolve (y:1:2)",
            "Exit code 1\nError: Cannot find module 'left-pad'\n    at Module._resolve (node:1:2)",
        ],
    ),
    "refused connection": (
        "Bash",
        [
            "Exit code 1\nError: connect ECONNREFUSED 127.0.0.1:5432\n    at TCP (net:1)",
            "Exit code 1\nError: connect ECONNREFUSED 10.0.0.7:6379\n    at TCP (net:1)",
        ],
    ),
    "push rejected": (
        "Bash",
        [
            "Exit code 1\nTo host:o/web.git\n ! [rejected]        main -> main (fetch first)\nerror: failed to push some refs to 'host:o/web'",
            "Exit code 1\nTo host:o/api.git\n ! [rejected]        main -> main (fetch first)\nerror: failed to push some refs to 'x'",
        ],
    ),
    "merge conflict": (
        "Bash",
        [
            "Exit code 1\nAuto-merging src/a.go\nCONFLICT (content): Merge conflict in src/a.go\nAutomatic merge failed",
            "Exit code 1\nAuto-merging b.go\nCONFLICT (content): Merge conflict in lib/b.go\nerror: could not apply 1a2b3c4",
        ],
    ),
    "not a repository": (
        "Bash",
        [
            "Exit code 128\nfatal: not a git repository (or any of the parent directories): .git",
            "Exit code 128\n\nfatal: not a git repository (or any of the parent directories): .git\n",
        ],
    ),
    "no upstream": (
        "Bash",
        [
            "Exit code 128\nfatal: no upstream configured for branch 'a-b'",
            "Exit code 128\nfatal: no upstream configured for branch 'main'",
        ],
    ),
    "command not found": (
        "Bash",
        [
            "Exit code 127\n/bin/bash: line 1: jqq: command not found",
            "Exit code 127\n/bin/bash: line 14: jqq: command not found",
        ],
    ),
    "ls": (
        "Bash",
        [
            "Exit code 2\nls: cannot access '/srv/x': No such file or directory",
            "Exit code 2\nls: cannot access 'web/dist': No such file or directory",
        ],
    ),
    "eslint": (
        "Bash",
        [
            "Exit code 1\n\n/srv/a.js\n  3:10  error  'x' is assigned a value but never used  no-unused-vars\n\n1 problem",
            "Exit code 1\n\n/srv/b.js\n  31:1  error  'y' is assigned a value but never used  no-unused-vars\n\n2 problems",
        ],
    ),
    "ruff F401": (
        "Bash",
        [
            "Exit code 1\nsrc/a.py:1:8: F401 `os` imported but unused\nFound 1 error.",
            "Exit code 1\ntests/b.py:10:8: F401 `re` imported but unused\nFound 3 errors.",
        ],
    ),
    "ruff E501": (
        "Bash",
        [
            "Exit code 1\nsrc/a.py:1:89: E501 Line too long (121 > 88)",
            "Exit code 1\nsrc/b.py:77:89: E501 Line too long (99 > 88)",
        ],
    ),
    "exit status": ("Bash", ["Exit code 1", "Exit code 1\n", "Exit code 1\na\nb\nc"]),
    "other exit status": ("Bash", ["Exit code 137", "Exit code 137\n\n"]),
    "HTTP 404": ("WebFetch", ["Request failed with status code 404", "Request failed with status code 404"]),
    "HTTP 403": ("WebFetch", ["Request failed with status code 403"]),
    "docker": (
        "Bash",
        [
            "Exit code 1\nError response from daemon: No such container: 3f2a9b1c77de",
            "Exit code 1\nError response from daemon: No such container: 99ab01cd23ef",
        ],
    ),
    "unknown flag": (
        "Bash",
        ["Exit code 1\nError: unknown flag: --disable-all", "Exit code 2\nError: unknown flag: --disable-all"],
    ),
}
ROWS = [(name, tool, text) for name, (tool, texts) in GROUPS.items() for text in texts]


def test_same_errors_share_a_key_and_others_do_not() -> None:
    """Over all pairs of labelled messages: precision 1, recall at least .97."""
    kinds = {"rejected": "rejected"}  # what the log names apart from the text
    keys = [
        (name, f.fingerprint(find_telling_line(text, failure=kinds.get(name, "")), tool)) for name, tool, text in ROWS
    ]
    pairs = [(one[0] == other[0], one[1] == other[1]) for one, other in combinations(keys, 2)]
    same, called_same = sum(same for same, _ in pairs), sum(called for _, called in pairs)
    right = sum(same and called for same, called in pairs)

    assert len(ROWS) >= 80
    wrong = {(a[0], b[0]) for a, b in combinations(keys, 2) if (a[0] == b[0]) != (a[1] == b[1])}
    assert (right / called_same, right / same >= 0.97) == (1.0, True), wrong


LABELLED = [
    ("a project's own words", "cart 17 is gone", ""),
    ("string not found", "String to replace not found in file.", "string not found"),
    ("not read", "File has not been read yet. Read it first before writing to it.", "not read"),
    ("tests", "--- FAIL: TestAdd (0.01s)", "tests failed"),
    ("pytest", "FAILED tests/test_cart.py::test_total - assert 3 == 4", "tests failed"),
    ("command", "bash: jqq: command not found", "command not found"),
    ("file", "cat: x: No such file or directory", "no such file"),
    ("rejected", "rejected by the user", "rejected by the user"),
    ("compiler", "src/a.ts:1:2 - error TS2304: Cannot find name 'x'.", "does not compile"),
    ("linter", "src/a.py:1:8: F401 `os` imported but unused", "lint or format"),
    ("push", "! [rejected] main -> main (fetch first)", "push rejected"),
]


@pytest.mark.parametrize(("message", "expected"), [row[1:] for row in LABELLED], ids=[row[0] for row in LABELLED])
def test_general_errors_have_a_label(message: str, expected: str) -> None:
    """A label is given where general patterns fit and nowhere else."""
    assert f.label(message) == expected


def test_the_same_words_of_another_tool_are_another_error() -> None:
    """A missing file is one error when read and another when run; tools of one class share theirs."""
    assert f.fingerprint("File does not exist.", "Read") != f.fingerprint("File does not exist.", "Bash")
    assert f.fingerprint("File does not exist.", "Edit") == f.fingerprint("File does not exist.", "apply_patch")


@given(st.text())
def test_any_text_has_a_short_headline(text: str) -> None:
    """No text makes the functions fail, a headline is one line, and its own headline is itself or shorter."""
    line = find_telling_line(text)

    assert len(line) <= f.LONGEST_HEADLINE
    assert "\n" not in line
    assert len(f.fingerprint(line, "Bash")) == 8
    assert isinstance(f.label(line), str)


@pytest.mark.parametrize(
    "piece", ["'", '"', "/a", "a.", "1:", "error ", "\x1b[", "E   ", "A.", "a/", "::a[", "Error: "]
)
def test_hostile_texts_take_no_long(piece: str) -> None:
    """Time is bounded by what is looked at, whatever repeats in it."""
    text = "Exit code 1\n" + piece * 100_000

    assert len(f.normalise(find_telling_line(text))) < 1000


def test_examples_in_the_module_hold() -> None:
    """What its docstrings show is what it does."""
    assert doctest.testmod(f).failed == 0


@given(st.text(), st.text(max_size=10), st.integers(0, 9999))
def test_numbers_change_no_key(text: str, tool: str, number: int) -> None:
    """A key is 8 bytes, the same each time, and lines and counts that differ do not change it."""
    line = find_telling_line(text)

    assert f.fingerprint(line, tool) == f.fingerprint(line, tool)
    assert f.fingerprint(f"E: x at line {number}", tool) == f.fingerprint(f"E: x at line {number + 1}", tool)
