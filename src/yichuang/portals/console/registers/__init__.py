"""The pages of registers for the staff: lists, entries, forms made from files, workbooks, change requests."""
