"""A finished run as OpenTelemetry spans: ``spans`` (CORE) makes them of the run's model, ``export`` (IO) sends them.

What a person looks at is made of the run file, and so are the spans: nothing is measured twice, and an old run can be sent.
"""
