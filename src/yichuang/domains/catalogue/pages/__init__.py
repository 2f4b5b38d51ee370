"""Pages on which people find what they need, and learn what it takes."""
