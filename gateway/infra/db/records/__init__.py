"""What writes the records that outside systems and clients tell, and keeps what was before."""
