"""Who asks: proved, under which grant, with what left of it; what is noted before an answer."""
