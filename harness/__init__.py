"""The framework: plays scenarios to subjects, records, normalises, compares, reports."""
