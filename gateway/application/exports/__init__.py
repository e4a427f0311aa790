"""All records of a grant at one moment, as files."""
