"""Builds the committed static files of the themes from their sources.

Run ``python -m themes.build`` after a change below ``themes/static_src`` or ``themes/brand``. The
style sheet is a plain concatenation in layer order, in which the names declared with
``@custom-media`` in the tokens are written out, since browsers do not know them yet.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

THEMES = Path(__file__).resolve().parent
SOURCE = THEMES / "static_src"
BRAND = THEMES / "brand"
TARGET = THEMES / "static" / "themes"

# The admin shares the tokens, nothing else.
SITE_PARTS = (
    "layers.css",
    "tokens.css",
    "reset.css",
    "base.css",
    "layout.css",
    "components/*.css",
    "page/*.css",
    "modes.css",
    "print.css",
)
ADMIN_PARTS = ("layers.css", "tokens.css", "admin/*.css")

CUSTOM_MEDIA = re.compile(r"^@custom-media\s+(--[\w-]+)\s+(.+?);\n", re.MULTILINE)


def read_parts(patterns: tuple[str, ...]) -> str:
    """Join the style files that the patterns name, each under a line with its name.

    Raises:
        FileNotFoundError: a pattern names no file.
    """
    parts: list[str] = []
    for pattern in patterns:
        paths = sorted((SOURCE / "css").glob(pattern))
        if not paths:
            raise FileNotFoundError(f"No style file matches 'themes/static_src/css/{pattern}'.")
        for path in paths:
            name = path.relative_to(SOURCE / "css").as_posix()
            parts.append(f"/* {name} */\n{path.read_text(encoding='utf-8').strip()}\n")
    return "\n".join(parts)


def resolve_custom_media(css: str) -> str:
    """Replace ``@media (--name)`` by the declared condition. An undeclared name raises KeyError."""
    conditions = dict(CUSTOM_MEDIA.findall(css))
    without = CUSTOM_MEDIA.sub("", css)
    return re.sub(r"\((--[\w-]+)\)(?=\s*\{)", lambda match: conditions[match.group(1)], without)


def build() -> dict[str, bytes]:
    """Return every built file by its path below ``themes/static/themes``."""
    site = resolve_custom_media(read_parts(SITE_PARTS))
    built = {
        "site.css": site.encode(),
        "admin.css": resolve_custom_media(read_parts(ADMIN_PARTS)).encode(),
        "site.js": (SOURCE / "js" / "site.js").read_bytes(),
        "screening.js": (SOURCE / "js" / "screening.js").read_bytes(),
    }
    for name, folder in (("brand", BRAND), ("pictures", SOURCE / "pictures")):
        for path in sorted(folder.glob("*.svg")):
            built[f"{name}/{path.name}"] = path.read_bytes()
    return built


def main() -> int:
    """Write what changed, remove what is gone, say counts."""
    built = build()
    written = 0
    for name, content in built.items():
        path = TARGET / name
        if path.exists() and path.read_bytes() == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written += 1
    stale = [path for path in TARGET.rglob("*") if path.is_file() and path.relative_to(TARGET).as_posix() not in built]
    for path in stale:
        path.unlink()
    sys.stdout.write(f"{len(built)} files, {written} written, {len(stale)} removed.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
