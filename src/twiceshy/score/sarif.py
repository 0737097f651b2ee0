"""SARIF: findings as the standard's JSON, for code hosts and editors.

Static Analysis Results Interchange Format 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
"""

from collections.abc import Sequence
from urllib.parse import quote

from twiceshy.records.findings import Finding, Severity

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.CRITICAL: "error", Severity.MAJOR: "warning", Severity.MINOR: "note"}
_SECURITY = {Severity.CRITICAL: "9.0", Severity.MAJOR: "6.0", Severity.MINOR: "3.0"}
"""What code hosts sort by: CVSS scores of the severity's middle."""
Json = dict[str, object]


def to_sarif(findings: Sequence[Finding], unknown: Sequence[str], version: str, told: Json | None = None) -> Json:
    """Return one run: its rules, its results, and what could not be scanned as notifications.

    ``told``: what else is known of the whole change; it stands in the run's properties and is no result.
    """
    rules = list(dict.fromkeys(one.rule for one in findings))
    first = {rule: next(one for one in findings if one.rule == rule) for rule in rules}
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "twiceshy",
                        "version": version,
                        "rules": [_rule_of(first[rule]) for rule in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [
                            {"level": "warning", "message": {"text": f"not looked at: {why}"}} for why in unknown
                        ],
                    }
                ],
                "results": [_encode_result(one, rules.index(one.rule)) for one in findings],
                **({"properties": told} if told else {}),
            }
        ],
    }


def _rule_of(one: Finding) -> Json:
    """Return a rule, as one of its findings has it."""
    properties: Json = {"security-severity": _SECURITY[one.severity], "precision": _precision_word_of(one.confidence)}
    if one.cwe is not None:
        properties["tags"] = ["security", f"external/cwe/cwe-{one.cwe:03}"]
    return {
        "id": one.rule,
        "shortDescription": {"text": one.rule.replace("/", ": ").replace("-", " ")},
        "defaultConfiguration": {"level": LEVELS[one.severity]},
        "properties": properties,
    }


def _precision_word_of(confidence: float) -> str:
    """Return the word for a share of right findings.

    >>> [_precision_word_of(share) for share in (0.95, 0.7, 0.5, 0.1)]
    ['very-high', 'high', 'medium', 'low']
    """
    return next(
        word
        for bound, word in ((0.9, "very-high"), (0.7, "high"), (0.4, "medium"), (0.0, "low"))
        if confidence >= bound
    )


def _encode_result(one: Finding, rule: int) -> Json:
    """Return one finding as a result."""
    told: Json = {
        "ruleId": one.rule,
        "ruleIndex": rule,
        "level": LEVELS[one.severity],
        "message": {"text": f"{one.message} {one.fix}" if one.fix else str(one.message)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(one.path)},
                    "region": {"startLine": max(1, one.line)},
                },
                **({"logicalLocations": [{"fullyQualifiedName": one.function}]} if one.function else {}),
            }
        ],
        "rank": round(100 * one.confidence, 1),
    }
    if one.fingerprint:
        told["partialFingerprints"] = {"twiceshy/1": one.fingerprint.hex()}
    return told
