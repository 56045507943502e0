"""Engines that answer a search, all behind one protocol."""
