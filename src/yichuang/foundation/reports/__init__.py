"""
Reports: a template in the office's own words names figures; this room fills it for a day, month or year.

Callers use `commands` (draft, refresh, check, send back, publish), `queries`, and what draws: `word`, `pdf`, `page`. A
report keeps what it said; its figures are published with it, so that each opens its rows for ever.
"""
