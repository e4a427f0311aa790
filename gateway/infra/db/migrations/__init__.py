"""The store's schema, step by step; files are numbered and never edited once released."""
