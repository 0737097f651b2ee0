"""Commands that print credentials, as texts: nothing is compiled here, so that they may be known everywhere.

``printed_secrets`` reads what they printed. From the programs' own manuals.
"""

import re

_NAMED = r"\S*(?i:pass|secret|token|key|pw|salt)\S*"
"""The name of a setting that is a credential."""
_KEPT = (
    r"(?:\.key|[._-]?(?:vault_pass|password|passwd|secret|token|passphrase|psk|apikey|api_key)(?:\.(?:txt|conf|cfg|key))?"
    r"|(?:\b|_)(?:auth|auth-user-pass|creds?|credentials?|login|smbcredentials|recovery[-_]?codes?|backup[-_]?codes?|pw|pass)\.(?:txt|conf|cfg))"
)
"""Ends of the names of files that hold one credential."""
VALUE = (
    r"gh auth token",
    r"gh auth status[^;&|]*(?:-t\b|--show-token)",
    r"aws (?:ecr get-login-password|rds generate-db-auth-token|codeartifact get-authorization-token)\b",
    r"aws secretsmanager get-(?:secret-value|random-password)",
    r"aws ssm get-parameters?\b[^;&|]*--with-decryption",
    rf"aws configure get {_NAMED}",
    r"gcloud auth (?:application-default )?print-(?:access|identity)-token",
    r"gcloud secrets versions access",
    r"az (?:keyvault secret show|acr credential show|storage account keys list|account get-access-token)",
    r"op read",
    r"op item get[^;&|]*(?:--reveal|--fields|--otp)",
    r"pass (?:show [\w./@-]+|[\w-]+/[\w./@-]+)",
    r"gopass show",
    r"bw get (?:password|totp|notes|item)",
    r"(?:lpass show|rbw get|keepassxc-cli show|secret-tool lookup)",
    r"security find-(?:generic|internet)-password",
    r"(?:python3? -m )?keyring get",
    r"(?:git credential fill|docker-credential-\w+ get)",
    r"vault (?:kv get|read|token create)[^;&|]*-field",
    r"vault print token",
    r"heroku (?:config:get|auth:token)",
    r"(?:doppler secrets get|infisical secrets get|chamber read|berglas access|conjur variable)",
    r"akeyless get-secret-value",
    r"kubectl get secrets?\b[^;&|]*jsonpath",
    r"(?:kubectl create token|oc whoami -t|kubeadm token create|docker swarm join-token)",
    rf"(?:terraform|tofu) output -raw {_NAMED}",
    rf"pulumi (?:config get|stack output) {_NAMED}",
    r"age (?:-d|--decrypt)",
    r"(?:openssl rand|pwgen|apg|mkpasswd|wg (?:genkey|genpsk)|consul keygen|nomad operator gossip keyring generate)",
    r"argocd admin initial-password",
    r"(?:\S*/)?elasticsearch-(?:reset-password|create-enrollment-token)",
    r"ykman oath accounts code",
    rf"wp config get {_NAMED}",
    r"(?:npm token create|fly(?:ctl)? tokens create|firebase login:ci|snyk config get api)",
    rf"(?:cat|less|more|bat|head|xxd|base64)[^;&|\n]* \S*{_KEPT}(?=\s|$)",
    r"cat \S*(?:master\.key|initialAdminPassword|node-token|/run/secrets/\S+|\.vault-token|(?:token|password)\.txt)",
    r"(?:python3?|node|ruby) -[ce] .{0,60}(?:token_urlsafe|token_hex|randomBytes|SecureRandom|get_random_secret_key)",
)
"""Commands that print one credential, perhaps in JSON. From the programs' own manuals."""
LISTING = (
    r"kubectl get secrets?\b[^;&|]*(?:-o|--output)[ =]?['\"]?(?:yaml|json|go-template|custom|template)",
    r"heroku config\b(?!:)",
    r"(?:doppler secrets\b|infisical (?:secrets|export))",
    r"vault (?:kv get|read|operator init|login|token create)",
    r"(?:sops (?:-d|--decrypt|decrypt)|ansible-vault (?:view|decrypt)|rails credentials:show)",
    r"chamber (?:list -e|export|env)",
    r"(?:dotnet user-secrets list|netlify env:(?:list|get)|railway variables|supabase projects api-keys)",
    r"aws (?:sts (?:assume-role|get-session-token)|iam create-access-key|kms decrypt)",
    r"az ad (?:sp|app) (?:create-for-rbac|credential reset)",
    r"op item get",
    r"(?:consul|nomad) acl (?:bootstrap|token create)",
)
"""Commands that print names with credentials beside them."""
SPEAKS = ("password", "passwd", "secret", "token", "api[_-]?key", "private[_-]?key", "credential", "passphrase")
"""Words of a command's name or argument by which it speaks of a credential."""
_OPTIONS = r" (?:--?[a-z][\w-]*(?:=\S+| [\w./:@-]+)? ){0,3}"
"""What may stand between a program and its verb: ``kubectl -n shop get secret``."""
_PROGRAMS = (
    *("aws", "gcloud", "az", "op", "gh", "vault", "heroku", "kubectl", "oc", "docker", "consul", "nomad", "boundary"),
    *("pulumi", "terraform", "tofu", "wp", "npm", "argocd", "infisical", "doppler", "akeyless", "bw"),
)


