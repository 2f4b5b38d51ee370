"""Pages of supervision: screen ③, the page 疑似规避时限, cards and orders, and what a unit answers."""
