# ruff: noqa: RUF001  # the characters that tools print
"""Starting patterns: lines by which common tools say that the run will fail, for commands without a past of their own.

Data. A pattern is here only if its tool prints such a line in runs that end with a status other than 0 and in no
others; what a tool also prints on success (ignored tasks, retried tests, warnings, ``0 failed``) is a miss beside it.
Patterns are RE2's and see a line without colours. What a tool runs under itself (``npm test`` a test runner, ``cmake
--build`` a compiler) is named in ``also``. Every hit and miss was written by hand after the tool's documented format.
"""

from __future__ import annotations


class ToolPatterns:
    """One tool: the heads it goes by (``shell``), its patterns, lines that they hit and lines that they miss."""

    __slots__ = ("also", "heads", "hits", "misses", "name", "patterns", "source")

    def __init__(self, name: str, heads: str, patterns: tuple[str, ...], *, also: str = "") -> None:
        """Name the tool, its heads and its patterns.

        ``heads`` and ``also``: with spaces between; ``_`` in a head is a space. A head means what begins with it.
        """
        self.name = name
        self.heads = tuple(head.replace("_", " ") for head in heads.split())
        self.patterns = patterns
        self.also = tuple(also.split())
        self.hits: tuple[str, ...] = ()
        self.misses: tuple[str, ...] = ()
        self.source = ""

    def add_evidence(self, source: str, *, hits: tuple[str, ...], misses: tuple[str, ...]) -> ToolPatterns:
        """Add the source and the lines that prove the patterns, and return the tool itself."""
        self.source, self.hits, self.misses = source, hits, misses
        return self


