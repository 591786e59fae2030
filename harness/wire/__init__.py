"""What crosses a pipe: lines of bytes, exec events, the contracts in ``schemas/``. Knows no process and no file."""
