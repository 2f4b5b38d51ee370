"""
Figures: numbers with a name, a meaning and a way back to the rows that make them.

A *measure* (Python, a domain's `figures.py`) is a named list of rows with declared dated columns; a *figure* (YAML)
counts, sums or relates them. Value, numerator, denominator and rows come from the same list, for two times: the day as
of which it is asked, and the moment by which we had to know it.
"""
