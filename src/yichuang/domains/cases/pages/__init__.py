"""The pages of applications, by journey: applying, following, receiving, handling."""
