"""The subcommands, a file each: functions that take the parsed arguments and give the exit code."""
