"""Making scenario documents by chance, from a seed, and telling what of a difference is news. Plays nothing."""
