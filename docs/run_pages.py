# ruff: noqa: INP001, E501, D402  # scripts, not a package; the page's text stands as it is printed
"""Made from the table of ``twiceshy run``: reference page, manual page, completions for three shells."""

from twiceshy import VERSION
from twiceshy.doors.cli.run_options import GROUPS, OPTIONS, VALUES, Option
from twiceshy.doors.cli.verbs import list_verbs
from twiceshy.run import exits
from twiceshy.run.starting_patterns import STARTING_PATTERNS

SPANS = "'90s 5m 10m 1h auto'"
STREAMS = "stdout stderr both fd:3"
CHOICES = {kind: " ".join(words) for kind, words in VALUES.items()}


def option_rows() -> str:
    """Every option, by group, as Markdown tables."""
    parts = []
    for group in GROUPS:
        parts.append(f"### {group.capitalize()}\n\n| option | meaning |\n| --- | --- |")
        parts += [f"| `{name(option)}` | {escaped(option.help)} |" for option in OPTIONS if option.group == group]
        parts.append("")
    return "\n".join(parts)


def status_rows() -> str:
    """The exit statuses as a Markdown table."""
    rows = [f"| {code} | {escaped(meaning)} |" for code, meaning in exits.TABLE]
    return "\n".join(["| status | meaning |", "| --- | --- |", *rows])


def name(option: Option) -> str:
    """The option as it is written, its short form first."""
    return f"{', '.join(flags(option))} {option.metavar}".rstrip()


def flags(option: Option) -> list[str]:
    """The short form, where there is one, and the long one."""
    return [flag for flag in (option.short, option.flag) if flag]


def escaped(text: str) -> str:
    """The text for a cell of a table."""
    return text.replace("|", "\\|")


def tools_named() -> str:
    """The tools with starting patterns."""
    return ", ".join(tool.name for tool in STARTING_PATTERNS)