_COMPILER = ToolPatterns(
    "compiler",
    "cc c++ gcc g++ clang clang++",
    (
        r"^[^\s:][^:]*:\d+:(?:\d+:)? (?:fatal )?error: ",
        r"^(?:collect2|clang|ld|ld\.lld|lld): (?:fatal )?error: ",
        r": undefined reference to ",
    ),
).add_evidence(
    "GCC manual, 'Guidelines for diagnostics'; Clang user's manual, 'Formatting of diagnostics'; GNU ld",
    hits=(
        "src/pay.c:14:5: error: use of undeclared identifier 'total'",
        "pay.h:3:10: fatal error: money.h: No such file or directory",
        "collect2: error: ld returned 1 exit status",
        "/usr/bin/ld: pay.o: in function `main': pay.c:(.text+0x1a): undefined reference to `total'",
    ),
    misses=(
        "src/pay.c:14:5: warning: unused variable 'error' [-Wunused-variable]",
        "gcc -Werror -c error.c -o error.o",
        "error.c: In function 'report_error':",
    ),
)
STARTING_PATTERNS = (
    _COMPILER,
    ToolPatterns(
        "pytest",
        "pytest py.test python_-m_pytest",
        (
            r"^\S+\.py [.sxXRE]*F|^\S+\.py [.sxXRF]*E",
            r"^[.sxXRFE]*[FE][.sxXRFE]* +\[ *\d+%\]",
            r"^(?:\[gw\d+\] \[ *\d+%\] )?(?:FAILED|ERROR) \S+\.py",
            r"^\S+\.py::.* (?:FAILED|ERROR) *(?:\[ *\d+%\])?$",
            r"^E  +\S",
            r"^=+ (?:FAILURES|ERRORS) =+$",
            r"^=+ .*\b[1-9]\d* (?:failed|errors?)\b.* in [\d.]+s",
            r"^(?:INTERNALERROR> |ERROR: )",
            r"^!+ (?:Interrupted: \d+ errors?|stopping after \d+ failures?)",
        ),
    ).add_evidence(
        "pytest documentation, 'Managing pytest's output'; pytest-xdist",
        hits=(
            "tests/test_pay.py ..F..                                    [ 40%]",
            "tests/test_pay.py .E",
            "..s.F...                                                   [100%]",
            "FAILED tests/test_pay.py::test_refund - assert 3 == 4",
            "tests/test_pay.py::test_refund FAILED                      [ 50%]",
            "[gw1] [ 33%] FAILED tests/test_pay.py::test_refund",
            "E       AssertionError: assert 3 == 4",
            "=================================== FAILURES ===================================",
            "==================================== ERRORS ====================================",
            "========================= 1 failed, 12 passed in 1.20s =========================",
            "ERROR: file or directory not found: tests/nothing.py",
            "!!!!!!!!!!!!!!!!!!!! Interrupted: 1 error during collection !!!!!!!!!!!!!!!!!!!!",
        ),
        misses=(
            "tests/test_errors.py ..s.x..X                              [100%]",
            "tests/test_FAILED.py ....                                  [ 10%]",
            "tests/test_pay.py::test_when_FAILED_is_shown PASSED        [ 50%]",
            "tests/test_pay.py::test_refund XFAIL (not yet)             [ 50%]",
            "======================= 13 passed, 1 xfailed in 0.11s =======================",
            "=============================== warnings summary ===============================",
            "ERROR    root:pay.py:14 the card was refused",
            "Error: caught as it should be",
        ),
    ),
    ToolPatterns(
        "unittest",
        "python_-m_unittest",
        (
            r"^(?:FAIL|ERROR): \S+ \(",
            r" \.\.\. (?:FAIL|ERROR)$",
            r"^[.sxuFE]*(?:\.[sxu]*[FE]|[FE][sxuFE]*\.)[.sxuFE]*$",
            r"^FAILED \((?:failures|errors|unexpected successes)=",
        ),
    ).add_evidence(
        "Python library reference, unittest, 'Command-Line Interface'",
        hits=(
            "FAIL: test_refund (test_pay.TestPay.test_refund)",
            "ERROR: test_pay (unittest.loader._FailedTest.test_pay)",
            "test_refund (test_pay.TestPay.test_refund) ... FAIL",
            "..F.s.E",
            "FAILED (failures=1, errors=1)",
        ),
        misses=(
            "..s.x.....",
            "test_fail (test_pay.TestPay.test_fail) ... ok",
            "test_known (test_pay.TestPay.test_known) ... expected failure",
            "OK (skipped=1, expected failures=1)",
            "E",
            "ERROR:root:the card was refused",
        ),
    ),
    ToolPatterns(
        "jest",
        "jest react-scripts_test",
        (
            r"^ *FAIL +(?:\S+ +)?\S+\.[cm]?[jt]sx?\b",
            r"^ *● .+ › ",
            r"^ *● Test suite failed to run",
            r"^ +✕ ",
            r"^(?:Tests|Test Suites): +[1-9]\d* failed",
            r"^Jest: .*threshold .* not met",
        ),
    ).add_evidence(
        "Jest documentation, 'Getting Started' and 'CLI options'",
        hits=(
            "FAIL src/pay.test.ts",
            "FAIL web src/pay.test.tsx (5.2 s)",
            "  ● pay › refunds › twice",
            "  ● Test suite failed to run",
            "    ✕ refunds twice (3 ms)",
            "Tests:       1 failed, 12 passed, 13 total",
            'Jest: "global" coverage threshold for lines (80%) not met: 71%',
        ),
        misses=(
            "PASS src/FAIL.test.ts",
            "    ✓ shows FAIL when the card is refused (3 ms)",
            "  ● Validation Warning:",
            "    console.error",
            "Tests:       1 skipped, 12 passed, 13 total",
            "Test Suites: 4 passed, 4 total",
        ),
    ),
    ToolPatterns(
        "vitest",
        "vitest",
        (
            r"^ *FAIL +\S.*\.[cm]?[jt]sx?\b",
            r"^ *[❯×✗] \S+\.[cm]?[jt]sx? .*\| [1-9]\d* failed",
            r"^ +[×✗] .+ > ",
            r"^ +[×✗] .+ \d+ms$",
            r"^ *(?:Test Files|Tests) +[1-9]\d* failed",
            r"^⎯+ (?:Failed (?:Tests|Suites)|Unhandled (?:Errors?|Rejections?))",
            r"^No test files found, exiting with code 1",
        ),
    ).add_evidence(
        "Vitest guide, 'Reporters'",
        hits=(
            " FAIL  src/pay.test.ts > pay > refunds twice",
            " ❯ src/pay.test.ts (13 tests | 1 failed) 12ms",
            "   × pay > refunds twice 4ms",
            "   × refunds twice 4ms",
            " Test Files  1 failed | 3 passed (4)",
            "⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯",
        ),
        misses=(
            " ✓ src/FAIL.test.ts (13 tests) 12ms",
            " ❯ src/pay.test.ts (13 tests)",
            " Test Files  4 passed (4)",
            "stderr | src/pay.test.ts > pay > says FAIL",
            "   ↓ refunds twice [skipped]",
        ),
    ),
    ToolPatterns(
        "go",
        "go_test go_build go_vet go_install",
        (
            r"^ *--- FAIL: ",
            r"^FAIL(?:\s|$)",
            r"^panic: ",
            r"\[(?:build|setup) failed\]$",
            r"^(?:vet: )?\S+\.go:\d+:\d+: ",
            r"^WARNING: DATA RACE",
            r"^fatal error: (?:all goroutines are asleep|concurrent map|stack overflow)",
            r"^(?:go: .*: )?no required module provides|^go: updates to go\.mod needed|^pattern .*: no matching files",
        ),
    ).add_evidence(
        "go help test; package testing; the runtime's messages",
        hits=(
            "--- FAIL: TestRefund (0.00s)",
            "    --- FAIL: TestRefund/twice (0.00s)",
            "FAIL\texample.test/pay\t0.012s",
            "FAIL",
            "panic: runtime error: index out of range [3] with length 3",
            "FAIL\texample.test/pay [build failed]",
            "./pay.go:14:5: undefined: total",
            "WARNING: DATA RACE",
        ),
        misses=(
            "ok  \texample.test/pay\t0.012s",
            "?   \texample.test/pay\t[no test files]",
            "--- PASS: TestFAIL (0.00s)",
            "    pay_test.go:14: want an error, got one",
            "=== RUN   TestFailure",
            "go: downloading example.test/fail v1.2.3",
        ),
    ),
    ToolPatterns(
        "cargo",
        "cargo rustc",
        (
            r"^error(?:\[E\d{4}\])?: ",
            r"^test .+ \.\.\. FAILED$",
            r"^test result: FAILED\.",
            r"^ +(?:FAIL|SIGABRT|SIGSEGV) \[ *[\d.]+s\]",
        ),
    ).add_evidence(
        "The Cargo Book; the rustc book, 'JSON output' (rendered); cargo-nextest",
        hits=(
            "error[E0425]: cannot find value `total` in this scope",
            "error: could not compile `pay` (lib) due to 1 previous error",
            "test refunds::twice ... FAILED",
            "test result: FAILED. 12 passed; 1 failed; 0 ignored",
            "        FAIL [   0.012s] pay refunds::twice",
        ),
        misses=(
            "warning: unused variable: `error`",
            "test result: ok. 13 passed; 0 failed; 0 ignored",
            "test error::is_shown ... ok",
            "test refunds::panics - should panic ... ok",
            "   Compiling thiserror v2.0.3",
        ),
    ),
    ToolPatterns(
        "npm",
        "npm pnpm yarn bun_test bun_run bun_install",
        (
            r"^npm (?:ERR!|error) ",
            r"^error Command failed",
            r"^ *(?:ELIFECYCLE|ERR_PNPM_\w+) ",
            r'^error: (?:script ".*" (?:exited with code|was terminated)|Script not found ")',
            r"^✖ \d+ problems? \([1-9]\d* errors?,",
            r"^\(fail\) ",
        ),
        also="jest vitest tsc",
    ).add_evidence(
        "npm, pnpm, Yarn and Bun documentation; ESLint's stylish formatter",
        hits=(
            "npm ERR! code ELIFECYCLE",
            "npm error code 1",
            "error Command failed with exit code 1.",
            " ELIFECYCLE  Test failed. See above for more details.",
            'error: script "test" exited with code 1',
            "✖ 3 problems (1 error, 2 warnings)",
            "(fail) pay > refunds twice [0.12ms]",
            "FAIL src/pay.test.ts",
        ),
        misses=(
            "npm warn deprecated error-ex@1.0.0: use another",
            "npm WARN optional SKIPPING OPTIONAL DEPENDENCY: fsevents: FAILED",
            "✖ 2 problems (0 errors, 2 warnings)",
            "found 3 vulnerabilities (1 low, 2 high)",
            " 0 fail",
        ),
    ),
    ToolPatterns(
        "tsc",
        "tsc vue-tsc tsc-alias",
        (r"(?:^|\): |:\d+:\d+ - )error TS\d+: ", r"^Found [1-9]\d* errors?\b"),
    ).add_evidence(
        "TypeScript's diagnostics, with and without --pretty",
        hits=(
            "src/pay.ts(14,5): error TS2304: Cannot find name 'total'.",
            "src/pay.ts:14:5 - error TS2304: Cannot find name 'total'.",
            "error TS18003: No inputs were found in config file 'tsconfig.json'.",
            "Found 3 errors in 2 files.",
        ),
        misses=("Found 0 errors. Watching for file changes.", "src/error.ts", "TSFILE: build/error.js"),
    ),
    ToolPatterns(
        "make",
        "make gmake",
        (r"^\S*make(?:\[\d+\])?: \*\*\* ",),
        also="compiler",
    ).add_evidence(
        "GNU make manual, 'Errors in Recipes'",
        hits=(
            "make: *** [Makefile:12: all] Error 2",
            "make[1]: *** No rule to make target 'pay.o', needed by 'all'.  Stop.",
            "/usr/bin/make: *** [all] Error 1",
            "src/pay.c:14:5: error: expected ';' before 'return'",
        ),
        misses=(
            "make: [Makefile:12: clean] Error 1 (ignored)",
            "make[1]: Entering directory '/src/errors'",
            "make: Nothing to be done for 'all'.",
        ),
    ),
    ToolPatterns(
        "cmake",
        "cmake ninja ctest",
        (
            r"^CMake Error",
            r"^-- Configuring incomplete, errors occurred!",
            r"^FAILED: ",
            r"^ninja: (?:build stopped|error|fatal)",
            r"^ *\d+/\d+ Test +#\d+: .*\*\*\*(?:Failed|Exception|Timeout|Not Run)",
        ),
        also="compiler make",
    ).add_evidence(
        "CMake, CTest and Ninja manuals",
        hits=(
            "CMake Error at CMakeLists.txt:14 (find_package):",
            "-- Configuring incomplete, errors occurred!",
            "FAILED: pay.o",
            "ninja: build stopped: subcommand failed.",
            " 3/12 Test  #3: refund ...........................***Failed    0.01 sec",
        ),
        misses=(
            "CMake Warning (dev) at CMakeLists.txt:14:",
            "-- Performing Test HAVE_ERROR_H - Failed",
            "-- Looking for error.h - not found",
            " 3/12 Test  #3: refund ...........................   Passed    0.01 sec",
            "100% tests passed, 0 tests failed out of 12",
        ),
    ),
    ToolPatterns(
        "gradle",
        "gradle gradlew",
        (
            r"^> Task \S+ FAILED$",
            r"^FAILURE: Build ",
            r"^BUILD FAILED in ",
            r"^\S.* > .+ FAILED$",
            r"^e: ",
            r"^\S+\.(?:java|scala|groovy):\d+: error: ",
        ),
    ).add_evidence(
        "Gradle user manual, 'Command-Line Interface' and 'Logging'; Kotlin compiler",
        hits=(
            "> Task :pay:test FAILED",
            "FAILURE: Build failed with an exception.",
            "BUILD FAILED in 3s",
            "PayTest > refundsTwice() FAILED",
            "e: file:///src/Pay.kt:14:5 Unresolved reference: total",
            "/src/Pay.java:14: error: cannot find symbol",
        ),
        misses=(
            "> Task :pay:test UP-TO-DATE",
            "PayTest > showsFAILED() PASSED",
            "BUILD SUCCESSFUL in 3s",
            "w: file:///src/Pay.kt:14:5 Variable 'error' is never used",
            "/src/Pay.java:14: warning: [deprecation] error() has been deprecated",
        ),
    ),
    ToolPatterns(
        "maven",
        "mvn mvnw",
        (
            r"^\[(?:INFO|ERROR)\] BUILD FAILURE",
            r"^\[ERROR\] (?:COMPILATION ERROR|Failed to execute goal|There are test failures|Unknown lifecycle)",
            r"^\[ERROR\] \S+\.(?:java|kt|scala):\[?\d+[,:]",
            r"^(?:\[ERROR\] )?Tests run: \d+, (?:Failures: [1-9]|Failures: 0, Errors: [1-9])",
            r"<<< (?:FAILURE|ERROR)!",
            r"^\[(?:ERROR|FATAL)\].*Non-(?:resolvable|parseable)",
        ),
    ).add_evidence(
        "Apache Maven and Surefire documentation",
        hits=(
            "[INFO] BUILD FAILURE",
            "[ERROR] COMPILATION ERROR :",
            "[ERROR] /src/Pay.java:[14,5] cannot find symbol",
            "[ERROR] Tests run: 13, Failures: 1, Errors: 0, Skipped: 0",
            "[ERROR] PayTest.refundsTwice:14 -- Time elapsed: 0.01 s <<< FAILURE!",
            "[ERROR] Failed to execute goal org.example:plugin:1.0:test (default-test) on project pay",
        ),
        misses=(
            "[INFO] Tests run: 13, Failures: 0, Errors: 0, Skipped: 1",
            "[WARNING] Tests run: 13, Failures: 0, Errors: 0, Skipped: 1",
            "[INFO] BUILD SUCCESS",
            "[ERROR] the card was refused (logged by a test)",
        ),
    ),
    ToolPatterns(
        "terraform",
        "terraform tofu",
        (
            r"^(?:│ )?Error: ",
            r"^(?:│ )?Planning failed\.",
            r"^\S+: (?:Creation|Destruction|Modifications) errored after",
        ),
    ).add_evidence(
        "Terraform CLI documentation; OpenTofu prints the same",
        hits=(
            "│ Error: Unsupported argument",
            "Error: Failed to query available provider packages",
            "Planning failed. Terraform encountered an error while generating this plan.",
        ),
        misses=(
            "│ Warning: Deprecated Resource",
            '      + error_document = "Error: 404"',
            "aws_s3_bucket.errors: Creation complete after 2s",
            "Apply complete! Resources: 3 added, 0 changed, 0 destroyed.",
        ),
    ),
    ToolPatterns(
        "docker build",
        "docker_build docker_buildx_build docker_compose_build docker-compose_build podman_build buildah_build",
        (
            r"^ ?=> ERROR \[",
            r"^#\d+ ERROR: ",
            r"^(?:ERROR|error|Error): (?:failed to |process |building at |unable to prepare )",
            r"^failed to solve: ",
            r"^The command '.*' returned a non-zero code: \d+",
            r"^(?:COPY|ADD) failed: ",
            r"^(?:ERROR: )?(?:Cannot connect to the Docker daemon|Error response from daemon: )",
        ),
    ).add_evidence(
        "Docker build documentation, progress 'auto' and 'plain', the legacy builder; Podman",
        hits=(
            " => ERROR [build 3/7] RUN npm ci                                   2.1s",
            '#12 ERROR: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1',
            'ERROR: failed to solve: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1',
            "The command '/bin/sh -c npm ci' returned a non-zero code: 1",
            "COPY failed: file not found in build context",
        ),
        misses=(
            "#12 1.234 npm ERR! optional dependency failed, going on",
            " => [build 3/7] RUN echo ERROR                                     0.1s",
            "#9 DONE 0.1s",
            " => CACHED [build 2/7] COPY errors/ errors/                        0.0s",
        ),
    ),
    ToolPatterns(
        "ansible",
        "ansible-playbook ansible",
        (
            r"^NO MORE HOSTS LEFT ",
            r"^fatal: \[[^\]]+\]: UNREACHABLE!",
            r"^ERROR! ",
            r"^\S+ +: ok=\d+ .*(?:unreachable|failed)=[1-9]",
        ),
    ).add_evidence(
        "Ansible documentation, 'Error handling in playbooks': a fatal task may be ignored or rescued: no pattern",
        hits=(
            "NO MORE HOSTS LEFT *************************************************************",
            'fatal: [web1]: UNREACHABLE! => {"changed": false, "msg": "Failed to connect"}',
            "ERROR! the playbook: site.yml could not be found",
            "web1   : ok=3    changed=1    unreachable=0    failed=1    skipped=0    rescued=0    ignored=0",
        ),
        misses=(
            'fatal: [web1]: FAILED! => {"changed": false, "msg": "may be ignored"}',
            "...ignoring",
            "web1   : ok=4    changed=1    unreachable=0    failed=0    skipped=0    rescued=1    ignored=1",
            "TASK [show failed=1 of last time] **********************************************",
        ),
    ),
)
BY_NAME = {one.name: one for one in STARTING_PATTERNS}


def find_tool(head: str) -> ToolPatterns | None:
    """Return the tool that goes by that head; None where none does.

    >>> find_tool("npm run build").name, find_tool("go generate")
    ('npm', None)
    """
    found = [one for one in STARTING_PATTERNS if any(head == name or head.startswith(f"{name} ") for name in one.heads)]
    return found[0] if found else None


def patterns_of(tool: ToolPatterns) -> tuple[str, ...]:
    """Return the tool's own patterns and those of what it runs."""
    return tool.patterns + tuple(
        pattern for name in tool.also for pattern in patterns_of(BY_NAME[name]) if pattern not in tool.patterns
    )
