"""Find passwords among a command's arguments: ``mysql -uroot -p...``, ``curl -u login:...``, ``sshpass -p ...``.

Which option holds a password depends on the program, and many programs use the same letters for ports and paths, so
only programs that are known to take a password there are looked at.
"""

import re
from collections.abc import Iterator

import re2

from twiceshy.privacy.opinion.sightings import Certainty, Sighting
from twiceshy.privacy.opinion.value_shape import ValueShape, judge_shape
from twiceshy.privacy.secrets.code_names import is_code_name

_LINE = 600
"""Bytes of a command line that are looked at behind the program's name (guess of 2026-11-22)."""
_PROGRAM = re2.compile(
    rb"\b(mysql\w*|mariadb\w*|mongo\w*|redis-cli|sshpass|(?:docker|podman|helm registry|buildah|skopeo|nerdctl|oc"
    rb"|argocd|az|acr) login|twine|sqlcmd|"
    rb"ldap\w+|openssl|curl|https?|htpasswd|smbclient|mosquitto_\w+|unzip|zip|7z|nuget|cqlsh|"
    rb"clickhouse-client|influx|xfreerdp|ftp|lftp|keytool|ipmitool|snmp\w+|bcp|vncviewer|az)\b"
)
_OPTION = re.compile(
    rb"(?:^|\s)(?:-(?:p|P|a|w|k|rpassword)|(?:-\w*(?:store|key)?pass(?:word|wd|in|out)?))(?:[ =]|pass:|(?=[^\s-]))"
    rb"(?:pass:)?([\"']?)([^\s\"']{5,})\1"
)
_LOGIN_AND = re2.compile(
    rb"(?:-u|-U|-l|--user(?:name)?|--login)[ =]?[^\s-]\S* +(?:[^\s-]\S* +){0,2}"
    rb"(?:-p|-P|-w|-W|-a|--?pass\w*|--pw)[ =]?[\"']?([^\s\"'-][^\s\"']{4,})"
)
_ANY_PAIR = re2.compile(
    rb"[ \t](?:-u|-U|--user|--auth|--creds|--login|--credentials)[ =]?[\"']?[A-Za-z][\w.@-]*:([^\s\"':]{5,})"
)
_PASS_FILE = re2.compile(rb"(?m)^[\w.*-]+:(?:[0-9]+|\*):[\w*-]+:[\w*-]+:(\S{5,})$")
_PAIR = re.compile(rb"(?:^|\s)(?:-u|-U|-a|--user|--auth)[ =]?[\"']?([^\s\"':%/]{1,60})[:%]([^\s\"']{4,})")
_BEHIND = re2.compile(
    rb"\b(?:cargo login|vault login|add-authtoken|rabbitmqctl (?:add_user|change_password) \S+|/user:\S+|"
    rb"htpasswd -\w+ \S+ \S+|svn \w+ .{0,80}--password|obscure|pass|authtoken|PASS|IDENTIFY|login \S+\s+password|"
    rb"set-secret \S+|chpasswd <<< \S+:|"
    rb"<<<|AUTH|PASSWORD|BY|--from-literal=\w+)[ =]{1,2}[\"']?([^\s\"'|;&`\[\]]{6,})"
)
_LOGIN_CALL = re2.compile(
    rb"(?i)(?:login|auth|connect\w*|connection|pdo|sign|credentials?)\b[^\n\"']{0,20}[(=][^\n\"']{0,40}"
    rb"(?:[\"'][^\"'\n]*[\"'], ?|\{[^}\n]*\}, ?)+[\"']([^\"'\n ]{6,})[\"']"
)
_PIPED = re2.compile(
    rb"\b(?:echo|printf)(?: -n)?[ ]+['\"]?([^\s'\"|]{6,})['\"]?[ ]*\|[ ]*"
    rb"(?:sudo -S|su\b|\w[^\n|]{0,60}(?:--password-stdin|--with-token|-stdin))"
)


def find_arguments(view: bytes) -> Iterator[Sighting]:
    """Yield the passwords of command lines."""
    for match in _PROGRAM.finditer(view):
        stop = view.find(b"\n", match.end(), match.end() + _LINE)
        last = stop if stop >= 0 else min(len(view), match.end() + _LINE)
        if view[match.end() : match.end() + 1] not in (b" ", b"\t"):
            continue
        if match[1] not in (b"curl", b"http", b"https", b"zip"):
            for one in _OPTION.finditer(view, match.end(), last):
                yield from _judge(one, 2)
        for one in _PAIR.finditer(view, match.end(), last):
            yield from _judge(one, 2)
    for found in (_BEHIND, _PIPED, _LOGIN_CALL, _LOGIN_AND, _ANY_PAIR, _PASS_FILE):
        for one in found.finditer(view):
            yield from _judge(one, 1)


def _judge(match: re.Match[bytes], group: int) -> Iterator[Sighting]:
    value = match[group]
    shape = judge_shape(value)
    if is_code_name(match.string, *match.span(group), match.string[match.start() : match.start(group)]):
        return
    if shape is ValueShape.HARMLESS or re.fullmatch(rb"[0-9.:]+(?:/\w+)?", value):
        return
    yield Sighting(match.start(group), match.end(group), "argument", "command-line", Certainty.LIKELY)
