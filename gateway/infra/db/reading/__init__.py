"""What shows records through the view of a grant: pages, the change feed, counts, samples."""
