"""The commands of `gateway`, one module each; `gateway.cli` imports a module when it is called."""
