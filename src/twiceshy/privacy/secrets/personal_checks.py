"""Whether what a rule matched names a person or a machine of theirs: users, e-mail addresses, IP addresses, hosts.

Names that belong to nobody (a container's user, an address of the documentation, a public host) stay. Such a span is no
credential: where it overlaps one, the credential's stands. All functions are linear in the window, which is short.
"""

import ipaddress
import re
from collections.abc import Callable

SecretCheck = Callable[[bytes, int, int, int], bool]
"""(window, start of the value, its end, start of the whole match) -> whether it is to be replaced."""

_NOBODY = frozenset(
    b"actions admin administrator agent airflow all-users allusers alpine app appuser arch azureuser "
    b"backup backups bar bitnami brew browser build buildbot builder buildkite centos chrome ci cicd circleci "
    b"cloud-user code-server coder codespace codespaces container container_user "
    b"containeruser core debian default defaultuser deploy deployer dev dev-user devcontainer "
    b"developer discourse docker dotnet ec2-user example fedora foo frappe ftp git github gitlab gitlab-runner "
    b"gitpod go golang gradle guest hadoop home index java jenkins jovyan jupyter kali linuxbrew mastodon me "
    b"media model mysql name nas nginx nobody node nonroot odoo onedrive opc operator page "
    b"php pi podman postgres project projects public publicuser pwuser python redis repo repos root root-user "
    b"rstudio runner runneradmin rust sandbox seluser service sftp share shared someone spark steam "
    b"storage support svn swe temp test testuser travis ubuntu user user1 user2 username username1 "
    b"users vagrant vscode web work worker workspace wsl www www-data you your-user your-username your_user "
    b"your_username yourname youruser yourusername".split()
)


def _is_user_name(window: bytes, start: int, end: int, _match: int) -> bool:
    return window[start:end].lower().rstrip(b".") not in _NOBODY and window[end : end + 1] not in (b"(", b"$", b"{")


_NO_PERSON = frozenset(
    b"git noreply no-reply donotreply do-not-reply user username you your-email your_email me".split()
)
_FILE_ENDINGS = frozenset(
    b"png jpg jpeg gif svg webp js ts tsx jsx mjs cjs css scss py rs go rb md json yaml yml toml lock html txt sh so "
    b"service socket timer target mount local internal test invalid example localhost".split()
)
_DOCUMENT_DOMAINS = frozenset(b"example.com example.org example.net example.edu domain.com email.com test.com".split())


_MAILED = frozenset(
    b"com org net edu gov io dev de uk fr nl it es ch at be se no dk fi pl cz eu us ca au jp cn br ru info biz me co "
    b"ai app tech".split()
)
"""Ends of names of hosts that mail goes to most: asked for where the sign of an address is written as code is too."""
_SIGNS = (b"\xef\xbc\xa0", b"@", b"%40", b"u0040", b"\\x40", b"=40", b"&#64;", b"&#064;", b"&#x40;", b"&commat;")
_AS_CODE = frozenset({b"=40", b"\\x40", b"u0040"})
"""Signs of an address that numbers and code have as well."""


def _split_address(value: bytes) -> tuple[bytes, bytes, bytes]:
    """Return what stands before the last sign of an address, the sign, and what stands behind; no sign: all before."""
    for sign in _SIGNS:
        local, found, domain = value.rpartition(sign)
        if found:
            return local.rstrip(b"\\"), found, domain.lstrip(b"\r\n\t ")
    return value, b"", b""


def _is_personal_email(window: bytes, start: int, end: int, _match: int) -> bool:
    value = window[start:end].lower()
    local, sign, domain = _split_address(value)
    if local in _NO_PERSON or domain in _DOCUMENT_DOMAINS or domain.endswith((b".example.com", b".example.org")):
        return False
    last, behind = domain.rpartition(b".")[2], window[end : end + 1]
    if last in _FILE_ENDINGS or (behind in (b"/", b":") and not _split_address(local)[1]):
        return False  # a login, unless it is an address itself
    as_code = behind == b"(" or b"\n" in value or sign in _AS_CODE
    return not as_code or (last in _MAILED and not domain[:1].isdigit())


_ARTICLES = frozenset({b"the", b"a", b"this", b"our", b"your"})
"""Words behind which ``dot com`` is no host."""
_SPOKEN_SIGN = re.compile(rb"[ ]?[(\[{]at[)\]}][ ]?|[ ]at[ ]")


