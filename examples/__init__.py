"""Examples: code and mappings to start from. All of it runs, and is tested."""
