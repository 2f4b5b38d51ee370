"""
People: accounts, parties, units, posts and regions, and who may do what.

Other rooms use `actors` (Actor, SYSTEM, actor_for), `pages` (page), `visibility` (visible, fields, register_scope),
`masking`, `commands`, `queries`, `holdings` and, as foreign keys, the models.
"""
