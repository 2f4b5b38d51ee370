"""
Questions of every kind: topics, fields by element code, branching, checking on the server, the check page, facts.

Callers use `queries.load`, the methods of `form.Form`, `pages.topic_form` and `schema.json_schema`. No templates.
"""
