"""What is left when processes are killed, the disk is full or the database is gone."""
