"""
Uploads and evidence: contents kept by their hash, examined before they are kept, served only to those who may see them.

Other rooms use `commands` (store, join, attach, enter, hold, release, erase), `queries` (files_for, file_for),
`serving` (serve), `scopes` (register_file_scope) and, as a foreign key, `files.StoredFile`.
"""
