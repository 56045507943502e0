"""The door of blocked addresses."""

from network.blocks.held import (
    BlockedPaths,
    BlockFacts,
    blocked_paths_here,
    blocked_test_here,
    find_block,
    is_blocked,
    is_blocked_here,
)

__all__ = [
    "BlockFacts",
    "BlockedPaths",
    "blocked_paths_here",
    "blocked_test_here",
    "find_block",
    "is_blocked",
    "is_blocked_here",
]
