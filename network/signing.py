"""Signatures of this install: Ed25519 over bytes that leave it, held against the keys it trusts.

The install's own key lies in ``KEYS_DIR/signing.pem`` and is made at first use; public keys of other
installs that it trusts lie in ``KEYS_DIR/trusted/*.pem``. The seal of the audit log has a key of its own:
who can sign an archive must not be able to sign a log. A key's id is the first 32
hexadecimal digits of SHA-256 over its 32 raw bytes.
"""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from network.errors import InvalidValue

ALGORITHM = "ed25519"
KEY_ID_LENGTH = 32


class Trust(StrEnum):
    """What a signature is worth here."""

    TRUSTED = "trusted"
    UNKNOWN_KEY = "unknown_key"
    UNSIGNED = "unsigned"


@dataclass(frozen=True)
class Signature:
    """A signature with the public key that made it, all in text."""

    key_id: str
    public_key: str
    signature: str
    algorithm: str = ALGORITHM


def key_directory() -> Path:
    """Where the install's keys lie."""
    return Path(settings.KEYS_DIR)


def key_id_of(public_key: bytes) -> str:
    """The short name of a key, from its 32 raw bytes."""
    return hashlib.sha256(public_key).hexdigest()[:KEY_ID_LENGTH]


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _own_key() -> Ed25519PrivateKey:
    path = key_directory() / "signing.pem"
    if not path.exists():
        _make_key(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise InvalidValue(f"签名密钥 {path.name} 不是 Ed25519 密钥，请移走该文件后重试，系统将重新生成。")
    return key


def _make_key(path: Path) -> None:
    """Write a new key; when two processes do so at once, the first one's counts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    made = Path(file.name)
    made.chmod(0o600)
    try:
        path.hardlink_to(made)
    except FileExistsError:
        pass
    finally:
        made.unlink()


def install_id() -> str:
    """The name of this install among others: the id of its signing key."""
    return key_id_of(_raw(_own_key().public_key()))


def public_key_pem() -> str:
    """The public key that other installs put among those they trust."""
    pem = (
        _own_key()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return pem.decode()


def sign(data: bytes) -> Signature:
    """Sign bytes with the install's own key."""
    key = _own_key()
    raw = _raw(key.public_key())
    return Signature(
        key_id=key_id_of(raw),
        public_key=base64.b64encode(raw).decode(),
        signature=base64.b64encode(key.sign(data)).decode(),
    )


def trusted_keys() -> dict[str, bytes]:
    """Key id to raw public key: the install's own, with those it was told to trust."""
    own = _raw(_own_key().public_key())
    keys = {key_id_of(own): own}
    for path in sorted((key_directory() / "trusted").glob("*.pem")):
        key = serialization.load_pem_public_key(path.read_bytes())
        if not isinstance(key, Ed25519PublicKey):
            raise InvalidValue(f"受信任的公钥 {path.name} 不是 Ed25519 公钥，请移走或更换该文件。", file=path.name)
        keys[key_id_of(_raw(key))] = _raw(key)
    return keys


def verify(data: bytes, signature: Signature | None) -> Trust:
    """What a signature over these bytes is worth. Raises InvalidValue for one that does not fit them.

    The key is taken from the signature only to tell damage from a stranger; trust comes from the
    keys held here.
    """
    if signature is None:
        return Trust.UNSIGNED
    if signature.algorithm != ALGORITHM:
        raise InvalidValue(f"签名算法“{signature.algorithm}”不受支持，只支持 {ALGORITHM}。")
    try:
        raw = base64.b64decode(signature.public_key, validate=True)
        Ed25519PublicKey.from_public_bytes(raw).verify(base64.b64decode(signature.signature, validate=True), data)
    except (ValueError, InvalidSignature) as error:
        raise InvalidValue("签名与内容不符：内容在签名之后被改动，或签名已损坏。请向导出方重新索取。") from error
    if key_id_of(raw) != signature.key_id:
        raise InvalidValue("签名中的密钥编号与公钥不符，请向导出方重新索取。")
    return Trust.TRUSTED if trusted_keys().get(signature.key_id) == raw else Trust.UNKNOWN_KEY
