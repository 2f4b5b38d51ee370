"""Layout, menu and prefix for the pages of each audience."""
