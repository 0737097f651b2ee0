"""Find what names a person: an e-mail address, a user's name in a home path, a public address of a machine."""

import ipaddress
import re
from collections.abc import Iterator

import re2

from twiceshy.privacy.opinion.sightings import Certainty, Sighting
from twiceshy.privacy.opinion.value_shape import is_random

_MAIL = re2.compile(rb"([A-Za-z0-9][A-Za-z0-9._%+-]*)@((?:[A-Za-z0-9-]+\.)+([A-Za-z]{2,12}))\b")
_HOME = re2.compile(
    rb"(?:^|[^\w.)}\]-])(?:[A-Za-z]:)?(?:[/\\]mnt[/\\]\w|[/\\]\w)?[/\\]+(home|Users)[/\\]+([A-Za-z0-9][\w.@-]*)"
    rb"|(?:^|[^\w-])-(Users|home)-([a-z0-9]+)-"
)
_FOUR = re2.compile(rb"(?:^|[^\w.-])((?:[0-9]{1,3}\.){3}[0-9]{1,3})(?:$|[^\w.-]|\.\s)")
_SIX = re2.compile(rb"(?i)(?:^|[^\w:.])([23][0-9a-f]{3}(?::[0-9a-f]{0,4}){2,7})")
_ADDRESS = re.compile(rb"://[^\s\"'/]*$")
_ROLES = re.compile(
    rb"(?i)(?:no-?reply|do-?not-?reply|(?:[\w-]*\.)?git|hg|svn|root|postmaster|mailer-daemon|webmaster|hostmaster|abuse|info|support|"
    rb"contact|hello|admin|security|help|team|sales|press|legal|privacy|user(?:name)?|me|you|your|name|test\w*|foo|bar|"
    rb"someone|nobody|dev|bot|ci|actions|github-actions|dependabot|runner|action|build|opensource|oss|email|mail|"
    rb"\d+\+[\w.-]+(?:\[bot\])?|notifications|feedback|conduct|example|alice|bob|john|jane|a|b|u|x)"
)
_RESERVED = re.compile(
    rb"(?i)(?:.*\.)?(?:example(?:\.\w+)?|test|invalid|local(?:host)?|localdomain|internal|lan|home|corp|yourdomain\.\w+|"
    rb"domain\.\w+|mydomain\.\w+|email\.com|company\.\w+|acme\.\w+|foo\.\w+|bar\.\w+|noreply\.github\.com|host|"
    rb"test\.(?:com|org|net)|anthropic\.com|openai\.com|iam\.gserviceaccount\.com)"
)
_FILE_ENDS = frozenset(
    b"png jpg jpeg gif svg webp py js ts jsx tsx mjs cjs css scss html htm json yaml yml toml md txt sh rb go rs java "
    b"kt c h cpp hpp cs php lua sql xml lock git zip gz tar map vue svelte whl so dll exe service socket timer target "
    b"mount scope slice path device swift dart ipynb conf cfg ini env log test spec get post put delete patch".split()
)
_ACCOUNTS = frozenset(
    b"user users runner runneradmin ubuntu root node vscode shared public default ec2-user app admin me you username "
    b"name your yourname your_name youruser your-username work workspace codespace gitpod jovyan vagrant dev developer "
    b"test tester guest coder circleci travis github docker pi linuxbrew jenkins git www-data postgres nobody foo bar "
    b"xxx someone me myuser example opam conda site sandbox agent container host openhands claude nonroot "
    b"bun appuser webapp deploy daemon builder build ci oai bench alice bob john jane administrator all local "
    b"browser chrome seluser pwuser".split()
)
"""Account names that name nobody."""
_PUBLIC_SERVERS = frozenset({"8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "1.2.3.4", "5.6.7.8", "4.4.4.4"})
_LEAST_NAME = 4
"""Letters of a name at a text's end below which it may be cut (guess of 2026-11-22)."""
_MESSAGE_ID = 20
"""Random letters before the sign from which an address is a message's id (guess of 2026-11-23)."""
_HIGH = 40
"""A part of an address from which it is hardly a version (guess of 2026-11-22)."""


def find_people(view: bytes) -> Iterator[Sighting]:
    """Yield what names a person or a machine."""
    if b"@" in view:
        yield from _find_mail(view)
    for match in _HOME.finditer(view):
        number = 2 if match[2] is not None else 4
        name = match[number].rstrip(b".-_")
        last = match.start(number) + len(name)
        cut = view[last : last + 2] in (b"", b"\n\x1e") and len(name) < _LEAST_NAME
        if name.lower() not in _ACCOUNTS and not name.isdigit() and not cut and view[last : last + 1] not in b"([":
            yield Sighting(match.start(number), last, "user", "home-path", Certainty.LIKELY)
    for found in (_FOUR, _SIX):
        for match in found.finditer(view):
            if certainty := _weigh_address(match[1].decode(), view[max(0, match.start() - 48) : match.start(1)]):
                yield Sighting(match.start(1), match.end(1), "ip", "public-address", certainty)


def _find_mail(view: bytes) -> Iterator[Sighting]:
    for match in _MAIL.finditer(view):
        if view[match.end() : match.end() + 1] == b"(":
            continue  # a decorator
        if _ROLES.fullmatch(match[1]) or _RESERVED.fullmatch(match[2]) or match[3].lower() in _FILE_ENDS:
            continue
        if len(match[1]) >= _MESSAGE_ID and is_random(match[1]):
            continue  # a message's id
        if _ADDRESS.search(view, max(0, match.start() - 120), match.start()):
            continue  # the login of an address, judged there
        yield Sighting(match.start(), match.end(), "email", "mail-address", Certainty.LIKELY)


def _weigh_address(text: str, before: bytes) -> Certainty | None:
    try:
        address = ipaddress.ip_address(text.rstrip(":"))
    except ValueError:
        return None
    if not address.is_global or text in _PUBLIC_SERVERS or address.is_multicast:
        return None
    if address.version == 6:  # IPv6
        return Certainty.LIKELY
    if re.match(r"[012]\.[0-9]{1,2}\.", text) and re.search(rb"(?i)oid|object_?identifier", before):
        return Certainty.POSSIBLE
    before = before[-16:]
    if re.search(rb"(?i)version|\bv|ver\W|release|build|assembly|oid|rfc|section|[=~^>]=\s*$|[~^>]$", before):
        return Certainty.POSSIBLE
    parts = [int(part) for part in text.split(".")]
    return Certainty.LIKELY if sum(part >= _HIGH for part in parts) > 1 else Certainty.POSSIBLE
