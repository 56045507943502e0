"""The content hash of an edition: SHA-256 over canonical JSON."""

from __future__ import annotations

import hashlib
import json

from network.contracts import EditionContent


def content_hash(content: EditionContent) -> str:
    """Hex digest over what a reader would see; equal content has an equal hash whatever its version."""
    canonical = {
        "kind": content.kind,
        "column": content.column,
        "title": content.title,
        "summary": content.summary,
        "source": content.source,
        "department": content.department,
        "document_number": content.document_number,
        "body": content.body,
        "files": list(content.files),
        "is_sample": content.is_sample,
    }
    text = json.dumps(canonical, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
