"""Pure Python: no framework, no files, no clock of its own. Everything takes its time as an argument."""
