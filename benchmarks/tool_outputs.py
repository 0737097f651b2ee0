# ruff: noqa: RUF001  # what tools print
"""What ten tools print in good and in failed runs, line by line with times: made up by hand after their formats.

None of these tools was looked at when the starting patterns or the miner were written; they are only used to measure.
Good runs say "error" and "fail" too, in names of tests, counts of zero, warnings and logged messages. A few failed runs
end without a word, as when the system kills them.
"""

from collections.abc import Callable
from random import Random

WORDS = (
    "refund",
    "card",
    "error_handler",
    "invoice",
    "retry_on_failure",
    "basket",
    "failed_login",
    "exchange",
    "report",
)
SILENT = 0.04
"""Share of failed runs whose output says nothing."""


class Tape:
    """One run: lines with the time at which they come."""

    def __init__(self, rng: Random, *, failed: bool) -> None:
        self.rng = rng
        self.failed = failed
        self.now = 0.05
        self.lines: list[tuple[float, str]] = []
        self.first_failure: float | None = None

    def say(self, text: str, wait_s: float = 0.01) -> None:
        """Lines that come after about so many seconds."""
        self.now += wait_s * self.rng.lognormvariate(0, 0.3)
        self.lines += [(self.now, line) for line in text.split("\n")]

    def bad(self, text: str, wait_s: float = 0.01) -> None:
        """A line by which one can see that it will fail."""
        self.say(text, wait_s)
        if self.first_failure is None:
            self.first_failure = self.now

    def name(self) -> str:
        """Something that a project is about."""
        return self.rng.choice(WORDS)

    def test(self) -> str:
        """What a test says it shows, whether it does or not."""
        return f"{self.rng.choice(['raises an error when', 'fails without', 'keeps', 'settles', 'adds'])} {self.name()}"

    def number(self, top: int = 400) -> int:
        """At least 2."""
        return self.rng.randint(2, top)

    def failing(self, count: int) -> set[int]:
        """Which of so many parts fail."""
        if not self.failed:
            return set()
        return set(self.rng.sample(range(count), min(count, self.rng.choice([1, 1, 1, 2, 4]))))


def rspec(tape: Tape) -> None:
    count = tape.rng.randint(20, 60)
    bad = tape.failing(count)
    if bad and tape.rng.random() < 0.1:
        tape.bad(f"An error occurred while loading ./spec/{tape.name()}_spec.rb.\nFailure/Error: require 'money'", 0.5)
        tape.say("LoadError:\n  cannot load such file -- money\nFinished in 0.00003 seconds", 0.1)
        tape.say("0 examples, 0 failures, 1 error occurred outside of examples")
        return
    for index in range(count):
        if index % 8 == 0:
            tape.say(f"{tape.name().title()}Service")
        if index in bad:
            tape.bad(f"  {tape.test()} (FAILED - {len([one for one in bad if one <= index])})", 0.4)
        else:
            tape.say(f"  {tape.test()}", 0.4)
    if bad:
        tape.say("\nFailures:\n", 0.1)
        for at, index in enumerate(sorted(bad), 1):
            tape.say(f"  {at}) {tape.name().title()} {tape.test()}\n     Failure/Error: expect(total).to eq({index})\n")
            tape.say(
                f"       expected: {index}\n            got: {index + 1}\n     # ./spec/{tape.name()}_spec.rb:{index}"
            )
    tape.say(f"Finished in {tape.now:.2f} seconds (files took 0.3 seconds to load)")
    tape.say(f"{count} examples, {len(bad)} failures")


