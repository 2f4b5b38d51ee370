"""Doors for programs to what the foundation knows and no domain owns: the calendar and the forms."""
