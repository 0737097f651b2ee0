"""Commands that print credentials: which they are, and which part of what they print is one."""

import pytest

from twiceshy.privacy.secrets.printed_secrets import find_printed, match_printing

QUIET = [
    "ls -la",
    "pass",
    "pass ls",
    "kubectl get secrets",
    "kubectl get secret api",
    "T=$(gh auth token)",
    "docker login -p `gh auth token`",
    "gh auth token > token",
    "gh auth token | gh secret set T",
    "op read op://a/b | wc -c",
    "echo terraform output -raw password",
    "terraform output -raw vpc_id",
    "gh auth status",
    "vault status",
    "cat README.md",
]
PRINTING = [
    ("gh auth token", "value"),
    ("cd /srv && op read 'op://Private/db/password'", "value"),
    ("aws secretsmanager get-secret-value --secret-id a --query SecretString --output text", "value"),
    ("az keyvault secret show --vault-name a --name b --query value -o tsv", "value"),
    ("kubectl get secret a -o jsonpath='{.data.b}' | base64 -d", "value"),
    ("sudo cat /var/lib/jenkins/secrets/initialAdminPassword", "value"),
    ("gcloud auth application-default print-access-token", "value"),
    ("gh auth token 2>/dev/null", "value"),
    ("kubectl get secret a -n b -o yaml", "listing"),
    ("heroku config -a shop", "listing"),
    ("sops -d secrets.yaml", "listing"),
    ("vault kv get secret/orders", "listing"),
]
FOUND = [
    ("value", "k9Xw2mQ7tR\n", ["k9Xw2mQ7tR"]),
    ("value", "tundra kestrel willow\n", ["tundra kestrel willow"]),
    ("value", "Exit code: 0\nWall time: 0.2 seconds\nOutput:\nk9Xw2mQ7tR\n", ["k9Xw2mQ7tR"]),
    ("value", "New value: k9Xw2mQ7tR", ["k9Xw2mQ7tR"]),
    ("value", "no such item was found in the vault", []),
    ("value", "443210", []),
    ("value", "[github-token:0a1b2c]", []),
    ("listing", "db:\n    pepper: k9Xw2mQ7tR\n    host: db.internal\n    port: 5432\n", ["k9Xw2mQ7tR"]),
    ("listing", "│ BILLING_PEPPER  │ k9Xw2mQ7tR │\n│ NAME │ VALUE │", ["k9Xw2mQ7tR"]),
    ("listing", "=== shop Config Vars\nLANG:    en_US.UTF-8\nSALT:    k9Xw2mQ7tR", ["k9Xw2mQ7tR"]),
    ("listing", '"token": "k9Xw2mQ7tR",\n"kind": "Secret"', ["k9Xw2mQ7tR"]),
]


@pytest.mark.parametrize("command", QUIET)
def test_what_prints_none_is_left_alone(command: str) -> None:
    """Nor what is caught, written elsewhere, or handed on."""
    assert match_printing(command) is None


@pytest.mark.parametrize(("command", "way"), PRINTING)
def test_what_prints_credentials_is_known(command: str, way: str) -> None:
    """Wherever it stands in the line."""
    assert match_printing(command) == way


@pytest.mark.parametrize(("way", "output", "expected"), FOUND)
def test_the_credential_alone_is_found(way: str, output: str, expected: list[str]) -> None:
    """Not the names beside it, nor what an error says."""
    assert [output[start:end] for start, end in find_printed(way, output)] == expected
