"""Where a site's chain begins after its oldest rows left for an archive."""

from __future__ import annotations

import json
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from network.audit.keys import is_signed
from network.audit.models import AuditRotation


@dataclass(frozen=True)
class Cut:
    """The link behind which a chain begins."""

    position: int
    hash: str


def rotation_bytes(rotation: AuditRotation) -> bytes:
    """What the signature of a rotation covers."""
    facts = [rotation.site, rotation.position, rotation.hash, rotation.count]
    return json.dumps(
        ["rotation", *facts, rotation.file_name, rotation.file_sha256, rotation.key_id], separators=(",", ":")
    ).encode()


def genuine_cuts(keys: dict[str, Ed25519PublicKey]) -> dict[str, Cut]:
    """Site to its last cut; a rotation that no known key signed is none, so its rows count as deleted."""
    cuts = {}
    for rotation in AuditRotation.objects.order_by("site", "position"):
        if is_signed(rotation_bytes(rotation), rotation.signature, keys.get(rotation.key_id)):
            cuts[rotation.site] = Cut(position=rotation.position, hash=rotation.hash)
    return cuts
