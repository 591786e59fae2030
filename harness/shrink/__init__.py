"""Reducing a scenario document to the fewest parts that still show what was seen. CORE: plays nothing, reads nothing."""