def _is_spoken_email(window: bytes, start: int, end: int, _match: int) -> bool:
    """Tell whether words with ``at`` between them are an address, and no file, host or role at a place."""
    local, host = _SPOKEN_SIGN.split(window[start:end].lower(), maxsplit=1)
    last = re.split(rb"[._]", local)[-1]
    if local in _NO_PERSON or host in _DOCUMENT_DOMAINS or host.split()[0] in _ARTICLES:
        return False
    return last not in _FILE_ENDINGS | _MAILED


def _parse_address(value: bytes) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(value.decode("latin-1"))
    except ValueError:
        return None


_VERSION_WORDS = (b"version", b"ver.", b"release", b"==", b">=", b"<=", b"~=", b"^", b"build", b"assembly", b"rfc")


def _is_object_id(window: bytes, start: int, end: int) -> bool:
    """Tell whether four numbers name an object: the first of ITU, ISO or both, and a word for it before them."""
    first, second, *_ = window[start:end].split(b".")
    word = window[max(0, start - 48) : start].lower()
    return first in (b"0", b"1", b"2") and len(second) <= 2 and (b"oid" in word or b"objectidentifier" in word)


def _looks_like_version(window: bytes, start: int, end: int) -> bool:
    before, after = window[start - 1 : start], window[end : end + 2]
    if before.isalnum() or before in (b".", b"_", b"-", b"~") or (after[:1] == b"." and after[1:].isdigit()):
        return True
    if after[:1].isalnum() or after[:1] in (b"_", b"-") or (before == b"/" and window[start - 2 : start] != b"//"):
        return True
    if _is_object_id(window, start, end):
        return True
    lead = window[max(0, start - 14) : start].lower()
    return any(word in lead for word in _VERSION_WORDS) or all(len(part) == 1 for part in window[start:end].split(b"."))


def _is_public_ip4(window: bytes, start: int, end: int, _match: int) -> bool:
    if _looks_like_version(window, start, end):
        return False
    found = _parse_address(window[start:end])
    return found is not None and found.is_global


def _is_specific_ip4(window: bytes, start: int, end: int, _match: int) -> bool:
    if _looks_like_version(window, start, end) or window[start:end].startswith(b"255."):
        return False
    found = _parse_address(window[start:end])
    return found is not None and not found.is_loopback and not found.is_unspecified


def _is_public_ip6(window: bytes, start: int, end: int, _match: int) -> bool:
    found = _parse_address(window[start:end])
    return found is not None and found.is_global and window[end : end + 1] != b":"


def _is_specific_ip6(window: bytes, start: int, end: int, _match: int) -> bool:
    found = _parse_address(window[start:end])
    return found is not None and not found.is_loopback and not found.is_unspecified


_PUBLIC_HOSTS = (
    *(b"localhost", b"github.com", b"gitlab.com", b"bitbucket.org", b"example.com", b"example.org", b"example.net"),
    *(
        b"pypi.org",
        b"npmjs.org",
        b"npmjs.com",
        b"crates.io",
        b"docs.rs",
        b"rust-lang.org",
        b"python.org",
        b"golang.org",
    ),
    *(b"go.dev", b"w3.org", b"json-schema.org", b"schema.org", b"wikipedia.org", b"stackoverflow.com", b"mozilla.org"),
    *(b"anthropic.com", b"claude.ai", b"claude.com", b"openai.com", b"googleapis.com", b"nodejs.org", b"apache.org"),
    *(b"githubusercontent.com", b"readthedocs.io", b"gnu.org", b"opensource.org", b"ietf.org", b"unpkg.com"),
)


def _is_private_host(window: bytes, start: int, end: int, _match: int) -> bool:
    value = window[start:end].lower()
    if (
        window[start - 1 : start] == b"."
        or _parse_address(value) is not None
        or value.startswith((b"settings.", b"config."))
    ):
        return False
    if window[end : end + 1] in (b"(", b".", b"_", b"[") or value.endswith((b".test", b".invalid", b".example")):
        return False
    return not any(value == host or value.endswith(b"." + host) for host in _PUBLIC_HOSTS)


PERSONAL_CHECKS: dict[str, SecretCheck] = {
    "user": _is_user_name,
    "email": _is_personal_email,
    "email-words": _is_spoken_email,
    "ip4": _is_public_ip4,
    "ip4-any": _is_specific_ip4,
    "ip6": _is_public_ip6,
    "ip6-any": _is_specific_ip6,
    "host": _is_private_host,
}
