# ruff: noqa: E501, RUF001  # the outputs are the tools' own
"""Outputs as the tools write them, by hand: HITS with what must be read, MISSES in which the tool says nothing."""

from typing import NamedTuple


class Hit(NamedTuple):
    """One output of one tool."""

    tool: str
    id: str
    command: str | None
    output: str
    green: bool
    counts: tuple[int | None, int | None] = (None, None)
    """Passed and failed."""
    problem: tuple[str | None, int | None, str | None, str | None] | None = None
    """File, line, test and code of the first problem."""
    by: str = "summary"


PYTEST_FAILED = """\
============================= test session starts ==============================
platform linux -- Python 3.12.3, pytest-8.3.4, pluggy-1.5.0
rootdir: /srv/app
collected 3 items

tests/test_total.py .F.                                                  [100%]

=================================== FAILURES ===================================
__________________________________ test_total __________________________________

    def test_total():
>       assert total([1, 2]) == 4
E       assert 3 == 4
E        +  where 3 = total([1, 2])

tests/test_total.py:12: AssertionError
=========================== short test summary info ============================
FAILED tests/test_total.py::test_total - assert 3 == 4
========================= 1 failed, 2 passed in 0.05s ==========================
"""
GO_FAILED = """\
=== RUN   TestTotal
    total_test.go:14: got 3, want 4
--- FAIL: TestTotal (0.00s)
FAIL
FAIL\texample.test/shop/total\t0.004s
ok  \texample.test/shop/cart\t0.011s
FAIL
"""
JEST_FAILED = """\
FAIL src/total.test.js
  ● total › adds two numbers

    expect(received).toBe(expected) // Object.is equality

    Expected: 4
    Received: 3

      10 |   it('adds two numbers', () => {
    > 11 |     expect(total([1, 2])).toBe(4);

      at Object.toBe (src/total.test.js:11:27)

PASS src/cart.test.js

Test Suites: 1 failed, 1 passed, 2 total
Tests:       1 failed, 3 passed, 4 total
Snapshots:   0 total
Time:        0.812 s
Ran all test suites.
"""
VITEST_FAILED = """\
 RUN  v2.1.8 /srv/app

 ❯ src/total.test.ts (2 tests | 1 failed) 6ms
   × total > adds two numbers 4ms
     → expected 3 to be 4 // Object.is equality

⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯

 FAIL  src/total.test.ts > total > adds two numbers
AssertionError: expected 3 to be 4 // Object.is equality
 ❯ src/total.test.ts:7:24

 Test Files  1 failed | 1 passed (2)
      Tests  1 failed | 3 passed (4)
   Start at  10:12:01
   Duration  312ms
"""
CARGO_FAILED = """\
running 2 tests
test total::adds ... FAILED
test total::empty ... ok

failures:

---- total::adds stdout ----
thread 'total::adds' panicked at src/total.rs:21:9:
assertion `left == right` failed
  left: 3
 right: 4

failures:
    total::adds

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

error: test failed, to rerun pass `--lib`
"""
CARGO_BROKEN = """\
   Compiling shop v0.1.0 (/srv/shop)
error[E0425]: cannot find value `totl` in this scope
 --> src/main.rs:4:20
  |
4 |     println!("{}", totl);
  |                    ^^^^ help: a local variable with a similar name exists: `total`

For more information about this error, try `rustc --explain E0425`.
error: could not compile `shop` (bin "shop") due to 1 previous error
"""
UNITTEST_FAILED = """\
.F
======================================================================
FAIL: test_total (tests.test_total.TotalTest.test_total)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/srv/app/tests/test_total.py", line 9, in test_total
    self.assertEqual(total([1, 2]), 4)
AssertionError: 3 != 4

----------------------------------------------------------------------
Ran 2 tests in 0.001s

FAILED (failures=1)
"""
ESLINT_RED = """\

/srv/app/src/total.js
  3:7  error  'unused' is assigned a value but never used  no-unused-vars
  9:1  warning  Unexpected console statement               no-console

✖ 2 problems (1 error, 1 warning)

"""
BIOME_RED = """\
src/total.ts:3:7 lint/correctness/noUnusedVariables  FIXABLE  ━━━━━━━━━━━━━━━━━━━━

  × This variable unused is unused.

Checked 12 files in 30ms. No fixes applied.
Found 1 error.
check ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━

  × Some errors were emitted while running checks.

"""
MAVEN_RED = """\
[INFO] Running shop.TotalTest
[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.02 s <<< FAILURE! -- in shop.TotalTest
[ERROR] Failures:
[ERROR]   TotalTest.adds:14 expected: <4> but was: <3>
[INFO]
[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0
[INFO] ------------------------------------------------------------------------
[INFO] BUILD FAILURE
[INFO] ------------------------------------------------------------------------
"""
GRADLE_RED = """\
> Task :test FAILED

TotalTest > adds FAILED
    org.opentest4j.AssertionFailedError at TotalTest.java:14

2 tests completed, 1 failed

FAILURE: Build failed with an exception.

* What went wrong:
Execution failed for task ':test'.

BUILD FAILED in 2s
3 actionable tasks: 3 executed
"""
RSPEC_RED = """\
Failures:

  1) Total adds
     Failure/Error: expect(total([1, 2])).to eq(4)

Finished in 0.01 seconds (files took 0.1 seconds to load)
2 examples, 1 failure

Failed examples:

rspec ./spec/total_spec.rb:7 # Total adds
"""
PHPUNIT_RED = """\
PHPUnit 10.5.2 by Sebastian Bergmann and contributors.

.F                                                                  2 / 2 (100%)

There was 1 failure:

1) Shop\\TotalTest::testAdds
Failed asserting that 3 matches expected 4.

FAILURES!
Tests: 2, Assertions: 2, Failures: 1.
"""

