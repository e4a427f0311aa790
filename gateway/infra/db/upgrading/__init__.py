"""What brings a store to the newest version while others use it."""
