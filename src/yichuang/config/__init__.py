"""Settings, URLs and the `yichuang` command."""
