"""The rooms every domain stands on; they know no domain."""
