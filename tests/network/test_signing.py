"""Signatures: whose they are, whether they fit, whether they count here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from network.errors import InvalidValue
from network.signing import Trust, install_id, key_directory, public_key_pem, sign, verify


@pytest.fixture
def installs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Two folders of keys, each an install of its own."""
    monkeypatch.setattr(settings, "KEYS_DIR", tmp_path / "here")
    return {"here": tmp_path / "here", "there": tmp_path / "there"}


def test_what_this_install_signed_is_trusted_here(installs: dict[str, Path]) -> None:
    signature = sign(b"data")
    assert signature.key_id == install_id()
    assert verify(b"data", signature) == Trust.TRUSTED
    assert verify(b"data", None) == Trust.UNSIGNED
    assert (key_directory() / "signing.pem").stat().st_mode & 0o777 == 0o600


def test_another_install_is_trusted_once_its_key_is_here(
    installs: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "KEYS_DIR", installs["there"])
    signature, pem = sign(b"data"), public_key_pem()
    monkeypatch.setattr(settings, "KEYS_DIR", installs["here"])
    assert verify(b"data", signature) == Trust.UNKNOWN_KEY
    (key_directory() / "trusted").mkdir(parents=True)
    (key_directory() / "trusted" / "there.pem").write_text(pem)
    assert verify(b"data", signature) == Trust.TRUSTED


def test_changed_data_and_changed_signatures_are_refused(installs: dict[str, Path]) -> None:
    signature = sign(b"data")
    with pytest.raises(InvalidValue, match="签名与内容不符"):
        verify(b"date", signature)
    with pytest.raises(InvalidValue, match="签名与内容不符"):
        verify(b"data", replace(signature, signature="AAAA"))
    with pytest.raises(InvalidValue, match="签名算法"):
        verify(b"data", replace(signature, algorithm="none"))
    with pytest.raises(InvalidValue, match="密钥编号"):
        verify(b"data", replace(signature, key_id="0" * 32))
