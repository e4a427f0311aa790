"""The sandbox: an invented world and the process that runs it."""
