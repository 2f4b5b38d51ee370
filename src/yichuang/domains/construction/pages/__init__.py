"""The pages of construction projects."""
