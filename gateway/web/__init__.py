"""Pages for people; what they are made of stands in `static/`."""
