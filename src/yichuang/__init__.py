"""Yichuang (一窗): one window for everything a district promises, and proof that each promise was kept."""

__version__ = "0.1.0"
