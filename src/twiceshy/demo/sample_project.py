"""The invented material of the sample: two projects, what was asked for in them, and what their tools print.

Everything here is made up. Secrets are generated from character classes when the sample is written, so that none
stands in the source.
"""

import string
from random import Random
from typing import Final, NamedTuple

HOME: Final = "/home/sam/work"


class SampleTask(NamedTuple):
    """What the user asked for, the files that it concerns, and what is searched for first."""

    project: str
    prompt: str
    files: tuple[str, ...]
    search: str


FILES: Final = {
    "web-shop": {
        "src/cart/discounts.ts": (
            "applyDiscount",
            "findRule",
            "roundPrice",
            "isExpired",
            "stackRules",
            "explainDiscount",
        ),
        "src/cart/cart.ts": (
            "addItem",
            "removeItem",
            "cartTotal",
            "mergeCarts",
            "emptyCart",
            "countItems",
            "holdStock",
        ),
        "src/checkout/payment.ts": (
            "startPayment",
            "confirmPayment",
            "refund",
            "retryPayment",
            "paymentState",
            "webhook",
        ),
        "src/checkout/shipping.ts": ("shippingCost", "pickCarrier", "estimateDays", "isIsland", "splitParcels"),
        "src/api/orders.ts": ("listOrders", "getOrder", "createOrder", "cancelOrder", "exportOrders", "orderPage"),
        "src/api/session.ts": ("login", "logout", "refreshToken", "rotateKeys", "requireUser", "readCookie"),
        "src/search/index.ts": ("indexProduct", "searchProducts", "suggest", "facetCounts", "normaliseQuery"),
        "src/ui/checkout-form.tsx": ("CheckoutForm", "AddressFields", "PayButton", "ErrorNote", "useCheckout"),
        "tests/cart.test.ts": ("testAddItem", "testDiscounts", "testRounding", "testMerge", "testEmpty"),
        "tests/orders.test.ts": ("testListOrders", "testCancel", "testExport", "testPaging"),
    },
    "infra": {
        "deploy/release.py": ("build_image", "push_image", "roll_out", "roll_back", "wait_until_ready", "announce"),
        "deploy/secrets.py": ("load_secret", "rotate_secret", "check_age", "write_env", "mask"),
        "backup/snapshot.py": ("take_snapshot", "prune", "verify", "restore", "upload", "list_snapshots"),
        "monitor/alerts.py": ("load_rules", "evaluate", "notify", "silence", "group_alerts"),
        "monitor/probes.py": ("probe_http", "probe_queue", "probe_disk", "record", "percentile"),
        "tests/test_release.py": ("test_build", "test_roll_out", "test_roll_back", "test_announce"),
        "tests/test_snapshot.py": ("test_prune", "test_verify", "test_restore"),
    },
}

TASKS: Final = (
    SampleTask(
        "web-shop",
        "The total is off by a cent when two discounts stack. Find out why and fix it, with a test.",
        ("src/cart/discounts.ts", "tests/cart.test.ts"),
        "roundPrice",
    ),
    SampleTask(
        "web-shop",
        "Guests lose their cart on login. Merge the guest cart into the account's cart.",
        ("src/cart/cart.ts", "src/api/session.ts"),
        "mergeCarts",
    ),
    SampleTask(
        "infra",
        "Deploys hang when the health check never turns green. Give up after five minutes and roll back.",
        ("deploy/release.py", "tests/test_release.py"),
        "wait_until_ready",
    ),
    SampleTask(
        "web-shop",
        "Add cursor paging to the orders list, 50 a page.",
        ("src/api/orders.ts", "tests/orders.test.ts"),
        "listOrders",
    ),
    SampleTask(
        "web-shop",
        "Shipping to islands must use the island carrier. The post codes are in the wiki.",
        ("src/checkout/shipping.ts",),
        "isIsland",
    ),
    SampleTask(
        "infra",
        "prune keeps too many snapshots: 7 daily, 4 weekly, 6 monthly please.",
        ("backup/snapshot.py", "tests/test_snapshot.py"),
        "def prune",
    ),
    SampleTask(
        "web-shop",
        "Make the pay button impossible to press twice.",
        ("src/ui/checkout-form.tsx", "src/checkout/payment.ts"),
        "PayButton",
    ),
    SampleTask(
        "web-shop",
        "refreshToken should rotate the token and refuse an old one that was used already.",
        ("src/api/session.ts",),
        "refreshToken",
    ),
    SampleTask(
        "infra",
        "Alert on p95 of the checkout probe, not on single slow requests.",
        ("monitor/alerts.py", "monitor/probes.py"),
        "percentile",
    ),
    SampleTask(
        "web-shop",
        "Search for 'café' finds nothing. Normalise accents in queries and in the index.",
        ("src/search/index.ts",),
        "normaliseQuery",
    ),
    SampleTask(
        "web-shop",
        "Refunds of part of an order: amount per line, never more than was paid.",
        ("src/checkout/payment.ts", "src/api/orders.ts"),
        "refund",
    ),
    SampleTask(
        "infra",
        "Rotate the database password without downtime: write the new one, wait, drop the old one.",
        ("deploy/secrets.py",),
        "rotate_secret",
    ),
    SampleTask(
        "web-shop",
        "Why does the export of orders time out for big shops? Stream it.",
        ("src/api/orders.ts",),
        "exportOrders",
    ),
    SampleTask(
        "web-shop",
        "Show the reason next to a refused card instead of 'something went wrong'.",
        ("src/ui/checkout-form.tsx", "src/checkout/payment.ts"),
        "ErrorNote",
    ),
    SampleTask(
        "infra",
        "verify should restore into a scratch database and compare row counts.",
        ("backup/snapshot.py",),
        "def verify",
    ),
    SampleTask(
        "web-shop",
        "Stock is held forever when checkout is left. Release it after 20 minutes.",
        ("src/cart/cart.ts",),
        "holdStock",
    ),
    SampleTask(
        "web-shop",
        "Facet counts ignore the active filters. They should count what would be left.",
        ("src/search/index.ts",),
        "facetCounts",
    ),
    SampleTask(
        "infra",
        "Group alerts of one host into one message, at most one in ten minutes.",
        ("monitor/alerts.py",),
        "group_alerts",
    ),
    SampleTask(
        "web-shop",
        "The webhook handles the same payment event twice. Make it idempotent.",
        ("src/checkout/payment.ts", "src/api/orders.ts"),
        "webhook",
    ),
    SampleTask(
        "web-shop",
        "Split orders over 30 kg into several parcels and sum the cost.",
        ("src/checkout/shipping.ts", "tests/orders.test.ts"),
        "splitParcels",
    ),
    SampleTask(
        "infra",
        "announce posts to the old channel. Take it from the settings and add who released.",
        ("deploy/release.py",),
        "announce",
    ),
    SampleTask(
        "web-shop",
        "Cancelling an order that is already shipped must be refused, with a clear message.",
        ("src/api/orders.ts", "tests/orders.test.ts"),
        "cancelOrder",
    ),
    SampleTask(
        "infra", "Probe the queue's oldest message as well as its length.", ("monitor/probes.py",), "probe_queue"
    ),
    SampleTask(
        "web-shop",
        "Expired discount codes still work on the last day after noon. Time zone, I guess.",
        ("src/cart/discounts.ts", "src/cart/cart.ts"),
        "isExpired",
    ),
)

