"""
Papers: one definition each, numbered inside the deed, rendered by a job as page and as sealed PDF, printed, checked.

Domains use `deed.paper_facts` and `deed.owe_paper` of `work`; others use `commands` (void, revoke, print, blanks),
`queries` (papers_for, verify, sheet_of), `pages.as_html`, `printing`, `facts.register_facts` and, as a foreign key,
`documents.Paper`.
"""
