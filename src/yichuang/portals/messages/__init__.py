"""A person's own messages: what the house told him, newest first."""
