"""
The engine: dossiers with their steps, shares, clocks, pauses and state spans, and the one writer of all of them.

Everything is written inside `deeds.deed`; upper rooms ask `queries` and call `commands`, and are asked back for papers
and numbers through `hooks`.
"""
