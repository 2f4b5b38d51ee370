"""The pages of major projects and meetings."""
