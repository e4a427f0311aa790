"""Messages of complaint lines."""
