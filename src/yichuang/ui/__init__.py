"""Layouts, components, styles and vendored assets."""