HITS: tuple[Hit, ...] = (
    Hit(
        "pytest",
        "whole",
        "pytest",
        PYTEST_FAILED,
        False,
        (2, 1),
        ("tests/test_total.py", 12, "tests/test_total.py::test_total", None),
    ),
    Hit("pytest", "only its last line", "pytest -q 2>&1 | tail -1", "1 failed, 2 passed in 0.05s", False, (2, 1)),
    Hit("pytest", "old form", "py.test", "===== 4 passed in 0.12 seconds =====", True, (4, 0)),
    Hit("pytest", "minutes", None, "=== 812 passed, 3 skipped, 9 warnings in 75.20s (0:01:15) ===", True, (812, 0)),
    Hit(
        "pytest",
        "an error while collecting",
        "pytest",
        "ERROR tests/test_a.py - ModuleNotFoundError: No module named 'shop'\n=== 1 error in 0.11s ===",
        False,
        (0, 0),
        ("tests/test_a.py", None, None, None),
    ),
    Hit(
        "pytest",
        "end cut off",
        "pytest | head -40",
        PYTEST_FAILED.rpartition("=====\nFAILED")[0] + "=\nFAILED tests/t.py::a",
        False,
        (None, None),
        ("tests/t.py", None, "tests/t.py::a", None),
        "lines",
    ),
    Hit(
        "pytest",
        "in a container, with colours",
        "docker compose exec app pytest",
        "\x1b[32m\x1b[1m3 passed\x1b[0m\x1b[32m in 0.10s\x1b[0m\r\n",
        True,
        (3, 0),
    ),
    Hit(
        "pytest",
        "with docker compose's prefix",
        "docker compose up tests",
        "tests-1  | == 3 passed in 0.10s ==",
        True,
        (3, 0),
    ),
    Hit(
        "pytest",
        "one of many workers",
        "pytest -n 4 -v",
        "[gw1] [ 50%] FAILED tests/test_a.py::test_b \n[gw0] [100%] PASSED tests/test_a.py::test_c ",
        False,
        (None, None),
        ("tests/test_a.py", None, "tests/test_a.py::test_b", None),
        "lines",
    ),
    Hit(
        "pytest",
        "Windows",
        "pytest",
        "FAILED tests\\test_a.py::test_b - KeyError: 'x'\r\n1 failed in 0.1s\r\n",
        False,
        (0, 1),
        ("tests\\test_a.py", None, "tests\\test_a.py::test_b", None),
    ),
    Hit(
        "unittest",
        "whole",
        "python -m unittest",
        UNITTEST_FAILED,
        False,
        (1, 1),
        ("/srv/app/tests/test_total.py", 9, "test_total (tests.test_total.TotalTest.test_total)", None),
    ),
    Hit("unittest", "green", None, "Ran 61 tests in 0.066s\n\nOK (skipped=7)", True, (54, 0)),
    Hit(
        "unittest",
        "Django",
        "./manage.py test",
        "Ran 2 tests in 0.03s\n\nOK\nDestroying test database for alias 'default'...",
        True,
        (2, 0),
    ),
    Hit(
        "unittest",
        "only its last line",
        "python -m unittest | tail -1",
        "FAILED (failures=2, errors=1)",
        False,
        (None, 2),
    ),
    Hit(
        "sympy test",
        "green",
        "bin/test a.py",
        "=== tests finished: 13 passed, 3 expected to fail, in 0.15 seconds ===",
        True,
        (13, None),
    ),
    Hit(
        "sympy test",
        "red",
        "bin/test a.py",
        "=== tests finished: 1 passed, 2 failed, in 0.01 seconds ===\nDO *NOT* COMMIT!",
        False,
        (1, 2),
    ),
    Hit(
        "sympy test",
        "exceptions",
        "bin/test a.py",
        "tests finished: 216 passed, 3 skipped, 14 exceptions, \nin 7.13 seconds\nDO *NOT* COMMIT!",
        False,
        (216, None),
    ),
    Hit(
        "jest",
        "whole",
        "npx jest",
        JEST_FAILED,
        False,
        (3, 1),
        ("src/total.test.js", 11, "total › adds two numbers", None),
    ),
    Hit(
        "jest",
        "its last lines",
        "npm test 2>&1 | tail -4",
        "Tests:       12 passed, 12 total\nSnapshots:   0 total\nTime:        1.2 s\nRan all test suites.",
        True,
        (12, 0),
    ),
    Hit(
        "jest",
        "a suite that does not load",
        "yarn test",
        "Test Suites: 1 failed, 1 passed, 2 total\nTests:       3 passed, 3 total",
        False,
        (3, 0),
    ),
    Hit(
        "vitest",
        "whole",
        "pnpm vitest run",
        VITEST_FAILED,
        False,
        (3, 1),
        ("src/total.test.ts", 7, "total > adds two numbers", None),
    ),
    Hit("vitest", "green", None, " Test Files  2 passed (2)\n      Tests  7 passed | 1 skipped (8)\n", True, (7, 0)),
    Hit("vitest", "under turbo", "turbo run test", "@shop/web:test:       Tests  7 passed (7)", True, (7, 0)),
    Hit(
        "vitest",
        "an unhandled error",
        "npx vitest run",
        " Test Files  1 passed (1)\n      Tests  2 passed (2)\n     Errors  1 error\n",
        False,
        (2, 0),
    ),
    Hit(
        "vitest",
        "summary cut off",
        "npx vitest run | head",
        VITEST_FAILED.partition(" Test Files")[0],
        False,
        (None, None),
        ("src/total.test.ts", 7, "total > adds two numbers", None),
        "lines",
    ),
    Hit(
        "bun test",
        "green",
        "bun test",
        " 5 pass\n 0 fail\n 20 expect() calls\nRan 5 tests across 1 file. [16.93s]",
        True,
        (5, 0),
    ),
    Hit(
        "bun test",
        "red",
        "bun run test",
        "(fail) total > adds [0.42ms]\n\n 3 pass\n 1 fail\n 9 expect() calls\nRan 4 tests across 2 files. [88.00ms]\n"
        'error: script "test" exited with code 1',
        False,
        (3, 1),
        (None, None, "total > adds", None),
    ),
    Hit(
        "bun test",
        "only failures were picked",
        "bun test | grep fail",
        "(fail) total > adds [0.42ms]",
        False,
        (None, None),
        (None, None, "total > adds", None),
        "lines",
    ),
    Hit(
        "node --test",
        "TAP",
        "node --test",
        "TAP version 13\nnot ok 2 - adds\n1..2\n# tests 2\n# pass 1\n# fail 1\n",
        False,
        (1, 1),
        (None, None, "adds", None),
    ),
    Hit(
        "node --test",
        "spec",
        "npm test",
        "✔ adds (0.5ms)\nℹ tests 1\nℹ pass 1\nℹ fail 0\nℹ cancelled 0\n",
        True,
        (1, 0),
    ),
    Hit("mocha", "red", "npx mocha", "\n  3 passing (12ms)\n  1 failing\n\n  1) total adds:\n", False, (3, 1)),
    Hit("mocha", "green", None, "  ✓ adds\n\n  3 passing (1s)\n  1 pending\n", True, (3, None)),
    Hit(
        "deno test", "red", "deno test", "adds ... FAILED (3ms)\n\nFAILED | 4 passed | 1 failed (12ms)\n", False, (4, 1)
    ),
    Hit("deno test", "green", "deno test", "ok | 5 passed (2 steps) | 0 failed (12ms)", True, (5, 0)),
    Hit(
        "playwright",
        "red",
        "npx playwright test",
        "  1) [chromium] › e2e/cart.spec.ts:8:5 › adds a thing ─────\n\n  1 failed\n    [chromium] › e2e\n  4 passed (9.1s)\n",
        False,
        (4, 1),
        ("e2e/cart.spec.ts", 8, "adds a thing ─────", None),
    ),
    Hit("go test", "whole", "go test -v ./...", GO_FAILED, False, (None, 1), ("total_test.go", 14, "TestTotal", None)),
    Hit(
        "go test",
        "green",
        "go test ./...",
        "ok  \ta/b\t0.1s\n?   \ta/c\t[no test files]\nok  \ta/d\t(cached)\n",
        True,
        by="lines",
    ),
    Hit("go test", "its last line", "go test ./... 2>&1 | tail -1", "FAIL", False),
    Hit(
        "go test",
        "its last lines under another command",
        "mise run test:ci 2>&1 | tail -2",
        "ok  \ta/b\t(cached)\nFAIL",
        False,
    ),
    Hit("go test", "failures picked", "go test ./... | grep -E 'FAIL|ok'", "FAIL\ta/b\t0.3s", False),
    Hit(
        "go test",
        "does not compile",
        "go test ./...",
        "# a/b [a/b.test]\nb/total_test.go:3:6: undefined: totl\nFAIL\ta/b [build failed]\nFAIL\n",
        False,
        (None, None),
        ("b/total_test.go", 3, None, None),
    ),
    Hit(
        "go test",
        "gotestsum",
        "gotestsum",
        "✓  a/b (1.2s)\n\nDONE 12 tests, 1 skipped, 2 failures in 0.3s",
        False,
        (9, 2),
    ),
    Hit(
        "go test",
        "events",
        "go test -json ./...",
        '{"Time":"2026-01-01T00:00:00Z","Action":"fail","Package":"a/b","Test":"TestA"}\n'
        '{"Time":"2026-01-01T00:00:00Z","Action":"fail","Package":"a/b"}\n',
        False,
        (None, 1),
    ),
    Hit(
        "go build",
        "red",
        "go build ./...",
        "# a/b\nb/total.go:7:2: undefined: totl\n",
        False,
        (None, None),
        ("b/total.go", 7, None, None),
        "lines",
    ),
    Hit(
        "go vet",
        "red",
        "go vet ./...",
        "# a/b\nb/total.go:7:2: result of fmt.Sprintf call not used\n",
        False,
        (None, None),
        ("b/total.go", 7, None, None),
        "lines",
    ),
    Hit(
        "golangci-lint",
        "red",
        "golangci-lint run",
        "total.go:7:12: Error return value is not checked (errcheck)\n\tf()\n\t ^\n1 issues:\n* errcheck: 1\n",
        False,
        (None, None),
        ("total.go", 7, None, "errcheck"),
    ),
    Hit(
        "golangci-lint",
        "green under mise",
        "mise run lint 2>&1 | tail -3",
        "[lint:go] 0 issues.\n[lint] Finished in 3ms",
        True,
    ),
    Hit(
        "golangci-lint",
        "old, without a summary",
        "golangci-lint run",
        "a.go:1:2: x is unused (unused)",
        False,
        (None, None),
        ("a.go", 1, None, "unused"),
        "lines",
    ),
    Hit("cargo test", "whole", "cargo test", CARGO_FAILED, False, (1, 1), ("src/total.rs", 21, "total::adds", None)),
    Hit(
        "cargo test",
        "two programs",
        "cargo test",
        "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0",
        True,
        (5, 0),
    ),
    Hit(
        "cargo test",
        "nextest",
        "cargo nextest run",
        "        FAIL [   0.004s] shop total::adds\n     Summary [   0.012s] 3 tests run: 2 passed, 1 failed, 0 skipped",
        False,
        (2, 1),
        (None, None, "shop total::adds", None),
    ),
    Hit(
        "cargo test",
        "does not compile",
        "cargo test",
        CARGO_BROKEN,
        False,
        (None, None),
        ("src/main.rs", 4, None, "E0425"),
    ),
    Hit("cargo build", "red", "cargo check", CARGO_BROKEN, False, (None, None), ("src/main.rs", 4, None, "E0425")),
    Hit(
        "cargo build",
        "green",
        "cargo build",
        "   Compiling shop v0.1.0\n    Finished `dev` profile [unoptimized + debuginfo] target(s) in 0.51s",
        True,
    ),
    Hit("cargo build", "green, older", None, "    Finished release [optimized] target(s) in 3.51s", True),
    Hit(
        "clippy",
        "red",
        "cargo clippy -- -D warnings",
        'error: unneeded `return` statement\n --> src/main.rs:9:5\n\nerror: could not compile `shop` (bin "shop") due to 1',
        False,
        (None, None),
        ("src/main.rs", 9, None, None),
    ),
    Hit(
        "tsc",
        "plain",
        "npx tsc --noEmit",
        "src/total.ts(12,5): error TS2304: Cannot find name 'totl'.\n",
        False,
        (None, None),
        ("src/total.ts", 12, None, "TS2304"),
        "lines",
    ),
    Hit(
        "tsc",
        "pretty",
        "tsc -p .",
        "src/total.ts:12:5 - error TS2304: Cannot find name 'totl'.\n\nFound 1 error in src/total.ts:12\n",
        False,
        (None, None),
        ("src/total.ts", 12, None, "TS2304"),
    ),
    Hit(
        "tsc",
        "Windows",
        "npm run typecheck",
        "C:\\app\\src\\total.ts(12,5): error TS2322: Type 'string'\r\n",
        False,
        (None, None),
        ("C:\\app\\src\\total.ts", 12, None, "TS2322"),
        "lines",
    ),
    Hit(
        "tsc",
        "echoed by a hook and silent",
        "git commit -m x",
        "$ biome check\n$ tsc --noEmit\n[main 1234abc] x\n 1 file",
        True,
        by="lines",
    ),
    Hit(
        "mypy",
        "red",
        "mypy src",
        'src/total.py:3: error: Incompatible return value type (got "str")  [return-value]\n'
        "Found 1 error in 1 file (checked 4 source files)",
        False,
        (None, None),
        ("src/total.py", 3, None, "return-value"),
    ),
    Hit("mypy", "green", None, "Success: no issues found in 12 source files", True),
    Hit(
        "mypy",
        "cut off",
        "mypy src | head -1",
        'src/total.py:3:5: error: Name "x" is not defined  [name-defined]',
        False,
        (None, None),
        ("src/total.py", 3, None, "name-defined"),
        "lines",
    ),
    Hit(
        "pyright",
        "red",
        "pyright",
        '  /srv/app/total.py:3:5 - error: "x" is not defined (reportUndefinedVariable)\n1 error, 0 warnings, 0 informations ',
        False,
        (None, None),
        ("/srv/app/total.py", 3, None, "reportUndefinedVariable"),
    ),
    Hit("pyright", "green", "pyright", "0 errors, 2 warnings, 0 informations ", True),
    Hit(
        "ruff",
        "red",
        "uv run ruff check .",
        "src/total.py:1:8: F401 [*] `os` imported but unused\nFound 1 error.\n[*] 1 fixable with the `--fix` option.",
        False,
        (None, None),
        ("src/total.py", 1, None, "F401"),
    ),
    Hit(
        "ruff",
        "red, newer",
        "ruff check",
        "F401 [*] `os` imported but unused\n --> src/total.py:1:8\n  |\n\nFound 1 error.\n[*] 1 fixable with `--fix`.",
        False,
        (None, None),
        (None, None, None, "F401"),
    ),
    Hit("ruff", "green", None, "All checks passed!", True),
    Hit(
        "ruff",
        "format",
        "ruff format --check",
        "Would reformat: a.py\n1 file would be reformatted, 3 files already formatted",
        False,
        (None, 1),
    ),
    Hit(
        "black",
        "red",
        "black --check .",
        "would reformat a.py\n\nOh no! 💥 💔 💥\n1 file would be reformatted, 2 files would be left unchanged.",
        False,
        (None, 1),
    ),
    Hit(
        "flake8",
        "red",
        "flake8 src",
        "src/a.py:1:1: F401 'os' imported but unused",
        False,
        (None, None),
        ("src/a.py", 1, None, "F401"),
        "lines",
    ),
    Hit(
        "eslint",
        "red",
        "npx eslint .",
        ESLINT_RED,
        False,
        (None, None),
        ("/srv/app/src/total.js", 3, None, "no-unused-vars"),
    ),
    Hit("eslint", "warnings alone", "npm run lint", "✖ 3 problems (0 errors, 3 warnings)", True),
    Hit(
        "eslint",
        "cut off",
        "npx eslint . | head -3",
        ESLINT_RED.rpartition("✖")[0],
        False,
        (None, None),
        ("/srv/app/src/total.js", 3, None, "no-unused-vars"),
        "lines",
    ),
    Hit(
        "biome",
        "red",
        "npx biome check",
        BIOME_RED,
        False,
        (None, None),
        ("src/total.ts", 3, None, "lint/correctness/noUnusedVariables"),
    ),
    Hit("biome", "green", "bun run lint", "$ biome check\nChecked 272 files in 100ms. No fixes applied.", True),
    Hit(
        "prettier",
        "red",
        "prettier --check .",
        "[warn] src/a.js\n[warn] Code style issues found in the above file. Run Prettier with --write to fix.",
        False,
        (None, None),
        ("src/a.js", None, None, None),
    ),
    Hit("prettier", "green", None, "Checking formatting...\nAll matched files use Prettier code style!", True),
    Hit(
        "gcc",
        "red",
        "gcc -c total.c",
        "total.c: In function 'main':\ntotal.c:4:3: error: 'x' undeclared\n",
        False,
        (None, None),
        ("total.c", 4, None, None),
        "lines",
    ),
    Hit(
        "gcc",
        "linker",
        "make",
        "total.o: undefined reference to `sum'\ncollect2: error: ld returned 1 exit status\n",
        False,
    ),
    Hit("ninja", "red", "ninja", "FAILED: total.o\nninja: build stopped: subcommand failed.", False),
    Hit(
        "cmake",
        "red",
        "cmake -B build",
        "CMake Error at CMakeLists.txt:3 (add_executable):\n-- Configuring incomplete, errors occurred!",
        False,
        (None, None),
        ("CMakeLists.txt", 3, None, "add_executable"),
    ),
    Hit("cmake", "green", "cmake --build build", "[ 50%] Building C object\n[100%] Built target shop", True),
    Hit(
        "ctest",
        "red",
        "ctest",
        "50% tests passed, 1 tests failed out of 2\n\n\t  2 - total (Failed)",
        False,
        (None, 1),
        (None, None, "total", None),
    ),
    Hit("build task", "make", "make", "make: *** [Makefile:12: total.o] Error 1", False, by="lines"),
    Hit("lint task", "mise", "mise run lint | tail -1", "[lint:gomod] ERROR task failed", False, by="lines"),
    Hit("test task", "npm", "npm test", "npm error Lifecycle script `test` failed with error:", False, by="lines"),
    Hit("types task", "bun", "bun run typecheck", 'error: script "typecheck" exited with code 2', False, by="lines"),
    Hit("gradle", "red", "./gradlew test", GRADLE_RED, False, (None, None), (None, None, "TotalTest > adds", None)),
    Hit("gradle", "green", "./gradlew build", "BUILD SUCCESSFUL in 3s\n4 actionable tasks", True),
    Hit("gradle test", "red", "./gradlew test", GRADLE_RED, False, (None, 1), (None, None, "TotalTest > adds", None)),
    Hit("maven", "red", "mvn test", MAVEN_RED, False),
    Hit("maven", "green", "mvn -q package", "[INFO] BUILD SUCCESS", True),
    Hit("maven test", "red", "mvn test", MAVEN_RED, False, (None, 1), (None, 14, "TotalTest.adds", None)),
    Hit(
        "rspec",
        "red",
        "bundle exec rspec",
        RSPEC_RED,
        False,
        (None, 1),
        ("./spec/total_spec.rb", 7, "Total adds", None),
    ),
    Hit("rspec", "green", None, "12 examples, 0 failures, 2 pending", True, (None, 0)),
    Hit("minitest", "red", "rails test", "5 runs, 8 assertions, 1 failures, 0 errors, 0 skips", False, (None, 1)),
    Hit(
        "phpunit",
        "red",
        "vendor/bin/phpunit",
        PHPUNIT_RED,
        False,
        (None, 1),
        (None, None, "Shop\\TotalTest::testAdds", None),
    ),
    Hit("phpunit", "green", None, "OK (5 tests, 8 assertions)", True, (5, None)),
    Hit("phpunit", "pest", "vendor/bin/pest", "  Tests:    1 failed, 5 passed (12 assertions)", False, (5, 1)),
    Hit(
        "dotnet test",
        "red",
        "dotnet test",
        "Failed!  - Failed:     1, Passed:     4, Skipped:     0, Total:     5, Duration: 12 ms",
        False,
        (4, 1),
    ),
    Hit(
        "dotnet build",
        "red",
        "dotnet build",
        "Program.cs(3,5): error CS0103: The name 'x' does not exist [/srv/a.csproj]\n\nBuild FAILED.\n",
        False,
        (None, None),
        ("Program.cs", 3, None, "CS0103"),
    ),
    Hit("dotnet build", "green", "dotnet build", "Build succeeded.\n    0 Warning(s)\n    0 Error(s)", True),
    Hit(
        "swift test",
        "red",
        "swift test",
        "/srv/TotalTests.swift:9: error: -[ShopTests.TotalTests testAdds] : XCTAssertEqual failed\n"
        "Executed 2 tests, with 1 failure (0 unexpected) in 0.01 (0.01) seconds",
        False,
        (None, 1),
    ),
    Hit("swift build", "green", "swift build", "Build complete! (2.31s)", True),
    Hit(
        "swift build",
        "red",
        "swift build",
        "/srv/a.swift:3:5: error: cannot find 'x' in scope",
        False,
        (None, None),
        ("/srv/a.swift", 3, None, None),
        "lines",
    ),
    Hit("mix test", "red", "mix test", "  1) test adds (TotalTest)\n\n5 tests, 1 failure", False, (None, 1)),
    Hit("bundler", "green", "npm run build", "✓ built in 1.23s", True),
    Hit("bundler", "red", "next build", "Failed to compile.\n\nType error: Property 'x' does not exist", False),
)
"""Tool, name, command, output, verdict."""