def reference() -> str:
    """The reference page."""
    return f"""# twiceshy run

`twiceshy run [OPTION ...] [--] COMMAND [WORD ...]` runs a command exactly as it is and ends it early where you say so.
`COMMAND | twiceshy run [OPTION ...]` watches what comes through a pipe. How to use it: [Run a command](../howto/run.md).

## The contract

- **Words.** The first word that is no option, or the one after `--`, begins the command; from there on no word is ours. A
  pattern is a pattern only after an option. An unknown option is an error (status 125) and nothing runs. A single letter
  stands alone and its value is the next word: `-i -v`, `-t 5m`, neither `-iv` nor `-t5m`.
- **Status.** The command's own, 0 to 255, and 128 + n for signal n; ours are in the table below. Where Ctrl-C ended the
  command we die of it too, so that a shell's loop stops.
- **Output.** Every byte, unchanged, stdout and stderr apart, at once: a prompt without a newline and a progress bar are shown
  as they come. Only where both of ours lead to one place (a terminal, `2>&1`) does the command get one pipe for both, so
  that the order of the lines is kept.
- **Held back output.** Where you watch the output (a pattern, a limit on silence, `--max-repeat`), the command's environment gets
  variables that ask for each line at once: `PYTHONUNBUFFERED=1`, and where the system has coreutils' `libstdbuf.so`, that one
  in `LD_PRELOAD` with `_STDBUF_O=L`, and `ASAN_OPTIONS` that allow it. `--buffered` leaves the environment alone. What you have set
  stands, also to empty. A static program, one that runs as another user, one of another width or C library or with a sanitizer
  gets no library. Output in many short lines costs more then: about .7 µs a line in C, 3 µs in Python.
  Python then writes a line's end apart from the line, so that lines of several Python programs in one pipe can mix.
- **The end.** When the command ends, so does the run: what is in its pipes is delivered however slow the reader is, but
  a background process that holds them is waited for half a second at most. It lives on; what it writes from then on goes
  nowhere, without a SIGPIPE.
- **An early end.** Everything that the command started is ended, TERM first, KILL after `--kill-after`: also what ignores
  TERM, leads a session of its own or lost its parent (Linux; elsewhere what can be found by parentage).
- **Signals.** INT, QUIT, TERM, HUP, USR1, USR2 and CONT are passed on, unless the terminal sent them to the command already.
  After TERM and HUP, KILL follows after `--kill-after`; after INT and QUIT the command may go on, as a debugger does. What our
  caller ignores (`nohup`) stays ignored. Ctrl-Z, `fg` and resizing work as without us; no clock runs while stopped.
- **A reader who leaves.** The command gets its own SIGPIPE; if it writes nothing it is ended within a second. Status 141
  or the command's.
- **A command that closes its output** is left alone, and is not silent.
- **If we are killed** (KILL cannot be passed on), the kernel ends the command (Linux). Its children, if any, live on.
  Such a run is not recorded: nobody is left to do it.
- **A slow reader** stops the command from writing, as a pipe does, but not the clocks; it is not counted as silence.

## Exit statuses

{status_rows()}

A pattern changes the status only where it ended the run: a command that ends by itself while its last lines are
gathered (`--delay-exit`) keeps its own. `--expect` speaks only where the command itself said 0.
As for GNU timeout, a time limit is 137 instead of 124 when only KILL ended the command.

## Options

{option_rows()}
`--idle-on stderr` starts the idle clock anew for what comes on stderr only; a limit for one stream is not learned (`auto`
is for both). *TIME* is `90s`, `5m`, `1h30m` or `250ms`; 0 means no limit. `auto` is the limit learned from the command's own history; while
nothing is learned, that is said and there is none.

## Patterns

Patterns are [RE2's](https://github.com/google/re2/wiki/Syntax): time grows with the text only, whatever the pattern. They look
at one line at a time, without its line end; `^` and `$` are the line's. A line that has not ended is searched
once it has been quiet for 100 ms, so that `--match 'Password:'` finds a prompt. A line longer than 64 KiB is searched in
pieces that overlap by 4 KiB. A pattern in ASCII sees bytes, so invalid UTF-8 beside it hides nothing.

Output is searched by blocks, and line by line only where a block was hit. `--invert`, `--only`, `--max-repeat` without `--stuck`, `--perl`
and patterns with `\\A`, `\\z` or `(?-m)` need every line, at two to three microseconds each. `--perl` takes Perl's look-around and back
references by the `regex` library (`pip install '.[perl]'` in the checkout), without RE2's promise on time.

`--match` counts lines up to `--max-count`; `--failure` and `--success` end the run at their first line. `--exclude` takes lines
back from these three, and from `--only`: there the first complete line that none of the `--only` patterns matches ends the
run; lines of blanks are always allowed. `--state 'QUEUED=>RUNNING=>IDLE'` ends the run when the last pattern matches after all
before it did, one after the other; more states in between or a second round do no harm. Write a `=>` of the text as `=[>]`. `--stuck
'(\\d+)%'` compares what its first group picked (else all it matched) and ends the run after `--max-repeat` equal ones in a row.
Both look at redrawn lines (behind a carriage return) as at new ones, and leave out what ticks while nothing happens: times of day,
times that something took so far, spinners, escape codes. Percentages, counts, sizes, rates, `0:12 / 3:40` and other days' dates are progress, and
so is a time that a pattern's group picks. `--exact-repeat` compares all of it. Dots without a newline are output like any other.

## Modes

- `--pty`: a terminal of its own: colours, progress bars, prompts. stdout and stderr are one there. Where our stdout is no
  terminal, line ends stay `\\n`.
- `--detach`: goes on in the background. Prints the command's pid, the file with the output (`--log`, else a new temporary
  file) and the file where the result will be, as with `--json`. Status 0 once it runs, 126 or 127 if it cannot.
- `--leave`, with `--success`: when the line comes, the run ends with status 0 and the command goes on in the background.
  stderr names its pid, the file with all its output from the start (`--log`, else a new temporary file) and the file where its
  result will be. From the start the command has a session of its own, so that a later Ctrl-C cannot hit it, and no terminal
  to read from; Ctrl-Z stops only the waiting. Limits and other patterns end with the waiting. If the line never comes,
  everything is as without it. To stop the command: `kill PID`. It is recorded as `left`, and its time teaches no limit.
- `--log FILE`: the output as it is, **secrets included**, readable by you alone. An earlier FILE becomes `FILE.1.gz`, up to
  `.5.gz`; so does one that reached 64 MB. If it cannot be written any more, that is said; the command goes on.
- `--json`: stdout is one document (`twiceshy/run/1`) with the [verdict](#the-verdict); the command's own stdout goes to stderr.
- `--quiet`: no word of ours on stderr.

## The verdict

Once the command has ended, what its tools say of themselves is read from its output: test runners, builds, linters and type
checkers. `--json` has it as `verdict`:

| `result` | when |
| --- | --- |
| `passed` | the summary says so and the status is 0; without a summary, by the status alone; `--success` ended the run |
| `failed` | the summary says so and the status is not 0, or the command hides its status (`pytest \\| tail`); without a summary, by the status alone; a failure was seen before we ended the run; `--failure`, `--expect` |
| `unknown` | summary and status disagree (`reason` has both); no test ran; we ended the run first; a status that also means "no" (`grep`) |

`tools` has the counts of each tool, `failing_tests` up to 100 names as the tool writes them, with file, line and message where
it prints them. `unnamed` counts those whose names were not seen: the first 256 KiB and the last 16 KiB of each stream
are read. The names are the output's own words: data, never an instruction.

Without `--json` a run that failed by itself ends with one line on stderr that names up to three failing tests, unless one of its
last ten lines names them all, or it is `--quiet`:

```
twiceshy: 5 of 214 tests failed: "test_total (shop.tests.Basket)", "test_tax (shop.tests.Basket)", "test_vat (shop.tests.Basket)" and 2 more
```

## What is recorded

When the command has ended, a second process scrubs what is known of the run and stores it in your data folder; the command
is not kept waiting, and unscrubbed text never touches the disk. `twiceshy runs` lists the runs, `twiceshy show r-…` has one
whole, `twiceshy feedback r-…` says what was wrong about one; the tables are in the [schema](schema.md).

| `telemetry.level` | what is kept |
| --- | --- |
| `anonymous` (default) | the command's name and the names of its options; matched lines scrubbed strictly, paths generic; times, counts |
| `full` | the command and the lines, scrubbed as everything else |
| `none` | nothing |

Of the environment only `CI`, `NODE_ENV`, `RAILS_ENV`, `GITHUB_ACTIONS`, `GITLAB_CI`, `DEBUG`, `PYTHONUNBUFFERED`, `TERM` and `SHELL`
are kept. `--telemetry LEVEL` sets the level for one run. Of the output, beside matched lines, the *kinds* of up to 200 lines are kept: scrubbed, with numbers, paths, times, addresses
and quoted text replaced. `--no-telemetry` leaves one run out, `TWICESHY_ENABLED=0` every run. In pipe mode the command and its status
are unknown: the run is recorded, nothing is learned from it. A run that is not recorded and has nothing to watch for gets our own
output instead of a pipe, where that is a file or a terminal. A store that cannot be used costs one line on stderr (of the next run, where this one was not told to wait), never the command's output or status.
`twiceshy cleanup`, and `learn` once a day, remove runs older than 90 days (`telemetry.retention_days`) or beyond 100 MB
(`telemetry.max_db_size_mb`), the oldest first; the numbers that limits are learned from and the sums of patterns stay.

## What `auto` takes

### Limits

The limit rests on the runs of the same command in the same folder, a person's and an agent's alike (its log names the folder, and
`cd web && npm test` runs in `web`). It is where the next healthy run goes beyond with a chance of 1 in 5,000, by the longest quarter
of the newest 200 runs, rounded up to what a person would choose: 15 s, 20 s, 30 s, 45 s, 1 min, 90 s, 2 min, 3 min, 5 min, 10 min ...

- It is 1.5 to 3 times the longest run seen; at least 15 s (30 s for silence); never above 30 min or four times the longest run here.
- Few runs give a wide limit: at least 10 min after one run, 5 min after two, 2 min up to four. While there are so few, the runs
  in other folders can make it longer; they never make one of their own. They are told: "elsewhere such runs took up to 30 s".
- A run that was ended says "longer than this", until three others have ended by themselves: then it hung. One whose reader went away,
  that failed within a tenth of the usual time, or in whose log a person's permission may be part of the time, does not count.
- When the newest runs are of another kind, only they count; after a step down the limit follows once there are twenty of them. One
  more run at most doubles a limit, unless it took longer itself; what the limit was is said.
- `twiceshy feedback r-… --false-positive` on a run that a limit ended makes it at least twice that run's time, at once and for good.

What is taken is said on stderr with what it rests on: `--timeout 2m: p99.5 of 46 runs here: 38 s; limit 2 min`. `twiceshy runs suggest
'npm test'`, or `twiceshy runs suggest -- pytest -x` where the command has options, prints the same as a line to paste; so do `twiceshy
runs analyze timing`, the MCP tool `suggest_limits` and the gate.

While no run here is known there is no limit. Then one line is said, and nothing ended, once the command has been silent for what is long
for its kind: 3 min for a linter, 10 min for a deployment, 5 min for a test, a build, an installation or anything else. A server
(`serve`, `dev`, `start`, `watch` ...) may be silent for ever.

### Patterns

`--match auto` watches for lines by which one can tell that the run will fail, and says which and why:

- **Learned**, from the command's newest 120 runs in this folder: kinds of lines that its failed runs print and none of its good ones
  does. A pattern is judged by outcome (the lower 95 % bounds of precision and recall, multiplied) and by the time that comes
  after its line, never by how often it hits; since hundreds of kinds are tried, one without a word of error has to pass Fisher's test
  at .01 divided by their number. They are taken from 5 failed runs with such a line and 12 good ones without on; one good run with
  the line ends that. Only the first 256 KB of each stream are learned from, and no line with colours.
- Else **starting patterns** for {tools_named()}. Those that a good run here has printed are left out, whether that run watched for them or not.
- Else none, and that is said.

With `--match auto` and no `--delay-exit`, the delay is learned too: 1.5 times the .95 quantile of how long the lines that belong to the
match went on in at least five failed runs. What ended a run by itself is recorded with its reason and the time it saved (`twiceshy show
r-…`); `twiceshy feedback r-… --false-positive` undoes it: that pattern is not taken again in this folder, and a limit
becomes longer than that run. `--should-have-exited yes` counts the run as failed, which its own status can't tell any more.

A run that a limit or a pattern ended is followed by one question, whether that was right, if a person waits for it: stdin and stderr are
terminals, the run is the foreground job of their shell (no script is held), and neither CI nor an agent is at work. One key answers: `n` is
`--false-positive`, `y` says that it was right, any other key means later. Ten seconds without a key are no answer, and keys
that were typed before are left to the shell. `telemetry.ask = false`, `--quiet`, `--json` and `--no-telemetry` ask nothing.

A person's Ctrl-C is a label too: such a run is recorded as `interrupted`. Unless it ended with 0, its lines count as a failed run's, less
surely than by feedback (`twiceshy feedback --should-have-exited no` undoes it), and its time counts for no limit. It is one only where the terminal
itself sent it, stdin and stderr are terminals and `CI` is not set; a signal from a process is none.

On Windows `run` is refused (status 125); it works in WSL.
"""


