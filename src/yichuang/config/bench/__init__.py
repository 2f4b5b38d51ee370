"""What has a number to reach, measured on generated data that ship with it: `yichuang bench` (docs/performance.md)."""