def spell_command(way: str) -> str:
    """Return the expression of a command with room for options behind the program's name.

    >>> bool(re.match(spell_command("kubectl get secrets?"), "kubectl -n shop --context=a get secret"))
    True
    """
    program, _, rest = way.partition(" ")
    return program + _OPTIONS + rest if program in _PROGRAMS and rest else way


_WITNESSES = (
    *("auth token", "auth status", "get-login-password", "generate-db-auth-token", "get-authorization-token"),
    *("get-secret-value", "get-random-password", "get-parameter", "configure get", "print-access-token"),
    *("print-identity-token", "secrets versions access", "secret show", "credential show", "keys list"),
    *("get-access-token", "op read", "item get", "pass show", "bw get ", "rbw get", "keepassxc-cli show"),
    *("secret-tool lookup", "find-generic-pass", "find-internet-pass", "keyring get", "credential fill"),
    *("docker-credential-", "kv get", "vault read", "token create", "print token", "config:get", "auth:token"),
    *("secrets get", "chamber ", "berglas access", "conjur variable", "get secret", "create token", "whoami -t"),
    *("join-token", "output -raw", "config get", "stack output", "age -d", "age --decrypt", "openssl rand", "pwgen"),
    *("mkpasswd", "wg gen", "keygen", "initial-admin-password", "admin initial-password", "-reset-password"),
    *("create-enrollment-token", "accounts code", "tokens create", "login:ci", "token_urlsafe", "token_hex"),
    *("randomBytes", "SecureRandom", "get_random_secret_key", "heroku config", "doppler secrets", "infisical "),
    *(
        "operator init",
        "vault login",
        "sops -d",
        "sops --decrypt",
        "sops decrypt",
        "ansible-vault ",
        "credentials:show",
    ),
    *("user-secrets list", "netlify env", "railway variables", "api-keys", "assume-role", "get-session-token"),
    *("create-access-key", "kms decrypt", "create-for-rbac", "credential reset", "acl bootstrap", "apg -"),
    *(
        "master.key",
        "initialAdminPassword",
        "node-token",
        "/run/secrets/",
        ".vault-token",
        "vault_pass",
        r"\.key\n",
        r"\bpass \w+/",
    ),
)
"""Words of such commands, one of which each has: an engine finds these for next to nothing, whole commands not."""
_CREDENTIAL_FILES = r"(?:auth|auth-user-pass|creds?|credentials?|login|codes|pw|pass)\.(?:txt|conf|cfg)"
TRANSCRIPT_SIGNS = (
    *(one if "\\" in one else re.escape(one) for one in _WITNESSES),
    r"[$#%>] (?:xxd|hexdump|od|base64) [^\n|]{0,80}(?:key|secret|\.env|token|passw|\.p12|\.jks)",
    rf"[$#%>] (?:sudo )?(?:cat|less|more|head|tail) [^\n|]{{0,80}}{_CREDENTIAL_FILES}",
)
"""Where a text may hold such a command and what it printed."""