def man() -> str:
    """The manual page, in man(7)'s language."""
    lines = [
        f'.TH TWICESHY-RUN 1 "" "twiceshy {VERSION}" "User Commands"',
        ".SH NAME",
        "twiceshy-run \\- run a command, and end it early on a line, on silence or on time",
        ".SH SYNOPSIS",
        ".B twiceshy run",
        "[\\fIOPTION\\fR ...] [\\fB\\-\\-\\fR] \\fICOMMAND\\fR [\\fIWORD\\fR ...]",
        ".br",
        "\\fICOMMAND\\fR | \\fBtwiceshy run\\fR [\\fIOPTION\\fR ...]",
        ".SH DESCRIPTION",
        "Runs the command exactly as it is: output bytes, exit status, signals, job control and terminal are its own.",
        "It is ended early where an option says so, and then with everything it started.",
        "The first word that is no option begins the command; from there on no word is ours.",
        ".SH OPTIONS",
    ]
    for option in OPTIONS:
        value = f" \\fI{roff(option.metavar)}\\fR" if option.metavar else ""
        written = ", ".join(f"\\fB{roff(flag)}\\fR" for flag in flags(option))
        lines += [".TP", f"{written}{value}", roff(option.help)]
    lines += [
        ".PP",
        "\\fITIME\\fR is 90s, 5m, 1h30m or 250ms; \\fBauto\\fR is what was learned about this command.",
        ".SH EXIT STATUS",
    ]
    for code, meaning in exits.TABLE:
        lines += [".TP", roff(code), roff(meaning)]
    lines += [
        ".SH EXAMPLE",
        ".nf",
        "twiceshy run \\-\\-timeout 10m \\-\\-idle\\-timeout 90s \\-\\-match 'FAILED|panic:' \\-\\- npm test",
        ".fi",
        ".SH SEE ALSO",
        ".BR timeout (1)",
    ]
    return "\n".join(lines) + "\n"


