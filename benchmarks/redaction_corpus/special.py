"""Secrets that bring their own surroundings: key blocks, cookies, hashes, and what names a person or a machine.

Written as in ``positives.py``; random parts as in ``twiceshy.privacy.samples``.
"""

_B64 = "<<A-Za-z0-9+/:64>>"
_HEAD = "-----BEGIN {} PRIVATE KEY-----"
_TAIL = "-----END {} PRIVATE KEY-----"
_KEY = f"⟪{_B64}\n{_B64}\n{_B64}\n<<A-Za-z0-9+/:42>>==⟫"
_ONE_LINE = f"⟪{_B64}\\n{_B64}\\n<<A-Za-z0-9+/:30>>=⟫"
_MIX = "A-Za-z0-9"
_UUID = "<<0-9a-f:8>>-<<0-9a-f:4>>-4<<0-9a-f:3>>-b<<0-9a-f:3>>-<<0-9a-f:12>>"
_PLAIN_HEAD, _PLAIN_TAIL = "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"
_PGP_HEAD, _PGP_TAIL = "-----BEGIN PGP PRIVATE KEY BLOCK-----", "-----END PGP PRIVATE KEY BLOCK-----"
_CIPHER = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,<<A-F0-9:32>>"
_TEAMS = (
    "https://outlook.office.com/webhook/x https://x.webhook.office.com/webhookb2/"
    f"⟪{_UUID}@{_UUID}/IncomingWebhook/<<0-9a-f:32>>/{_UUID}⟫"
)

