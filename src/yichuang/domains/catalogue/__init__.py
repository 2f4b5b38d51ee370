"""
Service items: what a person or firm may ask for, from whom, under which limits, with which materials, for which result.

An item is a definition (`definitions/<district>/items`), published with dates; a case is pinned to one version.
"""
