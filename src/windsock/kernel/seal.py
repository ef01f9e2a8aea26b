"""Seal bytes and hash texts with keys that are drawn from one secret of the workspace.

Encryption is AES-256-GCM with a random nonce; keyed hashes are HMAC-SHA-256 (RFC 2104). Each purpose has a key of its own, HMAC of the
secret and the purpose's name, so that nothing sealed or hashed for one can be opened or matched for another.
"""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from windsock.kernel.errors import Broken

KEY_BYTES = 32
_NONCE_BYTES = 12
_KEYS_MOST = 100
"""Purposes are few and named in the code; more would be a mistake, and must not fill the memory."""


def new_key() -> bytes:
    """Return 32 random bytes."""
    return os.urandom(KEY_BYTES)


class Seal:
    """One secret and what can be done with it."""

    def __init__(self, secret: bytes) -> None:
        """Take a secret of 32 bytes.

        Raises:
            Broken: it has another length.
        """
        if len(secret) != KEY_BYTES:
            raise Broken(f"The workspace's secret has {len(secret)} bytes, not {KEY_BYTES}.", where="secret.key")
        self._secret = secret
        self._keys: dict[str, bytes] = {}

    def key(self, purpose: str) -> bytes:
        """Return the 32-byte key of a purpose."""
        found = self._keys.get(purpose)
        if found is None:
            found = hmac.digest(self._secret, purpose.encode(), hashlib.sha256)
            if len(self._keys) < _KEYS_MOST:
                self._keys[purpose] = found
        return found

    def hash(self, purpose: str, text: str) -> str:
        """Return the keyed hash of a text for a purpose, as 64 hex digits."""
        return hashed(self.key(purpose), text)

    def shut(self, purpose: str, plain: bytes) -> bytes:
        """Encrypt for a purpose."""
        return shut(self.key(purpose), plain)

    def open(self, purpose: str, sealed: bytes) -> bytes:
        """Decrypt what was encrypted for a purpose.

        Raises:
            Broken: it was sealed with another secret, or changed since.
        """
        return unshut(self.key(purpose), sealed)


def hashed(key: bytes, text: str) -> str:
    """Return what ``Seal.hash`` does, with the key of its purpose."""
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hex()


def shut(key: bytes, plain: bytes) -> bytes:
    """Encrypt with a key of 32 bytes: nonce, then ciphertext with its tag."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, None)


def unshut(key: bytes, sealed: bytes) -> bytes:
    """Decrypt what ``shut`` made.

    Raises:
        Broken: the key is another one, or the bytes were changed.
    """
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
    except InvalidTag:
        raise Broken("Sealed bytes can't be opened: another key, or changed since.", where="seal") from None
