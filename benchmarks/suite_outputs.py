# ruff: noqa: RUF001  # what tools print
"""Suites and builds that go on after their first failure, as ten tools with starting patterns show them, with times.

Made by hand after the tools' formats; sizes and durations are drawn. ``failing`` says which parts fail.
"""

from collections.abc import Callable

from benchmarks.tool_outputs import Tape

TEST_S = 0.7
"""A part's usual time; drawn for each suite between a tenth and five times that."""


def parts(tape: Tape) -> tuple[int, set[int], float]:
    """How many, which fail, and how long one takes."""
    count = tape.rng.randint(15, 120)
    return count, tape.failing(count), TEST_S * tape.rng.choice([0.1, 0.3, 1.0, 1.0, 2.0, 5.0])


def pytest_dots(tape: Tape) -> None:
    """One line a file."""
    count, bad, each_s = parts(tape)
    tape.say(f"===== test session starts =====\ncollected {count * 6} items\n", 1.0)
    for index in range(count):
        marks = "".join(tape.rng.choice("....sx") for _ in range(6))
        line = (
            f"tests/test_{tape.name()}_{index}.py {marks[:3] + 'F' + marks[4:] if index in bad else marks} [{index}%]"
        )
        (tape.bad if index in bad else tape.say)(line, each_s)
    if bad:
        tape.say("===== FAILURES =====", 0.2)
        for index in bad:
            tape.say(
                f"____ test_{tape.name()} ____\n\n    def test():\n>       assert {index} == 3\n"
                f"E       assert {index} == 3\n"
            )
        tape.say(f"===== {len(bad)} failed, {count * 6 - len(bad)} passed in {tape.now:.2f}s =====")
    else:
        tape.say(f"===== {count * 6} passed, 3 warnings in {tape.now:.2f}s =====")


def pytest_verbose(tape: Tape) -> None:
    """One line a test; the tracebacks come at the end."""
    count, bad, each_s = parts(tape)
    tape.say("===== test session starts =====", 1.0)
    for index in range(count):
        line = (
            f"tests/test_pay.py::test_{tape.name()}_{index} {'FAILED' if index in bad else 'PASSED'} [ {index % 100}%]"
        )
        (tape.bad if index in bad else tape.say)(line, each_s)
    if bad:
        tape.say("===== FAILURES =====\nE       assert 1 == 3", 0.2)
    tape.say(
        f"===== {len(bad)} failed, 1 passed in 1s =====" if bad else f"===== {count} passed in {tape.now:.2f}s ====="
    )


def unittest_verbose(tape: Tape) -> None:
    """One line a test."""
    count, bad, each_s = parts(tape)
    for index in range(count):
        line = f"test_{tape.name()}_{index} (test_pay.TestPay.test_{index}) ... {'FAIL' if index in bad else 'ok'}"
        (tape.bad if index in bad else tape.say)(line, each_s)
    tape.say(f"\nRan {count} tests in {tape.now:.3f}s\n\n" + (f"FAILED (failures={len(bad)})" if bad else "OK"))


def jest(tape: Tape) -> None:
    """A block a file, its failures in it."""
    count, bad, each_s = parts(tape)
    for index in range(count):
        if index in bad:
            tape.bad(f"FAIL src/{tape.name()}{index}.test.ts\n  ● {tape.name()} › {tape.test()}\n", each_s)
            tape.say(
                f"    expect(received).toBe(expected)\n\n    Expected: 3\n    Received: {index}\n\n"
                f"      at src/a.ts:{index}:3\n"
            )
        else:
            tape.say(f"PASS src/{tape.name()}{index}.test.ts", each_s)
            if tape.rng.random() < 0.1:
                tape.say("  console.error\n    Error: the card was refused\n      at src/pay.ts:14:5\n")
    tape.say(f"Tests:       {f'{len(bad)} failed, ' if bad else ''}{count} passed, {count + len(bad)} total")


def vitest(tape: Tape) -> None:
    """A line a file, failures at the end."""
    count, bad, each_s = parts(tape)
    for index in range(count):
        name = f"src/{tape.name()}{index}.test.ts"
        if index in bad:
            tape.bad(f" ❯ {name} (6 tests | 1 failed) 12ms\n   × {tape.name()} > {tape.test()} 4ms", each_s)
        else:
            tape.say(f" ✓ {name} (6 tests) 12ms", each_s)
    if bad:
        tape.say(f"⎯⎯⎯ Failed Tests {len(bad)} ⎯⎯⎯\n FAIL  src/a.test.ts > pay", 0.1)
    tape.say(f" Test Files  {f'{len(bad)} failed | ' if bad else ''}{count - len(bad)} passed ({count})")


