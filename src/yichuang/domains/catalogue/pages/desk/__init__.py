"""The pages of the unit that keeps items, of registries, tasks to claim, streets, and what is sent to the province."""
