"""PPKS records: taken in, pushed, reviewed, kept, read and counted."""
