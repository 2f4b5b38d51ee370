"""
History: brings in what other systems handled, tells how all work flowed, and gives it out in the standards of logs.

A *mapping* (YAML) says what the columns of a file mean. `commands.import_history` reads a table or a log once, checks
all of it, and lets the one writer (`work/history`) put it down. Nothing that comes in is open work.
"""