MISSES: tuple[tuple[str, str, str | None, str], ...] = (
    ("pytest", "prose", None, "All 5 passed in the end, 1 failed in the meantime.\nThe suite says: 5 passed"),
    ("pytest", "a page shown", "cat README.md", "$ pytest\n=== 5 passed in 0.12s ==="),
    ("pytest", "nothing was run", "pytest -k x", "=== 12 deselected in 0.12s ==="),
    ("pytest", "no tests", "pytest", "=== no tests ran in 0.01s ==="),
    ("pytest", "its own source", "sed -n 1,9p terminal.py", 'line = "1 failed, 2 passed in 0.05s"'),
    ("pytest", "a search in logs", "grep -rn passed logs", "logs/a.log:12:=== 5 passed in 0.12s ==="),
    ("pytest", "a search whose command is unknown", None, "logs/a.log:12:=== 5 passed in 0.12s ==="),
    ("pytest", "history", "git log -3", "    Fix totals\n\n    5 passed in 0.12s"),
    ("pytest", "a diff", None, "-=== 4 passed in 0.10s ===\n+=== 5 passed in 0.12s ==="),
    ("pytest", "summary cut off", "pytest | head -3", "collected 3 items\n\ntests/test_a.py ...  [100%]"),
    ("unittest", "its summary cut off", "python -m unittest | head -2", "...\nRan 3 tests in 0.001s"),
    ("unittest", "pytest's words", "pytest a.py", "=== no tests ran in 0.01s ===\nERROR: file not found: a.py\n\n"),
    ("unittest", "other lists", None, "FAIL: the upload\nERROR: no such host"),
    ("sympy test", "prose", None, "when the tests finished: 3 were left"),
    ("jest", "prose", None, "Tests: we have 5 failed, of which 3 total nonsense"),
    ("jest", "a list", None, "● first point\n● second point"),
    ("vitest", "prose", None, "Tests  are 5 passed (6)"),
    ("vitest", "a path in a menu", None, "Settings > Tests > FAIL"),
    ("bun test", "prose", None, "1 pass or 1 fail"),
    ("node --test", "prose", None, "# fail early\n# fail 3 times"),
    ("mocha", "prose", None, "3 passing cars\n1 failing heart"),
    ("deno test", "a table", None, "name | 5 passed | 1 failed"),
    ("playwright", "prose", None, "4 passed (9 of them late)"),
    ("go test", "prose", None, "ok  then\nFAIL is not an option"),
    ("go test", "only ok was picked", "go test ./... | grep ok", "ok  \ta/b\t0.1s"),
    ("go test", "cut by head", "go test ./... | head -2", "ok  \ta/b\t0.1s\nok  \ta/c\t0.1s"),
    ("go test", "another program's last word", "./check.sh", "FAIL"),
    ("go build", "a search", "rg -n totl", "b/total.go:7:2: totl := 3"),
    ("go build", "a search whose command is unknown", None, "b/total.go:7:2: totl := 3"),
    ("go vet", "not asked for", "go build ./...", "# a/b\nb/total.go:7:2: undefined: totl"),
    ("golangci-lint", "prose", None, "There are 3 issues. None is open"),
    ("cargo test", "source", "cat lib.rs", 'println!("test result: ok. 1 passed; 0 failed; 0 ignored;");'),
    ("cargo build", "another task that finished", "mise run lint", "Finished in 3.21s\n[lint] Finished in 3.21s"),
    ("cargo build", "another error", None, "error: pathspec 'x' did not match\nerror: could not lock config file"),
    ("clippy", "not asked for", "cargo build", CARGO_BROKEN),
    ("tsc", "prose", None, "What does error TS2304 mean?"),
    ("tsc", "a search", "grep -rn 'error TS' docs", "docs/a.md:3:a.ts(1,2): error TS2304: Cannot find name"),
    ("mypy", "prose", None, "Found 3 errors in 2 files of ours"),
    ("pyright", "another's counts", None, "2 errors, 3 warnings"),
    ("ruff", "another's counts", None, "Found 3 errors."),
    ("black", "prose", None, "3 files would be reformatted"),
    ("flake8", "not asked for", None, "src/a.py:1:1: F401 'os' imported but unused"),
    ("eslint", "prose", None, "I see 2 problems (1 error, 1 warning)"),
    ("eslint", "a log", None, "  10:12  error  cannot connect"),
    ("biome", "cut by head", "biome check | head -1", "Checked 12 files in 30ms. No fixes applied."),
    ("prettier", "writing", "prettier --write .", "src/a.js 12ms"),
    ("gcc", "a log", None, "server: error: connection lost"),
    ("ninja", "prose", None, "the ninja: build stopped"),
    ("cmake", "prose", None, "Built target and all"),
    ("ctest", "prose", None, "most tests passed, 0 tests failed"),
    ("build task", "a test runner's stars", None, "*** 3 targets ***"),
    ("lint task", "not there", "bun run lint", 'error: script "lint" exited with code 127'),
    ("test task", "prose", None, "the test task exited with code 1"),
    ("types task", "another task", "bun run x", 'error: script "deploy" exited with code 1'),
    ("gradle", "prose", None, "BUILD FAILED yesterday"),
    ("gradle test", "prose", None, "2 tests completed by hand"),
    ("maven", "prose", None, "BUILD SUCCESS"),
    (
        "maven test",
        "one class",
        None,
        "[INFO] Tests run: 2, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.02 s -- in A",
    ),
    ("rspec", "no examples", "rspec", "0 examples, 0 failures"),
    ("minitest", "prose", None, "many runs, 8 assertions, 1 failures"),
    ("phpunit", "prose", None, "OK (for now)"),
    ("dotnet test", "prose", None, "Passed! - well done"),
    ("dotnet build", "prose", None, "Build failed with great noise"),
    ("swift test", "none", None, "Executed 0 tests, with 0 failures (0 unexpected) in 0.0 seconds"),
    ("swift build", "a listing", "ls", "a.swift: fine"),
    ("mix test", "prose", None, "about 5 tests, 1 failure or so"),
    ("bundler", "prose", None, "It was built in 3 days"),
)
"""Tool, name, command, output."""