CORRECTIONS: Final = (
    "No, that is the wrong place. Look at how {name} is called first.",
    "You changed what {name} returns, three callers depend on it. Undo that part.",
    "That's not what I asked for, {name} must keep working for old clients.",
    "This was already handled in {name}, please read the file before you change it.",
    "Still wrong. {name} gets cents, not euros.",
)
REFUSALS: Final = (
    "read the file first, the helper for this exists already",
    "not like this, keep the signature as it is",
    "don't touch the public type, other teams import it",
    "use the transaction from the caller instead of opening one",
)
FOLLOW_UPS: Final = (
    "Good. Run all the tests once more.",
    "Thanks, please commit it.",
    "And the same for the empty case?",
)
PLANS: Final = (
    "I'll look at how {name} is used before changing it.",
    "The cause is likely in {name}; let me check its callers.",
    "Two places call {name}. I'll start with the tests.",
)
DONE: Final = (
    "Done: {name} now covers the case you described, and the test fails without the change.",
    "Fixed in {name}. I kept its signature, so callers are unchanged.",
    "{name} is updated. One more caller may want the same; I left it alone.",
)


def write_source(path: str, names: tuple[str, ...]) -> str:
    """Write the first version of a file."""
    parts = [f"// {path}\n" if ".ts" in path else f'"""{path}"""\n']
    for at, name in enumerate(names):
        word = "".join(f" {char.lower()}" if char.isupper() else char for char in name).replace("_", " ").strip()
        parts.append(_write_typescript(name, word, at) if ".ts" in path else _write_python(name, word, at))
    return "\n".join(parts)


def _write_typescript(name: str, word: str, at: int) -> str:
    return (
        f"/** What there is to know about '{word}'. */\n"
        f"export async function {name}(input: Request{at}, context: Context) {{\n"
        f"  const started = context.clock.now();\n"
        f"  const known = await context.store.find('{word}', input.id);\n"
        f"  if (!known) {{\n    context.log.info('{name}: not known', {{ id: input.id }});\n    return null;\n  }}\n"
        f"  const lines = known.lines.filter((line) => line.amount > {at});\n"
        f"  for (const line of lines) {{\n    line.total = line.price * line.amount;\n  }}\n"
        f"  context.metrics.time('{word}', context.clock.now() - started);\n"
        f"  return {{ ...known, lines, version: known.version + 1 }};\n}}\n"
    )


def _write_python(name: str, word: str, at: int) -> str:
    return (
        f"\ndef {name}(settings: Settings, limit: int = {10 + at}) -> Result:\n"
        f'    """{word.capitalize()}, at most ``limit`` at once."""\n'
        f"    started = time.monotonic()\n"
        f"    found = settings.client.list('{word}', limit=limit)\n"
        f"    if not found:\n        log.info('%s: nothing to do', '{word}')\n        return Result(ok=True, done=[])\n"
        f"    done = []\n    for item in found:\n        if item.age_days > {at}:\n            done.append(item.name)\n"
        f"    log.info('{word}: %d in %.1f s', len(done), time.monotonic() - started)\n"
        f"    return Result(ok=True, done=done)\n"
    )


def make_secrets(seed: int) -> dict[str, str]:
    """Generate invented secrets, keyed by what they pretend to be; the same for the same seed."""
    rng = Random(f"secrets {seed}")  # noqa: S311  # invented, and the same everywhere

    def draw(characters: str, length: int) -> str:
        return "".join(rng.choices(characters, k=length))

    letters = string.ascii_letters + string.digits
    return {
        "cloud key": "AKIA" + draw(string.ascii_uppercase + "234567", 16),
        "cloud secret": draw(letters, 40),
        "code host token": "ghp_" + draw(letters, 36),
        "database password": draw(letters, 18),
        "payment key": "sk_live_" + draw(letters, 24),
        "bearer token": "eyJhbGciOiJIUzI1NiJ9.eyJ" + draw(letters, 40) + "." + draw(letters, 43),
    }
