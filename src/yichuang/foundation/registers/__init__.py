"""
Registers: thin lists as data. One YAML file names fields, states, rights, rules and what the public sees; this room
keeps the entries with every version of them, by the day on which they held and the moment at which we knew.

Callers use `commands` (add, change, move, propose, import), `queries` (register, entries, counted, visible lists),
`targets.register_target` (in `AppConfig.ready`) to let fields refer to the things of an upper room.
"""
