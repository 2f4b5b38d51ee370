"""
Finding things by name, part of a name, pinyin or initials: one tokenizer, two databases, one answer.

- `kinds.register_kind` (in `AppConfig.ready`) names what is searched and which keys an actor may see of it.
- `commands.index`, `commands.forget`, `commands.set_popularity` keep the index; it is derived and can be made anew.
- `queries.search` gives `Hit`s, best first; `{% load search %}{{ hit.title|marked:hit.marks }}` draws one.

What people search for is neither kept nor logged.
"""