def roff(text: str) -> str:
    """The text with roff's own characters made plain."""
    escaped_text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped_text}" if escaped_text.startswith((".", "'")) else escaped_text


def bash() -> str:
    """Completion for bash."""
    every = " ".join(option.flag for option in OPTIONS)
    with_value = "|".join(flag for option in OPTIONS if option.metavar for flag in flags(option))
    choices = "\n".join(
        f'        {kinds(kind)}) COMPREPLY=($(compgen -W "{words}" -- "$word")) ;;' for kind, words in CHOICES.items()
    )
    return f"""# bash completion for twiceshy; made by docs/generate.py
_twiceshy() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} i
    if (( COMP_CWORD == 1 )); then
        COMPREPLY=($(compgen -W "{verbs()}" -- "$word"))
        return
    fi
    [[ ${{COMP_WORDS[1]}} == run ]] || return
    for (( i = 2; i < COMP_CWORD; i++ )); do
        case ${{COMP_WORDS[i]}} in
            --) _command_offset $((i + 1)) 2>/dev/null; return ;;
            {with_value}) (( ++i )) ;;
            -*) ;;
            *) _command_offset $i 2>/dev/null; return ;;
        esac
    done
    case $before in
        {kinds("span")}) COMPREPLY=($(compgen -W {SPANS} -- "$word")) ;;
        {kinds("stream")}) COMPREPLY=($(compgen -W "{STREAMS}" -- "$word")) ;;
{choices}
        {kinds("file")}) COMPREPLY=($(compgen -f -- "$word")) ;;
        {kinds("watch", "state", "fd", "count", "status")}) ;;
        *) if [[ $word == -* ]]; then COMPREPLY=($(compgen -W "{every}" -- "$word"))
           else COMPREPLY=($(compgen -c -- "$word")); fi ;;
    esac
}}
complete -F _twiceshy twiceshy
"""


