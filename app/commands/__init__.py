"""The command's groups, one module each. Heavy libraries are imported where a command runs, so that `lindian` starts at once."""
