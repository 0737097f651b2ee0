"""Sign bytes with a key of OpenSSH, and tell which key signed them.

`ssh-keygen` does both (OpenSSH 8.1 and later): keys that people have, in files, agents or hardware, and no cryptography
of ours. Which key may sign is not its question here, so a signature is checked without a list of names.
"""

import os
import re
import subprocess
import tempfile
from pathlib import Path

from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.base.toolbox import find_program

_PURPOSE = "twiceshy-bundle"
"""Namespace of the signature: one made for a commit or a mail does not pass for one of a bundle."""
_PATIENCE_S = 120.0
"""Longest wait (guess, 2026-11-23): a key may ask for its passphrase or a touch."""
_GOOD = re.compile(rb'Good "[\w-]+" signature with \S+ key (SHA256:[A-Za-z0-9+/]{43})\s*\Z')
FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")


def sign_bytes(payload: bytes, key: Path) -> bytes:
    """Return the signature, in OpenSSH's armor; where the key has a passphrase, `ssh-keygen` asks for it.

    Raises:
        ToolMissing: there is no `ssh-keygen`.
        SourceError: the key cannot sign.
    """
    with tempfile.TemporaryDirectory(prefix="twiceshy-") as folder:
        signed = Path(folder, "bundle")
        signed.write_bytes(payload)
        done = _run_keygen("-Y", "sign", "-q", "-n", _PURPOSE, "-f", str(key), str(signed))
        made = signed.with_name("bundle.sig")
        if done.returncode or not made.exists():
            raise SourceError(f"{key} cannot sign: {_tell(done)}. Name a private key of OpenSSH with --key.")
        return made.read_bytes()


def find_signer(payload: bytes, signature: bytes) -> str | None:
    """Return the fingerprint of the key that signed these very bytes; None where none did.

    Raises:
        ToolMissing: there is no `ssh-keygen`.
    """
    with tempfile.TemporaryDirectory(prefix="twiceshy-") as folder:
        path = Path(folder, "bundle.sig")
        path.write_bytes(signature)
        done = _run_keygen("-Y", "check-novalidate", "-n", _PURPOSE, "-s", str(path), stdin=payload)
    found = _GOOD.search(done.stdout.strip()) if done.returncode == 0 else None
    return found[1].decode() if found else None


def _run_keygen(*words: str, stdin: bytes | None = None) -> "subprocess.CompletedProcess[bytes]":
    """Run `ssh-keygen`; without ``stdin`` it has the terminal's."""
    program = find_program("ssh-keygen", os.environ.get("PATH", os.defpath))
    if program is None:
        raise ToolMissing("ssh-keygen cannot be run: no folder of the PATH has it. Install OpenSSH.")
    try:
        return subprocess.run(  # noqa: S603  # found on the PATH; its words are ours and a key that the person named
            [program, *words],
            input=stdin,
            capture_output=True,
            check=False,
            timeout=_PATIENCE_S,
            env={**os.environ, "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired as error:
        raise SourceError(f"ssh-keygen did not answer within {_PATIENCE_S:.0f} s.") from error


def _tell(done: "subprocess.CompletedProcess[bytes]") -> str:
    """Return the last line that it said."""
    lines = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:200] if lines else f"ssh-keygen ended with {done.returncode}"