def kinds(*wanted: str) -> str:
    """The options of those kinds, as a shell's case pattern."""
    return "|".join(flag for option in OPTIONS if option.kind in wanted for flag in flags(option))


def verbs() -> str:
    """All verbs."""
    return " ".join(verb.name for verb in list_verbs().verbs)


def zsh() -> str:
    """Completion for zsh."""
    lines = [
        "#compdef twiceshy",
        "# made by docs/generate.py",
        "_twiceshy() {",
        f"    if (( CURRENT == 2 )); then compadd -- {verbs()}; return; fi",
        "    [[ $words[2] == run ]] || return",
        "    shift words; (( CURRENT-- ))",
        "    _arguments -S \\",
    ]
    for option in OPTIONS:
        words = option.help.replace("'", "").replace("[", "(").replace("]", ")").replace(":", " -")
        value = f":{option.metavar.replace(':', ' ')}:{zsh_values(option)}" if option.metavar else ""
        many = "*" if option.kind in {"watch", "state", "fd"} else ""
        lines += [f"        '{many}{flag}[{words}]{value}' \\" for flag in flags(option)]
    lines += ["        '*:::command:_normal'", "}", '_twiceshy "$@"']
    return "\n".join(lines) + "\n"


def zsh_values(option: Option) -> str:
    """What may stand after an option, in zsh's words."""
    choices = {kind: f"({words})" for kind, words in CHOICES.items()}
    known = {"span": "(90s 5m 10m 1h auto)", "stream": "(stdout stderr both)", "file": "_files"} | choices
    return known.get(option.kind, " ")


def fish() -> str:
    """Completion for fish."""
    lines = ["# fish completion for twiceshy; made by docs/generate.py"]
    lines += [
        f"complete -c twiceshy -f -n __fish_use_subcommand -a {verb.name} -d '{quoted(verb.summary)}'"
        for verb in list_verbs().verbs
    ]
    for option in OPTIONS:
        value = " -r" if option.metavar else ""
        choice = {"span": " -f -a '90s 5m 10m 1h auto'", "stream": f" -f -a '{STREAMS}'", "file": " -F"}
        choice |= {kind: f" -f -a '{words}'" for kind, words in CHOICES.items()}
        short = f" -s {option.short[1:]}" if option.short else ""
        lines.append(
            f"complete -c twiceshy -n '__fish_seen_subcommand_from run'{short} -l {option.flag[2:]}{value}"
            f"{choice.get(option.kind, '')} -d '{quoted(option.help)}'"
        )
    lines.append("complete -c twiceshy -n '__fish_seen_subcommand_from run' -a '(__fish_complete_subcommand)'")
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """The text inside single quotes."""
    return text.replace("\\", "\\\\").replace("'", "\\'")


FILES = {
    "man/twiceshy-run.1": man,
    "completion/twiceshy.bash": bash,
    "completion/_twiceshy": zsh,
    "completion/twiceshy.fish": fish,
}
