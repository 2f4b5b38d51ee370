"""Pages on the four ways: shares, lists to confirm, one item, what one element would do, how units differ."""
