"""Pages on savings, benchmarks, proofs and intermediary items, for those who keep them and for the public."""
