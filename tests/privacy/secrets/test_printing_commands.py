"""Commands that print credentials: each has a witness that an engine finds, and options may stand before its verb."""

import re

import pytest

from twiceshy.privacy.secrets.printed_secrets import match_printing
from twiceshy.privacy.secrets.printing_commands import TRANSCRIPT_SIGNS

SIGNS = re.compile("|".join(TRANSCRIPT_SIGNS))
COMMANDS = [
    "gh auth token",
    "aws --profile birds secretsmanager get-secret-value --secret-id a",
    "aws ssm get-parameter --name a --with-decryption",
    "gcloud --project birds secrets versions access latest --secret a",
    "az keyvault secret show -n a --vault-name b",
    "op read op://a/b/c",
    "kubectl -n birds --context=a get secret login -o jsonpath='{.data.p}'",
    "vault kv get -field=password secret/a",
    "consul acl bootstrap",
    "heroku config:get KEY -a birds",
    "sops -d secrets.yaml",
    "openssl rand -hex 32",
    "terraform output -raw db_password",
    "pass show birds/login",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_known_and_has_a_witness(command: str) -> None:
    """Without its witness a text with the command and what it printed would not be looked at."""
    assert match_printing(command) is not None
    assert SIGNS.search(command + "\n") is not None


@pytest.mark.parametrize("command", ["kubectl -n birds get pods", "aws --profile birds s3 ls", "pass ls"])
def test_other_verbs_print_none(command: str) -> None:
    """An option's value is no verb."""
    assert match_printing(command) is None