SPECIAL: dict[str, tuple[str, ...]] = {
    "private key": (
        f"{_HEAD.format('RSA')}\n{_KEY}\n{_TAIL.format('RSA')}\n",
        f"cat ~/.ssh/id\n-----BEGIN OPENSSH PRIVATE KEY-----\n{_KEY}\n-----END OPENSSH PRIVATE KEY-----",
        f'{{"type":"service_account","private_key":"{_PLAIN_HEAD}\\n{_ONE_LINE}\\n{_PLAIN_TAIL}\\n"}}',
        f'KEY="{_HEAD.format("EC")}\\n{_ONE_LINE}\\n{_TAIL.format("EC")}"',
        f"+{_HEAD.format('RSA')}\n+⟪{_B64}\n+{_B64}\n+<<A-Za-z0-9+/:42>>==⟫\n+{_TAIL.format('RSA')}",
        f"    1→{_HEAD.format('RSA')}\n    2→⟪{_B64}\n    3→{_B64}⟫",
        f"{_HEAD.format('DSA')}\n⟪{_B64}\n{_B64}\n{_B64}⟫",
        f"{_HEAD.format('RSA')}\n⟪{_B64}\n<<A-Za-z0-9+/:21>>⟫",
        f"tls.key: |\n    {_PLAIN_HEAD}\n    ⟪{_B64}\n    {_B64}\n    <<A-Za-z0-9+/:20>>=⟫\n    {_PLAIN_TAIL}",
        f"⟪{_B64}\n{_B64}\n<<A-Za-z0-9+/:42>>==⟫\n{_TAIL.format('RSA')}\n",
        f"...\n⟪{_B64}\n<<A-Za-z0-9+/:60>>⟫\n-----END OPENSSH PRIVATE KEY-----\n",
        f"{_HEAD.format('RSA')}\n{_CIPHER}\n\n{_KEY}\n{_TAIL.format('RSA')}",
        f"const key = `{_HEAD.format('EC')}\n{_KEY}\n{_TAIL.format('EC')}`;",
        f"'-----BEGIN PRIVATE KEY-----\\n' +\n  '⟪{_B64}\\n' +\n  '{_B64}⟫\\n' +\n  '-----END PRIVATE KEY-----'",
        f'{{"text":"{{\\"key\\":\\"{_PLAIN_HEAD}\\\\n⟪{_B64}\\\\n{_B64}⟫\\\\n{_PLAIN_TAIL}\\"}}"}}',
        f"{_PGP_HEAD}\n\n⟪{_B64}\n{_B64}\n<<A-Za-z0-9+/:30>>==⟫\n=<<A-Za-z:4>>\n{_PGP_TAIL}",
        "key = ⟪<<base64:-----BEGIN PRIVATE KEY-----\n{A-Za-z0-9+/:90}>>⟫",
        f"PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 2\n⟪{_B64}\n<<A-Za-z0-9+/:40>>=⟫\nPrivate-MAC: x",
        '{"kty":"RSA","n":"abc","e":"AQAB","d":"⟪<<A-Za-z0-9_-:86>>⟫","use":"sig"}',
    ),
    "other keys": (
        "[Interface]\nPrivateKey = ⟪<<A-Za-z0-9+/:43>>=⟫\nAddress = 10.0.0.2/32",
        "PresharedKey = ⟪<<A-Za-z0-9+/:43>>=⟫",
        "AGE-SECRET-KEY at ⟪AGE-SECRET-KEY-1<<QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L:58>>⟫",
        "PRIVATE_KEY=⟪0x<<0-9a-f:64>>⟫",
        'new ethers.Wallet("⟪0x<<0-9a-f:64>>⟫")',
        "forge script --private-key ⟪0x<<0-9a-f:64>>⟫ --broadcast",
        "otpauth://totp/birds:kes?secret=⟪<<A-Z2-7:32>>⟫&issuer=birds",
        "MFA seed JBSW: secret=⟪<<A-Z2-7:16>>⟫",
        "    client-key-data: ⟪<<A-Za-z0-9+/:600>>==⟫\n",
        "users:\n- name: kes\n  user:\n    token: ⟪<<A-Za-z0-9_-:64>>⟫\n",
        '"client-key-data": "⟪<<A-Za-z0-9+/:400>>⟫"',
    ),
    "cookie": (
        "Cookie: ⟪sessionid=<<a-z0-9:32>>⟫; theme=dark",
        "Set-Cookie: ⟪sid=s%3A<<A-Za-z0-9_-:32>>.<<A-Za-z0-9:43>>⟫; Path=/; HttpOnly",
        "curl -b '⟪session=<<A-Za-z0-9_-:60>>⟫' https://birds.org",
        'curl --cookie "⟪PHPSESSID=<<a-z0-9:26>>⟫" https://birds.org',
        "-H 'cookie: ⟪_birds_session=<<A-Za-z0-9+/:80>>⟫'",
        "{'Cookie': '⟪connect.sid=<<A-Za-z0-9:40>>⟫'}",
        "cookies={'sessionid': '⟪<<a-z0-9:32>>⟫'}",
        '{"name":"session","value":"⟪<<A-Za-z0-9_-:50>>⟫","domain":".birds.org","httpOnly":true}',
        ".birds.org\tTRUE\t/\tTRUE\t1790000000\tsessionid\t⟪<<a-z0-9:32>>⟫",
    ),
    "password hash": (
        "kes:⟪$2b$12$<<A-Za-z0-9./:53>>⟫",
        f"kes:⟪$6$<<{_MIX}:16>>$<<A-Za-z0-9./:86>>⟫:19700:0:99999:7:::",
        "kes:⟪$apr1$<<A-Za-z0-9:8>>$<<A-Za-z0-9./:22>>⟫",
        "'⟪$argon2id$v=19$m=65536,t=3,p=4$<<A-Za-z0-9+/:22>>$<<A-Za-z0-9+/:43>>⟫'",
        '"password": "⟪pbkdf2_sha256$600000$<<A-Za-z0-9:22>>$<<A-Za-z0-9+/:43>>=⟫"',
    ),
    "webhook and signed link": (
        f"https://hooks.slack.com/services/⟪T<<A-Z0-9:10>>/B<<A-Z0-9:10>>/<<{_MIX}:24>>⟫",
        "https://discord.com/api/webhooks/<<1-9:18>>/⟪<<A-Za-z0-9_-:68>>⟫",
        "https://b.s3.amazonaws.com/k?X-Amz-Expires=900&X-Amz-Signature=⟪<<0-9a-f:64>>⟫&X-Amz-SignedHeaders=host",
        "https://a.blob.core.windows.net/c/b?sv=2024-01-01&sp=r&sig=⟪<<A-Za-z0-9:41>>%3D⟫",
        "https://app.birds.org/reset?reset_token=⟪<<A-Za-z0-9_-:43>>⟫",
        "https://app.birds.org/callback?code=⟪<<A-Za-z0-9_-:40>>⟫&state=x",
        "http://localhost:8888/lab?token=⟪<<0-9a-f:48>>⟫",
        "https://api.telegram.org/bot⟪<<1-9:10>>:AA<<A-Za-z0-9_-:33>>⟫/getMe",
        "SENTRY_DSN=https://⟪<<0-9a-f:32>>⟫@o44.ingest.sentry.io/12",
        _TEAMS,
    ),
    "e-mail": (
        "Author: Kes Trel <⟪kes.trel<<1-9:2>>@birds.org⟫>",
        'git config user.email "⟪k.trel@mail.birds<<1-9:1>>.co.uk⟫"',
        '{"email":"⟪kes<<1-9:3>>+news@birds.io⟫"}',
        "mailto:⟪kes_<<a-z:4>>@birds.dev⟫?subject=x",
        "Signed-off-by: K T <⟪<<1-9:7>>+kes<<a-z:3>>@users.noreply.github.com⟫>",
        "?email=⟪kes<<a-z:5>>%40birds.org⟫&x=1",
        "From: ⟪kes.<<a-z:5>>@birds.museum⟫, To: x",
        "('⟪<<a-z:6>>@posteo.de⟫', 3)",
    ),
    "public address": (
        "ssh root@⟪94.130.<<1-9:2>>.<<1-9:2>>⟫",
        "Accepted publickey for kes from ⟪81.17.<<1-9:2>>.1<<0-9:1>>⟫ port 51234 ssh2",
        '⟪185.199.1<<1-9:1>>.2<<1-4:1>>⟫ - - [01/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 200',
        "HOST=⟪203.1.<<1-9:2>>.<<1-9:2>>⟫",
        "inet6 ⟪2a01:4f8:<<0-9a-f:3>>:<<0-9a-f:4>>::2⟫/64",
        "A birds.org ⟪78.46.<<1-9:2>>.<<1-9:2>>⟫",
    ),
    "user name": (
        "/home/⟪kes<<a-z:4>>⟫/src/web/app.py:3",
        "cd /Users/⟪kes<<a-z:3>>⟫/code && ls",
        "C:\\Users\\⟪Kes<<a-z:4>>⟫\\AppData\\Local",
        '"C:\\\\Users\\\\⟪kes<<a-z:5>>⟫\\\\x.py"',
        "file:///home/⟪kes<<a-z:4>>⟫/a.html",
        "../../Users/⟪kes<<a-z:4>>⟫/workspace/a.ts",
        "~/.claude/projects/-Users-⟪kes<<a-z:4>>⟫-code-web/a.jsonl",
        "/mnt/c/Users/⟪kes<<a-z:4>>⟫/x",
        "at f (file:///C:/Users/⟪kes<<a-z:4>>⟫/x.js:1:2)",
        "drwxr-xr-x 3 root root 96 /home/⟪kes.<<a-z:4>>⟫",
        "import('../../../../home/⟪kes<<a-z:4>>⟫/x.js')",
        "PYTHONPATH=/opt:/home/⟪kes<<a-z:4>>⟫/lib:/usr",
    ),
}
