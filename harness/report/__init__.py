"""Reports as a pure function of a run's JSONL: one HTML file, summary.json, JUnit XML, a Markdown summary, Allure results.

Never runs anything: an old or an interrupted run gives its reports as well. Only ``files`` touches the disk.
"""
