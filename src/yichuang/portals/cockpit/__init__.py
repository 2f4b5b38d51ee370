"""The cockpit: a sentence, then what the leader asks next; every number is a figure that opens its rows."""
