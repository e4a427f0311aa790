"""Files of SIJOSKU's operators: person rows, yearly tables, the disability and rate tables."""