def phpunit(tape: Tape) -> None:
    tape.say("PHPUnit 10.5.2 by Sebastian Bergmann and contributors.\n", 0.2)
    tape.say("Runtime:       PHP 8.3.1\n")
    count = tape.rng.randint(60, 200)
    bad = tape.failing(count)
    if bad and tape.rng.random() < 0.1:
        tape.bad(
            f'PHP Fatal error:  Uncaught Error: Class "{tape.name().title()}" not found in src/Pay.php:{tape.number()}'
        )
        return
    row = ""
    for index in range(count):
        row += "F" if index in bad and index % 2 else "E" if index in bad else tape.rng.choice("....S")
        tape.now += 0.1
        if len(row) == 63 or index == count - 1:
            (tape.bad if set(row) & {"F", "E"} else tape.say)(
                f"{row} {index + 1:3d} / {count} ({100 * index // count:3d}%)"
            )
            row = ""
    tape.say(f"\nTime: 00:0{tape.rng.randint(1, 9)}.123, Memory: 24.00 MB\n", 0.1)
    for at, index in enumerate(sorted(bad), 1):
        tape.say(
            f"{at}) Tests\\{tape.name().title()}Test::test_{tape.name()}\nFailed asserting that {index} matches 3."
        )
    if bad:
        tape.say(f"\nFAILURES!\nTests: {count}, Assertions: {count * 2}, Failures: {len(bad)}.")
    else:
        tape.say(f"OK, but some tests were skipped!\nTests: {count}, Assertions: {count * 2}, Skipped: 3.")


def mix_test(tape: Tape) -> None:
    tape.say(f"Compiling {tape.number(40)} files (.ex)", 0.3)
    if tape.rng.random() < 0.3:
        tape.say(f'warning: variable "error" is unused\n  lib/{tape.name()}.ex:{tape.number()}: Pay.fail/1')
    if tape.failed and tape.rng.random() < 0.2:
        tape.bad(f"** (CompileError) lib/{tape.name()}.ex:{tape.number()}: undefined function total/1", 0.6)
        return
    tape.say(f"Running ExUnit with seed: {tape.number(99999)}, max_cases: 8\n", 0.2)
    count = tape.rng.randint(20, 90)
    bad = tape.failing(count)
    for index in range(count):
        tape.now += 0.15
        if index in bad:
            tape.bad(f"\n  {index}) test {tape.test()} (Pay.{tape.name().title()}Test)")
            tape.say(f"     test/{tape.name()}_test.exs:{tape.number()}\n     Assertion with == failed")
            tape.say(f"     code:  assert total == {index}\n     left:  {index}\n     right: {index + 1}")
        elif tape.rng.random() < 0.1:
            tape.say(f"[error] GenServer {tape.name()} terminating (as the test wants)")
        else:
            tape.say("." * tape.number(20))
    tape.say(f"Finished in {tape.now:.1f} seconds (0.1s async, 1.2s sync)\n{count} tests, {len(bad)} failures")


def dotnet_build(tape: Tape) -> None:
    tape.say("  Determining projects to restore...\n  All projects are up-to-date for restore.", 1.0)
    count = tape.rng.randint(3, 12)
    bad = tape.failing(min(count, 6))
    for index in range(count):
        place = f"/src/{tape.name()}/Pay{index}.cs({tape.number()},{tape.number(80)})"
        if index in bad:
            kind = tape.rng.choice(
                ["CS0103: The name 'total' does not exist", "CS1002: ; expected", "CS0246: The type"]
            )
            tape.bad(f"{place}: error {kind} [/src/{tape.name()}.csproj]", 1.5)
        else:
            if tape.rng.random() < 0.4:
                tape.say(f"{place}: warning CS0168: The variable 'error' is declared but never used")
            tape.say(f"  {tape.name().title()} -> /src/bin/Debug/net8.0/{tape.name()}.dll", 1.5)
    if bad:
        tape.say(f"\nBuild FAILED.\n    2 Warning(s)\n    {len(bad)} Error(s)\n\nTime Elapsed 00:00:0{count}.12", 0.2)
    else:
        tape.say(f"\nBuild succeeded.\n    2 Warning(s)\n    0 Error(s)\n\nTime Elapsed 00:00:0{count % 9}.12", 0.2)


