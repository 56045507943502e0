"""The key that signs anchors: a file outside the database, its owner's only."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from network.audit.chain import sm3

PRIVATE, PUBLIC = "audit-seal.pem", "audit-seal-{key_id}.pub"


@dataclass(frozen=True)
class SealKey:
    """A signing key with the name that anchors give it."""

    key_id: str
    private: Ed25519PrivateKey

    def sign(self, data: bytes) -> str:
        return self.private.sign(data).hex()


def key_folder() -> Path:
    """Where the key lies. Raises OSError when the folder cannot be made."""
    folder = Path(settings.KEYS_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def seal_key() -> SealKey:
    """The install's key, made at its first use. Raises OSError when the folder cannot be written."""
    return _seal_key(str(key_folder()))


@lru_cache(maxsize=4)
def _seal_key(folder: str) -> SealKey:
    path = Path(folder) / PRIVATE
    if not path.exists():
        _create(path)
    loaded = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(loaded, Ed25519PrivateKey):
        raise OSError(f"{path} holds no Ed25519 key. Put the install's own key there, or move the file away.")
    key = SealKey(key_id=_key_id(loaded.public_key()), private=loaded)
    public = path.with_name(PUBLIC.format(key_id=key.key_id))
    if not public.exists():
        public.write_bytes(_public_bytes(loaded.public_key()))
    return key


def _create(path: Path) -> None:
    """Write a new key, complete or not at all; of two processes that try, one wins."""
    data = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    try:
        os.link(unfinished, path)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()


def public_keys(folder: Path | None = None) -> dict[str, Ed25519PublicKey]:
    """Key name to public key, of every ``.pub`` file in the folder."""
    found = {}
    for path in sorted((folder or key_folder()).glob("audit-seal-*.pub")):
        loaded = serialization.load_pem_public_key(path.read_bytes())
        if isinstance(loaded, Ed25519PublicKey):
            found[_key_id(loaded)] = loaded
    return found


def is_signed(data: bytes, signature: str, key: Ed25519PublicKey | None) -> bool:
    """Whether this key signed these bytes."""
    if key is None:
        return False
    try:
        key.verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True


def _public_bytes(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _key_id(key: Ed25519PublicKey) -> str:
    return sm3(_public_bytes(key)).hex()[:16]
