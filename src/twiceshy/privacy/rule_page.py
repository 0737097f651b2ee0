"""The page of the documentation on redaction, made from the rule files themselves."""

from twiceshy.privacy.policy import FAMILIES, RedactionLevel, RedactionRules

_FAMILY = {
    "keys": "Private keys and signed tokens",
    "cloud": "Cloud and hosting providers",
    "code": "Code hosts, registries and build services",
    "ai": "Model providers",
    "services": "Messaging, payment and other services",
    "logins": "Logins of tools and of code",
    "passwords": "Passwords and keys by their place",
    "places": "Blocks, files and sentences that tell a credential",
    "network": "Addresses and host names",
    "personal": "People",
}
_TEXT = """# Redaction rules

{count} rules of {kinds} kinds replace secrets before anything is stored. A secret becomes `[kind:ab12cd]`: its kind and
six digits of a hash that is keyed with a salt of your installation, so that the same secret keeps the same placeholder
in your store and cannot be compared with anyone else's. Try it on a text of yours:

    twiceshy redact --explain FILE

- **standard** (the default) replaces credentials, e-mail addresses, user names in home paths and public IP addresses.
- **strict** also replaces every other IP address but loopback, host names, and absolute paths of your own.
  Set it with `twiceshy config set privacy.level strict`.

Never replaced: commit hashes, UUIDs, integrity hashes and checksums, ETags, signatures of thinking, references such as
`$TOKEN` or `process.env.TOKEN`, words that only stand for a secret (`REDACTED`, `<your-token>`, `xxxx`), and our own
placeholders.

In the samples, `<<a-f0-9:32>>` stands for 32 random characters of that class and ⟦ ⟧ enclose what is replaced. Each
sample is a test: the first must be found whole, the second must not be touched.
"""


def render_page(rules: RedactionRules) -> str:
    """Return the page as Markdown."""
    parts = [_TEXT.format(count=len(rules.rules), kinds=len(rules.kinds()))]
    for family in FAMILIES:
        parts.append(f"## {_FAMILY[family]}\n")
        for one in (one for one in rules.rules if one.family == family):
            level = " (strict only)" if one.level is RedactionLevel.STRICT else ""
            parts.append(f"### {one.rule.id}{level}\n\nKind `{one.rule.kind}`. Source: {one.source}\n")
            parts.append(
                "    hit   " + _escape_breaks(one.hits[0]) + "\n    miss  " + _escape_breaks(one.misses[0]) + "\n"
            )
    return "\n".join(parts)


def _escape_breaks(template: str) -> str:
    """Return a sample on one line, its line breaks and tabs as escapes."""
    return template.replace("\n", "\\n").replace("\t", "\\t")
