"""
What administrations own as data: read from YAML, checked as a whole, published with version and date, kept for ever.

Callers use `commands` (publish, withdraw, import_notice), `queries` (get, in_force, rule, calendar, office),
`kinds.register_kind` (in `AppConfig.ready`), `folders.read_folder` and `filters.to_q`. This room knows no domain.
"""
