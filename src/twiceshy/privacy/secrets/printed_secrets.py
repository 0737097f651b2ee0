"""Which commands print credentials, and which part of what they printed is one.

A rule knows a secret by its name or its form; what a vault prints has neither. So the command is asked: a table of
those that only ever print credentials. What they printed is taken where it shows: not behind a redirection, not inside
of ``$(...)``, and not where another program made something else of it.
"""

import re
from collections.abc import Iterator

from twiceshy.privacy.secrets.drawn_letters import Shape, judge_letters

_NAMED = r"\S*(?i:pass|secret|token|key|pw|salt)\S*"
"""The name of a setting that is a credential."""
_KEPT = r"(?:\.key|[._-]?(?:vault_pass|password|passwd|secret|token|passphrase)(?:\.txt)?)"
"""Ends of the names of files that hold one credential."""
_VALUE = (
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
_LISTING = (
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
)
"""Commands that print names with credentials beside them."""
_AT = r"(?:^|[\n;&|(]|&&|\|\|)\s*(?:sudo (?:-\S+ )*|[A-Z_]+=\S+ |env |npx |bundle exec |bin/)*"
_PRINTS = re.compile(rf"{_AT}(?:(?P<value>{'|'.join(_VALUE)})|(?P<listing>{'|'.join(_LISTING)}))(?P<rest>[^\n;]*)")
_ELSEWHERE = re.compile(
    r"(?<![0-9&])>{1,2}\s*[^&\s]"
    r"|\|\s*(?:wc|sha\d+sum|md5sum|cksum|docker|gh|kubectl|pbcopy|xclip|wl-copy|grep -[a-z]*[cq]|ssh|curl)\b"
)
"""What follows a command of which nothing of the kind is shown then."""
_WORDS = 6
"""Words of a line from which it is a sentence (guess, 2026-11-24)."""
_LEAST = 6
"""Characters of a value at least (guess, 2026-11-24)."""
_PAIR = re.compile(
    r"^[\s│|┃]*[\"']?(?P<name>[A-Za-z_][\w. /()-]{0,60}?)[\"']?(?:\s*[:=│|┃]\s*|\s{2,})"
    r"[\"']?(?P<text>[^\s\"'│|┃]+)[\"']?[\s,│|┃]*$"
)
_WHOLE = re.compile(r"^[\s\"'│|┃]*(?P<text>\w\S*(?: \S+)*|\S*\w\S*)[\s\"',│|┃]*$")
_PLAIN = re.compile(
    r"(?i)true|false|null|none|yes|no|[\d.,:TZ+-]+|v?\d+(?:\.\d+)+|https?://[^@]*|[{\[(].*|/.*|arn:.*|\*+|-+"
    r"|\[[a-z-]+:[0-9a-f]{6}\],?|[A-Za-z ]+:"
)
"""What is no credential wherever it stands."""
_HARMLESS = re.compile(
    r"(?i)api_?version|kind|type|namespace|name|login|user(?:name)?|host(?:name)?|url|region|version\w*|created\w*"
    r"|updated\w*|uid|id|arn|exit ?code|wall time|output|command|key_?id|token_?type|expire\w*|lease\w*|renewable|ttl"
    r"|env(?:ironment)?|config|project|resource_?version|length|engine|port|database|email|doppler_\w+|rack_env|node_env"
    r"|lang|title|vault|category|key|app_?id|client_?id|tenant\w*|subscription\w*|display_?name|account\w*|status\w*"
)
"""Names of what stands beside a credential and is none."""


_AHEAD = re.compile(r"\(\?[=!][^)]*\)")
_SPEAKS = ("password", "passwd", "secret", "token", "api[_-]?key", "private[_-]?key", "credential", "passphrase")
TRANSCRIPT_SIGNS = (
    *(rf"(?:{_AHEAD.sub('', way)})[^\n]*\n" for way in (*_VALUE, *_LISTING)),
    *(rf"[$#%>][ ][^\n]{{0,160}}(?i:{word})[^\n]{{0,120}}\n[^\s]{{8,200}}[ \t\r]{{0,4}}(?:\n|$)" for word in _SPEAKS),
    r"[$#%>][ ](?:xxd|hexdump|od|base64)[ ][^\n|]{0,80}(?:key|secret|\.env|token|passw|\.p12|\.jks)[^\n]{0,40}\n",
)
"""Where a text may hold such a command and what it printed."""
_DUMPED = re.compile(r"(?:xxd|hexdump|od|base64)\s[^|]*(?:key|secret|\.env|token|passw|\.p12|\.jks)")
_DUMP_LINE = re.compile(r"(?:[0-9a-f]{6,8}:?\s+)?([A-Za-z0-9+/=]{16,}|(?:[0-9a-f]{2,4}\s){4,}[^\n]*)$")
_SPOKEN = re.compile(rf"(?i){'|'.join(_SPEAKS)}")
_NO_SECRETS = re.compile(
    r"\bgit\b|sha\d+|md5|\bls\b|\bgrep\b|\brg\b|\bfind\b|\bwc\b|\btest\b|pytest|\bdiff\b|\bstat\b|\becho\b|\bdocker\b"
)
"""Commands that print no credential though a file or an argument is named like one."""
PROMPTED = re.compile(r"^[^\n$#%>]{0,60}?(?:[$#%>]|\u276f)\s+")
_MOST_LINES = 40
"""Lines of what a command printed that are looked at in a text that holds both (guess, 2026-11-24)."""


def find_transcribed(text: str, at: int) -> Iterator[tuple[int, int]]:
    r"""Yield where credentials stand that a command printed, in a text that holds both; ``at``: in or behind it.

    >>> text = "$ op read op://a/b\ntundra-Kestrel-7\n$ ls"
    >>> [text[start:end] for start, end in find_transcribed(text, 5)]
    ['tundra-Kestrel-7']
    """
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    if end < 0:
        return
    command = PROMPTED.sub("", line := text[start:end])
    way = match_printing(command)
    dumped = _DUMPED.match(command) is not None
    speaks = line != command and _SPOKEN.search(command) is not None and _NO_SECRETS.search(command) is None
    if way is None and not dumped and not speaks:
        return
    first = end + 1
    lines: list[str] = []
    for printed in text[first:].split("\n", _MOST_LINES)[:_MOST_LINES]:
        if PROMPTED.match(printed) or (not printed and any(lines)):
            break
        lines.append(printed)
    if dumped:
        yield from _find_dumped(lines, first)
    elif way is not None:
        output = "\n".join(
            lines if way == "listing" else [*filter(None, lines)][:_FIRST] if lines[:1] != [""] else lines
        )
        places = {
            *find_printed(way, output),
            *(word.span() for word in _BLANKLESS.finditer(output) if way == "listing"),
        }
        for low, high in sorted(places):
            shape = judge_letters(output[low:high].encode("latin-1"))
            if shape is not Shape.PLAIN and (shape is Shape.DRAWN or (low, high) in [*find_printed(way, output)]):
                yield first + low, first + high
    else:
        alone = [printed for printed in lines if printed.strip()]
        if len(alone) == 1 and judge_letters(value := alone[0].strip().encode("latin-1")) > Shape.NUMBERED:
            at = text.index(alone[0].strip(), first)
            yield at, at + len(value)


_BLANKLESS = re.compile(r"\S{20,}")
_FIRST = 3
"""Lines that a command prints of which one is the credential (guess, 2026-11-24)."""


def _find_dumped(lines: list[str], at: int) -> Iterator[tuple[int, int]]:
    """Yield the lines of a file with credentials that is shown in another spelling."""
    for line in lines:
        if (found := _DUMP_LINE.match(line)) is not None:
            yield at + found.start(1), at + found.end(1)
        at += len(line) + 1


def match_printing(command: str) -> str | None:
    r"""Return how a command prints credentials, ``value`` or ``listing``; None where it does not, or not to be seen.

    >>> match_printing("cd /srv && op read op://a/b"), match_printing("T=$(gh auth token); make"), match_printing("ls")
    ('value', None, None)
    >>> match_printing("kubectl get secret a -o yaml"), match_printing("kubectl get secrets"), match_printing("pass ls")
    ('listing', None, None)
    """
    for found in _PRINTS.finditer(command):
        before = command[: found.start()]
        inside = before.count("$(") > before.count(")") or before.endswith("$") or before.count("`") % 2
        if not inside and _ELSEWHERE.search(found[0]) is None:
            return "value" if found["value"] else "listing"
    return None


def find_printed(way: str, output: str) -> Iterator[tuple[int, int]]:
    r"""Yield where credentials stand in what such a command printed, in order.

    >>> text = "Key    Value\napi    k9Xw2mQ7\nhost   db"
    >>> [text[start:end] for start, end in find_printed("listing", text)]
    ['k9Xw2mQ7']
    >>> [list(find_printed("value", text)) for text in ("tundra-kestrel-7", "error: you are not signed in, sign in")]
    [[(0, 16)], []]
    """
    lines = output.split("\n")
    alone = way == "value" and sum(bool(line.strip()) for line in lines) == 1
    at = 0
    for line in lines:
        if (found := _choose_part(line, way, alone=alone)) is not None and _may_be_secret(found["text"]):
            yield at + found.start("text"), at + found.end("text")
        at += len(line) + 1


def _choose_part(line: str, way: str, *, alone: bool) -> re.Match[str] | None:
    """Return the part of a line that may be a credential."""
    if (pair := _PAIR.match(line)) is not None:
        return None if _HARMLESS.fullmatch(pair["name"].strip()) else pair
    whole = _WHOLE.match(line) if way == "value" else None
    if whole is None:
        return None
    words = len(whole["text"].split())
    return whole if words == 1 or (alone and words < _WORDS and ":" not in whole["text"]) else None


def _may_be_secret(text: str) -> bool:
    return len(text) >= _LEAST and _PLAIN.fullmatch(text) is None