def bazel_test(tape: Tape) -> None:
    tape.say("INFO: Invocation ID: 5a0f3c1e-0d12-4f6a-9f2b-1c2d3e4f5a6b\nLoading: 0 packages loaded", 0.4)
    tape.say(f"INFO: Analyzed {tape.number(90)} targets ({tape.number(40)} packages loaded).", 1.0)
    count = tape.rng.randint(5, 25)
    bad = tape.failing(min(count, 5))
    if bad and tape.rng.random() < 0.2:
        tape.bad(
            f"ERROR: /src/{tape.name()}/BUILD:{tape.number()}:11: Compiling pay.cc failed: (Exit 1): gcc failed", 2.0
        )
        tape.say("Use --sandbox_debug to see verbose messages from the sandbox", 0.2)
        tape.say("FAILED: Build did NOT complete successfully", 3.0)
        return
    for index in range(count):
        if index in bad:
            tape.bad(f"FAIL: //{tape.name()}:{tape.name()}_test (see /cache/testlogs/{tape.name()}/test.log)", 1.5)
        else:
            tape.say(
                f"[{tape.number(900)} / 1,000] Testing //{tape.name()}:{tape.name()}_test; {tape.number(30)}s", 1.5
            )
    for index in range(count):
        verdict = f"FAILED in {tape.number(9)}.1s" if index in bad else f"PASSED in {tape.number(9)}.1s"
        tape.say(f"//{tape.name()}:{tape.name()}_test                     {verdict}")
    fails = f"{len(bad)} fails locally" if bad else "0 fail"
    tape.say(f"Executed {count} out of {count} tests: {count - len(bad)} tests pass and {fails}.")


def mypy(tape: Tape) -> None:
    bad = tape.failing(5)
    tape.now += 4.0
    for _ in bad:
        kind = tape.rng.choice(
            ["Incompatible return value type", 'Name "total" is not defined', "Missing return statement"]
        )
        tape.bad(
            f"src/{tape.name()}.py:{tape.number()}: error: {kind}  [{tape.rng.choice(['misc', 'name-defined'])}]", 0.1
        )
    if tape.rng.random() < 0.3:
        tape.say(
            f"src/{tape.name()}.py:{tape.number()}: note: By default the bodies of untyped functions are not checked"
        )
    if bad:
        tape.say(f"Found {len(bad)} errors in 2 files (checked {tape.number()} source files)", 0.3)
    else:
        tape.say(f"Success: no issues found in {tape.number()} source files", 0.3)


def ruff_check(tape: Tape) -> None:
    bad = tape.failing(6)
    if tape.rng.random() < 0.2:
        tape.say("warning: The top-level linter settings are deprecated: `select` -> `lint.select`")
    for _ in bad:
        code = tape.rng.choice(
            ["F401 [*] `os` imported but unused", "E711 Comparison to `None`", "B006 Do not use mutable"]
        )
        tape.bad(f"src/{tape.name()}.py:{tape.number()}:{tape.number(80)}: {code}", 0.3)
    if bad:
        fixable = tape.rng.random() < 0.5
        tape.say(f"Found {len(bad)} error{'s' if len(bad) > 1 else ''}.", 0.1)
        if fixable:
            tape.say("[*] 1 fixable with the `--fix` option.")
    else:
        tape.say("All checks passed!")


def sbt_test(tape: Tape) -> None:
    tape.say(
        "[info] welcome to sbt 1.9.8 (Eclipse Adoptium Java 17.0.9)\n[info] loading settings for project root", 3.0
    )
    tape.say(f"[info] compiling {tape.number(60)} Scala sources to /src/target/scala-3.3.1/classes ...", 2.0)
    if tape.rng.random() < 0.3:
        tape.say(f"[warn] /src/{tape.name()}.scala:{tape.number()}:7: value error in object Fail is never used")
    if tape.failed and tape.rng.random() < 0.3:
        tape.bad(f"[error] -- [E006] Not Found Error: /src/{tape.name()}.scala:{tape.number()}:7", 2.0)
        tape.say("[error]    |  Not found: total\n[error] one error found", 0.3)
        tape.say("[error] (Compile / compileIncremental) Compilation failed", 2.0)
        return
    count = tape.rng.randint(8, 40)
    bad = tape.failing(count)
    for index in range(count):
        if index % 6 == 0:
            tape.say(f"[info] {tape.name().title()}Spec:")
        if index in bad:
            tape.bad(f"[info] - {tape.test()} *** FAILED ***\n[info]   {index} did not equal 3", 0.6)
        else:
            tape.say(f"[info] - {tape.test()}", 0.6)
    tape.say(f"[info] Tests: succeeded {count - len(bad)}, failed {len(bad)}, canceled 0, ignored 0, pending 0")
    if bad:
        tape.say("[error] Failed tests:\n[error]   pay.PaySpec\n[error] (Test / test) sbt.TestsFailedException", 0.2)


