"""Which leaf of a tree is whose datum: planted and device values in all their forms, field maps, observations."""
