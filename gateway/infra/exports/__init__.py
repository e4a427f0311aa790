"""Files of bulk exports: how they are written, encrypted, found, read and removed."""