def latexmk(tape: Tape) -> None:
    tape.say("Latexmk: This is Latexmk, John Collins, 7 Apr. 2023. Version 4.79.\nThis is pdfTeX, Version 3.14", 0.5)
    pages = tape.rng.randint(4, 60)
    bad = tape.failing(3)
    for index in range(pages):
        tape.say(f"[{index + 1}] (./chapters/{tape.name()}.tex", 0.15)
        if tape.rng.random() < 0.2:
            tape.say(
                f"LaTeX Warning: Reference `eq:error{index}' on page {index} undefined on input line {tape.number()}."
            )
        if tape.rng.random() < 0.2:
            tape.say(f"Overfull \\hbox ({tape.number(30)}.5pt too wide) in paragraph at lines {index}--{index + 4}")
        if bad and index == pages // 2:
            kind = tape.rng.choice(
                ["Undefined control sequence.", "LaTeX Error: File `pay.sty' not found.", "Missing $ inserted."]
            )
            tape.bad(f"! {kind}\nl.{tape.number()} \\totl", 0.1)
    if bad:
        tape.say("Latexmk: Errors, so I did not complete making targets", 0.4)
    else:
        tape.say(f"Output written on thesis.pdf ({pages} pages, {tape.number(90)}1234 bytes).", 0.3)
        tape.say("Latexmk: All targets (thesis.pdf) are up-to-date")


def pip_install(tape: Tape) -> None:
    for _ in range(tape.rng.randint(3, 15)):
        tape.say(
            f"Collecting {tape.name()}=={tape.number(9)}.{tape.number(9)}\n  Downloading {tape.name()}.whl (12 kB)", 0.4
        )
    if tape.rng.random() < 0.2:
        tape.say("  WARNING: Retrying (Retry(total=4)) after connection broken by 'ReadTimeoutError'")
    if tape.failed:
        kind = tape.rng.random()
        if kind < 0.4:
            tape.bad(
                f"ERROR: Could not find a version that satisfies the requirement {tape.name()}==9 (from versions: 1.0)"
            )
            tape.say(f"ERROR: No matching distribution found for {tape.name()}==9", 0.2)
        elif kind < 0.8:
            tape.bad("  error: subprocess-exited-with-error\n  × Building wheel for pay did not run successfully.", 3.0)
            tape.say("  │ exit code: 1\n  ╰─> [12 lines of output]", 0.1)
            tape.say("ERROR: Failed building wheel for pay\nERROR: Could not build wheels for pay", 2.0)
        else:
            tape.bad("ERROR: ResolutionImpossible: for help visit https://pip.example.test/dependency", 5.0)
        return
    if tape.rng.random() < 0.15:
        tape.say(
            "ERROR: pip's dependency resolver does not currently take into account all the packages that are installed."
        )
    tape.say(f"Successfully installed {tape.name()}-1.2 failure-1.0", 1.0)


HELD_OUT: dict[str, Callable[[Tape], None]] = {
    "rspec": rspec,
    "phpunit": phpunit,
    "mix test": mix_test,
    "dotnet build": dotnet_build,
    "bazel test //...": bazel_test,
    "mypy src": mypy,
    "ruff check": ruff_check,
    "sbt test": sbt_test,
    "latexmk thesis": latexmk,
    "pip install .": pip_install,
}


def played(tool: Callable[[Tape], None], rng: Random, *, failed: bool) -> Tape:
    """One run."""
    tape = Tape(rng, failed=failed)
    if failed and rng.random() < SILENT:
        tape.failed = False
        tool(tape)
        tape.failed = True
        tape.lines = tape.lines[: len(tape.lines) // 2]
        tape.now = tape.lines[-1][0] if tape.lines else tape.now
        return tape
    tool(tape)
    return tape
