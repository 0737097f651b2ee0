"""Run one benchmark, or all that need no data of their own: ``python -m benchmarks [NAME [ARGUMENT ...]]``."""

import importlib
import pkgutil
import sys

import benchmarks

NOT_BENCHMARKS = {
    "__main__",
    "adversarial",
    "advice_trial",
    "dashboard_attempts",
    "fuzz_faults",
    "histories",
    "hostile_attempts",
    "limit_pasts",
    "measure",
    "new_file_replay",
    "risk_pool",
    "scripted_work",
    "redaction_corpus",
}
STANDALONE = (
    "redaction",
    "redaction_quality",
    "store",
    "ingest",
    "git",
    "run",
    "runs_learning",
    "predict",
    "testlog",
    "gate",
)


def main() -> int:
    names = sorted({found.name for found in pkgutil.iter_modules(benchmarks.__path__)} - NOT_BENCHMARKS)
    if len(sys.argv) > 1 and sys.argv[1] not in names:
        print(f"no benchmark {sys.argv[1]!r}; there are: {', '.join(names)}", file=sys.stderr)
        return 2
    for name in [sys.argv[1]] if len(sys.argv) > 1 else [name for name in STANDALONE if name in names]:
        print(f"\n== {name}", flush=True)
        importlib.import_module(f"benchmarks.{name}").main(sys.argv[2:])
    return 0


sys.exit(main())