def go_test(tape: Tape) -> None:
    """A line a package, the failed test before it."""
    count, bad, each_s = parts(tape)
    for index in range(count):
        package = f"example.test/pay/{tape.name()}{index}"
        if index in bad:
            tape.bad(
                f"--- FAIL: Test{tape.name().title()} ({each_s:.2f}s)\n    pay_test.go:{index}: got 4, want 3", each_s
            )
            tape.say(f"FAIL\nFAIL\t{package}\t{each_s:.3f}s")
        else:
            tape.say(f"ok  \t{package}\t{each_s:.3f}s", each_s)
    if bad:
        tape.say("FAIL")


def cargo_test(tape: Tape) -> None:
    """A line a test."""
    count, bad, each_s = parts(tape)
    tape.say(f"   Compiling pay v0.1.0\nrunning {count} tests", 2.0)
    for index in range(count):
        line = f"test {tape.name()}::case_{index} ... {'FAILED' if index in bad else 'ok'}"
        (tape.bad if index in bad else tape.say)(line, each_s)
    if bad:
        tape.say(f"\nfailures:\n\n---- case stdout ----\nthread 'case' panicked at src/lib.rs:{count}:5:\n")
    tape.say(f"test result: {'FAILED' if bad else 'ok'}. {count - len(bad)} passed; {len(bad)} failed; 0 ignored", 0.1)


def maven(tape: Tape) -> None:
    """A line a test class; the build's end comes after all."""
    count, bad, each_s = parts(tape)
    tape.say("[INFO] Scanning for projects...\n[INFO]  T E S T S", 3.0)
    for index in range(count):
        name = f"com.example.{tape.name().title()}{index}Test"
        tape.say(f"[INFO] Running {name}")
        if index in bad:
            tape.bad(f"[ERROR] Tests run: 6, Failures: 1, Errors: 0, Skipped: 0 <<< FAILURE! -- in {name}", each_s)
        else:
            tape.say(f"[INFO] Tests run: 6, Failures: 0, Errors: 0, Skipped: 0 -- in {name}", each_s)
            if tape.rng.random() < 0.1:
                tape.say("12:00:01.123 [main] ERROR com.example.Pay - the card was refused")
    tape.say("[INFO] BUILD FAILURE" if bad else "[INFO] BUILD SUCCESS", 1.0)


def gradle(tape: Tape) -> None:
    """Failed tests are printed as they fail."""
    count, bad, each_s = parts(tape)
    tape.say("> Task :compileJava\n> Task :compileTestJava", 4.0)
    for index in range(count):
        if index in bad:
            tape.bad(
                f"PayTest > {tape.name()}{index}() FAILED\n    org.opentest4j.AssertionFailedError at PayTest.java:14",
                each_s,
            )
        else:
            tape.now += each_s
    if bad:
        tape.say("> Task :test FAILED\n\nFAILURE: Build failed with an exception.\nBUILD FAILED in 9s", 0.2)
    else:
        tape.say("> Task :test\n\nBUILD SUCCESSFUL in 9s", 0.2)


def make_keep_going(tape: Tape) -> None:
    """With -k it goes on with what does not need the failed part."""
    count, bad, each_s = parts(tape)
    for index in range(count):
        tape.say(f"cc -Wall -Werror -c src/{tape.name()}{index}.c -o {index}.o")
        if index in bad:
            tape.bad(
                f"src/pay{index}.c:14:5: error: 'total' undeclared\n   14 | return total;\n      |        ^~~~~", each_s
            )
            tape.say(f"make: *** [Makefile:12: {index}.o] Error 1")
        else:
            tape.now += each_s
    tape.say("make: Target 'all' not remade because of errors." if bad else "ar rcs libpay.a *.o", 0.2)


SUITES: dict[str, Callable[[Tape], None]] = {
    "pytest": pytest_dots,
    "pytest -v": pytest_verbose,
    "python -m unittest -v": unittest_verbose,
    "jest": jest,
    "npx vitest run": vitest,
    "go test ./...": go_test,
    "cargo test": cargo_test,
    "mvn test": maven,
    "gradle test": gradle,
    "make -k all": make_keep_going,
}
