"""Ids and secrets are passed in too, so that a test knows them beforehand."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Protocol


class Ids(Protocol):
    """A source of ids and secrets."""

    def new(self, prefix: str) -> str:
        """Return a fresh id such as ``job_5f0c...``: 96 random bits."""
        ...

    def secret(self) -> str:
        """Return 256 random bits as URL-safe text."""
        ...


class RandomIds:
    """Ids from the operating system's randomness."""

    def new(self, prefix: str) -> str:
        """Return a fresh id."""
        return f"{prefix}_{secrets.token_hex(12)}"

    def secret(self) -> str:
        """Return a fresh secret."""
        return secrets.token_urlsafe(32)


@dataclass
class CountedIds:
    """Ids that count: for tests."""

    count: int = 0

    def new(self, prefix: str) -> str:
        """Return the next id."""
        self.count += 1
        return f"{prefix}_{self.count:024x}"

    def secret(self) -> str:
        """Return a secret that is different each time and the same in each run."""
        self.count += 1
        return hashlib.sha256(f"secret {self.count}".encode()).hexdigest()


def digest(secret: str) -> str:
    """Return the SHA-256 of a high-entropy secret, in hex: what is stored of tokens and sessions."""
    return hashlib.sha256(secret.encode()).hexdigest()
